"""Pictures of signals, corpora and scores, in the manner of scikit-learn's displays."""

from sersk.utils._lazy import make_lazy

# Where each public name lives. A submodule is imported when one of its names is first touched.
_SUBMODULES = {
    "CalibrationDisplay": "_calibration",
    "ClassDistributionDisplay": "_classes",
    "ConfusionMatrixDisplay": "_confusion",
    "ExplanationDisplay": "_explanation",
    "ImportanceDisplay": "_importance",
    "LearningCurveDisplay": "_learning",
    "MFCCDisplay": "_mfcc",
    "MelSpectrogramDisplay": "_spectrogram",
    "ProbabilityDisplay": "_probabilities",
    "Sound": "_signal",
    "RiskCoverageDisplay": "_coverage",
    "SpeakerRecallDisplay": "_speakers",
    "SpectrogramDisplay": "_spectrogram",
    "TimelineDisplay": "_timeline",
    "TrainingCurveDisplay": "_training",
    "WaveformDisplay": "_waveform",
}

__all__ = [
    "CalibrationDisplay",
    "ClassDistributionDisplay",
    "ConfusionMatrixDisplay",
    "ExplanationDisplay",
    "ImportanceDisplay",
    "LearningCurveDisplay",
    "MFCCDisplay",
    "MelSpectrogramDisplay",
    "ProbabilityDisplay",
    "RiskCoverageDisplay",
    "Sound",
    "SpeakerRecallDisplay",
    "SpectrogramDisplay",
    "TimelineDisplay",
    "TrainingCurveDisplay",
    "WaveformDisplay",
]

__getattr__, __dir__ = make_lazy(__name__, _SUBMODULES)
