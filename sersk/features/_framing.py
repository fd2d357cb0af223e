"""The one pass over a signal: frames, spectra and mel bands, each computed at most once."""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sersk.features._filters import make_mel_blocks, make_window


class Framing(NamedTuple):
    """At which rate (Hz) and how (in samples) a recording is cut into frames."""

    sample_rate: int
    n_fft: int
    hop_length: int
    win_length: int
    window: str
    center: bool


def pad_signal(signal, framing, *, pad_mode="constant"):
    """Pad a signal so that its frames are centred, and to one frame at least, as librosa does.

    Parameters
    ----------
    signal : ndarray of shape (n_times,), dtype float32
        The samples.
    framing : Framing
        Frame and hop length; `center` pads half a frame on both sides.
    pad_mode : {"constant", "edge"}, default="constant"
        What the padding holds: zeros, or the sample at the edge.

    Returns
    -------
    padded : ndarray of shape (n_times_padded,), dtype float32
        The signal with half a frame before and after.
    """
    if framing.center:
        signal = np.pad(signal, framing.n_fft // 2, mode=pad_mode)
    if len(signal) < framing.n_fft:
        signal = np.pad(signal, (0, framing.n_fft - len(signal)), mode=pad_mode)
    return signal


class Clip:
    """A recording and what extractors ask of it, each thing computed once.

    Parameters
    ----------
    recording : Recording
        Where the samples come from.

    Attributes
    ----------
    notes : set of str
        What an extractor wants the user to know about this clip.
    """

    def __init__(self, recording):
        self.recording = recording
        self.notes = set()
        self._computed = {}

    def _once(self, key, compute):
        if key not in self._computed:
            self._computed[key] = compute()
        return self._computed[key]

    def signal(self, sample_rate):
        """Give the samples at a sampling rate.

        Parameters
        ----------
        sample_rate : int
            The rate, in Hz.

        Returns
        -------
        signal : ndarray of shape (n_times,), dtype float32
            The samples.
        """
        return self._once(("signal", sample_rate), lambda: self.recording.signal(sample_rate))

    def frames(self, framing):
        """Give the samples of each frame, without a window.

        Parameters
        ----------
        framing : Framing
            How to cut the frames.

        Returns
        -------
        frames : ndarray of shape (n_frames, n_fft), dtype float32
            A read-only view.
        """
        padded = pad_signal(self.signal(framing.sample_rate), framing)
        return sliding_window_view(padded, framing.n_fft)[:: framing.hop_length]

    def power(self, framing):
        """Power spectrogram.

        Parameters
        ----------
        framing : Framing
            How to cut the frames.

        Returns
        -------
        power : ndarray of shape (n_frames, 1 + n_fft // 2), dtype float32
            Squared magnitude of the short-time Fourier transform.
        """
        return self._once(("power", framing), lambda: self._compute_power(framing))

    def _compute_power(self, framing):
        from scipy.fft import rfft

        window = make_window(framing.window, framing.win_length, framing.n_fft)
        spectrum = rfft(self.frames(framing) * window, axis=1)
        return spectrum.real**2 + spectrum.imag**2

    def magnitude(self, framing):
        """Magnitude spectrogram.

        Parameters
        ----------
        framing : Framing
            How to cut the frames.

        Returns
        -------
        magnitude : ndarray of shape (n_frames, 1 + n_fft // 2), dtype float32
            Magnitude of the short-time Fourier transform.
        """
        return self._once(("magnitude", framing), lambda: np.sqrt(self.power(framing)))

    def mel(self, framing, n_mels, fmin, fmax):
        """Power in mel bands.

        Parameters
        ----------
        framing : Framing
            How to cut the frames.
        n_mels : int
            Number of bands.
        fmin, fmax : float
            Range of the bands, in Hz.

        Returns
        -------
        mel : ndarray of shape (n_frames, n_mels), dtype float32
            Power in each band.
        """

        def compute():
            power = self.power(framing)
            mel = np.empty((len(power), n_mels), dtype=np.float32)
            for bins, bands, filters in make_mel_blocks(
                framing.sample_rate, framing.n_fft, n_mels, fmin, fmax
            ):
                np.matmul(power[:, bins], filters, out=mel[:, bands])
            return mel

        return self._once(("mel", framing, n_mels, fmin, fmax), compute)


def power_to_db(power, *, top_db=80.0):
    """Express power in dB, not more than `top_db` below its maximum over the clip.

    Parameters
    ----------
    power : ndarray of shape (n_frames, n_bands)
        Power; values under 1e-10 count as 1e-10.
    top_db : float, default=80.0
        Range kept below the maximum, in dB.

    Returns
    -------
    level : ndarray of shape (n_frames, n_bands)
        Level re 1, in dB.
    """
    level = 10 * np.log10(np.maximum(1e-10, power))
    return np.maximum(level, level.max() - top_db)
