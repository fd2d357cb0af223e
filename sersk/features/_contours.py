"""Contours of pitch, loudness and spectrum, as a series for random kernels."""

from dataclasses import dataclass

import numpy as np

from sersk.features._framing import Grid
from sersk.features._prosodic import count_crossings
from sersk.features._series import MIN_DURATION_S, extend
from sersk.features._shape import SHAPE_DESCRIPTORS, measure_shape
from sersk.features._voice import VoiceTracker

_SHARES = (0.25, 0.5, 0.75, 0.95)
_MAX_CONTOURS = 3
# How the voice is found, as by the extractors of the voice at their defaults.
_VOICE_S = 0.04
_VOICE_FFT_S = 0.064
_F0_HZ = (60.0, 500.0)
_VOICING_THRESHOLD = 0.45
# What lies further below the loudest frame is silence, in dB.
_SILENCE_DB = 40.0
# Centre and spread of each contour in speech, so that sums weigh them alike. Nothing depends on
# their exact values.
_SPEECH = {
    "zero_crossing_rate": (0.13, 0.14),
    "centroid": (1700.0, 1100.0),
    "bandwidth": (1550.0, 460.0),
    "rolloff25": (600.0, 900.0),
    "rolloff50": (1200.0, 1300.0),
    "rolloff75": (2300.0, 1700.0),
    "rolloff95": (4800.0, 1700.0),
    "flatness": (-5.0, 2.1),
    "flux": (0.44, 0.23),
    "alpha_ratio": (9.0, 12.0),
    "hammarberg_index": (21.0, 14.0),
    "slope_0_500": (8.0, 50.0),
    "slope_500_1500": (-9.0, 12.0),
    "energy": (-6.0, 13.5),
    "pitch": (0.0, 6.0),
    "voicing": (0.6, 0.32),
    "loudness": (-18.0, 12.0),
}


@dataclass(frozen=True)
class ContourSeries:
    """Pitch, voicing, loudness and shape of the spectrum over time.

    Pitch is in semitones from the clip's median and goes straight through what is unvoiced;
    loudness is relative to the level at which the clip speaks, and to its loudest frame.

    Parameters
    ----------
    sample_rate : int
        Sampling rate, in Hz.
    n_fft, hop_length, win_length : int
        Framing, in samples.
    time_step : int
        How many frames are averaged.
    """

    sample_rate: int
    n_fft: int
    hop_length: int
    win_length: int
    time_step: int

    n_channels = len(_SPEECH)

    def compute(self, clip):
        """Compute the series of a clip.

        Parameters
        ----------
        clip : Clip
            The clip.

        Returns
        -------
        series : ndarray of shape (n_steps, n_channels), dtype float32
            The contours over time.
        """
        grid = Grid(self.sample_rate, self.n_fft, self.hop_length, center=True)
        spectral = np.concatenate([self._describe_block(block) for block in clip.blocks(grid)])
        contours = np.concatenate([spectral, _describe_voice(self._tracker.track(clip))], axis=1)
        centres, spreads = np.array(list(_SPEECH.values()), dtype=np.float32).T
        contours = (contours - centres) / spreads
        n_shortest = round(MIN_DURATION_S * self.sample_rate / self.hop_length)
        contours = extend(contours, max(n_shortest, self.time_step))
        n_steps = len(contours) // self.time_step
        parts = (n_steps, self.time_step, self.n_channels)
        return contours[: n_steps * self.time_step].reshape(parts).mean(axis=1)

    @property
    def _tracker(self):
        n_fft = 2 ** int(np.ceil(np.log2(_VOICE_FFT_S * self.sample_rate)))
        grid = Grid(self.sample_rate, n_fft, self.hop_length, center=True)
        win_length = round(_VOICE_S * self.sample_rate)
        return VoiceTracker(grid, win_length, *_F0_HZ, _VOICING_THRESHOLD)

    def _describe_block(self, block):
        windowing = ("hann", self.win_length)
        shape = measure_shape(block, windowing, SHAPE_DESCRIPTORS, _SHARES).copy()
        flatness = shape[:, SHAPE_DESCRIPTORS.index("flatness") + len(_SHARES) - 1]
        np.log(np.maximum(flatness, 1e-9), out=flatness)
        crossings = block.per_frame("zero_crossing_rate", count_crossings)
        return np.concatenate([crossings, shape], axis=1)

    def draw_channels(self, rng):
        """Draw which contours a kernel sums: one to three, of either sign.

        Parameters
        ----------
        rng : numpy.random.RandomState
            Where they come from.

        Returns
        -------
        channels : ndarray of shape (n_channels,)
            The weights, not all zero.
        """
        channels = np.zeros(self.n_channels)
        n_chosen = rng.randint(1, _MAX_CONTOURS + 1)
        chosen = rng.choice(self.n_channels, n_chosen, replace=False)
        channels[chosen] = rng.choice((-1.0, 1.0), n_chosen)
        return channels


def _describe_voice(voice):
    """Contours of what is known of the voice, of shape (n_frames, 4)."""
    pitch = 12 * np.log2(voice.f0_hz)
    frames = np.flatnonzero(voice.is_voiced)
    if len(frames):
        pitch = np.interp(np.arange(len(pitch)), frames, pitch[frames])
        pitch = pitch - np.median(pitch[frames])
    else:
        pitch = np.zeros_like(pitch)
    loudness = np.maximum(voice.level_db - voice.level_db.max(), -_SILENCE_DB)
    columns = [voice.level_db, pitch, voice.strength, loudness]
    return np.stack(columns, axis=1).astype(np.float32)
