"""Checking the labels, and making the probabilities, that pictures of scores start from."""

import numpy as np
from sklearn.utils import check_consistent_length


def check_columns(caller, **columns):
    """Raise unless all are columns of one length without gaps.

    Parameters
    ----------
    caller : str
        On whose behalf, for messages.
    **columns : dict of str to array-like of shape (n_samples,)
        The columns by their names.

    Returns
    -------
    columns : list of ndarray of shape (n_samples,)
        The same as arrays.

    Raises
    ------
    ValueError
        When one is empty, not one column, has missing values, or another length than the others.
    """
    arrays = [_check_column(caller, name, values) for name, values in columns.items()]
    check_consistent_length(*arrays)
    return arrays


def _check_column(caller, name, values):
    array = np.asarray(values)
    if array.ndim != 1 or len(array) == 0:
        raise ValueError(
            f"The {name!r} parameter of {caller} must be one column with a value per clip. "
            f"Got shape {array.shape} instead."
        )
    if array.dtype.kind in "Of":
        import pandas as pd

        missing = np.flatnonzero(pd.isna(array))
        if len(missing):
            raise ValueError(
                f"The {name!r} parameter of {caller} must have a value for each clip. It lacks "
                f"{len(missing)} of {len(array)} (first: index {missing[0]}). Leave those clips "
                "out."
            )
    return array


def predict_probabilities(display, estimator, X):
    """Let a classifier predict probabilities.

    Parameters
    ----------
    display : type
        On whose behalf, for the message.
    estimator : estimator
        A fitted classifier.
    X : array-like
        The clips, as it takes them.

    Returns
    -------
    probabilities : ndarray of shape (n_samples, n_classes)
        Columns in the order of its classes.

    Raises
    ------
    TypeError
        When it gives no probabilities.
    """
    if not hasattr(estimator, "predict_proba"):
        raise TypeError(
            f"{display.__name__} needs probabilities. Got {type(estimator).__name__}, which has "
            "no predict_proba. Wrap it in sersk.classifiers.SpeakerCalibratedClassifier."
        )
    return estimator.predict_proba(X)
