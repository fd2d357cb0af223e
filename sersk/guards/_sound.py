"""Whether a clip sounds like those that a model learned from."""

from numbers import Integral
from os import PathLike

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from sersk.audit import learn_limits, warn_of_clip
from sersk.features._store import FeatureStore
from sersk.guards._measurements import measure_clips
from sersk.guards._passing import PassingMixin
from sersk.guards._telling import warn_of_clips
from sersk.utils._changed_clips import find_origin
from sersk.utils._clips import check_clips
from sersk.utils._sklearn import Interval


class SoundGuard(PassingMixin, BaseEstimator, auto_wrap_output_keys=None):
    """Warn of clips whose sound spoils the answer of a model, and pass all of them on.

    The first step of a pipeline of clips. `fit` learns how the training clips sound; `transform`
    gives the clips back as they are, and warns in one line of those that are cut off in frequency
    or at full scale, very quiet, silent, very short or long.

    Parameters
    ----------
    sample_rate : int, default=22050
        Rate at which the model listens, and that arrays are at, in Hz. A model that does not
        listen above 4 kHz misses nothing in a telephone call.
    n_jobs : int or None, default=None
        Number of workers.
    memory : path-like, FeatureStore or None, default=None
        Where measurements are kept between calls, runs and processes. None makes them every time.

    Attributes
    ----------
    limits_ : sersk.audit.SoundLimits
        What a clip must keep to.
    n_features_in_ : int
        Number of samples per clip, where clips are rows of a 2-D array.

    See Also
    --------
    NoveltyGuard : The same for the features of clips.
    sersk.audit.warn_of_clip : What is said of one clip.

    Notes
    -----
    A limit is the looser of one that holds for any speech and of what 995 of 1000 training clips
    show, so a model of telephone calls does not warn of telephone calls. What a clip is cut off
    at is found in the samples: where a codec or a resampler comes after clipping, it cannot be
    seen any more.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.guards import SoundGuard
    >>> signals, _, _ = make_emotional_speech(n_speakers=2, n_clips_per_class=1)
    >>> guard = SoundGuard().fit(signals)
    >>> list(guard.check([np.clip(8 * signals[0], -1, 1)])[0])
    ['clipping']
    """

    _parameter_constraints = {
        "sample_rate": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
        "memory": [str, PathLike, FeatureStore, None],
    }

    def __init__(self, *, sample_rate=22050, n_jobs=None, memory=None):
        self.sample_rate = sample_rate
        self.n_jobs = n_jobs
        self.memory = memory

    def fit(self, X, y=None):
        """Learn how the clips sound.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The training clips.
        y : None
            Ignored.

        Returns
        -------
        self : SoundGuard
            The guard. Files that cannot be read teach it nothing.
        """
        self._validate_params()
        return self.fit_reports(self._measure(check_clips(self, X, reset=True)))

    def fit_reports(self, reports):
        """Learn from clips that were measured already.

        Parameters
        ----------
        reports : list of (ClipReport or None)
            What `measure_clips` gives for the training clips.

        Returns
        -------
        self : SoundGuard
            The guard. Where there are none, it knows what holds for any speech.
        """
        self._validate_params()
        self.limits_ = learn_limits([report for report in reports if report is not None])
        return self

    def fit_transform(self, X, y=None):
        """Learn how the clips sound, and give them back without a warning.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The training clips.
        y : None
            Ignored.

        Returns
        -------
        X : as it came
            The clips.
        """
        self.fit(X)
        return self._give_back(X)

    def transform(self, X):
        """Give the clips back, and warn of those that sound otherwise.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.

        Returns
        -------
        X : as it came
            The clips.
        """
        check_is_fitted(self)
        clips = check_clips(self, X, reset=False)
        warn_of_clips(self._judge(clips), [_name(clip, i) for i, clip in enumerate(clips)])
        return self._give_back(X)

    def check(self, X, *, n_jobs=None, memory=None, over_time=False, progress=None):
        """Say of each clip what spoils an answer.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.
        n_jobs : int or None, default=None
            Number of workers, in place of the guard's own.
        memory : path-like, FeatureStore or None, default=None
            Where measurements are kept, in place of the guard's own.
        over_time : bool, default=False
            Whether the answer is a timeline, which leaves silence out and takes any length.
        progress : str or None, default=None
            Description of a progress bar on stderr; None for no bar.

        Returns
        -------
        found : list of dict of str to str
            For each clip sentences by what they are about, as `sersk.audit.warn_of_clip` gives
            them; none for a clean clip, or one that cannot be read.
        """
        check_is_fitted(self)
        clips = check_clips(self, X, reset=False)
        how = dict(n_jobs=n_jobs, memory=memory, progress=progress)
        return self._judge(clips, over_time=over_time, **how)

    def check_reports(self, reports, *, over_time=False):
        """Say the same of clips that were measured already.

        Parameters
        ----------
        reports : list of (ClipReport or None)
            What `measure_clips` gives.
        over_time : bool, default=False
            Whether the answer is a timeline.

        Returns
        -------
        found : list of dict of str to str
            For each clip sentences by what they are about.
        """
        check_is_fitted(self)
        how = dict(limits=self.limits_, sample_rate=self.sample_rate, over_time=over_time)
        return [{} if report is None else warn_of_clip(report, **how) for report in reports]

    def _judge(self, clips, *, over_time=False, **how):
        return self.check_reports(self._measure(clips, **how), over_time=over_time)

    def _measure(self, clips, *, n_jobs=None, memory=None, progress=None):
        how = dict(n_jobs=n_jobs or self.n_jobs, memory=memory or self.memory, progress=progress)
        if isinstance(find_origin(clips[0]), np.ndarray):
            how["sample_rate"] = self.sample_rate
        return measure_clips(clips, **how)

    def get_feature_names_out(self, input_features=None):
        """Name the columns of 2-D arrays; paths and lists of signals have none.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            Names of the columns.

        Returns
        -------
        names : ndarray of shape (n_features,), dtype object, or None
            The same.
        """
        if hasattr(self, "n_features_in_"):
            return super().get_feature_names_out(input_features)
        return input_features

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _name(clip, index):
    origin = find_origin(clip)
    return origin if isinstance(origin, str) else f"clip {index}"
