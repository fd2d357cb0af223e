"""From a folder of sound files to the rows of a CSV."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePath

import pandas as pd

from sersk.audio import find_audio
from sersk.datasets._class_folders import read_class_folders
from sersk.datasets._copies import leave_out_copies
from sersk.datasets._recognition import Told, recognise_files
from sersk.datasets._speakers import extract_speakers
from sersk.datasets.corpora import COLUMNS, CORPORA, find_corpus
from sersk.exceptions import ManifestError
from sersk.utils._failures import Failure
from sersk.utils._files import replace_file

_COMMON_COLUMNS = ("Filename", *COLUMNS, "Emotion", "Corpus")


@dataclass(frozen=True)
class Index:
    """The clips found in a folder.

    Attributes
    ----------
    folder : Path
        The folder.
    table : pandas.DataFrame of str
        A row per clip, in the order of their paths: ``Filename``, relative to the folder,
        ``Class``, and as far as they are known ``Speaker``, ``Gender``, ``Sentence``,
        ``Intensity``, ``Emotion`` (the common word for the class), ``Corpus`` where there are
        several, and columns of the corpus' own.
    corpora : list of str
        The corpora whose names the files have, sorted; empty where a folder per class tells.
    skipped : list of Failure
        Sound files that are left out, each with its path below the folder and the reason.
    """

    folder: Path
    table: pd.DataFrame
    corpora: list
    skipped: list


def index_folder(folder, *, corpus=None, speaker_pattern=None):
    """List the clips below a folder, and what their names or folders tell of each.

    Where most files are named as in published corpora (see `CORPORA`), the names tell. Otherwise
    each class must have a folder of its own: the folders that are called by emotions or sentiments
    at whatever level, else those of the first level that has several.

    Left out are files that are named in another way, that a corpus marks as no clips to learn
    from, that lie outside of the folders of the classes, and second copies of the same file.

    Parameters
    ----------
    folder : path-like
        Where to look; folders inside it are walked too.
    corpus : str or None, default=None
        Name of the corpus, in any case. None recognises it.
    speaker_pattern : str or None, default=None
        Regular expression that finds the speaker in the path of a file below the folder: its group
        ``speaker``, its first group, or all of it. It comes before what a corpus tells.

    Returns
    -------
    index : Index
        The clips, and what was left out.

    Raises
    ------
    ManifestError
        When there is no such folder or corpus, no sound file, or nothing tells the classes.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from sersk.datasets import index_folder
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pathlib.Path(folder, "03a01Fa.wav").touch()
    ...     index = index_folder(folder)
    >>> index.corpora, index.table.loc[0, "Class"], index.table.loc[0, "Speaker"]
    (['EmoDB'], 'happiness', '03')
    """
    folder = Path(folder)
    wanted = None if corpus is None else find_corpus(corpus)
    paths = _list_files(folder)
    names = [path.relative_to(folder).as_posix() for path in paths]
    told = [
        told if _is_text(name) else Told(reason="its name is not Unicode text")
        for name, told in zip(names, _tell(folder, paths, names, wanted), strict=True)
    ]
    told = leave_out_copies(paths, told)
    skipped = [Failure(i, names[i], t.reason) for i, t in enumerate(told) if t.facts is None]
    if len(skipped) == len(paths):
        raise ManifestError(
            f"None of {len(paths)} sound files in {str(folder)!r} can be used (first: "
            f"{names[0]!r}: {skipped[0].reason}). Name another folder."
        )
    kept = [(name, t) for name, t in zip(names, told, strict=True) if t.facts is not None]
    corpora = sorted({t.corpus for _, t in kept} - {None})
    return Index(folder, _make_table(kept, len(corpora) > 1, speaker_pattern), corpora, skipped)


def write_index(index, path):
    """Write the clips of a folder as a CSV that `read_manifest` reads, in one step.

    Parameters
    ----------
    index : Index
        The clips.
    path : path-like
        The CSV. ``Filename`` becomes relative to its folder, with slashes, and absolute only where
        there is no way from there.
    """
    path = Path(path)
    table = index.table.assign(Filename=_find_ways(index, path))
    with replace_file(path) as temporary:
        temporary.write_text(format_table(table), encoding="utf-8", newline="")


def format_table(table):
    """Write a table as CSV.

    Parameters
    ----------
    table : pandas.DataFrame
        The table.

    Returns
    -------
    text : str
        The CSV, with its header.
    """
    return table.to_csv(index=False, lineterminator="\n")


def _find_ways(index, csv):
    # Through links, the way up from a folder is that from where it really is.
    folder = index.folder.resolve()
    try:
        way = PurePath(os.path.relpath(folder, csv.parent.resolve()))
    except ValueError:
        # Another drive of Windows.
        way = folder
    return [(way / name).as_posix() for name in index.table["Filename"]]


def _list_files(folder):
    if not folder.exists():
        raise ManifestError(f"There is no folder {str(folder)!r}. Name one of sound files.")
    if not folder.is_dir():
        raise ManifestError(f"{str(folder)!r} is a file. Name a folder of sound files.")
    paths = [Path(path) for path in find_audio(folder)]
    if not paths:
        raise ManifestError(f"The folder {str(folder)!r} holds no sound file. Name one that does.")
    return paths


def _is_text(name):
    """Whether a name can be written in UTF-8; Linux allows any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _tell(folder, paths, names, corpus):
    """Tell the class and more of each file, or why it is left out."""
    recognised = recognise_files(paths, None if corpus is None else [corpus])
    found = Counter(told.corpus for told in recognised if told is not None)
    if found.total() > (0 if corpus is not None else len(paths) // 2):
        stranger = Told(reason=f"it is not named as in {' or '.join(sorted(found))}")
        return [told or stranger for told in recognised]
    if corpus is not None:
        labels = f" below a folder with {corpus.label_file}" if corpus.label_file else ""
        raise ManifestError(
            f"No sound file in {str(folder)!r} is named as in {corpus.name}{labels} (first: "
            f"{names[0]!r}). Leave the corpus out to have it recognised."
        )
    by_folder = read_class_folders(names)
    if by_folder is None:
        raise ManifestError(_describe_unknown(folder, names, found))
    return by_folder


def _describe_unknown(folder, names, found):
    known = ", ".join(f"{n} as in {corpus}" for corpus, n in sorted(found.items()))
    known = f"only {known}" if known else f"none as in {', '.join(CORPORA)}"
    return (
        f"Nothing tells the classes of the {len(names)} sound files in {str(folder)!r} (first: "
        f"{names[0]!r}): of their names {known}, and there is no folder per class. Put the files "
        "of each class into a folder of its name, or write a CSV with the columns Filename and "
        "Class."
    )


def _make_table(kept, is_mixed, speaker_pattern):
    rows = [{"Filename": name, **_part(told, is_mixed)} for name, told in kept]
    table = pd.DataFrame(rows, dtype=str).fillna("")
    if speaker_pattern is not None:
        table["Speaker"] = extract_speakers(table["Filename"].tolist(), speaker_pattern)
    own = [column for column in table if column not in _COMMON_COLUMNS]
    # A column of a corpus' own in which all is the same tells nothing.
    shown = [c for c in _COMMON_COLUMNS if c in table and table[c].any()]
    return table[shown + [c for c in own if table.loc[table[c] != "", c].nunique() > 1]]


def _part(told, is_mixed):
    """Keep speakers and sentences of different corpora apart: each has its own 03."""
    if not is_mixed:
        return told.facts
    codes = {c: told.facts[c] and f"{told.corpus} {told.facts[c]}" for c in _CODES}
    return {**told.facts, **codes, "Corpus": told.corpus}


_CODES = ("Speaker", "Sentence")
