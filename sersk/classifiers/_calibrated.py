"""Probabilities that hold for speakers whom a classifier has not heard."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from sersk.classifiers._out_of_fold import fit_out_of_fold, score_classes
from sersk.model_selection import SpeakerKFold
from sersk.utils._metadata import fit_with_metadata
from sersk.utils._sklearn import check_sample_weight


class SpeakerCalibratedClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Calibrate a classifier on speakers that it has not heard.

    The classifier is fitted on all clips; its scores, or the logarithms of its probabilities,
    become probabilities by one temperature, fitted on those of clips left out in folds [1]_. Where
    speakers are given, the folds keep them apart, because scores of known speakers are
    overconfident.

    Parameters
    ----------
    estimator : classifier
        A classifier with `decision_function`, such as `sklearn.svm.SVC`, or else with
        `predict_proba`.
    n_splits : int, default=5
        Number of folds at most.
    random_state : int, RandomState instance or None, default=None
        Controls the folds.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels met in `fit`, sorted.
    estimator_ : classifier
        The classifier, fitted on all clips.
    calibrator_ : CalibratedClassifierCV
        What turns its scores into probabilities.

    Notes
    -----
    Every training part must hold every class. Where grouped folds do not allow that, stratified
    folds are used; where a class has a single clip, the scores of the training clips themselves,
    which gives overconfident probabilities.

    References
    ----------
    .. [1] C. Guo, G. Pleiss, Y. Sun and K. Weinberger, "On calibration of modern neural networks",
       ICML, 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.svm import SVC
    >>> from sersk.classifiers import SpeakerCalibratedClassifier
    >>> X, y = np.arange(12.0).reshape(-1, 1) % 3, np.array(["angry", "happy", "sad"] * 4)
    >>> model = SpeakerCalibratedClassifier(SVC(), random_state=0).fit(X, y)
    >>> bool(np.all(model.predict(X) == y))
    True
    """

    # scikit-learn's metadata routing then brings both here without being asked.
    __metadata_request__fit = {"groups": True, "sample_weight": True}

    def __init__(self, estimator, *, n_splits=5, random_state=None):
        self.estimator = estimator
        self.n_splits = n_splits
        self.random_state = random_state

    def fit(self, X, y, groups=None, sample_weight=None):
        """Fit the classifier and its temperature.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.
        y : array-like of shape (n_samples,)
            Their classes.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Their weights, for the classifier and for its temperature.

        Returns
        -------
        self : SpeakerCalibratedClassifier
            The classifier.
        """
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError(
                "SpeakerCalibratedClassifier needs samples of at least 2 classes. Got one class, "
                f"{self.classes_.tolist()[0]!r}."
            )
        weights = None if sample_weight is None else check_sample_weight(sample_weight, X)
        self.estimator_ = clone(self.estimator)
        splits = self._choose_splits(X, y, groups)
        if splits is None:
            fit_with_metadata(self.estimator_, X, y, sample_weight=weights)
            scores = score_classes(self.estimator_, X)
        else:
            folds = fit_out_of_fold(self.estimator_, X, y, splits, weights)
            scores = np.empty((len(y), len(self.classes_)))
            for (_, test), fold in zip(splits, folds, strict=True):
                scores[test] = fold.held_out
        self.calibrator_ = _fit_temperature(scores, y, weights)
        return self

    def _choose_splits(self, X, y, groups):
        """Take grouped folds, or else stratified ones, that train on every class; None if none."""
        if np.unique(y, return_counts=True)[1].min() < 2:
            return None
        folds = SpeakerKFold(self.n_splits, random_state=self.random_state)
        for speakers in (groups, None):
            splits = list(folds.split(X, y, speakers))
            if all(len(np.unique(y[train])) == len(self.classes_) for train, _ in splits):
                return splits
        return None

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
        X = validate_data(self, X, reset=False)
        return self.calibrator_.predict_proba(_merge_pair(score_classes(self.estimator_, X)))

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


class _Scores(ClassifierMixin, BaseEstimator):
    """What gives the scores that it is given."""

    __metadata_request__fit = {"sample_weight": True}

    def fit(self, X, y, sample_weight=None):
        self.classes_ = np.unique(y)
        return self

    def decision_function(self, X):
        return X[:, 0] if X.shape[1] == 1 else X

    def predict(self, X):
        best = X[:, 0] > 0 if X.shape[1] == 1 else X.argmax(axis=1)
        return self.classes_[best.astype(int)]


def _fit_temperature(scores, y, weights):
    """Fit the temperature that makes scores the likeliest probabilities."""
    everything = np.arange(len(y))
    # The scores are of clips left out already, so that nothing is left to split.
    calibrator = CalibratedClassifierCV(
        _Scores(), method="temperature", cv=[(everything, everything)], ensemble=False
    )
    return calibrator.fit(_merge_pair(scores), y, sample_weight=weights)


def _merge_pair(scores):
    """Bring the scores of two classes to the one that scikit-learn's classifiers give."""
    return scores[:, 1:] - scores[:, :1] if scores.shape[1] == 2 else scores
