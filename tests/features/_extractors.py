"""The extractors that the common tests run over."""

import pytest

from sersk.features import (
    F0,
    MFCC,
    RMS,
    AudioFeatures,
    Chroma,
    Energy,
    MelSpectrogram,
    OpenSMILE,
    RandomConvolutions,
    Rhythm,
    SpectralContrast,
    SpectralShape,
    SpectrotemporalModulation,
    VoiceQuality,
    ZeroCrossingRate,
)
from sersk.features._shape import SHAPE_DESCRIPTORS

FRAME_EXTRACTORS = [
    MFCC(),
    MelSpectrogram(),
    Chroma(),
    SpectralContrast(),
    SpectralShape(),
    SpectralShape(descriptors=SHAPE_DESCRIPTORS, roll_percent=(0.25, 0.85)),
    ZeroCrossingRate(),
    RMS(),
    Energy(),
]
VOICE_EXTRACTORS = [F0(), VoiceQuality(), Rhythm()]
EXTRACTORS = [
    *FRAME_EXTRACTORS,
    *VOICE_EXTRACTORS,
    OpenSMILE(),
    RandomConvolutions(n_kernels=20),
    SpectrotemporalModulation(rates=(4.0, 16.0), n_regions=2),
    AudioFeatures([("mfcc", MFCC()), ("rms", RMS())]),
]


def name_of(value):
    """Name a parameter in the ids of tests."""
    if isinstance(value, (str, float)):
        return str(value)
    return getattr(value, "func", type(value)).__name__


every_extractor = pytest.mark.parametrize("extractor", EXTRACTORS, ids=name_of)
every_voice_extractor = pytest.mark.parametrize("extractor", VOICE_EXTRACTORS, ids=name_of)
every_frame_extractor = pytest.mark.parametrize("extractor", FRAME_EXTRACTORS, ids=name_of)


def rate_of(extractor):
    """Sampling rate, in Hz, that the extractor takes arrays to be at."""
    return getattr(extractor, "sample_rate", None) or 22050
