import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.preprocessing import StandardScaler

from sersk.preprocessing import BlockScaler

BLOCKS = [("voice", 2), ("words", 8)]


@pytest.fixture
def X(rng):
    return rng.normal(size=(300, 10)) * np.logspace(-3, 3, 10) + np.linspace(-50, 50, 10)


def test_blocks_weigh_the_same(X):
    Z = BlockScaler(BLOCKS, clip=100.0).fit_transform(X)
    assert_allclose(Z.mean(axis=0), 0, atol=1e-10)
    assert_allclose(Z[:, :2].var(axis=0), 1 / 2)
    assert_allclose(Z[:, 2:].var(axis=0), 1 / 8)


def test_single_block_is_a_standard_scaler(X):
    Z = BlockScaler(None, clip=100.0).fit_transform(X)
    assert_allclose(Z * np.sqrt(10), StandardScaler().fit_transform(X), atol=1e-9)
    assert_array_equal(BlockScaler([("all", 10)], clip=100.0).fit_transform(X), Z)


def test_single_precision_is_measured_in_double(X):
    """Sums of many values far from 0 would lose digits in single precision."""
    single = (np.tile(X, (30, 1)) + 1000).astype(np.float32)
    model = BlockScaler(BLOCKS).fit(single)
    assert_allclose(model.mean_, single.astype(float).mean(axis=0), rtol=1e-12)
    expected = 1 / single[:, -1].astype(float).std() / np.sqrt(8)
    assert model.scale_[-1] == pytest.approx(expected, rel=1e-9)


def test_columns_that_do_not_vary_become_zero_and_do_not_count(X):
    for constant in (0.1, 0.0, -1e9):
        X[:, 3] = constant
        X[:, 4] = 1000 * (1 + 3e-18 * np.arange(len(X)))
        Z = BlockScaler(BLOCKS, clip=100.0).fit_transform(X)
        assert_array_equal(Z[:, 3:5], 0)
        assert_allclose(Z[:, 5:].var(axis=0), 1 / 6)


def test_variation_within_rounding_does_not_count(X):
    X = X.astype(np.float32)
    X[:, 3] = 1000
    X[0, 3] = np.nextafter(np.float32(1000), np.float32(2000))
    assert BlockScaler(BLOCKS).fit(X).scale_[3] == 0


def test_block_of_constants():
    X = np.column_stack([np.ones((5, 2)), np.arange(5.0)])
    Z = BlockScaler([("dead", 2), ("alive", 1)]).fit(X).transform(X + 7)
    assert_array_equal(Z[:, :2], 0)
    assert np.all(np.isfinite(Z))


@pytest.mark.parametrize("clip", [0.5, 3.0])
def test_clip_is_in_standard_deviations(X, clip):
    model = BlockScaler(BLOCKS, clip=clip).fit(X)
    far = model.transform(X.mean(axis=0) + [[1e6], [-1e6]] * X.std(axis=0))
    expected = clip / np.sqrt(np.repeat([2, 8], [2, 8]))
    assert_allclose(far, [expected, -expected])
    near = model.transform(X.mean(axis=0) + [[0.4 * clip]] * X.std(axis=0))
    assert_allclose(near, [0.4 * expected], rtol=1e-6)


def test_rows_to_transform_teach_nothing(X):
    model = BlockScaler(BLOCKS).fit(X[:200])
    together = model.transform(X[200:])
    one_by_one = np.vstack([model.transform(row[None]) for row in X[200:]])
    assert_array_equal(together, one_by_one)


WRONG = {
    "too few": ([("a", 4)], ValueError, r"as many columns as X\. Got 4 for 10 features\. Give"),
    "too many": ([("a", 4), ("b", 7)], ValueError, r"Got 11 for 10 features.*blocks=None"),
    "twice": ([("a", 4), ("a", 6)], ValueError, "must name each block once. Got 'a' twice"),
    "no number": ([("a", "10")], TypeError, r"a list of pairs .* Got \('a', '10'\) in it"),
    "empty": ([("a", 10), ("b", 0)], TypeError, r"at least 1\. Got \('b', 0\) in it"),
    "no pair": (["a"], TypeError, "Got 'a' in it"),
    "text": ("a", ValueError, "The 'blocks' parameter of BlockScaler must be an instance of"),
}


@pytest.mark.parametrize("case", WRONG)
def test_blocks_that_do_not_fit(case, X):
    blocks, error, message = WRONG[case]
    with pytest.raises(error, match=message):
        BlockScaler(blocks).fit(X)


def test_clip_must_be_positive(X):
    with pytest.raises(ValueError, match="The 'clip' parameter of BlockScaler must be"):
        BlockScaler(None, clip=0).fit(X)
