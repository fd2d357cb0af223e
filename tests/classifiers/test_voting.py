import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.classifiers import BlockVotingClassifier, ShrinkageLDA, SpeakerCalibratedClassifier
from sersk.preprocessing import BlockScaler
from sersk.utils._metadata import fit_with_metadata

BLOCKS = [("voice", 4), ("noise", 3), ("words", 20)]
CLASSES = np.array(["angry", "calm", "disgust", "fear", "happy", "neutral", "sad", "surprised"])


class Witness(ClassifierMixin, BaseEstimator):
    """Keeps what it is fitted to; scores are the first columns, times a gain, plus an offset."""

    __metadata_request__fit = {"groups": True}

    def __init__(self, gain=1.0, offset=0.0):
        self.gain, self.offset = gain, offset

    def fit(self, X, y, groups=None, sample_weight=None):
        self.X_, self.groups_, self.weights_ = X, groups, sample_weight
        self.classes_ = np.unique(y)
        return self

    def decision_function(self, X):
        if len(self.classes_) == 2:
            return X[:, 0] * self.gain
        return X[:, : len(self.classes_)] * self.gain + self.offset


def draw(n_classes=3, n_clips=48, seed=0):
    rng = np.random.default_rng(seed)
    codes = np.arange(n_clips) % n_classes
    X = rng.normal(size=(n_clips, 27)) + rng.normal(size=(n_classes, 27))[codes]
    return X, CLASSES[codes], np.arange(n_clips) // 12


def vote(**params):
    members = [("voice", ShrinkageLDA(), ["voice"]), ("words", ShrinkageLDA(), ["words"])]
    return BlockVotingClassifier(members, blocks=BLOCKS).set_params(**params)


# Which columns


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (["voice"], range(4)),
        (["words"], range(7, 27)),
        (["noise", "words"], range(4, 27)),
        (["noise", "voice"], range(7)),
        (["words", "voice"], [*range(4), *range(7, 27)]),
        (None, range(27)),
    ],
)
def test_members_see_their_blocks(names, columns):
    X, y, _ = draw()
    model = BlockVotingClassifier([("one", Witness(), names)], blocks=BLOCKS).fit(X, y)
    assert_array_equal(model.estimators_[0].X_, X[:, list(columns)])
    is_view = np.shares_memory(model.estimators_[0].X_, X)
    assert is_view == (len(columns) == columns[-1] - columns[0] + 1)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_other_columns_do_not_matter(n_classes):
    X, y, _ = draw(n_classes)
    model = vote().fit(X, y)
    before = model.decision_function(X)
    X[:, 4:7] = 1e6
    assert_array_equal(model.decision_function(X), before)
    assert_array_equal(vote().fit(X, y).decision_function(X), before)


def test_single_block():
    X, y, _ = draw()
    model = BlockVotingClassifier([("one", ShrinkageLDA(), ["all"])], blocks=None).fit(X, y)
    assert_array_equal(model.predict(X), ShrinkageLDA().fit(X, y).predict(X))


# The sum


@pytest.mark.parametrize("n_classes", [2, 3, 8])
def test_scores_are_the_sum_of_the_standardised_ones(n_classes):
    X, y, _ = draw(n_classes)
    means = np.stack([X[y == name].mean(axis=0) for name in np.unique(y)])
    expected = 0
    for columns in (slice(0, 4), slice(7, 27)):
        member = ShrinkageLDA().fit(X[:, columns], y)

        def score(rows, member=member, columns=columns):
            scores = rows[:, columns] @ member.coef_.T + member.intercept_
            return scores - scores.mean(axis=1, keepdims=True)

        expected = expected + score(X) / score(means).std()
    scores = vote().fit(X, y).decision_function(X)
    if n_classes == 2:
        expected = expected[:, 1] - expected[:, 0]
    assert_allclose(scores, expected)
    best = scores.argmax(axis=1) if n_classes > 2 else (scores > 0).astype(int)
    assert_array_equal(vote().fit(X, y).predict(X), np.unique(y)[best])


@pytest.mark.parametrize("n_classes", [2, 4])
def test_no_member_drowns_the_others(n_classes):
    X, y, _ = draw(n_classes)

    def score(gain, offset=0.0):
        members = [("a", Witness(), ["voice"]), ("b", Witness(gain, offset), ["words"])]
        return BlockVotingClassifier(members, blocks=BLOCKS).fit(X, y).decision_function(X)

    assert_allclose(score(1e6), score(1), rtol=1e-6)
    assert_allclose(score(1, 1e3), score(1), rtol=1e-6)


def test_member_that_tells_nothing_apart():
    X, y, _ = draw()
    members = [("a", ShrinkageLDA(), ["voice"]), ("b", Witness(0.0), ["words"])]
    model = BlockVotingClassifier(members, blocks=BLOCKS).fit(X, y)
    assert_array_equal(model.predict(X), ShrinkageLDA().fit(X[:, :4], y).predict(X[:, :4]))


# Metadata


def test_groups_and_weights_reach_the_members():
    X, y, groups = draw()
    weights = np.linspace(1, 2, len(y))
    members = [("a", Witness(), ["voice"]), ("b", SVC(), ["words"])]
    model = make_pipeline(StandardScaler(), BlockVotingClassifier(members, blocks=BLOCKS))
    fit_with_metadata(model, X, y, groups=groups, sample_weight=weights)
    witness, svm = model[-1].estimators_
    assert_array_equal(witness.groups_, groups)
    assert_array_equal(witness.weights_, weights)
    words = model[0].transform(X)[:, 7:]
    expected = SVC().fit(words, y, sample_weight=weights).decision_function(words)
    assert_allclose(svm.decision_function(words), expected)
    assert fit_with_metadata(vote(), X, y).estimators_[0].predict(X[:, :4]).shape == (48,)


def test_weight_of_a_clip_counts_in_the_means():
    X, y, _ = draw()
    weights = np.where(np.arange(len(y)) < 30, 1.0, 0.0)
    weighted = vote().fit(X, y, sample_weight=weights)
    assert_allclose(weighted.spreads_, vote().fit(X[:30], y[:30]).spreads_)


@pytest.mark.parametrize("n_classes", [2, 8])
def test_inside_a_calibration(n_classes):
    X, y, groups = draw(n_classes, n_clips=96)
    model = make_pipeline(BlockScaler(BLOCKS), SpeakerCalibratedClassifier(vote()))
    model = fit_with_metadata(model, X, y, groups=groups)
    probabilities = model.predict_proba(X)
    assert probabilities.shape == (96, n_classes)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    bare = vote().fit(model[0].transform(X), y)
    assert_array_equal(model.predict(X), bare.predict(model[0].transform(X)))
    assert np.mean(model.predict(X) == y) > 0.9


# Parameters


def test_parameters_of_members():
    X, y, _ = draw()
    model = vote(voice__shrinkage=0.9)
    assert model.get_params()["voice__shrinkage"] == 0.9
    assert model.get_params()["words__shrinkage"] == 0.3
    assert model.get_params()["voice"] is model.estimators[0][1]
    assert set(model.get_params(deep=False)) == {"estimators", "blocks"}
    model.set_params(words=SVC(), words__C=3.0)
    assert model.estimators[1] == ("words", model.get_params()["words"], ["words"])
    assert model.get_params()["words__C"] == 3.0
    other = [("svm", SVC(), ["noise"])]
    model.set_params(estimators=other, svm__C=7.0)
    assert model.estimators == other
    assert other[0][1].C == 7.0
    search = GridSearchCV(vote(), {"voice__shrinkage": [0.1, 0.9]}, cv=2).fit(X, y)
    best = search.best_params_["voice__shrinkage"]
    assert search.best_estimator_.estimators_[0].shrinkage == best


def test_clones_and_pickles():
    X, y, _ = draw()
    model = vote(voice__shrinkage=0.5).fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.decision_function(X), model.decision_function(X))
    copy = clone(model)
    assert copy.estimators[0][1] is not model.estimators[0][1]
    assert not hasattr(model.estimators[0][1], "coef_")
    assert_array_equal(copy.fit(X, y).decision_function(X), model.decision_function(X))


LDA = ShrinkageLDA()
WRONG = {
    "blocks": ([("a", LDA, ["voice"])], [("voice", 3)], ValueError, "Got 3 for 27 features"),
    "no member": ([], BLOCKS, ValueError, "must have at least one member. Got none"),
    "pair": ([("a", LDA)], BLOCKS, TypeError, r"must be a list of a name, a .* Got \('a', Shrink"),
    "no scores": ([("a", GaussianNB(), ["voice"])], BLOCKS, TypeError, r"GaussianNB\(\) as 'a'"),
    "unknown": ([("a", LDA, ["face"])], BLOCKS, ValueError, r"among \['voice', 'noise', 'words"),
    "text": ([("a", LDA, "voice")], BLOCKS, ValueError, "Got 'voice' instead"),
    "none": ([("a", LDA, [])], BLOCKS, ValueError, r"Got \[\] instead"),
    "twice": ([("a", LDA, ["voice", "voice"])], BLOCKS, ValueError, "must be different"),
    "names": ([("a", LDA, None), ("a", LDA, None)], BLOCKS, ValueError, "not unique"),
}


@pytest.mark.parametrize("case", WRONG)
def test_nonsense_is_explained(case):
    X, y, _ = draw()
    estimators, blocks, error, message = WRONG[case]
    with pytest.raises(error, match=message):
        BlockVotingClassifier(estimators, blocks=blocks).fit(X, y)


def test_weights_for_a_member_that_takes_none():
    X, y, _ = draw()

    class Deaf(ShrinkageLDA):
        def fit(self, X, y):
            return super().fit(X, y)

    model = BlockVotingClassifier([("a", Deaf(), None)], blocks=None)
    with pytest.raises(ValueError, match="No part of Deaf takes a sample_weight"):
        model.fit(X, y, sample_weight=np.ones(48))


def test_single_class():
    message = r"^BlockVotingClassifier needs samples of at least 2 classes\. Got one class, 'sad'"
    with pytest.raises(ValueError, match=message):
        BlockVotingClassifier([("a", LDA, None)], blocks=None).fit([[0.0], [1.0]], ["sad"] * 2)
