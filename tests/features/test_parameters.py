"""Shapes and names of what is asked for, and what is said of parameters that do not work."""

import numpy as np
import pytest

from sersk.features import (
    MFCC,
    RMS,
    Chroma,
    MelSpectrogram,
    SpectralContrast,
    SpectralShape,
    ZeroCrossingRate,
)


def test_sequences(voice):
    signal = voice(0, duration_s=0.5)
    for n_fft, hop_length, center in [(2048, 512, True), (400, 160, False), (512, 100, True)]:
        mfcc = MFCC(
            n_mfcc=5,
            n_mels=20,
            n_fft=n_fft,
            hop_length=hop_length,
            center=center,
            functionals=None,
            deltas=1,
        )
        (sequence,) = mfcc.transform([signal])
        n_frames = 1 + (len(signal) - (0 if center else n_fft)) // hop_length
        assert sequence.shape == (n_frames, 10)
        expected = [f"mfcc{i}{suffix}" for suffix in ("", "_delta") for i in range(5)]
        assert list(mfcc.get_feature_names_out()) == expected


NAMES = [
    (MFCC(n_mfcc=2), ["mfcc0_mean", "mfcc1_mean", "mfcc0_std", "mfcc1_std"]),
    (MelSpectrogram(n_mels=2, functionals=("iqr",)), ["mel0_iqr", "mel1_iqr"]),
    (Chroma(n_chroma=2, functionals=["max"]), ["chroma_0_max", "chroma_1_max"]),
    (
        SpectralContrast(n_bands=1, functionals=("median",)),
        [f"spectral_contrast{i}_median" for i in (0, 1)],
    ),
    (
        SpectralShape(functionals=("percentile5",)),
        [f"spectral_{n}_percentile5" for n in ("centroid", "bandwidth", "rolloff", "flatness")],
    ),
    (
        ZeroCrossingRate(deltas=2, functionals=("mean",)),
        [f"zero_crossing_rate{suffix}_mean" for suffix in ("", "_delta", "_delta2")],
    ),
    (RMS(), ["rms_mean", "rms_std"]),
]


@pytest.mark.parametrize(("extractor", "names"), NAMES, ids=lambda v: type(v).__name__)
def test_names(extractor, names):
    assert list(extractor.get_feature_names_out()) == names


WRONG_PARAMETERS = [
    (
        MFCC(n_mfcc=41, n_mels=40),
        r"'n_mfcc' parameter of MFCC must not exceed n_mels, 40\. Got 41",
    ),
    (MFCC(n_mfcc=0), r"'n_mfcc' parameter of MFCC must be an int in the range \[1, inf\)"),
    (MFCC(fmin=4000, fmax=4000), r"fmin < fmax <= .*= 11025\.0\. Got fmin=4000 and fmax=4000"),
    (MFCC(fmin=12000), r"Got fmin=12000 and fmax=None instead"),
    (MelSpectrogram(fmax=11026), r"parameters of MelSpectrogram must satisfy .*fmax=11026"),
    (MelSpectrogram(fmin=-1), r"The 'fmin' parameter of MelSpectrogram must be a float in"),
    (MelSpectrogram(scale="log"), r"'scale' parameter of MelSpectrogram must be a str among"),
    (
        Chroma(win_length=2049),
        r"'win_length' parameter of Chroma must not exceed n_fft, 2048\. Got",
    ),
    (
        Chroma(tuning=1.5),
        r"'tuning' parameter of Chroma must be a float in the range \[-1\.0, 1\.0\]",
    ),
    (RMS(functionals=("mean", "mode")), r"'functionals' parameter of RMS .*mean, std, .*kurtosis"),
    (RMS(functionals=()), r"None or different names .* Got \(\) instead"),
    (RMS(functionals=("mean", "mean")), r"different names .* Got \('mean', 'mean'\) instead"),
    (RMS(functionals=("percentile101",)), r"and percentile0 to percentile100\. Got"),
    (RMS(functionals=("percentile05",)), r"and percentile0 to percentile100\. Got"),
    (RMS(functionals=(3,)), r"different names .* Got \(3,\) instead"),
    (RMS(functionals="mean"), r"The 'functionals' parameter of RMS must be an instance of"),
    (RMS(deltas=3), r"The 'deltas' parameter of RMS must be an int in the range \[0, 2\]"),
    (RMS(hop_length=0), r"The 'hop_length' parameter of RMS must be an int in the range"),
    (RMS(sample_rate=22050.0), r"The 'sample_rate' parameter of RMS must be an int in the range"),
    (
        SpectralContrast(n_bands=7),
        r"must begin below half .* 11025\.0 Hz\. Got .*n_bands=7 instead",
    ),
    (
        SpectralContrast(sample_rate=8000),
        r"must begin below half .* Got fmin=200\.0 and n_bands=6",
    ),
    (SpectralContrast(n_fft=16), r"must hold at least one FFT bin\. Got n_fft=16 at 22050 Hz"),
    (SpectralShape(roll_percent=85), r"'roll_percent' parameter of SpectralShape must be a float"),
]


@pytest.mark.parametrize(("extractor", "message"), WRONG_PARAMETERS)
def test_wrong_parameters_are_explained(extractor, message):
    for call in (extractor.fit, extractor.transform, lambda X: extractor.get_feature_names_out()):
        with pytest.raises(ValueError, match=message):
            call([np.zeros(4096, dtype=np.float32)])


@pytest.mark.parametrize("window", ["no such window", "kaiser"])
def test_a_wrong_window_is_found_by_fit(window):
    with pytest.raises(ValueError, match="window"):
        MFCC(window=window).fit([np.zeros(4096, dtype=np.float32)])


def test_sequences_do_not_fit_in_a_data_frame(tone):
    extractor = MFCC(functionals=None).set_output(transform="pandas")
    with pytest.raises(ValueError, match="sequences of MFCC do not fit in a data frame"):
        extractor.fit_transform([tone()])
