"""Corpora and recipes for fits that learn from copies: with sound, or with none at all."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.naive_bayes import GaussianNB

from sersk.datasets import make_emotional_speech
from sersk.recipes import Recipe
from sersk.utils._changed_clips import ChangedClip, find_origin
from tests.workflows._given import GivenRecipe

CLASSES = ("anger", "neutral", "sadness")


def write_speech(folder, n_speakers, n_clips, *, sample_rate=8000, duration_s=0.4, seed=1):
    """Write a CSV of synthetic speech, and give its path and rows."""
    signals, emotions, speakers = make_emotional_speech(
        n_speakers,
        n_clips,
        classes=CLASSES,
        duration_s=duration_s,
        sample_rate=sample_rate,
        random_state=seed,
    )
    names = [f"{number:03d}.wav" for number in range(len(signals))]
    (folder / "clips").mkdir()
    for name, signal in zip(names, signals, strict=True):
        soundfile.write(folder / "clips" / name, signal, sample_rate)
    rows = pd.DataFrame({"Filename": names, "Class": emotions, "Speaker": speakers})
    rows.to_csv(folder / "clips.csv", index=False)
    return folder / "clips.csv", rows


def list_files(folder):
    """List the files below a folder."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def contents(folder):
    """Give what each of them holds."""
    return {name: (folder / name).read_bytes() for name in list_files(folder)}


@dataclass(frozen=True)
class NaiveRecipe(Recipe):
    """Two quick features, and a classifier that is fitted at once."""

    name: str = "naive"
    features: tuple = ("zcr", "rms")
    model: str = "svm"
    summary: str = "quick"

    def make_pipeline(self, *, select=None, params=None, random_state=0):
        pipeline = super().make_pipeline(select=select, params=params, random_state=random_state)
        pipeline.steps[-1] = ("classifier", GaussianNB())
        return pipeline

    @property
    def search_space(self):
        return {"classifier__var_smoothing": [1e-9, 1.0]}


class Origins(TransformerMixin, BaseEstimator):
    """Stands in for AudioFeatures: tells which clip a row is of, and whether it is a copy."""

    sample_rate = 16000

    def __init__(self, memory=None):
        self.memory = memory

    @property
    def extractors(self):
        return [("origins", self)]

    def extract_each(self, paths, *, n_jobs=None, memory=None, progress=None):
        return list(self.transform(paths)), [], 0

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        numbers = [int(Path(find_origin(clip)).stem) for clip in X]
        return np.column_stack([numbers, [isinstance(clip, ChangedClip) for clip in X]])

    def get_feature_names_out(self, input_features=None):
        return np.array(["number_mean", "copy_mean"], dtype=object)


@dataclass(frozen=True)
class Shown:
    """What a classifier was fitted to, or asked to predict."""

    is_fit: bool
    rows: pd.DataFrame

    @property
    def clips(self):
        return set(self.rows.number)

    @property
    def n_copies(self):
        return int(self.rows.is_copy.sum())


class Witness(ClassifierMixin, BaseEstimator):
    """Learns nothing, and notes all that it is shown."""

    __metadata_request__fit = {"sample_weight": True}
    LOG = []

    def __init__(self, sharpness=1.0):
        self.sharpness = sharpness

    def fit(self, X, y, sample_weight=None):
        weights = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight)
        self._note(X, is_fit=True, label=y, weight=weights)
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        self._note(X, is_fit=False)
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))

    def predict(self, X):
        self._note(X, is_fit=False)
        return np.repeat(self.classes_[0], len(X))

    def _note(self, X, *, is_fit, **columns):
        rows = pd.DataFrame({"number": X[:, 0], "is_copy": X[:, 1].astype(bool)})
        self.LOG.append(Shown(is_fit, rows.assign(**columns)))


def make_witness_recipe():
    """A recipe whose classifier only takes notes."""
    return GivenRecipe(
        "witness",
        ("zcr",),
        "svm",
        "notes",
        Origins(),
        (("classifier", Witness()),),
        (("classifier__sharpness", [1.0, 2.0]),),
    )


def find_leaks(log, speakers):
    """Say what a fit was shown that it should not have been.

    Fits since the last prediction of an outer fold all count for it: what is left out there must
    reach no fit of a search within.
    """
    leaks, outer = set(), []
    everything = set(range(len(speakers)))
    for shown in log:
        if shown.is_fit:
            outer.append(shown)
            continue
        learnt, inner_only = [outer[-1]], outer[-1].clips | shown.clips != everything
        if not inner_only:
            learnt, outer = outer, []
        leaks |= {"copies predicted"} if shown.n_copies else set()
        for fitted in learnt:
            leaks |= {"clips"} if fitted.clips & shown.clips else set()
            left_out = {speakers[int(clip)] for clip in shown.clips}
            met = {speakers[int(clip)] for clip in fitted.clips}
            leaks |= {"speakers"} if left_out & met else set()
    return leaks
