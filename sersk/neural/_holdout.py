"""The part of the training clips that says when to stop."""

import warnings

import numpy as np
from sklearn.model_selection import StratifiedKFold

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
    if fraction == 0:
        return everything, everything[:0]
    n_classes = len(np.unique(codes))
    n_folds = max(2, round(1 / fraction))
    # As in calibration: clips of known speakers only where no speaker can be spared.
    for splits in (
        _split_speakers(codes, groups, n_folds, random_state),
        _split_clips(codes, n_folds, random_state),
    ):
        possible = [parts for parts in splits if len(np.unique(codes[parts[0]])) == n_classes]
        if possible:
            # Speakers have more clips or fewer, and so have the folds.
            return min(possible, key=lambda parts: abs(len(parts[1]) / len(codes) - fraction))
    return everything, everything[:0]


def _split_speakers(codes, groups, n_folds, random_state):
    if groups is None or len(np.unique(groups)) < 2:
        return []
    return SpeakerKFold(n_folds, random_state=random_state).split(codes, codes, groups)


def _split_clips(codes, n_folds, random_state):
    # More folds than clips of any class cannot be stratified.
    n_folds = min(n_folds, np.bincount(codes).max())
    if n_folds < 2:
        return []
    folds = StratifiedKFold(n_folds, shuffle=True, random_state=random_state)
    with warnings.catch_warnings():
        # A class with fewer clips than folds is merely in some of them.
        warnings.filterwarnings("ignore", message="The least populated class")
        return list(folds.split(codes, codes))
