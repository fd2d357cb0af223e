"""From a value per frame to a value per clip: functionals, and derivatives over time."""

import math
import re
from functools import lru_cache

import numpy as np

_DELTA_WIDTH = 9

_FUNCTIONALS = {
    "mean": lambda x: x.mean(axis=0),
    "std": lambda x: x.std(axis=0),
    "min": lambda x: x.min(axis=0),
    "max": lambda x: x.max(axis=0),
    "range": lambda x: np.ptp(x, axis=0),
    "median": lambda x: np.median(x, axis=0),
    "iqr": lambda x: np.subtract(*np.percentile(x, [75, 25], axis=0)),
    "skewness": lambda x: _standardised_moment(x, 3),
    "kurtosis": lambda x: _standardised_moment(x, 4),
}
_PERCENTILE = re.compile(r"percentile(100|[1-9]?\d)")


def _standardised_moment(x, order):
    """Moment of the z-scores; 0 for a descriptor that does not vary."""
    centred = x - x.mean(axis=0)
    std = centred.std(axis=0)
    # Rounding leaves a constant descriptor with a tiny spread, and its z-scores with noise.
    varies = std > 1e-7 * np.abs(x).max(axis=0)
    scale = np.where(varies, std, 1.0)
    return np.where(varies, ((centred / scale) ** order).mean(axis=0), 0.0)


def check_functionals(functionals, name):
    """Raise unless every functional is known.

    Parameters
    ----------
    functionals : tuple or list of str, or None
        The names to check.
    name : str
        The estimator on whose behalf.

    Raises
    ------
    ValueError
        When the list is empty, repeats itself, or holds an unknown name.
    """
    if functionals is None:
        return
    known = all(isinstance(f, str) and _is_known(f) for f in functionals)
    if not known or not functionals or len(set(functionals)) < len(functionals):
        raise ValueError(
            f"The 'functionals' parameter of {name} must be None or different names out of "
            f"{', '.join(_FUNCTIONALS)} and percentile0 to percentile100. "
            f"Got {functionals!r} instead."
        )


def _is_known(name):
    return name in _FUNCTIONALS or _PERCENTILE.fullmatch(name) is not None


def pool(descriptors, functionals):
    """Pool descriptors over time.

    Parameters
    ----------
    descriptors : ndarray of shape (n_frames, n_descriptors)
        One row per frame.
    functionals : sequence of str
        Names of the functionals.

    Returns
    -------
    row : ndarray of shape (len(functionals) * n_descriptors,), dtype float32
        All descriptors under the first functional, then all under the second, …
    """
    # In float64 a mean over hours of frames is still exact to float32.
    x = np.asarray(descriptors, dtype=np.float64)
    return np.concatenate([_apply(f, x) for f in functionals]).astype(np.float32)


def _apply(functional, x):
    if functional in _FUNCTIONALS:
        return _FUNCTIONALS[functional](x)
    return np.percentile(x, int(_PERCENTILE.fullmatch(functional)[1]), axis=0)


def append_deltas(descriptors, order):
    """Append the derivatives over time of each descriptor.

    The derivative is that of a polynomial of degree `order` fitted to nine frames (Savitzky and
    Golay 1964), at both ends that of the first and last nine. A clip with fewer frames is extended
    by its edge frames, where `librosa.feature.delta` raises.

    Parameters
    ----------
    descriptors : ndarray of shape (n_frames, n_descriptors)
        One row per frame.
    order : int
        Highest derivative to append.

    Returns
    -------
    extended : ndarray of shape (n_frames, (1 + order) * n_descriptors)
        The descriptors, then their first derivatives, …, per frame.
    """
    derivatives = [_derivative(descriptors, n) for n in range(1, order + 1)]
    return np.hstack([descriptors, *derivatives])


def _derivative(x, order):
    weights = _savitzky_golay(order)
    half = _DELTA_WIDTH // 2
    if len(x) < _DELTA_WIDTH:
        return _slide(np.pad(x, ((half, half), (0, 0)), mode="edge"), weights)
    # The polynomial's highest derivative is constant, so both ends repeat the outermost fit.
    return np.pad(_slide(x, weights), ((half, half), (0, 0)), mode="edge")


def _slide(x, weights):
    """Weighted sum over each run of nine frames."""
    n_out = len(x) - _DELTA_WIDTH + 1
    return sum(weight * x[shift : shift + n_out] for shift, weight in enumerate(weights))


@lru_cache(maxsize=8)
def _savitzky_golay(order):
    """Weights of nine frames in the derivative, of the same order, of a fitted polynomial."""
    at = np.arange(_DELTA_WIDTH) - _DELTA_WIDTH // 2
    fit = np.linalg.pinv(at[:, np.newaxis] ** np.arange(order + 1.0))
    return (math.factorial(order) * fit[-1]).astype(np.float32)
