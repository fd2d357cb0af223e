"""Adding noise."""

from os import PathLike

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq

from sersk.augmentation._base import BaseAugmentation, draw, number_or_pair
from sersk.augmentation._noise_files import describe_files, find_files, read_stretch
from sersk.utils._sklearn import StrOptions

# The power falls with this power of the frequency.
_SLOPES = {"white": 0, "pink": 1, "brown": 2}
# Below it the power is that of here, else most of a brown noise would be too low to be heard.
_LOWEST_HZ = 20.0


class AddNoise(BaseAugmentation):
    """Add noise, made or from files, at a given level below the signal.

    Noise whose power falls with a power of the frequency is made from Gaussian noise in the
    frequency domain [1]_. Noise from files is a random stretch of a random file, repeated where
    it is too short.

    Parameters
    ----------
    snr_db : float, (low, high) pair or None, default=(10, 30)
        Mean power of the signal over that of the noise, in dB, from -60 to 120. Of `snr_db` and
        `amplitude` exactly one is not None.
    color : {"white", "pink", "brown"}, default="white"
        How the power falls from 20 Hz on: not, by 3 or by 6 dB per octave. Not used with files.
    amplitude : float, (low, high) pair or None, default=None
        RMS of the noise over the peak of the signal, from 0 to 1, in place of `snr_db`.
    files : path-like, list of path-like or None, default=None
        Noise to use: a folder with sound files, one file, or several. Files are brought to the
        signal's sampling rate.

    Raises
    ------
    AudioReadError
        When used with a file that cannot be read or is silent.

    Notes
    -----
    Silence has no level for noise to lie below, and stays silent. A folder is looked through for
    each signal; where it holds thousands of files, name these in a list.

    References
    ----------
    .. [1] J. Timmer and M. König, "On generating power law noise", Astronomy and Astrophysics,
       300, 707-710, 1995.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.augmentation import AddNoise
    >>> tone = 0.5 * np.sin(2 * np.pi * 200 * np.arange(16000) / 16000)
    >>> noise = AddNoise(snr_db=20, color="pink")(tone, 16000, random_state=0) - tone
    >>> print(round(np.mean(tone**2) / np.mean(noise**2)))
    100
    """

    _parameter_constraints = {
        "snr_db": [*number_or_pair(-60, 120), None],
        "color": [StrOptions(set(_SLOPES))],
        "amplitude": [*number_or_pair(0, 1), None],
        "files": [str, PathLike, list, tuple, None],
    }

    def __init__(self, snr_db=(10, 30), *, color="white", amplitude=None, files=None):
        self.snr_db = snr_db
        self.color = color
        self.amplitude = amplitude
        self.files = files

    @property
    def _libraries(self):
        return ("numpy", "scipy") if self.files is None else ("numpy", "soundfile", "soxr")

    def _check(self):
        super()._check()
        if (self.snr_db is None) == (self.amplitude is None):
            raise ValueError(
                "Of the 'snr_db' and 'amplitude' parameters of AddNoise, exactly one must be "
                f"None. Got snr_db={self.snr_db!r} and amplitude={self.amplitude!r} instead."
            )

    def _describe_params(self):
        params = super()._describe_params()
        if self.files is not None:
            params["files"] = describe_files(find_files(self.files))
        return params

    def _change(self, signal, sample_rate, rng):
        level = self._draw_level(signal, rng)
        if self.files is None:
            noise = _make_noise(len(signal), sample_rate, _SLOPES[self.color], rng)
        else:
            noise = read_stretch(find_files(self.files), len(signal), sample_rate, rng)
        return signal + level / _rms(noise) * noise

    def _draw_level(self, signal, rng):
        """Draw the RMS of the noise."""
        if self.amplitude is not None:
            return draw(self.amplitude, rng) * np.abs(signal).max()
        return _rms(signal) * 10 ** (-draw(self.snr_db, rng) / 20)


def _make_noise(n_times, sample_rate, slope, rng):
    if slope == 0:
        return rng.standard_normal(n_times)
    n_fft = next_fast_len(n_times, real=True)
    frequencies = rfftfreq(n_fft, 1 / sample_rate)
    spectrum = rfft(rng.standard_normal(n_fft))
    return irfft(spectrum * np.maximum(frequencies, _LOWEST_HZ) ** (-slope / 2), n_fft)[:n_times]


def _rms(signal):
    return np.sqrt(np.mean(signal**2))
