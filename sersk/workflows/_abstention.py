"""Leaving clips unjudged that a model is not sure of."""

from numbers import Real

import numpy as np

from sersk.metrics import unweighted_average_recall


def check_abstain_below(abstain_below):
    """Raise unless it is a probability that a clip can reach and miss, or None.

    Parameters
    ----------
    abstain_below : float or None
        What the probability of the class predicted has to reach.

    Raises
    ------
    ValueError
        When it is not between 0 and 1.
    """
    if abstain_below is None:
        return
    if not (isinstance(abstain_below, Real) and 0 < abstain_below < 1):
        raise ValueError(
            "'abstain_below' must be a probability between 0 and 1, both excluded, or None. Got "
            f"{abstain_below!r} instead."
        )


def is_unsure(probabilities, abstain_below):
    """Tell which clips are to be left unjudged.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
        Probability of each class.
    abstain_below : float or None
        What the highest has to reach. None judges all clips.

    Returns
    -------
    unsure : ndarray of shape (n_samples,), dtype bool
        Whether it does not.
    """
    if abstain_below is None:
        return np.zeros(len(probabilities), dtype=bool)
    return probabilities.max(axis=1) < abstain_below


def score_judged(y, predicted, probabilities, abstain_below):
    """Score the clips that are judged.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Classes of the clips.
    predicted : ndarray of shape (n_samples,)
        Those predicted.
    probabilities : ndarray of shape (n_samples, n_classes)
        Probability of each class.
    abstain_below : float or None
        What the highest has to reach.

    Returns
    -------
    scores : dict or None
        ``abstain_below``; ``n_clips`` judged, and ``coverage``, their share; their ``accuracy``
        and ``uar``, over the classes that are among them, or None where no clip is judged. None
        where all clips are.
    """
    if abstain_below is None:
        return None
    judged = ~is_unsure(probabilities, abstain_below)
    y, predicted = y[judged], predicted[judged]
    return {
        "abstain_below": float(abstain_below),
        "n_clips": len(y),
        "coverage": float(judged.mean()),
        "accuracy": float(np.mean(y == predicted)) if len(y) else None,
        "uar": unweighted_average_recall(y, predicted) if len(y) else None,
    }
