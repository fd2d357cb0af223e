"""Labels for classifiers that only take 0, 1, 2, …"""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from sersk.utils._sklearn import check_sample_weight


class LabelEncodedClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Give a classifier the labels 0 to k-1, and its user the labels they know.

    XGBoost takes only labels without gaps, and scikit-learn 1.8's perceptron with early stopping
    no text. Encoding a whole corpus once is not enough: a training part that lacks a class leaves
    a gap. This encodes inside each `fit`.

    Parameters
    ----------
    estimator : classifier
        Any classifier with `predict_proba`, such as `xgboost.XGBClassifier`.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels met in `fit`, sorted.
    estimator_ : classifier
        The fitted classifier.

    Examples
    --------
    >>> from sersk.classifiers import LabelEncodedClassifier
    >>> from xgboost import XGBClassifier
    >>> model = LabelEncodedClassifier(XGBClassifier(n_estimators=5, n_jobs=1))
    >>> print(*model.fit([[0.0], [1.0]] * 4, ["sad", "happy"] * 4).classes_)
    happy sad
    """

    # scikit-learn's metadata routing then brings the weights here without being asked.
    __metadata_request__fit = {"sample_weight": True}

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y, sample_weight=None):
        """Fit the classifier on encoded labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.
        y : array-like of shape (n_samples,)
            Their classes.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Their weights.

        Returns
        -------
        self : LabelEncodedClassifier
            The classifier.
        """
        X, y = validate_data(self, X, y, dtype=[np.float32, np.float64])
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                "LabelEncodedClassifier needs samples of at least 2 classes. Got one class, "
                f"{self.classes_.tolist()[0]!r}."
            )
        weights = {}
        if sample_weight is not None:
            weights["sample_weight"] = check_sample_weight(sample_weight, X)
        self.estimator_ = clone(self.estimator).fit(X, codes, **weights)
        return self

    def predict_proba(self, X):
        """Probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float32, np.float64], reset=False)
        return self.estimator_.predict_proba(X)

    def predict(self, X):
        """Class with the highest probability.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The classes.
        """
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]
