"""Labels and probabilities for files."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from sersk.audio import find_audio
from sersk.datasets import read_manifest
from sersk.datasets._columns import find_column
from sersk.datasets._source import read_source
from sersk.exceptions import AudioReadError, DataWarning
from sersk.workflows._abstention import check_abstain_below, is_unsure
from sersk.workflows._clips import extract_clips
from sersk.workflows._guards import check_clips, warn_of_found
from sersk.workflows._normalization import (
    normalizes_speakers,
    predict_rows,
    warn_of_few_clips,
)
from sersk.workflows._parts import split_model
from sersk.workflows._relabel import find_labels, map_output


def find_clips(sources):
    """List the files that are named, and the sound files in the folders that are.

    Parameters
    ----------
    sources : sequence of path-like
        Files and folders, in the order wanted; folders are walked.

    Returns
    -------
    paths : list of str
        Each file as it was named; one from a folder as that joined to its way below it.

    Raises
    ------
    AudioReadError
        When a folder holds no sound file.

    Examples
    --------
    >>> from sersk.workflows import find_clips
    >>> find_clips(["call.wav"])
    ['call.wav']
    """
    paths = []
    for source in sources:
        if not Path(source).is_dir():
            paths.append(str(source))
            continue
        found = find_audio(source)
        if not found:
            raise AudioReadError(
                f"The folder {str(source)!r} holds no sound file. Name one that does.",
                str(source),
                "no sound file in it",
            )
        paths += found
    return paths


def find_rows(data, **columns):
    """List the files of a CSV, whether or not they are there, in its order.

    Parameters
    ----------
    data : path-like
        The CSV; of a folder, all of its sound files are listed.
    **columns : dict
        Further arguments of `sersk.datasets.read_manifest`.

    Returns
    -------
    filenames : list of str
        Each file as the CSV names it.
    paths : list of str
        Where it is; for one that was not found, its name.
    """
    if Path(data).is_dir():
        # Not as a manifest: whatever has no class, or is there twice, is predicted as well.
        paths = find_clips([data])
        return paths, paths
    manifest = read_manifest(data, **columns)
    found = zip(manifest.rows, manifest.filenames, manifest.paths, strict=True)
    lost = [(failure.row, failure.path, failure.path) for failure in manifest.missing]
    in_order = sorted([*found, *lost])
    return [name for _, name, _ in in_order], [path for _, _, path in in_order]


def find_speakers(data, *, column=None, **columns):
    """Tell who speaks in each of the files that `find_rows` lists.

    Parameters
    ----------
    data : path-like
        The CSV.
    column : str or None, default=None
        Its column of speakers. None recognises it, or else the file names of known corpora; a
        folder has none.
    **columns : dict
        Further arguments of `sersk.datasets.read_manifest`.

    Returns
    -------
    speakers : list of (str or None), or None
        Speaker of each file, None for an empty cell; None where nobody is known.

    Raises
    ------
    ManifestError
        When there is no such column.
    """
    if Path(data).is_dir():
        return None
    if column is not None:
        source = read_source(data)
        column = find_column(source.table, source.path, column, (), "speaker", "--speaker-column")
    manifest = read_manifest(data, group_column=column, keep_missing=True, **columns)
    if manifest.speakers is None:
        return None
    return [speaker or None for speaker in manifest.speakers.tolist()]


def predict(
    pipeline,
    filenames,
    paths=None,
    *,
    speakers=None,
    labels=None,
    abstain_below=None,
    on_error="raise",
    n_jobs=None,
    memory=None,
    show_progress=False,
):
    """Predict the class of each file.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A fitted pipeline whose first step reads paths.
    filenames : sequence of str
        What to call each file in the table.
    paths : sequence of str or None, default=None
        Where each file is. None means `filenames` themselves.
    speakers : sequence or None, default=None
        Who speaks in each file, for a model that normalises speakers; None in it for one that is
        not known. Such a model measures a speaker by all files of the same speaker. Without
        speakers, it takes each file for one of a stranger.
    labels : str, path-like, LabelMap or None, default=None
        Sum the probabilities up to fewer classes, as for `sersk.datasets.find_label_map`. None
        gives those of the model.
    abstain_below : float or None, default=None
        Leave the class empty where its probability, after summing up, is less than this, between
        0 and 1. None names a class for every file.
    on_error : {"raise", "skip"}, default="raise"
        What to do about a file that cannot be read; "skip" leaves its row empty but for its name.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    memory : path-like, FeatureStore or None, default=None
        Where features are kept between calls, runs and processes. None computes them every time.
    show_progress : bool, default=False
        Show a progress bar on stderr, when that is a terminal.

    Returns
    -------
    table : pandas.DataFrame
        ``Filename``, ``Class``, the probability of each class under its name, and ``Warning``,
        what the guards of the model say of the file, empty for a clean one; one row per file, in
        the order given. A model without guards is judged by what holds for any speech. A file
        that is not judged has its probabilities and no class.

    Raises
    ------
    AudioReadError
        When a file cannot be read.
    ValueError
        When `abstain_below` is not between 0 and 1.
        When there are speakers, and the model has no use for them or they are not one per file.
    """
    check_abstain_below(abstain_below)
    label_map = find_labels(labels)
    filenames = list(filenames)
    speakers = _check_speakers(pipeline, speakers, len(filenames))
    paths = filenames if paths is None else list(paths)
    reading = dict(n_jobs=n_jobs, memory=memory)
    extraction = extract_clips(
        split_model(pipeline)[0],
        filenames,
        paths,
        **reading,
        on_error=on_error,
        progress="Predicting" if show_progress else None,
    )
    if speakers is not None:
        speakers = speakers[extraction.is_readable]
        warn_of_few_clips(pipeline, speakers)
    readable = predict_rows(pipeline, extraction.matrix, speakers)
    readable, classes = map_output(label_map, readable, pipeline.classes_.tolist())
    probabilities = np.full((len(filenames), len(classes)), np.nan)
    probabilities[extraction.is_readable] = readable
    best = np.array(classes, dtype=object)[readable.argmax(axis=1)]
    best[is_unsure(readable, abstain_below)] = None
    predicted = np.full(len(filenames), None, dtype=object)
    predicted[extraction.is_readable] = best
    found = check_clips(pipeline, paths, extraction.matrix, extraction.is_readable, **reading)
    warn_of_found(found, filenames, " See the column Warning.")
    first = {"Filename": filenames, "Class": predicted}
    # After the probabilities, which so keep their places.
    said = [" ".join(sentences.values()) for sentences in found]
    last = {"Warning": np.where(extraction.is_readable, np.array(said, dtype=object), None)}
    # A class that is called like a column of ours would hide it.
    names = [f"P({name})" if name in {**first, **last} else name for name in classes]
    shares = pd.DataFrame(probabilities, columns=names)
    return pd.concat([pd.DataFrame(first), shares, pd.DataFrame(last)], axis=1)


def _check_speakers(pipeline, speakers, n_files):
    """Give the speakers as an array, or None; warn where a model could do with some."""
    if speakers is None:
        if normalizes_speakers(pipeline):
            warnings.warn(
                "The model normalises speakers, and who speaks is not known: it predicts without "
                "that, and likely worse. Say who does with --speaker-column, --speaker-folders "
                "or --one-speaker.",
                DataWarning,
                stacklevel=3,
            )
        return None
    if not normalizes_speakers(pipeline):
        raise ValueError(
            "Who speaks is of no use to a model that does not normalise speakers. Leave out "
            "'speakers', or fit a model with --normalize-speakers."
        )
    if len(speakers) != n_files:
        raise ValueError(
            f"There must be as many 'speakers' as files, {n_files}. Got {len(speakers)} instead."
        )
    return np.array(list(speakers), dtype=object)
