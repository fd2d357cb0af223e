"""How well a label follows from something that has nothing to do with it."""

import numpy as np
from scipy.stats import chi2_contingency
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from sersk.metrics import unweighted_average_recall

_N_NEIGHBORS = 5
_N_FOLDS = 5


def score_by_order(order, y):
    """Predict the class from a number by the classes of the nearest numbers.

    Parameters
    ----------
    order : ndarray of shape (n_samples,)
        A number per clip.
    y : ndarray of shape (n_samples,)
        Their classes.

    Returns
    -------
    uar : float
        Unweighted average recall in shuffled folds.
    z : float
        By how many standard deviations there are more neighbours of one class than in a random
        order.
    """
    folds = StratifiedKFold(_N_FOLDS, shuffle=True, random_state=0)
    nearest = KNeighborsClassifier(_N_NEIGHBORS, weights="distance")
    predicted = cross_val_predict(nearest, np.asarray(order, float).reshape(-1, 1), y, cv=folds)
    return unweighted_average_recall(y, predicted), _count_runs(
        y[np.argsort(order, kind="stable")]
    )


def _count_runs(y):
    """Compare the number of runs of one class to that of random orders (Wald and Wolfowitz)."""
    n = len(y)
    counts = np.unique(y, return_counts=True)[1].astype(float)
    n_runs = 1 + np.count_nonzero(y[1:] != y[:-1])
    squares, cubes = np.sum(counts**2), np.sum(counts**3)
    expected = (n * (n + 1) - squares) / n
    variance = squares * (squares + n * (n + 1)) - 2 * n * cubes - n**3
    return (expected - n_runs) / np.sqrt(max(variance / (n**2 * (n - 1)), 1e-12))


def score_by_category(categories, y):
    """Predict the class of each clip from the other clips of its category.

    Parameters
    ----------
    categories : ndarray of shape (n_samples,)
        Something that clips have in common, such as the speaker or the sampling rate.
    y : ndarray of shape (n_samples,)
        Their classes.

    Returns
    -------
    uar : float
        Unweighted average recall; that of guessing where the category is no help.
    """
    classes, codes = np.unique(y, return_inverse=True)
    counts = _count(categories, y)
    of_each = counts[np.unique(categories, return_inverse=True)[1]].astype(float)
    # Itself left out; a share of the class, so that rare classes count as much.
    of_each[np.arange(len(y)), codes] -= 1
    totals = np.bincount(codes)[None, :] - (codes[:, None] == np.arange(len(classes)))
    predicted = classes[(of_each / np.maximum(totals, 1)).argmax(axis=1)]
    # Of a balanced category the class left out is the rarest of what remains: that is no clue.
    return max(unweighted_average_recall(y, predicted), 1 / len(classes))


def find_told_class(categories, y):
    """Find the class that a category tells apart best.

    Parameters
    ----------
    categories : ndarray of shape (n_samples,)
        Something that clips have in common, of at least two kinds.
    y : ndarray of shape (n_samples,)
        Their classes.

    Returns
    -------
    name : str
        The class.
    distance : float
        Total variation between the categories of its clips and those of all others, from 0 (none
        the wiser) to 1 (the category tells it).
    p_value : float
        Of the hypothesis that categories and classes are independent.
    """
    counts = _count(categories, y)
    others = counts.sum(axis=1, keepdims=True) - counts
    inside, outside = counts / counts.sum(axis=0), others / others.sum(axis=0)
    distances = np.abs(inside - outside).sum(axis=0) / 2
    best = int(distances.argmax())
    return str(np.unique(y)[best]), float(distances[best]), chi2_contingency(counts).pvalue


def _count(categories, y):
    """Number of clips of each category (rows) and class (columns)."""
    names, rows = np.unique(categories, return_inverse=True)
    classes, columns = np.unique(y, return_inverse=True)
    counts = np.zeros((len(names), len(classes)), dtype=int)
    np.add.at(counts, (rows, columns), 1)
    return counts
