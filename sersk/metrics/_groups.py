"""Scores of each group of clips, such as each speaker or each gender."""

import numpy as np

from sersk.metrics._counts import count_by_speaker


def summarise_groups(y_true, y_pred, groups):
    """Score the clips of each group by themselves.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Classes of the clips.
    y_pred : array-like of shape (n_samples,)
        Classes predicted.
    groups : array-like of shape (n_samples,)
        What to take them apart by: their speakers, or the genders of these.

    Returns
    -------
    summary : dict of str to dict
        By group, sorted: ``n_clips``; ``uar`` over the classes that the group has, and
        ``n_classes``, their number; ``accuracy``. Groups with different classes are not comparable
        by ``uar``.

    Raises
    ------
    ValueError
        When the lengths differ, there is no clip, a clip has no group, or classes are of mixed
        types.

    Examples
    --------
    >>> from sersk.metrics import summarise_groups
    >>> y_true, y_pred = ["sad", "sad", "angry", "sad"], ["sad", "angry", "angry", "sad"]
    >>> summary = summarise_groups(y_true, y_pred, ["bob", "bob", "bob", "ann"])
    >>> summary["bob"]["uar"], list(summary)
    (0.75, ['ann', 'bob'])
    """
    names, counts = count_by_speaker(y_true, y_pred, groups)
    columns = (counts.true.sum(axis=1), counts.uar(), counts.accuracy())
    n_classes = np.count_nonzero(counts.true, axis=1)
    return {
        str(name): {
            "n_clips": int(n_clips),
            "uar": float(uar),
            "accuracy": float(accuracy),
            "n_classes": int(n_present),
        }
        for name, n_clips, uar, accuracy, n_present in zip(names, *columns, n_classes, strict=True)
    }
