"""The extractors that the common tests run over."""

import pytest

from sersk.features import (
    MFCC,
    RMS,
    AudioFeatures,
    Chroma,
    MelSpectrogram,
    OpenSMILE,
    RandomConvolutions,
    SpectralContrast,
    SpectralShape,
    ZeroCrossingRate,
)

FRAME_EXTRACTORS = [
    MFCC(),
    MelSpectrogram(),
    Chroma(),
    SpectralContrast(),
    SpectralShape(),
    ZeroCrossingRate(),
    RMS(),
]
EXTRACTORS = [
    *FRAME_EXTRACTORS,
    OpenSMILE(),
    RandomConvolutions(n_kernels=20),
    AudioFeatures([("mfcc", MFCC()), ("rms", RMS())]),
]


def name_of(value):
    """Name a parameter in the ids of tests."""
    if isinstance(value, (str, float)):
        return str(value)
    return getattr(value, "func", type(value)).__name__


every_extractor = pytest.mark.parametrize("extractor", EXTRACTORS, ids=name_of)
every_frame_extractor = pytest.mark.parametrize("extractor", FRAME_EXTRACTORS, ids=name_of)


def rate_of(extractor):
    """Sampling rate, in Hz, that the extractor takes arrays to be at."""
    return getattr(extractor, "sample_rate", None) or 22050
