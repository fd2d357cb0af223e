"""Shifts in time, sample by sample."""

import numpy as np
import pytest

from sersk.augmentation import ShiftTime


@pytest.fixture
def ramp():
    return np.arange(1, 1001, dtype=np.float32) / 1000


@pytest.mark.parametrize("shift", [-30, 0, 1, 250])
def test_wrapped(ramp, shift):
    np.testing.assert_array_equal(ShiftTime(shift / 1000)(ramp, 1000), np.roll(ramp, shift))


def test_filled_with_zeros(ramp):
    later = ShiftTime(0.1, wrap=False)(ramp, 1000)
    assert not later[:100].any()
    np.testing.assert_array_equal(later[100:], ramp[:-100])
    earlier = ShiftTime(-0.1, wrap=False)(ramp, 1000)
    assert not earlier[-100:].any()
    np.testing.assert_array_equal(earlier[:-100], ramp[100:])
    np.testing.assert_array_equal(ShiftTime(0, wrap=False)(ramp, 1000), ramp)


@pytest.mark.parametrize("shift_s", [5.0, -5.0])
def test_half_of_the_clip_stays(ramp, shift_s):
    moved = ShiftTime(shift_s, wrap=False)(ramp, 1000)
    assert moved.shape == ramp.shape
    assert np.count_nonzero(moved) == 500
    assert ShiftTime(shift_s, wrap=False)(ramp[:1], 1000) == ramp[0]


def test_drawn_from_the_range_in_seconds_at_any_rate():
    for sample_rate in (8000, 44100):
        click = np.zeros(sample_rate)
        click[sample_rate // 2] = 0.5
        places_s = [
            ShiftTime((-0.05, 0.02))(click, sample_rate, seed).argmax() / sample_rate - 0.5
            for seed in range(100)
        ]
        assert -0.05 <= min(places_s) < -0.045
        assert 0.015 < max(places_s) <= 0.02
