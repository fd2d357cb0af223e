"""Linear prediction of speech from its power spectrum, and the formants that it shows."""

import numpy as np

# A resonance below this, or wider than that, is none of the vocal tract's, in Hz.
_LOWEST_HZ = 150.0
_WIDEST_HZ = 900.0
# Where the formants of a neutral vowel lie, for frames that show fewer than three, in Hz.
_NEUTRAL_HZ = (600.0, 1600.0, 2700.0)
_NEUTRAL_BANDWIDTH_HZ = 500.0
_PRE_EMPHASIS = 0.95
_REGULARISATION = 1e-3


def predict_linearly(power, order):
    """Fit an all-pole model to power spectra, after pre-emphasis.

    The autocorrelation method, solved by the recursion of Levinson and Durbin.

    Parameters
    ----------
    power : ndarray of shape (n_frames, n_bins)
        Power spectra, from 0 Hz to the highest frequency that is to be modelled.
    order : int
        Number of coefficients.

    Returns
    -------
    coefficients : ndarray of shape (n_frames, 1 + order)
        Those of the inverse filter, the first of which is 1.
    residual : ndarray of shape (n_frames,)
        Share of the power that is not predicted, above 0.
    """
    from scipy.fft import irfft

    at = np.pi * np.arange(power.shape[1]) / (power.shape[1] - 1)
    emphasis = 1 + _PRE_EMPHASIS**2 - 2 * _PRE_EMPHASIS * np.cos(at)
    correlation = irfft(power * emphasis, axis=1)[:, : order + 1]
    total = np.maximum(correlation[:, :1], np.finfo(np.float32).tiny)
    correlation = correlation / total
    # As if there were a little noise: a pure tone would have no inverse filter.
    correlation[:, 0] = 1 + _REGULARISATION
    coefficients = np.zeros((len(power), order + 1))
    coefficients[:, 0] = 1
    residual = correlation[:, 0].copy()
    for i in range(1, order + 1):
        error = np.einsum("ij,ij->i", coefficients[:, :i], correlation[:, i:0:-1])
        reflection = -error / residual
        reversed_ = coefficients[:, i::-1].copy()
        coefficients[:, : i + 1] += reflection[:, np.newaxis] * reversed_
        residual *= 1 - reflection**2
    return coefficients, residual


def find_formants(coefficients, highest_hz):
    """Find the lowest three resonances of all-pole models.

    Parameters
    ----------
    coefficients : ndarray of shape (n_frames, 1 + order)
        Those of the inverse filters.
    highest_hz : float
        Frequency up to which they model, in Hz.

    Returns
    -------
    formants_hz, bandwidths_hz : ndarray of shape (n_frames, 3)
        Frequencies, ascending, and bandwidths, in Hz; those of a neutral vowel in place of what
        was not found.
    """
    order = coefficients.shape[1] - 1
    companion = np.zeros((len(coefficients), order, order))
    companion[:, np.arange(1, order), np.arange(order - 1)] = 1
    companion[:, 0] = -coefficients[:, 1:]
    poles = np.linalg.eigvals(companion)
    frequencies = np.angle(poles) * highest_hz / np.pi
    widths = -2 * np.log(np.maximum(np.abs(poles), 1e-9)) * highest_hz / np.pi
    is_formant = (frequencies > _LOWEST_HZ) & (widths < _WIDEST_HZ)
    order_of = np.argsort(np.where(is_formant, frequencies, np.inf), axis=1, kind="stable")[:, :3]
    found = np.take_along_axis(is_formant, order_of, 1)
    formants = np.where(found, np.take_along_axis(frequencies, order_of, 1), _NEUTRAL_HZ)
    widths = np.where(found, np.take_along_axis(widths, order_of, 1), _NEUTRAL_BANDWIDTH_HZ)
    return formants, widths
