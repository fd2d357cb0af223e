"""The models that the page asks; all are the operator's, none a visitor's."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from sklearn.pipeline import Pipeline

from sersk import persistence, workflows
from sersk.report import describe_limits, describe_trust


@dataclass(frozen=True)
class Model:
    """A fitted pipeline, and what to say of it.

    Attributes
    ----------
    name : str
        What to call it on the page.
    pipeline : sklearn.pipeline.Pipeline
        What predicts.
    description : dict
        What its ``model.json`` holds.
    is_demo : bool
        Whether it learned from synthetic speech alone.
    """

    name: str
    pipeline: Pipeline
    description: dict
    is_demo: bool = False

    @property
    def classes(self):
        """Names of its classes, in the order of its probabilities."""
        return [str(name) for name in self.pipeline.classes_]

    @property
    def sample_rate(self):
        """The highest rate that it listens at, in Hz; None where that is not known."""
        rates = self.description.get("sample_rate")
        return max(rates) if isinstance(rates, list) else rates

    @property
    def limits(self):
        """What to know before believing it, a sentence or two per matter."""
        if not self.is_demo:
            return describe_limits(self.description)
        synthetic = (
            "It learned from synthetic speech alone. What it says of real voices means nothing, "
            "and its scores are those on other synthetic speech."
        )
        return [synthetic, *describe_limits(self.description)]

    @property
    def trust(self):
        """How far to trust its answers, in one sentence."""
        if self.is_demo:
            return "It learned from synthetic speech alone, and knows nothing of real voices."
        return describe_trust(self.description)


@st.cache_resource(show_spinner="Loading the models …")
def load_models(paths):
    """Load the operator's models, once for all visitors.

    Parameters
    ----------
    paths : tuple of Path
        The models.

    Returns
    -------
    models : list of Model
        The same, loaded.

    Raises
    ------
    ModelError
        When one cannot be loaded.
    """
    return [
        Model(name, persistence.load_model(path), persistence.read_description(path))
        for name, path in zip(_name_models(paths), paths, strict=True)
    ]


def _name_models(paths):
    """Call each by its file, and those of one name by their folders as well."""
    stems = [path.stem for path in paths]
    return [
        stem if stems.count(stem) == 1 else f"{path.resolve().parent.name}/{stem}"
        for stem, path in zip(stems, paths, strict=True)
    ]


@st.cache_resource(show_spinner=False)
def train_demo_model():
    """Train a model on synthetic speech, once for all visitors.

    Returns
    -------
    model : Model
        Of the recipe of the voice alone, so that the page opens soon.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = workflows.write_demo_corpus(Path(folder) / "demo")
        # One worker: children of this process would outlive a sudden end of it.
        fitted = workflows.fit(data, recipe="voice", n_jobs=1)
    return Model("Demo", fitted.pipeline, fitted.description, is_demo=True)
