"""Linear discriminant analysis for more features than clips."""

from numbers import Real

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import gen_batches
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from sersk.classifiers._means import average_classes
from sersk.utils._sklearn import Interval, StrOptions, check_sample_weight

# Rows or columns whose residuals are in memory at a time.
_BATCH = 4096


class ShrinkageLDA(ClassifierMixin, BaseEstimator):
    """Linear discriminant analysis with a shrunk covariance, for any number of features.

    Classes are taken for normal with one covariance, which is estimated as ``(1 - shrinkage) * S
    + shrinkage * trace(S) / n_features * I`` from the covariance S within classes [1]_ [2]_. With
    more features than clips, only a matrix of n_samples x n_samples is built and factored.

    Parameters
    ----------
    shrinkage : float, default=0.3
        Share of the multiple of the identity, above 0 and up to 1.
    priors : {"uniform", "empirical"}, default="uniform"
        Whether classes are equally probable, or as frequent as in training.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels met in `fit`, sorted.
    coef_ : ndarray of shape (n_classes, n_features)
        Weights of the features for each class, in the precision of the features.
    intercept_ : ndarray of shape (n_classes,)
        Constants of the classes.
    n_features_in_ : int
        Number of features.

    See Also
    --------
    sklearn.discriminant_analysis.LinearDiscriminantAnalysis : The same, by solving for as many
        unknowns as there are features.

    Notes
    -----
    S is divided by the number of clips, or the sum of their weights. Probabilities are the softmax
    of the scores and, as dependent features count as evidence again and again, overconfident:
    calibrate them, as with `SpeakerCalibratedClassifier`. Without any variance within classes the
    nearest mean decides.

    Features in single precision are multiplied in it, and solved for in double precision. Where
    means are large beside deviations, centre the features first, as
    `sersk.preprocessing.BlockScaler` does.

    References
    ----------
    .. [1] J. H. Friedman, "Regularized discriminant analysis", Journal of the American Statistical
       Association 84, 1989.
    .. [2] O. Ledoit and M. Wolf, "A well-conditioned estimator for large-dimensional covariance
       matrices", Journal of Multivariate Analysis 88, 2004.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.classifiers import ShrinkageLDA
    >>> y = np.array(["angry", "happy", "sad"] * 4)
    >>> X = np.random.default_rng(0).normal(size=(12, 50)) + 3 * (y == "sad")[:, None]
    >>> ShrinkageLDA().fit(X, y).decision_function(X).shape
    (12, 3)
    """

    _parameter_constraints = {
        "shrinkage": [Interval(Real, 0, 1, closed="right")],
        "priors": [StrOptions({"uniform", "empirical"})],
    }

    def __init__(self, *, shrinkage=0.3, priors="uniform"):
        self.shrinkage = shrinkage
        self.priors = priors

    def fit(self, X, y, sample_weight=None):
        """Estimate means and covariance, and solve for the weights of the features.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.
        y : array-like of shape (n_samples,)
            Their classes.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Their weights, not negative.

        Returns
        -------
        self : ShrinkageLDA
            The classifier.

        Raises
        ------
        ValueError
            When there are fewer than two classes, or none of the clips of a class has weight.
        """
        self._validate_params()
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                "ShrinkageLDA needs samples of at least 2 classes. Got one class, "
                f"{self.classes_.tolist()[0]!r}."
            )
        weights = check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        means = average_classes(X, codes, self.classes_, weights)
        weights = weights / weights.sum()
        residuals = _Residuals(X, codes, means, np.sqrt(weights).astype(X.dtype))
        means = means.astype(np.float64)
        centre = means.mean(axis=0)
        solve = _solve_primal if X.shape[1] <= X.shape[0] else _solve_dual
        coef = solve(residuals, means - centre, self.shrinkage)
        # Scores of a row count from the centre, so that weights of a feature add up to 0.
        self.intercept_ = -0.5 * np.einsum("ij,ij->i", means + centre, coef)
        if self.priors == "empirical":
            self.intercept_ += np.log(np.bincount(codes, weights))
        self.coef_ = coef.astype(X.dtype)
        return self

    def decision_function(self, X):
        """Scores of the classes: logarithms of their probabilities, up to a constant of the row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.

        Returns
        -------
        scores : ndarray of shape (n_samples, n_classes), or (n_samples,) with two classes
            Columns in the order of `classes_`; with two classes the score of the second less that
            of the first.
        """
        scores = self._score_classes(X)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X):
        """Class with the highest score.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The classes.
        """
        best = self._score_classes(X).argmax(axis=1)
        return self.classes_[best]

    def predict_proba(self, X):
        """Probability of each class, overconfident unless calibrated.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        return softmax(self._score_classes(X), axis=1)

    def _score_classes(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return X @ self.coef_.T.astype(X.dtype, copy=False) + self.intercept_


class _Residuals:
    """What the means of classes leave of the rows, times the roots of the rows' weights."""

    def __init__(self, X, codes, means, roots):
        self.shape = X.shape
        # A variance below this is rounding.
        self.least_variance = np.finfo(X.dtype).eps ** 2 * np.sum(np.square(means, dtype=float))
        self._X, self._codes, self._means, self._roots = X, codes, means, roots

    def iterate_rows(self):
        for rows in gen_batches(self.shape[0], _BATCH):
            yield (self._X[rows] - self._means[self._codes[rows]]) * self._roots[rows, None]

    def iterate_columns(self):
        for columns in gen_batches(self.shape[1], _BATCH):
            part = self._X[:, columns] - self._means[self._codes, columns]
            part *= self._roots[:, None]
            yield columns, part

    def find_ridge(self, trace, shrinkage):
        """Give the part of the identity, and that of the covariance."""
        if trace <= self.least_variance:
            return 1.0, 0.0
        return shrinkage * trace / self.shape[1], 1 - shrinkage


def _solve_primal(residuals, means, shrinkage):
    """Divide means by the shrunk covariance, built as it is."""
    covariance = np.zeros((means.shape[1], means.shape[1]))
    for part in residuals.iterate_rows():
        part = part.astype(np.float64, copy=False)
        covariance += part.T @ part
    ridge, share = residuals.find_ridge(np.trace(covariance), shrinkage)
    return _solve_shrunk(covariance, ridge, share, means.T).T


def _solve_dual(residuals, means, shrinkage):
    """Do the same by the matrix of products of rows, and Woodbury's identity."""
    n_samples = residuals.shape[0]
    gram, products = np.zeros((n_samples, n_samples)), np.zeros((n_samples, len(means)))
    for columns, part in residuals.iterate_columns():
        gram += part @ part.T
        products += part @ means[:, columns].T.astype(part.dtype)
    ridge, share = residuals.find_ridge(np.trace(gram), shrinkage)
    shares = share * _solve_shrunk(gram, ridge, share, products)
    coef = means.copy()
    for columns, part in residuals.iterate_columns():
        coef[:, columns] -= shares.T.astype(part.dtype) @ part
    coef /= ridge
    return coef


def _solve_shrunk(matrix, ridge, share, right):
    """Solve (share * matrix + ridge * I) x = right; the matrix is overwritten."""
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
