"""Changing how long a signal lasts but not its pitch: a phase vocoder with locked phases."""

import math

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import get_window

# Four periods of a voice at 80 Hz: the harmonics of a low voice stay apart, and a high voice does
# not glide much within.
_WINDOW_S = 0.05
_OVERLAP = 4
# The squares of Hann windows that overlap fourfold add up to this.
_OVERLAP_GAIN = 1.5
_FRAMES_AT_ONCE = 128


def stretch(signal, rate, sample_rate):
    """Make a signal last longer or shorter.

    Parameters
    ----------
    signal : ndarray of shape (n_times,), dtype float64
        The samples.
    rate : float
        How many times faster.
    sample_rate : int
        Sampling rate, in Hz.

    Returns
    -------
    stretched : ndarray of shape (n_times_out,), dtype float64
        The samples, ``round(n_times / rate)`` of them, at least one.
    """
    n_out = max(1, round(len(signal) / rate))
    hop = next_fast_len(max(4, math.ceil(_WINDOW_S * sample_rate / _OVERLAP)), real=True)
    n_fft = _OVERLAP * hop
    window = get_window("hann", n_fft)
    # From the first frame that reaches into the output to the last.
    places = np.arange(-1, math.ceil(n_out / hop) + 2) * hop
    starts = np.rint(places * rate).astype(int) - n_fft // 2
    margin = hop - starts[0]
    padded = np.pad(signal, (margin, max(0, starts[-1] + n_fft - len(signal))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)

    out = np.zeros((len(places) + _OVERLAP - 1, hop))
    last = None
    for i in range(0, len(places), _FRAMES_AT_ONCE):
        at = starts[i : i + _FRAMES_AT_ONCE] + margin
        spectra, before = rfft(window * frames[at]), rfft(window * frames[at - hop])
        _turn(spectra, before, last)
        last = spectra[-1]
        pieces = (window * irfft(spectra, n_fft)).reshape(len(at), _OVERLAP, hop)
        for k in range(_OVERLAP):
            out[i + k : i + k + len(at)] += pieces[:, k]
    begin = _OVERLAP // 2 * hop + hop
    return out.ravel()[begin : begin + n_out] / _OVERLAP_GAIN


def _turn(spectra, before, last):
    """Turn the phases of frames, in place, so that each goes on where the one before it ended.

    Each peak of the magnitude is a partial. Between the frame and the one that lay a hop before it
    in the input, the partial turned by some angle; by the same it has to turn in the output. The
    bins around a peak are turned as the peak is, which keeps their phases in relation and so the
    shape of the wave.
    """
    is_peak = _find_peaks(spectra)
    for i, spectrum in enumerate(spectra):
        if last is not None:
            peaks = np.flatnonzero(is_peak[i])
            turn = last[peaks] * before[i, peaks].conj()
            size = np.abs(turn)
            # After silence there is nothing to go on from.
            turn = np.divide(turn, size, out=np.ones_like(turn), where=size > 0)
            borders = (peaks[1:] + peaks[:-1] + 1) // 2
            spectrum *= np.repeat(turn, np.diff(borders, prepend=0, append=len(spectrum)))
        last = spectrum


def _find_peaks(spectra):
    """Find the bins above the two on either side; there is one at least."""
    power = np.pad(spectra.real**2 + spectra.imag**2, ((0, 0), (2, 2)), constant_values=-1)
    here = power[:, 2:-2]
    below = (here > power[:, :-4]) & (here > power[:, 1:-3])
    return below & (here >= power[:, 3:-1]) & (here >= power[:, 4:])
