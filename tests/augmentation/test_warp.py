"""Another speaker: pitch and formants by one factor, timing and level as they were."""

import numpy as np
import pytest

from sersk.augmentation import WarpSpeaker
from tests.augmentation._sounds import (
    FORMANTS,
    find_pitch_hz,
    level_db,
    make_harmonics,
    make_vowel,
    mel_distance_db,
)

FACTORS = [0.84, 0.95, 1.05, 1.2]


def find_formants_hz(signal, sample_rate, scale, f0_hz):
    """Find the first three formants: the tops of the envelope near where they are expected.

    The envelope goes through the harmonics' peaks, which lie close together for a low voice.
    """
    spectrum = np.abs(np.fft.rfft(signal * np.hanning(len(signal))))
    freqs = np.fft.rfftfreq(len(signal), 1 / sample_rate)
    smooth = np.convolve(spectrum**2, np.hanning(2 * round(1.5 * f0_hz)), mode="same")
    found = []
    for centre_hz, _ in FORMANTS[:3]:
        near = np.abs(freqs / (scale * centre_hz) - 1) < 0.15
        found.append(freqs[near][smooth[near].argmax()])
    return np.array(found)


@pytest.mark.parametrize("sample_rate", [8000, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("factor", FACTORS)
def test_pitch_moves_by_the_factor_and_length_stays(factor, sample_rate):
    signal = make_harmonics(150.0, sample_rate=sample_rate)
    warped = WarpSpeaker(factor)(signal, sample_rate)
    assert warped.shape == signal.shape
    assert find_pitch_hz(warped, sample_rate) == pytest.approx(150 * factor, rel=0.003)


@pytest.mark.parametrize("factor", FACTORS)
def test_formants_move_by_the_factor(factor):
    vowel = make_vowel(80.0, duration_s=2.0)
    before = find_formants_hz(vowel, 16000, 1.0, 80.0)
    # The measure first.
    assert before == pytest.approx([centre for centre, _ in FORMANTS[:3]], rel=0.04)
    after = find_formants_hz(WarpSpeaker(factor)(vowel, 16000), 16000, factor, 80.0 * factor)
    assert after / before == pytest.approx(factor, rel=0.02)


@pytest.mark.parametrize(
    ("sample_rate", "f0_hz"), [(16000, 90.0), (16000, 150.0), (16000, 260.0), (44100, 150.0)]
)
@pytest.mark.parametrize("factor", FACTORS)
def test_vowel_is_that_of_another_speaker(factor, sample_rate, f0_hz):
    warped = WarpSpeaker(factor)(make_vowel(f0_hz, sample_rate=sample_rate), sample_rate)
    said = make_vowel(factor * f0_hz, sample_rate=sample_rate, scale=factor)
    # The two vowels were made with the same peak, not with the same power.
    said = said * 10 ** ((level_db(warped) - level_db(said)) / 20)
    assert mel_distance_db(warped, said, sample_rate) < 0.6


@pytest.mark.parametrize("sample_rate", [8000, 16000, 48000])
@pytest.mark.parametrize("factor", FACTORS)
def test_level_stays(factor, sample_rate):
    # Noise, of which a part vanishes beyond half the sampling rate.
    noise = np.random.default_rng(0).normal(scale=0.05, size=sample_rate)
    for signal in (noise, make_vowel(sample_rate=sample_rate)):
        warped = WarpSpeaker(factor)(signal, sample_rate)
        assert level_db(warped) == pytest.approx(level_db(signal), abs=0.001)


@pytest.mark.parametrize("factor", FACTORS)
def test_syllables_stay_in_their_places(factor):
    signal = np.zeros(64000, dtype=np.float32)
    onsets_s = np.array([0.4, 1.3, 2.2, 3.4])
    for onset_s in onsets_s:
        start = round(16000 * onset_s)
        signal[start : start + 4000] = make_harmonics(200)[:4000]
    power = np.convolve(WarpSpeaker(factor)(signal, 16000) ** 2, np.ones(80) / 80, mode="same")
    is_on = power > power.max() / 4
    found_s = np.flatnonzero(is_on[1:] & ~is_on[:-1]) / 16000
    # Not counting dips within a syllable.
    first_s = np.array([found_s[found_s > onset_s - 0.1][0] for onset_s in onsets_s])
    np.testing.assert_allclose(first_s, onsets_s, atol=0.01)


@pytest.mark.parametrize("factor", FACTORS)
def test_clicks_stay_in_their_places(factor):
    clicks = np.zeros(48000)
    places = np.array([6000, 15000, 31000, 44000])
    clicks[places] = 0.9
    power = WarpSpeaker(factor)(clicks, 16000).astype(float) ** 2
    for place in places:
        near = np.arange(place - 1000, place + 1000)
        assert np.average(near, weights=power[near]) == pytest.approx(place, abs=160)


def test_factor_of_one_changes_nothing():
    vowel = make_vowel()
    np.testing.assert_allclose(WarpSpeaker(1.0)(vowel, 16000), vowel, atol=1e-6)


def test_above_the_band_is_nothing(tone):
    noise = np.random.default_rng(0).normal(scale=0.05, size=16000)
    power = np.abs(np.fft.rfft(WarpSpeaker(0.84)(noise, 16000) * np.hanning(16000))) ** 2
    assert power[round(0.84 * 8000) + 150 :].mean() < 1e-4 * power[: round(0.8 * 8000)].mean()
    # What would come beyond half the sampling rate does not fold back.
    signal = 0.01 * tone(7500, sample_rate=16000)
    warped = WarpSpeaker(1.2)(signal, 16000)
    assert level_db(warped[500:-500]) < level_db(signal) - 55
    # Nor is what is left at the ends made loud.
    assert level_db(warped) < level_db(signal) - 15


@pytest.mark.parametrize("n_times", [1, 2, 100, 799, 801, 4099])
@pytest.mark.parametrize("factor", [0.25, 0.84, 1.2, 4.0])
def test_clips_shorter_than_a_frame(n_times, factor):
    signal = make_harmonics()[200 : 200 + n_times]
    assert len(WarpSpeaker(factor)(signal, 16000)) == n_times


def test_logarithm_is_drawn_uniformly():
    signal = make_harmonics(150, duration_s=0.3)
    found = [
        find_pitch_hz(WarpSpeaker((0.5, 2.0))(signal, 16000, seed), 16000) / 150
        for seed in range(80)
    ]
    assert 0.49 < min(found) < 0.55
    assert 1.85 < max(found) < 2.02
    # The median of the factor itself would be 1.25.
    assert 0.9 < np.median(found) < 1.1


def test_default_reaches_as_far_down_as_up():
    signal = make_harmonics(150, duration_s=0.3)
    found = [find_pitch_hz(WarpSpeaker()(signal, 16000, seed), 16000) / 150 for seed in range(40)]
    assert 0.83 < min(found) < 0.87
    assert 1.15 < max(found) < 1.21
