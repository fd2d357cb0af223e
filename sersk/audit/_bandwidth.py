"""Up to which frequency a recording lets sound through."""

import numpy as np

from sersk.features._framing import Grid, cut_blocks

_FRAME_S = 0.04  # so that bins lie 25 Hz apart
_BAND_HZ = 250
_N_BINS = round(_BAND_HZ * _FRAME_S)
# A constant is no sound; the window spreads it over the first two bins.
_N_CONSTANT = 2

# Frames count that are at most so far below the level that five of them reach: a few clicks, or
# an /s/ in much silence, leave the rest as it is.
_N_LOUD = 5
_LOUD_DB = -40.0
_PERCENTILE = 90
_MIN_FRAMES = 10

# Of bands, re the loudest. In the sibilants of clean speech those up to 8 kHz are 13 to 36 dB
# below; what a resampler or the noise of 16 bits leaves is some 47 dB below, or more.
_HEARD_DB = -50.0
# A voice falls off by degrees, a filter within a few bands.
_CUT_DB = 30.0
_N_BEFORE, _N_BETWEEN = 4, 1

# A resampler without a filter mirrors everything below half the old sampling rate, which of
# telephones is 8 kHz: there, fluctuations on both sides are the same.
_MIRROR_HZ = 4000
_MIRRORED_BINS = (16, 120)
_MIN_MIRRORED_BINS = 40
_MIN_CORRELATION = 0.8


def measure_bandwidth(pieces, sample_rate):
    """Find the frequency above which nothing came through.

    Parameters
    ----------
    pieces : iterable of ndarray of shape (n_times,), dtype float32
        The recording, one part after the other.
    sample_rate : int
        Its rate, in Hz.

    Returns
    -------
    bandwidth_hz : float or None
        Where a filter, a codec or an earlier, lower sampling rate cuts the sound off, in steps of
        250 Hz; half the sampling rate where nothing does. None where less than 0.2 s is to be
        heard.

    Notes
    -----
    A voice that has little to say at high frequencies is not cut off: only where bands that are
    heard are next to bands at least 30 dB softer, and all above are as soft, is there an end. Of
    resamplers that mirror the spectrum, those from 8 kHz are recognised.
    """
    n_fft = max(2, round(_FRAME_S * sample_rate))
    grid = Grid(sample_rate, n_fft, max(1, n_fft // 2), center=False)
    bands, counts, products = [], [], np.zeros(3)
    for block in cut_blocks(pieces, grid):
        power = _pick_loud(block.power("hann", n_fft))
        if len(power):
            bands.append(np.percentile(_sum_bands(power), _PERCENTILE, axis=0))
            counts.append(len(power))
            products += _compare_mirrored(power, round(_MIRROR_HZ * n_fft / sample_rate))
    if sum(counts) < _MIN_FRAMES:
        return None
    both, below, above = products
    if both > _MIN_CORRELATION * np.sqrt(below * above) > 0:
        return float(_MIRROR_HZ)
    return _find_end(np.average(bands, axis=0, weights=counts), sample_rate / 2)


def _pick_loud(power):
    levels = power[:, _N_CONSTANT:].sum(axis=1)
    reached = np.partition(levels, -min(_N_LOUD, len(levels)))[-min(_N_LOUD, len(levels))]
    return power[levels > reached * 10 ** (_LOUD_DB / 10)]


def _sum_bands(power):
    power = power.copy()
    power[:, :_N_CONSTANT] = 0
    n_bands = max(1, power.shape[1] // _N_BINS)
    return np.add.reduceat(power, np.arange(n_bands) * _N_BINS, axis=1)


def _find_end(bands, highest_hz):
    levels_db = 10 * np.log10(np.maximum(bands / bands.max(), 1e-20))
    last = np.flatnonzero(levels_db > _HEARD_DB)[-1]
    above = levels_db[last + 1 + _N_BETWEEN :]
    before = levels_db[max(0, last + 1 - _N_BEFORE) : last + 1].max()
    if len(above) == 0 or before - above.max() < _CUT_DB:
        return float(highest_hz)
    return float((last + 1) * _BAND_HZ)


def _compare_mirrored(power, middle):
    """Sum products of how the bins on both sides of a frequency fluctuate, and their squares."""
    first, stop = _MIRRORED_BINS
    stop = min(stop, power.shape[1] - middle)
    if stop - first < _MIN_MIRRORED_BINS:
        return np.zeros(3)
    distances = np.arange(first, stop)
    below, above = (_fluctuate(power[:, middle + sign * distances]) for sign in (-1, 1))
    return np.array([np.vdot(a, b) for a, b in ((below, above), (below, below), (above, above))])


def _fluctuate(power):
    """Take from levels what is of the frame as a whole, and what is of the bin at all times."""
    levels = np.log(np.maximum(power, np.float32(1e-20)))
    levels -= levels.mean(axis=1, keepdims=True)
    return levels - levels.mean(axis=0)
