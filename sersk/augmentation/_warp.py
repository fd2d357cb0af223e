"""Making another speaker of one."""

import numpy as np

from sersk.augmentation._base import BaseAugmentation, draw, number_or_pair
from sersk.augmentation._speed import play
from sersk.augmentation._vocoder import stretch

# What is left of a clip that was mostly above the band is soft, and is not to be made loud.
_MAX_GAIN = 2.0


class WarpSpeaker(BaseAugmentation):
    """Make a clip sound as if another person spoke it.

    Pitch and formants move by one factor, where vocal tract length perturbation [1]_ moves the
    formants alone; neither the timing nor the level changes. The signal is resampled, then
    stretched back to its old length by a phase vocoder with identity phase locking [2]_.

    Parameters
    ----------
    factor : float or (low, high) pair, default=(0.84, 1.20)
        How many times as high, from 0.25 to 4. Of a pair, the logarithm is drawn uniformly: as
        far down as up.

    See Also
    --------
    ShiftPitch : The same in semitones, milder by default, at the level that comes out.
    ChangeSpeed : The same with the tempo.

    Notes
    -----
    Near 1 a copy is the clip once more, so the names ``"warp-down"`` and ``"warp-up"`` of
    `make_augmentations` stay away from it: 0.84 to 0.95 and 1.05 to 1.20. ``"warp"`` is a copy
    of each.

    Below 1, nothing is above `factor` times half the sampling rate; above 1, what was above half
    the sampling rate divided by `factor` is lost. The copy gets the RMS of the clip, by no more
    than 6 dB, unless it would exceed ±1.

    References
    ----------
    .. [1] N. Jaitly and G. E. Hinton, "Vocal tract length perturbation (VTLP) improves speech
       recognition", workshop at ICML, 2013.
    .. [2] J. Laroche and M. Dolson, "Improved phase vocoder time-scale modification of audio",
       IEEE Transactions on Speech and Audio Processing, 7(3), 323-332, 1999.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.augmentation import WarpSpeaker
    >>> tone = 0.5 * np.sin(2 * np.pi * 200 * np.arange(16000) / 16000)
    >>> print(np.abs(np.fft.rfft(WarpSpeaker(1.1)(tone, 16000))).argmax())
    220
    """

    _parameter_constraints = {"factor": number_or_pair(0.25, 4)}
    _libraries = ("numpy", "scipy", "soxr")

    def __init__(self, factor=(0.84, 1.20)):
        self.factor = factor

    def _change(self, signal, sample_rate, rng):
        factor = self.factor
        if isinstance(factor, (tuple, list)):
            factor = np.exp(draw(tuple(np.log(factor)), rng))
        played = play(signal, factor, max(1, round(len(signal) / factor)))
        warped = stretch(played, len(played) / len(signal), sample_rate)
        return _match_level(warped, signal)


def _match_level(changed, signal):
    level = np.linalg.norm(changed)
    return changed * min(_MAX_GAIN, np.linalg.norm(signal) / level) if level > 0 else changed
