"""Scores: unweighted average recall first, and the tables that explain it."""

import numpy as np
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
)
from sklearn.utils.validation import check_consistent_length, column_or_1d


def unweighted_average_recall(y_true, y_pred):
    """Mean over the classes of the share of their clips that was recognised.

    The usual score of the field, also called macro recall or balanced accuracy: a model that
    always gives the most frequent class reaches one over the number of classes. Classes without a
    clip in `y_true` do not count.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Classes of the clips.
    y_pred : array-like of shape (n_samples,)
        Classes predicted.

    Returns
    -------
    uar : float
        The score, in [0, 1].

    Raises
    ------
    ValueError
        When they differ in length, or one has names where the other has codes.

    Examples
    --------
    >>> from sersk.metrics import unweighted_average_recall
    >>> unweighted_average_recall(["sad", "sad", "sad", "angry"], ["sad", "sad", "sad", "sad"])
    0.5
    """
    y_true, y_pred = column_or_1d(y_true), column_or_1d(y_pred)
    check_consistent_length(y_true, y_pred)
    # A name never equals a code: without a word, nothing would count as recognised.
    kinds = {isinstance(labels[0], str) for labels in (y_true, y_pred) if len(labels)}
    if len(kinds) > 1:
        raise ValueError(
            "y_true and y_pred must both be names of classes or both be codes. "
            f"Got {y_true[0]} and {y_pred[0]}. Turn one into the other."
        )
    # By hand, since thousands of shuffled columns are scored: recall_score gives the same to the
    # digit, in thirty times the time.
    classes, codes = np.unique(y_true, return_inverse=True)
    recognised = y_true == y_pred
    recalls = np.bincount(codes, recognised, len(classes)) / np.bincount(codes)
    return float(np.mean(recalls))


def summarise_predictions(y_true, y_pred, classes):
    """Score predictions and count them class by class.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Classes of the clips.
    y_pred : array-like of shape (n_samples,)
        Classes predicted.
    classes : array-like of shape (n_classes,)
        All classes, in the order wanted.

    Returns
    -------
    summary : dict
        ``uar``, ``accuracy``, ``macro_f1`` and ``weighted_f1`` (each class by its number of clips)
        as fractions; ``per_class`` with precision, recall, F1 and number of clips by class;
        ``confusion_matrix``, rows true and columns predicted.

    Examples
    --------
    >>> from sersk.metrics import summarise_predictions
    >>> summary = summarise_predictions(["a", "b", "b"], ["a", "b", "a"], ["a", "b"])
    >>> summary["uar"], summary["confusion_matrix"]
    (0.75, [[1, 0], [1, 1]])
    """
    classes = list(classes)
    columns = precision_recall_fscore_support(y_true, y_pred, labels=classes, zero_division=0)
    present = [c for c in classes if c in set(y_true)]
    macro_f1, weighted_f1 = (
        f1_score(y_true, y_pred, labels=present, average=average, zero_division=0)
        for average in ("macro", "weighted")
    )
    return {
        "uar": unweighted_average_recall(y_true, y_pred),
        "accuracy": float(accuracy_score(y_true, y_pred)),
        "macro_f1": float(macro_f1),
        "weighted_f1": float(weighted_f1),
        "per_class": {
            str(name): {
                "precision": float(precision),
                "recall": float(recall),
                "f1": float(f1),
                "n_clips": int(count),
            }
            for name, precision, recall, f1, count in zip(classes, *columns, strict=True)
        },
        "confusion_matrix": confusion_matrix(y_true, y_pred, labels=classes).tolist(),
    }
