import json

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.validation import check_is_fitted

from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.exceptions import ManifestError
from sersk.metrics import unweighted_average_recall
from sersk.model_selection import LearningCurve, SpeakerKFold, compute_learning_curve

FLAT = "The curve is flat: more speakers of this kind should bring little."


class Diary(ClassifierMixin, BaseEstimator):
    """Notes who it learns from and who it is tested on; speakers are the first column of X."""

    entries = []

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.learnt_ = X[:, 0]
        self.classes_met_ = set(y.tolist())
        return self

    def predict(self, X):
        self.entries.append((self.learnt_, X[:, 0], self.classes_met_))
        return np.full(len(X), self.classes_[0])


@pytest.fixture
def diary(monkeypatch):
    monkeypatch.setattr(Diary, "entries", [])
    return Diary()


def make_offset_corpus(n_speakers, n_clips=12, *, seed=0):
    """Clips whose speakers differ, in a plane that only many speakers show, more than classes."""
    rng = np.random.default_rng(seed)
    speakers = np.repeat([f"S{i:02d}" for i in range(n_speakers)], n_clips)
    y = np.tile(["angry", "calm", "sad"], n_speakers * n_clips // 3)
    offsets = 2 * rng.normal(size=(n_speakers, 6)) @ rng.normal(size=(6, 12))
    means = 0.5 * rng.normal(size=(3, 12))
    X = np.repeat(offsets, n_clips, axis=0) + means[np.searchsorted(np.unique(y), y)]
    return X + 0.3 * rng.normal(size=X.shape), y, speakers


def make_curve(n_speakers, mean, scatter=0.002, n_repeats=5):
    """Give a curve whose repeats all have the slope of the mean, save for a small scatter."""
    tilt = np.linspace(-1, 1, n_repeats) * scatter
    n_speakers = np.asarray(n_speakers)
    noise = np.log(n_speakers / n_speakers[-1])[:, np.newaxis] * tilt
    return LearningCurve(n_speakers, np.asarray(mean)[:, np.newaxis] + noise)


# Who is learnt from


def test_test_speakers_never_reach_fit(corpus, diary):
    compute_learning_curve(diary, *corpus, sizes=[2, 5], n_repeats=3, n_splits=4)
    assert len(diary.entries) == 2 * 3 * 4
    for learnt, tested, _ in diary.entries:
        assert not set(learnt) & set(tested)


def test_subsets_have_the_sizes_and_all_clips_of_their_speakers(corpus, diary):
    curve = compute_learning_curve(diary, *corpus, sizes=[5, 2, 3], n_repeats=2, n_splits=4)
    assert_array_equal(curve.n_speakers, [2, 3, 5])
    assert curve.scores.shape == (3, 2)
    sizes = [len(set(learnt)) for learnt, _, _ in diary.entries]
    assert sorted(sizes) == [2] * 8 + [3] * 8 + [5] * 8
    assert [len(learnt) for learnt, _, _ in diary.entries] == [6 * size for size in sizes]


def _subsets(diary):
    """Sets of learnt speakers by repeat and fold, from the largest to the smallest."""
    found = {}
    for i, (learnt, tested, _) in enumerate(diary.entries):
        found.setdefault((i % 8, tuple(sorted(set(tested)))), []).append(set(learnt))
    return found


def test_subsets_are_nested_and_drawn_anew_in_each_repeat(corpus, diary):
    compute_learning_curve(diary, *corpus, sizes=[2, 3, 5], n_repeats=2, n_splits=4)
    subsets = _subsets(diary)
    assert len(subsets) == 8
    for large, middle, small in subsets.values():
        assert small < middle < large
    assert len({frozenset(small) for *_, small in subsets.values()}) > 4


def test_each_clip_is_tested_once_in_each_repeat_at_each_size(corpus, diary):
    compute_learning_curve(diary, *corpus, sizes=[2, 5], n_repeats=2, n_splits=4)
    for i in range(0, 16, 4):
        tested = np.concatenate([tested for _, tested, _ in diary.entries[i : i + 4]])
        assert_array_equal(np.sort(tested), np.sort(corpus[2]))


def test_groups_are_those_of_the_subset(corpus, groups_recorder):
    """The recorder compares them with the first column of X, and test speakers with them."""
    X, y, speakers = corpus
    compute_learning_curve(groups_recorder, X, y, speakers, sizes=[2, 5])
    with pytest.raises(AssertionError, match="are not those of the clips"):
        compute_learning_curve(groups_recorder, X[:, ::-1], y, speakers, sizes=[2, 5])


def test_subsets_start_with_speakers_of_missing_classes(diary):
    """Speakers say one class each, two of twelve the rare ones: chance would often miss them."""
    speakers = np.repeat(np.arange(12.0), 4)
    y = np.repeat(["a"] * 6 + ["b"] * 2 + ["c"] * 2 + ["d"] * 2, 4)
    X = speakers[:, np.newaxis]
    compute_learning_curve(diary, X, y, speakers, sizes=[2, 4], n_repeats=4, n_splits=6)
    for learnt, tested, classes in diary.entries:
        possible = set(y[~np.isin(speakers, tested)])
        assert len(classes) == min(len(set(learnt)), len(possible))


def test_a_class_that_is_absent_can_only_be_wrong():
    """Only speaker 0 is ever disgusted, so no model that is tested on it knows the class."""
    speakers = np.repeat(np.arange(8), 6)
    y = np.tile(["angry", "sad"], 24).astype("U7")
    y[:3] = "disgust"
    X = (y[:, np.newaxis] == np.unique(y)).astype(float)
    curve = compute_learning_curve(LogisticRegression(), X, y, speakers, sizes=[3, 5], n_splits=4)
    assert_allclose(curve.scores, 2 / 3)


# The scores


def test_scores_are_those_of_pooled_predictions():
    """At the size of the whole training part nothing is drawn but the folds."""
    X, y, speakers = make_offset_corpus(8)
    model = LinearDiscriminantAnalysis()
    curve = compute_learning_curve(model, X, y, speakers, n_splits=8, n_repeats=2)
    y_pred = np.empty_like(y)
    for train, test in SpeakerKFold(8).split(X, y, speakers):
        y_pred[test] = LinearDiscriminantAnalysis().fit(X[train], y[train]).predict(X[test])
    assert_allclose(curve.scores[-1], unweighted_average_recall(y, y_pred))
    assert_allclose(curve.mean, curve.scores.sum(axis=1) / 2)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        check_is_fitted(model)


def test_more_speakers_help_where_speakers_differ():
    X, y, speakers = make_offset_corpus(16)
    curve = compute_learning_curve(LinearDiscriminantAnalysis(), X, y, speakers)
    assert_array_equal(curve.n_speakers, [2, 3, 5, 8, 12])
    assert curve.mean[-1] > curve.mean[0] + 0.2
    assert "still rising" in curve.advice


def test_more_speakers_do_not_help_where_all_are_alike():
    rng = np.random.default_rng(0)
    speakers, y = np.repeat(np.arange(12), 30), np.tile(["angry", "sad"], 180)
    X = (y == "sad")[:, np.newaxis] + 0.5 * rng.normal(size=(360, 1))
    curve = compute_learning_curve(LogisticRegression(), X, y, speakers)
    assert curve.advice.endswith(FLAT)


def test_default_sizes_of_the_fewest_speakers(corpus):
    X, y, speakers = corpus
    six = speakers < 6
    curve = compute_learning_curve(SVC(), X[six], y[six], speakers[six])
    assert_array_equal(curve.n_speakers, [2, 3, 4])


def test_result_does_not_depend_on_the_number_of_workers(corpus, workers_at_once):
    model = make_pipeline(StandardScaler(), SpeakerCalibratedClassifier(SVC(), random_state=0))
    one, two = (
        compute_learning_curve(model, *corpus, sizes=[2, 5], n_repeats=2, n_jobs=n_jobs)
        for n_jobs in (1, 2)
    )
    assert_array_equal(one.scores, two.scores)


def test_seed_decides(corpus):
    X, y, speakers = corpus
    first, again, other = (
        compute_learning_curve(SVC(), X, y, speakers, n_repeats=2, random_state=seed).scores
        for seed in (0, 0, 1)
    )
    assert_array_equal(first, again)
    assert not np.array_equal(first, other)


# The advice


def test_rising_curve_names_the_speakers_of_the_model():
    """The slope is 0.08 per e-fold: 19 * (exp(0.02 / 0.08) - 1) = 5.4, and 0.08 log(25/19)."""
    sizes = np.array([2, 5, 10, 19])
    # The first size is below a quarter of the largest, and off the line.
    mean = 0.46 + 0.08 * np.log(sizes / 19) - [0.3, 0, 0, 0]
    assert make_curve(sizes, mean).advice == (
        "With 19 speakers to learn from the UAR is 0.46. "
        "The curve is still rising: 6 more speakers should bring about +2 points."
    )


def test_steep_curve_names_a_quarter_more():
    """0.3 log(25/20) = 0.067."""
    curve = make_curve([5, 10, 20], 0.7 + 0.3 * np.log([1 / 4, 1 / 2, 1]))
    assert curve.advice.endswith("5 more speakers should bring about +7 points.")
    curve = make_curve([2, 4], 0.7 + 0.3 * np.log([1 / 2, 1]))
    assert curve.advice.endswith("1 more speaker should bring about +7 points.")


def test_slow_curve_is_told_for_twice_the_speakers_and_no_more():
    """0.015 log(2) = 0.0104."""
    curve = make_curve([5, 10, 19], 0.46 + 0.015 * np.log([5 / 19, 10 / 19, 1]))
    assert curve.advice == (
        "With 19 speakers to learn from the UAR is 0.46. "
        "Doubling them, to 38, should bring about +1 point."
    )


@pytest.mark.parametrize("slope", [0.0, -0.05, 0.005, 1e-9])
@pytest.mark.parametrize("scatter", [0.002, 0.0])
def test_flat_curve(slope, scatter):
    curve = make_curve([5, 10, 19], 0.46 + slope * np.log([5 / 19, 10 / 19, 1]), scatter)
    assert curve.advice == f"With 19 speakers to learn from the UAR is 0.46. {FLAT}"


def test_two_sizes_are_fitted_however_far_apart():
    """0.05 log(60/40) = 0.0203, and 40 * (exp(0.02 / 0.05) - 1) = 19.7."""
    curve = make_curve([2, 40], 0.6 + 0.05 * np.log([2 / 40, 1]))
    assert curve.advice.endswith("20 more speakers should bring about +2 points.")


def test_flat_within_the_scatter_of_the_repeats():
    mean = 0.46 + 0.02 * np.log([5 / 19, 10 / 19, 1])
    assert "Doubling" in make_curve([5, 10, 19], mean, scatter=0.005).advice
    assert make_curve([5, 10, 19], mean, scatter=0.05).advice.endswith(FLAT)


def test_steep_but_scattered_curve_is_not_called_flat():
    curve = make_curve([5, 10, 19], 0.46 + 0.1 * np.log([5 / 19, 10 / 19, 1]), scatter=0.2)
    assert curve.advice.endswith("more would help is not clear: the repeats differ too much.")


def test_never_more_than_everything():
    for uar, end in (
        (0.975, "5 more speakers should bring about +2 points."),
        (0.985, "5 more speakers should bring about +1 point."),
        (0.995, "Hardly anything is left to gain."),
    ):
        assert make_curve([5, 10, 20], uar + 0.3 * np.log([1 / 4, 1 / 2, 1])).advice.endswith(end)


def test_dict_is_ready_for_json(corpus):
    curve = compute_learning_curve(SVC(), *corpus, n_repeats=2)
    back = json.loads(json.dumps(curve.to_dict()))
    assert list(back) == ["n_speakers", "scores", "mean", "advice"]
    assert_array_equal(back["n_speakers"], curve.n_speakers)
    assert_array_equal(back["scores"], curve.scores)
    assert_array_equal(back["mean"], curve.mean)
    assert back["advice"] == curve.advice


# Errors


def test_too_few_speakers(corpus):
    X, y, speakers = corpus
    five = speakers < 5
    with pytest.raises(
        ManifestError,
        match=r"^A learning curve needs at least 6 speakers, .* Got 5\. Add speakers, or do",
    ):
        compute_learning_curve(SVC(), X[five], y[five], speakers[five])
    with pytest.raises(ManifestError, match=r"at least 6 speakers, .* Got 0\."):
        compute_learning_curve(SVC(), X, y, None)


def test_fold_with_too_few_speakers_to_learn_from():
    """Two speakers have nearly all clips, and four share a fold."""
    speakers = np.r_[np.repeat([0, 1], 30), np.repeat([2, 3, 4, 5], 4)]
    y = np.tile(["angry", "sad"], 38)
    with pytest.raises(
        ManifestError,
        match=r"with more than 2 speakers to learn from\. Got one with [12]\. Make more",
    ):
        compute_learning_curve(SVC(), np.zeros((76, 1)), y, speakers, n_splits=2)


def test_fold_of_a_single_class(corpus):
    X, _, speakers = corpus
    y = np.where(speakers == 3, "sad", "angry")
    with pytest.raises(
        ManifestError, match=r"only the class 'angry' is left to learn from\. .*: add speakers"
    ):
        compute_learning_curve(SVC(), X, y, speakers)


@pytest.mark.parametrize("sizes", [[1, 4], [2, 7], [4], [4, 4], []])
def test_impossible_sizes(corpus, sizes):
    with pytest.raises(
        ValueError,
        match=r"^The 'sizes' parameter of compute_learning_curve must be at least two different "
        r"numbers of speakers from 2 to 6, what every fold has to learn from\. Got \[",
    ):
        compute_learning_curve(SVC(), *corpus, sizes=sizes)


def test_one_repeat(corpus):
    with pytest.raises(ValueError, match=r"'n_repeats' .* must be at least 2, .* Got 1 instead\."):
        compute_learning_curve(SVC(), *corpus, n_repeats=1)
