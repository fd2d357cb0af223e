"""Labels and weights of samples, as the loss takes them."""

import numpy as np
from sklearn.utils import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from sersk.utils._sklearn import check_sample_weight


def number_classes(y, owner):
    """Number the classes.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        The labels.
    owner : str
        Class of the network, for its errors.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        The labels met, sorted.
    codes : ndarray of shape (n_samples,), dtype int64
        Which of them each is.

    Raises
    ------
    ValueError
        When they are no classes, or one only.
    """
    if y is None:
        raise ValueError(f"{owner} requires y to be passed, but the target y is None.")
    y = column_or_1d(y, warn=True)
    check_classification_targets(y)
    classes, codes = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"{owner} needs samples of at least 2 classes. Got one class, {classes.tolist()[0]!r}."
        )
    return classes, codes


def weigh(classes, codes, class_weight, sample_weight):
    """Multiply the weight of each sample with that of its class.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        The labels met.
    codes : ndarray of shape (n_samples,)
        Which of them each sample has.
    class_weight : dict, "balanced" or None
        Weights of the classes, as in scikit-learn.
    sample_weight : array-like of shape (n_samples,) or None
        Weights of the samples; None weighs all the same.

    Returns
    -------
    weights : ndarray of shape (n_samples,), dtype float64
        The products.

    Raises
    ------
    ValueError
        When a weight is negative or no number.
    """
    of_classes = compute_class_weight(class_weight, classes=classes, y=classes[codes])
    if not (np.isfinite(of_classes) & (of_classes >= 0)).all():
        raise ValueError(
            "The weights in class_weight must be numbers in the range [0, inf). "
            f"Got {class_weight} instead."
        )
    of_samples = check_sample_weight(
        sample_weight, codes[:, np.newaxis], dtype=np.float64, ensure_non_negative=True
    )
    return of_samples * of_classes[codes]
