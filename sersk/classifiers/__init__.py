"""Classifiers made fit for small tables of speakers, and for wide ones."""

from sersk.classifiers._calibrated import SpeakerCalibratedClassifier
from sersk.classifiers._encoded import LabelEncodedClassifier
from sersk.classifiers._lda import ShrinkageLDA
from sersk.classifiers._mlp import SmallSampleMLPClassifier
from sersk.classifiers._voting import BlockVotingClassifier

__all__ = [
    "BlockVotingClassifier",
    "LabelEncodedClassifier",
    "ShrinkageLDA",
    "SmallSampleMLPClassifier",
    "SpeakerCalibratedClassifier",
]
