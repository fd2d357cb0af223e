"""Scores of clips by models that have not met them."""

from typing import NamedTuple

import numpy as np
from sklearn.base import clone

from sersk.classifiers._means import average_classes
from sersk.utils._metadata import fit_with_metadata


class FoldScores(NamedTuple):
    """What a model that was fitted without a fold gives.

    Attributes
    ----------
    held_out : ndarray of shape (n_held_out, n_classes)
        Scores of the clips of the fold.
    means : ndarray of shape (n_classes, n_classes), or None
        Scores of the means of the classes that it was fitted on, where they are wanted.
    """

    held_out: np.ndarray
    means: np.ndarray | None


def fit_out_of_fold(estimator, X, y, splits, sample_weight=None, *, with_means=False):
    """Fit a classifier on all clips; and for each fold, give the scores of one that lacks it.

    Some classifiers can do the latter at little more cost than the former. They have a method of
    this name.

    Parameters
    ----------
    estimator : classifier
        A classifier with `decision_function` or `predict_proba`; fitted in place.
    X : ndarray of shape (n_samples, n_features)
        Features of the clips.
    y : ndarray of shape (n_samples,)
        Their classes.
    splits : list of (ndarray, ndarray) of int
        Rows to fit on, among them every class, and rows to score.
    sample_weight : ndarray of shape (n_samples,) or None, default=None
        Weights of the clips.
    with_means : bool, default=False
        Whether scores of the means of the classes are wanted as well.

    Returns
    -------
    scores : list of FoldScores
        One per split.
    """
    if hasattr(estimator, "fit_out_of_fold"):
        return estimator.fit_out_of_fold(X, y, splits, sample_weight=sample_weight)
    scores = score_by_refits(estimator, X, y, splits, sample_weight, with_means=with_means)
    fit_with_metadata(estimator, X, y, sample_weight=sample_weight)
    return scores


def score_by_refits(estimator, X, y, splits, sample_weight, *, with_means=True):
    """Give the scores of each fold by a copy of a classifier that is fitted without it.

    Parameters
    ----------
    estimator, X, y, splits, sample_weight, with_means : object
        As for `fit_out_of_fold`; the classifier stays as it is.

    Returns
    -------
    scores : list of FoldScores
        One per split.
    """
    scores = []
    for train, test in splits:
        weights = None if sample_weight is None else sample_weight[train]
        fitted = fit_with_metadata(clone(estimator), X[train], y[train], sample_weight=weights)
        means = _average_classes(X[train], y[train], weights) if with_means else None
        scores.append(
            FoldScores(
                score_classes(fitted, X[test]),
                None if means is None else score_classes(fitted, means),
            )
        )
    return scores


def _average_classes(X, y, weights):
    classes, codes = np.unique(y, return_inverse=True)
    return average_classes(X, codes, classes, np.ones(len(y)) if weights is None else weights)


def score_classes(estimator, X):
    """Give a score for each class, whatever their number.

    Parameters
    ----------
    estimator : classifier
        A fitted classifier with `decision_function` or `predict_proba`.
    X : ndarray of shape (n_samples, n_features)
        Features.

    Returns
    -------
    scores : ndarray of shape (n_samples, n_classes)
        Columns in the order of its classes; for two, half the score with either sign. Logarithms
        of the probabilities where there are no scores.
    """
    if not hasattr(estimator, "decision_function"):
        probabilities = estimator.predict_proba(X)
        # A class that is ruled out must not make the loss infinite.
        return np.log(np.maximum(probabilities, np.finfo(probabilities.dtype).tiny))
    scores = estimator.decision_function(X)
    return np.column_stack([-scores, scores]) / 2 if scores.ndim == 1 else scores
