"""How far a recording's pitches lie from those of A4 = 440 Hz."""

from functools import lru_cache

import numpy as np

_FMIN, _FMAX = 150.0, 4000.0
_THRESHOLD = 0.1


_N_COUNTS = 100


def count_tunings(power, sample_rate, n_fft, n_chroma):
    """Count how far the spectral peaks of a clip lie from the nearest pitch class.

    Peaks between 150 and 4000 Hz that reach a tenth of their frame's maximum are refined by a
    parabola through three bins; those at least as strong as the median are counted, by their
    deviation in hundredths of a class.

    Parameters
    ----------
    power : ndarray of shape (n_frames, 1 + n_fft // 2)
        Power spectrogram.
    sample_rate : int
        Sampling rate, in Hz.
    n_fft : int
        Length of the FFT, in samples.
    n_chroma : int
        Pitch classes in an octave.

    Returns
    -------
    counts : ndarray of shape (100,), dtype int
        Number of peaks in each hundredth of a class from -0.5 to 0.5.
    """
    first, stop = _find_range(power.shape[1], sample_rate, n_fft)
    if first >= stop:
        return np.zeros(_N_COUNTS, dtype=int)
    threshold = _THRESHOLD * power.max(axis=1, keepdims=True)
    # Few bins are so strong; the rest of the work is done on those alone.
    strong = np.flatnonzero(power[:, first:stop] > threshold)
    frame, column = np.divmod(strong, stop - first)
    column += first
    place = frame * power.shape[1] + column
    left, centre, right = (power.ravel().take(place + shift) for shift in (-1, 0, 1))
    is_peak = np.flatnonzero((centre > left) & (centre >= right))
    if len(is_peak) == 0:
        return np.zeros(_N_COUNTS, dtype=int)
    left, centre, right, column = (v.take(is_peak) for v in (left, centre, right, column))
    slope = (right - left) / 2
    curvature = left + right - 2 * centre
    # A vertex more than a bin away is no refinement of this peak.
    near = np.abs(slope) < np.abs(curvature)
    shift = np.where(near, -slope / np.where(near, curvature, 1), 0)
    strength = centre + 0.5 * slope * shift
    pitches_hz = (column + shift) * (sample_rate / n_fft)
    pitches_hz = pitches_hz[strength >= np.median(strength)]
    pitches = n_chroma * np.log2(pitches_hz / (440.0 / 16))
    hundredths = np.floor(_N_COUNTS * (pitches + 0.5)).astype(int) % _N_COUNTS
    return np.bincount(hundredths, minlength=_N_COUNTS)


@lru_cache(maxsize=64)
def _find_range(n_bins, sample_rate, n_fft):
    """First and stop of the bins in which peaks count; each has a neighbour on both sides."""
    bins_hz = np.arange(n_bins) * sample_rate / n_fft
    in_range = np.flatnonzero((bins_hz >= _FMIN) & (bins_hz < min(_FMAX, sample_rate / 2)))
    if len(in_range) == 0:
        return 0, 0
    return max(1, in_range[0]), min(n_bins - 1, in_range[-1] + 1)


def choose_tuning(counts):
    """Choose the most frequent deviation as the tuning.

    Parameters
    ----------
    counts : ndarray of shape (100,)
        What `count_tunings` gives, added up over the blocks of a clip.

    Returns
    -------
    tuning : float
        Deviation from A4 = 440 Hz in fractions of a class, in [-0.5, 0.5); 0 without a peak.

    Notes
    -----
    The value is that of `librosa.estimate_tuning` up to ties in the histogram for a clip of one
    block. In a longer one the median strength is that of each block, not of the whole clip.
    """
    return int(np.argmax(counts)) / _N_COUNTS - 0.5 if counts.any() else 0.0
