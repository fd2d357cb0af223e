"""Labels and probabilities for files."""

from pathlib import Path

import numpy as np
import pandas as pd

from sersk.audio import find_audio
from sersk.datasets import read_manifest
from sersk.exceptions import AudioReadError
from sersk.workflows._clips import extract_clips
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


def predict(
    pipeline,
    filenames,
    paths=None,
    *,
    labels=None,
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
    labels : str, path-like, LabelMap or None, default=None
        Sum the probabilities up to fewer classes, as for `sersk.datasets.find_label_map`. None
        gives those of the model.
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
        ``Filename``, ``Class``, and the probability of each class under its name; one row per
        file, in the order given.

    Raises
    ------
    AudioReadError
        When a file cannot be read.
    """
    label_map = find_labels(labels)
    filenames = list(filenames)
    extraction = extract_clips(
        pipeline[0],
        filenames,
        filenames if paths is None else list(paths),
        n_jobs=n_jobs,
        memory=memory,
        on_error=on_error,
        progress="Predicting" if show_progress else None,
    )
    readable, classes = pipeline[1:].predict_proba(extraction.matrix), pipeline.classes_.tolist()
    readable, classes = map_output(label_map, readable, classes)
    probabilities = np.full((len(filenames), len(classes)), np.nan)
    probabilities[extraction.is_readable] = readable
    predicted = np.full(len(filenames), None, dtype=object)
    predicted[extraction.is_readable] = np.array(classes, dtype=object)[readable.argmax(axis=1)]
    own = {"Filename": filenames, "Class": predicted}
    # A class that is called like a column of ours would hide it.
    names = [f"P({name})" if name in own else name for name in classes]
    return pd.concat([pd.DataFrame(own), pd.DataFrame(probabilities, columns=names)], axis=1)
