"""Which models to ask, and in which classes to answer."""

from dataclasses import dataclass

import streamlit as st

from sersk.workflows import find_views

_OWN = "all classes of the model"
_NOBODY = "no other model"


@dataclass(frozen=True)
class Choice:
    """What the visitor chose.

    Attributes
    ----------
    models : list of Model
        One or two.
    view : str or None
        Labels to sum probabilities up to; None for the models' own classes.
    """

    models: list
    view: str | None


def choose(models):
    """Let the visitor choose; what leaves no choice is not shown.

    Parameters
    ----------
    models : list of Model
        Those of the operator.

    Returns
    -------
    choice : Choice
        What was chosen.
    """
    columns = st.columns(3)
    chosen = _choose_models(models, columns) if len(models) > 1 else models
    # Two models can be compared in those classes only that both can give.
    views = [find_views(model.classes) for model in chosen]
    shared = {
        name: f"{len(classes)} {'sentiments' if name.startswith('sentiment') else 'emotions'}"
        for name, classes in views[0].items()
        if all(name in others for others in views)
    }
    if not shared:
        return Choice(chosen, None)
    place = columns[2 if len(models) > 1 else 0]
    view = place.selectbox(
        "Answer in", [_OWN, *shared], format_func=lambda n: shared.get(n, n), key="view"
    )
    return Choice(chosen, None if view == _OWN else view)


def _choose_models(models, columns):
    by_name = {model.name: model for model in models}
    first = columns[0].selectbox("Model", list(by_name), key="model")
    others = [name for name in by_name if name != first]
    second = columns[1].selectbox("Beside it", [_NOBODY, *others], key="beside")
    return [by_name[name] for name in (first, second) if name != _NOBODY]
