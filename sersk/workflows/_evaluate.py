"""The score of a saved model on labelled clips that it has not seen."""

import warnings

import numpy as np

from sersk.datasets import LabelMap
from sersk.exceptions import DataWarning, ManifestError
from sersk.persistence import library_versions
from sersk.workflows._abstention import check_abstain_below, score_judged
from sersk.workflows._clips import extract_corpus, read_labelled_clips
from sersk.workflows._guards import check_clips, count_found
from sersk.workflows._normalization import (
    normalizes_speakers,
    pick_transductive,
    predict_rows,
    warn_of_few_clips,
)
from sersk.workflows._parts import split_model
from sersk.workflows._relabel import describe_labels, find_labels, map_output
from sersk.workflows._scoring import check_whole, score_predictions


def evaluate(
    pipeline,
    data,
    *,
    labels=None,
    abstain_below=None,
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
    labels : str, path-like, LabelMap or None, default=None
        What the classes of the CSV and of the model become, as for
        `sersk.datasets.find_label_map`. None takes the labels that the model was fitted with.
    abstain_below : float or None, default=None
        Also score those clips alone of which the class predicted has at least this probability,
        between 0 and 1, under ``abstention``.
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
        Scores, intervals, tables by speaker and gender, ``classes`` and counts. Of a model that
        normalises speakers these are without that, as for a single clip, and ``transductive``
        has those with each speaker's own clips known, where the CSV says who speaks. And
        ``n_warned``, of how many clips the guards of the model warn, with ``warned_of``;
        ``is_training_data`` tells whether the model was fitted on this very CSV.

    Raises
    ------
    ManifestError
        When the CSV has no class that the model knows.
    ValueError
        When `abstain_below` is not between 0 and 1.
    """
    check_abstain_below(abstain_below)
    label_map = _fitted_labels(pipeline) if labels is None else find_labels(labels)
    manifest = read_labelled_clips(data, on_error=on_error, label_map=label_map, **columns)
    is_training_data = _is_training_data(pipeline, manifest)
    if is_training_data:
        what = "folder" if manifest.path.is_dir() else "CSV"
        _warn(
            f"The model was fitted on this very {what}: the score says nothing about unseen "
            "speech."
        )
    scores = score_model(
        pipeline,
        manifest,
        label_map=label_map,
        normalizing=pipeline if normalizes_speakers(pipeline) else None,
        abstain_below=abstain_below,
        on_error=on_error,
        n_jobs=n_jobs,
        memory=memory,
        show_progress=show_progress,
    )
    return {
        **scores,
        "data": str(manifest.path),
        "data_sha256": manifest.sha256,
        "is_training_data": is_training_data,
        "recipe": getattr(pipeline, "description_", {}).get("recipe"),
        "versions": library_versions(),
    }


def score_model(pipeline, manifest, *, label_map, normalizing=None, abstain_below=None, **reading):
    """Score a fitted pipeline on the clips of a manifest.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A fitted pipeline whose first step reads paths.
    manifest : Manifest
        The clips, with the classes of the label map.
    label_map : LabelMap or None
        What the classes of the model become; None leaves them as they are.
    normalizing : sklearn.pipeline.Pipeline or None, default=None
        A model of the same features and classes, or this one, that normalises speakers, for
        ``transductive``.
    abstain_below : float or None, default=None
        As for `evaluate`.
    **reading : dict
        Further arguments of `extract_corpus`.

    Returns
    -------
    results : dict
        What `evaluate` gives.
    """
    own = pipeline.classes_.tolist()
    _, known = map_output(label_map, np.eye(len(own)), own)
    unknown = check_known(manifest, known)
    if unknown:
        _warn(f"The model does not know {', '.join(unknown)}; these clips can only be wrong.")
    corpus = extract_corpus(
        split_model(pipeline)[0], manifest.select(manifest.is_whole), **reading
    )
    how = {name: reading[name] for name in ("n_jobs", "memory")}
    found = check_clips(pipeline, corpus.manifest.paths, corpus.matrix, **how)
    classes = np.array([*known, *unknown])

    def score(model, speakers=None):
        probabilities = predict_rows(model, corpus.matrix, speakers)
        probabilities, _ = map_output(label_map, probabilities, own)
        probabilities = np.pad(probabilities, ((0, 0), (0, len(unknown))))
        predicted = classes[probabilities.argmax(axis=1)]
        scores = score_predictions(corpus.manifest, predicted, probabilities, classes)
        y = corpus.manifest.labels
        scores["abstention"] = score_judged(y, predicted, probabilities, abstain_below)
        return scores

    transductive = None
    if normalizing is not None and _knows_speakers(corpus.manifest, normalizing):
        other = "the same model" if normalizing is pipeline else "the recipe"
        scores = score(normalizing, corpus.manifest.speakers)
        transductive = pick_transductive(scores, f"{other} without that")
    return {
        **score(pipeline),
        **count_found(found),
        "transductive": transductive,
        "labels": describe_labels(label_map, manifest),
        "skipped": corpus.skipped,
    }


def _knows_speakers(manifest, normalizing):
    """Tell whether speakers can be normalised, and warn of those who cannot."""
    if manifest.speakers is None:
        warnings.warn(
            f"{manifest.path} does not say who speaks, so it is scored without normalising "
            "speakers. Name their column with --group-column, or their place in the file names "
            "with --speaker-pattern.",
            DataWarning,
            stacklevel=4,
        )
        return False
    warn_of_few_clips(normalizing, manifest.speakers, stacklevel=5)
    return True


def check_known(manifest, known):
    """Raise where no clip can be scored, or none has a class that a model knows.

    Parameters
    ----------
    manifest : Manifest
        The clips.
    known : list of str
        Classes of the model.

    Returns
    -------
    unknown : list of str
        Classes of the clips that it does not know.

    Raises
    ------
    ManifestError
        When these are all, or every clip counts in part to several classes.
    """
    check_whole(manifest)
    classes = set(manifest.labels.tolist())
    unknown = sorted(classes - set(known))
    if len(unknown) == len(classes):
        raise ManifestError(
            f"{manifest.path} has the classes {', '.join(unknown)}, and the model knows none of "
            f"them. It knows: {', '.join(known)}. Where these are other words for the same, bring "
            "both to common ones with --labels."
        )
    return unknown


def _fitted_labels(pipeline):
    """The labels that a model was fitted with; None for those of its corpus."""
    labels = getattr(pipeline, "description_", {}).get("labels")
    if labels is None:
        return None
    return LabelMap.from_dict({key: labels[key] for key in ("name", "weights")})


def _is_training_data(pipeline, manifest):
    training = getattr(pipeline, "description_", {}).get("training", {})
    return training.get("data_sha256") == manifest.sha256


def _warn(message):
    warnings.warn(message, DataWarning, stacklevel=3)
