"""Derivatives and functionals, against numpy, scipy.stats and values known beforehand."""

import numpy as np
import pytest
from scipy import stats

from sersk.features._deltas import DeltaStream
from sersk.features._functionals import Pool


def append_deltas(x, order):
    """Derivatives of what comes in one block."""
    return DeltaStream(order).add(x, is_last=True)


def pool(x, functionals):
    """Functionals of what comes in one block."""
    pooling = Pool(functionals, 0)
    pooling.add(x, is_last=True)
    return pooling.result()


@pytest.mark.parametrize("n_frames", [9, 12, 50])
def test_delta_of_a_ramp_is_its_slope(n_frames):
    at = np.arange(n_frames)
    ramps = np.stack([3.0 * at, 5 - 0.5 * at, np.full(n_frames, 7.0)], axis=1)
    extended = append_deltas(ramps, 2)
    assert extended.shape == (n_frames, 9)
    np.testing.assert_array_equal(extended[:, :3], ramps)
    np.testing.assert_allclose(extended[:, 3:6], np.tile([3, -0.5, 0], (n_frames, 1)), atol=1e-5)
    np.testing.assert_allclose(extended[:, 6:], 0, atol=1e-5)


def test_second_delta_of_a_parabola_is_its_curvature():
    at = np.arange(30.0)
    second = append_deltas((0.5 * at**2)[:, np.newaxis], 2)[:, 2]
    np.testing.assert_allclose(second, 1, atol=1e-4)


@pytest.mark.parametrize("n_frames", [1, 2, 8])
def test_delta_of_few_frames_extends_the_edges(n_frames):
    at = np.arange(n_frames, dtype=float)[:, np.newaxis]
    extended = append_deltas(at, 2)
    assert extended.shape == (n_frames, 3)
    assert np.isfinite(extended).all()
    if n_frames == 1:
        np.testing.assert_allclose(extended[:, 1:], 0, atol=1e-6)
    else:
        assert (extended[:, 1] > 0).all()


REFERENCES = {
    "mean": lambda x: np.mean(x, axis=0),
    "std": lambda x: np.std(x, axis=0),
    "min": lambda x: np.min(x, axis=0),
    "max": lambda x: np.max(x, axis=0),
    "range": lambda x: np.max(x, axis=0) - np.min(x, axis=0),
    "median": lambda x: np.median(x, axis=0),
    "iqr": lambda x: stats.iqr(x, axis=0),
    "skewness": lambda x: stats.skew(x, axis=0),
    "kurtosis": lambda x: stats.kurtosis(x, axis=0, fisher=False),
    "percentile0": lambda x: np.percentile(x, 0, axis=0),
    "percentile5": lambda x: np.percentile(x, 5, axis=0),
    "percentile50": lambda x: np.percentile(x, 50, axis=0),
    "percentile95": lambda x: np.percentile(x, 95, axis=0),
    "percentile100": lambda x: np.percentile(x, 100, axis=0),
}


@pytest.mark.parametrize("functional", REFERENCES)
def test_functional(rng, functional):
    x = np.stack([rng.normal(size=200), rng.exponential(size=200), rng.uniform(size=200)], axis=1)
    row = pool(x, (functional,))
    assert row.dtype == np.float32
    np.testing.assert_allclose(row, REFERENCES[functional](x), rtol=1e-6, atol=1e-7)


def test_functionals_come_one_after_the_other(rng):
    x = rng.normal(size=(50, 3))
    row = pool(x, tuple(REFERENCES))
    expected = np.concatenate([reference(x) for reference in REFERENCES.values()])
    np.testing.assert_allclose(row, expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.0, 0.1, -1e6, 1e-20])
@pytest.mark.parametrize("n_frames", [1, 2, 1001])
def test_a_constant_descriptor_has_no_skewness_and_no_kurtosis(value, n_frames, dtype):
    constant = np.full((n_frames, 1), value, dtype=dtype)
    std, *moments = pool(constant, ("std", "skewness", "kurtosis"))
    assert std <= 1e-9 * abs(value)
    assert moments == [0, 0]


def test_rounding_noise_is_no_variation():
    """One step of float32 up in every third frame: what the transform of a steady sound gives."""
    steady = np.full((300, 1), 0.7, dtype=np.float32)
    steady[::3] = np.nextafter(steady[::3], np.float32(1))
    np.testing.assert_array_equal(pool(steady, ("skewness", "kurtosis")), [0, 0])


def test_a_mean_over_an_hour_is_exact():
    frames = np.full((155_000, 1), 0.1, dtype=np.float32)
    frames[0] = 1e4
    exact = frames.astype(np.longdouble).mean()
    assert pool(frames, ("mean",))[0] == np.float32(exact)
