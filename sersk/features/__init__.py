"""Transformers from sound to features: paths or signals in, one row per clip out."""

from sersk.features._base import BaseExtractor, FrameExtractor
from sersk.features._cepstral import MFCC, MelSpectrogram
from sersk.features._opensmile import OpenSMILE
from sersk.features._prosodic import RMS, ZeroCrossingRate
from sersk.features._random import RandomConvolutions
from sersk.features._spectral import Chroma, SpectralContrast, SpectralShape
from sersk.features._store import FeatureStore
from sersk.features._union import AudioFeatures
from sersk.features._windows import Window

__all__ = [
    "MFCC",
    "RMS",
    "AudioFeatures",
    "BaseExtractor",
    "Chroma",
    "FeatureStore",
    "FrameExtractor",
    "MelSpectrogram",
    "OpenSMILE",
    "RandomConvolutions",
    "SpectralContrast",
    "SpectralShape",
    "Window",
    "ZeroCrossingRate",
]
