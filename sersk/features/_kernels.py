"""Random kernels, drawn once: which channels they listen to, and how they weigh time."""

from typing import NamedTuple

import numpy as np

KINDS = ("average", "difference")
N_TAPS = 9
_N_PEAKS = 3
_AVERAGE_LENGTHS = (1, 3, 5, 9)
_SHARE_OF_CONTRASTS = 0.9


class Kernels(NamedTuple):
    """Kernels over several channels, in ascending order of their dilations.

    Attributes
    ----------
    channels : ndarray of shape (n_kernels, n_channels), dtype float32
        How each kernel sums the channels: a vector of unit length.
    taps : ndarray of shape (n_kernels, n_taps), dtype float32
        How it weighs that sum at times around its own.
    dilations : ndarray of shape (n_kernels,), dtype int
        How many steps lie between these times.
    """

    channels: np.ndarray
    taps: np.ndarray
    dilations: np.ndarray


def draw_kernels(kind, n_kernels, n_channels, draw_channels, max_dilation, random_state):
    """Draw kernels.

    Parameters
    ----------
    kind : {"difference", "average"}
        Kernels of differences in time, whose taps sum to zero, or of contrasts between channels
        over a short average.
    n_kernels : int
        How many.
    n_channels : int
        Number of channels.
    draw_channels : callable
        Draws how one kernel sums the channels: takes a RandomState, and gives an array of shape
        (n_channels,) that is not all zero.
    max_dilation : int
        Bound of the dilations, which differences alone have.
    random_state : int
        Seed.

    Returns
    -------
    kernels : Kernels
        The kernels.
    """
    # Unlike the newer generators, this one gives the same numbers in every version of NumPy.
    rng = np.random.RandomState(random_state)
    drawn = []
    for _ in range(n_kernels):
        channels = draw_channels(rng).astype(np.float64)
        if kind == "difference":
            taps = _draw_difference(rng)
            dilation = int(2 ** rng.uniform(0, np.log2(max_dilation)))
        else:
            taps, dilation = _draw_average(rng), 1
            if rng.uniform() < _SHARE_OF_CONTRASTS:
                channels = _without_mean(channels)
        drawn.append((channels / np.linalg.norm(channels), taps, dilation))
    drawn.sort(key=lambda kernel: kernel[-1])
    channels, taps, dilations = zip(*drawn, strict=True)
    return Kernels(
        np.array(channels, dtype=np.float32),
        np.array(taps, dtype=np.float32),
        np.array(dilations),
    )


def _draw_difference(rng):
    taps = np.full(N_TAPS, -1.0)
    taps[rng.choice(N_TAPS, _N_PEAKS, replace=False)] = N_TAPS / _N_PEAKS - 1
    return taps


def _draw_average(rng):
    length = rng.choice(_AVERAGE_LENGTHS)
    outside = (N_TAPS - length) // 2
    return np.pad(np.full(length, 1 / length), outside)


def _without_mean(channels):
    """Take the mean away, unless that leaves nothing."""
    contrast = channels - channels.mean()
    return contrast if np.ptp(channels) > 0 else channels
