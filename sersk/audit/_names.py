"""Findings about file names and the order of rows."""

import re
from itertools import pairwise
from pathlib import PureWindowsPath

import numpy as np

from sersk.audit._findings import Finding
from sersk.audit._predictability import score_by_order
from sersk.utils._names import natural_key, number_key

# A label follows from a number when neighbours agree far more often than by chance, and guessing
# from them wins at least this share of what there is to win.
_MIN_Z = 5.0
_MIN_GAIN = 0.3
_MIN_CLIPS_PER_CLASS = 5


def check_names(filenames, labels):
    """Look for labels that follow from the number in the file name, or from the order of rows.

    A naming scheme that spells the label is no finding: whoever reads it knows what it says.

    Parameters
    ----------
    filenames : list of str
        Name of each file, in the order of the CSV.
    labels : ndarray of shape (n_samples,)
        Their classes.

    Returns
    -------
    findings : list of Finding
        Of the kinds ``label_from_number`` and ``label_from_order``.
    """
    counts = np.unique(labels, return_counts=True)[1]
    if len(counts) < 2 or counts.min() < _MIN_CLIPS_PER_CLASS:
        return []
    findings = []
    for numbers in _find_running_numbers(filenames, labels):
        has = ~np.isnan(numbers)
        uar, follows = _follows(numbers[has], labels[has])
        if follows:
            findings.append(
                Finding(
                    "label_from_number",
                    "warning",
                    [],
                    uar,
                    f"The number in the file name gives the class away: it alone reaches a UAR of "
                    f"{uar:.2f}, where chance is {1 / len(counts):.2f}.",
                    "Clips seem to be numbered class by class. No feature of sersk sees the name, "
                    "but clips that lie side by side may come from one session: ask how they were "
                    "recorded, and never use the number as a feature.",
                )
            )
            break
    if not _is_sorted(filenames):
        uar, follows = _follows(np.arange(len(labels)), labels)
        if follows:
            findings.append(
                Finding(
                    "label_from_order",
                    "warning",
                    [],
                    uar,
                    f"The row in the CSV gives the class away: its place alone reaches a UAR of "
                    f"{uar:.2f}, where chance is {1 / len(counts):.2f}.",
                    "sersk shuffles its folds, but a split at some row would be worthless. "
                    "Shuffle the rows.",
                )
            )
    return findings


def _follows(numbers, labels):
    counts = np.unique(labels, return_counts=True)[1]
    if len(counts) < 2 or counts.min() < _MIN_CLIPS_PER_CLASS:
        return 0.0, False
    uar, z = score_by_order(numbers, labels)
    chance = 1 / len(counts)
    return uar, z > _MIN_Z and uar - chance > _MIN_GAIN * (1 - chance)


def _find_running_numbers(filenames, labels):
    """Yield the numbers that nearly every file has of its own, and that stand in no spelled name.

    Corpora that spell speaker, sentence or emotion in figures use few values many times.
    """
    names = [PureWindowsPath(name).as_posix() for name in filenames]
    stems = [re.split(r"(\d+)", re.sub(r"\.\w+$", "", name)) for name in names]
    width = max(len(stem) // 2 for stem in stems)
    for place in range(1, width + 1):
        # Counted from the right: folders may hold numbers too.
        fields = [stem[-2 * place] if len(stem) // 2 >= place else None for stem in stems]
        keys = [None if field is None else number_key(field)[:2] for field in fields]
        # Their ranks: a number may be too long for a float.
        rank = {key: i for i, key in enumerate(sorted(set(keys) - {None}))}
        numbers = np.array([np.nan if key is None else rank[key] for key in keys])
        is_running = len(rank) > len(stems) / 2
        texts = ["".join(s[: -2 * place]) + "#" + "".join(s[1 - 2 * place :]) for s in stems]
        if is_running and not _spells(texts, labels):
            yield numbers


def _spells(texts, labels):
    """Whether the rest of the name, the same for many files, tells the label already."""
    labels_of = {}
    for text, label in zip(texts, labels.tolist(), strict=True):
        labels_of.setdefault(text, set()).add(label)
    return 1 < len(labels_of) <= len(texts) / 5 and all(len(s) == 1 for s in labels_of.values())


def _is_sorted(filenames):
    """Whether the rows are in the order of the names, but for a few places."""
    for keys in (filenames, [natural_key(name) for name in filenames]):
        n_steps_back = sum(a > b for a, b in pairwise(keys))
        if n_steps_back <= len(filenames) / 20:
            return True
    return False
