"""From values per frame to values per clip, in one walk over blocks of frames."""

import re

import numpy as np

from sersk.features._deltas import DeltaStream

_MOMENTS = {"mean": 1, "std": 2, "skewness": 3, "kurtosis": 4}
_EXTREMES = ("min", "max", "range")
_RANKS = ("median", "iqr")
_PERCENTILE = re.compile(r"percentile(100|[1-9]?\d)")
# What this share of the largest value does not exceed is rounding, not variation.
_ROUNDING = 1e-7
# So many values at a time.
_SORTED_AT_A_TIME = 2**21


def check_functionals(functionals, name):
    """Raise unless every functional is known.

    Parameters
    ----------
    functionals : tuple or list of str, or None
        The names to check.
    name : str
        The estimator on whose behalf.

    Raises
    ------
    ValueError
        When the list is empty, repeats itself, or holds an unknown name.
    """
    if functionals is None:
        return
    known = all(isinstance(f, str) and _is_known(f) for f in functionals)
    if not known or not functionals or len(set(functionals)) < len(functionals):
        raise ValueError(
            f"The 'functionals' parameter of {name} must be None or different names out of "
            f"{', '.join((*_MOMENTS, *_EXTREMES, *_RANKS))} and percentile0 to percentile100. "
            f"Got {functionals!r} instead."
        )


def _is_known(name):
    return name in (*_MOMENTS, *_EXTREMES) or _is_rank(name)


def _is_rank(name):
    return name in _RANKS or _PERCENTILE.fullmatch(name) is not None


class Pool:
    """Pools descriptors over time, block by block.

    Moments and extremes are carried along. Ranks (median, percentiles) need all frames at once,
    and are why those are kept; so are sequences.

    Parameters
    ----------
    functionals : sequence of str or None
        Names of the functionals; None for the sequence itself.
    deltas : {0, 1, 2}
        Order of the derivatives over time to append to the descriptors.
    """

    def __init__(self, functionals, deltas):
        self._functionals = functionals
        self._delta_stream = DeltaStream(deltas) if deltas else None
        wanted = functionals or ()
        order = max((_MOMENTS.get(f, 0) for f in wanted), default=0)
        self._moments = Moments(order) if order else None
        self._extremes = Extremes() if order > 2 or set(wanted) & set(_EXTREMES) else None
        self._frames = [] if functionals is None or any(map(_is_rank, wanted)) else None

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
        for taker in (self._moments, self._extremes):
            if taker is not None:
                taker.add(descriptors)
        if self._frames is not None:
            self._frames.append(np.asarray(descriptors, dtype=np.float32))

    def result(self):
        """Give the pooled values.

        Returns
        -------
        row : ndarray of shape (len(functionals) * n_descriptors,), dtype float32
            All descriptors under the first functional, then all under the second, …; the sequence
            of shape (n_frames, n_descriptors) where there are no functionals.
        """
        if self._functionals is None:
            return self._frames[0] if len(self._frames) == 1 else np.concatenate(self._frames)
        ranks = {} if self._frames is None else self._compute_ranks()
        values = []
        for functional in self._functionals:
            if functional in _MOMENTS:
                values.append(self._moment(functional))
            elif functional in _EXTREMES:
                values.append(getattr(self._extremes, functional))
            else:
                values.append(ranks[functional])
        return np.concatenate(values).astype(np.float32)

    def _compute_ranks(self):
        """Sort a few descriptors at a time, so as not to hold all frames twice."""
        wanted = [f for f in self._functionals if _is_rank(f)]
        n_frames = sum(map(len, self._frames))
        width = max(1, _SORTED_AT_A_TIME // n_frames)
        groups = {functional: [] for functional in wanted}
        for first in range(0, self._frames[0].shape[1], width):
            columns = [block[:, first : first + width].T for block in self._frames]
            # Contiguous over time, a sort is several times as fast.
            ordered = np.sort(np.ascontiguousarray(np.concatenate(columns, axis=1)), axis=1)
            for functional in wanted:
                groups[functional].append(_rank(ordered, functional))
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


class Moments:
    """Mean and central moments of each descriptor over blocks of frames, in float64.

    Blocks are merged by the formulas of P. Pébay, "Formulas for robust, one-pass parallel
    computation of covariances and arbitrary-order statistical moments", Sandia National
    Laboratories, 2008: exact, and without the cancellation of sums of powers.

    Parameters
    ----------
    order : {1, 2, 3, 4}
        The highest moment wanted.

    Attributes
    ----------
    n_frames : int
        How many frames were taken in.
    mean : ndarray of shape (n_descriptors,)
        Their mean.
    central : dict of int to ndarray of shape (n_descriptors,)
        Sum over frames of the deviation from the mean, to the power of 2, 3, … `order`.
    """

    def __init__(self, order):
        self.order = order
        self.n_frames = 0

    def add(self, x):
        """Take in a block.

        Parameters
        ----------
        x : ndarray of shape (n_frames, n_descriptors)
            One row per frame.
        """
        if len(x) == 0:
            return
        mean = x.mean(axis=0, dtype=np.float64)
        central = {}
        if self.order > 1:
            centred = x - mean
            power = centred
            for k in range(2, self.order + 1):
                central[k] = np.einsum("ij,ij->j", power, centred)
                power = power * centred if k < self.order else power
        if self.n_frames:
            self._merge(len(x), mean, central)
        else:
            self.n_frames, self.mean, self.central = len(x), mean, central

    def _merge(self, n_b, mean_b, b):
        n_a, a = self.n_frames, self.central
        n = n_a + n_b
        shift = (mean_b - self.mean) / n
        merged = {k: a[k] + b[k] for k in a}
        if self.order >= 2:
            merged[2] += shift**2 * n * n_a * n_b
        if self.order >= 3:
            merged[3] += shift**3 * n * n_a * n_b * (n_a - n_b)
            merged[3] += 3 * shift * (n_a * b[2] - n_b * a[2])
        if self.order >= 4:
            merged[4] += shift**4 * n * n_a * n_b * (n_a**2 - n_a * n_b + n_b**2)
            merged[4] += 6 * shift**2 * (n_a**2 * b[2] + n_b**2 * a[2])
            merged[4] += 4 * shift * (n_a * b[3] - n_b * a[3])
        self.n_frames, self.mean, self.central = n, self.mean + shift * n_b, merged

    @property
    def std(self):
        """Standard deviation of each descriptor, of shape (n_descriptors,)."""
        return np.sqrt(self.central[2] / self.n_frames)


class Extremes:
    """Least and greatest value of each descriptor over blocks of frames."""

    min = np.inf
    max = -np.inf

    def add(self, x):
        """Take in a block.

        Parameters
        ----------
        x : ndarray of shape (n_frames, n_descriptors)
            One row per frame.
        """
        if len(x):
            self.min = np.minimum(self.min, x.min(axis=0))
            self.max = np.maximum(self.max, x.max(axis=0))

    @property
    def range(self):
        """Difference of the two, of shape (n_descriptors,)."""
        return self.max - self.min

    @property
    def magnitude(self):
        """Greatest absolute value, of shape (n_descriptors,)."""
        return np.maximum(np.abs(self.min), np.abs(self.max))


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
