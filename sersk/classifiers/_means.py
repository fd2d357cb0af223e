"""Means of classes."""

import numpy as np


def average_classes(X, codes, classes, weights):
    """Average the rows of each class.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        The rows.
    codes : ndarray of int of shape (n_samples,)
        Place of the class of each row in `classes`.
    classes : ndarray of shape (n_classes,)
        The classes.
    weights : ndarray of shape (n_samples,)
        Weights of the rows, not negative.

    Returns
    -------
    means : ndarray of shape (n_classes, n_features)
        Weighted means, in the precision of `X`.

    Raises
    ------
    ValueError
        When no row of a class has any weight.
    """
    totals = np.bincount(codes, weights, minlength=len(classes))
    if not np.all(totals > 0):
        raise ValueError(
            "Every class must have a clip whose sample_weight is above 0. Got none for "
            f"{classes[totals.argmin()].item()!r}. Leave out the clips of that class."
        )
    shares = np.zeros((len(classes), len(codes)), dtype=X.dtype)
    shares[codes, np.arange(len(codes))] = weights / totals[codes]
    return shares @ X
