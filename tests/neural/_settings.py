"""Every network with settings that are computed in a second, and speech that it can learn."""

from functools import cache

import numpy as np
import pytest

from sersk.datasets import make_emotional_speech
from sersk.features import MFCC
from sersk.neural import (
    ANNClassifier,
    AugmentedCNNClassifier,
    BiLSTMClassifier,
    CNNClassifier,
    DeepMLPClassifier,
    LSTMClassifier,
)

NETWORKS = {
    "ann": (ANNClassifier, dict(hidden_sizes=(32, 16))),
    "augmented-cnn": (
        AugmentedCNNClassifier,
        dict(n_steps=32, filters=(16, 16, 8), kernel_size=4, pool_size=2, optimizer="adam"),
    ),
    "bilstm": (BiLSTMClassifier, dict(hidden_sizes=(12,))),
    "cnn": (CNNClassifier, dict(filters=8, hidden_size=16, dropout=0.2)),
    "lstm": (
        LSTMClassifier,
        dict(hidden_size=24, dense_sizes=(16,), dropout=0.4, batch_size=16, lr=0.005),
    ),
    "mlp-deep": (DeepMLPClassifier, dict(hidden_sizes=(32, 32), dropout=0.2)),
}
QUICK = dict(lr=0.01, max_epochs=20, validation_fraction=0.0, random_state=0)

every_network = pytest.mark.parametrize("name", NETWORKS)


def make_network(name, **params):
    """Make the small network of that name, other parameters over its own."""
    network, small = NETWORKS[name]
    return network(**{**QUICK, **small, **params})


@cache
def make_speech():
    """Make frames of four emotions by 52 speakers, one clip each: frames, emotions, speakers."""
    signals, emotions, speakers = make_emotional_speech(
        n_speakers=52, n_clips_per_class=1, sample_rate=8000, duration_s=0.7
    )
    mfcc = MFCC(
        n_mfcc=13, n_mels=40, sample_rate=8000, n_fft=512, hop_length=256, functionals=None
    )
    return mfcc.transform(signals), emotions, speakers


def make_noise(n_samples=12, n_features=3, n_classes=3, lengths=(5, 21), seed=0):
    """Draw sequences without meaning, and classes in turn."""
    rng = np.random.default_rng(seed)
    sequences = [
        rng.normal(size=(rng.integers(*lengths), n_features)).astype(np.float32)
        for _ in range(n_samples)
    ]
    return sequences, np.arange(n_samples) % n_classes


def average(sequences):
    """Make the table of the means over time."""
    return np.array([sequence.mean(axis=0) for sequence in sequences])
