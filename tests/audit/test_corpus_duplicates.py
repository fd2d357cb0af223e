"""Copies planted among real speech, and the takes of one sentence by one actor told apart."""

from functools import cache

import numpy as np
import pytest

from sersk.audio import Recording, read_audio
from sersk.audit._fingerprint import fingerprint_recording, make_fingerprint
from sersk.audit._near_duplicates import find_near_duplicates
from sersk.datasets import read_manifest

pytestmark = pytest.mark.corpus

N_COPIES = 40  # of each kind, in each corpus
SAME_AUDIO = ("03-01-03-01-02-01-07", "03-01-03-01-02-02-07")


@cache
def read_corpus(csv):
    """Give the paths of a corpus, and their fingerprints."""
    paths = read_manifest(csv).paths
    return paths, [fingerprint_recording(Recording(path)) for path in paths]


def share_found(kind, corpora):
    n_found = n_false = n_planted = 0
    for name in ("ravdess", "emodb4"):
        paths, fingerprints = read_corpus(corpora / f"{name}.csv")
        n_clips = len(paths)
        chosen = [n_clips * k // N_COPIES for k in range(N_COPIES)]
        copies = [
            make_fingerprint(*kind(*read_audio(paths[i]), np.random.default_rng(i)))
            for i in chosen
        ]
        pairs = {pair[:2] for pair in find_near_duplicates(fingerprints + copies)}
        pairs = {(i, j - n_clips) for i, j in pairs if i < n_clips <= j}
        own = {(i, k) for k, i in enumerate(chosen)}
        n_planted += len(own)
        n_found += len(pairs & own)
        n_false += len(pairs - own)
    return n_found / n_planted, n_false / n_planted


def test_copies_of_kind_are_found(kind, corpora):
    """Each kind at 95 %, so all together too."""
    found, false = share_found(kind, corpora)
    assert found >= 0.95
    # A clip whose take lies in two files is found twice.
    assert false <= 0.02


@pytest.mark.parametrize(("name", "known"), [("ravdess", {SAME_AUDIO}), ("emodb4", set())])
def test_takes_are_told_apart(name, known, corpora):
    paths, fingerprints = read_corpus(corpora / f"{name}.csv")
    pairs = find_near_duplicates(fingerprints)
    stems = [path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0] for path in paths]
    found = {(stems[i], stems[j]) for i, j, _ in pairs}
    assert known <= found
    assert 1000 * len(found - known) / len(paths) <= 1
