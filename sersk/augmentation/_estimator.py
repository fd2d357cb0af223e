"""An estimator that learns from changed copies of its training clips, and of no others."""

import secrets
from copy import deepcopy
from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, clone, is_classifier
from sklearn.utils import check_consistent_length, column_or_1d, get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from sersk.augmentation._copies import make_copies
from sersk.augmentation._registry import make_augmentations
from sersk.utils._clips import check_clips
from sersk.utils._metadata import find_blind_folds, fit_with_metadata
from sersk.utils._sklearn import HasMethods, Interval


def _estimator_has(name):
    def check(self):
        # What is missing is named by the error of the estimator.
        getattr(getattr(self, "estimator_", self.estimator), name)
        return True

    return check


class AugmentedEstimator(MetaEstimatorMixin, BaseEstimator):
    """Learn from clips and changed copies of them; predict clips as they are.

    Copies are made inside `fit`, so that under cross-validation they are copies of training clips
    only: none of a test clip, and none of a test speaker, is ever learnt from [1]_.

    Parameters
    ----------
    estimator : estimator
        What learns; it reads the clips by itself, as a pipeline does that begins with an
        extractor of `sersk.features` or with `sersk.audio.LoadAudio`.
    augmentations : augmentation, list of augmentations, or str
        How copies are changed; names with commas between them, as in ``"noise,pitch"``, stand for
        augmentations at their defaults. Each copy is changed by one; those of a clip take them in
        turn, in an order drawn for the clip.
    copies : int or None, default=None
        Copies of each clip. None makes one for each augmentation.
    balance : bool, default=False
        Make more copies in rare classes, until each has as many rows as the largest.
    random_state : int, RandomState instance or None, default=None
        Controls the changes. With an int, copies of a clip are the same in every fit, and a
        feature store extracts each of them once.

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator.
    augmentations_ : list of augmentation
        The augmentations, in place of their names.
    classes_ : ndarray of shape (n_classes,)
        The labels met in `fit`, where `estimator` is a classifier.
    n_features_in_ : int
        Length of the signals, in samples, where they were given as a 2-D array.

    Notes
    -----
    Put it inside a search, a calibration or a stack, not around one:
    ``GridSearchCV(AugmentedEstimator(pipeline, …), …)``. Around one, the folds inside would hold
    copies, and a clip and its copies could be on both sides of a split. It refuses an estimator
    that makes such folds without looking at groups. One that looks at them, such as
    `sersk.classifiers.SpeakerCalibratedClassifier`, is given the groups of `fit`, or without any
    the number of the clip that a copy is of. What an estimator sets aside by itself, as
    `sklearn.neural_network.MLPClassifier` does with ``early_stopping=True``, may still hold
    copies of what it learns from; it then stops later than it would.

    What is drawn for a copy depends on the samples of its clip, the seed, the number of the copy
    and the augmentations: neither other clips, their order and their names nor the number of
    workers change it.

    References
    ----------
    .. [1] S. Kaufman, S. Rosset and C. Perlich, "Leakage in data mining: formulation, detection,
       and avoidance", KDD, 2011.

    Examples
    --------
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from sklearn.pipeline import make_pipeline
    >>> from sersk.augmentation import AddNoise, AugmentedEstimator
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MFCC
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=2, n_clips_per_class=2)
    >>> model = AugmentedEstimator(make_pipeline(MFCC(), GaussianNB()), AddNoise())
    >>> model.fit(signals, emotions, groups=speakers).predict(signals).shape
    (16,)
    """

    # scikit-learn's metadata routing then brings both here without being asked.
    __metadata_request__fit = {"groups": True, "sample_weight": True}

    _parameter_constraints = {
        "estimator": [HasMethods(["fit", "get_params"])],
        "augmentations": [HasMethods(["describe", "__call__"]), list, tuple, str],
        "copies": [Interval(Integral, 0, None, closed="left"), None],
        "balance": ["boolean"],
        "random_state": ["random_state"],
    }

    def __init__(self, estimator, augmentations, *, copies=None, balance=False, random_state=None):
        self.estimator = estimator
        self.augmentations = augmentations
        self.copies = copies
        self.balance = balance
        self.random_state = random_state

    def fit(self, X, y, groups=None, sample_weight=None):
        """Fit the estimator on the clips, followed by their copies.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Their classes, or values; copies have those of their clips.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers, for the parts of the estimator that want them; those of copies are
            those of their clips.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Their weights, for the parts of the estimator that want them; a copy weighs as much as
            its clip.

        Returns
        -------
        self : AugmentedEstimator
            The estimator.

        Raises
        ------
        ValueError
            When the estimator splits clips into folds without looking at groups, or takes no
            weights where there are some.
        """
        self._validate_params()
        self._check_folds()
        augmentations = self._find_augmentations()
        clips = check_clips(self, X, reset=True)
        y = self._check_y(y)
        check_consistent_length(clips, y, groups, sample_weight)
        n_copies = self._count_copies(y, len(augmentations))
        copies = make_copies(clips, augmentations, n_copies, self._draw_seed())
        # Where each row is from: the clips themselves come first.
        numbers = np.arange(len(clips))
        origins = np.concatenate([numbers, np.repeat(numbers, n_copies)])
        if groups is None and len(origins) > len(clips):
            groups = numbers
        self.augmentations_ = augmentations
        self.estimator_ = fit_with_metadata(
            clone(self.estimator),
            clips + [copy for copies_of_clip in copies for copy in copies_of_clip],
            y[origins],
            groups=None if groups is None else np.asarray(groups)[origins],
            sample_weight=None if sample_weight is None else np.asarray(sample_weight)[origins],
        )
        return self

    def _check_folds(self):
        part = find_blind_folds(self.estimator)
        if part is not None:
            name = type(part).__name__
            raise ValueError(
                f"The 'estimator' parameter of AugmentedEstimator must not hold a {name} whose "
                f"folds do not look at groups: clips and their copies would be in both parts. Put "
                f"AugmentedEstimator inside {name}, or give it cv=SpeakerKFold()."
            )

    def _find_augmentations(self):
        augmentations = self.augmentations
        if isinstance(augmentations, str):
            augmentations = make_augmentations(augmentations)
        if not isinstance(augmentations, (list, tuple)):
            augmentations = [augmentations]
        if not augmentations:
            raise ValueError(
                "The 'augmentations' parameter of AugmentedEstimator must hold at least one "
                "augmentation. Got none. Pass copies=0 to learn from the clips alone."
            )
        for augmentation in augmentations:
            is_made = not isinstance(augmentation, type)
            if not (is_made and callable(augmentation) and hasattr(augmentation, "describe")):
                raise TypeError(
                    "The 'augmentations' parameter of AugmentedEstimator must be a list of "
                    "augmentations, such as those of sersk.augmentation. "
                    f"Got {augmentation!r} in it instead."
                )
        return list(augmentations)

    def _check_y(self, y):
        if get_tags(self).target_tags.multi_output and np.asarray(y).ndim == 2:
            return np.asarray(y)
        return column_or_1d(y, warn=True)

    def _count_copies(self, y, n_augmentations):
        """Say how many copies to make of each clip."""
        copies = n_augmentations if self.copies is None else self.copies
        n_copies = np.full(len(y), copies)
        if not self.balance:
            return n_copies
        if not is_classifier(self) or y.ndim > 1:
            raise ValueError(
                "The 'balance' parameter of AugmentedEstimator must be False unless each clip has "
                "one class. Got True for a regressor, or for several targets."
            )
        check_classification_targets(y)
        _, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
        for code, count in enumerate(counts):
            n_lacking = (counts.max() - count) * (1 + copies)
            each, n_left = divmod(n_lacking, count)
            n_copies[codes == code] += each + (np.arange(count) < n_left)
        return n_copies

    def _draw_seed(self):
        if self.random_state is None:
            return secrets.randbits(32)
        if isinstance(self.random_state, Integral):
            return int(self.random_state)
        return int(self.random_state.randint(2**31))

    def _call(self, method, X, *args, **kwargs):
        check_is_fitted(self)
        clips = check_clips(self, X, reset=False)
        return getattr(self.estimator_, method)(clips, *args, **kwargs)

    @available_if(_estimator_has("predict"))
    def predict(self, X):
        """Predict clips as they are.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            Their classes, or values.
        """
        return self._call("predict", X)

    @available_if(_estimator_has("predict_proba"))
    def predict_proba(self, X):
        """Probability of each class for clips as they are.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        return self._call("predict_proba", X)

    @available_if(_estimator_has("predict_log_proba"))
    def predict_log_proba(self, X):
        """Logarithm of the probability of each class for clips as they are.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        return self._call("predict_log_proba", X)

    @available_if(_estimator_has("decision_function"))
    def decision_function(self, X):
        """Scores of clips as they are.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
            What the estimator gives.
        """
        return self._call("decision_function", X)

    @available_if(_estimator_has("score"))
    def score(self, X, y, sample_weight=None):
        """Score predictions of clips as they are, in the way of the estimator.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.
        y : array-like of shape (n_samples,)
            Their classes, or values.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Their weights.

        Returns
        -------
        score : float
            Accuracy for most classifiers, the coefficient of determination for most regressors.
        """
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        return self._call("score", X, y, **weights)

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
