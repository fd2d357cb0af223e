"""Named ways to split a corpus into training and test parts."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import LeaveOneGroupOut

from sersk.exceptions import ManifestError
from sersk.model_selection._splits import SpeakerKFold

PROTOCOLS = ("leave-one-speaker-out", "grouped", "stratified")

# Above this many speakers leaving out one at a time costs more than it tells.
MAX_LEFT_OUT_SPEAKERS = 30
DEFAULT_N_FOLDS = 5


@dataclass(frozen=True)
class Protocol:
    """The splits of a corpus, and what to call them.

    Attributes
    ----------
    name : str
        One of `PROTOCOLS`.
    fold_names : list of str
        The speaker left out, or the number of the fold.
    splits : list of (train, test)
        Indices of both parts of each split.
    optimistic : bool
        Whether the same speaker may be on both sides.
    """

    name: str
    fold_names: list
    splits: list
    optimistic: bool


def make_protocol(y, groups=None, *, name=None, n_splits=None, random_state=0):
    """Choose and make the splits for a corpus.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Classes of the clips.
    groups : ndarray of shape (n_samples,) or None, default=None
        Their speakers; None where they are not known.
    name : str or None, default=None
        One of `PROTOCOLS`. None leaves out one speaker at a time up to 30 speakers, makes folds of
        speakers above that or when `n_splits` is given, and stratified folds without speakers.
    n_splits : int or None, default=None
        Number of folds. None means 5.
    random_state : int, default=0
        Seed of the shuffling.

    Returns
    -------
    protocol : Protocol
        The splits.

    Raises
    ------
    ManifestError
        When the corpus does not allow what is asked for.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.model_selection import make_protocol
    >>> protocol = make_protocol(np.array(["a", "b"] * 4), np.repeat(["S1", "S2"], 4))
    >>> protocol.name, protocol.fold_names
    ('leave-one-speaker-out', ['S1', 'S2'])
    """
    speakers = [] if groups is None else np.unique(groups).tolist()
    name = name or _default_name(speakers, n_splits)
    if name not in PROTOCOLS:
        raise ManifestError(
            f"There is no protocol {name!r}. It must be one of: {', '.join(PROTOCOLS)}."
        )
    if name == "stratified":
        _check_stratified(y, n_splits)
        return _from_folds(name, y, None, n_splits, random_state)
    _check_speakers(name, speakers, n_splits)
    if name == "grouped":
        return _from_folds(name, y, groups, n_splits, random_state)
    splits = list(LeaveOneGroupOut().split(y, y, groups))
    return Protocol(name, [str(s) for s in speakers], splits, False)


def _default_name(speakers, n_splits):
    if not speakers:
        return "stratified"
    few = len(speakers) <= MAX_LEFT_OUT_SPEAKERS
    return "leave-one-speaker-out" if few and n_splits is None else "grouped"


def _from_folds(name, y, groups, n_splits, random_state):
    folds = SpeakerKFold(n_splits or DEFAULT_N_FOLDS, random_state=random_state)
    splits = list(folds.split(y, y, groups))
    return Protocol(name, [str(i + 1) for i in range(len(splits))], splits, groups is None)


def _check_stratified(y, n_splits):
    rarest, count = min(Counter(y.tolist()).items(), key=lambda item: item[1])
    if count < 2:
        raise ManifestError(
            f"The class {rarest!r} has a single clip. Cross-validation needs at least 2 in each "
            "class: add clips, or take the class out."
        )
    if n_splits is not None and n_splits > count:
        raise ManifestError(
            f"The number of folds must be at most {count}, the number of clips of the class "
            f"{rarest!r}. Got {n_splits} instead. Lower --cv."
        )


def _check_speakers(name, speakers, n_splits):
    if not speakers:
        raise ManifestError(
            f"The protocol {name!r} needs speakers, and there is no column for them. Name it with "
            "--group-column, or pass --protocol stratified for an optimistic score."
        )
    if len(speakers) < 2:
        raise ManifestError(
            f"All clips are of one speaker, {speakers[0]!r}, so no score on unseen speakers is "
            "possible. Add speakers, or pass --protocol stratified for an optimistic score."
        )
    if name == "leave-one-speaker-out" and n_splits not in (None, len(speakers)):
        raise ManifestError(
            f"Leaving out one speaker at a time makes {len(speakers)} folds, one per speaker. Got "
            f"--cv {n_splits} as well. Leave out --cv, or pass --protocol grouped."
        )
    if n_splits is not None and n_splits > len(speakers):
        raise ManifestError(
            f"The number of folds must be at most {len(speakers)}, the number of speakers. "
            f"Got {n_splits} instead. Lower --cv."
        )
