"""Transformers from sound to features: paths or signals in, one row per clip out."""

from sersk.features._base import BaseExtractor, FrameExtractor
from sersk.features._cepstral import MFCC, MelSpectrogram
from sersk.features._f0 import F0
from sersk.features._functionals import CHANGE_FUNCTIONALS, FULL_FUNCTIONALS
from sersk.features._modulation import SpectrotemporalModulation
from sersk.features._opensmile import OpenSMILE
from sersk.features._prosodic import RMS, Energy, ZeroCrossingRate
from sersk.features._quality import VoiceQuality
from sersk.features._random import RandomConvolutions
from sersk.features._rhythm import Rhythm
from sersk.features._shape import SpectralShape
from sersk.features._spectral import Chroma, SpectralContrast
from sersk.features._store import FeatureStore
from sersk.features._union import AudioFeatures
from sersk.features._windows import Window

__all__ = [
    "CHANGE_FUNCTIONALS",
    "F0",
    "FULL_FUNCTIONALS",
    "MFCC",
    "RMS",
    "AudioFeatures",
    "BaseExtractor",
    "Chroma",
    "Energy",
    "FeatureStore",
    "FrameExtractor",
    "MelSpectrogram",
    "OpenSMILE",
    "RandomConvolutions",
    "Rhythm",
    "SpectralContrast",
    "SpectralShape",
    "SpectrotemporalModulation",
    "VoiceQuality",
    "Window",
    "ZeroCrossingRate",
]
