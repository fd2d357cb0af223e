"""From a CSV or a folder to a matrix: the step that every workflow begins with."""

import time
import warnings
from dataclasses import dataclass, replace

import numpy as np

from sersk.datasets import Manifest, read_manifest
from sersk.exceptions import AudioReadError, DataWarning, ManifestError
from sersk.utils._failures import summarise_failures
from sersk.workflows._relabel import relabel


@dataclass(frozen=True)
class Corpus:
    """The clips of a manifest that could be read, with their features.

    Attributes
    ----------
    manifest : Manifest
        The readable clips.
    matrix : ndarray of shape (n_samples, n_features), or (n_samples,) of sequences
        Their features.
    skipped : list of dict
        ``file`` and ``reason`` of each clip that is missing or cannot be read.
    n_reused : int
        How many of them were not computed.
    seconds : float
        Wall time of the extraction.
    """

    manifest: Manifest
    matrix: np.ndarray
    skipped: list
    n_reused: int
    seconds: float

    def select(self, keep):
        """Keep some of the rows.

        Parameters
        ----------
        keep : ndarray of shape (n_samples,), dtype bool
            Which rows to keep.

        Returns
        -------
        corpus : Corpus
            The rows kept.
        """
        return replace(self, manifest=self.manifest.select(keep), matrix=self.matrix[keep])


@dataclass(frozen=True)
class Extraction:
    """The features of clips, and the clips that gave none.

    Attributes
    ----------
    matrix : ndarray of shape (n_readable, n_features), or (n_readable,) of sequences
        One row per readable clip.
    is_readable : ndarray of shape (n_samples,), dtype bool
        Which clips have a row.
    failures : list of Failure
        The others.
    n_reused : int
        How many of them were not computed.
    seconds : float
        Wall time of the extraction.
    """

    matrix: np.ndarray
    is_readable: np.ndarray
    failures: list
    n_reused: int
    seconds: float


def check_on_error(on_error):
    """Raise unless it is a way to go on after a file that cannot be read.

    Parameters
    ----------
    on_error : str
        What the user wants.
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f"on_error must be 'raise' or 'skip'. Got {on_error!r} instead.")


def read_labelled_clips(data, *, on_error, protocol=None, label_map=None, **columns):
    """Read a manifest that has a class for each file, and a speaker for all or none.

    Parameters
    ----------
    data : path-like
        The CSV or the folder.
    on_error : {"raise", "skip"}
        What to do about missing files.
    protocol : str or None, default=None
        How the clips will be split. What does not look at speakers takes a column of them that
        has gaps for none.
    label_map : LabelMap or None, default=None
        What the classes become; None leaves them as they are.
    **columns : dict
        Further arguments of `sersk.datasets.read_manifest`.

    Returns
    -------
    manifest : Manifest
        The files that are there.
    """
    manifest = read_clips(data, on_error=on_error, **columns)
    manifest.require_labels()
    if label_map is not None:
        manifest = relabel(manifest, label_map)
    if protocol == "stratified" and manifest.speakers is not None and "" in manifest.speakers:
        return replace(manifest, speakers=None, group_column=None, speaker_source=None)
    manifest.require_whole_speakers()
    return manifest


def read_clips(data, *, on_error, **columns):
    """Read a manifest, and raise or warn about files that are not there.

    Parameters
    ----------
    data : path-like
        The CSV or the folder.
    on_error : {"raise", "skip"}
        What to do about missing files.
    **columns : dict
        Further arguments of `sersk.datasets.read_manifest`.

    Returns
    -------
    manifest : Manifest
        The files that are there.
    """
    check_on_error(on_error)
    manifest = read_manifest(data, **columns)
    if manifest.missing:
        n_rows = len(manifest.paths) + len(manifest.missing)
        if on_error == "raise" or not manifest.paths:
            message = summarise_failures(manifest.missing, n_rows)
            raise ManifestError(
                f"{message} Looked beside {manifest.path}, in the folder of its name and in the "
                "current one. Name the right folder with --audio-dir, or pass --on-error skip."
            )
        message = summarise_failures(manifest.missing, n_rows, did="Left out")
        warnings.warn(message, DataWarning, stacklevel=3)
    return manifest


def extract_corpus(extractor, manifest, *, n_jobs, memory, on_error, show_progress):
    """Extract the features of the clips of a manifest, and leave out those that gave none.

    Parameters
    ----------
    extractor : BaseExtractor
        What to extract.
    manifest : Manifest
        The clips.
    n_jobs : int or None
        Number of workers.
    memory : path-like, FeatureStore or None
        Where features are kept.
    on_error : {"raise", "skip"}
        What to do about files that cannot be read.
    show_progress : bool
        Show a progress bar on stderr, when that is a terminal.

    Returns
    -------
    corpus : Corpus
        The readable clips and their features.
    """
    # A clip with several rows, which share its number, is extracted once.
    _, first, place = np.unique(manifest.rows, return_index=True, return_inverse=True)
    clips = manifest.take(first)
    extraction = extract_clips(
        extractor,
        clips.filenames,
        clips.paths,
        rows=clips.rows,
        n_jobs=n_jobs,
        memory=memory,
        on_error=on_error,
        progress="Extracting" if show_progress else None,
    )
    skipped = [
        {"file": failure.path, "reason": failure.reason}
        for failure in (*manifest.missing, *extraction.failures)
    ]
    is_readable = extraction.is_readable[place]
    matrix = extraction.matrix[(np.cumsum(extraction.is_readable) - 1)[place[is_readable]]]
    kept = manifest.select(is_readable)
    return Corpus(kept, matrix, skipped, extraction.n_reused, extraction.seconds)


def extract_clips(extractor, names, paths, *, n_jobs, memory, on_error, rows=None, progress=None):
    """Extract the features of each file once.

    Parameters
    ----------
    extractor : BaseExtractor
        What to extract.
    names : list of str
        What the user calls each file.
    paths : list of str
        Where each file is.
    n_jobs : int or None
        Number of workers.
    memory : path-like, FeatureStore or None
        Where features are kept.
    on_error : {"raise", "skip"}
        What to do about files that cannot be read.
    rows : list of int or None, default=None
        Row of each file in its CSV.
    progress : str or None, default=None
        Description of a progress bar.

    Returns
    -------
    extraction : Extraction
        Rows and failures.

    Raises
    ------
    AudioReadError
        When a file cannot be read and `on_error` is "raise", or none can.
    """
    check_on_error(on_error)
    started = time.perf_counter()
    rows_out, failures, n_reused = extractor.extract_each(
        paths, n_jobs=n_jobs, memory=memory, progress=progress
    )
    failures = [
        replace(f, path=names[f.index], row=None if rows is None else rows[f.index])
        for f in failures
    ]
    readable = [row for row in rows_out if row is not None]
    handle_failures(failures, len(paths), on_error)
    is_readable = np.array([row is not None for row in rows_out])
    seconds = time.perf_counter() - started
    return Extraction(stack_rows(readable), is_readable, failures, n_reused, seconds)


def handle_failures(failures, n_clips, on_error):
    """Raise or warn about files that cannot be read, if there are any.

    Parameters
    ----------
    failures : list of Failure
        These files.
    n_clips : int
        How many there were in all.
    on_error : {"raise", "skip"}
        What to do about them.

    Raises
    ------
    AudioReadError
        When `on_error` is "raise", or no file can be read.
    """
    if not failures:
        return
    can_skip = len(failures) < n_clips
    if on_error == "raise" or not can_skip:
        message = summarise_failures(failures, n_clips)
        advice = " Mend them, or pass --on-error skip." if can_skip else ""
        raise AudioReadError(message + advice, failures[0].path, failures[0].reason)
    message = summarise_failures(failures, n_clips, did="Left out")
    warnings.warn(message, DataWarning, stacklevel=4)


def stack_rows(rows):
    """Put rows into a matrix; sequences, of unequal length, into an array of arrays.

    Parameters
    ----------
    rows : list of ndarray
        What an extractor gives for each clip.

    Returns
    -------
    matrix : ndarray of shape (n_samples, n_features), or (n_samples,) of sequences
        The same, as the next step of a pipeline takes it.
    """
    if rows[0].ndim == 1:
        return np.stack(rows)
    sequences = np.empty(len(rows), dtype=object)
    # Filled one by one: NumPy would make one block of sequences of equal length.
    for i, row in enumerate(rows):
        sequences[i] = row
    return sequences
