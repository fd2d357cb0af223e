"""The answer to one clip."""

from pathlib import Path

import streamlit as st

from sersk.app._pictures import draw
from sersk.app._words import PALE, as_text, show_answer, show_bars
from sersk.display import ProbabilityDisplay
from sersk.display._figure import BLUE

_POLAR_SIZE = (3.4, 3.0)
# Of two, rays show nothing; the names of more would lie on each other.
_POLAR_CLASSES = range(3, 9)


def show_answers(analysis, choice):
    """Show what each of the chosen models says of a clip, side by side.

    Parameters
    ----------
    analysis : Analysis
        The clip.
    choice : Choice
        The models, and the labels.
    """
    columns = st.columns(len(choice.models), gap="medium")
    for column, model in zip(columns, choice.models, strict=True):
        with column:
            if len(columns) > 1:
                st.markdown(f"**{as_text(model.name)}**")
            _show_one(analysis, model, choice)


def _show_one(analysis, model, choice):
    answer = analysis.answer(model, choice.view)
    shares = answer.probabilities
    show_answer(answer.sentence)
    st.caption(as_text(model.trust))
    what = f"Probability of each class for {analysis.source.name}"
    is_alone = len(choice.models) == 1
    has_polar = len(shares) in _POLAR_CLASSES
    beside = is_alone and has_polar
    bars, polar = st.columns([6, 5]) if beside else (st.container(), st.container())
    with bars:
        show_bars(shares, what)
    if has_polar:
        listed = ", ".join(f"{name} {100 * share:.0f} percent" for name, share in shares.items())
        polar.image(_draw_polar(shares), alt=f"{what} as a polar plot: {listed}", width="stretch")
    _offer_downloads(analysis, answer, model)


def _draw_polar(shares):
    def paint(ax):
        _plot(shares, ax, kind="polar")

    return draw(paint, _POLAR_SIZE, subplot_kw={"projection": "polar"})


def _draw_bars(shares):
    return draw(lambda ax: _plot(shares, ax))


def _plot(shares, ax, **form):
    display = ProbabilityDisplay(list(shares), list(shares.values()))
    display.plot(ax, color=PALE, best_color=BLUE, **form)


def _offer_downloads(analysis, answer, model):
    stem = f"{Path(analysis.source.name).stem}-{model.name}"
    with st.container(horizontal=True):
        for form, mime in (("csv", "text/csv"), ("json", "application/json")):
            st.download_button(
                form.upper(),
                answer.format(form),
                f"{stem}.{form}",
                mime,
                key=f"{form}-{model.name}",
                help=f"The line that sersk predict --format {form} writes.",
                on_click="ignore",
            )
        png = _draw_bars(answer.probabilities)
        st.download_button(
            "PNG", png, f"{stem}.png", "image/png", key=f"png-{model.name}", on_click="ignore"
        )
