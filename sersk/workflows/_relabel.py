"""Other classes for the clips of a manifest: fewer emotions, or sentiments."""

import warnings
from dataclasses import replace

import numpy as np

from sersk.exceptions import DataWarning, ManifestError


def find_labels(labels):
    """Find the label map that is asked for.

    Parameters
    ----------
    labels : str, path-like, LabelMap or None
        As for `sersk.datasets.find_label_map`; None asks for none.

    Returns
    -------
    label_map : LabelMap or None
        The map.
    """
    if labels is None:
        return None
    # Only here, as a prediction of one file takes hardly longer than what it imports.
    from sersk.datasets import find_label_map

    return find_label_map(labels)


def relabel(manifest, label_map):
    """Give each clip the class that a label map has for its own.

    A clip of a class that counts in part to several gets a row for each, with that weight: such
    rows train a model, and are not scored. Classes that the map has no place for are left out,
    with a warning.

    Parameters
    ----------
    manifest : Manifest
        The clips, with their own classes.
    label_map : LabelMap
        What their classes become.

    Returns
    -------
    manifest : Manifest
        The clips that have a place, with other classes.

    Raises
    ------
    ManifestError
        When the map does not know a class, or leaves all of them out.
    """
    mapped = label_map.map_labels(manifest.labels)
    if mapped.left_out:
        lost = ", ".join(f"{name} ({n})" for name, n in sorted(mapped.left_out.items()))
        if len(mapped.index) == 0:
            raise ManifestError(
                f"The labels {label_map.name} have no place for any class of {manifest.path}: "
                f"{lost}. Choose other labels."
            )
        warnings.warn(
            f"The labels {label_map.name} have no place for {lost}: "
            f"{sum(mapped.left_out.values())} clip(s) of {manifest.path} left out.",
            DataWarning,
            stacklevel=4,
        )
    weights = None if np.all(mapped.weights == 1) else mapped.weights
    return replace(manifest.take(mapped.index), labels=mapped.labels, weights=weights)


def map_output(label_map, probabilities, classes):
    """Sum the probabilities of a model up to those of a label map.

    Parameters
    ----------
    label_map : LabelMap or None
        The map; None leaves everything as it is.
    probabilities : ndarray of shape (n_samples, n_classes)
        What the model gives.
    classes : list of str
        Its classes.

    Returns
    -------
    probabilities : ndarray of shape (n_samples, n_targets)
        Of each class of the map that the model can give at all.
    classes : list of str
        These.
    """
    if label_map is None:
        return probabilities, classes
    return label_map.map_output(probabilities, classes)


def find_views(classes):
    """List the named labels under which the output of a model can be shown in fewer classes.

    Parameters
    ----------
    classes : list of str
        The model's classes.

    Returns
    -------
    views : dict of str to list of str
        The classes that remain, by the name of the labels.

    Examples
    --------
    >>> from sersk.workflows import find_views
    >>> find_views(["angry", "happy", "sad", "neutral"])
    {'sentiment3': ['positive', 'neutral', 'negative']}
    """
    from sersk.datasets import LABEL_MAPS

    views = {}
    for name, label_map in LABEL_MAPS.items():
        try:
            _, reached = label_map.map_output(np.zeros((1, len(classes))), classes)
        except ManifestError:
            continue
        if len(reached) < len(classes):
            views[name] = reached
    return views


def describe_labels(label_map, manifest):
    """Say what the classes of a corpus became.

    Parameters
    ----------
    label_map : LabelMap or None
        The map; None for the corpus' own classes.
    manifest : Manifest
        The clips, with the classes of the map.

    Returns
    -------
    description : dict or None
        The map as a dict, and as ``n_partial`` the number of clips that count in part to several
        classes.
    """
    if label_map is None:
        return None
    partial = np.array(manifest.rows)[~manifest.is_whole]
    return {**label_map.to_dict(), "n_partial": len(np.unique(partial))}
