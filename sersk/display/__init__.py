"""Pictures of signals, corpora and scores, in the manner of scikit-learn's displays."""

import importlib

# Where each public name lives. A submodule is imported when one of its names is first touched.
_SUBMODULES = {
    "CalibrationDisplay": "_calibration",
    "ClassDistributionDisplay": "_classes",
    "ConfusionMatrixDisplay": "_confusion",
    "LearningCurveDisplay": "_learning",
    "MFCCDisplay": "_mfcc",
    "MelSpectrogramDisplay": "_spectrogram",
    "Sound": "_signal",
    "SpeakerRecallDisplay": "_speakers",
    "SpectrogramDisplay": "_spectrogram",
    "WaveformDisplay": "_waveform",
}

__all__ = [
    "CalibrationDisplay",
    "ClassDistributionDisplay",
    "ConfusionMatrixDisplay",
    "LearningCurveDisplay",
    "MFCCDisplay",
    "MelSpectrogramDisplay",
    "Sound",
    "SpeakerRecallDisplay",
    "SpectrogramDisplay",
    "WaveformDisplay",
]


def __getattr__(name):
    if name in _SUBMODULES:
        return getattr(importlib.import_module(f"{__name__}.{_SUBMODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
