"""Who speaks, told from the names of the files."""

import re
from pathlib import PureWindowsPath

import numpy as np

from sersk.exceptions import ManifestError


def recognise_speakers(filenames):
    """Tell the speakers where every file is named as in a corpus that is known.

    Parameters
    ----------
    filenames : list of str
        Names of the files, with or without folders.

    Returns
    -------
    speakers : ndarray of str, or None
        Speaker of each file; with that of the corpus before it where there are several corpora.
        None where a file is named in another way.
    corpora : list of str
        The corpora whose names they are, sorted.
    """
    found = [_recognise(PureWindowsPath(name).as_posix()) for name in filenames]
    if None in found:
        return None, []
    corpora = sorted({corpus for corpus, _ in found})
    several = len(corpora) > 1
    return np.array([f"{c} {s}" if several else s for c, s in found]), corpora


def _recognise(name):
    # Only here, as most manifests have a column of speakers.
    from sersk.datasets.corpora import CORPORA, UnusableClipError

    for corpus in CORPORA.values():
        try:
            facts = corpus.parse(name)
        except UnusableClipError:
            continue
        if facts is not None and facts["Speaker"]:
            return corpus.name, facts["Speaker"]
    return None


def extract_speakers(filenames, pattern):
    """Tell the speakers by a pattern of the user's own.

    Parameters
    ----------
    filenames : list of str
        Names of the files, with or without folders.
    pattern : str
        Regular expression that is searched for in each name. The speaker is its group called
        ``speaker``, else its first group, else all that it matches.

    Returns
    -------
    speakers : ndarray of str
        Speaker of each file.

    Raises
    ------
    ManifestError
        When it is no regular expression, or does not find a speaker in every name.
    """
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ManifestError(
            f"The pattern for speakers must be a regular expression. Got '{pattern}': {error}."
        ) from error
    group = "speaker" if "speaker" in compiled.groupindex else min(1, compiled.groups)
    found = [compiled.search(name) for name in filenames]
    speakers = ["" if match is None else match[group] or "" for match in found]
    if "" in speakers:
        first = filenames[speakers.index("")]
        raise ManifestError(
            f"The pattern '{pattern}' finds no speaker in {speakers.count('')} of "
            f"{len(filenames)} file names (first: {first!r}). Mend --speaker-pattern."
        )
    return np.array(speakers)
