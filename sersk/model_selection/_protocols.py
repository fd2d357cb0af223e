"""Named ways to split a corpus into training and test parts."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import LeaveOneGroupOut

from sersk.exceptions import ManifestError
from sersk.model_selection._splits import SpeakerKFold
from sersk.utils._names import natural_key

PROTOCOLS = (
    "leave-one-speaker-out",
    "grouped",
    "published",
    "speaker-and-sentence",
    "stratified",
)

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
        The speaker left out, or the name or number of the fold.
    splits : list of (train, test)
        Indices of both parts of each split; every clip is in one test part.
    optimistic : bool
        Whether the same speaker may be on both sides.
    """

    name: str
    fold_names: list
    splits: list
    optimistic: bool


def make_protocol(
    y,
    groups=None,
    *,
    name=None,
    n_splits=None,
    folds=None,
    sentences=None,
    max_left_out=MAX_LEFT_OUT_SPEAKERS,
    random_state=0,
):
    """Choose and make the splits for a corpus.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Classes of the clips.
    groups : ndarray of shape (n_samples,) or None, default=None
        Their speakers; None where they are not known.
    name : str or None, default=None
        One of `PROTOCOLS`. None takes the published folds where there are any; else leaves out one
        speaker at a time up to `max_left_out` speakers, makes folds of speakers above that or when
        `n_splits` is given, and stratified folds without speakers.
    n_splits : int or None, default=None
        Number of folds; for "speaker-and-sentence", of the speakers. None means 5.
    folds : ndarray of shape (n_samples,) or None, default=None
        The published fold of each clip.
    sentences : ndarray of shape (n_samples,) or None, default=None
        What is said in each clip.
    max_left_out : int, default=30
        Up to how many speakers one at a time is left out.
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
    name = name or _default_name(speakers, folds, n_splits, max_left_out)
    if name not in PROTOCOLS:
        raise ManifestError(
            f"There is no protocol {name!r}. It must be one of: {', '.join(PROTOCOLS)}."
        )
    if folds is not None and name != "published":
        raise ManifestError(
            f"A column of folds goes with the protocol 'published'. Got {name!r}. Leave out "
            "--protocol or --fold-column."
        )
    if name == "published":
        return _from_published(folds, groups, n_splits)
    if name == "stratified":
        _check_stratified(y, n_splits)
        return _from_folds(name, y, None, n_splits, random_state)
    _check_speakers(name, speakers, n_splits)
    if name == "grouped":
        return _from_folds(name, y, groups, n_splits, random_state)
    if name == "speaker-and-sentence":
        return _from_speakers_and_sentences(y, groups, sentences, n_splits, random_state)
    splits = list(LeaveOneGroupOut().split(y, y, groups))
    return Protocol(name, [str(s) for s in speakers], splits, False)


def _default_name(speakers, folds, n_splits, max_left_out):
    if folds is not None:
        return "published"
    if not speakers:
        return "stratified"
    few = len(speakers) <= max_left_out
    return "leave-one-speaker-out" if few and n_splits is None else "grouped"


def _from_folds(name, y, groups, n_splits, random_state):
    splitter = SpeakerKFold(n_splits or DEFAULT_N_FOLDS, random_state=random_state)
    splits = list(splitter.split(y, y, groups))
    return Protocol(name, [str(i + 1) for i in range(len(splits))], splits, groups is None)


def _from_published(folds, groups, n_splits):
    if folds is None:
        raise ManifestError(
            "The protocol 'published' needs the fold of each clip. Name its column with "
            "--fold-column."
        )
    names = sorted(np.unique(folds).tolist(), key=natural_key)
    if len(names) < 2:
        raise ManifestError(
            f"All clips are in one fold, {names[0]!r}. There must be at least two: name another "
            "column with --fold-column."
        )
    if n_splits not in (None, len(names)):
        raise ManifestError(
            f"The column of folds makes {len(names)} folds. Got --cv {n_splits} as well. Leave "
            "out --cv."
        )
    splits = [(np.flatnonzero(folds != name), np.flatnonzero(folds == name)) for name in names]
    optimistic = groups is None or any(
        np.isin(groups[train], groups[test]).any() for train, test in splits
    )
    return Protocol("published", names, splits, optimistic)


def _from_speakers_and_sentences(y, groups, sentences, n_splits, random_state):
    if sentences is None:
        raise ManifestError(
            "The protocol 'speaker-and-sentence' needs what is said in each clip, and there is no "
            "column for it. Name it with --sentence-column."
        )
    n_empty = np.count_nonzero(sentences == "")
    if n_empty:
        raise ManifestError(
            "The protocol 'speaker-and-sentence' needs the sentence of every clip, and the column "
            f"is empty in {n_empty} of {len(sentences)} rows. Fill it in, or take those rows out."
        )
    if len(np.unique(sentences)) < 2:
        raise ManifestError(
            f"All clips are of one sentence, {str(sentences[0])!r}, so none can be left out. "
            "Choose another protocol."
        )
    splitter = SpeakerKFold(n_splits or DEFAULT_N_FOLDS, random_state=random_state)
    names, splits = [], []
    of_sentences = [test for _, test in splitter.split(y, y, sentences)]
    for i, (unheard, heard) in enumerate(splitter.split(y, y, groups), start=1):
        for j, said in enumerate(of_sentences, start=1):
            test = np.intersect1d(heard, said)
            if len(test):
                names.append(f"{i}.{j}")
                splits.append((np.setdiff1d(unheard, said), test))
    return Protocol("speaker-and-sentence", names, splits, False)


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
            "--group-column, tell them from the file names with --speaker-pattern, or pass "
            "--protocol stratified for an optimistic score."
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
