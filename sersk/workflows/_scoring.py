"""How a corpus is split, and what is told about predictions for it."""

import warnings
from dataclasses import replace

import numpy as np

from sersk.exceptions import DataWarning, ManifestError
from sersk.metrics import (
    summarise_groups,
    summarise_predictions,
    summarise_probabilities,
    summarise_uncertainty,
    unweighted_average_recall,
)
from sersk.model_selection import DEFAULT_N_FOLDS, MAX_LEFT_OUT_SPEAKERS, make_protocol


def plan_folds(manifest, *, protocol, n_splits, random_state, is_network=False):
    """Choose the folds of a corpus.

    Parameters
    ----------
    manifest : Manifest
        The clips.
    protocol : str or None
        One of `sersk.model_selection.PROTOCOLS`, or None to choose by what is known.
    n_splits : int or None
        Number of folds.
    random_state : int
        Seed of the shuffling.
    is_network : bool, default=False
        Whether a fit takes so long that five folds of speakers must do, unless more are asked for.

    Returns
    -------
    folds : Protocol
        The splits.
    """
    check_whole(manifest)
    classes = np.unique(manifest.labels)
    if len(classes) < 2:
        raise ManifestError(
            f"{manifest.path} has the single class {str(classes[0])!r}. A classifier needs "
            "at least two: add clips of another class, or name another column with --label-column."
        )
    return make_protocol(
        manifest.labels,
        manifest.speakers,
        name=protocol,
        n_splits=n_splits,
        folds=manifest.folds,
        sentences=manifest.sentences,
        max_left_out=DEFAULT_N_FOLDS if is_network else MAX_LEFT_OUT_SPEAKERS,
        random_state=random_state,
    )


def warn_of_absent_classes(manifest, folds):
    """Warn of classes that a fold has to recognise without having met them.

    Parameters
    ----------
    manifest : Manifest
        The clips.
    folds : Protocol
        How they are split.
    """
    y = manifest.labels
    for name, (train, test) in zip(folds.fold_names, folds.splits, strict=True):
        absent = sorted(set(y[test]) - set(y[train]))
        if absent:
            warnings.warn(
                f"Fold {name} has no clip of {', '.join(absent)} to learn from, so its clips of "
                "that class can only be wrong.",
                DataWarning,
                stacklevel=3,
            )


def score_folds(manifest, folds, out_of_fold):
    """Score the pooled predictions of a cross-validation, and each fold.

    Parameters
    ----------
    manifest : Manifest
        The clips.
    folds : Protocol
        How they were split.
    out_of_fold : OutOfFold
        What was predicted.

    Returns
    -------
    scores : dict
        Scores, intervals, tables by speaker and gender, and folds.
    """
    return {
        **score_predictions(
            manifest,
            out_of_fold.predictions,
            out_of_fold.probabilities,
            out_of_fold.classes,
            cross_validated=True,
        ),
        "protocol": folds.name,
        "optimistic": folds.optimistic,
        "folds": _score_each(manifest.labels, folds, out_of_fold),
    }


def check_whole(manifest):
    """Raise unless some clip has a single class.

    Parameters
    ----------
    manifest : Manifest
        The clips.

    Raises
    ------
    ManifestError
        When all count in part to several.
    """
    if not manifest.is_whole.any():
        raise ManifestError(
            f"No clip of {manifest.path} has a single class under these labels, so that none can "
            "be scored. Choose other labels."
        )


def keep_whole(manifest, folds, out_of_fold):
    """Leave out the clips that count in part to several classes: none of these is the right one.

    Parameters
    ----------
    manifest : Manifest
        The clips.
    folds : Protocol
        How they were split.
    out_of_fold : OutOfFold
        What was predicted.

    Returns
    -------
    manifest, folds, out_of_fold : Manifest, Protocol, OutOfFold
        The same for the clips with a single class.
    """
    is_whole = manifest.is_whole
    if is_whole.all():
        return manifest, folds, out_of_fold
    place = np.cumsum(is_whole) - 1
    named = [
        (name, (train, place[test[is_whole[test]]]))
        for name, (train, test) in zip(folds.fold_names, folds.splits, strict=True)
        if is_whole[test].any()
    ]
    return (
        manifest.select(is_whole),
        replace(folds, fold_names=[n for n, _ in named], splits=[split for _, split in named]),
        replace(out_of_fold, probabilities=out_of_fold.probabilities[is_whole]),
    )


def score_predictions(manifest, predicted, probabilities, classes, *, cross_validated=False):
    """Score predictions for a corpus.

    Parameters
    ----------
    manifest : Manifest
        The clips.
    predicted : ndarray of shape (n_samples,)
        Class predicted for each.
    probabilities : ndarray of shape (n_samples, n_classes)
        Probability of each class.
    classes : ndarray of shape (n_classes,)
        All classes.
    cross_validated : bool, default=False
        Whether they are of several models, each fitted to other speakers of this corpus.

    Returns
    -------
    scores : dict
        Scores, intervals, and tables by speaker and gender.
    """
    y, speakers = manifest.labels, manifest.speakers
    return {
        **summarise_predictions(y, predicted, classes),
        **summarise_probabilities(y, probabilities, classes),
        "interval": summarise_uncertainty(y, predicted, speakers, cross_validated=cross_validated),
        "per_speaker": None if speakers is None else summarise_groups(y, predicted, speakers),
        "per_gender": _score_genders(y, predicted, manifest.genders),
        "classes": [str(name) for name in classes],
        "n_clips": len(y),
        "n_speakers": None if speakers is None else len(np.unique(speakers)),
        "speakers_from": manifest.speaker_source,
    }


def _score_genders(y, predicted, genders):
    """Score the clips whose gender is known; None where no one's is."""
    known = np.zeros(len(y), dtype=bool) if genders is None else genders != ""
    return summarise_groups(y[known], predicted[known], genders[known]) if known.any() else None


def _score_each(y, folds, out_of_fold):
    predicted = out_of_fold.predictions
    return [
        {
            "name": name,
            "n_train": len(train),
            "n_test": len(test),
            "uar": unweighted_average_recall(y[test], predicted[test]),
            "accuracy": float(np.mean(y[test] == predicted[test])),
        }
        for name, (train, test) in zip(folds.fold_names, folds.splits, strict=True)
    ]
