"""Features of a clip with some of them replaced by those of no clip in particular."""

import numpy as np


def find_background(step, n_features):
    """Find what the features of training clips are on average.

    Parameters
    ----------
    step : estimator
        The first step of a model after its extractor, fitted: its guard of features, or what
        scales them. Later steps measure what earlier ones have made of the features.
    n_features : int
        Number of columns of these rows.

    Returns
    -------
    background : ndarray of shape (n_features,), or None
        The means that the step has measured; None where it has none.

    Examples
    --------
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sersk.explanation import find_background
    >>> find_background(StandardScaler().fit([[1.0, 4.0], [3.0, 8.0]]), 2)
    array([2., 6.])
    """
    means = getattr(step, "mean_", None)
    return means if means is not None and np.shape(means) == (n_features,) else None


def replace_columns(row, background, columns):
    """Give a row of features once for each set of columns, with those replaced.

    Parameters
    ----------
    row : ndarray of shape (n_features,)
        Features of a clip.
    background : ndarray of shape (n_features,)
        What to put in their place.
    columns : sequence of (sequence of int)
        Columns to replace together.

    Returns
    -------
    rows : ndarray of shape (n_sets, n_features)
        A row for each set, in the type of `row`.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.explanation import replace_columns
    >>> replace_columns(np.array([1.0, 2.0, 3.0]), np.zeros(3), [[0], [1, 2]])
    array([[0., 2., 3.],
           [1., 0., 0.]])
    """
    rows = np.repeat(np.asarray(row)[np.newaxis], len(columns), axis=0)
    for changed, chosen in zip(rows, columns, strict=True):
        changed[list(chosen)] = np.asarray(background)[list(chosen)]
    return rows
