"""Stretches cover a recording, and taking one out leaves the rest as it was."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sersk.explanation import place_stretches, remove_stretch

RATE = 8000


@pytest.fixture
def noise(rng):
    return rng.normal(0, 0.1, 2 * RATE).astype(np.float32)


@pytest.mark.parametrize(
    ("span", "window_s", "hop_s", "n_stretches"),
    [((0, 2), 0.5, 0.125, 13), ((0.3, 1.37), 0.25, 0.1, 10), ((1, 1.5), 0.5, 0.1, 1)],
)
def test_stretches_cover_the_span(span, window_s, hop_s, n_stretches):
    stretches = place_stretches(*span, window_s, hop_s)
    assert len(stretches) == n_stretches
    assert_allclose([stretches[0, 0], stretches[-1, 1]], span)
    assert_allclose(np.diff(stretches, axis=1), window_s)
    steps = np.diff(stretches[:, 0])
    assert np.all(steps <= hop_s + 1e-9)
    assert_allclose(steps, steps[:1].mean() if len(steps) else steps)


def test_cut_leaves_what_was_before_and_after(noise):
    before = noise.copy()
    left = remove_stretch(noise, RATE, 0.5, 1.0)
    n_fade = round(0.005 * RATE)
    assert left.dtype == np.float32
    assert len(left) == len(noise) - RATE // 2 - n_fade
    start = RATE // 2 - n_fade
    assert_array_equal(left[:start], noise[:start])
    assert_array_equal(left[start + n_fade :], noise[RATE + n_fade :])
    assert_array_equal(noise, before)


@pytest.mark.parametrize(
    ("span", "kept"), [((0, 0.5), slice(4000, None)), ((1.5, 2), slice(12000))]
)
def test_cut_at_an_end_fades_nothing(noise, span, kept):
    assert_array_equal(remove_stretch(noise, RATE, *span), noise[kept])


@pytest.mark.parametrize("removal", ["cut", "silence"])
def test_no_click(removal):
    """A tone that is joined at any phase has no step greater than its own and a faded one."""
    tone = np.sin(2 * np.pi * 100 * np.arange(2 * RATE) / RATE).astype(np.float32)
    largest = np.abs(np.diff(tone)).max()
    # The room is silent.
    tone[-RATE // 2 :] = 0
    for start_s in (0.5, 0.5025, 0.505, 0.5075):
        left = remove_stretch(tone, RATE, start_s, start_s + 0.2533, removal)
        # Hard joints would step by up to 2.
        assert np.abs(np.diff(left)).max() < 2 * largest


def test_silence_is_as_faint_as_the_quietest(noise):
    noise[: RATE // 2] *= 0.01
    left = remove_stretch(noise, RATE, 1.0, 1.5, "silence")
    assert len(left) == len(noise)
    assert_array_equal(left[:RATE], noise[:RATE])
    assert_array_equal(left[RATE * 3 // 2 :], noise[RATE * 3 // 2 :])
    inner = left[RATE + 100 : RATE * 3 // 2 - 100]
    assert inner.std() == pytest.approx(0.001, rel=0.2)
    assert_array_equal(left, remove_stretch(noise, RATE, 1.0, 1.5, "silence"))


def test_silence_of_digital_silence_is_that(noise):
    noise[: RATE // 2] = 0
    left = remove_stretch(noise, RATE, 1.0, 1.5, "silence")
    assert not left[RATE + 100 : RATE * 3 // 2 - 100].any()
