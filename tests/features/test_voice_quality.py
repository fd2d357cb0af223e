"""Voice quality: vowels and tones of which levels, noise, changes and resonances are known."""

import numpy as np
import pytest

from sersk.features import VoiceQuality
from sersk.features._formants import find_formants, predict_linearly
from sersk.features._quality import _measure_changes

RATE = 16000
VOWELS_HZ = [(730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480)]
TIMES = np.arange(9600) / RATE


def describe(signal, functional="median"):
    """Descriptors of a signal, by name."""
    quality = VoiceQuality(functionals=(functional,))
    row = quality.transform([np.asarray(signal, dtype=np.float32)])[0]
    names = quality.get_feature_names_out()
    return {
        name.removesuffix(f"_{functional}"): value
        for name, value in zip(names, row, strict=True)
        if "_delta_" not in name
    }


def sum_harmonics(f0_hz, levels_db):
    """Harmonics so far below full scale, in dB."""
    return sum(
        10 ** (-level_db / 20) * np.sin(2 * np.pi * k * f0_hz * TIMES + k**2)
        for k, level_db in enumerate(levels_db, start=1)
    )


def add_noise(signal, snr_db, seed=0):
    noise = np.random.default_rng(seed).normal(size=len(signal))
    return signal + np.sqrt(np.mean(signal**2)) * 10 ** (-snr_db / 20) * noise


# Harmonics


@pytest.mark.parametrize("f0_hz", [110, 150, 200, 300])
@pytest.mark.parametrize("difference_db", [-6, 0, 6, 12])
def test_levels_of_two_sinusoids(f0_hz, difference_db):
    found = describe(sum_harmonics(f0_hz, [0, difference_db]))
    assert found["h1_h2"] == pytest.approx(difference_db, abs=0.1)


def test_levels_of_many_harmonics():
    """The strongest from 350, from 1000 and from 2200 Hz on are the third, the eleventh, …"""
    levels_db = [3, 5, 10, 14, 13, 15] + [20] * 4 + [18] + [30] * 9 + [25] + [35] * 6
    found = describe(sum_harmonics(125, levels_db))
    assert found["h1_h2"] == pytest.approx(2, abs=0.05)
    assert found["h1_h4"] == pytest.approx(11, abs=0.05)
    assert found["h1_a1"] == pytest.approx(7, abs=0.05)
    assert found["h1_a2"] == pytest.approx(15, abs=0.05)
    assert found["h1_a3"] == pytest.approx(22, abs=0.05)
    assert found["a1_a3"] == pytest.approx(15, abs=0.05)


# Noise


def test_noise_lowers_the_ratio_of_harmonics_to_noise_dB_by_dB(vowel):
    signal = vowel(120)
    found = [describe(add_noise(signal, snr_db))["hnr"] for snr_db in (25, 18, 15, 12, 9, 6, 0)]
    assert (np.diff(found) < 0).all()
    np.testing.assert_allclose(found[2:6], [15, 12, 9, 6], atol=0.5)


def test_the_cepstrum_of_a_clear_voice_stands_out(vowel):
    clear, breathy = vowel(120, tilt=0.9), add_noise(vowel(120, tilt=0.98), 10)
    noise = np.random.default_rng(0).normal(size=9600)
    peaks = [describe(signal)["cepstral_peak"] for signal in (clear, breathy, noise)]
    assert peaks[0] > 2 * peaks[1]
    assert peaks[1] > 1.3 * peaks[2]


def test_a_breathy_voice_has_a_strong_first_harmonic(vowel):
    tilts = [describe(vowel(120, tilt=tilt)) for tilt in (0.8, 0.9, 0.95, 0.98)]
    for name in ("h1_h2", "h1_a3"):
        assert (np.diff([found[name] for found in tilts]) > 1).all()


def test_noise_cannot_be_predicted(vowel):
    residuals = [
        describe(signal)["residual"]
        for signal in (vowel(120), add_noise(vowel(120), 20), add_noise(vowel(120), 10))
    ]
    assert (np.diff(residuals) > 1).all()
    # Not even white noise is white within a frame, nor after pre-emphasis.
    assert -1 < describe(np.random.default_rng(0).normal(size=9600))["residual"] < 0


# Changes


@pytest.mark.parametrize("percent", [0.1, 0.5, 1.0])
def test_jitter_of_a_glide(vowel, percent):
    f0_hz = 150 * (1 + percent / 100) ** (100 * TIMES)
    assert describe(vowel(f0_hz), "mean")["jitter"] == pytest.approx(percent, rel=0.05)


def test_jitter_of_an_alternating_pitch():
    """Up and down by 2 % around 160 Hz, 5 times a second: 0.4 % a frame on the way."""
    course = 2 * np.abs(2 * ((2.5 * TIMES) % 1) - 1) - 1
    phase = 2 * np.pi * np.cumsum(160 * (1 + 0.02 * course)) / RATE
    signal = sum(np.sin(k * phase) / k for k in range(1, 20))
    assert describe(signal, "mean")["jitter"] == pytest.approx(0.2, rel=0.1)


@pytest.mark.parametrize("db_per_s", [-10, -40, 25])
def test_shimmer_of_a_swell(db_per_s):
    signal = sum_harmonics(125, [0, 6, 12]) * 10 ** (db_per_s * TIMES / 20)
    found = describe(signal)
    assert found["shimmer"] == pytest.approx(abs(db_per_s) / 100, rel=1e-3)
    assert found["jitter"] < 0.05


def test_a_steady_tone_does_not_change():
    found = describe(sum_harmonics(125, [0, 6, 12]))
    assert found["jitter"] < 0.02
    assert found["shimmer"] < 1e-3


def test_nothing_changes_across_a_gap():
    frames = np.array([3, 4, 5, 20, 21])
    level_db = np.array([0.0, 1.0, -1.0, 9.0, 9.5])
    jitter, shimmer = _measure_changes(frames, 100 * 1.01 ** np.arange(5.0), level_db)
    np.testing.assert_allclose(jitter, 100 * np.log(1.01) * np.array([0, 1, 1, 0, 1]))
    np.testing.assert_allclose(shimmer, [0, 1, 2, 0, 0.5])


# Resonances


@pytest.mark.parametrize("formants_hz", VOWELS_HZ)
def test_formants_of_a_vowel(vowel, formants_hz):
    found = describe(vowel(np.linspace(100, 140, 9600), formants_hz))
    frequencies_hz = [np.exp(found[f"formant{k}"]) for k in (1, 2, 3)]
    np.testing.assert_allclose(frequencies_hz, formants_hz, rtol=0.05)
    mean = describe(vowel(np.linspace(100, 140, 9600), formants_hz), "mean")
    for k in (2, 3):
        expected = mean[f"formant{k}"] - mean["formant1"]
        assert mean[f"formant{k}_formant1"] == pytest.approx(expected, rel=1e-5)


def test_bandwidths_follow_those_of_the_resonators(vowel):
    pitch_hz = np.linspace(100, 140, 9600)
    found = [
        describe(vowel(pitch_hz, bandwidths_hz=np.multiply(k, [60, 90, 120]))) for k in (1, 2, 3)
    ]
    for name in ("bandwidth1", "bandwidth2", "bandwidth3"):
        assert (np.diff([row[name] for row in found]) > 0.2).all()
    assert all(row["bandwidth1"] < row["bandwidth2"] < row["bandwidth3"] for row in found)


def all_pole_power(poles):
    """Power spectrum of a model, and that of its pre-emphasis taken out."""
    at = np.linspace(0, np.pi, 513)
    z = np.exp(-1j * at)
    power = 1 / np.abs(np.polyval(np.poly(poles)[::-1], z)) ** 2
    return (power / np.abs(1 - 0.95 * z) ** 2)[np.newaxis]


def make_poles(frequencies_hz, widths_hz, highest_hz=5000.0):
    radius = np.exp(-np.pi * np.asarray(widths_hz) / (2 * highest_hz))
    poles = radius * np.exp(1j * np.pi * np.asarray(frequencies_hz) / highest_hz)
    return np.concatenate([poles, poles.conj()])


def test_a_model_of_known_poles_is_found_again():
    frequencies_hz, widths_hz = [500, 1500, 2500, 3500, 4500], [90, 120, 160, 250, 300]
    poles = make_poles(frequencies_hz, widths_hz)
    coefficients, residual = predict_linearly(all_pole_power(poles), order=10)
    formants_hz, bandwidths_hz = find_formants(coefficients, 5000.0)
    np.testing.assert_allclose(formants_hz, [frequencies_hz[:3]], rtol=0.01)
    np.testing.assert_allclose(bandwidths_hz, [widths_hz[:3]], rtol=0.15)
    share = 1 / np.mean(1 / np.abs(np.fft.fft(np.poly(poles), 1024)) ** 2)
    assert residual[0] == pytest.approx(share, rel=0.02)
    # What is not predicted of a flat spectrum is all of it.
    flat = all_pole_power(np.zeros(10))
    assert predict_linearly(flat, order=10)[1][0] == pytest.approx(1, abs=0.01)


def test_what_is_not_found_is_that_of_a_neutral_vowel():
    """Poles too low, too wide, or missing."""
    poles = make_poles([100, 700, 1500, 2600, 4000], [60, 80, 1000, 1200, 1100])
    coefficients = np.poly(poles).real[np.newaxis]
    formants_hz, bandwidths_hz = find_formants(coefficients, 5000.0)
    np.testing.assert_allclose(formants_hz, [[700, 1600, 2700]], rtol=1e-6)
    np.testing.assert_allclose(bandwidths_hz, [[80, 500, 500]], rtol=1e-6)


def test_names():
    names = list(VoiceQuality(functionals=("mean", "iqr")).get_feature_names_out())
    assert len(names) == 19 * (2 + 4)
    assert names[:2] == ["cepstral_peak_mean", "h1_h2_mean"]
    assert "h1_h2_delta_percentile5" in names
    assert names.index("hnr_iqr") < names.index("hnr_delta_std") < names.index("formant1_mean")
    assert names[-1] == "formant3_formant1_delta_percentile95"


def test_columns_of_derivatives_hold_what_they_say():
    """The second harmonic comes up by 0.1 dB a frame."""
    at = np.arange(32000) / RATE
    rising = np.sin(500 * np.pi * at) * 10 ** ((10 * at - 15) / 20)
    quality = VoiceQuality(functionals=("mean",))
    (row,) = quality.transform([(np.sin(250 * np.pi * at) + rising).astype(np.float32)])
    column = dict(zip(quality.get_feature_names_out(), row, strict=True))
    for percent in (5, 95):
        assert column[f"h1_h2_delta_percentile{percent}"] == pytest.approx(-0.1, abs=0.03)
        assert column[f"hnr_delta_percentile{percent}"] == pytest.approx(0, abs=0.03)
