"""The level of a voice: what is left of the level of frames once the gain is taken out."""

import numpy as np

# Frames this far below the loudest are pauses.
ACTIVE_RANGE_DB = 28.0
_FAINTEST = 1e-10


def to_db(power, peak):
    """Express the power of frames in dB.

    Parameters
    ----------
    power : ndarray of shape (n_frames,)
        Power of each frame, in any unit.
    peak : float
        Power of the loudest frame of the clip.

    Returns
    -------
    level_db : ndarray of shape (n_frames,)
        Level, at most 100 dB below the loudest frame.
    """
    floor = max(peak * _FAINTEST, np.finfo(np.float32).tiny)
    return 10 * np.log10(np.maximum(power, floor))


def active_level(power):
    """Measure the level at which a clip speaks.

    Parameters
    ----------
    power : ndarray of shape (n_frames,)
        Power of each frame, in any unit.

    Returns
    -------
    level_db : float
        Mean level of the frames within 28 dB of the loudest.
    """
    level_db = to_db(power, power.max())
    return level_db[level_db > level_db.max() - ACTIVE_RANGE_DB].mean()
