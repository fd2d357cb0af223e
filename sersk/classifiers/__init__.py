"""Classifiers of scikit-learn and XGBoost, made fit for small tables of speakers."""

from sersk.classifiers._calibrated import SpeakerCalibratedClassifier
from sersk.classifiers._encoded import LabelEncodedClassifier
from sersk.classifiers._mlp import SmallSampleMLPClassifier

__all__ = [
    "LabelEncodedClassifier",
    "SmallSampleMLPClassifier",
    "SpeakerCalibratedClassifier",
]
