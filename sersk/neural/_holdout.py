"""The part of the training clips that says when to stop."""

import numpy as np

from sersk.model_selection import SpeakerKFold


def hold_out(codes, groups, fraction, random_state):
    """Set clips aside that training does not see, best of speakers of their own.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,)
        Number of the class of each clip.
    groups : ndarray of shape (n_samples,) or None
        Their speakers.
    fraction : float
        About which part of the clips to set aside.
    random_state : int
        Seed of the choice.

    Returns
    -------
    train, valid : ndarray
        Indices of both parts. The second is empty where no part can be spared: every class has
        to be met in training.
    """
    everything = np.arange(len(codes))
    n_classes = len(np.unique(codes))
    if fraction == 0 or np.bincount(codes).max() < 2:
        return everything, everything[:0]
    folds = SpeakerKFold(max(2, round(1 / fraction)), random_state=random_state)
    # As in calibration: clips of known speakers only where no speaker can be spared.
    for speakers in (groups, None):
        if speakers is None and np.bincount(codes).min() < 2:
            continue
        for train, valid in folds.split(codes, codes, speakers):
            if len(np.unique(codes[train])) == n_classes:
                return train, valid
    return everything, everything[:0]
