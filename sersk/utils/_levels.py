"""Levels of short frames."""

import numpy as np

FRAME_S = 0.025
# What has no power at all has this level.
LOWEST_DB = -120.0


def measure_power(signal, length):
    """Measure the power of each whole frame, without a constant.

    Parameters
    ----------
    signal : ndarray of shape (n_times,)
        The samples.
    length : int
        Length of a frame, in samples.

    Returns
    -------
    powers : ndarray of shape (n_times // length,)
        Mean square of each frame around its own mean.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.utils._levels import measure_power
    >>> measure_power(np.array([3.0, 3.0, 1.0, -1.0, 9.0]), 2)
    array([0., 1.])
    """
    whole = len(signal) - len(signal) % length
    return np.var(signal[:whole].reshape(-1, length), axis=1)


def to_level(powers):
    """Turn powers into levels.

    Parameters
    ----------
    powers : ndarray
        Mean squares.

    Returns
    -------
    levels_db : ndarray
        In dB re full scale, -120 at least.
    """
    return 10 * np.log10(np.maximum(powers, 10 ** (LOWEST_DB / 10)))
