"""The meta-estimator that changes the training clips of a network anew in each epoch."""

from functools import cached_property, partial
from numbers import Integral, Real

from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline
from sklearn.utils import check_consistent_length, column_or_1d

from sersk.augmentation._clip_estimator import ClipEstimator
from sersk.augmentation._epochs import EpochChanges, digest_clips
from sersk.features import BaseExtractor
from sersk.neural._base import NeuralClassifier
from sersk.neural._inputs import check_samples, take
from sersk.utils._clips import check_clips
from sersk.utils._metadata import fit_with_metadata
from sersk.utils._sklearn import HasMethods, Interval


class EpochAugmentedClassifier(ClipEstimator):
    """Train a network on clips that are changed anew in each epoch; predict clips as they are.

    `sersk.augmentation.AugmentedEstimator` makes copies once, and each epoch learns from the
    same. Here an epoch has as many clips as there are, and never the same ones again. What the
    network sets aside to tell the best epoch stays as it is.

    Parameters
    ----------
    estimator : Pipeline
        From clips to classes: an extractor of `sersk.features`, then perhaps transformers, then a
        network of `sersk.neural`.
    augmentations : augmentation, list of augmentations, or str
        How clips are changed; names with commas between them, as in ``"noise,pitch"``, stand for
        augmentations at their defaults.
    probability : float, default=0.5
        How likely a clip is to be changed in an epoch. One augmentation is then drawn, all being
        equally likely.
    random_state : int, RandomState instance or None, default=None
        Controls the changes, not the network, which has its own.
    n_jobs : int or None, default=None
        Number of workers that change clips and extract their features, as in scikit-learn. None
        leaves it to the extractor.

    Attributes
    ----------
    estimator_ : Pipeline
        The fitted pipeline, which predicts without this class.
    augmentations_ : list of augmentation
        The augmentations, in place of their names.
    classes_ : ndarray of shape (n_classes,)
        The labels met in `fit`.
    n_features_in_ : int
        Length of the signals, in samples, where they were given as a 2-D array.

    See Also
    --------
    sersk.augmentation.AugmentedEstimator : Copies made once, for any classifier.

    Notes
    -----
    Each epoch reads, changes and extracts its changed clips, and a store keeps none of them: they
    do not come again. Expect many times the duration of a fit without changes.

    Transformers between the extractor and the network, and the means and scales of the network,
    are fitted to clips as they are.

    What is drawn for a clip depends on its samples, the seed, the number of the epoch and the
    augmentations: neither other clips, their order and their names nor the number of workers
    change it.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MFCC
    >>> from sersk.neural import BiLSTMClassifier, EpochAugmentedClassifier
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=2, n_clips_per_class=2)
    >>> network = BiLSTMClassifier(hidden_sizes=(4,), max_epochs=2, random_state=0)
    >>> model = EpochAugmentedClassifier(make_pipeline(MFCC(), network), "noise", random_state=0)
    >>> model.fit(signals, emotions, groups=speakers).predict(signals).shape
    (16,)
    """

    _way_out = "probability=0"

    _parameter_constraints = {
        "estimator": [Pipeline],
        "augmentations": [HasMethods(["describe", "__call__"]), list, tuple, str],
        "probability": [Interval(Real, 0, 1, closed="both")],
        "random_state": ["random_state"],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self, estimator, augmentations, *, probability=0.5, random_state=None, n_jobs=None
    ):
        self.estimator = estimator
        self.augmentations = augmentations
        self.probability = probability
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X, y, groups=None, sample_weight=None):
        """Fit the pipeline on the clips; let the network see them changed.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.
        y : array-like of shape (n_samples,)
            Their classes.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers, for the parts of the pipeline that want them.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Their weights, for the parts of the pipeline that want them.

        Returns
        -------
        self : EpochAugmentedClassifier
            The classifier.

        Raises
        ------
        AudioReadError
            When files cannot be read.
        TypeError
            When the pipeline does not begin with an extractor, or does not end in a network.
        """
        self._validate_params()
        self._check_ends()
        augmentations = self._find_augmentations()
        clips = check_clips(self, X, reset=True)
        y = column_or_1d(y, warn=True)
        check_consistent_length(clips, y, groups, sample_weight)
        pipeline = clone(self.estimator)
        name, network = pipeline.steps[-1]
        changes = EpochChanges(augmentations, self.probability, self._draw_seed())
        renewal = _Renewal(pipeline, clips, changes, self.n_jobs)
        pipeline.steps[-1] = name, _Trainer(network, renewal)
        fit_with_metadata(pipeline, clips, y, groups=groups, sample_weight=sample_weight)
        pipeline.steps[-1] = name, network
        self.augmentations_ = augmentations
        self.estimator_ = pipeline
        return self

    def _check_ends(self):
        first, last = self.estimator[0], self.estimator[-1]
        if not isinstance(first, BaseExtractor):
            raise TypeError(
                "The 'estimator' parameter of EpochAugmentedClassifier must begin with an "
                "extractor of sersk.features, as it is sound that is changed. Got "
                f"{type(first).__name__} as its first step instead."
            )
        if not isinstance(last, NeuralClassifier):
            raise TypeError(
                "The 'estimator' parameter of EpochAugmentedClassifier must end in a network of "
                f"sersk.neural. Got {type(last).__name__} as its last step instead. What has no "
                "epochs learns from copies: take AugmentedEstimator."
            )


class _Trainer(BaseEstimator):
    """Stands for the network in its pipeline, to train it on what each epoch changes."""

    __metadata_request__fit = {"groups": True, "sample_weight": True}

    def __init__(self, network, renewal):
        self.network = network
        self.renewal = renewal

    def fit(self, X, y, groups=None, sample_weight=None):
        renew = partial(self.renewal.renew, self.network, X)
        self.network._fit(X, y, groups, sample_weight, renew=renew)
        return self


class _Renewal:
    """Gives what the steps before a network make of clips, some of them changed.

    Parameters
    ----------
    pipeline : Pipeline
        All its steps but the last are fitted when this is used.
    clips : list
        The clips.
    changes : EpochChanges
        How they are changed.
    n_jobs : int or None
        Number of workers; None leaves it to the extractor.
    """

    def __init__(self, pipeline, clips, changes, n_jobs):
        self.pipeline = pipeline
        self.clips = clips
        self.changes = changes
        self.n_jobs = n_jobs

    def renew(self, network, X, epoch, indices):
        """Give some of the samples `X`, with those of changed clips in their places."""
        samples = take(check_samples(network, X, reset=False), indices)
        changed = self._change(epoch, indices)
        if changed:
            rows = self._steps.transform(list(changed.values()))
            rows = check_samples(network, rows, reset=False)
            for place, row in zip(changed, rows, strict=True):
                samples[place] = row
        return samples

    def _change(self, epoch, indices):
        """Give the clips that the epoch changes, by their places among `indices`."""
        drawn = [self.changes.change(self.clips[i], self._digests[i], epoch) for i in indices]
        return {place: clip for place, clip in enumerate(drawn) if clip is not None}

    @cached_property
    def _extractor(self):
        # A store would fill up with what is never asked for again.
        extractor = clone(self.pipeline[0]).set_params(memory=None)
        return extractor if self.n_jobs is None else extractor.set_params(n_jobs=self.n_jobs)

    @cached_property
    def _steps(self):
        return Pipeline([("extractor", self._extractor), *self.pipeline.steps[1:-1]])

    @cached_property
    def _digests(self):
        return digest_clips(self.clips, self._extractor, n_jobs=self._extractor.n_jobs)
