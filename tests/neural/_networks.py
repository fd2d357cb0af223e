"""A network small enough to be computed by hand, and clips for it."""

from dataclasses import dataclass

import numpy as np
from torch import nn

from sersk.neural import BiLSTMClassifier, NeuralClassifier


@dataclass(kw_only=True, eq=False, repr=False)
class LinearNetwork(NeuralClassifier):
    """One dense layer, over the mean of the frames."""

    max_epochs: int = 4
    random_state: int | np.random.RandomState | None = 0

    def _make_inputs(self, samples):
        if self.is_sequence_:
            samples = np.array([sequence.mean(axis=0) for sequence in samples])
        return {"input": samples}

    def _make_module(self, shapes, n_classes):
        return nn.Linear(shapes["input"][0], n_classes)


def make_bilstm(**params):
    return BiLSTMClassifier(
        **{**dict(hidden_sizes=(4, 3), max_epochs=2, random_state=0, lr=0.01), **params}
    )


def make_table(n_samples=48, n_features=4, noise=1.0, seed=0):
    """Draw clips of three emotions by four speakers: rows, emotions, speakers."""
    rng = np.random.default_rng(seed)
    codes = np.arange(n_samples) % 3
    means = rng.normal(size=(3, n_features))
    X = means[codes] + rng.normal(scale=noise, size=(n_samples, n_features))
    speakers = np.array(["ann", "bob", "eve", "joe"])[np.arange(n_samples) // 3 % 4]
    return X.astype(np.float32), np.array(["happy", "neutral", "sad"])[codes], speakers


def make_sequences(n_samples=48, n_features=4, seed=0):
    """Draw the same with 2 to 9 frames instead of a row."""
    X, emotions, speakers = make_table(n_samples, n_features, seed=seed)
    rng = np.random.default_rng(seed + 1)
    sequences = [
        (row + rng.normal(size=(rng.integers(2, 10), n_features))).astype(np.float32) for row in X
    ]
    return sequences, emotions, speakers
