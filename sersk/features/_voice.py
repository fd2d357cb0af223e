"""The voice in a whole clip: pitch, voicing and level of each frame, found once for all parts."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sersk.features._framing import Grid
from sersk.features._levels import ACTIVE_RANGE_DB, active_level, to_db
from sersk.features._pitch import choose_path, find_pitches

# Pooling fewer frames than this says nothing.
_N_LEAST = 10


class Voice(NamedTuple):
    """What is known of the voice in each frame of a clip.

    Attributes
    ----------
    f0_hz : ndarray of shape (n_frames,), dtype float32
        Fundamental frequency, whether or not the frame is voiced.
    strength : ndarray of shape (n_frames,), dtype float32
        How periodic the frame is, from 0 to 1.
    is_voiced : ndarray of shape (n_frames,), dtype bool
        Whether the frame is periodic and no pause.
    level_db : ndarray of shape (n_frames,), dtype float32
        Level, in dB re the mean of the frames that are no pause.
    """

    f0_hz: np.ndarray
    strength: np.ndarray
    is_voiced: np.ndarray
    level_db: np.ndarray

    @property
    def is_judged(self):
        """The frames to judge a voice by: those voiced; where they are too few, the loudest third.

        An ndarray of shape (n_frames,), dtype bool.
        """
        if self.is_voiced.sum() >= _N_LEAST:
            return self.is_voiced
        n_loudest = min(len(self.level_db), max(_N_LEAST, len(self.level_db) // 3))
        return self.level_db >= np.sort(self.level_db)[-n_loudest]


@dataclass(frozen=True)
class VoiceTracker:
    """How the voice in a clip is found.

    Attributes
    ----------
    grid : Grid
        How frames are cut.
    win_length : int
        Length of the window, in samples.
    fmin, fmax : float
        Range of the fundamental frequency, in Hz.
    voicing_threshold : float
        How periodic a voiced frame is at least.
    """

    grid: Grid
    win_length: int
    fmin: float
    fmax: float
    voicing_threshold: float

    def track(self, clip):
        """Find the voice in a clip; once, however many extractors ask.

        Parameters
        ----------
        clip : Clip
            The clip.

        Returns
        -------
        voice : Voice
            What each frame has.
        """
        return clip.once(self, lambda: self._track(clip))

    def _track(self, clip):
        blocks = [block.per_frame(self, self._analyse) for block in clip.blocks(self.grid)]
        values = np.concatenate(blocks)
        pitches_hz, strengths, power = values[:, :3], values[:, 3:6], values[:, 6]
        level_db = to_db(power, power.max()) - active_level(power)
        chosen = choose_path(pitches_hz, strengths)[:, np.newaxis]
        f0_hz = np.take_along_axis(pitches_hz, chosen, 1)[:, 0]
        strength = np.take_along_axis(strengths, chosen, 1)[:, 0]
        is_active = level_db > level_db.max() - ACTIVE_RANGE_DB
        return Voice(f0_hz, strength, is_active & (strength > self.voicing_threshold), level_db)

    def _analyse(self, block):
        power = block.power("hann", self.win_length)
        found = find_pitches(power, self.grid.sample_rate, self.win_length, self.fmin, self.fmax)
        return np.hstack([*found, power.sum(axis=1, keepdims=True)]).astype(np.float32)
