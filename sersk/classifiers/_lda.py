"""Linear discriminant analysis for more features than clips."""

from numbers import Real

import numpy as np
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import gen_batches
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from sersk.classifiers._gram import GramLDA, find_parts, multiply_rows, solve_shrunk
from sersk.classifiers._means import average_classes
from sersk.classifiers._out_of_fold import score_by_refits
from sersk.utils._sklearn import Interval, StrOptions, check_sample_weight

# Rows whose residuals are in memory at a time.
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
        self._fit(X, y, sample_weight)
        return self

    def _fit(self, X, y, sample_weight):
        """Fit; and give rows, codes and weights, and the products of the rows where they serve."""
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
        gram = None
        if X.shape[1] <= X.shape[0]:
            coef = _solve_primal(X, codes, means, weights / weights.sum(), self.shrinkage)
        else:
            gram = multiply_rows(X, means.mean(axis=0))
            coef = _solve_dual(X, codes, means, weights, gram, self.shrinkage)
        means = means.astype(np.float64)
        # Scores of a row count from the centre, so that weights of a feature add up to 0.
        self.intercept_ = -0.5 * np.einsum("ij,ij->i", means + means.mean(axis=0), coef)
        if self.priors == "empirical":
            self.intercept_ += np.log(np.bincount(codes, weights / weights.sum()))
        self.coef_ = coef.astype(X.dtype)
        return X, codes, weights, gram

    def fit_out_of_fold(self, X, y, splits, sample_weight=None):
        """Fit on all clips; and for each fold, give the scores of one that lacks it.

        With more features than clips, the products of the rows serve all folds, and scores cost
        little more than the fit.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.
        y : array-like of shape (n_samples,)
            Their classes.
        splits : list of (ndarray, ndarray) of int
            Rows to fit on, among them every class, and rows to score.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Their weights, not negative.

        Returns
        -------
        scores : list of FoldScores
            One per split: scores of its clips, and of the means of the classes.
        """
        X, codes, weights, gram = self._fit(X, y, sample_weight)
        if gram is None or self.priors != "uniform":
            return score_by_refits(self, X, self.classes_[codes], splits, weights)
        return [
            GramLDA(gram, X.shape[1], codes, weights, train, self.shrinkage).score_fold(test)
            for train, test in splits
        ]

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


def _solve_primal(X, codes, means, weights, shrinkage):
    """Divide means by the shrunk covariance, built as it is."""
    covariance = np.zeros((X.shape[1], X.shape[1]))
    roots = np.sqrt(weights)[:, np.newaxis]
    for rows in gen_batches(len(X), _BATCH):
        part = (X[rows] - means[codes[rows]]).astype(np.float64, copy=False) * roots[rows]
        covariance += part.T @ part
    least = np.finfo(X.dtype).eps ** 2 * np.sum(np.square(means, dtype=float))
    ridge, share = find_parts(np.trace(covariance), least, shrinkage, X.shape[1])
    centred = (means - means.mean(axis=0)).astype(np.float64)
    return solve_shrunk(covariance, ridge, share, centred.T).T


def _solve_dual(X, codes, means, weights, gram, shrinkage):
    """Do the same by the products of rows."""
    lda = GramLDA(gram, X.shape[1], codes, weights, np.arange(len(X)), shrinkage)
    loads = lda.loads.astype(X.dtype)
    of_classes = np.zeros((len(means), len(means)))
    np.add.at(of_classes, codes, lda.loads)
    means = means.astype(np.float64)
    # The loads of a class's residuals all take its mean away.
    residuals = loads.T @ X - of_classes.T @ means
    return (means - means.mean(axis=0) - residuals) / lda.ridge
