"""Derivatives of descriptors over time."""

import math
from functools import lru_cache

import numpy as np

_WIDTH = 9
_HALF = _WIDTH // 2


class DeltaStream:
    """Appends to each frame the derivatives over time of its descriptors, block by block.

    The derivative is that of a polynomial of degree `order` fitted to nine frames (Savitzky and
    Golay 1964), at both ends of a recording that of the first and last nine. A recording with
    fewer frames is extended by its edge frames, where `librosa.feature.delta` raises.

    Parameters
    ----------
    order : {1, 2}
        Highest derivative to append.
    """

    def __init__(self, order):
        self._order = order
        # The frames whose neighbours on the right are still to come, and their neighbours on the
        # left; before the first block there are none.
        self._held = None

    def add(self, x, *, is_last):
        """Take in a block, and give the frames whose derivatives are known.

        Parameters
        ----------
        x : ndarray of shape (n_frames, n_descriptors)
            One row per frame.
        is_last : bool
            Whether no block follows; all frames are given then.

        Returns
        -------
        extended : ndarray of shape (n_frames_known, (1 + order) * n_descriptors)
            The descriptors, then their first derivatives, …, per frame.
        """
        is_first = self._held is None
        if not is_first:
            x = np.concatenate([self._held, x])
        self._held = x[1 - _WIDTH :]
        if len(x) < _WIDTH:
            return self._extend_short(x)
        known = slice(0 if is_first else _HALF, None if is_last else -_HALF)
        derivatives = []
        for order in range(1, self._order + 1):
            inner = _slide(x, _weights(order))
            # The polynomial's highest derivative is constant, so both ends repeat the outermost.
            ends = (_HALF if is_first else 0, _HALF if is_last else 0)
            derivatives.append(np.pad(inner, (ends, (0, 0)), mode="edge"))
        return np.hstack([x[known], *derivatives])

    def _extend_short(self, x):
        padded = np.pad(x, ((_HALF, _HALF), (0, 0)), mode="edge")
        orders = range(1, self._order + 1)
        return np.hstack([x, *(_slide(padded, _weights(order)) for order in orders)])


def _slide(x, weights):
    """Weighted sum over each run of nine frames."""
    n_out = len(x) - _WIDTH + 1
    return sum(weight * x[shift : shift + n_out] for shift, weight in enumerate(weights))


@lru_cache(maxsize=8)
def _weights(order):
    """Weights of nine frames in the derivative, of the same order, of a fitted polynomial."""
    at = np.arange(_WIDTH) - _HALF
    fit = np.linalg.pinv(at[:, np.newaxis] ** np.arange(order + 1.0))
    return (math.factorial(order) * fit[-1]).astype(np.float32)
