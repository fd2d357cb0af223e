"""Where something is to be heard in a recording: silence is not judged."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sersk.audio import Recording
from sersk.utils._levels import FRAME_S, measure_power, to_level

# In dB re full scale. The last bit of 16 alone has -90.3: a frame below that is digital silence,
# which tells nothing of the room.
_DIGITAL_SILENCE_DB = -90.0
# Studios are below the first. The second is the loudest frame of what counts as a mere room,
# however little it varies; calm speech of RAVDESS, which is very soft, has louder ones.
_LOWEST_DB, _SOFT_DB = -70.0, -55.0
# Less than that share of the frames is pause only where nobody draws breath.
_FLOOR_PERCENTILE = 10
# Frames of steady noise are within 3 dB of that floor. Clips of RAVDESS and EmoDB joined with
# pauses and noise were told from these best with 6 dB, of 6, 8 and 10: with noise 20 dB below the
# speech, up to eight cells in a hundred were lost, and no pause was taken for speech.
_ABOVE_FLOOR_DB = 6.0
# Speech varies by 30 dB and more. Where there is no pause, its own softest tenth is the floor, and
# what is within 20 dB of the loudest frame must not be lost.
_BELOW_LOUDEST_DB = 20.0
# A click or a breath in a window does not make it speech.
_LEAST_SHARE = 0.1


@dataclass(frozen=True)
class Activity:
    """How loud a recording is over time.

    Attributes
    ----------
    levels_db : ndarray of shape (n_frames,), dtype float32
        Level of each frame re full scale, without a constant; the last may be a shorter one.
    frame_s : float
        Length of a frame, in seconds.
    duration_s : float
        Length of the recording, in seconds.
    """

    levels_db: np.ndarray
    frame_s: float
    duration_s: float

    @cached_property
    def threshold_db(self):
        """Level that a frame must reach to be active, in dB re full scale."""
        heard = self.levels_db[self.levels_db > _DIGITAL_SILENCE_DB]
        if len(heard) == 0:
            return _LOWEST_DB
        floor, loudest = np.percentile(heard, _FLOOR_PERCENTILE), np.max(heard)
        below_loudest = max(loudest - _BELOW_LOUDEST_DB, _SOFT_DB)
        return max(_LOWEST_DB, float(min(floor + _ABOVE_FLOOR_DB, below_loudest)))

    @cached_property
    def _active_s(self):
        """Edges of the frames, and the active time before each."""
        edges = np.minimum(np.arange(len(self.levels_db) + 1) * self.frame_s, self.duration_s)
        is_active = self.levels_db >= self.threshold_db
        return edges, np.concatenate(([0.0], np.cumsum(np.diff(edges) * is_active)))

    def share(self, start_s, stop_s):
        """Tell how much of a stretch is active.

        Parameters
        ----------
        start_s, stop_s : float or ndarray of shape (n_stretches,)
            Where it begins and ends, in seconds.

        Returns
        -------
        share : float or ndarray of shape (n_stretches,)
            From 0 to 1; frames that are in it in part count in part.
        """
        edges, active_s = self._active_s
        active = np.interp(stop_s, edges, active_s) - np.interp(start_s, edges, active_s)
        # Differences of sums may miss 0 and 1 by the last bit.
        return np.clip(active / np.subtract(stop_s, start_s), 0.0, 1.0)

    def is_silent(self, start_s, stop_s):
        """Tell whether a stretch is silent: less than a tenth of it is active.

        Parameters
        ----------
        start_s, stop_s : float or ndarray of shape (n_stretches,)
            Where it begins and ends, in seconds.

        Returns
        -------
        is_silent : bool or ndarray of bool, shape (n_stretches,)
            Whether there is nothing to judge.
        """
        # As a sum of frames, a tenth may be a last bit less than a tenth.
        return self.share(start_s, stop_s) < _LEAST_SHARE - 1e-9


def measure_activity(source, sample_rate=None):
    """Measure how loud a recording is over time.

    It is walked through once, piece by piece, at its own sampling rate: of hours of sound, a
    number per 25 ms is kept.

    Parameters
    ----------
    source : path-like or ndarray of shape (n_times,)
        The recording.
    sample_rate : int or None, default=None
        Sampling rate of an array, in Hz; not used for a path.

    Returns
    -------
    activity : Activity
        Its levels.

    Raises
    ------
    AudioReadError
        When the file cannot be read.

    Notes
    -----
    A frame is active at 6 dB above the floor, the level that a tenth of the frames stays below,
    digital silence left out; but what is within 20 dB of the loudest frame always is, so that
    fluent speech or a tone without a pause is not taken for its own floor. Nothing below -70 dB is
    active, nor, where nothing stands out, below -55 dB: that is a room.

    Noise that comes and goes, such as traffic, is active where it stands out from the quietest
    tenth; and soft speech is silent where steady noise is as loud.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.timeline import measure_activity
    >>> signal = np.zeros(32000)
    >>> signal[16000:] = np.random.default_rng(0).normal(scale=0.1, size=16000)
    >>> measure_activity(signal, 16000).is_silent([0.0, 1.0], [1.0, 2.0])
    array([ True, False])
    """
    recording = Recording(source, sample_rate)
    rate = recording.native_rate
    length = max(1, round(FRAME_S * rate))
    powers, n_times, rest = [], 0, np.empty(0, dtype=np.float32)
    for piece in recording.pieces(rate):
        n_times += len(piece)
        samples = np.concatenate((rest, piece))
        powers.append(measure_power(samples, length))
        # A copy, as a view would keep the whole piece.
        rest = samples[len(powers[-1]) * length :].copy()
    if len(rest):
        powers.append(measure_power(rest, len(rest)))
    levels_db = to_level(np.concatenate(powers)).astype(np.float32)
    return Activity(levels_db, length / rate, n_times / rate)
