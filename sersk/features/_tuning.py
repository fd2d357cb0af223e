"""How far a recording's pitches lie from those of A4 = 440 Hz."""

from functools import lru_cache

import numpy as np

_FMIN, _FMAX = 150.0, 4000.0
_THRESHOLD = 0.1
_N_COUNTS = 100
_EDGES = np.linspace(-0.5, 0.5, _N_COUNTS + 1)
# Neighbouring bins closer than this share of their power may be in either order: single precision.
_DOUBT = 3e-6


def count_tunings(power, sample_rate, n_fft, n_chroma, *, refine):
    """Count how far the spectral peaks of a clip lie from the nearest pitch class.

    Peaks between 150 and 4000 Hz that reach a tenth of their frame's maximum are refined by a
    parabola through three bins; those at least as strong as the median are counted, by their
    deviation in hundredths of a class.

    Parameters
    ----------
    power : ndarray of shape (n_frames, 1 + n_fft // 2), dtype float32
        Power spectrogram.
    sample_rate : int
        Sampling rate, in Hz.
    n_fft : int
        Length of the FFT, in samples.
    n_chroma : int
        Pitch classes in an octave.
    refine : callable
        Gives the same for some of the frames, from a transform in double precision.

    Returns
    -------
    counts : ndarray of shape (100,), dtype int
        Number of peaks in each hundredth of a class from -0.5 to 0.5.
    """
    bins = _find_range(power.shape[1], sample_rate, n_fft)
    if bins.start >= bins.stop:
        return np.zeros(_N_COUNTS, dtype=int)
    frames, places, strengths, doubtful = _find_peaks(power, bins)
    if len(doubtful):
        # The flat spectrum of a single click, as at the edge of digital silence, has as many peaks
        # as rounding gives it, and they would lower the median.
        sure = ~np.isin(frames, doubtful)
        _, more_places, more_strengths, _ = _find_peaks(refine(doubtful), bins)
        places = np.concatenate([places[sure], more_places])
        strengths = np.concatenate([strengths[sure], more_strengths])
    if len(places) == 0:
        return np.zeros(_N_COUNTS, dtype=int)
    pitches_hz = places[strengths >= np.median(strengths)] * float(sample_rate) / n_fft
    # In single precision from here on, as in librosa: two bins may be as good as equal.
    octaves = np.log2(pitches_hz.astype(np.float32) / np.float32(440.0 / 16))
    deviations = np.mod(n_chroma * octaves, np.float32(1))
    deviations[deviations >= 0.5] -= 1
    hundredths = np.searchsorted(_EDGES, deviations, side="right") - 1
    return np.bincount(hundredths, minlength=_N_COUNTS)


def _find_peaks(power, bins):
    """Give frame, place between bins and strength of each peak, and the frames in doubt."""
    threshold = _THRESHOLD * power.max(axis=1, keepdims=True)
    # Few bins are so strong; the rest of the work is done on those alone.
    strong = np.flatnonzero(power[:, bins] > threshold)
    frame, column = np.divmod(strong, bins.stop - bins.start)
    column += bins.start
    place = frame * power.shape[1] + column
    left, centre, right = (power.ravel().take(place + shift) for shift in (-1, 0, 1))
    rise, fall = centre - left, centre - right
    in_doubt = np.minimum(np.abs(rise), np.abs(fall)) <= _DOUBT * centre
    doubtful = np.unique(frame[in_doubt])
    is_peak = np.flatnonzero((rise > 0) & (fall >= 0))
    left, centre, right, column = (v.take(is_peak) for v in (left, centre, right, column))
    slope = (right - left) / 2
    curvature = left + right - 2 * centre.astype(np.float64)
    # A vertex more than a bin away is no refinement of this peak.
    near = np.abs(slope) < np.abs(curvature)
    shift = np.where(near, -slope / np.where(near, curvature, 1), 0).astype(np.float32)
    return frame.take(is_peak), column + shift, centre + 0.5 * slope * shift, doubtful


@lru_cache(maxsize=64)
def _find_range(n_bins, sample_rate, n_fft):
    """The bins in which peaks count; each has a neighbour on both sides."""
    bins_hz = np.arange(n_bins) * sample_rate / n_fft
    in_range = np.flatnonzero((bins_hz >= _FMIN) & (bins_hz < min(_FMAX, sample_rate / 2)))
    if len(in_range) == 0:
        return slice(0, 0)
    return slice(max(1, in_range[0]), min(n_bins - 1, in_range[-1] + 1))


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
    return float(_EDGES[np.argmax(counts)]) if counts.any() else 0.0
