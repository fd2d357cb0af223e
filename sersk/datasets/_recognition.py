"""Which published corpus a file is from, and what is told of it."""

import functools
from dataclasses import dataclass
from pathlib import PureWindowsPath

from sersk.datasets._columns import LABEL_NAMES, PATH_NAMES, column_values, find_column, read_table
from sersk.datasets.corpora import CORPORA, UnusableClipError
from sersk.exceptions import ManifestError


@dataclass(frozen=True)
class Told:
    """What is told of a file.

    Attributes
    ----------
    facts : dict of str to str, or None
        Columns and their cells; None for a file that is left out.
    reason : str
        Why it is left out.
    corpus : str or None
        Name of the corpus that it is from.
    """

    facts: dict | None = None
    reason: str = ""
    corpus: str | None = None


def recognise_files(paths, corpora=None):
    """Tell what the names of files say, as far as they are named as in published corpora.

    Parameters
    ----------
    paths : list of Path
        Where the files are. The folders that matter to a name may lie above those given.
    corpora : list of Corpus or None, default=None
        What to try. None means all that are known.

    Returns
    -------
    told : list of (Told or None)
        What is told of each file; None for one that is named in another way.
    """
    corpora = list(CORPORA.values()) if corpora is None else corpora
    read_labels = functools.cache(_read_labels)
    return [_recognise(path, corpora, read_labels) for path in paths]


def _recognise(path, corpora, read_labels):
    path = path.absolute()
    for corpus in corpora:
        try:
            facts = corpus.parse(path.as_posix())
            if facts is not None and corpus.label_file:
                labels = read_labels(path.parents[1] / corpus.label_file)
                facts = _add_label(facts, path.name, corpus, labels)
        except UnusableClipError as error:
            return Told(reason=str(error), corpus=corpus.name)
        if facts is not None:
            return Told(facts, corpus=corpus.name)
    return None


def _add_label(facts, name, corpus, labels):
    """Add the class; give None where the labels are not those of the corpus."""
    if not labels or not set(labels.values()) <= set(corpus.classes):
        return None
    if name not in labels:
        raise UnusableClipError(f"{corpus.label_file} has no row for it")
    return corpus.complete({**facts, "Class": labels[name]})


def _read_labels(path):
    """Give the class of each file that a CSV names; nothing where it is no such CSV."""
    try:
        table = read_table(path)
    except ManifestError:
        return {}
    files = find_column(table, path, None, PATH_NAMES, "file", "--path-column")
    labels = find_column(table, path, None, LABEL_NAMES, "label", "--label-column")
    if files is None or labels is None:
        return {}
    names = [PureWindowsPath(name).name for name in table[files]]
    return dict(zip(names, column_values(table, labels).tolist(), strict=True))
