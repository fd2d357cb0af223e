"""Filter banks and windows, computed once per set of parameters and shared read-only."""

from functools import lru_cache

import numpy as np


def cached(function):
    """Keep the array of each set of parameters, and keep callers from writing to it.

    Parameters
    ----------
    function : callable
        Makes an array of hashable arguments.

    Returns
    -------
    constant : callable
        Gives the same array for the same arguments.
    """

    @lru_cache(maxsize=256)
    def constant(*args):
        array = function(*args)
        array.setflags(write=False)
        return array

    return constant


@cached
def make_window(name, win_length, n_fft, dtype="float32"):
    """Make a periodic analysis window, zero padded on both sides to the FFT's length.

    Parameters
    ----------
    name : str
        A window of `scipy.signal.get_window`.
    win_length : int
        Length of the window, in samples.
    n_fft : int
        Length of the FFT, in samples.
    dtype : {"float32", "float64"}, default="float32"
        Type of the values.

    Returns
    -------
    window : ndarray of shape (n_fft,)
        The window.
    """
    before = (n_fft - win_length) // 2
    window = np.pad(_make_periodic(name, win_length), (before, n_fft - win_length - before))
    return window.astype(dtype)


def _make_periodic(name, n_times):
    if name == "hann":
        # As good as always; scipy.signal takes longer to import than many clips to analyse.
        return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_times) / n_times)
    from scipy.signal import get_window

    try:
        return get_window(name, n_times, fftbins=True)
    except ValueError as error:
        raise ValueError(
            "The 'window' parameter must be the name of a window of scipy.signal.get_window that "
            f"needs no parameter, such as 'hann'. Got {name!r} instead."
        ) from error


_BLOCK_WIDTH = 16

# Slaney's mel scale is linear up to 1000 Hz (66 2/3 Hz a mel), and from there on logarithmic with
# 27 steps to a factor of 6.4.
_HZ_PER_MEL = 200.0 / 3
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


def _hz_to_mel(hz):
    if hz < _BREAK_HZ:
        return hz / _HZ_PER_MEL
    return _BREAK_MEL + np.log(hz / _BREAK_HZ) / _LOG_STEP


def _mel_to_hz(mel):
    linear = mel * _HZ_PER_MEL
    logarithmic = _BREAK_HZ * np.exp(_LOG_STEP * (mel - _BREAK_MEL))
    return np.where(mel < _BREAK_MEL, linear, logarithmic)


def mel_edges(n_mels, fmin, fmax):
    """Say where mel bands lie.

    Parameters
    ----------
    n_mels : int
        Number of bands.
    fmin, fmax : float
        Lower edge of the first and upper edge of the last band, in Hz.

    Returns
    -------
    edges_hz : ndarray of shape (n_mels + 2,)
        Band k rises from edge k, has its peak at edge k + 1, and falls to edge k + 2.
    """
    return _mel_to_hz(np.linspace(_hz_to_mel(fmin), _hz_to_mel(fmax), n_mels + 2))


@cached
def make_mel_filters(sample_rate, n_fft, n_mels, fmin, fmax):
    """Make triangular filters of unit area, equally spaced on Slaney's mel scale.

    Parameters
    ----------
    sample_rate : int
        Sampling rate, in Hz.
    n_fft : int
        Length of the FFT, in samples.
    n_mels : int
        Number of filters.
    fmin, fmax : float
        Lower edge of the first and upper edge of the last filter, in Hz.

    Returns
    -------
    filters : ndarray of shape (1 + n_fft // 2, n_mels), dtype float32
        One filter per column.
    """
    bins_hz = np.fft.rfftfreq(n_fft, 1 / sample_rate)[:, np.newaxis]
    edges_hz = mel_edges(n_mels, fmin, fmax)
    lower, centre, upper = edges_hz[:-2], edges_hz[1:-1], edges_hz[2:]
    rising = (bins_hz - lower) / (centre - lower)
    falling = (upper - bins_hz) / (upper - centre)
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles * 2 / (upper - lower)).astype(np.float32)


@lru_cache(maxsize=64)
def make_mel_blocks(sample_rate, n_fft, n_mels, fmin, fmax):
    """Cut the mel filter bank into dense blocks.

    A mel filter covers a few bins only. Sixteen neighbours at a time, over the bins that they
    cover, multiply at a quarter of the cost of the whole matrix, which is mostly zeros.

    Parameters
    ----------
    sample_rate, n_fft, n_mels, fmin, fmax : int or float
        As for `make_mel_filters`.

    Returns
    -------
    blocks : tuple of (slice, slice, ndarray)
        Bins covered, bands made, and the filters between them.
    """
    filters = make_mel_filters(sample_rate, n_fft, n_mels, fmin, fmax)
    blocks = []
    for first in range(0, n_mels, _BLOCK_WIDTH):
        bands = slice(first, min(first + _BLOCK_WIDTH, n_mels))
        covered = np.flatnonzero(filters[:, bands].any(axis=1))
        bins = slice(covered[0], covered[-1] + 1) if len(covered) else slice(0, 1)
        blocks.append((bins, bands, np.ascontiguousarray(filters[bins, bands])))
    return tuple(blocks)


@cached
def make_dct(n_values, n_coefficients):
    """Make the first rows of the orthonormal DCT-II; as a product it is faster than a transform.

    Parameters
    ----------
    n_values : int
        Number of values to transform.
    n_coefficients : int
        Number of coefficients to keep.

    Returns
    -------
    transform : ndarray of shape (n_values, n_coefficients), dtype float64
        One cosine per column. In float32 the sum would lose a digit that a mean shows.
    """
    centre = (np.arange(n_values)[:, np.newaxis] + 0.5) / n_values
    transform = np.cos(np.pi * centre * np.arange(n_coefficients)) * np.sqrt(2 / n_values)
    transform[:, 0] /= np.sqrt(2)
    return transform


@cached
def make_chroma_filters(sample_rate, n_fft, n_chroma, tuning):
    """Make filters that fold the spectrum into pitch classes, the first of them C.

    Each FFT bin is spread over the classes by a Gaussian as wide as the bin, and weighted by a
    Gaussian over octaves around the fifth, two octaves wide, after D. Ellis.

    Parameters
    ----------
    sample_rate : int
        Sampling rate, in Hz.
    n_fft : int
        Length of the FFT, in samples.
    n_chroma : int
        Number of pitch classes.
    tuning : float
        Deviation from A4 = 440 Hz, in fractions of a class.

    Returns
    -------
    filters : ndarray of shape (1 + n_fft // 2, n_chroma), dtype float32
        One filter per column.
    """
    n_bins = 1 + n_fft // 2
    # One more, since the width of a bin is the way to the next.
    bins_hz = np.arange(1, n_bins + 1) * sample_rate / n_fft
    octaves = np.log2(bins_hz / (440.0 * 2.0 ** (tuning / n_chroma) / 16))
    # The bin at 0 Hz has no octave; it is put one and a half octaves below the first.
    octaves = np.concatenate([octaves[:1] - 1.5, octaves])
    pitches = n_chroma * octaves
    widths = np.maximum(np.diff(pitches), 1.0)
    octaves, pitches = octaves[:n_bins], pitches[:n_bins]

    distance = pitches - np.arange(n_chroma)[:, np.newaxis]
    half = np.round(n_chroma / 2)
    # np.mod would take eight times as long, and every tuning has a bank of its own.
    distance -= n_chroma * np.floor((distance + half) / n_chroma)
    filters = np.exp(-0.5 * (2 * distance / widths) ** 2)
    filters *= np.exp(-0.5 * ((octaves - 5.0) / 2.0) ** 2) / np.sqrt((filters**2).sum(axis=0))
    # Classes count from A; turn them so that C comes first.
    filters = np.roll(filters, -3 * (n_chroma // 12), axis=0)
    return np.ascontiguousarray(filters.T, dtype=np.float32)
