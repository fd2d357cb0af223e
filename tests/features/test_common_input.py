"""Every form of input that every extractor takes, and what it says to the others."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from sersk.exceptions import AudioReadError
from sersk.features import (
    MFCC,
    RMS,
    AudioFeatures,
    Chroma,
    MelSpectrogram,
    OpenSMILE,
    SpectralContrast,
    SpectralShape,
    ZeroCrossingRate,
)
from tests.features._extractors import every_extractor, name_of, rate_of

# Most signals here are too short for openSMILE, which test_opensmile.py looks into.
pytestmark = pytest.mark.filterwarnings("ignore:.*padded with zeros for openSMILE")


_SIGNAL = np.zeros(100, dtype=np.float32)
WRONG_INPUTS = {
    "empty_list": ([], ValueError, r"expects at least one clip\. Got an empty list"),
    "single_path": ("a.wav", TypeError, r"Got the single path 'a\.wav'\. Put it in a list"),
    "one_array": (_SIGNAL, ValueError, r"put it in a list, \[signal\]"),
    "list_of_numbers": ([0.1, 0.2], ValueError, "Expected 2D array, got 1D array instead"),
    "cube": (np.zeros((2, 2, 50)), ValueError, "Found array with dim 3"),
    "stereo": (
        [_SIGNAL, np.zeros((100, 2))],
        ValueError,
        r"Clip 1 must be one channel.*\(100, 2\)",
    ),
    "empty_clip": ([_SIGNAL, _SIGNAL[:0]], ValueError, "Clip 1 must have at least one sample"),
    "nan": ([_SIGNAL, _SIGNAL * np.nan], ValueError, "Clip 1 contains NaN or infinity"),
    "inf": ([_SIGNAL, _SIGNAL + np.inf], ValueError, "Clip 1 contains NaN or infinity"),
    "matrix_with_nan": (np.full((2, 9), np.nan), ValueError, "Input X contains NaN"),
    "matrix_with_inf": (np.full((2, 9), np.inf), ValueError, "Input X contains infinity"),
    "beyond_float32": ([np.full(9, 1e300)], ValueError, "Clip 0 contains NaN or infinity"),
    "matrix_beyond_float32": (np.full((2, 9), 1e300), ValueError, "infinity|too large"),
    "int16": ([_SIGNAL.astype(np.int16)], ValueError, r"Got int16.*signal / 32768"),
    "int16_matrix": (np.zeros((2, 9), np.int16), ValueError, r"Got int16.*signal / 32768"),
    "uint8": ([_SIGNAL.astype(np.uint8)], ValueError, "Got uint8, which looks like PCM"),
    "complex": ([_SIGNAL * 1j], ValueError, "Clip 0 must hold real numbers. Got dtype complex"),
    "path_then_array": (["a.wav", _SIGNAL], TypeError, "not both. Among the paths, item 1 is"),
    "array_then_path": ([_SIGNAL, "a.wav"], TypeError, "not both. Among the paths, item 0 is"),
    "path_then_none": (["a.wav", None], TypeError, "item 1 is of type NoneType"),
    "none_then_path": ([None, "a.wav"], TypeError, "item 0 is of type NoneType"),
    "array_then_none": ([_SIGNAL, None], TypeError, "Item 1 is of type NoneType"),
    "array_then_number": ([_SIGNAL, 0.5], TypeError, "Item 1 is of type float"),
}


@pytest.mark.parametrize("case", WRONG_INPUTS)
@pytest.mark.parametrize("method", ["fit", "transform"])
@every_extractor
def test_wrong_input_is_explained(extractor, method, case):
    X, error, message = WRONG_INPUTS[case]
    with pytest.raises(error, match=message):
        getattr(clone(extractor), method)(X)


@every_extractor
def test_a_matrix_fixes_the_width(extractor, voices):
    matrix = np.stack([signal[:2000] for signal in voices[:3]])
    extractor = clone(extractor).fit(matrix)
    assert extractor.n_features_in_ == 2000
    with pytest.raises(ValueError, match=r"X has 1999 features, but .* is expecting 2000"):
        extractor.transform(matrix[:, 1:])
    # Lists have no width, and fitting on one forgets it.
    assert len(extractor.transform([matrix[0, 1:]])) == 1
    extractor.fit([matrix[0]])
    assert not hasattr(extractor, "n_features_in_")
    assert len(extractor.transform(matrix[:, 1:])) == 3


@every_extractor
def test_paths_and_arrays_may_follow_each_other(extractor, voices, write_audio):
    matrix = np.stack([signal[:2000] for signal in voices[:2]])
    rate = rate_of(extractor)
    paths = [write_audio(f"{i}.wav", s, rate, subtype="FLOAT") for i, s in enumerate(matrix)]
    rows = extractor.fit_transform(list(matrix))
    for first in (matrix, paths, list(matrix)):
        fitted = clone(extractor).fit(first)
        for then in (matrix, paths, list(matrix)):
            np.testing.assert_array_equal(fitted.transform(then), rows)


@every_extractor
def test_every_form_of_paths_agrees(extractor, voices, write_audio):
    rate = rate_of(extractor)
    paths = [write_audio(f"{i}.wav", voices[i], rate, subtype="FLOAT") for i in range(2)]
    names = [str(path) for path in paths]
    rows = extractor.fit_transform(voices[:2])
    forms = [
        paths,
        tuple(names),
        np.array(names),
        np.array(names, dtype=object),
        np.array(names)[:, np.newaxis],
        pd.Series(names, index=[7, 8]),
        pd.Series(names, dtype=object),
        pd.Series(names, dtype="string"),
        pd.Series(paths),
        pd.Index(names),
        pd.DataFrame({"path": names}),
        pd.DataFrame({"path": names}, dtype=object),
    ]
    for form in forms:
        fitted = clone(extractor).fit(form)
        np.testing.assert_array_equal(fitted.transform(form), rows)
        np.testing.assert_array_equal(clone(extractor).fit_transform(form), rows)


@every_extractor
def test_unreadable_files_are_counted_and_the_first_is_named(
    extractor, voices, write_audio, tmp_path
):
    good = [write_audio(f"{i}.wav", voices[i]) for i in range(18)]
    empty = tmp_path / "empty.wav"
    empty.touch()
    paths = [*good[:3], empty, *good[3:], tmp_path / "missing.wav"]
    with pytest.raises(
        AudioReadError,
        match=r"^Cannot read 2 of 20 files \(first: '.*empty\.wav': the file is empty\)\. "
        r"Mend them, or leave them out\.$",
    ) as caught:
        extractor.fit(paths).transform(paths)
    assert caught.value.path == str(empty)
    assert caught.value.reason == "the file is empty"


@every_extractor
def test_fit_reads_no_file(extractor):
    assert clone(extractor).fit(["no such file.wav"]) is not None


FILES = {
    "8k": dict(sample_rate=8000),
    "16k": dict(sample_rate=16000),
    "44.1k": dict(sample_rate=44100),
    "48k": dict(sample_rate=48000),
    "stereo": dict(sample_rate=44100, n_channels=2),
    "24_bit": dict(sample_rate=48000, subtype="PCM_24"),
    "32_bit_stereo": dict(sample_rate=16000, n_channels=2, subtype="PCM_32"),
    "flac": dict(sample_rate=22050, suffix="flac"),
}


# Above 4 kHz a file at 8 kHz is empty, and between the tones the level is that of the rounding to
# 16 bits; there are the limits below. Without resampling the differences are hundreds of times
# these. Medians over the frames leave out the ends, where a resampler rings.
_MEDIAN = dict(functionals=("median",))
CLOSE = [
    (MFCC(fmax=3500, **_MEDIAN), "mfcc", 0.05),
    (MelSpectrogram(fmax=3500, **_MEDIAN), "mel", 0.05),
    (Chroma(**_MEDIAN), "chroma", 1e-4),
    (SpectralContrast(**_MEDIAN), "spectral_contrast[1-4]", 4.0),
    (SpectralShape(**_MEDIAN), "spectral_(centroid|bandwidth|rolloff)", 10.0),
    (SpectralShape(**_MEDIAN), "spectral_flatness", 1e-7),
    (ZeroCrossingRate(**_MEDIAN), "zero_crossing_rate", 5e-4),
    (RMS(**_MEDIAN), "rms", 1e-5),
    # Jitter, shimmer and slopes of a clean tone hang on tiny things; its pitch does not.
    (OpenSMILE(), "F0semitoneFrom27.5Hz_sma3nz_(amean|percentile)", 0.05),
    (OpenSMILE(sample_rate=8000), "F0semitoneFrom27.5Hz_sma3nz_(amean|percentile)", 0.05),
    (AudioFeatures([("m", MFCC(fmax=3500, **_MEDIAN)), ("r", RMS(**_MEDIAN))]), "", 0.05),
]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(("extractor", "columns", "tolerance"), CLOSE, ids=name_of)
def test_the_rate_of_the_file_does_not_matter(
    extractor, columns, tolerance, tone, write_audio, file
):
    """The same sound at another rate, and in another format, gives the same features."""
    settings = dict(FILES[file])
    n_channels, suffix = settings.pop("n_channels", 1), settings.pop("suffix", "wav")

    def sound(sample_rate):
        parts = [(440, 0.4), (1000, 0.2), (2500, 0.1)]
        return sum(tone(f, amplitude=a, sample_rate=sample_rate) for f, a in parts)

    signal = sound(settings["sample_rate"])
    path = write_audio(f"a.{suffix}", np.tile(signal[:, np.newaxis], n_channels), **settings)
    columns = [bool(re.match(columns, name)) for name in extractor.get_feature_names_out()]
    assert any(columns)
    expected = extractor.transform([sound(rate_of(extractor))])[0, columns]
    got = extractor.transform([path])[0, columns]
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)
