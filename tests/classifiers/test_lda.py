import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from sklearn.base import clone
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from sersk.classifiers import ShrinkageLDA
from sersk.classifiers._gram import solve_shrunk


def draw(n_clips=24, n_features=10, n_classes=3, seed=0):
    """Balanced classes, with features that depend on each other and differ in scale."""
    rng = np.random.default_rng(seed)
    y = np.array(["angry", "happy", "sad", "calm"])[np.arange(n_clips) % n_classes]
    mixing = rng.normal(size=(n_features, n_features)) * np.logspace(-1, 0, n_features)
    X = rng.normal(size=(n_clips, n_features)) @ mixing
    return X + (y[:, None] == np.unique(y)) @ rng.normal(size=(n_classes, n_features)), y


def score_by_hand(X, y, shrinkage, weights=None):
    """Do what the docstring says, with an inverse."""
    classes, p = np.unique(y), X.shape[1]
    weights = np.ones(len(y)) if weights is None else weights
    means = [np.average(X[y == name], axis=0, weights=weights[y == name]) for name in classes]
    means = np.stack(means)
    rest = X - means[np.searchsorted(classes, y)]
    within = (rest * weights[:, None]).T @ rest / weights.sum()
    shrunk = (1 - shrinkage) * within + shrinkage * np.trace(within) / p * np.eye(p)
    inverse = np.linalg.inv(shrunk)
    scores = X @ inverse @ means.T - 0.5 * np.diag(means @ inverse @ means.T)
    return scores - scores.mean(axis=1, keepdims=True)


def centre(scores):
    return scores - scores.mean(axis=1, keepdims=True)


# On either side of as many features as clips.
SIZES = [(60, 5), (24, 24), (24, 25), (24, 200)]


@pytest.mark.parametrize(("n_clips", "n_features"), SIZES)
@pytest.mark.parametrize("shrinkage", [0.05, 0.3, 1.0])
def test_scores_are_those_of_the_formula(n_clips, n_features, shrinkage):
    X, y = draw(n_clips, n_features)
    scores = ShrinkageLDA(shrinkage=shrinkage).fit(X, y).decision_function(X)
    expected = score_by_hand(X, y, shrinkage)
    assert_allclose(centre(scores), expected, atol=1e-8 * np.abs(expected).max())


@pytest.mark.parametrize(("n_clips", "n_features"), SIZES)
@pytest.mark.parametrize("n_classes", [2, 4])
def test_same_as_sklearn_on_balanced_classes(n_clips, n_features, n_classes):
    X, y = draw(n_clips, n_features, n_classes)
    # scikit-learn shrinks the covariance of standardised features.
    X = X - X.mean(axis=0)
    ours = ShrinkageLDA(shrinkage=0.3).fit(X, y)
    theirs = LinearDiscriminantAnalysis(
        solver="lsqr", shrinkage=0.3, priors=np.full(n_classes, 1 / n_classes)
    ).fit(X, y)
    assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-7)
    assert_array_equal(ours.predict(X), theirs.predict(X))
    if n_classes == 2:
        assert_allclose(ours.decision_function(X), theirs.decision_function(X), rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_batch", [7, 4096])
def test_primal_and_dual_agree(dtype, n_batch, monkeypatch):
    """The same clips with columns of zeros beside them cross over to the dual.

    The trace is shared among more features then, which a larger shrinkage undoes.
    """
    for module in ("_lda", "_gram"):
        monkeypatch.setattr(f"sersk.classifiers.{module}._BATCH", n_batch)
    X, y = draw(90, 80)
    X = X.astype(dtype)
    wide = np.hstack([X, np.zeros((90, 80), dtype=dtype)])
    # (1 - t) S + t tr(S) / 160 I is, up to its scale, (1 - s) S + s tr(S) / 80 I.
    s = 0.3
    t = 2 * s / (1 + s)
    primal = ShrinkageLDA(shrinkage=s).fit(X, y).decision_function(X)
    dual = ShrinkageLDA(shrinkage=t).fit(wide, y).decision_function(wide) * (1 - t) / (1 - s)
    assert_allclose(dual, primal, atol=1e-4 * np.abs(primal).max())


@pytest.mark.parametrize(("n_clips", "n_features"), [(60, 5), (24, 24), (24, 25), (6, 900)])
def test_only_the_smaller_matrix_is_solved(n_clips, n_features, monkeypatch):
    solved = []

    def solve(matrix, *args):
        solved.append(matrix.shape)
        return solve_shrunk(matrix, *args)

    for module in ("_lda", "_gram"):
        monkeypatch.setattr(f"sersk.classifiers.{module}.solve_shrunk", solve)
    X, y = draw(n_clips, n_features)
    before = X.copy()
    ShrinkageLDA().fit(X, y)
    assert solved == [(min(n_clips, n_features),) * 2]
    assert_array_equal(X, before)


def test_two_classes_have_one_score():
    X, y = draw(24, 50, n_classes=2)
    model = ShrinkageLDA().fit(X, y)
    scores = model.decision_function(X)
    assert scores.shape == (24,)
    assert model.coef_.shape == (2, 50)
    assert_array_equal(model.predict(X), model.classes_[(scores > 0).astype(int)])
    probabilities = model.predict_proba(X)
    assert_allclose(np.log(probabilities[:, 1] / probabilities[:, 0]), scores, rtol=1e-6)


def test_probabilities_are_the_softmax_of_scores():
    X, y = draw(24, 50)
    model = ShrinkageLDA().fit(X, y)
    assert_allclose(model.predict_proba(X), softmax(model.decision_function(X), axis=1))


@pytest.mark.parametrize("n_features", [5, 50])
def test_weights_count_as_clips(n_features):
    X, y = draw(24, n_features)
    weights = np.random.default_rng(1).integers(1, 4, size=24)
    weighted = ShrinkageLDA(priors="empirical").fit(X, y, sample_weight=weights)
    repeated = ShrinkageLDA(priors="empirical").fit(X.repeat(weights, axis=0), y.repeat(weights))
    assert_allclose(weighted.decision_function(X), repeated.decision_function(X), rtol=1e-6)
    plain = ShrinkageLDA(priors="empirical").fit(X, y)
    assert not np.allclose(weighted.decision_function(X), plain.decision_function(X), rtol=1e-2)
    expected = score_by_hand(X, y, 0.3, weights)
    uniform = ShrinkageLDA().fit(X, y, sample_weight=weights).decision_function(X)
    assert_allclose(centre(uniform), expected, atol=1e-8 * np.abs(expected).max())


def test_priors():
    X, y = draw(24, 5)
    X, y = np.vstack([X, X[y == "sad"]]), np.concatenate([y, y[y == "sad"]])
    empirical = ShrinkageLDA(priors="empirical").fit(X, y)
    gain = empirical.intercept_ - ShrinkageLDA().fit(X, y).intercept_
    assert_allclose(gain, np.log([1 / 4, 1 / 4, 1 / 2]))


@pytest.mark.parametrize("n_features", [4, 100])
def test_moved_and_scaled_features_are_judged_alike(n_features):
    X, y = draw(24, n_features)
    expected = ShrinkageLDA().fit(X, y).decision_function(X)
    moved = 3 * X + 1000
    assert_allclose(ShrinkageLDA().fit(moved, y).decision_function(moved), expected, atol=1e-6)


@pytest.mark.parametrize("n_features", [6, 100])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_awkward_tables(n_features, dtype):
    X, y = draw(12, n_features)
    X = X.astype(dtype)
    X[:, 1] = 5
    cases = {
        "constant column": (X, y),
        "duplicated rows": (X.repeat(2, axis=0), y.repeat(2)),
        "class with one clip": (X[2:9], y[[2, 3, 4, 4, 3, 4, 3]]),
        "fewer than two clips per class": (X[:4], y[:4]),
        "one clip per class": (X[:3], y[:3]),
        "equal clips in each class": (X[[0, 1, 2] * 4] + dtype(0.1), y[[0, 1, 2] * 4]),
    }
    for name, (rows, labels) in cases.items():
        model = ShrinkageLDA().fit(rows, labels)
        assert np.all(np.isfinite(model.decision_function(X))), name
        assert np.all(np.isfinite(model.coef_)), name
        assert model.predict(rows).shape == labels.shape


@pytest.mark.parametrize("n_features", [2, 100])
def test_nearest_mean_decides_without_variance(n_features):
    X, y = draw(3, n_features)
    X = np.tile(X, (4, 1))
    X_new = np.random.default_rng(3).normal(size=(50, n_features))
    model = ShrinkageLDA().fit(X, np.tile(y, 4))
    distances = np.linalg.norm(X_new[:, None] - X[:3], axis=2)
    assert_array_equal(model.predict(X_new), y[distances.argmin(axis=1)])


def test_single_precision_stays_and_the_model_is_small():
    X, y = draw(40, 3000)
    X = X.astype(np.float32)
    model = ShrinkageLDA().fit(X, y)
    assert model.coef_.dtype == np.float32
    assert len(pickle.dumps(model)) < 1.1 * model.coef_.nbytes
    double = ShrinkageLDA().fit(X.astype(float), y).decision_function(X)
    assert_allclose(model.decision_function(X), double, atol=1e-4 * np.abs(double).max())
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    assert_array_equal(clone(model).fit(X, y).coef_, model.coef_)


def test_single_class():
    message = r"^ShrinkageLDA needs samples of at least 2 classes\. Got one class, 'sad'\.$"
    with pytest.raises(ValueError, match=message):
        ShrinkageLDA().fit([[0.0], [1.0]], ["sad", "sad"])


def test_class_without_weight():
    X, y = draw(12, 3)
    with pytest.raises(ValueError, match=r"above 0\. Got none for 'happy'\. Leave out the clips"):
        ShrinkageLDA().fit(X, y, sample_weight=(y != "happy").astype(float))
    with pytest.raises(ValueError, match="Negative values"):
        ShrinkageLDA().fit(X, y, sample_weight=np.linspace(-1, 1, 12))


def test_shrinkage_too_small_to_solve():
    """What rounding makes of a singular matrix, when the ridge is smaller than it."""
    singular = np.array([[1.0, 1.0 + 1e-12], [1.0 + 1e-12, 1.0]])
    with pytest.raises(ValueError, match=r"positive definite .* Pass a larger shrinkage"):
        solve_shrunk(singular, 1e-15, 1.0, np.ones((2, 1)))


@pytest.mark.parametrize(
    ("name", "value"), [("shrinkage", 0), ("shrinkage", 1.1), ("priors", "equal")]
)
def test_nonsense_is_refused(name, value):
    with pytest.raises(ValueError, match=f"The '{name}' parameter of ShrinkageLDA must be"):
        ShrinkageLDA(**{name: value}).fit(*draw())
