"""Clips counted by speaker and class: all that the scores, and what follows from them, need."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils.multiclass import unique_labels


@dataclass(frozen=True)
class Counts:
    """How many clips there are, were predicted and were recognised, by class.

    Attributes
    ----------
    hits : ndarray of shape (..., n_classes)
        Clips of the class that were recognised.
    true : ndarray of shape (..., n_classes)
        Clips of the class.
    predicted : ndarray of shape (..., n_classes)
        Clips that were given the class.
    """

    hits: np.ndarray
    true: np.ndarray
    predicted: np.ndarray

    def sum(self):
        """Pool the speakers."""
        return self._map(lambda counts: counts.sum(axis=0))

    def leave_one_out(self):
        """Pool all speakers but one, for each of them."""
        return self._map(lambda counts: counts.sum(axis=0) - counts)

    def _map(self, function):
        return Counts(function(self.hits), function(self.true), function(self.predicted))

    # Each score is over the last axis, and over the classes that have clips: leaving out a speaker
    # may leave a class without any. Predictions of other classes count as errors, nothing else.

    def uar(self):
        """Give the mean recall."""
        return _mean_where(self.true > 0, _divide(self.hits, self.true))

    def accuracy(self):
        """Give the share of the clips that were recognised."""
        return self.hits.sum(axis=-1) / self.true.sum(axis=-1)

    def macro_f1(self):
        """Give the mean F1, the harmonic mean of precision and recall."""
        return _mean_where(self.true > 0, _divide(2 * self.hits, self.true + self.predicted))


def count_by_speaker(y_true, y_pred, groups):
    """Count clips by speaker, in the order of the speakers' names.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Classes of the clips.
    y_pred : array-like of shape (n_samples,)
        Classes predicted.
    groups : array-like of shape (n_samples,)
        Their speakers.

    Returns
    -------
    names : ndarray of shape (n_speakers,)
        The speakers, sorted, so that nothing depends on the order of the clips.
    counts : Counts
        Arrays of shape (n_speakers, n_classes), for the classes in `y_true`.

    Raises
    ------
    ValueError
        When the lengths differ, there is no clip, a clip has no speaker, or classes are of mixed
        types.
    """
    y_true, y_pred, groups = (np.asarray(values) for values in (y_true, y_pred, groups))
    check_lengths(y_true=y_true, y_pred=y_pred, groups=groups)
    # Raises on classes that are strings on one side and numbers on the other.
    unique_labels(y_true, y_pred)
    classes, true = np.unique(y_true, return_inverse=True)
    names, speakers = find_groups(groups)
    places = np.minimum(np.searchsorted(classes, y_pred), len(classes) - 1)
    is_known = classes[places] == y_pred

    def count(kept, columns):
        cells = speakers[kept] * len(classes) + columns[kept]
        counted = np.bincount(cells, minlength=len(names) * len(classes))
        return counted.reshape(len(names), len(classes))

    everything = np.ones(len(true), dtype=bool)
    return names, Counts(
        hits=count(is_known & (places == true), true),
        true=count(everything, true),
        predicted=count(is_known, places),
    )


def find_groups(groups):
    """Sort the groups, and number those of the clips.

    Parameters
    ----------
    groups : ndarray of shape (n_samples,)
        The group of each clip.

    Returns
    -------
    names : ndarray of shape (n_groups,)
        The groups, sorted.
    numbers : ndarray of shape (n_samples,)
        Where the group of each clip is among them.

    Raises
    ------
    ValueError
        When a clip has no group.
    """
    if groups.dtype.kind in "Of":
        # Both None and NaN stand for a missing value; only NaN differs from itself.
        n_missing = sum(group is None or group != group for group in groups.tolist())
        if n_missing:
            raise ValueError(
                f"groups must name the group, such as the speaker, of every clip. Got none for "
                f"{n_missing} of {len(groups)} clips. Leave these clips out."
            )
    return np.unique(groups, return_inverse=True)


def check_lengths(**columns):
    """Check that there are clips, and that each column has one value or row per clip.

    Parameters
    ----------
    **columns : dict of str to ndarray
        The columns, by the names of the parameters that they came in.

    Raises
    ------
    ValueError
        When lengths differ or are 0.
    """
    lengths = [len(column) for column in columns.values()]
    if len(set(lengths)) > 1 or not lengths[0]:
        *first, last = columns
        raise ValueError(
            f"{', '.join(first)} and {last} must have the same number of clips, at least one. "
            f"Got {', '.join(map(str, lengths))} instead."
        )


def _divide(numerators, denominators):
    # Where the denominator is 0, so is the numerator.
    return numerators / np.maximum(denominators, 1)


def _mean_where(is_kept, values):
    return (values * is_kept).sum(axis=-1) / is_kept.sum(axis=-1)
