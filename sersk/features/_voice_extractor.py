"""What the extractors of the voice share: the same search for it, and pooling over its frames."""

from abc import abstractmethod
from numbers import Integral, Real
from os import PathLike

import numpy as np

from sersk.features._base import BaseExtractor
from sersk.features._framing import Grid
from sersk.features._functionals import Pool, check_functionals
from sersk.features._store import FeatureStore
from sersk.features._voice import VoiceTracker
from sersk.utils._sklearn import Interval


class VoiceExtractor(BaseExtractor):
    """An extractor that has to know which frames of a clip are voiced, and at which pitch.

    In one pass, extractors with the same parameters share the search for that.
    """

    _parameter_constraints = {
        "sample_rate": [Interval(Integral, 1, None, closed="left")],
        "n_fft": [Interval(Integral, 2, None, closed="left")],
        "hop_length": [Interval(Integral, 1, None, closed="left")],
        "win_length": [Interval(Integral, 2, None, closed="left")],
        "fmin": [Interval(Real, 0, None, closed="neither")],
        "fmax": [Interval(Real, 0, None, closed="neither")],
        "voicing_threshold": [Interval(Real, 0, 1, closed="both")],
        "n_jobs": [Integral, None],
        "memory": [str, PathLike, FeatureStore, None],
    }

    @property
    def _tracker(self):
        return VoiceTracker(
            Grid(self.sample_rate, self.n_fft, self.hop_length, center=True),
            self.win_length,
            float(self.fmin),
            float(self.fmax),
            float(self.voicing_threshold),
        )

    def _check(self):
        super()._check()
        name = type(self).__name__
        if not self.fmin < self.fmax <= self.sample_rate / 4:
            raise ValueError(
                f"The 'fmin' and 'fmax' parameters of {name} must satisfy fmin < fmax <= "
                f"sample_rate / 4 = {self.sample_rate / 4}. "
                f"Got fmin={self.fmin} and fmax={self.fmax} instead."
            )
        longest = int(self.sample_rate / self.fmin) + 2
        if not longest < self.win_length <= self.n_fft - longest:
            raise ValueError(
                f"The 'win_length' parameter of {name} must exceed the longest period, {longest} "
                f"samples at fmin={self.fmin}, and leave as much of n_fft={self.n_fft} over. Got "
                f"{self.win_length} instead. Raise fmin, win_length or n_fft."
            )

    def _row(self, clip):
        return self._describe_voice(clip, self._tracker.track(clip)).astype(np.float32)

    @abstractmethod
    def _describe_voice(self, clip, voice):
        """Compute the row of a clip from what is known of the voice in each frame."""


def pool_frames(values, functionals, deltas=0, delta_functionals=None):
    """Pool descriptors of chosen frames.

    Parameters
    ----------
    values : ndarray of shape (n_frames, n_descriptors)
        One row per frame, at least one.
    functionals : sequence of str
        Names of the functionals.
    deltas : {0, 1, 2}, default=0
        Order of the derivatives over time to append.
    delta_functionals : sequence of str or None, default=None
        How to pool these.

    Returns
    -------
    row : ndarray of shape (n_values,), dtype float32
        All descriptors under the first functional, then all under the second, …
    """
    pool = Pool(functionals, deltas, delta_functionals)
    pool.add(values, is_last=True)
    return pool.result()


def check_pooling(extractor):
    """Raise unless the functionals of an extractor are known, and there are some.

    Parameters
    ----------
    extractor : VoiceExtractor
        It has the parameter ``functionals``.
    """
    check_functionals(extractor.functionals, type(extractor).__name__, may_be_none=False)
