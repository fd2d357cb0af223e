"""Linear discriminant analysis from products of rows alone, for more features than clips."""

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from sklearn.utils import gen_batches

from sersk.classifiers._out_of_fold import FoldScores

# Columns that are centred at a time.
_BATCH = 4096
# Of so many rounding errors a variance may consist.
_ROUNDING = 16


def multiply_rows(X, centre):
    """Multiply centred rows with each other.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        The rows.
    centre : ndarray of shape (n_features,)
        What is taken from each.

    Returns
    -------
    gram : ndarray of shape (n_samples, n_samples)
        Their products, in the precision of `X`.
    """
    gram = np.zeros((len(X), len(X)), dtype=X.dtype)
    for columns in gen_batches(X.shape[1], _BATCH):
        part = X[:, columns] - centre[columns]
        gram += part @ part.T
    return gram


class GramLDA:
    """A discriminant analysis of some rows, of which only their products are known.

    With R the residuals of the rows from the means of their classes, each times the root of its
    weight, the shrunk covariance is ``share * R.T @ R + ridge * I``. Woodbury's identity needs
    only ``R @ R.T`` for its inverse.

    Parameters
    ----------
    gram : ndarray of shape (n_samples, n_samples)
        Products of all rows with each other.
    n_features : int
        Number of features of the rows.
    codes : ndarray of int of shape (n_samples,)
        Class of each row: 0, 1, …, all of which are among the rows to fit on.
    weights : ndarray of shape (n_samples,)
        Weights of the rows.
    rows : ndarray of int
        Rows to fit on.
    shrinkage : float
        Share of the multiple of the identity.

    Attributes
    ----------
    ridge : float
        Factor of the identity.
    loads : ndarray of shape (n_rows, n_classes)
        How much of each row's residual the weights of the features hold, for each class.
    """

    def __init__(self, gram, n_features, codes, weights, rows, shrinkage):
        self._gram, self._rows, self._codes = gram, rows, codes[rows]
        weights = weights[rows] / weights[rows].sum()
        self._roots = np.sqrt(weights)[:, np.newaxis]
        averaging = (self._codes[:, np.newaxis] == np.arange(codes.max() + 1)) * self._roots**2
        self._averaging = averaging / averaging.sum(axis=0)
        products = gram[np.ix_(rows, rows)].astype(np.float64)
        least = _ROUNDING * np.finfo(gram.dtype).eps * (np.diag(products) @ weights)
        self._with_means = products @ self._averaging
        self._between_means = self._averaging.T @ self._with_means
        residuals = self._multiply_residuals(products)
        right = self._roots * _centre(self._with_means - self._between_means[self._codes])
        self.ridge, share = find_parts(np.trace(residuals), least, shrinkage, n_features)
        self.loads = share * self._roots * solve_shrunk(residuals, self.ridge, share, right)

    def _multiply_residuals(self, products):
        shifts = self._with_means[:, self._codes]
        products -= shifts
        products -= shifts.T
        products += self._between_means[np.ix_(self._codes, self._codes)]
        products *= self._roots
        products *= self._roots.T
        return products

    def score_fold(self, rows):
        """Score rows, and the means of the classes.

        Parameters
        ----------
        rows : ndarray of int
            Rows to score.

        Returns
        -------
        scores : FoldScores
            Scores up to a constant of the row, with equal priors.
        """
        of_means = self._score(self._with_means.T, self._between_means)
        intercept = -0.5 * (np.diag(of_means) + of_means.mean(axis=0))
        with_rows = self._gram[np.ix_(rows, self._rows)].astype(np.float64)
        held_out = self._score(with_rows, with_rows @ self._averaging)
        return FoldScores(held_out + intercept, of_means + intercept)

    def _score(self, with_rows, with_means):
        """Score what has these products with the rows, and with the means of the classes."""
        residuals = with_rows - with_means[:, self._codes]
        return (_centre(with_means) - residuals @ self.loads) / self.ridge


def find_parts(trace, least, shrinkage, n_features):
    """Find the factors of the identity and of the covariance in a shrunk covariance.

    Parameters
    ----------
    trace : float
        Trace of the covariance.
    least : float
        A trace up to this is rounding.
    shrinkage : float
        Share of the multiple of the identity.
    n_features : int
        Number of features.

    Returns
    -------
    ridge, share : float
        The factors; 1 and 0 where nothing varies.
    """
    if trace <= least:
        return 1.0, 0.0
    return shrinkage * trace / n_features, 1 - shrinkage


def solve_shrunk(matrix, ridge, share, right):
    """Solve ``(share * matrix + ridge * I) x = right``.

    Parameters
    ----------
    matrix : ndarray of shape (n, n), dtype float64
        A symmetric matrix; it is overwritten.
    ridge, share : float
        Factors.
    right : ndarray of shape (n, m)
        Right sides.

    Returns
    -------
    x : ndarray of shape (n, m)
        The solutions.

    Raises
    ------
    ValueError
        When the sum is not positive definite beyond rounding.
    """
    matrix *= share
    matrix[np.diag_indices_from(matrix)] += ridge
    try:
        # It is symmetric; transposed, it is in the order that LAPACK need not copy.
        factor = cho_factor(matrix.T, lower=True, overwrite_a=True, check_finite=False)
    except LinAlgError as error:
        raise ValueError(
            "The covariance of ShrinkageLDA must be positive definite beyond rounding. Got one "
            "that is not. Pass a larger shrinkage, or features in double precision."
        ) from error
    return cho_solve(factor, right, check_finite=False)


def _centre(with_means):
    """Take products with the centre of the means from products with the means."""
    return with_means - with_means.mean(axis=1, keepdims=True)
