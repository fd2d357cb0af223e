"""Corpora whose features are given: what is fitted to them is tested without any sound."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import Pipeline

from sersk.recipes import Recipe

CLASSES = ("anger", "neutral", "sadness")


class GivenFeatures(TransformerMixin, BaseEstimator):
    """Stands in for AudioFeatures: looks the row of a file up by its name, and counts calls."""

    sample_rate = 16000
    _is_bank = False

    def __init__(self, table):
        self.table = table
        self.calls = []

    @property
    def extractors(self):
        return self._parts

    @property
    def _parts(self):
        return [("given", self)]

    def extract_each(self, paths, *, n_jobs=None, memory=None, progress=None):
        self.calls.append(list(paths))
        return [self.table[Path(path).name] for path in paths], [], 0

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return np.stack([self.table[Path(path).name] for path in X])

    def get_feature_names_out(self, input_features=None):
        n_columns = len(next(iter(self.table.values())))
        return np.array([f"given{i}_mean" for i in range(n_columns)], dtype=object)


@dataclass(frozen=True)
class GivenRecipe(Recipe):
    """A recipe with given features, and with steps of one's own after them if they are named."""

    extractor: GivenFeatures = None
    steps: tuple = ()
    space: tuple = ()

    def make_pipeline(self, **how):
        steps = super().make_pipeline(**how).steps[1:]
        return Pipeline([("features", self.extractor), *(self.steps or steps)])

    @property
    def search_space(self):
        return dict(self.space) or super().search_space


@dataclass(frozen=True)
class GivenCorpus:
    """A CSV of empty files, its rows, and the features that stand for the sound."""

    csv: Path
    rows: pd.DataFrame
    X: np.ndarray

    @property
    def y(self):
        return self.rows.Class.to_numpy()

    @property
    def speakers(self):
        return self.rows.Speaker.to_numpy()

    def make_recipe(self, model="svm", *, name=None, columns=slice(None), steps=(), space=()):
        table = dict(zip(self.rows.Filename, self.X[:, columns], strict=True))
        extractor = GivenFeatures(table)
        how = (extractor, steps, tuple(space))
        # Features in name only, more than any test selects.
        return GivenRecipe(name or model, ("mfcc",), model, "given", *how)

    def write_csv(self, rows, name="rows.csv"):
        """Write other rows about the same files, and give the path."""
        path = self.csv.with_name(name)
        rows.to_csv(path, index=False)
        return path


def make_given_corpus(
    folder, n_speakers=6, n_clips_per_class=4, *, n_columns=6, noise=1.2, random_state=0, **columns
):
    """Make clips whose first three features are a noisy clue to the class.

    Further columns of the CSV are functions of the rows.
    """
    rng = np.random.default_rng(random_state)
    y = np.tile(CLASSES, n_speakers * n_clips_per_class)
    speakers = np.repeat([f"S{i + 1:02d}" for i in range(n_speakers)], 3 * n_clips_per_class)
    X = rng.normal(scale=noise, size=(len(y), n_columns))
    X[:, :3] += y[:, None] == CLASSES
    order = rng.permutation(len(y))
    names = [f"{number:03d}.wav" for number in range(len(y))]
    rows = pd.DataFrame({"Filename": names, "Class": y[order], "Speaker": speakers[order]})
    rows = rows.assign(**columns)
    for name in names:
        (folder / name).touch()
    rows.to_csv(folder / "clips.csv", index=False)
    return GivenCorpus(folder / "clips.csv", rows, X[order])
