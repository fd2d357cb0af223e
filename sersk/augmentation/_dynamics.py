"""Changing the level, and the difference between loud and soft."""

import math

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from sersk.augmentation._base import BaseAugmentation, draw, number_or_pair

_STEP_S = 0.001
_ATTACK_S = 0.005
_RELEASE_S = 0.1
# Half of it is longer than half a period of the lowest voice, so that no wave is bent.
_LOOK_AHEAD_S = 0.02


class ChangeDynamicRange(BaseAugmentation):
    """Compress what is loud, amplify the whole, and limit it to full scale.

    A feed-forward compressor with the peak level in decibels smoothed, 5 ms to set in and 100 ms
    to let go [1]_, then a gain, then a limiter that looks 20 ms ahead: it turns the level down
    around a peak that would exceed ±1, and clips none.

    Parameters
    ----------
    gain : float or (low, high) pair, default=(1.5, 3.0)
        Factor on the amplitude, from 0.01 to 100.
    threshold_db : float or (low, high) pair, default=-20.0
        Level from which to compress, relative to the peak of the clip, in dB, from -80 to 0.
    ratio : float or (low, high) pair, default=(1.2, 2.0)
        Above the threshold, how many dB more of input make one dB more of output, from 1 to 20.
        1 does not compress.

    References
    ----------
    .. [1] D. Giannoulis, M. Massberg and J. D. Reiss, "Digital dynamic range compressor design: a
       tutorial and analysis", Journal of the Audio Engineering Society, 60(6), 399-408, 2012.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.augmentation import ChangeDynamicRange
    >>> tone = 0.1 * np.sin(2 * np.pi * 200 * np.arange(16000) / 16000)
    >>> print(ChangeDynamicRange(gain=2, ratio=1)(tone, 16000).max())
    0.2
    """

    _parameter_constraints = {
        "gain": number_or_pair(0.01, 100),
        "threshold_db": number_or_pair(-80, 0),
        "ratio": number_or_pair(1, 20),
    }
    _libraries = ("numpy", "scipy")

    def __init__(self, gain=(1.5, 3.0), *, threshold_db=-20.0, ratio=(1.2, 2.0)):
        self.gain = gain
        self.threshold_db = threshold_db
        self.ratio = ratio

    def _change(self, signal, sample_rate, rng):
        gain, threshold_db = draw(self.gain, rng), draw(self.threshold_db, rng)
        ratio = draw(self.ratio, rng)
        if not signal.any():
            return signal
        loss_db = _compression_db(signal, sample_rate, threshold_db, ratio)
        return _limit(gain * 10 ** (-loss_db / 20) * signal, sample_rate)


def _compression_db(signal, sample_rate, threshold_db, ratio):
    """Compute by how much to turn down each sample, in dB."""
    step = max(1, round(_STEP_S * sample_rate))
    magnitude = np.abs(signal)
    peaks = np.maximum.reduceat(magnitude, np.arange(0, len(signal), step))
    floor = 10 ** (threshold_db / 20)
    above_db = 20 * np.log10(np.maximum(peaks / magnitude.max(), floor) / floor)
    step_s = step / sample_rate
    attack, release = (1 - math.exp(-step_s / time_s) for time_s in (_ATTACK_S, _RELEASE_S))
    losses, loss = [], 0.0
    for wanted in (above_db * (1 - 1 / ratio)).tolist():
        loss += (attack if wanted > loss else release) * (wanted - loss)
        losses.append(loss)
    centres = (np.arange(len(losses)) + 0.5) * step
    return np.interp(np.arange(len(signal)) + 0.5, centres, losses)


def _limit(signal, sample_rate):
    """Turn a signal down around the peaks beyond ±1, so smoothly that the wave keeps its form."""
    quarter = round(_LOOK_AHEAD_S * sample_rate / 4)
    gain = 1 / np.maximum(1, np.abs(signal))
    # An average of lowest gains, each over all the samples for which it counts, exceeds none.
    gain = minimum_filter1d(gain, 4 * quarter + 1, mode="nearest")
    for _ in range(2):
        gain = uniform_filter1d(gain, 2 * quarter + 1, mode="nearest")
    return gain * signal
