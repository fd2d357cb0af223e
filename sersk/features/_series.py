"""What random kernels listen to: a clip as a series of a few dozen channels."""

from dataclasses import dataclass

import numpy as np

from sersk.features._framing import Grid

# Shorter clips are extended, so that a kernel has something to go over.
MIN_DURATION_S = 0.8
# Below the clip's maximum, as 80 dB are for the cepstral coefficients.
_FLOOR = np.float32(1e-8)
# Brings the logarithms of speech, some 3 nepers around their mean, to about 1.
_SCALE = np.float32(3.0)
_MAX_RUNS = 3
_MAX_RUN_OCTAVES = 4


@dataclass(frozen=True)
class LogMelSeries:
    """Logarithms of the power in mel bands, freed of the clip's gain.

    A series is anything hashable that has what this has: `sample_rate`, `n_channels`, `compute`
    and `draw_channels`.

    Parameters
    ----------
    sample_rate : int
        Sampling rate, in Hz.
    n_fft, hop_length, win_length : int
        Framing, in samples.
    n_mels : int
        Number of mel bands.
    fmin, fmax : float
        Their range, in Hz.
    time_step, band_step : int
        How many frames and how many bands are averaged; the latter divides `n_mels`.
    """

    sample_rate: int
    n_fft: int
    hop_length: int
    win_length: int
    n_mels: int
    fmin: float
    fmax: float
    time_step: int
    band_step: int

    @property
    def n_channels(self):
        """Number of channels."""
        return self.n_mels // self.band_step

    def compute(self, clip):
        """Compute the series of a clip.

        Parameters
        ----------
        clip : Clip
            The clip.

        Returns
        -------
        series : ndarray of shape (n_steps, n_channels), dtype float32
            The channels over time.
        """
        grid = Grid(self.sample_rate, self.n_fft, self.hop_length, center=True)
        bands = (self.win_length, self.n_mels, self.fmin, self.fmax)
        mel = np.concatenate([block.mel("hann", *bands) for block in clip.blocks(grid)])
        floor = max(mel.max() * _FLOOR, np.finfo(np.float32).tiny)
        np.log(np.maximum(mel, floor, out=mel), out=mel)
        mel -= np.float32(mel.mean(dtype=np.float64))
        mel /= _SCALE
        n_shortest = round(MIN_DURATION_S * self.sample_rate / self.hop_length)
        mel = extend(mel, max(n_shortest, self.time_step))
        if self.time_step == self.band_step == 1:
            return mel
        n_steps = len(mel) // self.time_step
        parts = (n_steps, self.time_step, self.n_channels, self.band_step)
        return mel[: n_steps * self.time_step].reshape(parts).mean(axis=(1, 3))

    def draw_channels(self, rng):
        """Draw how a kernel sums the channels: one to three runs of neighbours, of either sign.

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
        while not channels.any():
            for _ in range(rng.randint(1, _MAX_RUNS + 1)):
                first = rng.randint(self.n_channels)
                width = int(2 ** rng.uniform(0, _MAX_RUN_OCTAVES))
                channels[first : first + width] += rng.choice((-1.0, 1.0))
        return channels


def find_series(clip, series):
    """Compute a series of a clip; once, however many extractors ask.

    Parameters
    ----------
    clip : Clip
        The clip.
    series : LogMelSeries
        What to compute.

    Returns
    -------
    values : ndarray of shape (n_steps, n_channels), dtype float32
        The channels over time, not to be written to.
    """
    return clip.once(series, lambda: series.compute(clip))


def extend(series, n_steps):
    """Extend a series by its last step.

    Parameters
    ----------
    series : ndarray of shape (n_steps, n_channels)
        The series.
    n_steps : int
        How long it is to be at least.

    Returns
    -------
    series : ndarray of shape (n_steps, n_channels)
        The series, itself where it is long enough.
    """
    n_missing = n_steps - len(series)
    return np.pad(series, ((0, n_missing), (0, 0)), mode="edge") if n_missing > 0 else series


def cut_stretch(series, start, stop):
    """Cut a stretch out of a series, with zeros for what lies beyond it.

    Parameters
    ----------
    series : ndarray of shape (n_steps, n_channels)
        The series.
    start, stop : int
        The first step, and the one after the last.

    Returns
    -------
    stretch : ndarray of shape (stop - start, n_channels)
        The stretch.
    """
    inside = series[max(0, start) : max(0, stop)]
    return np.pad(inside, ((max(0, -start), max(0, stop - len(series))), (0, 0)))
