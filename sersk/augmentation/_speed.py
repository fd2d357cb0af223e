"""Changing the speed of playback."""

import numpy as np

from sersk.augmentation._base import BaseAugmentation, draw, number_or_pair


class ChangeSpeed(BaseAugmentation):
    """Play a signal faster or slower, so that tempo, pitch and formants move together.

    Resampling, as in speech recognition [1]_; soxr's high-quality preset lets nothing fold back.

    Parameters
    ----------
    factor : float or (low, high) pair, default=(0.9, 1.1)
        How many times faster, from 0.25 to 4. Of a pair, the duration 1 / factor is drawn
        uniformly.
    keep_length : bool, default=False
        Fill up with zeros, or cut the end off, so that the length stays. Else the copy has
        ``round(n_times / factor)`` samples.

    See Also
    --------
    StretchTime : The tempo alone.
    ShiftPitch : Pitch and formants alone.

    References
    ----------
    .. [1] T. Ko, V. Peddinti, D. Povey and S. Khudanpur, "Audio augmentation for speech
       recognition", Interspeech, 3586-3589, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.augmentation import ChangeSpeed
    >>> tone = 0.5 * np.sin(2 * np.pi * 200 * np.arange(16000) / 16000)
    >>> ChangeSpeed(1.25)(tone, 16000).shape
    (12800,)
    """

    _parameter_constraints = {"factor": number_or_pair(0.25, 4), "keep_length": ["boolean"]}
    _libraries = ("numpy", "soxr")

    def __init__(self, factor=(0.9, 1.1), *, keep_length=False):
        self.factor = factor
        self.keep_length = keep_length

    def _change(self, signal, sample_rate, rng):
        factor = self.factor
        if isinstance(factor, (tuple, list)):
            low, high = factor
            factor = 1 / draw((1 / high, 1 / low), rng)
        n_out = len(signal) if self.keep_length else max(1, round(len(signal) / factor))
        return play(signal, factor, n_out)


def play(signal, factor, n_out):
    """Play a signal faster or slower.

    Parameters
    ----------
    signal : ndarray of shape (n_times,), dtype float64
        The samples.
    factor : float
        How many times faster.
    n_out : int
        How many samples to give: what is missing is filled up with zeros, what is left cut off.

    Returns
    -------
    played : ndarray of shape (n_out,), dtype float64
        The samples.
    """
    import soxr

    played = soxr.resample(signal, factor, 1.0, quality="HQ")[:n_out]
    return np.pad(played, (0, n_out - len(played)))
