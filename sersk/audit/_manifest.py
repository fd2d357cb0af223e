"""What can be found without opening a file, and what a fit can tell besides."""

import hashlib
from collections import Counter

import numpy as np

from sersk.audit._duplicates import check_exact_duplicates
from sersk.audit._findings import sort_findings
from sersk.audit._labels import check_labels
from sersk.audit._measurements import digest_sound
from sersk.audit._names import check_names
from sersk.audit._speakers import check_folds, check_sentences, check_speakers


def check_manifest(manifest):
    """Look at names, labels, speakers, sentences and given folds.

    Parameters
    ----------
    manifest : Manifest
        The clips, with a class each.

    Returns
    -------
    findings : list of Finding
        Sorted, errors first.
    """
    labels, speakers, folds = manifest.labels, manifest.speakers, manifest.folds
    findings = [*check_labels(labels), *check_names(manifest.filenames, labels)]
    if speakers is not None:
        findings += check_speakers(labels, speakers, manifest.filenames)
    if folds is not None:
        findings += check_folds(folds, speakers, manifest.sentences)
    elif speakers is not None and manifest.sentences is not None:
        findings += check_sentences(speakers, manifest.sentences)
    return sort_findings(findings)


def check_rows(X, manifest):
    """Look for clips of which the decoded sound is the same, among those with equal features.

    Equal sound gives equal features, so only the few clips with equal rows are decoded again.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), or (n_samples,) of sequences
        Features of the clips.
    manifest : Manifest
        The clips.

    Returns
    -------
    findings : list of Finding
        One of the kind ``exact_duplicate`` per sound.
    """
    rows = [hashlib.sha256(np.ascontiguousarray(row)).digest() for row in X]
    counts = Counter(rows)
    digests = [
        digest_sound(manifest.paths[i]) if counts[row] > 1 else b"%d" % i
        for i, row in enumerate(rows)
    ]
    return check_exact_duplicates(digests, manifest)
