"""An estimator that learns from changed copies of its training clips, and of no others."""

from numbers import Integral

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.utils import check_consistent_length, column_or_1d, get_tags
from sklearn.utils.multiclass import check_classification_targets

from sersk.augmentation._clip_estimator import ClipEstimator
from sersk.augmentation._copies import make_copies
from sersk.utils._clips import check_clips
from sersk.utils._metadata import find_blind_folds, fit_with_metadata
from sersk.utils._sklearn import HasMethods, Interval


class AugmentedEstimator(ClipEstimator):
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

    _way_out = "copies=0"

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
            copy_index=_number_rows(n_copies),
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


def _number_rows(n_copies):
    """Tell which copy each row is, from 1; 0 for the clips themselves, which come first."""
    numbers = [np.arange(1, n + 1) for n in n_copies]
    return np.concatenate([np.zeros(len(n_copies), dtype=int), *numbers])
