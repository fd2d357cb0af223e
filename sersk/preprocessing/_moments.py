"""Means and variances of columns, in double precision without a second copy of the table."""

import numpy as np
from sklearn.utils import gen_batches

_N_ROWS = 256


def measure_columns(X, rows=None):
    """Measure mean and variance of each column.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        The table, in single or double precision.
    rows : ndarray of int or None, default=None
        The rows to measure, at least one. None means all.

    Returns
    -------
    mean : ndarray of shape (n_features,), float64
        Means.
    variance : ndarray of shape (n_features,), float64
        Variances about them, divided by the number of rows; exactly 0 for a constant column.
    """
    n_rows = len(X) if rows is None else len(rows)
    # Measured from one of the rows, a constant column leaves no rounding behind.
    first = X[0 if rows is None else rows[0]].astype(np.float64)
    total, squares = np.zeros_like(first), np.zeros_like(first)
    for batch in gen_batches(n_rows, _N_ROWS):
        part = X[batch if rows is None else rows[batch]] - first
        total += part.sum(axis=0)
        squares += np.einsum("ij,ij->j", part, part)
    mean = total / n_rows
    return first + mean, np.maximum(squares / n_rows - mean**2, 0)
