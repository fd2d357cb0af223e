import json

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.features import MFCC, AudioFeatures, Chroma, ZeroCrossingRate
from sersk.metrics import difference_interval, unweighted_average_recall
from sersk.model_selection import (
    Importance,
    compute_importance,
    cross_validate_predictions,
    group_descriptors,
    make_protocol,
)


class Witness(ClassifierMixin, BaseEstimator):
    """Keeps all that it is fitted on and asked about; the number of the clip is column 0."""

    fitted = []
    asked = []

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.fitted.append(X)
        return self

    def predict(self, X):
        self.asked.append(X.copy())
        return np.full(len(X), self.classes_[0])


@pytest.fixture
def witness(monkeypatch):
    monkeypatch.setattr(Witness, "fitted", [])
    monkeypatch.setattr(Witness, "asked", [])
    return Witness()


@pytest.fixture
def numbered(corpus):
    """X of clip number (0.5 and so on, for as many columns), y, splits and speakers."""
    _, y, speakers = corpus
    X = np.arange(48.0)[:, np.newaxis] + np.arange(4) / 10
    return X, y, make_protocol(y, speakers, n_splits=4).splits, speakers


@pytest.fixture
def clues(corpus):
    """X of a clue to each class and two columns of noise, y, and splits."""
    X, y, speakers = corpus
    noise = np.random.default_rng(1).normal(size=(48, 2))
    return np.c_[X[:, 1:], noise], y, make_protocol(y, speakers, n_splits=4).splits


# What is fitted and what is shuffled


def test_each_fold_is_fitted_once_on_its_training_part(numbered, witness):
    X, y, splits, _ = numbered
    compute_importance(witness, X, y, splits, {"a": [0], "b": [1]})
    assert len(witness.fitted) == 4
    for fitted, (train, _) in zip(witness.fitted, splits, strict=True):
        assert_array_equal(fitted, X[train])


def test_only_the_columns_asked_for_are_shuffled_and_only_within_the_test_part(numbered, witness):
    X, y, splits, _ = numbered
    compute_importance(witness, X, y, splits, {"a": [1], "b": [0, 3]}, n_repeats=3)
    for (_, test), intact, shuffled in zip(
        splits, witness.asked[::2], witness.asked[1::2], strict=True
    ):
        assert_array_equal(intact, X[test])
        copies = shuffled.reshape(6, len(test), 4)
        for copy, columns in zip(copies, [[1]] * 3 + [[0, 3]] * 3, strict=True):
            others = np.setdiff1d(np.arange(4), columns)
            assert_array_equal(copy[:, others], X[test][:, others])
            for column in columns:
                assert not np.array_equal(copy[:, column], X[test, column])
                assert_array_equal(np.sort(copy[:, column]), X[test, column])


def test_columns_of_a_descriptor_keep_together(numbered, witness):
    X, y, splits, _ = numbered
    compute_importance(witness, X, y, splits, {"a": [0, 3]})
    for shuffled in witness.asked[1::2]:
        assert_allclose(shuffled[:, 3] - shuffled[:, 0], 0.3)


def test_repeats_differ_and_descriptors_are_shuffled_alike(numbered, witness):
    X, y, splits, _ = numbered
    compute_importance(witness, X, y, splits, {"a": [0], "b": [1]}, n_repeats=2)
    for (_, test), shuffled in zip(splits, witness.asked[1::2], strict=True):
        first, second, *other = shuffled.reshape(4, len(test), 4)
        assert not np.array_equal(first[:, 0], second[:, 0])
        assert_allclose(other[0][:, 1] - first[:, 0], 0.1)
        assert_allclose(other[1][:, 1] - second[:, 0], 0.1)


@pytest.mark.parametrize("n_bytes", [1, 12 * 4 * 8 * 2, 2**23])
def test_result_does_not_depend_on_how_many_copies_are_predicted_at_a_time(
    clues, monkeypatch, count, n_bytes
):
    X, y, splits = clues
    columns = {"a": [0], "b": [1, 2], "c": [3]}
    expected = compute_importance(GaussianNB(), X, y, splits, columns, n_repeats=3)
    monkeypatch.setattr("sersk.model_selection._importance._BYTES_AT_A_TIME", n_bytes)
    calls = count(GaussianNB, "predict")
    found = compute_importance(GaussianNB(), X, y, splits, columns, n_repeats=3)
    assert_array_equal(found.losses, expected.losses)
    assert max(len(asked) for _, asked in calls) <= max(12, n_bytes // (5 * 8))


def test_groups_are_those_of_the_training_part(corpus, groups_recorder):
    X, y, speakers = corpus
    splits = make_protocol(y, speakers, n_splits=4).splits
    compute_importance(groups_recorder, X, y, splits, {"clue": [1, 2]}, speakers)
    with pytest.raises(AssertionError, match="are not those of the clips"):
        compute_importance(groups_recorder, X, y, splits, {"clue": [1]}, speakers[::-1])


# The losses


def test_losses_are_those_of_pooled_predictions_by_hand(clues):
    X, y, splits = clues
    importance = compute_importance(
        LogisticRegression(), X, y, splits, {"a": [0, 1]}, n_repeats=2, random_state=3
    )
    rng = np.random.RandomState(3)
    intact, shuffled = np.empty_like(y), np.empty((2, 48), dtype=y.dtype)
    for train, test in splits:
        model = LogisticRegression().fit(X[train], y[train])
        intact[test] = model.predict(X[test])
        for i in range(2):
            copy = X[test]
            copy[:, :2] = copy[rng.permutation(len(test)), :2]
            shuffled[i, test] = model.predict(copy)
    uar = unweighted_average_recall(y, intact)
    assert importance.uar == pytest.approx(uar)
    losses = [uar - unweighted_average_recall(y, row) for row in shuffled]
    assert_allclose(importance.losses, [losses])
    assert_allclose(importance.mean, np.mean(losses))
    assert_allclose(importance.std, abs(losses[0] - losses[1]) / 2)


def test_intervals_are_over_speakers(clues):
    X, y, splits = clues
    columns, speakers = {"a": [0], "b": [1, 2]}, np.repeat(np.arange(8), 6)
    how = dict(n_repeats=2, random_state=3)
    importance = compute_importance(GaussianNB(), X, y, splits, columns, speakers, **how)
    rng = np.random.RandomState(3)
    shuffled, intact = {name: np.empty((2, 48), y.dtype) for name in columns}, np.empty_like(y)
    for train, test in splits:
        model = GaussianNB().fit(X[train], y[train])
        intact[test] = model.predict(X[test])
        for i in range(2):
            rows = rng.permutation(len(test))
            for name, chosen in columns.items():
                copy = X[test]
                copy[:, chosen] = copy[np.ix_(rows, chosen)]
                shuffled[name][i, test] = model.predict(copy)
    for name, interval, mean in zip(
        importance.names, importance.intervals, importance.mean, strict=True
    ):
        assert_allclose(interval, difference_interval(y, intact, shuffled[name], speakers))
        assert interval[0] < mean < interval[1]
    # Four speakers are too few, and none is none.
    for few in (np.repeat(np.arange(4), 12), None):
        importance = compute_importance(GaussianNB(), X, y, splits, columns, few)
        assert importance.intervals == [None, None]


def test_uar_is_that_of_the_cross_validation(clues):
    X, y, splits = clues
    predicted = cross_validate_predictions(GaussianNB(), X, y, splits).predictions
    importance = compute_importance(GaussianNB(), X, y, splits, {"a": [0]})
    assert importance.uar == pytest.approx(unweighted_average_recall(y, predicted))


def test_informative_columns_come_first_and_noise_loses_nothing():
    rng = np.random.default_rng(0)
    speakers, y = np.repeat(np.arange(8), 30), np.tile(["angry", "sad"], 120)
    is_sad = (y == "sad")[:, np.newaxis]
    X = np.c_[rng.normal(size=(240, 2)), is_sad * [2.0, 0.5] + 0.7 * rng.normal(size=(240, 2))]
    splits = make_protocol(y, speakers).splits
    columns = {"noise": [0, 1], "weak": [3], "strong": [2]}
    importance = compute_importance(LogisticRegression(), X, y, splits, columns)
    assert importance.names == ["strong", "weak", "noise"]
    # Of two classes, shuffling all that tells leaves a guess.
    assert importance.mean[0] > 0.25
    assert abs(importance.mean[2]) < 0.02
    assert np.all(np.diff(importance.mean) <= 0)


def test_two_columns_that_say_the_same_matter_more_together():
    rng = np.random.default_rng(0)
    speakers, y = np.repeat(np.arange(8), 30), np.tile(["angry", "sad"], 120)
    clue = 2.0 * (y == "sad")[:, np.newaxis] + 0.7 * rng.normal(size=(240, 1))
    X = np.c_[clue, clue + 0.1 * rng.normal(size=(240, 1))]
    splits = make_protocol(y, speakers).splits
    columns = {"one": [0], "other": [1], "both": [0, 1]}
    importance = compute_importance(GaussianNB(), X, y, splits, columns)
    assert importance.names[0] == "both"
    assert importance.mean[0] > 1.5 * importance.mean[1]


def test_loss_does_not_depend_on_what_else_is_asked_for(clues):
    X, y, splits = clues
    alone = compute_importance(GaussianNB(), X, y, splits, {"b": [1]})
    beside = compute_importance(GaussianNB(), X, y, splits, {"a": [0], "b": [1]})
    assert_array_equal(beside.losses[beside.names.index("b")], alone.losses[0])


def test_result_does_not_depend_on_the_number_of_workers(corpus, clues, workers_at_once):
    X, y, splits = clues
    model = make_pipeline(StandardScaler(), SpeakerCalibratedClassifier(SVC(), random_state=0))
    one, two = (
        compute_importance(model, X, y, splits, {"a": [0], "b": [3]}, corpus[2], n_jobs=n_jobs)
        for n_jobs in (1, 2)
    )
    assert one.names == two.names
    assert_array_equal(one.losses, two.losses)


def test_data_are_left_as_they_are(clues):
    X, y, splits = clues
    before = X.copy()
    compute_importance(GaussianNB(), X, y, splits, {"a": [0, 1]})
    assert_array_equal(X, before)


def test_dict_is_ready_for_json():
    losses, intervals = np.array([[0.25, 0.75], [0.0, 0.0]]), [(0.25, 0.75), None]
    importance = Importance(["b", "a"], losses, 0.75, intervals)
    assert json.loads(json.dumps(importance.to_dict())) == {
        "uar": 0.75,
        "n_repeats": 2,
        "rows": [
            {"name": "b", "loss": 0.5, "std": 0.25, "interval": [0.25, 0.75]},
            {"name": "a", "loss": 0.0, "std": 0.0, "interval": None},
        ],
    }


# group_descriptors


def test_names_of_sersk_are_grouped_by_descriptor():
    parts = [("mfcc", MFCC(n_mfcc=2)), ("chroma", Chroma()), ("zcr", ZeroCrossingRate())]
    names = AudioFeatures(parts).get_feature_names_out()
    columns = group_descriptors(names)
    assert list(columns)[:3] == ["mfcc0", "mfcc1", "chroma_C"]
    assert len(columns) == 2 + 12 + 1
    assert columns["zero_crossing_rate"] == [28, 29]
    assert all(len(chosen) == 2 for chosen in columns.values())
    assert sorted(np.concatenate(list(columns.values()))) == list(range(30))


def test_names_of_opensmile_are_grouped_by_descriptor():
    names = [
        "loudness_sma3_amean",
        "loudness_sma3_percentile20.0",
        "loudnessPeaksPerSec",
        "mfcc1_sma3_amean",
        "mfcc1V_sma3nz_amean",
    ]
    assert group_descriptors(names) == {
        "loudness_sma3": [0, 1],
        "loudnessPeaksPerSec": [2],
        "mfcc1_sma3": [3],
        "mfcc1V_sma3nz": [4],
    }


def test_derivatives_are_descriptors_of_their_own():
    names = MFCC(n_mfcc=1, deltas=1).get_feature_names_out()
    assert group_descriptors(names) == {"mfcc0": [0, 2], "mfcc0_delta": [1, 3]}


# Errors


@pytest.mark.parametrize("columns", [[5], [-1], [0, 99], []])
def test_impossible_columns(clues, columns):
    with pytest.raises(
        ValueError,
        match=r"^The columns of 'pitch' must be at least one index from 0 to 4, as X has 5 "
        r"columns\. Got \[",
    ):
        compute_importance(GaussianNB(), *clues, {"rms": [0], "pitch": columns})


def test_nothing_to_shuffle(clues):
    with pytest.raises(ValueError, match=r"must be at least one set\. Got none\."):
        compute_importance(GaussianNB(), *clues, {})


def test_no_repeat(clues):
    with pytest.raises(ValueError, match=r"'n_repeats' .* must be at least 1\. Got 0 instead\."):
        compute_importance(GaussianNB(), *clues, {"a": [0]}, n_repeats=0)
