"""Probabilities as they are judged: which of them is the highest, and whether it was right."""

from typing import NamedTuple

import numpy as np

from sersk.metrics._counts import check_lengths

# Rows of probabilities in float32 miss 1 by far less.
_MAX_SUM_ERROR = 1e-3


class Steps(NamedTuple):
    """The clips from the surest on, those of one confidence together.

    Attributes
    ----------
    thresholds : ndarray of shape (n_steps,)
        Each confidence that there is, the highest first.
    n_clips : ndarray of shape (n_steps,), dtype int
        How many clips have at least that.
    accuracies : ndarray of shape (n_steps,)
        Share of these that is right.
    """

    thresholds: np.ndarray
    n_clips: np.ndarray
    accuracies: np.ndarray


def rank_by_confidence(columns, probabilities):
    """Walk through the clips from the surest on.

    Parameters
    ----------
    columns : ndarray of shape (n_samples,)
        Column of the class of each clip.
    probabilities : ndarray of shape (n_samples, n_classes)
        Probability of each class.

    Returns
    -------
    steps : Steps
        How many are right so far, at each confidence.
    """
    confidences = probabilities.max(axis=1)
    is_right = probabilities.argmax(axis=1) == columns
    negative, places = np.unique(-confidences, return_inverse=True)
    n_clips = np.bincount(places).cumsum()
    return Steps(-negative, n_clips, np.bincount(places, weights=is_right).cumsum() / n_clips)


def check_probabilities(y_true, probabilities, classes):
    """Check probabilities and the classes that they are for.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Classes of the clips.
    probabilities : array-like of shape (n_samples, n_classes)
        Probability of each class.
    classes : array-like of shape (n_classes,)
        The classes, in the order of the columns.

    Returns
    -------
    columns : ndarray of shape (n_samples,)
        Column of the class of each clip.
    probabilities : ndarray of shape (n_samples, n_classes)
        The probabilities, with rows that sum to 1.

    Raises
    ------
    ValueError
        When shapes do not match, a clip has a class that is not in `classes`, or rows are not
        probabilities.
    """
    y_true, classes = np.asarray(y_true), np.asarray(classes)
    probabilities = np.asarray(probabilities, dtype=np.float64)
    if probabilities.ndim != 2 or probabilities.shape[1] != len(classes) or len(classes) < 2:
        raise ValueError(
            "probabilities must have a row per clip and a column for each of at least 2 classes. "
            f"Got the shape {probabilities.shape} for {len(classes)} classes instead."
        )
    check_lengths(y_true=y_true, probabilities=probabilities)
    sums = probabilities.sum(axis=1)
    # Written so that NaN is caught too.
    if not (np.all(probabilities >= 0) and np.all(np.abs(sums - 1) <= _MAX_SUM_ERROR)):
        raise ValueError(
            "probabilities must be from 0 to 1, with rows that sum to 1, as from predict_proba. "
            f"Got values from {probabilities.min():.3g} to {probabilities.max():.3g} and sums "
            f"from {sums.min():.3g} to {sums.max():.3g} instead."
        )
    places = {name: column for column, name in enumerate(classes.tolist())}
    unknown = sorted({str(name) for name in y_true.tolist() if name not in places})
    if unknown:
        raise ValueError(
            f"y_true must only have classes from `classes`. Got {', '.join(unknown)} as well. For "
            "a class that the model does not know, add a column of zeros."
        )
    columns = np.array([places[name] for name in y_true.tolist()])
    return columns, probabilities / sums[:, np.newaxis]
