"""CSV tables of text, and their columns by their usual names."""

import csv

import numpy as np
import pandas as pd

from sersk.exceptions import ManifestError

# The usual names of the columns, in order of preference; compared without regard to case,
# spaces, dashes and underscores.
PATH_NAMES = (
    *("filename", "file", "path", "filepath", "audio", "audiofile", "audiopath", "audiofilename"),
    *("wav", "wavfile", "wavpath", "clip", "recording", "sound", "soundfile"),
)
LABEL_NAMES = (
    *("class", "label", "emotion", "sentiment", "target", "emotions", "classname", "labels"),
)
GROUP_NAMES = (
    *("speaker", "speakerid", "speakername", "actor", "actorid", "subject", "subjectid"),
    *("talker", "participant", "participantid"),
)
GENDER_NAMES = ("gender", "sex", "speakergender")
SENTENCE_NAMES = (
    *("sentence", "sentenceid", "sentencecode", "text", "textid", "transcript", "transcription"),
    *("utterance", "phrase", "statement"),
)


def read_table(path):
    """Read a CSV as text.

    Parameters
    ----------
    path : Path
        The CSV, in UTF-8, separated by comma, semicolon or tab.

    Returns
    -------
    table : pandas.DataFrame of str
        Its rows, indexed by their number in the file, the header being row 1.

    Raises
    ------
    ManifestError
        When there is no such file, or it is empty or no CSV.
    """
    if not path.exists():
        raise ManifestError(
            f"There is no file {str(path)!r}. Name a CSV of sound files, or a folder of them."
        )
    try:
        # utf-8-sig also swallows the mark that spreadsheets put at the beginning.
        with path.open(encoding="utf-8-sig", newline="") as file:
            separator = max(",;\t", key=file.readline().count)
            file.seek(0)
            reader = csv.reader(file, delimiter=separator, skipinitialspace=True, strict=True)
            rows = [[cell.strip() for cell in row] for row in reader]
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path} is not UTF-8 text. Save it as CSV in UTF-8.") from error
    except csv.Error as error:
        raise ManifestError(f"{path} is not a well-formed CSV: {error}.") from error
    return _make_table(path, rows)


def _make_table(path, rows):
    """Make a table of text, indexed by the rows of the CSV, the header being row 1."""
    numbered = [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    if not numbered:
        raise ManifestError(f"{path} is empty. It must have a header and a row per file.")
    (_, header), *body = numbered
    if not body:
        raise ManifestError(f"{path} has a header but no rows. It must have a row per file.")
    for number, row in body:
        if any(row[len(header) :]):
            raise ManifestError(
                f"{path} is not a well-formed CSV: row {number} has {len(row)} cells under a "
                f"header of {len(header)}."
            )
    cells = [(row + [""] * len(header))[: len(header)] for _, row in body]
    table = pd.DataFrame(cells, columns=header, index=[n for n, _ in body], dtype=str)
    return table.loc[:, ~table.columns.duplicated()]


def _plain(name):
    return "".join(c for c in name.lower() if c not in " -_")


def find_column(table, path, asked, usual, what, option):
    """Find a column by the name asked for, or else by its usual ones.

    Parameters
    ----------
    table : pandas.DataFrame
        The table.
    path : Path
        Where it is from, for messages.
    asked : str or None
        Name asked for.
    usual : sequence of str
        Usual names, plain, in order of preference.
    what : str
        What the column holds.
    option : str
        The option that names it.

    Returns
    -------
    column : str or None
        Its name as the table writes it; None where there is none of the usual names.

    Raises
    ------
    ManifestError
        When there is none of the name asked for.
    """
    if asked is not None:
        matches = [c for c in table.columns if c == asked]
        matches = matches or [c for c in table.columns if c.lower() == asked.lower()]
        if not matches:
            raise ManifestError(
                f"{path} has no column {asked!r}. Its columns are: {', '.join(table.columns)}. "
                f"Name the one of the {what} with {option}."
            )
        return matches[0]
    by_plain_name = {_plain(c): c for c in reversed(table.columns)}
    return next((by_plain_name[name] for name in usual if name in by_plain_name), None)


def miss_column(columns, path, what, option):
    """Make the error for a column that is not there.

    Parameters
    ----------
    columns : list of str
        Those that are.
    path : Path
        Where they are from.
    what : str
        What the column should hold.
    option : str
        The option that names it.

    Returns
    -------
    error : ManifestError
        To be raised.
    """
    known = {*PATH_NAMES, *LABEL_NAMES, *GROUP_NAMES}
    others = [c for c in columns if _plain(c) not in known] or columns
    return ManifestError(
        f"{path} has no column for the {what}. Its columns are: {', '.join(columns)}. "
        f"Name it with {option} {others[-1]}."
    )


def check_filled(path, column, values, rows):
    """Raise where a column has empty cells.

    Parameters
    ----------
    path : Path
        Where it is from.
    column : str
        Its name.
    values : array-like of str
        Its cells.
    rows : sequence of int
        Number of each row in the file.
    """
    empty = np.flatnonzero(np.asarray(values) == "")
    if len(empty):
        raise ManifestError(
            f"{path} leaves column {column!r} empty in {len(empty)} of {len(values)} rows "
            f"(first: row {rows[empty[0]]}). Fill it in, or take those rows out."
        )


def column_values(table, column):
    """Give the cells of a column as an array.

    Parameters
    ----------
    table : pandas.DataFrame
        The table.
    column : str or None
        Name of the column.

    Returns
    -------
    values : ndarray of str or None
        Its cells; None without a column.
    """
    return None if column is None else table[column].to_numpy(dtype=object).astype(str)
