"""Scores out of fold, which are to be those of as many refits."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from sersk.classifiers import BlockVotingClassifier, ShrinkageLDA, SpeakerCalibratedClassifier
from sersk.classifiers._out_of_fold import fit_out_of_fold, score_by_refits, score_classes


def draw(n_samples, n_features, n_classes, seed=0):
    rng = np.random.default_rng(seed)
    y = np.arange(n_samples) % n_classes
    X = (
        rng.normal(size=(n_samples, n_features))
        + 0.5 * rng.normal(size=(n_classes, n_features))[y]
    )
    return X, np.array(["angry", "calm", "happy", "sad", "tired"])[y], rng


def split(n_samples, rng, n_folds=4):
    order = rng.permutation(n_samples)
    return [(np.setdiff1d(order, test), test) for test in np.array_split(order, n_folds)]


def make_voting(n_features):
    members = [("few", ShrinkageLDA(), ["a"]), ("rest", ShrinkageLDA(shrinkage=0.7), ["b"])]
    return BlockVotingClassifier(members, blocks=[("a", 20), ("b", n_features - 20)])


def centre(scores):
    """Scores count up to a constant of the row."""
    return scores - scores.mean(axis=1, keepdims=True)


@pytest.mark.parametrize("is_weighted", [False, True])
@pytest.mark.parametrize("n_classes", [2, 5])
@pytest.mark.parametrize(("n_samples", "n_features"), [(60, 200), (90, 40)])
@pytest.mark.parametrize("make", [lambda p: ShrinkageLDA(shrinkage=0.2), make_voting])
def test_equal_to_refits(make, n_samples, n_features, n_classes, is_weighted):
    X, y, rng = draw(n_samples, n_features, n_classes)
    splits = split(n_samples, rng)
    weights = rng.uniform(0.5, 2, n_samples) if is_weighted else None
    estimator = make(n_features)
    shared = fit_out_of_fold(estimator, X, y, splits, weights)
    alone = make(n_features).fit(X, y, sample_weight=weights)
    refits = score_by_refits(alone, X, y, splits, weights)
    assert len(shared) == len(refits) == 4
    for ours, theirs in zip(shared, refits, strict=True):
        assert_allclose(centre(ours.held_out), centre(theirs.held_out), rtol=1e-6, atol=1e-8)
        assert_allclose(centre(ours.means), centre(theirs.means), rtol=1e-6, atol=1e-8)
    assert_allclose(score_classes(estimator, X), score_classes(alone, X), rtol=1e-6, atol=1e-8)


def test_empirical_priors():
    X, y, rng = draw(50, 120, 2)
    keep = np.r_[0:50, 0:50:2]
    X, y = X[keep], y[keep]
    splits = split(len(y), rng)
    estimator = ShrinkageLDA(priors="empirical")
    refits = score_by_refits(clone(estimator).fit(X, y), X, y, splits, None)
    for ours, theirs in zip(fit_out_of_fold(estimator, X, y, splits), refits, strict=True):
        assert_allclose(centre(ours.held_out), centre(theirs.held_out), rtol=1e-6, atol=1e-8)


def test_any_classifier():
    X, y, rng = draw(60, 4, 3)
    splits = split(60, rng)
    estimator = LogisticRegression()
    scores = fit_out_of_fold(estimator, X, y, splits)
    assert_allclose(
        estimator.decision_function(X), LogisticRegression().fit(X, y).decision_function(X)
    )
    for (train, test), fold in zip(splits, scores, strict=True):
        expected = LogisticRegression().fit(X[train], y[train]).decision_function(X[test])
        assert_allclose(fold.held_out, expected)
        assert fold.means is None


@pytest.mark.parametrize("n_classes", [2, 3])
def test_calibration_shares_the_work(n_classes, monkeypatch):
    """The same probabilities as when every fold is fitted by itself."""
    X, y, _ = draw(60, 200, n_classes)
    groups = np.repeat(np.arange(10), 6)
    model = SpeakerCalibratedClassifier(make_voting(200), random_state=0)
    shared = clone(model).fit(X, y, groups=groups).predict_proba(X)
    monkeypatch.delattr(BlockVotingClassifier, "fit_out_of_fold")
    alone = clone(model).fit(X, y, groups=groups).predict_proba(X)
    assert_allclose(shared, alone, rtol=1e-5, atol=1e-7)
