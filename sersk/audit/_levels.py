"""How loud a recording is, where it is silent, and where it is cut off at full scale."""

import numpy as np

from sersk.audit._flat_tops import count_in_runs
from sersk.utils._levels import FRAME_S, measure_power, to_level

# Below that a clip holds hardly a syllable.
MIN_DURATION_S = 0.3
# RMS re full scale below which there is nothing to hear.
SILENT_DB = -70.0
# Share of samples at full scale above which a clip counts as clipped.
MAX_CLIPPED = 0.0005

_FULL_SCALE = 0.999
# Samples in a row at full scale that no microphone gives by chance.
_N_FLAT = 3
_SILENCE_DB = -40.0  # re the loudest frame


class LevelMeter:
    """Measure the levels of a recording that comes in pieces, one after the other.

    Parameters
    ----------
    sample_rate : int
        Rate of the samples, in Hz.

    Attributes
    ----------
    n_times : int
        Samples so far.
    """

    def __init__(self, sample_rate):
        self.sample_rate = sample_rate
        self.n_times = 0

        self._n_clipped = 0
        self._peak = 0.0
        self._powers = []

    def add(self, piece):
        """Take the next piece.

        Parameters
        ----------
        piece : ndarray of shape (n_times,), dtype float32
            Its samples.
        """
        self.n_times += len(piece)
        self._n_clipped += count_clipped(piece)
        self._peak = max(self._peak, float(np.abs(piece).max()))
        # What is shorter than a frame is one.
        length = min(max(1, round(FRAME_S * self.sample_rate)), len(piece))
        self._powers.append(measure_power(piece, length))

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
            self.add(piece)
            yield piece

    @property
    def _levels_db(self):
        return to_level(np.concatenate(self._powers))

    @property
    def level_db(self):
        """RMS re full scale, without a constant."""
        return float(10 * np.log10(np.mean(10 ** (self._levels_db / 10))))

    @property
    def peak_db(self):
        """Greatest sample re full scale."""
        return float(to_level(self._peak**2))

    @property
    def silence(self):
        """Share of frames 40 dB below the loudest, or more."""
        levels_db = self._levels_db
        return float(np.mean(levels_db <= levels_db.max() + _SILENCE_DB))

    @property
    def clipped(self):
        """Share of samples in runs at full scale."""
        return self._n_clipped / self.n_times


def count_clipped(signal):
    """Count the samples in runs at full scale.

    Parameters
    ----------
    signal : ndarray of shape (n_times,), dtype float32
        The samples.

    Returns
    -------
    n_clipped : int
        Those in runs of three or more.
    """
    return count_in_runs(np.abs(signal) >= _FULL_SCALE, _N_FLAT)
