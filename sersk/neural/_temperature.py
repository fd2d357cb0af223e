"""One number that makes the answers of a network as sure as they should be."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

# Further out, single precision could no longer tell classes apart.
_LOG_RANGE = (-4.0, 4.0)


def fit_temperature(logits, codes, weights):
    """Find the temperature by which logits are to be divided [1]_.

    It minimises the log loss of clips that were not trained on. As in Platt's scaling [2]_, each
    of the n clips counts in small part, 1 / (n + 2), to all classes alike: where all are right,
    the temperature would otherwise be as low as it is allowed to be.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes)
        What the network gives before the softmax.
    codes : ndarray of shape (n_samples,)
        Number of the class of each clip.
    weights : ndarray of shape (n_samples,)
        Their weights.

    Returns
    -------
    temperature : float
        Above 1 where the network is too sure; 1 where no clip has a weight.

    References
    ----------
    .. [1] C. Guo, G. Pleiss, Y. Sun and K. Weinberger, "On calibration of modern neural networks",
       ICML, 2017.
    .. [2] J. Platt, "Probabilistic outputs for support vector machines and comparisons to
       regularized likelihood methods", Advances in Large Margin Classifiers, 61-74, 1999.
    """
    if not weights.any():
        return 1.0
    n_samples, n_classes = logits.shape
    logits = logits.astype(np.float64)
    part = 1 / (n_samples + 2)
    targets = np.eye(n_classes)[codes] * (1 - part) + part / n_classes

    def measure_loss(log_temperature):
        losses = -(targets * log_softmax(logits / np.exp(log_temperature), axis=1)).sum(axis=1)
        return np.average(losses, weights=weights)

    return float(np.exp(minimize_scalar(measure_loss, bounds=_LOG_RANGE).x))
