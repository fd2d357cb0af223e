"""What the features mean: sounds whose values are known beforehand."""

import numpy as np
import pytest
from scipy import signal as dsp

from sersk.features import (
    MFCC,
    RMS,
    Chroma,
    MelSpectrogram,
    SpectralContrast,
    SpectralShape,
    ZeroCrossingRate,
)

CENTROID, BANDWIDTH, ROLLOFF, FLATNESS = range(4)
MEDIAN = ("median",)


@pytest.fixture
def noise(rng):
    return rng.normal(scale=0.1, size=22050).astype(np.float32)


@pytest.mark.parametrize("sample_rate", [16000, 22050])
@pytest.mark.parametrize("frequency_hz", [200, 440, 1000, 3000, 7000])
def test_centroid_and_rolloff_of_a_tone(tone, frequency_hz, sample_rate):
    shape = SpectralShape(sample_rate=sample_rate, functionals=MEDIAN)
    row = shape.transform([tone(frequency_hz, sample_rate=sample_rate)])[0]
    one_bin_hz = sample_rate / 2048
    assert row[CENTROID] == pytest.approx(frequency_hz, rel=0.01, abs=one_bin_hz)
    assert row[ROLLOFF] == pytest.approx(frequency_hz, abs=2 * one_bin_hz)
    assert row[BANDWIDTH] < 200


def test_centroid_of_two_tones_is_their_mean_weighted_by_amplitude(tone):
    # Tones at the middle of a bin do not leak into the bins around.
    low_hz, high_hz = 100 * 22050 / 2048, 400 * 22050 / 2048
    both = tone(low_hz, amplitude=0.3) + tone(high_hz, amplitude=0.1)
    row = SpectralShape(functionals=MEDIAN).transform([both])[0]
    mean_hz = 0.75 * low_hz + 0.25 * high_hz
    variance = 0.75 * (low_hz - mean_hz) ** 2 + 0.25 * (high_hz - mean_hz) ** 2
    assert row[CENTROID] == pytest.approx(mean_hz, rel=1e-3)
    assert row[BANDWIDTH] == pytest.approx(np.sqrt(variance), rel=1e-3)


def test_shape_of_white_noise(noise):
    row = SpectralShape(functionals=("mean",)).transform([noise])[0]
    nyquist_hz = 11025
    assert row[CENTROID] == pytest.approx(nyquist_hz / 2, rel=0.02)
    assert row[BANDWIDTH] == pytest.approx(nyquist_hz / np.sqrt(12), rel=0.02)
    assert row[ROLLOFF] == pytest.approx(0.85 * nyquist_hz, rel=0.02)


def test_flatness_tells_noise_from_a_tone(noise, tone):
    shape = SpectralShape(functionals=MEDIAN)
    of_noise, of_tone = shape.transform([noise, tone(1000)])[:, FLATNESS]
    # The power of noise in a bin is exponentially distributed: exp(-0.5772…).
    assert of_noise == pytest.approx(np.exp(-np.euler_gamma), abs=0.02)
    assert of_tone < 1e-4


def test_a_silent_frame_has_shape_zero_and_flatness_one():
    row = SpectralShape(functionals=("mean",)).transform([np.zeros(9000, np.float32)])[0]
    np.testing.assert_allclose(row, [0, 0, 0, 1], rtol=0, atol=1e-6)


@pytest.mark.parametrize("roll_percent", [0.5, 0.85, 0.95])
def test_rolloff_of_low_passed_noise(noise, roll_percent):
    low_passed = dsp.sosfilt(dsp.butter(20, 3000, fs=22050, output="sos"), noise)
    shape = SpectralShape(roll_percent=roll_percent, functionals=("mean",))
    rolloff = shape.transform([low_passed])[0, ROLLOFF]
    assert rolloff == pytest.approx(roll_percent * 3000, rel=0.05)


def test_twice_the_gain_is_twice_the_rms_and_the_same_zero_crossings(voice):
    quiet = voice(3)
    rms = RMS(functionals=None)
    np.testing.assert_array_equal(rms.transform([2 * quiet])[0], 2 * rms.transform([quiet])[0])
    crossings = ZeroCrossingRate(functionals=None)
    np.testing.assert_array_equal(
        crossings.transform([2 * quiet])[0], crossings.transform([quiet])[0]
    )


def test_gain_changes_no_feature_of_shape_alone(voice):
    quiet = voice(3)
    for extractor in (SpectralShape(), Chroma(), SpectralContrast()):
        rows = extractor.transform([quiet, 2 * quiet])
        np.testing.assert_allclose(rows[0], rows[1], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("amplitude", [0.01, 0.5, 1.0])
def test_rms_of_a_sine_and_of_a_constant(tone, amplitude):
    rms = RMS(functionals=MEDIAN)
    assert rms.transform([tone(1000, amplitude=amplitude)])[0, 0] == pytest.approx(
        amplitude / np.sqrt(2), rel=1e-3
    )
    constant = np.full(9000, amplitude, dtype=np.float32)
    assert rms.transform([constant])[0, 0] == pytest.approx(amplitude, rel=5e-6)


@pytest.mark.parametrize("frequency_hz", [100, 1000, 5000])
def test_a_sine_crosses_zero_twice_a_period(tone, frequency_hz):
    rate = ZeroCrossingRate(functionals=MEDIAN).transform([tone(frequency_hz)])[0, 0]
    assert rate == pytest.approx(2 * frequency_hz / 22050, abs=1.5 / 2048)


def test_noise_crosses_zero_at_every_other_sample(noise):
    assert ZeroCrossingRate(functionals=("mean",)).transform([noise])[0, 0] == pytest.approx(
        0.5, abs=0.02
    )


@pytest.mark.parametrize(
    ("frequency_hz", "pitch_class"),
    [(261.63, "C"), (277.18, "C#"), (329.63, "E"), (440, "A"), (880, "A"), (493.88, "B")],
)
def test_chroma_peaks_at_the_pitch_class(tone, frequency_hz, pitch_class):
    chroma = Chroma(functionals=MEDIAN, n_fft=4096)
    row = chroma.transform([tone(frequency_hz)])[0]
    assert chroma.get_feature_names_out()[row.argmax()] == f"chroma_{pitch_class}_median"
    assert row.max() == 1
    assert np.sort(row)[-2] < 0.5


@pytest.mark.parametrize("deviation", [-0.4, -0.2, 0.2, 0.4])
def test_chroma_follows_the_tuning(tone, deviation):
    """A tone between two classes falls into one of them once its tuning is known."""
    detuned = tone(440 * 2 ** (deviation / 12), duration_s=2)
    estimated, told, untold = (
        Chroma(tuning=tuning, functionals=MEDIAN, n_fft=4096).transform([detuned])[0]
        for tuning in (None, deviation, 0.0)
    )
    np.testing.assert_allclose(estimated, told, atol=0.02)
    assert estimated.argmax() == 9
    # Unheard, the deviation spills over into the neighbouring class.
    neighbour = 9 + int(np.sign(deviation))
    assert untold[neighbour] > estimated[neighbour] + 0.05


@pytest.mark.parametrize("n_chroma", [12, 24, 36])
def test_classes_of_other_widths(tone, n_chroma):
    chroma = Chroma(n_chroma=n_chroma, functionals=MEDIAN, n_fft=8192)
    row = chroma.transform([tone(440, duration_s=2)])[0]
    assert row.argmax() == 9 * n_chroma // 12


def test_contrast_of_harmonics_exceeds_that_of_noise(tone, noise):
    harmonics = sum(tone(220 * k, amplitude=0.3 / k) for k in range(1, 30))
    of_harmonics, of_noise = SpectralContrast(functionals=MEDIAN).transform([harmonics, noise])
    # From 400 Hz up, where a band holds several harmonics, to the last of them.
    assert (of_harmonics[2:6] > of_noise[2:6] + 10).all()


@pytest.mark.parametrize("gain", [2.0, 10.0])
def test_first_coefficient_rises_with_the_level(noise, gain):
    mfcc = MFCC(n_mels=64, functionals=None)
    quiet, loud = mfcc.transform([noise, (gain * noise).astype(np.float32)])
    # All 64 bands rise by 20 log10(gain) dB; the orthonormal DCT gives their sum over sqrt(64).
    np.testing.assert_allclose(loud[:, 0] - quiet[:, 0], 8 * 20 * np.log10(gain), rtol=1e-3)
    np.testing.assert_allclose(loud[:, 1:], quiet[:, 1:], atol=1e-2)


@pytest.mark.parametrize("frequency_hz", [300, 1000, 2500, 6000])
def test_a_tone_lies_in_its_mel_band(tone, frequency_hz):
    def slaney(hz):
        return np.where(hz < 1000, hz * 3 / 200, 15 + 27 * np.log(hz / 1000) / np.log(6.4))

    row = MelSpectrogram(n_mels=40, functionals=MEDIAN).transform([tone(frequency_hz)])[0]
    step = slaney(11025.0) / 41
    assert row.argmax() == pytest.approx(slaney(float(frequency_hz)) / step - 1, abs=0.6)


def test_mel_levels_span_80_db(tone):
    levels = MelSpectrogram(scale="db", functionals=None).transform([tone(1000)])[0]
    power = MelSpectrogram(functionals=None).transform([tone(1000)])[0]
    assert np.ptp(levels) == pytest.approx(80)
    assert levels.max() == pytest.approx(10 * np.log10(power.max()))
