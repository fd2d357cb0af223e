"""Stretches of a recording, and the recording without one of them."""

import math

import numpy as np

# So short that nothing is heard of it, and long enough that no click is.
_FADE_S = 0.005
# Frames by which the level of the room is told, and the share of them that are quieter.
_FRAME_S, _QUIET_SHARE = 0.02, 0.1


def place_stretches(start_s, stop_s, window_s, hop_s):
    """Place stretches of one length evenly, from the beginning to the end.

    Parameters
    ----------
    start_s, stop_s : float
        Where the first begins and the last ends, in seconds.
    window_s : float
        Their length, in seconds; not more than there is.
    hop_s : float
        The most that one may begin after the one before, in seconds.

    Returns
    -------
    stretches : ndarray of shape (n_stretches, 2)
        Where each begins and ends, in seconds.
    """
    room_s = stop_s - start_s - window_s
    n_stretches = 1 + math.ceil(max(0.0, room_s) / hop_s - 1e-9)
    starts = start_s + np.linspace(0.0, room_s, n_stretches)
    return np.stack([starts, starts + window_s], axis=1)


def remove_stretch(signal, sample_rate, start_s, stop_s, removal="cut"):
    """Give a signal without one of its stretches.

    Parameters
    ----------
    signal : ndarray of shape (n_times,), dtype float32
        The samples; they are left as they are.
    sample_rate : int
        Their rate, in Hz.
    start_s, stop_s : float
        Where the stretch begins and ends, in seconds.
    removal : {"cut", "silence"}, default="cut"
        Cut it out, so that what was before meets what comes after; or put noise as faint as the
        quietest tenth of the signal in its place.

    Returns
    -------
    removed : ndarray of shape (n_times_removed,), dtype float32
        The samples without it. They fade over 5 ms, so that no click comes in.
    """
    start, stop = (round(time_s * sample_rate) for time_s in (start_s, stop_s))
    before, after = signal[:start], signal[stop:]
    n_fade = round(_FADE_S * sample_rate)
    if removal == "cut":
        n_fade = min(n_fade, len(before), len(after))
        kept = len(before) - n_fade
        joint = _cross(before[kept:], after[:n_fade])
        return np.concatenate([before[:kept], joint, after[n_fade:]])
    fill = _make_floor(signal, sample_rate, stop - start)
    n_fade = min(n_fade, (stop - start) // 2)
    there = signal[start:stop]
    head = _cross(there[:n_fade], fill[:n_fade])
    tail = _cross(fill[len(fill) - n_fade :], there[len(there) - n_fade :])
    return np.concatenate([before, head, fill[n_fade : len(fill) - n_fade], tail, after])


def _cross(old, new):
    """Fade from samples to others, as many."""
    up = ((np.arange(len(old)) + 1) / (len(old) + 1)).astype(np.float32)
    return old * (1 - up) + new * up


def _make_floor(signal, sample_rate, n_times):
    """Noise at the level of the quietest frames."""
    length = min(len(signal), round(_FRAME_S * sample_rate))
    frames = signal[: len(signal) // length * length].reshape(-1, length)
    rms = np.sqrt(np.mean(frames.astype(np.float64) ** 2, axis=1))
    noise = np.random.default_rng(0).standard_normal(n_times)
    return (np.quantile(rms, _QUIET_SHARE) * noise).astype(np.float32)
