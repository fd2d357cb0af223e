"""The score of a saved model on labelled clips that it has not seen."""

import warnings

import numpy as np

from sersk.exceptions import DataWarning, ManifestError
from sersk.workflows._clips import extract_corpus, read_labelled_clips
from sersk.workflows._scoring import score_predictions


def evaluate(
    pipeline,
    data,
    *,
    on_error="raise",
    n_jobs=None,
    memory=None,
    show_progress=False,
    **columns,
):
    """Score a fitted pipeline on a corpus.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A fitted pipeline whose first step reads paths.
    data : path-like
        CSV of files and classes, or folder of them.
    on_error : {"raise", "skip"}, default="raise"
        What to do about files that are missing or cannot be read.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    memory : path-like, FeatureStore or None, default=None
        Where features are kept between calls, runs and processes. None computes them every time.
    show_progress : bool, default=False
        Show a progress bar on stderr, when that is a terminal.
    **columns : dict
        Further arguments of `sersk.datasets.read_manifest`.

    Returns
    -------
    results : dict
        Scores, intervals, tables by speaker and gender, ``classes`` and counts.

    Raises
    ------
    ManifestError
        When the CSV has no class that the model knows.
    """
    manifest = read_labelled_clips(data, on_error=on_error, **columns)
    known = pipeline.classes_.tolist()
    unknown = sorted(set(manifest.labels) - set(known))
    if not set(known) & set(manifest.labels):
        raise ManifestError(
            f"{manifest.path} has the classes {', '.join(unknown)}, and the model knows none of "
            f"them. It knows: {', '.join(known)}."
        )
    if unknown:
        _warn(f"The model does not know {', '.join(unknown)}; these clips can only be wrong.")
    if _is_training_data(pipeline, manifest):
        what = "folder" if manifest.path.is_dir() else "CSV"
        _warn(
            f"The model was fitted on this very {what}: the score says nothing about unseen "
            "speech."
        )
    corpus = extract_corpus(
        pipeline[0],
        manifest,
        n_jobs=n_jobs,
        memory=memory,
        on_error=on_error,
        show_progress=show_progress,
    )
    classes = np.array(known + unknown)
    probabilities = np.zeros((len(corpus.matrix), len(classes)))
    probabilities[:, : len(known)] = pipeline[1:].predict_proba(corpus.matrix)
    predicted = classes[probabilities.argmax(axis=1)]
    scores = score_predictions(corpus.manifest, predicted, probabilities, classes)
    return {**scores, "skipped": corpus.skipped}


def _is_training_data(pipeline, manifest):
    training = getattr(pipeline, "description_", {}).get("training", {})
    return training.get("data_sha256") == manifest.sha256


def _warn(message):
    warnings.warn(message, DataWarning, stacklevel=3)
