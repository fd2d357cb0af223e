"""How far a recording's pitches lie from those of A4 = 440 Hz."""

import numpy as np

_FMIN, _FMAX = 150.0, 4000.0
_THRESHOLD = 0.1


def estimate_tuning(power, sample_rate, n_fft, n_chroma):
    """Estimate the tuning of a clip from its spectral peaks.

    Peaks between 150 and 4000 Hz that reach a tenth of their frame's maximum are refined by a
    parabola through three bins; of those at least as strong as the median, the most frequent
    deviation from the nearest pitch class is the tuning, to a hundredth of a class.

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
    tuning : float
        Deviation in fractions of a class, in [-0.5, 0.5); 0 where there is no peak.

    Notes
    -----
    The value is that of `librosa.estimate_tuning` up to ties in the histogram.
    """
    bins_hz = np.arange(power.shape[1]) * sample_rate / n_fft
    in_range = (bins_hz >= _FMIN) & (bins_hz < min(_FMAX, sample_rate / 2))
    if not in_range.any():
        return 0.0
    first = max(1, np.argmax(in_range))
    stop = min(len(bins_hz) - 1, len(bins_hz) - np.argmax(in_range[::-1]))
    threshold = _THRESHOLD * power.max(axis=1, keepdims=True)
    # Few bins are so strong; the rest of the work is done on those alone.
    strong = np.flatnonzero(power[:, first:stop] > threshold)
    frame, column = np.divmod(strong, stop - first)
    column += first
    place = frame * power.shape[1] + column
    left, centre, right = (power.ravel().take(place + shift) for shift in (-1, 0, 1))
    is_peak = np.flatnonzero((centre > left) & (centre >= right))
    if len(is_peak) == 0:
        return 0.0
    left, centre, right, column = (v.take(is_peak) for v in (left, centre, right, column))
    slope = (right - left) / 2
    curvature = left + right - 2 * centre
    # A vertex more than a bin away is no refinement of this peak.
    near = np.abs(slope) < np.abs(curvature)
    shift = np.where(near, -slope / np.where(near, curvature, 1), 0)
    strength = centre + 0.5 * slope * shift
    pitches_hz = (column + shift) * (sample_rate / n_fft)
    pitches_hz = pitches_hz[strength >= np.median(strength)]

    deviation = np.mod(n_chroma * np.log2(pitches_hz / (440.0 / 16)), 1.0)
    deviation[deviation >= 0.5] -= 1.0
    counts, edges = np.histogram(deviation, bins=100, range=(-0.5, 0.5))
    return float(edges[np.argmax(counts)])
