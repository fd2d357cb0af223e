"""Spectrotemporal modulation: against slow loops, and ripples made by hand."""

from itertools import product

import numpy as np
import pytest

from sersk.features import (
    AudioFeatures,
    RandomConvolutions,
    SpectrotemporalModulation,
    _modulation,
)
from sersk.features._gabor import (
    filter_over_time,
    find_reach,
    make_gabor,
    measure_ripples,
)
from sersk.features._series import LogMelSeries, cut_stretch

RATE = 16000
N_BANDS = 64
RATES = (2.0, 4.0, 8.0, 16.0, 30.0)
SCALES = (0.0, 1 / 32, 1 / 16, 1 / 8, 1 / 4)
# Three waves may not fit into the bands.
FITTING = SCALES[2:]


def make_ripple(rate_hz, scale, n_steps=300):
    """A spectrogram of a single ripple at 100 steps per second, falling where `scale` > 0."""
    at = np.arange(n_steps)[:, np.newaxis] * rate_hz / 100 + np.arange(N_BANDS) * scale
    return np.cos(2 * np.pi * at).astype(np.float32)


def describe(spectrogram, monkeypatch, **params):
    """Mean envelopes by rate, ripple and region of a spectrogram in place of a clip's."""
    extractor = SpectrotemporalModulation(**params)
    monkeypatch.setattr(_modulation, "find_series", lambda clip, series: spectrogram)
    row = extractor._row(None)
    assert row.shape == (len(extractor.get_feature_names_out()),)
    n_ripples = sum(2 if scale else 1 for scale in extractor.scales)
    return row.reshape(len(extractor.rates), n_ripples, extractor.n_regions, 2)


# The filters.


def slow_envelopes(spectrogram, rate, scale, direction):
    """Sum over the window of a filter, step by step and band by band."""
    over_time, over_bands = (make_gabor(frequency).astype(complex) for frequency in (rate, scale))
    if direction == "rising":
        over_bands = over_bands.conj()
    half, reach = len(over_time) // 2, len(over_bands) // 2
    envelopes = np.zeros((len(spectrogram), N_BANDS))
    for step, band in product(range(len(spectrogram)), range(N_BANDS)):
        total = 0
        for i, j in product(range(-half, half + 1), range(-reach, reach + 1)):
            t, b = step - i, band - j
            if 0 <= t < len(spectrogram) and 0 <= b < N_BANDS:
                total += over_time[half + i] * over_bands[reach + j] * spectrogram[t, b]
        envelopes[step, band] = abs(total)
    return envelopes


def test_envelopes_against_slow_loops():
    spectrogram = np.random.default_rng(0).normal(size=(25, N_BANDS)).astype(np.float32)
    rate, scales = 0.3, (0.25, 0.3)
    reach = find_reach(rate)
    filtered = filter_over_time(cut_stretch(spectrogram, -reach, 25 + reach), rate)
    found = measure_ripples(filtered, scales)
    ripples = product(scales, ("falling", "rising"))
    expected = [slow_envelopes(spectrogram, rate, *ripple)[:, ::2] for ripple in ripples]
    np.testing.assert_allclose(found, np.stack(expected, axis=1), atol=1e-6)


@pytest.mark.parametrize("frequency", [0.02, 0.1, 0.3])
def test_a_filter_passes_its_own_wave_and_no_constant(frequency):
    gabor = make_gabor(frequency)
    at = np.arange(len(gabor)) - len(gabor) // 2
    answers = [gabor @ np.exp(-2j * np.pi * f * at) for f in (0, frequency, 2 * frequency)]
    constant, own, octave = np.abs(answers)
    assert constant < 1e-6
    assert own > 0.8
    assert octave < 0.2 * own


# Ripples.


@pytest.mark.parametrize(("rate", "scale"), list(product(RATES[1:4], FITTING)))
@pytest.mark.parametrize("direction", ["falling", "rising"])
def test_a_ripple_is_found(rate, scale, direction, monkeypatch):
    sign = 1 if direction == "falling" else -1
    found = describe(make_ripple(rate, sign * scale), monkeypatch)[:, 1:, :, 0].mean(axis=2)
    strongest = np.unravel_index(found.argmax(), found.shape)
    ripple = 2 * SCALES.index(scale) - 1 - (direction == "falling")
    assert strongest == (RATES.index(rate), ripple)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("scale", SCALES)
def test_each_band_by_itself(rate, scale, monkeypatch):
    found = describe(make_ripple(rate, scale), monkeypatch, scales=(0.0,))[..., 0].mean(axis=2)
    assert found.argmax() == RATES.index(rate)


def test_backwards_what_rose_falls(monkeypatch):
    spectrogram = np.random.default_rng(0).normal(size=(200, N_BANDS)).astype(np.float32)
    forwards = describe(spectrogram, monkeypatch)
    backwards = describe(spectrogram[::-1], monkeypatch)
    np.testing.assert_allclose(forwards[:, 1::2], backwards[:, 2::2], rtol=1e-4)
    np.testing.assert_allclose(forwards[:, 0], backwards[:, 0], rtol=1e-4)


def test_regions_of_a_ripple_that_only_high_bands_have(monkeypatch):
    spectrogram = make_ripple(4.0, 1 / 16)
    spectrogram[:, : N_BANDS // 2] = 0
    found = describe(spectrogram, monkeypatch)[1, 3, :, 0]
    assert np.all(found[5:] > 5 * found[:3].max())


def test_standard_deviation_of_what_comes_and_goes(monkeypatch):
    steady = make_ripple(8.0, 1 / 8, 400)
    broken = steady.copy()
    broken[200:] = 0
    at = RATES.index(8.0), 2 * SCALES.index(1 / 8) - 1
    mean, std = describe(steady, monkeypatch)[at].T
    assert np.all(std < 0.2 * mean)
    mean, std = describe(broken, monkeypatch)[at].T
    assert np.all(std > 0.8 * mean)


@pytest.mark.parametrize("n_steps", [7, 50, 200, 201])
def test_stretches_make_no_difference(n_steps, monkeypatch):
    spectrogram = np.random.default_rng(0).normal(size=(200, N_BANDS)).astype(np.float32)
    whole = describe(spectrogram, monkeypatch)
    monkeypatch.setattr(_modulation, "_N_STEPS", n_steps)
    np.testing.assert_allclose(describe(spectrogram, monkeypatch), whole, rtol=1e-4, atol=1e-7)


# Sounds.


@pytest.mark.parametrize("rate", [4.0, 8.0, 16.0])
def test_a_noise_that_swells(rate):
    times_s = np.arange(2 * RATE) / RATE
    swell = 1.1 + np.sin(2 * np.pi * rate * times_s)
    noise = swell * np.random.default_rng(0).normal(size=len(times_s))
    extractor = SpectrotemporalModulation(scales=(0.0,), n_regions=1)
    means = extractor.transform([noise])[0, ::2]
    assert RATES[means.argmax()] == rate


@pytest.mark.parametrize(("direction", "sign"), [("rising", 1), ("falling", -1)])
def test_harmonics_that_glide(direction, sign):
    """A buzz whose pitch rises, or falls, over and over again, heard in narrow bands."""
    times_s = np.arange(2 * RATE) / RATE
    f0_hz = 180 * 2 ** (sign * 0.4 * ((times_s * 2) % 1 - 0.5))
    phase = 2 * np.pi * np.cumsum(f0_hz) / RATE
    buzz = sum(np.sin(k * phase) for k in range(1, 12))
    extractor = SpectrotemporalModulation(
        rates=(4.0, 8.0), scales=(1 / 8,), n_fft=1024, win_length=640, fmax=2000.0
    ).set_output(transform="pandas")
    row = extractor.transform([buzz]).iloc[0]
    other = {"rising": "falling", "falling": "rising"}[direction]
    same = row.filter(regex=f"8hz_0.125_{direction}.*mean").mean()
    assert same > 1.2 * row.filter(regex=f"8hz_0.125_{other}.*mean").mean()


def test_gain_makes_no_difference(voice):
    signal = voice(0, duration_s=1.0, sample_rate=RATE)
    rows = SpectrotemporalModulation().transform([signal, 0.01 * signal])
    np.testing.assert_allclose(rows[1], rows[0], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("n_times", [1, 100, 4000])
def test_silence_has_no_ripples(n_times):
    np.testing.assert_array_equal(SpectrotemporalModulation().transform([np.zeros(n_times)]), 0)


def test_bands_are_computed_once_for_kernels_and_ripples(monkeypatch, voice):
    computed = []
    compute = LogMelSeries.compute

    def count(series, clip):
        computed.append(series)
        return compute(series, clip)

    monkeypatch.setattr(LogMelSeries, "compute", count)
    kernels = RandomConvolutions(n_kernels=5)
    kernels.transform([voice(0, sample_rate=RATE)])
    computed.clear()
    both = AudioFeatures([("kernels", kernels), ("ripples", SpectrotemporalModulation())])
    both.transform([voice(1, sample_rate=RATE)])
    assert len(computed) == 1


# Names and parameters.


def test_names():
    extractor = SpectrotemporalModulation(rates=(4, 16), scales=(1 / 16, 0), n_regions=2)
    names = extractor.get_feature_names_out().tolist()
    assert names[:4] == [
        "modulation_4hz_0_50to1733hz_mean",
        "modulation_4hz_0_50to1733hz_std",
        "modulation_4hz_0_1733to8000hz_mean",
        "modulation_4hz_0_1733to8000hz_std",
    ]
    assert names[4] == "modulation_4hz_0.0625_falling_50to1733hz_mean"
    assert names[-1] == "modulation_16hz_0.0625_rising_1733to8000hz_std"
    assert len(names) == len(set(names)) == 2 * 3 * 2 * 2


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ({"rates": ()}, r"'rates' .* different numbers from 0\.5 to 33\.3 Hz\. Got \(\)"),
        ({"rates": (4.0, 60.0)}, "'rates'"),
        ({"rates": (0.0, 4.0)}, "'rates'"),
        ({"rates": (4.0, 4.0)}, "'rates'"),
        ({"rates": ("4",)}, "'rates'"),
        ({"rates": (np.nan,)}, "'rates'"),
        ({"scales": (0.5,)}, r"'scales' .* from 0\.0156 to 0\.333 periods per band or 0\. Got"),
        ({"scales": (-0.1,)}, "'scales'"),
        ({"n_mels": 60}, r"'n_mels' .* multiple of 2 \* n_regions, 16\. Got 60"),
        ({"fmax": 9000.0}, "'fmax'"),
        ({"win_length": 600}, "'win_length'"),
    ],
)
def test_parameters_out_of_range(params, match):
    with pytest.raises(ValueError, match=match):
        SpectrotemporalModulation(**params).transform([np.zeros(RATE)])
