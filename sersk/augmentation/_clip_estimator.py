"""What learns from changed clips has in common: its augmentations, and whom it asks to predict."""

import secrets
from copy import deepcopy
from numbers import Integral

from sklearn.base import BaseEstimator, MetaEstimatorMixin
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from sersk.augmentation._registry import make_augmentations
from sersk.utils._clips import check_clips
from sersk.utils._metadata import call_with_metadata


def _estimator_has(name):
    def check(self):
        # What is missing is named by the error of the estimator.
        getattr(getattr(self, "estimator_", self.estimator), name)
        return True

    return check


class ClipEstimator(MetaEstimatorMixin, BaseEstimator):
    """Base of what fits an `estimator` to clips that `augmentations` change, into `estimator_`.

    Clips to predict are never changed.
    """

    # scikit-learn's metadata routing then brings these here without being asked.
    __metadata_request__fit = {"groups": True, "sample_weight": True}
    __metadata_request__predict = {"groups": True}
    __metadata_request__predict_proba = {"groups": True}
    __metadata_request__predict_log_proba = {"groups": True}
    __metadata_request__decision_function = {"groups": True}
    __metadata_request__score = {"groups": True}

    # What to pass for no changes at all.
    _way_out = None

    def _find_augmentations(self):
        name, augmentations = type(self).__name__, self.augmentations
        if isinstance(augmentations, str):
            augmentations = make_augmentations(augmentations)
        if not isinstance(augmentations, (list, tuple)):
            augmentations = [augmentations]
        if not augmentations:
            raise ValueError(
                f"The 'augmentations' parameter of {name} must hold at least one augmentation. "
                f"Got none. Pass {self._way_out} to learn from the clips alone."
            )
        for augmentation in augmentations:
            is_made = not isinstance(augmentation, type)
            if not (is_made and callable(augmentation) and hasattr(augmentation, "describe")):
                raise TypeError(
                    f"The 'augmentations' parameter of {name} must be a list of augmentations, "
                    "such as those of sersk.augmentation. "
                    f"Got {augmentation!r} in it instead."
                )
        return list(augmentations)

    def _draw_seed(self):
        if self.random_state is None:
            return secrets.randbits(32)
        if isinstance(self.random_state, Integral):
            return int(self.random_state)
        return int(self.random_state.randint(2**31))

    def _call(self, method, X, *args, **metadata):
        check_is_fitted(self)
        clips = check_clips(self, X, reset=False)
        return call_with_metadata(self.estimator_, method, clips, *args, **metadata)

    @available_if(_estimator_has("predict"))
    def predict(self, X, groups=None):
        """Predict clips as they are.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers, for the parts of the estimator that want them to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            Their classes, or values.
        """
        return self._call("predict", X, groups=groups)

    @available_if(_estimator_has("predict_proba"))
    def predict_proba(self, X, groups=None):
        """Probability of each class for clips as they are.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers, for the parts of the estimator that want them to predict.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        return self._call("predict_proba", X, groups=groups)

    @available_if(_estimator_has("predict_log_proba"))
    def predict_log_proba(self, X, groups=None):
        """Logarithm of the probability of each class for clips as they are.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers, for the parts of the estimator that want them to predict.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        return self._call("predict_log_proba", X, groups=groups)

    @available_if(_estimator_has("decision_function"))
    def decision_function(self, X, groups=None):
        """Scores of clips as they are.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers, for the parts of the estimator that want them to predict.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
            What the estimator gives.
        """
        return self._call("decision_function", X, groups=groups)

    @available_if(_estimator_has("score"))
    def score(self, X, y, sample_weight=None, groups=None):
        """Score predictions of clips as they are, in the way of the estimator.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.
        y : array-like of shape (n_samples,)
            Their classes, or values.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Their weights.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers, for the parts of the estimator that want them to predict.

        Returns
        -------
        score : float
            Accuracy for most classifiers, the coefficient of determination for most regressors.
        """
        return self._call("score", X, y, groups=groups, sample_weight=sample_weight)

    @property
    def classes_(self):
        """Labels met in `fit`."""
        return self.estimator_.classes_

    def __sklearn_is_fitted__(self):
        return hasattr(self, "estimator_")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inner = get_tags(self.estimator)
        tags.estimator_type = inner.estimator_type
        tags.classifier_tags = deepcopy(inner.classifier_tags)
        tags.regressor_tags = deepcopy(inner.regressor_tags)
        tags.target_tags = deepcopy(inner.target_tags)
        return tags
