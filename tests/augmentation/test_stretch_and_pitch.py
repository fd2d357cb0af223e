"""Tempo and pitch: measured on sounds that were made with the wanted tempo and pitch at once."""

import numpy as np
import pytest

from sersk.augmentation import ShiftPitch, StretchTime, _vocoder
from tests.augmentation._sounds import (
    find_pitch_hz,
    level_db,
    make_harmonics,
    make_vowel,
    mel_distance_db,
)

RATES = [8000, 16000, 22050, 44100, 48000]


def cents(frequency_hz, expected_hz):
    return 1200 * np.log2(frequency_hz / expected_hz)


def test_pitch_of_a_known_tone_is_found():
    # The measure first: other tests lean on it.
    for f0_hz in (90.0, 150.0, 310.0):
        assert abs(cents(find_pitch_hz(make_harmonics(f0_hz), 16000), f0_hz)) < 2


@pytest.mark.parametrize("sample_rate", RATES)
@pytest.mark.parametrize("n_semitones", [-4, -0.37, 2, 3.3])
def test_pitch_moves_by_the_semitones_and_length_stays(n_semitones, sample_rate):
    signal = make_harmonics(150.0, sample_rate=sample_rate)
    shifted = ShiftPitch(n_semitones)(signal, sample_rate)
    assert shifted.shape == signal.shape
    found_hz = find_pitch_hz(shifted, sample_rate)
    assert abs(cents(found_hz, 150 * 2 ** (n_semitones / 12))) < 5
    assert level_db(shifted) == pytest.approx(level_db(signal), abs=0.3)


@pytest.mark.parametrize("sample_rate", RATES)
@pytest.mark.parametrize("rate", [0.8, 1.15])
def test_stretch_changes_length_and_keeps_pitch(rate, sample_rate):
    signal = make_harmonics(150.0, sample_rate=sample_rate)
    stretched = StretchTime(rate)(signal, sample_rate)
    assert len(stretched) == round(len(signal) / rate)
    assert abs(cents(find_pitch_hz(stretched, sample_rate), 150)) < 3
    assert level_db(stretched) == pytest.approx(level_db(signal), abs=0.3)


@pytest.mark.parametrize(
    ("sample_rate", "f0_hz"),
    [*((16000, f0_hz) for f0_hz in (90, 140, 220, 320)), (8000, 90), (8000, 220), (44100, 150)],
)
def test_stretched_vowel_is_that_vowel_said_slower_or_faster(sample_rate, f0_hz):
    vowel = make_vowel(f0_hz, sample_rate=sample_rate)
    for rate in (0.8, 1.25):
        stretched = StretchTime(rate)(vowel, sample_rate)
        said = make_vowel(f0_hz, sample_rate=sample_rate, duration_s=1 / rate, vibrato_hz=5 * rate)
        assert mel_distance_db(stretched, said, sample_rate) < 0.6
        assert level_db(stretched) == pytest.approx(level_db(said), abs=0.2)


@pytest.mark.parametrize(
    ("sample_rate", "n_semitones"), [(16000, -2), (16000, 2), (16000, 4), (44100, 2)]
)
def test_shifted_vowel_is_that_of_another_vocal_tract(sample_rate, n_semitones):
    ratio = 2 ** (n_semitones / 12)
    shifted = ShiftPitch(n_semitones)(make_vowel(150, sample_rate=sample_rate), sample_rate)
    said = make_vowel(150 * ratio, sample_rate=sample_rate, scale=ratio)
    # The two vowels were made with the same peak, not with the same power.
    said = said * 10 ** ((level_db(shifted) - level_db(said)) / 20)
    assert mel_distance_db(shifted, said, sample_rate) < 0.4


@pytest.mark.parametrize("rate", [0.7, 1.4])
def test_events_are_where_the_rate_puts_them(rate):
    signal = np.zeros(32000, dtype=np.float32)
    for start in (8000, 20000):
        signal[start : start + 4000] = make_harmonics(200)[:4000]
    stretched = np.abs(StretchTime(rate)(signal, 16000))

    def part(start_s, stop_s):
        return stretched[round(16000 * start_s / rate) : round(16000 * stop_s / rate)]

    # Sound comes back after silence, and neither spreads further than a frame.
    assert part(0.53, 0.72).max() > 0.2
    assert part(1.28, 1.47).max() > 0.2
    assert all(part(*times).max() < 1e-4 for times in ((0, 0.43), (0.85, 1.15), (1.6, 2)))


def test_shift_keeps_the_places_of_events():
    signal = np.zeros(32000, dtype=np.float32)
    signal[12000:20000] = make_harmonics(200)[:8000]
    power = ShiftPitch(2)(signal, 16000).astype(float) ** 2
    centre = np.average(np.arange(32000), weights=power)
    assert centre == pytest.approx(16000, abs=40)


def test_rate_of_one_and_no_semitones_change_nothing():
    vowel = make_vowel()
    np.testing.assert_allclose(StretchTime(1.0)(vowel, 16000), vowel, atol=1e-6)
    np.testing.assert_allclose(ShiftPitch(0)(vowel, 16000), vowel, atol=1e-6)


def test_steady_offset_stays_one():
    offset = np.full(8000, 0.25, dtype=np.float32)
    np.testing.assert_allclose(StretchTime(0.9)(offset, 16000)[800:-800], 0.25, atol=1e-4)
    # Also beside a tone, whose phase turns.
    stretched = StretchTime(0.9)(offset + 0.2 * make_harmonics()[:8000], 16000)
    assert stretched[800:-800].mean() == pytest.approx(0.25, abs=0.01)


def test_number_of_frames_taken_at_once_leaves_no_trace(monkeypatch):
    vowel = make_vowel()
    whole = StretchTime(1.1)(vowel, 16000)
    for n_frames in (1, 7, 1000):
        monkeypatch.setattr(_vocoder, "_FRAMES_AT_ONCE", n_frames)
        np.testing.assert_allclose(StretchTime(1.1)(vowel, 16000), whole, atol=1e-6)


@pytest.mark.parametrize(("f_hz", "n_semitones"), [(3600, 4), (3800, 2)])
def test_nothing_folds_back(tone, f_hz, n_semitones):
    signal = tone(f_hz, sample_rate=8000)
    shifted = ShiftPitch(n_semitones)(signal, 8000)
    assert level_db(shifted[500:-500]) < level_db(signal) - 55


@pytest.mark.parametrize("n_times", [1, 2, 100, 799, 801])
def test_clips_shorter_than_a_frame(n_times):
    signal = make_harmonics()[200 : 200 + n_times]
    assert len(StretchTime(0.8)(signal, 16000)) == max(1, round(n_times / 0.8))
    assert len(ShiftPitch(2)(signal, 16000)) == n_times
    if n_times > 2:
        assert level_db(StretchTime(0.8)(signal, 16000)) == pytest.approx(level_db(signal), abs=6)


def test_pitch_is_drawn_from_the_whole_range():
    signal = make_harmonics(150)
    semitones = [
        cents(find_pitch_hz(ShiftPitch((-2, 2))(signal, 16000, seed), 16000), 150) / 100
        for seed in range(25)
    ]
    assert -2.05 < min(semitones) < -1.2
    assert 1.2 < max(semitones) < 2.05


def test_length_is_drawn_from_the_whole_range():
    lengths = [
        len(StretchTime((0.8, 1.25))(np.full(1000, 0.1), 16000, seed)) for seed in range(60)
    ]
    assert 800 <= min(lengths) < 850
    assert 1180 < max(lengths) <= 1250
