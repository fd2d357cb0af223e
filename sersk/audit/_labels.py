"""Findings about the labels alone."""

import itertools
import re
from collections import Counter

from sersk.audit._findings import Finding
from sersk.utils._names import plain_name

_MAX_RATIO = 3.0


def check_labels(labels):
    """Look for one class under two spellings, and for imbalance.

    Parameters
    ----------
    labels : ndarray of shape (n_samples,)
        Class of each clip.

    Returns
    -------
    findings : list of Finding
        Of the kinds ``label_spelling`` and ``imbalance``.
    """
    counts = Counter(labels.tolist())
    findings = [
        _describe_spelling(a, b, counts)
        for a, b in itertools.combinations(sorted(counts), 2)
        if may_be_one_name(a, b)
    ]
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    (common, most), (rare, fewest) = ranked[0], ranked[-1]
    if most > _MAX_RATIO * fewest:
        findings.append(
            Finding(
                "imbalance",
                "warning",
                [],
                most / fewest,
                f"The class {common!r} has {most} clips, {rare!r} only {fewest}.",
                "Report UAR, not accuracy, and look at the recall of the rare class; add clips of "
                "it if you can.",
            )
        )
    return findings


def _describe_spelling(a, b, counts):
    return Finding(
        "label_spelling",
        "warning",
        [],
        float(min(counts[a], counts[b])),
        f"The classes {a!r} ({counts[a]} clips) and {b!r} ({counts[b]}) may be one class in two "
        "spellings.",
        "If they are one, give them one spelling in the CSV.",
    )


def may_be_one_name(a, b):
    """Tell whether two names differ in case, spaces or marks, or by one letter.

    Parameters
    ----------
    a, b : str
        Two different names.

    Returns
    -------
    answer : bool
        Whether they may be meant to be one.

    Examples
    --------
    >>> from sersk.audit._labels import may_be_one_name
    >>> may_be_one_name("Happy", "happy "), may_be_one_name("hapy", "happy")
    (True, True)
    >>> may_be_one_name("sad", "mad"), may_be_one_name("level 1", "level 2")
    (False, False)
    """
    plain_a, plain_b = plain_name(a), plain_name(b)
    if plain_a == plain_b:
        return True
    # Short words are often one letter apart, and so are classes with a number or a letter.
    is_counted = all(re.search(r"[\s_.-]\w$", name.strip()) for name in (a, b))
    is_short = min(len(plain_a), len(plain_b)) < 4
    if is_counted or is_short or not (plain_a + plain_b).isalpha():
        return False
    return _is_one_edit(*sorted((plain_a, plain_b), key=len))


def _is_one_edit(shorter, longer):
    """Whether one letter was added, changed, or exchanged with the next."""
    same = next(
        (i for i, (x, y) in enumerate(zip(shorter, longer, strict=False)) if x != y), len(shorter)
    )
    rest, long_rest = shorter[same:], longer[same:]
    if len(longer) > len(shorter):
        return rest == long_rest[1:]
    swapped = rest[:2] == long_rest[1::-1] and rest[2:] == long_rest[2:]
    return rest[1:] == long_rest[1:] or swapped
