"""Energy and the shape of the spectrum: sounds whose levels and slopes are known beforehand."""

import numpy as np
import pytest
from sklearn.base import clone

from sersk.features import MFCC, Energy, MelSpectrogram, SpectralShape
from sersk.features._shape import SHAPE_DESCRIPTORS

RATE = 16000
# Frames in which these tones have whole periods.
FRAMING = dict(sample_rate=RATE, n_fft=512, hop_length=160, functionals=None, center=False)


def sequence(kind, signal, **params):
    """Values of each frame, one column per descriptor."""
    (values,) = kind(**{**FRAMING, **params}).transform([np.asarray(signal, dtype=np.float32)])
    return values


def make_tones(frequencies_hz, levels_db, duration_s=0.5):
    at = np.arange(round(duration_s * RATE)) / RATE
    return sum(
        10 ** (level_db / 20) * np.sin(2 * np.pi * f * at)
        for f, level_db in zip(frequencies_hz, levels_db, strict=True)
    )


def make_spectrum(level_db_of):
    """One frame with a spectrum of known levels."""
    frequencies_khz = np.fft.rfftfreq(512, 1 / RATE) / 1000
    magnitude = 10 ** (level_db_of(frequencies_khz) / 20)
    return np.fft.irfft(magnitude * np.exp(-1j * np.pi * np.arange(257)))


# Energy


@pytest.mark.parametrize("amplitude", [1.0, 0.3, 1e-3])
def test_level_of_a_tone(tone, amplitude):
    signal = tone(500, sample_rate=RATE, amplitude=amplitude)
    found = sequence(Energy, signal, level="absolute")
    np.testing.assert_allclose(found, 20 * np.log10(amplitude) - 10 * np.log10(2), atol=0.01)
    np.testing.assert_allclose(sequence(Energy, signal), 0, atol=0.01)


def test_relative_level_of_two_notes_and_a_pause():
    """The pause counts for nothing in the level at which the clip speaks."""
    note = make_tones([500], [0])
    found = sequence(Energy, np.concatenate([note, 0.1 * note, 0.01 * note]))[:, 0]
    np.testing.assert_allclose(found[[10, 60, 130]], [10, -10, -30], atol=0.5)
    loud = sequence(Energy, np.concatenate([note, 0.01 * note]))[:, 0]
    np.testing.assert_allclose(loud[[10, -10]], [0, -40], atol=0.5)


def test_silence_is_far_below():
    silence = np.zeros(4000)
    np.testing.assert_allclose(sequence(Energy, silence, level="absolute"), -120, atol=1e-3)
    np.testing.assert_allclose(sequence(Energy, silence), 0, atol=1e-3)
    half = np.concatenate([make_tones([500], [0]), silence])
    assert sequence(Energy, half).min() == pytest.approx(-100, abs=0.5)


@pytest.mark.parametrize("gain", [0.01, 0.37, 2.0])
@pytest.mark.parametrize(
    "extractor",
    [Energy(), MFCC(level="relative"), MelSpectrogram(scale="db", level="relative")],
    ids=lambda extractor: type(extractor).__name__,
)
def test_relative_levels_have_no_gain(voice, extractor, gain):
    signal = voice(3)
    rows = extractor.transform([signal, np.float32(gain) * signal])
    np.testing.assert_allclose(rows[1], rows[0], rtol=1e-4, atol=1e-4)


def test_relative_levels_are_the_absolute_ones_shifted(voice):
    """By the mean level of the frames within 28 dB of the loudest."""
    signal = voice(3)
    power = sequence(MelSpectrogram, signal).sum(axis=1)
    level_db = 10 * np.log10(power)
    speaks_db = level_db[level_db > level_db.max() - 28].mean()
    assert (level_db < level_db.max() - 28).any()
    absolute, relative = (
        sequence(MelSpectrogram, signal, scale="db", level=level)
        for level in ("absolute", "relative")
    )
    np.testing.assert_allclose(relative, absolute - speaks_db, atol=1e-3)
    absolute, relative = (
        sequence(MFCC, signal, level=level) for level in ("absolute", "relative")
    )
    np.testing.assert_allclose(relative[:, 1:], absolute[:, 1:], atol=1e-3)
    np.testing.assert_allclose(
        relative[:, 0], absolute[:, 0] - np.sqrt(128) * speaks_db, rtol=1e-4
    )


# Shape


def test_a_steady_sound_has_no_flux():
    steady = make_tones([500, 1000, 3000], [0, -6, -10])
    assert sequence(SpectralShape, steady, descriptors=("flux",)).max() < 2e-3


def test_a_change_has_flux():
    """From one tone to another: two spectra of length 1 at right angles, sqrt(2) apart."""
    low, high = make_tones([500], [0]), make_tones([3000], [-30])
    how = dict(descriptors=("flux",), hop_length=512)
    found = sequence(SpectralShape, np.concatenate([low[:7680], high[:7680]]), **how)[:, 0]
    assert found.argmax() == 15
    assert found[15] == pytest.approx(np.sqrt(2), abs=1e-3)
    assert np.delete(found, 15).max() < 2e-3
    # And from sound to silence 1.
    found = sequence(SpectralShape, np.concatenate([low[:7680], np.zeros(7680)]), **how)[:, 0]
    assert found[15] == pytest.approx(1, abs=1e-4)
    assert np.delete(found, 15).max() < 2e-3


@pytest.mark.parametrize("difference_db", [-20.0, 0.0, 13.0])
def test_balance_of_two_tones(difference_db):
    tones = make_tones([500, 3000], [0, -difference_db])
    for name in ("alpha_ratio", "hammarberg_index"):
        found = sequence(SpectralShape, tones, descriptors=(name,))
        np.testing.assert_allclose(found, difference_db, atol=0.05)


def test_ranges_of_the_balance():
    """At 1500 Hz a tone counts below for one, above for the other; at 20 and 6000 for neither."""
    tones = make_tones([500, 1500, 3000], [0, 10, -5])
    alpha, hammarberg = sequence(
        SpectralShape, tones, descriptors=("alpha_ratio", "hammarberg_index")
    ).mean(axis=0)
    assert alpha == pytest.approx(-10 * np.log10(10 + 10**-0.5), abs=0.05)
    assert hammarberg == pytest.approx(15, abs=0.05)
    beyond = sequence(
        SpectralShape,
        tones + make_tones([6000], [20]),
        descriptors=("alpha_ratio", "hammarberg_index"),
    )
    np.testing.assert_allclose(beyond.mean(axis=0), [alpha, hammarberg], atol=0.1)


@pytest.mark.parametrize(("low", "high"), [(-20, 8), (30, -12), (0, 0)])
def test_slopes_of_a_spectrum_of_known_levels(low, high):
    """So many dB per kHz below 500 Hz, and above."""
    frame = make_spectrum(
        lambda khz: np.where(khz < 0.5, low * khz, 0.5 * low + high * (khz - 0.5))
    )
    how = dict(window="boxcar", descriptors=("slope_0_500", "slope_500_1500"))
    found = sequence(SpectralShape, frame, **how)
    np.testing.assert_allclose(found, [[low, high]], atol=0.01)


def test_several_roll_offs(voice):
    shares = (0.05, 0.5, 0.95)
    together = SpectralShape(descriptors=("flatness", "rolloff", "centroid"), roll_percent=shares)
    names = [
        f"spectral_{n}" for n in ("flatness", *(f"rolloff{q}" for q in (5, 50, 95)), "centroid")
    ]
    assert list(together.get_feature_names_out())[:5] == [f"{name}_mean" for name in names]
    (row,) = together.transform([voice(2)])
    for i, share in enumerate(shares):
        alone = SpectralShape(descriptors=("rolloff",), roll_percent=share).transform([voice(2)])
        np.testing.assert_array_equal(row[[1 + i, 6 + i]], alone[0])


def test_descriptors_come_in_the_order_wanted(voice):
    every = SpectralShape(descriptors=SHAPE_DESCRIPTORS).transform([voice(2)])[0]
    backwards = SpectralShape(descriptors=SHAPE_DESCRIPTORS[::-1])
    np.testing.assert_array_equal(
        backwards.transform([voice(2)])[0].reshape(2, -1)[:, ::-1].ravel(), every
    )
    default = SpectralShape().transform([voice(2)])[0].reshape(2, 4)
    np.testing.assert_array_equal(default, every.reshape(2, -1)[:, :4])


def test_gain_changes_no_balance_and_no_slope(voice):
    descriptors = [d for d in SHAPE_DESCRIPTORS if d != "flatness"]
    shape = SpectralShape(descriptors=descriptors)
    rows = shape.transform([voice(3), np.float32(0.01) * voice(3)])
    # A bin on the verge of the roll-off falls to one side or the other.
    np.testing.assert_allclose(rows[1], rows[0], rtol=1e-3, atol=1e-4)


def test_silence_has_no_shape_and_is_flat():
    found = sequence(SpectralShape, np.zeros(4000), descriptors=SHAPE_DESCRIPTORS)
    expected = [name == "flatness" for name in SHAPE_DESCRIPTORS]
    np.testing.assert_allclose(found, np.tile(expected, (len(found), 1)), atol=1e-6)


WRONG = [
    (SpectralShape(descriptors=()), r"'descriptors' parameter .* different names out of centroid"),
    (SpectralShape(descriptors=("flux", "flux")), r"Got \('flux', 'flux'\) instead"),
    (SpectralShape(descriptors=("tilt",)), r"Got \('tilt',\) instead"),
    (SpectralShape(roll_percent=(0.5, 1.0)), r"range \(0\.0, 1\.0\), or several\. Got \(0\.5, 1"),
    (SpectralShape(roll_percent=()), r"or several\. Got \(\) instead"),
    (SpectralShape(delta_functionals=("mean",)), r"'delta_functionals' .* None where .* deltas=0"),
    (
        MFCC(deltas=1, functionals=None, delta_functionals=("mean",)),
        r"'delta_functionals' parameter of MFCC must be None where .*functionals=None",
    ),
    (
        MFCC(deltas=1, delta_functionals=("mode",)),
        r"'delta_functionals' parameter of MFCC must be None or different names",
    ),
    (Energy(level="loud"), r"The 'level' parameter of Energy must be a str among"),
]


@pytest.mark.parametrize(("extractor", "message"), WRONG)
def test_wrong_parameters_are_explained(extractor, message):
    with pytest.raises(ValueError, match=message):
        extractor.fit([np.zeros(4096, dtype=np.float32)])


# Derivatives


@pytest.mark.parametrize("deltas", [1, 2])
@pytest.mark.parametrize(
    "extractor", [MFCC(n_mfcc=5), Energy(), SpectralShape(), MelSpectrogram(n_mels=8)]
)
def test_derivatives_may_be_pooled_by_other_functionals(voices, extractor, deltas):
    """Each column is that of the same name where all functionals are used for all."""
    own, other = ("mean", "slope"), ("absmean", "mean", "percentile95")
    extractor = clone(extractor).set_params(deltas=deltas).set_output(transform="pandas")
    every = extractor.set_params(functionals=(*own, *other[::2])).transform(voices[:3])
    table = extractor.set_params(functionals=own, delta_functionals=other).transform(voices[:3])
    n_descriptors = len(every.columns) // 4 // (1 + deltas)
    assert len(table.columns) == n_descriptors * (2 + 3 * deltas)
    assert all(("_delta" in name) == (i >= 2 * n_descriptors) for i, name in enumerate(table))
    # A product of matrices sums in another order where there are more columns.
    np.testing.assert_allclose(table, every[list(table.columns)], rtol=1e-5, atol=1e-6)
