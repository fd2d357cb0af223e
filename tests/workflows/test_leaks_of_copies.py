"""What `fit` shows to a classifier when it makes copies: never a clip of a speaker left out."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.pipeline import Pipeline

from sersk.augmentation import make_augmentations
from sersk.augmentation._copies import make_copies
from sersk.workflows import fit
from sersk.workflows._learning import Learning
from tests.workflows._copies import Witness, find_leaks, make_witness_recipe
from tests.workflows._given import make_given_corpus


@pytest.fixture(autouse=True)
def log():
    Witness.LOG.clear()
    return Witness.LOG


@pytest.fixture
def six(tmp_path):
    """Clips of six speakers, without sound."""
    return make_given_corpus(tmp_path)


@pytest.fixture
def uneven(six):
    """A class of 24 clips, one of 13 and one of 5, none of them in the order of the classes."""
    taken = {"anger": 24, "neutral": 13, "sadness": 5}
    rows = six.rows[six.rows.groupby("Class").cumcount() < six.rows.Class.map(taken)]
    return six.write_csv(rows, "uneven.csv")


def fit_witness(data, **how):
    return fit(data, recipe=make_witness_recipe(), n_jobs=1, **{"augment": "noise,pitch", **how})


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"copies": 5},
        {"oversample": True},
        {"n_splits": 3},
        {"labels": "sentiment3"},
        {"augment": "noise+pitch", "copies": 1, "labels": "sentiment3", "oversample": True},
    ],
)
def test_no_copy_of_a_speaker_left_out(how, six, log):
    fit_witness(six.csv, **how)
    n_folds = how.get("n_splits", 6)
    assert [shown.is_fit for shown in log] == [True, False] * n_folds + [True]
    assert find_leaks(log, six.speakers) == set()
    # Copies there were, and in the final fit of all clips.
    assert all(shown.n_copies > 0 for shown in log if shown.is_fit)
    assert log[-1].clips == set(range(len(six.y)))
    assert set().union(*(shown.clips for shown in log if not shown.is_fit)) == log[-1].clips


def test_nor_in_a_search_within_the_folds(six, log):
    fit_witness(six.csv, search=True)
    assert find_leaks(log, six.speakers) == set()
    # Two candidates in each of some inner folds, and the winner, in six folds and in the end.
    fits = [shown for shown in log if shown.is_fit]
    assert len(fits) % 7 == 0
    assert len(fits) >= 7 * (2 * 2 + 1)
    assert all(shown.n_copies == 2 * len(shown.clips) for shown in fits)


def test_nor_for_the_learning_curve(six, log):
    fit_witness(six.csv)
    n_before = len(log)
    Witness.LOG.clear()
    fit_witness(six.csv, learning_curve=True)
    assert len(log) > n_before + 50
    assert find_leaks(log[:n_before], six.speakers) == set()
    for fitted, shown in zip(log[n_before:], log[n_before + 1 :], strict=False):
        if fitted.is_fit and not shown.is_fit:
            assert find_leaks([fitted, shown], six.speakers) == set()
            assert fitted.n_copies == 2 * len(fitted.clips)


class MadeBefore(ClassifierMixin, BaseEstimator):
    """Learns from copies of all clips, whatever it is fitted to."""

    def __init__(self, estimator, copies, labels):
        self.estimator = estimator
        self.copies = copies
        self.labels = labels

    def fit(self, X, y):
        labels = np.concatenate([y, self.labels])
        self.estimator_ = clone(self.estimator).fit([*X, *self.copies], labels)
        self.classes_ = self.estimator_.classes_
        return self

    def predict_proba(self, X):
        return self.estimator_.predict_proba(X)


def test_copies_made_before_the_split_are_found_out(six, log, monkeypatch):
    def learn_too_early(pipeline, search_space, corpus, augment, **_):
        paths = corpus.manifest.paths
        made = make_copies(paths, make_augmentations(augment), [1] * len(paths), 0)
        copies = [copy for (copy,) in made]
        learner = MadeBefore(Pipeline(pipeline.steps), copies, corpus.manifest.labels)
        description = {"augmentations": [], "copies": 1, "oversample": False}
        return Learning(learner, np.array(paths, dtype=object), {}, description)

    monkeypatch.setattr("sersk.workflows._fit.prepare_learning", learn_too_early)
    fit_witness(six.csv)
    assert find_leaks(log, six.speakers) == {"clips", "speakers"}


def test_copies_among_the_clips_to_score_are_found_out(six, log, monkeypatch):
    def learn_everything(pipeline, search_space, corpus, augment, **_):
        paths = corpus.manifest.paths
        made = make_copies(paths, make_augmentations(augment), [1] * len(paths), 0)
        X = np.empty(len(paths), dtype=object)
        X[:] = [copy for (copy,) in made]
        description = {"augmentations": [], "copies": 1, "oversample": False}
        learner = MadeBefore(Pipeline(pipeline.steps), [], corpus.manifest.labels[:0])
        return Learning(learner, X, {}, description)

    monkeypatch.setattr("sersk.workflows._fit.prepare_learning", learn_everything)
    fit_witness(six.csv)
    assert find_leaks(log, six.speakers) == {"copies predicted"}


def test_clips_come_first_and_each_has_its_copies(six, log):
    fit_witness(six.csv, copies=3)
    for shown in (shown for shown in log if shown.is_fit):
        counts = shown.rows.groupby(["number", "is_copy"]).size().unstack()
        assert counts[False].eq(1).all()
        assert counts[True].eq(3).all()
        assert (shown.rows.label == six.y[shown.rows.number.astype(int)]).all()


def test_oversampled_classes_have_as_many_rows_in_every_fit(six, uneven, log):
    fit_witness(uneven, oversample=True)
    fits = [shown for shown in log if shown.is_fit]
    assert len(fits) == 7
    for shown in fits:
        assert shown.rows.label.value_counts().nunique() == 1
        # The most frequent class has its ordinary share, and no clip is there twice.
        own = shown.rows[~shown.rows.is_copy]
        assert not own.number.duplicated().any()
        assert shown.rows.label.value_counts().max() == 3 * own.label.value_counts().max()
    fit_witness(uneven)
    assert log[-1].rows.label.value_counts().nunique() == 3


def test_a_copy_weighs_as_much_as_its_clip(six, log):
    fit_witness(six.csv, labels="sentiment3")
    for shown in (shown for shown in log if shown.is_fit):
        rows = shown.rows
        sad = pd.Series(six.y[rows.number.astype(int)], rows.index) == "sadness"
        assert (rows.weight == np.where(sad, 0.5, 1)).all()
        # Half to either class, with two copies in each.
        parts = rows[sad].groupby(["number", "label"]).is_copy.agg(["size", "sum"])
        assert (parts["size"] == 3).all()
        assert (parts["sum"] == 2).all()
        assert set(parts.index.get_level_values("label")) == {"negative", "neutral"}
