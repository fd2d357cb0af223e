"""Changing the pitch."""

from sersk.augmentation._base import BaseAugmentation, draw, number_or_pair
from sersk.augmentation._speed import play
from sersk.augmentation._vocoder import stretch


class ShiftPitch(BaseAugmentation):
    """Raise or lower the pitch and keep the tempo.

    The signal is stretched by a phase vocoder with identity phase locking [1]_, then resampled to
    its old length. The formants move with the pitch: two semitones are a vocal tract 12 % shorter
    or longer, another speaker rather than another emotion.

    Parameters
    ----------
    n_semitones : float or (low, high) pair, default=(-2, 2)
        How far up, from -24 to 24; fractions too.

    See Also
    --------
    ChangeSpeed : Tempo and pitch together.
    StretchTime : The same vocoder, and how near it comes.

    Notes
    -----
    Shifted down, a signal has nothing above the frequency to which half the sampling rate came.

    References
    ----------
    .. [1] J. Laroche and M. Dolson, "Improved phase vocoder time-scale modification of audio",
       IEEE Transactions on Speech and Audio Processing, 7(3), 323-332, 1999.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.augmentation import ShiftPitch
    >>> tone = 0.5 * np.sin(2 * np.pi * 200 * np.arange(16000) / 16000)
    >>> print(np.abs(np.fft.rfft(ShiftPitch(12)(tone, 16000))).argmax())
    400
    """

    _parameter_constraints = {"n_semitones": number_or_pair(-24, 24)}
    _libraries = ("numpy", "scipy", "soxr")

    def __init__(self, n_semitones=(-2, 2)):
        self.n_semitones = n_semitones

    def _change(self, signal, sample_rate, rng):
        ratio = 2 ** (draw(self.n_semitones, rng) / 12)
        return play(stretch(signal, 1 / ratio, sample_rate), ratio, len(signal))
