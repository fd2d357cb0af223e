"""Fundamental frequency by autocorrelation: candidates of each frame, and a path through them."""

import numpy as np

from sersk.features._filters import make_window

# A clear path may need no more; a whisper has no clear path anyway.
_N_CANDIDATES = 3
# Strength that a candidate must be better by to be believed an octave below another, and to be
# reached by a jump of an octave between neighbouring frames.
_OCTAVE_COST = 0.02
_JUMP_COST = 1.0


def find_pitches(power, sample_rate, win_length, fmin, fmax):
    """Find the strongest periodicities of each frame.

    The autocorrelation, from the power spectrum, divided by that of the window and by its value at
    lag 0: 1 at the period of a periodic frame. Its highest peaks, with a parabola through each.

    Parameters
    ----------
    power : ndarray of shape (n_frames, 1 + n_fft // 2), dtype float32
        Power spectra under a Hann window.
    sample_rate : int
        Sampling rate, in Hz.
    win_length : int
        Length of the window, in samples; so much shorter than the FFT that the longest period
        fits between.
    fmin, fmax : float
        Range of the search, in Hz.

    Returns
    -------
    pitches_hz : ndarray of shape (n_frames, 3), dtype float32
        Candidates, best first. Where there are fewer peaks the first is repeated.
    strengths : ndarray of shape (n_frames, 3), dtype float32
        How periodic the frame is with them, from 0 to 1.
    """
    shortest, longest = int(sample_rate / fmax), int(sample_rate / fmin) + 1
    lags = np.arange(shortest, longest + 1)
    correlation = _autocorrelate(power, win_length)[:, shortest - 1 : longest + 2]
    inner = correlation[:, 1:-1]
    is_peak = (inner > correlation[:, :-2]) & (inner >= correlation[:, 2:])
    merit = np.where(is_peak, inner, -1) - np.float32(_OCTAVE_COST) * np.log2(
        lags / shortest
    ).astype(np.float32)
    best = np.argpartition(merit, -_N_CANDIDATES, axis=1)[:, -_N_CANDIDATES:]
    order = np.argsort(-np.take_along_axis(merit, best, 1), axis=1, kind="stable")
    best = np.take_along_axis(best, order, 1)
    found = np.take_along_axis(is_peak, best, 1)
    best = np.where(found, best, best[:, :1])
    before, at, after = (np.take_along_axis(correlation, best + shift, 1) for shift in range(3))
    curvature = np.minimum(before - 2 * at + after, np.float32(-1e-9))
    offset = np.clip(0.5 * (before - after) / curvature, -0.5, 0.5)
    strengths = np.clip(at - 0.25 * (before - after) * offset, 0, 1)
    return sample_rate / (lags[best] + offset), np.where(found[:, :1], strengths, 0)


def _autocorrelate(power, win_length):
    from scipy.fft import irfft

    n_fft = 2 * (power.shape[1] - 1)
    window = make_window("hann", win_length, n_fft, "float64")
    of_window = irfft(np.abs(np.fft.rfft(window)) ** 2)
    of_window = (of_window / of_window[0] + 1e-3).astype(np.float32)
    # A constant is no period.
    centred = power.copy()
    centred[:, 0] = 0
    correlation = irfft(centred, axis=1)
    scale = np.maximum(correlation[:, :1], np.finfo(np.float32).tiny) * of_window
    return correlation / scale


def choose_path(pitches_hz, strengths):
    """Choose one candidate of each frame, so that the pitch seldom jumps.

    The path with the greatest sum of strengths less the cost of its jumps, by dynamic programming
    [1]_. A jump beside a frame that is hardly periodic costs little.

    Parameters
    ----------
    pitches_hz, strengths : ndarray of shape (n_frames, 3)
        What `find_pitches` gave.

    Returns
    -------
    chosen : ndarray of shape (n_frames,), dtype int
        Which candidate.

    References
    ----------
    .. [1] P. Boersma, "Accurate short-term analysis of the fundamental frequency and the
       harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17, 1993.
    """
    octaves = np.log2(pitches_hz)
    merit = strengths + _OCTAVE_COST * octaves
    weight = np.minimum(strengths[1:, 0], strengths[:-1, 0])[:, np.newaxis, np.newaxis]
    jumps = np.abs(octaves[1:, np.newaxis, :] - octaves[:-1, :, np.newaxis])
    costs = (_JUMP_COST * weight * jumps).tolist()
    # Three by three numbers a frame: plain Python is faster than an array at a time.
    total, merits = merit[0].tolist(), merit.tolist()
    ways = []
    for cost, gain in zip(costs, merits[1:], strict=True):
        way, reached = [], []
        for j in range(_N_CANDIDATES):
            a, b, c = total[0] - cost[0][j], total[1] - cost[1][j], total[2] - cost[2][j]
            i = 0 if a >= b and a >= c else 1 if b >= c else 2
            way.append(i)
            reached.append((a, b, c)[i] + gain[j])
        ways.append(way)
        total = reached
    last = max(range(_N_CANDIDATES), key=total.__getitem__)
    chosen = [last]
    for way in reversed(ways):
        chosen.append(way[chosen[-1]])
    return np.array(chosen[::-1])
