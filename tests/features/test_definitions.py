"""What stores keep must not be taken for something else after a change of the definitions."""

import numpy as np
import pytest

from sersk.features import (
    F0,
    MFCC,
    RMS,
    Chroma,
    Energy,
    MelSpectrogram,
    OpenSMILE,
    Rhythm,
    SpectralContrast,
    SpectralShape,
    VoiceQuality,
    ZeroCrossingRate,
)
from sersk.features._keys import DEFINITIONS_VERSION

# For each version of the definitions: mean and root mean square of the row that each extractor
# gives for one signal. After a change of the values, raise DEFINITIONS_VERSION and replace these.
KNOWN = {
    1: {
        "MFCC(deltas=2, functionals=('mean', 'std', 'skewness', 'median'))": (0.5070917, 10.27139),
        "MelSpectrogram()": (27.51372, 77.40777),
        "MelSpectrogram(scale='db')": (-3.687408, 10.72244),
        "Chroma()": (0.2358282, 0.2473843),
        "ZeroCrossingRate()": (0.0992234, 0.1014932),
        "RMS()": (0.142872, 0.1467502),
        "SpectralContrast()": (9.73985, 11.40732),
        "SpectralShape()": (2191.04, 3473.808),
        "Energy(functionals=('mean', 'slope', 'curvature', 'third1'))": (0.3941573, 1.699298),
        "F0(sample_rate=22050)": (12.33485, 18.22347),
        "Rhythm(sample_rate=22050)": (0.8626522, 1.40434),
        "VoiceQuality(sample_rate=22050)": (2.057046, 5.974734),
        "MFCC(delta_functionals=('absmean',), deltas=1, level='relative')": (0.4146263, 41.9363),
        "SpectralShape(descriptors=('flux', 'alpha_ratio', 'slope_0_500'))": (9.225367, 12.88875),
        "OpenSMILE(sample_rate=22050)": (95.03815, 418.2622),
    }
}


@pytest.fixture(scope="module")
def glide():
    """A tone that rises in a falling noise, at 22 050 Hz."""
    times = np.arange(33075) / 22050
    tone = np.sin(2 * np.pi * (150 * times + 400 * times**2)) * (0.2 + 0.3 * np.sin(9 * times))
    noise = np.random.RandomState(0).normal(scale=0.02, size=len(times)) * (2 - times)
    return (tone + noise).astype(np.float32)


@pytest.mark.parametrize(
    "extractor",
    [
        MFCC(deltas=2, functionals=("mean", "std", "skewness", "median")),
        MelSpectrogram(),
        MelSpectrogram(scale="db"),
        Chroma(),
        ZeroCrossingRate(),
        RMS(),
        SpectralContrast(),
        SpectralShape(),
        Energy(functionals=("mean", "slope", "curvature", "third1")),
        F0(sample_rate=22050),
        Rhythm(sample_rate=22050),
        VoiceQuality(sample_rate=22050),
        MFCC(deltas=1, delta_functionals=("absmean",), level="relative"),
        SpectralShape(descriptors=("flux", "alpha_ratio", "slope_0_500")),
        OpenSMILE(sample_rate=22050),
    ],
    ids=repr,
)
def test_values_are_those_of_the_version(extractor, glide):
    row = extractor.transform([glide])[0].astype(np.float64)
    found = [row.mean(), np.sqrt(np.mean(row**2))]
    np.testing.assert_allclose(found, KNOWN[DEFINITIONS_VERSION][repr(extractor)], rtol=1e-4)
