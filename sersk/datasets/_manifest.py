"""Manifests: which file, which class, which speaker."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath

import numpy as np

from sersk.datasets._columns import (
    GENDER_NAMES,
    GROUP_NAMES,
    LABEL_NAMES,
    PATH_NAMES,
    SENTENCE_NAMES,
    check_filled,
    column_values,
    find_column,
    miss_column,
)
from sersk.datasets._source import read_source
from sersk.datasets._speakers import extract_speakers, recognise_speakers
from sersk.exceptions import ManifestError
from sersk.utils._failures import Failure


@dataclass(frozen=True)
class Manifest:
    """The rows of a CSV that can be used, or those that a folder makes.

    Attributes
    ----------
    path : Path
        The CSV, or the folder.
    sha256 : str
        Digest of the CSV; of a folder, of its rows as a CSV.
    filenames : list of str
        Each file as the CSV names it; in a folder, its path below that.
    paths : list of (str or None)
        Where each file was found; None for one that was not, where such rows are kept.
    rows : list of int
        Row of each file in the CSV, the header being row 1; of a folder, in the CSV that
        `write_index` would write into it.
    labels : ndarray of str or None
        Class of each file, empty where the cell is; None where the CSV has no such column.
    speakers : ndarray of str or None
        Speaker of each file, empty where the cell is; None where nothing tells.
    genders : ndarray of str or None
        Gender of the speaker of each file, empty where the cell is; None where the CSV has no such
        column.
    sentences : ndarray of str or None
        What is said in each file, empty where the cell is; None where the CSV has no such column.
    folds : ndarray of str or None
        Fold of each file, where a column of folds was asked for.
    missing : list of Failure
        Files that were not found.
    columns : list of str
        All columns of the CSV.
    label_column : str or None
        That of the classes.
    group_column : str or None
        That of the speakers.
    speaker_source : str or None
        Where the speakers are from, in words.
    weights : ndarray of float or None
        Weight of each row, below 1 for a clip that counts in part to several classes and so has
        several rows. None where every clip has one row.
    """

    path: Path
    sha256: str
    filenames: list
    paths: list
    rows: list
    labels: np.ndarray | None
    speakers: np.ndarray | None
    genders: np.ndarray | None
    sentences: np.ndarray | None
    folds: np.ndarray | None
    missing: list
    columns: list
    label_column: str | None
    group_column: str | None
    speaker_source: str | None
    weights: np.ndarray | None = None

    @property
    def is_whole(self):
        """Which rows are of clips with a single class."""
        _, place, counts = np.unique(self.rows, return_inverse=True, return_counts=True)
        return counts[place] == 1

    def require_labels(self):
        """Raise unless there is a class for each file.

        Raises
        ------
        ManifestError
            When no column of classes was recognised, or it has empty cells.
        """
        if self.labels is None:
            raise miss_column(self.columns, self.path, "label", "--label-column")
        check_filled(self.path, self.label_column, self.labels, self.rows)

    def require_whole_speakers(self):
        """Raise where some files have a speaker, and others an empty cell.

        Raises
        ------
        ManifestError
            When the column of speakers has empty cells.
        """
        if self.group_column is not None:
            check_filled(self.path, self.group_column, self.speakers, self.rows)

    def select(self, keep):
        """Keep some of the rows.

        Parameters
        ----------
        keep : sequence of bool
            Which rows to keep.

        Returns
        -------
        manifest : Manifest
            The rows kept.
        """
        return self.take(np.flatnonzero(keep))

    def take(self, index):
        """Put rows together anew.

        Parameters
        ----------
        index : sequence of int
            Which rows to take, in the order wanted; a row may be taken several times.

        Returns
        -------
        manifest : Manifest
            The rows taken.
        """
        lists = {name: getattr(self, name) for name in ("filenames", "paths", "rows")}
        names = ("labels", "speakers", "genders", "sentences", "folds", "weights")
        arrays = {name: getattr(self, name) for name in names}
        return replace(
            self,
            **{name: [values[i] for i in index] for name, values in lists.items()},
            **{name: None if v is None else v[index] for name, v in arrays.items()},
        )


def read_manifest(
    path,
    *,
    audio_dir=None,
    path_column=None,
    label_column=None,
    group_column=None,
    speaker_pattern=None,
    gender_column=None,
    sentence_column=None,
    fold_column=None,
    keep_missing=False,
):
    """Read a CSV or a folder of sound files and find each file.

    Columns are recognised by their usual names in any case: ``Filename``, ``file``, ``path``;
    ``Class``, ``label``, ``emotion``, ``sentiment``; ``Speaker``, ``actor``, ``subject``;
    ``Gender``, ``sex``; ``Sentence``, ``text``. Values stay text, so that speaker 01 is not 1 and
    a class may be called NA. A file is looked for in `audio_dir`, then as it is given, beside the
    CSV, and in the folder named like the CSV. Without a column of speakers they are told from the
    names of the files, where all of these are named as in well-known corpora (CREMA-D, EmoDB,
    EMOVO, ESD, JL-Corpus, RAVDESS, SAVEE, ShEMO, TESS).

    Of a folder the rows are those of `index_folder`; a warning tells what that left out.

    Parameters
    ----------
    path : path-like
        The CSV, in UTF-8, separated by comma, semicolon or tab; or a folder.
    audio_dir : path-like or None, default=None
        One more folder to look for the files of a CSV in.
    path_column, label_column, group_column : str or None, default=None
        Names of the columns of file, class and speaker. None recognises them.
    speaker_pattern : str or None, default=None
        Regular expression that finds the speaker in the name of a file: its group ``speaker``, its
        first group, or all of it. It comes before a column that is recognised.
    gender_column, sentence_column : str or None, default=None
        Names of the columns of the speaker's gender and of what is said. None recognises them.
    fold_column : str or None, default=None
        Name of a column of published folds. It is only read when it is named.
    keep_missing : bool, default=False
        Whether to keep the rows of files that were not found.

    Returns
    -------
    manifest : Manifest
        The rows whose file was found, and those whose file was not.

    Raises
    ------
    ManifestError
        When the CSV cannot be read, is empty, has no column of files or no column of a name
        asked for, or does not name a file in each row; when nothing tells the classes in a folder.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from sersk.datasets import read_manifest
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     csv = pathlib.Path(folder, "TRAIN.csv")
    ...     _ = csv.write_text("Filename,Class\\nmissing.wav,happy\\n")
    ...     manifest = read_manifest(csv)
    >>> manifest.missing[0].path
    'missing.wav'
    """
    source = read_source(path, audio_dir)
    path, table = source.path, source.table
    file_column = find_column(table, path, path_column, PATH_NAMES, "file", "--path-column")
    if file_column is None:
        raise miss_column(list(table.columns), path, "file", "--path-column")
    check_filled(path, file_column, table[file_column], table.index)
    wanted = {
        "label": (label_column, LABEL_NAMES, "--label-column"),
        "gender": (gender_column, GENDER_NAMES, "--gender-column"),
        "sentence": (sentence_column, SENTENCE_NAMES, "--sentence-column"),
        "fold": (fold_column, (), "--fold-column"),
    }
    columns = {
        what: find_column(table, path, asked, usual, what, option)
        for what, (asked, usual, option) in wanted.items()
    }
    if columns["fold"] is not None:
        check_filled(path, columns["fold"], table[columns["fold"]], table.index)
    filenames = table[file_column].tolist()
    group_column, speakers, speaker_source = _find_speakers(
        source, filenames, group_column, speaker_pattern
    )
    paths, missing = _find_files(filenames, table.index.tolist(), source.folders)
    everything = Manifest(
        path=path,
        sha256=source.sha256,
        filenames=filenames,
        paths=paths,
        rows=table.index.tolist(),
        labels=column_values(table, columns["label"]),
        speakers=speakers,
        genders=column_values(table, columns["gender"]),
        sentences=column_values(table, columns["sentence"]),
        folds=column_values(table, columns["fold"]),
        missing=missing,
        columns=list(table.columns),
        label_column=columns["label"],
        group_column=group_column,
        speaker_source=speaker_source,
    )
    return everything if keep_missing else everything.select([p is not None for p in paths])


def read_labels(path, *, label_column=None):
    """Read only the classes of a CSV, which then needs to name no files, or of a folder.

    Parameters
    ----------
    path : path-like
        The CSV or the folder, as for `read_manifest`.
    label_column : str or None, default=None
        Name of the column of classes. None recognises it.

    Returns
    -------
    labels : ndarray of str of shape (n_rows,)
        The class of each row.

    Raises
    ------
    ManifestError
        When the CSV cannot be read, is empty, or has no such column or gaps in it.
    """
    source = read_source(path)
    path, table = source.path, source.table
    column = find_column(table, path, label_column, LABEL_NAMES, "label", "--label-column")
    if column is None:
        raise miss_column(list(table.columns), path, "label", "--label-column")
    check_filled(path, column, table[column], table.index)
    return column_values(table, column)


def _find_speakers(source, filenames, asked, pattern):
    """Give the column of the speakers, the speakers, and where they are from, in words."""
    if pattern is not None:
        if asked is not None:
            raise ManifestError(
                f"Speakers come from a column or from a pattern. Got --group-column {asked} and "
                f"--speaker-pattern {pattern}. Leave one of them out."
            )
        return None, extract_speakers(filenames, pattern), f"file names by {pattern}"
    table = source.table
    column = find_column(table, source.path, asked, GROUP_NAMES, "speaker", "--group-column")
    if column is not None:
        words = f"column {column!r}"
        if asked is None and source.corpora:
            words = _as_in(source.corpora)
        return column, column_values(table, column), words
    speakers, corpora = recognise_speakers(filenames)
    return None, speakers, _as_in(corpora) if corpora else None


def _as_in(corpora):
    return f"file names as in {', '.join(corpora)}"


def _find_files(filenames, rows, folders):
    """Give the path of each file, None where it is not there, and a failure for each of those."""
    paths = [_locate(filename, folders) for filename in filenames]
    missing = [
        Failure(i, filenames[i], "no such file", rows[i])
        for i, found in enumerate(paths)
        if found is None
    ]
    return paths, missing


def _locate(filename, folders):
    """Find a file under the first of the folders that has it."""
    # A CSV written on Windows separates folders by backslashes.
    for name in dict.fromkeys([filename, PureWindowsPath(filename).as_posix()]):
        for folder in folders:
            candidate = folder / name
            # A name longer than the file system allows raises; it is no file either.
            with suppress(OSError):
                if candidate.is_file():
                    return str(candidate)
    return None
