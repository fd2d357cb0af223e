"""Levels of a recording that comes in pieces."""

import numpy as np
import pytest

from sersk.audit._levels import LevelMeter


def meter(*pieces, sample_rate=16000):
    result = LevelMeter(sample_rate)
    for piece in pieces:
        result.add(np.asarray(piece, dtype=np.float32))
    return result


def test_peak_of_a_sine_is_3_db_above_its_level(tone):
    result = meter(tone(400, sample_rate=16000, amplitude=0.5))
    assert result.peak_db == pytest.approx(-6.02, abs=0.01)
    assert result.level_db == pytest.approx(-9.03, abs=0.01)


def test_peak_may_be_negative_and_anywhere():
    pieces = np.zeros((3, 400))
    pieces[1, 7] = -0.1
    assert meter(*pieces).peak_db == pytest.approx(-20, abs=1e-4)


def test_peak_counts_a_constant_and_level_does_not():
    result = meter(np.full(16000, 0.5))
    assert result.peak_db == pytest.approx(-6.02, abs=0.01)
    assert result.level_db == pytest.approx(-120)


def test_silence_has_lowest_levels():
    result = meter(np.zeros(10))
    assert [result.peak_db, result.level_db, result.clipped] == pytest.approx([-120, -120, 0])


def test_pieces_make_no_difference(rng):
    signal = 0.3 * rng.normal(size=16000)
    whole, pieced = meter(signal), meter(*np.split(signal, 10))
    assert pieced.n_times == whole.n_times == 16000
    for name in ("level_db", "peak_db", "silence", "clipped"):
        assert getattr(pieced, name) == pytest.approx(getattr(whole, name), rel=1e-6)


def test_watching_passes_pieces_on():
    result = LevelMeter(16000)
    pieces = [np.ones(5, dtype=np.float32), np.zeros(3, dtype=np.float32)]
    assert [len(piece) for piece in result.watch(pieces)] == [5, 3]
    assert (result.n_times, result.clipped) == (8, 5 / 8)
