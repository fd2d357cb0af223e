"""Gabor filters over time and over mel bands: how strong the ripples of a spectrogram are."""

import numpy as np
from scipy.signal import fftconvolve

from sersk.features._filters import cached

# Standard deviation of the Gaussian window of a filter, in periods; and how far it reaches, in
# standard deviations.
_WIDTH = 0.4
_REACH = 3.0
# Envelopes are smooth, so every second band tells all of them.
_BAND_STEP = 2


@cached
def make_gabor(frequency):
    """Make a complex wave in a Gaussian window, which does not answer to a constant.

    Parameters
    ----------
    frequency : float
        In periods per sample, above 0.

    Returns
    -------
    gabor : ndarray of shape (n_taps,), dtype complex64
        The filter, the magnitudes of which add up to 1.
    """
    deviation = _WIDTH / frequency
    half = int(_REACH * deviation)
    at = np.arange(-half, half + 1)
    gabor = np.exp(-0.5 * (at / deviation) ** 2 + 2j * np.pi * frequency * at)
    gabor -= gabor.mean()
    return (gabor / np.abs(gabor).sum()).astype(np.complex64)


@cached
def make_band_filters(scales, n_bands):
    """Make what applies filters over bands to a spectrogram, as one matrix.

    Parameters
    ----------
    scales : tuple of float
        Periods per band, above 0.
    n_bands : int
        Number of bands; beyond the first and the last lie zeros.

    Returns
    -------
    filters : ndarray of shape (n_bands, 2 * n_scales * n_outputs), dtype float32
        Real parts of all filters at every second band, then their imaginary parts.
    """
    columns = []
    for scale in scales:
        gabor = make_gabor(scale)
        half = len(gabor) // 2
        square = np.zeros((n_bands + 2 * half, n_bands), dtype=np.complex64)
        for band in range(n_bands):
            square[band : band + len(gabor), band] = gabor[::-1]
        columns.append(square[half : half + n_bands, ::_BAND_STEP])
    filters = np.concatenate(columns, axis=1)
    return np.concatenate([filters.real, filters.imag], axis=1)


def filter_over_time(stretch, rate):
    """Convolve a spectrogram with a filter over time.

    Parameters
    ----------
    stretch : ndarray of shape (n_steps + 2 * reach, n_bands), dtype float32
        The spectrogram, from `reach` steps before the first to give, to as many after the last.
    rate : float
        Periods per step.

    Returns
    -------
    filtered : ndarray of shape (n_steps + 2 * (reach - half), n_bands), dtype complex64
        What lies under the whole filter, which is ``2 * half + 1`` steps long.
    """
    return fftconvolve(stretch, make_gabor(rate)[:, np.newaxis], mode="valid", axes=0)


def find_reach(rate):
    """Tell how many steps before and after its own a filter over time sees."""
    return len(make_gabor(rate)) // 2


def measure_ripples(filtered, scales):
    """Measure the envelopes of what goes up, and of what goes down, over bands.

    Parameters
    ----------
    filtered : ndarray of shape (n_steps, n_bands), dtype complex64
        A spectrogram filtered over time.
    scales : tuple of float
        Periods per band: 0, for each band by itself, and others.

    Returns
    -------
    envelopes : ndarray of shape (n_steps, n_ripples, n_bands / 2), dtype float32
        One ripple for scale 0, and two for each other scale: falling, then rising in frequency
        over time.
    """
    n_steps, n_bands = filtered.shape
    envelopes = [np.abs(filtered[:, np.newaxis, ::_BAND_STEP])] if 0 in scales else []
    waves = tuple(scale for scale in scales if scale > 0)
    if waves:
        parts = np.concatenate([filtered.real, filtered.imag])
        products = parts @ make_band_filters(waves, n_bands)
        # By parts over time, parts of the filters, and filters.
        products = products.reshape(2, n_steps, 2, len(waves), -1)
        (rr, ri), (ir, ii) = products.swapaxes(1, 2)
        both = [_measure(rr - ii, ri + ir), _measure(rr + ii, ir - ri)]
        envelopes.append(np.stack(both, axis=2).reshape(n_steps, 2 * len(waves), -1))
    return np.concatenate(envelopes, axis=1)


def average_regions(envelopes, n_regions):
    """Average envelopes over parts of the frequency range.

    Parameters
    ----------
    envelopes : ndarray of shape (n_steps, n_ripples, n_bands), dtype float32
        Envelopes in bands.
    n_regions : int
        Number of parts, which divides that of the bands.

    Returns
    -------
    averages : ndarray of shape (n_steps, n_ripples, n_regions), dtype float32
        Envelopes in parts of the range.
    """
    width = envelopes.shape[2] // n_regions
    averaging = np.kron(np.eye(n_regions), np.full((width, 1), 1 / width))
    # Over so few, `mean` takes ten times as long.
    return envelopes @ averaging.astype(np.float32)


def _measure(real, imaginary):
    """Magnitudes of complex numbers, several times as fast as `numpy.hypot`; overwrites both."""
    real *= real
    imaginary *= imaginary
    real += imaginary
    return np.sqrt(real, out=real)
