"""What is won by judging only the clips that a model is sure of."""

from numbers import Integral

import numpy as np

from sersk.metrics._confidence import check_probabilities, rank_by_confidence
from sersk.utils._sklearn import Interval, validate_params

N_POINTS = 20


@validate_params(
    {"n_points": [Interval(Integral, 1, None, closed="left")]}, prefer_skip_nested_validation=True
)
def risk_coverage_curve(y_true, probabilities, classes, *, n_points=N_POINTS):
    """Tell the share of the surest clips that is right, the fewer are judged the surer.

    A model that may abstain judges only clips whose confidence, the highest of their
    probabilities, reaches a threshold. Coverage is the share of clips that it judges; its risk
    is the share of these that is wrong, 1 minus the accuracy [1]_, [2]_.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Classes of the clips.
    probabilities : array-like of shape (n_samples, n_classes)
        Probability of each class.
    classes : array-like of shape (n_classes,)
        The classes, in the order of the columns.
    n_points : int, default=20
        Number of points at most, evenly spaced in coverage as far as clips of one confidence,
        which are judged together or not at all, allow.

    Returns
    -------
    rows : list of dict
        ``coverage``, in (0, 1]; ``accuracy`` of the clips judged; ``threshold``, the lowest
        confidence among them; and ``n_clips``, their number. The first row has all clips.

    Raises
    ------
    ValueError
        As `calibration_error`.

    See Also
    --------
    area_under_risk_coverage : The curve in one number.

    References
    ----------
    .. [1] R. El-Yaniv and Y. Wiener, "On the foundations of noise-free selective classification",
       Journal of Machine Learning Research, 11, 1605-1641, 2010.
    .. [2] Y. Geifman and R. El-Yaniv, "Selective classification for deep neural networks",
       Advances in Neural Information Processing Systems, 30, 2017.

    Examples
    --------
    >>> from sersk.metrics import risk_coverage_curve
    >>> probabilities = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.5, 0.5]]
    >>> rows = risk_coverage_curve(["a", "a", "b", "b"], probabilities, ["a", "b"])
    >>> rows[0]
    {'coverage': 1.0, 'accuracy': 0.75, 'threshold': 0.5, 'n_clips': 4}
    >>> rows[1]
    {'coverage': 0.75, 'accuracy': 1.0, 'threshold': 0.7, 'n_clips': 3}
    """
    checked = check_probabilities(y_true, probabilities, classes)
    return pick_rows(rank_by_confidence(*checked), n_points)


def area_under_risk_coverage(y_true, probabilities, classes):
    """Give the mean risk over all coverages, which is low where the errors are the unsure clips.

    It is the mean, over the clips, of the share that is wrong among those at least as sure [1]_.
    A model that is as sure of its errors as of all else has its error rate; the best that a
    model with an error rate of r can reach is about r² / 2.

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
    area : float
        The area under the risk-coverage curve (AURC), in [0, 1]; 0 is best.

    Raises
    ------
    ValueError
        As `calibration_error`.

    References
    ----------
    .. [1] Y. Geifman, G. Uziel and R. El-Yaniv, "Bias-reduced uncertainty estimation for deep
       neural classifiers", ICLR, 2019.

    Examples
    --------
    >>> from sersk.metrics import area_under_risk_coverage
    >>> probabilities = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.5, 0.5]]
    >>> area_under_risk_coverage(["a", "a", "b", "b"], probabilities, ["a", "b"])
    0.0625
    """
    checked = check_probabilities(y_true, probabilities, classes)
    return average_risk(rank_by_confidence(*checked))


def pick_rows(steps, n_points):
    """Take about evenly spaced points of a curve, as `risk_coverage_curve` gives them.

    Parameters
    ----------
    steps : Steps
        The whole curve.
    n_points : int
        Number of points at most.

    Returns
    -------
    rows : list of dict
        From all clips downwards.
    """
    n_all = steps.n_clips[-1]
    wanted = n_all * np.arange(1, n_points + 1) / n_points
    nearest = np.abs(steps.n_clips[:, np.newaxis] - wanted).argmin(axis=0)
    return [
        {
            "coverage": float(steps.n_clips[i] / n_all),
            "accuracy": float(steps.accuracies[i]),
            "threshold": float(steps.thresholds[i]),
            "n_clips": int(steps.n_clips[i]),
        }
        for i in np.unique(nearest)[::-1]
    ]


def average_risk(steps):
    """Give the area under a curve.

    Parameters
    ----------
    steps : Steps
        The whole curve.

    Returns
    -------
    area : float
        As `area_under_risk_coverage`.
    """
    return float(np.average(1 - steps.accuracies, weights=np.diff(steps.n_clips, prepend=0)))
