"""What a manifest is made from: a CSV, or a folder of sound files."""

import hashlib
import warnings
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sersk.datasets._columns import read_table
from sersk.exceptions import DataWarning
from sersk.utils._failures import summarise_failures


@dataclass(frozen=True)
class Source:
    """Rows that name sound files.

    Attributes
    ----------
    path : Path
        The CSV, or the folder.
    table : pandas.DataFrame of str
        The rows, indexed by their number in the CSV, the header being row 1; of a folder, by that
        in the CSV that would be written of it.
    sha256 : str
        Digest of that CSV.
    folders : list of Path
        Where to look for the files, in this order.
    corpora : list of str
        The corpora whose file names told the columns; empty for a CSV.
    """

    path: Path
    table: pd.DataFrame
    sha256: str
    folders: list
    corpora: list


def read_source(path, audio_dir=None):
    """Read a CSV, or make its rows from a folder.

    Parameters
    ----------
    path : path-like
        The CSV or the folder.
    audio_dir : path-like or None, default=None
        One more folder to look for the files of a CSV in.

    Returns
    -------
    source : Source
        The rows.

    Raises
    ------
    ManifestError
        When the CSV cannot be read, or nothing tells the classes of the files in the folder.
    """
    path = Path(path)
    if path.is_dir():
        return _read_folder(path)
    table = read_table(path)
    folders = [Path(audio_dir)] if audio_dir is not None else []
    folders += [Path(), path.parent, path.with_suffix("")]
    return Source(path, table, hashlib.sha256(path.read_bytes()).hexdigest(), folders, [])


def _read_folder(path):
    # Only here, as a CSV needs to know nothing of published corpora.
    from sersk.datasets._index import format_table, index_folder

    index = index_folder(path)
    if index.skipped:
        n_files = len(index.table) + len(index.skipped)
        message = summarise_failures(index.skipped, n_files, did="Left out")
        warnings.warn(message, DataWarning, stacklevel=4)
    digest = hashlib.sha256(format_table(index.table).encode()).hexdigest()
    table = index.table.set_axis(range(2, len(index.table) + 2))
    return Source(path, table, digest, [path], index.corpora)
