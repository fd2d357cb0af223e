"""Speed: tempo and pitch together."""

import numpy as np
import pytest

from sersk.augmentation import ChangeSpeed
from tests.augmentation._sounds import find_pitch_hz, level_db, make_harmonics


@pytest.mark.parametrize("sample_rate", [8000, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("factor", [0.8, 0.9137, 1.1, 1.25])
def test_pitch_and_length_move_together(factor, sample_rate):
    signal = make_harmonics(150, sample_rate=sample_rate)
    played = ChangeSpeed(factor)(signal, sample_rate)
    assert len(played) == round(len(signal) / factor)
    assert 1200 * abs(np.log2(find_pitch_hz(played, sample_rate) / (150 * factor))) < 2
    assert level_db(played) == pytest.approx(level_db(signal), abs=0.1)


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_wave_is_the_one_played_faster(tone, factor):
    played = ChangeSpeed(factor)(tone(300, sample_rate=16000), 16000)
    expected = tone(300 * factor, duration_s=1 / factor, sample_rate=16000)
    np.testing.assert_allclose(played[500:-500], expected[500:-500], atol=1e-3)


def test_length_kept_by_zeros_or_a_cut(tone):
    signal = tone(300, sample_rate=16000)
    faster = ChangeSpeed(1.25, keep_length=True)(signal, 16000)
    assert faster.shape == signal.shape
    assert not faster[12810:].any()
    np.testing.assert_array_equal(faster[:12800], ChangeSpeed(1.25)(signal, 16000))
    slower = ChangeSpeed(0.8, keep_length=True)(signal, 16000)
    np.testing.assert_array_equal(slower, ChangeSpeed(0.8)(signal, 16000)[:16000])


def test_nothing_folds_back(tone):
    signal = tone(7500, sample_rate=16000)
    assert level_db(ChangeSpeed(1.2)(signal, 16000)[500:-500]) < level_db(signal) - 80


def test_drawn_from_the_whole_range():
    signal = np.full(1000, 0.1)
    lengths = [len(ChangeSpeed((0.8, 1.25))(signal, 16000, seed)) for seed in range(60)]
    assert 800 <= min(lengths) < 820
    assert 1200 < max(lengths) <= 1250


def test_durations_are_drawn_uniformly():
    signal = np.ones(1000)
    lengths = [len(ChangeSpeed((0.5, 2.0))(signal, 8000, seed)) for seed in range(400)]
    assert min(lengths) >= 500
    assert max(lengths) <= 2000
    # The median of the factor itself would be 1.25, which is a length of 800.
    assert 1180 < np.median(lengths) < 1320
