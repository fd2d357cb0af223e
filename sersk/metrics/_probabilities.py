"""Scores of probabilities: whether they rank the clips, and whether they can be believed."""

from numbers import Integral

import numpy as np
from sklearn.metrics import log_loss, roc_auc_score

from sersk.metrics._confidence import check_probabilities, rank_by_confidence
from sersk.metrics._risk_coverage import N_POINTS, average_risk, pick_rows
from sersk.utils._sklearn import Interval, validate_params


@validate_params(
    {"n_bins": [Interval(Integral, 1, None, closed="left")]}, prefer_skip_nested_validation=True
)
def calibration_error(y_true, probabilities, classes, *, n_bins=10):
    """Give the expected calibration error of the most probable class.

    Clips are put in order of their confidence, the highest of their probabilities, and cut into
    bins of equal numbers of clips [1]_. In each bin the mean confidence should be the share of
    clips that are right; the error is the mean of the absolute difference, by number of clips.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Classes of the clips.
    probabilities : array-like of shape (n_samples, n_classes)
        Probability of each class.
    classes : array-like of shape (n_classes,)
        The classes, in the order of the columns.
    n_bins : int, default=10
        Number of bins at most. Clips of one confidence share a bin, so there may be fewer.

    Returns
    -------
    error : float
        The error, in [0, 1]; 0 is best.

    Raises
    ------
    ValueError
        When shapes do not match, a clip has a class that is not in `classes`, or rows are not
        probabilities.

    Notes
    -----
    From few clips it is too large: in a bin of 10 clips a perfectly calibrated model is off by
    about .1 by chance alone. In simulations of one whose confidences lie evenly between .5 and 1,
    the error was .08 on average for 160 clips, .05 for 339 and .03 for 1440.

    References
    ----------
    .. [1] M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities
       using Bayesian binning", AAAI, 2901-2907, 2015; with bins of equal counts as in K. Nguyen
       and B. O'Connor, "Posterior calibration and exploratory analysis for natural language
       processing models", EMNLP, 1587-1598, 2015.

    Examples
    --------
    >>> from sersk.metrics import calibration_error
    >>> probabilities = [[0.75, 0.25]] * 4
    >>> calibration_error(["a", "a", "a", "b"], probabilities, ["a", "b"])
    0.0
    >>> calibration_error(["a", "a", "b", "b"], probabilities, ["a", "b"])
    0.25
    """
    return _calibration_error(bin_by_confidence(y_true, probabilities, classes, n_bins=n_bins))


@validate_params(
    {"n_bins": [Interval(Integral, 1, None, closed="left")]}, prefer_skip_nested_validation=True
)
def bin_by_confidence(y_true, probabilities, classes, *, n_bins=10):
    """Cut clips into bins of confidence, and tell the share in each that is right.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Classes of the clips.
    probabilities : array-like of shape (n_samples, n_classes)
        Probability of each class.
    classes : array-like of shape (n_classes,)
        The classes, in the order of the columns.
    n_bins : int, default=10
        Number of bins at most. Clips of one confidence share a bin, so there may be fewer.

    Returns
    -------
    bins : list of dict
        ``confidence``, the mean of the highest probabilities; ``accuracy``, the share that is
        right; and ``n_clips``. The least confident come first.

    Raises
    ------
    ValueError
        As `calibration_error`.

    Examples
    --------
    >>> from sersk.metrics import bin_by_confidence
    >>> probabilities = [[0.75, 0.25], [0.75, 0.25], [0.5, 0.5]]
    >>> bin_by_confidence(["a", "b", "a"], probabilities, ["a", "b"], n_bins=2)[1]
    {'confidence': 0.75, 'accuracy': 0.5, 'n_clips': 2}
    """
    columns, probabilities = check_probabilities(y_true, probabilities, classes)
    return _make_bins(columns, probabilities, n_bins)


def summarise_probabilities(y_true, probabilities, classes):
    """Score the probabilities of the classes.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Classes of the clips.
    probabilities : array-like of shape (n_samples, n_classes)
        Probability of each class; 0 where a model has never met the class.
    classes : array-like of shape (n_classes,)
        The classes, in the order of the columns.

    Returns
    -------
    summary : dict
        ``roc_auc``, area under the curve of one class against the rest, the mean over classes with
        clips both of it and of others, or None where there is no such class; ``log_loss``, natural
        logarithm, finite since probabilities are kept off 0 by the spacing of floats;
        ``calibration_error``, with 10 bins; ``calibration``, a list with ``confidence``,
        ``accuracy`` and ``n_clips`` of each bin; ``aurc``, the area under the risk-coverage curve;
        ``risk_coverage``, a list with ``coverage``, ``accuracy``, ``threshold`` and ``n_clips`` of
        about 20 of its points, all clips first.

    Raises
    ------
    ValueError
        When shapes do not match, a clip has a class that is not in `classes`, or rows are not
        probabilities.

    See Also
    --------
    calibration_error : The error and its bins, explained.
    risk_coverage_curve : Its points, explained.

    Examples
    --------
    >>> from sersk.metrics import summarise_probabilities
    >>> summary = summarise_probabilities(["a", "b"], [[0.5, 0.5], [0.25, 0.75]], ["a", "b"])
    >>> summary["roc_auc"], round(summary["log_loss"], 3)
    (1.0, 0.49)
    """
    columns, probabilities = check_probabilities(y_true, probabilities, classes)
    bins = _make_bins(columns, probabilities, n_bins=10)
    steps = rank_by_confidence(columns, probabilities)
    return {
        "roc_auc": _mean_roc_auc(columns, probabilities),
        "log_loss": float(log_loss(columns, probabilities, labels=np.arange(len(classes)))),
        "calibration_error": _calibration_error(bins),
        "calibration": bins,
        "aurc": average_risk(steps),
        "risk_coverage": pick_rows(steps, N_POINTS),
    }


def _mean_roc_auc(columns, probabilities):
    present = np.unique(columns)
    if len(present) < 2:
        return None
    areas = [roc_auc_score(columns == column, probabilities[:, column]) for column in present]
    return float(np.mean(areas))


def _make_bins(columns, probabilities, n_bins):
    """Give confidence, accuracy and number of clips of bins with about equal numbers of clips."""
    confidences = probabilities.max(axis=1)
    is_right = probabilities.argmax(axis=1) == columns
    numbers = _number_bins(confidences, n_bins)
    bins = []
    for number in np.unique(numbers):
        is_in = numbers == number
        bins.append(
            {
                "confidence": float(confidences[is_in].mean()),
                "accuracy": float(is_right[is_in].mean()),
                "n_clips": int(is_in.sum()),
            }
        )
    return bins


def _number_bins(values, n_bins):
    """Give the bin of each value: equally many in each as far as equal values stay together."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    wanted = np.ceil(len(values) * np.arange(1, n_bins) / n_bins)
    cuts = np.unique(np.abs(ends[:, np.newaxis] - wanted).argmin(axis=0))
    # A cut after the highest value would leave an empty bin.
    return np.searchsorted(cuts[cuts < len(ends) - 1], places)


def _calibration_error(bins):
    gaps = [abs(row["confidence"] - row["accuracy"]) for row in bins]
    return float(np.average(gaps, weights=[row["n_clips"] for row in bins]))
