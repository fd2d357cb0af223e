"""Moments and extremes of descriptors, carried along over blocks of frames."""

import numpy as np


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
