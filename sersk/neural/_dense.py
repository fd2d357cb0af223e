"""Dense layers, and what goes into networks that know no time."""

from numbers import Real

import numpy as np
from torch import nn


def make_dense(n_features, sizes, dropouts, n_classes=None):
    """Make dense layers with ReLU and dropout after each.

    Parameters
    ----------
    n_features : int
        Values that go in.
    sizes : sequence of int
        Units of each layer.
    dropouts : float or sequence of float
        Share of values left out while training, after all layers or after each.
    n_classes : int or None, default=None
        Values that come out of one more layer. None ends with those before.

    Returns
    -------
    layers : torch Sequential
        The layers; its argument is named ``input``.
    """
    if isinstance(dropouts, Real):
        dropouts = [dropouts] * len(sizes)
    layers = []
    for size, dropout in zip(sizes, dropouts, strict=True):
        layers += [nn.Linear(n_features, size), nn.ReLU(), nn.Dropout(dropout)]
        n_features = size
    if n_classes is not None:
        layers.append(nn.Linear(n_features, n_classes))
    return nn.Sequential(*layers)


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
