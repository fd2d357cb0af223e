"""From values per frame to values per clip, in one walk over blocks of frames."""

import re
from functools import lru_cache

import numpy as np

from sersk.features._deltas import DeltaStream
from sersk.features._moments import Extremes, Moments

_MOMENTS = {"mean": 1, "std": 2, "skewness": 3, "kurtosis": 4}
_EXTREMES = ("min", "max", "range")
_RANKS = ("median", "iqr")
_PERCENTILE = re.compile(r"percentile(100|[1-9]?\d)")
# Of the course over the clip.
_COURSES = ("slope", "curvature", "third1", "third2", "third3")
_MAGNITUDES = ("absmean",)
_NAMES = (*_MOMENTS, *_EXTREMES, *_RANKS, *_MAGNITUDES, *_COURSES)
# What a voice does, described in full: location, spread, shape and course.
FULL_FUNCTIONALS = (
    *_MOMENTS,
    *(f"percentile{p}" for p in (1, 10, 25, 50, 75, 90, 99)),
    "iqr",
    *_COURSES,
)
# And of its derivatives over time: how fast it changes.
CHANGE_FUNCTIONALS = ("std", "absmean", "percentile5", "percentile95")
# What this share of the largest value does not exceed is rounding, not variation.
_ROUNDING = 1e-7
# So many values at a time.
_SORTED_AT_A_TIME = 2**21


def check_functionals(functionals, name, parameter="functionals", *, may_be_none=True):
    """Raise unless every functional is known.

    Parameters
    ----------
    functionals : tuple or list of str, or None
        The names to check.
    name : str
        The estimator on whose behalf.
    parameter : str, default="functionals"
        Which of its parameters.
    may_be_none : bool, default=True
        Whether the estimator gives sequences, too.

    Raises
    ------
    ValueError
        When the list is empty, repeats itself, or holds an unknown name.
    """
    if functionals is None:
        return
    known = all(isinstance(f, str) and _is_known(f) for f in functionals)
    if not known or not functionals or len(set(functionals)) < len(functionals):
        allowed = "None or different names" if may_be_none else "different names"
        raise ValueError(
            f"The {parameter!r} parameter of {name} must be {allowed} out of "
            f"{', '.join(_NAMES)} and percentile0 to percentile100. Got {functionals!r} instead."
        )


def _is_known(name):
    return name in _NAMES or _is_rank(name)


def _is_rank(name):
    return name in _RANKS or _PERCENTILE.fullmatch(name) is not None


class Pool:
    """Pools descriptors, and their derivatives over time, block by block.

    Parameters
    ----------
    functionals : sequence of str or None
        Names of the functionals; None for the sequence itself.
    deltas : {0, 1, 2}
        Order of the derivatives over time to append to the descriptors.
    delta_functionals : sequence of str or None, default=None
        Other functionals for the derivatives. None pools them like the descriptors.
    """

    def __init__(self, functionals, deltas, delta_functionals=None):
        self._delta_stream = DeltaStream(deltas) if deltas else None
        self._n_own = 1 + deltas if delta_functionals is None else 1
        self._n_parts = 1 + deltas
        self._own = _Pooling(functionals)
        self._of_deltas = _Pooling(delta_functionals) if self._n_own < self._n_parts else None

    def add(self, descriptors, *, is_last):
        """Take in a block.

        Parameters
        ----------
        descriptors : ndarray of shape (n_frames, n_descriptors)
            One row per frame.
        is_last : bool
            Whether no block follows.
        """
        if self._delta_stream is not None:
            descriptors = self._delta_stream.add(descriptors, is_last=is_last)
        n_own = descriptors.shape[1] // self._n_parts * self._n_own
        self._own.add(descriptors[:, :n_own])
        if self._of_deltas is not None:
            self._of_deltas.add(descriptors[:, n_own:])

    def result(self):
        """Give the pooled values.

        Returns
        -------
        row : ndarray of shape (n_values,), dtype float32
            All descriptors under the first functional, then all under the second, …, and likewise
            the derivatives where these have functionals of their own; the sequence of shape
            (n_frames, n_descriptors) where there are no functionals.
        """
        if self._of_deltas is None:
            return self._own.result()
        return np.concatenate([self._own.result(), self._of_deltas.result()])


class _Pooling:
    """Pools the columns of blocks.

    Moments and extremes are carried along. Ranks (median, percentiles) and the course over the
    clip need all frames at once, and are why those are kept; so are sequences.
    """

    def __init__(self, functionals):
        self._functionals = functionals
        wanted = functionals or ()
        order = max((_MOMENTS.get(f, 0) for f in wanted), default=0)
        self._moments = Moments(order) if order else None
        self._extremes = Extremes() if order > 2 or set(wanted) & set(_EXTREMES) else None
        carried = all(f in _MOMENTS or f in _EXTREMES for f in wanted)
        self._frames = None if carried and functionals is not None else []

    def add(self, x):
        """Take in a block, of shape (n_frames, n_columns)."""
        for taker in (self._moments, self._extremes):
            if taker is not None:
                taker.add(x)
        if self._frames is not None:
            self._frames.append(np.asarray(x, dtype=np.float32))

    def result(self):
        """Give the pooled values, of shape (n_functionals * n_columns,), or the sequence."""
        if self._functionals is None:
            return self._frames[0] if len(self._frames) == 1 else np.concatenate(self._frames)
        kept = {} if self._frames is None else self._pool_frames()
        values = []
        for functional in self._functionals:
            if functional in _MOMENTS:
                values.append(self._moment(functional))
            elif functional in _EXTREMES:
                values.append(getattr(self._extremes, functional))
            else:
                values.append(kept[functional])
        return np.concatenate(values).astype(np.float32)

    def _pool_frames(self):
        """Pool what needs all frames, a few columns at a time, so as not to hold all twice."""
        wanted = [f for f in self._functionals if f not in _MOMENTS and f not in _EXTREMES]
        ranks = [f for f in wanted if _is_rank(f)]
        n_frames = sum(map(len, self._frames))
        width = max(1, _SORTED_AT_A_TIME // n_frames)
        groups = {functional: [] for functional in wanted}
        for first in range(0, self._frames[0].shape[1], width):
            columns = [block[:, first : first + width].T for block in self._frames]
            # Contiguous over time, a sort is several times as fast.
            series = np.ascontiguousarray(np.concatenate(columns, axis=1))
            for functional in set(wanted) - set(ranks):
                groups[functional].append(_describe_course(series, functional))
            if ranks:
                series.sort(axis=1)
            for functional in ranks:
                groups[functional].append(_rank(series, functional))
        return {functional: np.concatenate(group) for functional, group in groups.items()}

    def _moment(self, functional):
        if functional == "mean":
            return self._moments.mean
        std = self._moments.std
        if functional == "std":
            return std
        # Rounding leaves a constant descriptor with a tiny spread, and its z-scores with noise.
        varies = std > _ROUNDING * self._extremes.magnitude
        order = _MOMENTS[functional]
        moment = self._moments.central[order] / self._moments.n_frames
        return np.where(varies, moment / np.where(varies, std, 1.0) ** order, 0.0)


def _describe_course(series, functional):
    """Mean magnitude, trend, or deviation of a third from the mean, of each row over time."""
    if functional == "absmean":
        return np.abs(series).mean(axis=1)
    if functional.startswith("third"):
        third = int(functional[-1])
        n_frames = series.shape[1]
        first = (third - 1) * n_frames // 3
        part = series[:, first : max(first + 1, third * n_frames // 3)]
        return part.mean(axis=1) - series.mean(axis=1)
    return series @ _make_trend(series.shape[1], 1 if functional == "slope" else 2)


@lru_cache(maxsize=1024)
def _make_trend(n_frames, degree):
    """Weights whose sum over the frames is the share of a polynomial, as its signed sd.

    Those of degree 1 and 2 are orthogonal to each other and to a constant.
    """
    at = np.linspace(-1, 1, n_frames) if n_frames > 1 else np.zeros(1)
    trend = at if degree == 1 else at**2 - (at**2).mean()
    norm = np.sqrt((trend**2).sum() * n_frames)
    return (trend / norm if norm > 0 else np.zeros(n_frames)).astype(np.float32)


def _rank(ordered, functional):
    """Median, range between the quartiles, or percentile of descriptors in ascending order."""
    if functional == "median":
        return _percentile(ordered, 50)
    if functional == "iqr":
        return _percentile(ordered, 75) - _percentile(ordered, 25)
    return _percentile(ordered, int(_PERCENTILE.fullmatch(functional)[1]))


def _percentile(ordered, percent):
    """Percentile of each row, interpolated linearly between ranks."""
    rank = percent / 100 * (ordered.shape[1] - 1)
    below = int(rank)
    above = min(below + 1, ordered.shape[1] - 1)
    lower, upper = ordered[:, below].astype(np.float64), ordered[:, above]
    return lower + (rank - below) * (upper - lower)
