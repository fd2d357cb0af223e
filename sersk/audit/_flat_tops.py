"""Where a recording was cut off, at full scale or below: many samples share one extreme value."""

import numpy as np

# Samples in a row of the very same value.
_N_FLAT = 2
# Below so little, a few steps of the file are the whole wave.
_MIN_PEAK = 0.001
# A voice rarely reaches its peak: fewer samples are at it than just below.
_NEAR = 0.98


class FlatTopMeter:
    """Count the samples in runs at the greatest value, or at the least, piece by piece."""

    def __init__(self):
        self.n_times = 0

        self._tops = {1: [], -1: []}

    def watch(self, pieces):
        """Take the pieces that somebody else walks through.

        Parameters
        ----------
        pieces : iterable of ndarray of shape (n_times,), dtype float32
            The recording.

        Yields
        ------
        piece : ndarray of shape (n_times,), dtype float32
            Each, as it is.
        """
        for piece in pieces:
            self.n_times += len(piece)
            for sign, tops in self._tops.items():
                tops.append(_measure_top(sign * piece))
            yield piece

    @property
    def share(self):
        """Share of samples that are cut off."""
        return sum(_count_flat(tops) for tops in self._tops.values()) / self.n_times


def _measure_top(piece):
    """Give the peak of a piece, the samples in runs at it, and those just below."""
    peak = float(piece.max())
    if peak < _MIN_PEAK:
        return peak, 0, 0
    n_near = np.count_nonzero(piece > _NEAR * peak) - np.count_nonzero(piece == peak)
    return peak, count_in_runs(piece == peak, _N_FLAT), n_near


def _count_flat(tops):
    """Count over the pieces that reach the peak of all."""
    highest = max(peak for peak, _, _ in tops)
    reaching = [(n_flat, n_near) for peak, n_flat, n_near in tops if peak == highest]
    n_flat, n_near = np.sum(reaching, axis=0)
    return int(n_flat) if n_flat > n_near else 0


def count_in_runs(is_in, length):
    """Count the items of a mask that lie in runs.

    Parameters
    ----------
    is_in : ndarray of shape (n_times,), dtype bool
        The mask.
    length : int
        How long a run must be to count.

    Returns
    -------
    n_items : int
        Those in runs of that length or more.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.audit._flat_tops import count_in_runs
    >>> count_in_runs(np.array([1, 0, 1, 1, 1, 0], dtype=bool), 3)
    3
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_in.astype(np.int8), [0]))))
    lengths = edges[1::2] - edges[::2]
    return int(lengths[lengths >= length].sum())
