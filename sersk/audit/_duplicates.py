"""Findings about clips that are there more than once."""

from collections import defaultdict

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sersk.audit._findings import Finding, list_some
from sersk.audit._near_duplicates import find_near_duplicates


def check_exact_duplicates(digests, manifest):
    """Look for files of which the decoded sound is the same.

    Parameters
    ----------
    digests : list of bytes
        Digest of the samples of each file.
    manifest : Manifest
        The files.

    Returns
    -------
    findings : list of Finding
        One of the kind ``exact_duplicate`` per sound.
    """
    return [
        _describe("exact_duplicate", members, manifest, 1.0)
        for members in _group(digests)
        if len(members) > 1
    ]


def check_near_duplicates(measurements, manifest):
    """Look for files that were converted, cut, changed in level or disturbed.

    Parameters
    ----------
    measurements : list of Measurement
        The files.
    manifest : Manifest
        The same files.

    Returns
    -------
    findings : list of Finding
        One of the kind ``near_duplicate`` per recording; exact duplicates count once.
    """
    first = [members[0] for members in _group([m.digest for m in measurements])]
    pairs = find_near_duplicates([measurements[i].fingerprint for i in first])
    if not pairs:
        return []
    left, right, similarity = zip(*pairs, strict=True)
    graph = coo_array((similarity, (left, right)), shape=(len(first), len(first)))
    _, component = connected_components(graph, directed=False)
    findings = []
    for number in np.unique(component[list(left)]):
        members = [first[i] for i in np.flatnonzero(component == number)]
        lowest = min(s for i, _, s in pairs if component[i] == number)
        findings.append(_describe("near_duplicate", members, manifest, lowest))
    return findings


def _group(digests):
    members = defaultdict(list)
    for i, digest in enumerate(digests):
        members[digest].append(i)
    return list(members.values())


def _describe(kind, members, manifest, score):
    columns = {
        "labels": ("labels", manifest.labels),
        "speakers": ("speakers", manifest.speakers),
        "folds": ("given folds", manifest.folds),
    }
    differing = [
        what
        for what, values in columns.values()
        if values is not None and len(np.unique(values[members])) > 1
    ]
    files = [manifest.filenames[i] for i in members]
    what = "the same sound" if kind == "exact_duplicate" else "the same recording"
    message = f"{len(files)} files hold {what}: {list_some(files)}"
    if kind == "near_duplicate":
        message += f" (similarity {score:.2f})"
    if differing:
        message += f". They differ in their {' and '.join(differing)}"
        advice = (
            "One of them is wrong, or a copy is on both sides of a split. Keep one, with the "
            "right label and speaker."
        )
    elif manifest.speakers is None:
        advice = "Keep one: without speakers, folds may put one on either side of a split."
    else:
        advice = "Keep one, or at least leave whole speakers out, as sersk does by default."
    return Finding(kind, "error" if differing else "warning", files, score, message + ".", advice)
