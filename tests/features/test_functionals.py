"""Derivatives and functionals, against numpy, scipy.stats and values known beforehand."""

import numpy as np
import pytest
from scipy import stats

from sersk.features._deltas import DeltaStream
from sersk.features._functionals import (
    CHANGE_FUNCTIONALS,
    FULL_FUNCTIONALS,
    Pool,
    check_functionals,
)
from sersk.features._moments import Extremes, Moments


def append_deltas(x, order):
    """Derivatives of what comes in one block."""
    return DeltaStream(order).add(x, is_last=True)


def pool(x, functionals):
    """Functionals of what comes in one block."""
    return pool_blocks([x], functionals)


def pool_blocks(blocks, functionals, deltas=0):
    """Functionals of what comes in several blocks."""
    pooling = Pool(functionals, deltas)
    for i, block in enumerate(blocks):
        pooling.add(block, is_last=i == len(blocks) - 1)
    return pooling.result()


def split(x, seed, *, min_length=1):
    """Cut into blocks of random lengths; only the last may be shorter than `min_length`."""
    rng = np.random.default_rng(seed)
    longest = int(rng.choice([min_length, min_length + 2, 50, 300]))
    blocks = []
    while len(x):
        n_frames = int(rng.integers(min_length, longest, endpoint=True))
        blocks.append(x[:n_frames])
        x = x[n_frames:]
    return blocks


@pytest.fixture
def uneven(rng):
    """Descriptors of which no two stretches are alike, by location, spread or shape."""
    at = np.arange(700)
    return np.stack(
        [
            rng.normal(size=700),
            rng.exponential(size=700) * at,
            at**2 / 100 - 50 + rng.normal(size=700),
            np.where(at < 600, 0, 1000) + rng.uniform(size=700),
            np.where(at == 333, 100.0, rng.normal(size=700)),
        ],
        axis=1,
    )


seeds = pytest.mark.parametrize("seed", range(8))


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


@seeds
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_functionals_over_blocks(uneven, seed, dtype):
    x = uneven.astype(dtype)
    expected = np.concatenate([ref(x.astype(np.float64)) for ref in REFERENCES.values()])
    blocks = split(x, seed)
    assert len(blocks) > 1
    row = pool_blocks(blocks, tuple(REFERENCES))
    assert row.dtype == np.float32
    np.testing.assert_allclose(row, expected, rtol=1e-6, atol=1e-7)
    # One by one, as each carries along only what it needs.
    for i, functional in enumerate(REFERENCES):
        alone = pool_blocks(blocks, (functional,))
        np.testing.assert_array_equal(alone, row.reshape(len(REFERENCES), -1)[i])


@seeds
def test_extremes_and_ranks_over_blocks_are_exact(uneven, seed):
    x = uneven.astype(np.float32)
    exact = ("min", "max", "range", "median", "iqr", "percentile0", "percentile33")
    np.testing.assert_array_equal(pool_blocks(split(x, seed), exact), pool(x, exact))


@seeds
def test_a_sequence_over_blocks_is_the_sequence(uneven, seed):
    sequence = pool_blocks(split(uneven, seed), None)
    assert sequence.dtype == np.float32
    np.testing.assert_array_equal(sequence, uneven.astype(np.float32))


@seeds
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_moments_over_blocks(uneven, seed, order):
    moments = Moments(order)
    for block in split(uneven, seed):
        moments.add(block)
        moments.add(block[:0])  # nothing
    exact = uneven.astype(np.longdouble)
    deviation = exact - exact.mean(axis=0)
    assert moments.n_frames == len(uneven)
    assert sorted(moments.central) == list(range(2, order + 1))
    np.testing.assert_allclose(moments.mean, exact.mean(axis=0).astype(float), rtol=1e-12)
    for k, central in moments.central.items():
        # Odd powers cancel; what is left is measured by what was added up.
        scale = (np.abs(deviation) ** k).sum(axis=0).astype(float)
        expected = (deviation**k).sum(axis=0).astype(float)
        assert (np.abs(central - expected) <= 1e-11 * scale).all()


def test_moments_of_nothing_then_something(rng):
    x = rng.normal(size=(20, 2))
    moments, extremes = Moments(4), Extremes()
    for block in (x[:0], x, x[:0]):
        moments.add(block)
        extremes.add(block)
    assert moments.n_frames == 20
    np.testing.assert_allclose(moments.std, x.std(axis=0), rtol=1e-12)
    np.testing.assert_array_equal(extremes.range, np.ptp(x, axis=0))


@seeds
def test_a_large_offset_does_not_cancel(rng, seed):
    """A spread a hundred millionth of the mean: sums of squares would hold nothing of it."""
    x = 1e6 + 1e-2 * rng.exponential(size=(2000, 2))
    moments = Moments(4)
    for block in split(x, seed):
        moments.add(block)
    exact = x.astype(np.longdouble)
    deviation = exact - exact.mean(axis=0)
    np.testing.assert_allclose(moments.mean, exact.mean(axis=0).astype(float), rtol=1e-15)
    for k, central in moments.central.items():
        expected = (deviation**k).sum(axis=0).astype(float)
        np.testing.assert_allclose(central, expected, rtol=1e-5)
    (std,) = pool_blocks(split(x[:, :1], seed), ("std",))
    assert std == pytest.approx(float(deviation[:, 0].std()), rel=1e-6)


@seeds
def test_shape_under_an_offset(rng, seed):
    x = 1e4 + 1e-2 * rng.exponential(size=(2000, 1))
    skewness, kurtosis = pool_blocks(split(x, seed), ("skewness", "kurtosis"))
    assert skewness == pytest.approx(stats.skew(x - 1e4)[0], rel=1e-5)
    assert kurtosis == pytest.approx(stats.kurtosis(x - 1e4, fisher=False)[0], rel=1e-5)


@seeds
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.0, 0.1, -1e6, 1e-20])
def test_a_constant_over_blocks_does_not_vary(value, dtype, seed):
    constant = np.full((1001, 1), value, dtype=dtype)
    functionals = ("mean", "std", "skewness", "kurtosis", "range", "iqr")
    mean, std, *rest = pool_blocks(split(constant, seed), functionals)
    assert mean == np.float32(value)
    assert std <= 1e-9 * abs(value)
    assert rest == [0, 0, 0, 0]


@seeds
@pytest.mark.parametrize("functional", ["min", "max", "range"])
@pytest.mark.parametrize("where", [0, 350, 699])
def test_the_extreme_may_be_in_any_block(uneven, seed, functional, where):
    x = uneven.copy()
    x[where] = [-1e4, 1e4, -1e5, 1e5, -1e6]
    row = pool_blocks(split(x, seed), (functional,))
    np.testing.assert_array_equal(row, REFERENCES[functional](x).astype(np.float32))


@seeds
def test_extremes(uneven, seed):
    extremes = Extremes()
    for block in split(uneven, seed):
        extremes.add(block)
    np.testing.assert_array_equal(extremes.min, uneven.min(axis=0))
    np.testing.assert_array_equal(extremes.max, uneven.max(axis=0))
    np.testing.assert_array_equal(extremes.range, np.ptp(uneven, axis=0))
    np.testing.assert_array_equal(extremes.magnitude, np.abs(uneven).max(axis=0))


@seeds
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("n_frames", [10, 17, 18, 19, 700])
def test_deltas_over_blocks(uneven, seed, order, n_frames):
    x = uneven[:n_frames]
    stream = DeltaStream(order)
    blocks = split(x, seed, min_length=9)
    extended = [stream.add(block, is_last=i == len(blocks) - 1) for i, block in enumerate(blocks)]
    np.testing.assert_array_equal(np.concatenate(extended), append_deltas(x, order))
    # Four frames wait for their neighbours on the right.
    n_given = np.cumsum([len(part) for part in extended])
    n_taken = np.cumsum([len(block) for block in blocks])
    assert (n_given[:-1] == n_taken[:-1] - 4).all()
    assert n_given[-1] == n_frames


@pytest.mark.parametrize("n_last", [1, 2, 4, 5, 8, 9])
def test_deltas_where_few_frames_come_last(uneven, n_last):
    x = uneven[: 9 + n_last]
    stream = DeltaStream(2)
    extended = [stream.add(x[:9], is_last=False), stream.add(x[9:], is_last=True)]
    np.testing.assert_array_equal(np.concatenate(extended), append_deltas(x, 2))


@seeds
@pytest.mark.parametrize("deltas", [1, 2])
def test_pooled_deltas_over_blocks(uneven, seed, deltas):
    blocks = split(uneven, seed, min_length=9)
    extended = append_deltas(uneven, deltas)
    row = pool_blocks(blocks, tuple(REFERENCES), deltas)
    np.testing.assert_array_equal(pool_blocks(blocks, None, deltas), extended.astype(np.float32))
    for values, reference in zip(np.split(row, len(REFERENCES)), REFERENCES.values(), strict=True):
        expected = reference(extended)
        np.testing.assert_allclose(values, expected, rtol=1e-6, atol=1e-6)


# The course over the clip


def _project(x, degree):
    """Signed sd of what a polynomial of this degree fits better than one of a degree less."""
    at = np.linspace(-1, 1, len(x))
    leading = np.polyfit(at, x, degree)[0]
    fits = [np.vander(at, k + 1) @ np.polyfit(at, x, k) for k in (degree, degree - 1)]
    return np.sign(leading) * (fits[0] - fits[1]).std(axis=0)


COURSES = {
    "absmean": lambda x: np.abs(x).mean(axis=0),
    "slope": lambda x: _project(x, 1),
    "curvature": lambda x: _project(x, 2),
    "third1": lambda x: x[: len(x) // 3].mean(axis=0) - x.mean(axis=0),
    "third2": lambda x: x[len(x) // 3 : 2 * len(x) // 3].mean(axis=0) - x.mean(axis=0),
    "third3": lambda x: x[2 * len(x) // 3 :].mean(axis=0) - x.mean(axis=0),
}


@seeds
def test_courses_over_blocks(uneven, seed):
    """Against numpy, up to the rounding of sums in float32."""
    found = pool_blocks(split(uneven, seed), tuple(COURSES)).reshape(len(COURSES), -1)
    scale = np.abs(uneven).max(axis=0)
    for row, reference in zip(found, COURSES.values(), strict=True):
        assert (np.abs(row - reference(uneven)) <= 1e-6 * scale).all()


@pytest.mark.parametrize("n_frames", [2, 3, 30, 100, 3001])
@pytest.mark.parametrize("step", [0.5, -2.0])
def test_course_of_a_ramp(n_frames, step):
    ramp = 7 + step * np.arange(n_frames, dtype=float)[:, np.newaxis]
    slope, curvature = pool(ramp, ("slope", "curvature"))
    assert slope == pytest.approx(step * np.sqrt((n_frames**2 - 1) / 12), rel=1e-5)
    assert curvature == pytest.approx(0, abs=1e-6 * np.abs(ramp).max())
    if n_frames % 3 == 0:
        thirds = pool(ramp, ("third1", "third2", "third3"))
        np.testing.assert_allclose(thirds, step * n_frames / 3 * np.array([-1, 0, 1]), atol=1e-5)


@pytest.mark.parametrize("n_frames", [3, 10, 301])
def test_course_of_a_parabola(n_frames):
    at = np.linspace(-1, 1, n_frames)[:, np.newaxis]
    parabola = 3 - 2 * at**2
    slope, curvature, std = pool(parabola, ("slope", "curvature", "std"))
    assert curvature == pytest.approx(-std, rel=1e-5)
    assert slope == pytest.approx(0, abs=1e-6)
    # Of so many frames, the sd of x² on [-1, 1] is nearly that of an integral: sqrt(4 / 45).
    if n_frames > 300:
        assert std == pytest.approx(2 * np.sqrt(4 / 45), rel=0.01)
        thirds = pool(parabola, ("third1", "third2", "third3"))
        np.testing.assert_allclose(thirds, [-0.296, 0.593, -0.296], atol=0.01)


def test_slope_and_curvature_share_the_variance_of_a_polynomial():
    at = np.arange(50.0)[:, np.newaxis]
    slope, curvature, std = pool(1 + 0.3 * at - 0.02 * at**2, ("slope", "curvature", "std"))
    assert slope**2 + curvature**2 == pytest.approx(std**2, rel=1e-5)


@pytest.mark.parametrize("n_frames", [1, 2, 3, 4, 7])
def test_thirds_of_few_frames(n_frames):
    at = np.arange(n_frames, dtype=float)[:, np.newaxis]
    thirds = pool(at, ("third1", "third2", "third3"))
    borders = {1: [0, 0, 0], 2: [0, 0, 1], 3: [0, 1, 2], 4: [0, 1, 2.5], 7: [0.5, 2.5, 5]}
    np.testing.assert_allclose(thirds + at.mean(), borders[n_frames], atol=1e-6)


@pytest.mark.parametrize("n_frames", [1, 2, 500])
def test_a_constant_has_no_course(n_frames):
    constant = np.full((n_frames, 1), -3.5)
    absmean, *course = pool(constant, ("absmean", "slope", "curvature", "third1", "third3"))
    assert absmean == 3.5
    np.testing.assert_allclose(course, 0, atol=1e-6)


@pytest.mark.parametrize("deltas", [1, 2])
def test_derivatives_have_functionals_of_their_own(uneven, deltas):
    own, other = ("std", "third2"), ("absmean", "max", "slope")
    pooling = Pool(own, deltas, other)
    for block in (uneven[:100], uneven[100:]):
        pooling.add(block, is_last=len(block) > 100)
    extended = append_deltas(uneven, deltas)
    references = {**REFERENCES, **COURSES}
    expected = [references[f](extended[:, :5]) for f in own]
    expected += [references[f](extended[:, 5:]) for f in other]
    found = pooling.result()
    expected = np.concatenate(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * np.abs(uneven).max())


@pytest.mark.parametrize("functionals", [FULL_FUNCTIONALS, CHANGE_FUNCTIONALS])
def test_sets_of_functionals_are_known(functionals, rng):
    check_functionals(functionals, "it")
    assert pool(rng.normal(size=(30, 2)), functionals).shape == (2 * len(functionals),)
