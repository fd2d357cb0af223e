"""Dense layers, and what goes into networks that know no time."""

from numbers import Integral

import numpy as np
from torch import nn


def make_dense(n_features, sizes, dropout, n_classes):
    """Make dense layers with ReLU, dropout after each, and an output per class.

    Parameters
    ----------
    n_features : int
        Values that go in.
    sizes : sequence of int
        Units of each layer.
    dropout : float
        Share of values left out after each layer while training.
    n_classes : int
        Values that come out.

    Returns
    -------
    layers : torch Sequential
        The layers; its argument is named ``input``.
    """
    layers = []
    for size in sizes:
        layers += [nn.Linear(n_features, size), nn.ReLU(), nn.Dropout(dropout)]
        n_features = size
    return nn.Sequential(*layers, nn.Linear(n_features, n_classes))


def average_over_time(samples):
    """Turn sequences into the table of their means.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_features), or list of ndarray
        A table, which stays as it is, or sequences of shape (n_frames, n_features).

    Returns
    -------
    table : ndarray of shape (n_samples, n_features), dtype float32
        The table.
    """
    if isinstance(samples, np.ndarray):
        return samples
    means = [sequence.mean(axis=0, dtype=np.float64) for sequence in samples]
    return np.array(means, dtype=np.float32)


def check_sizes(network, name):
    """Check a parameter that holds the sizes of layers.

    Parameters
    ----------
    network : NeuralClassifier
        Whose parameter.
    name : str
        Its name.

    Raises
    ------
    ValueError
        When one of them is no int above 0.
    """
    sizes = getattr(network, name)
    if not all(isinstance(size, Integral) and size >= 1 for size in sizes):
        raise ValueError(
            f"The {name!r} parameter of {type(network).__name__} must hold ints in the range "
            f"[1, inf). Got {sizes!r} instead."
        )
