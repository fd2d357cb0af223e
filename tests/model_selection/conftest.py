import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted


class RecordingClassifier(ClassifierMixin, BaseEstimator):
    """Predicts the most frequent class, and fails on a clip of a speaker it was fitted on.

    The first column of X holds the number of the speaker.
    """

    def __init__(self, width=1):
        self.width = width

    def fit(self, X, y):
        self.classes_, counts = np.unique(y, return_counts=True)
        self.speakers_ = set(np.asarray(X)[:, 0].tolist())
        self.shares_ = counts / counts.sum()
        return self

    def predict_proba(self, X):
        check_is_fitted(self)
        known = self.speakers_ & set(np.asarray(X)[:, 0].tolist())
        if known:
            raise AssertionError(f"Speakers {sorted(known)} are in both parts.")
        return np.tile(self.shares_, (len(X), 1))

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class GroupsClassifier(RecordingClassifier):
    """A recording classifier that wants the groups, and checks that they are its clips'."""

    __metadata_request__fit = {"groups": True}

    def fit(self, X, y, groups=None):
        self.groups_ = None if groups is None else np.asarray(groups)
        if groups is not None and not np.array_equal(self.groups_, np.asarray(X)[:, 0]):
            raise AssertionError("The groups are not those of the clips.")
        return super().fit(X, y)


@pytest.fixture
def recorder():
    return RecordingClassifier()


@pytest.fixture
def groups_recorder():
    return GroupsClassifier()


@pytest.fixture
def corpus():
    """X, y and speakers 0 to 7; the speaker is the first column of X; a clue to y the others."""
    rng = np.random.default_rng(0)
    speakers = np.repeat(np.arange(8.0), 6)
    y = np.tile(["angry", "happy", "sad"], 16)
    clues = (y[:, None] == np.unique(y)) + rng.normal(scale=0.5, size=(48, 3))
    order = rng.permutation(48)
    return np.column_stack([speakers, clues])[order], y[order], speakers[order]
