"""Copies planted among real speech, and the takes of one sentence by one actor told apart."""

from functools import cache

import numpy as np
import pytest

from sersk.audio import Recording, read_audio
from sersk.audit._fingerprint import fingerprint_recording, make_fingerprint
from sersk.audit._near_duplicates import find_near_duplicates
from sersk.datasets import read_manifest
from tests.audit._copies import KINDS

pytestmark = pytest.mark.corpus

N_COPIES = 40  # of each kind, in each corpus
SAME_AUDIO = ("03-01-03-01-02-01-07", "03-01-03-01-02-02-07")


@cache
def read_corpus(csv):
    """Give the paths of a corpus, and their fingerprints."""
    paths = read_manifest(csv).paths
    return paths, [fingerprint_recording(Recording(path)) for path in paths]


@cache
def find_copies(csv):
    """Plant copies of all kinds; give of each what was planted and what was found, as sets."""
    paths, fingerprints = read_corpus(csv)
    n_clips = len(paths)
    chosen = [n_clips * k // N_COPIES for k in range(N_COPIES)]
    planted, copies = [], []
    for i in chosen:
        recording = read_audio(paths[i])
        for name, kind in KINDS.items():
            copies.append(make_fingerprint(*kind(*recording, np.random.default_rng(i))))
            planted.append((name, i))
    pairs = {pair[:2] for pair in find_near_duplicates(fingerprints + copies)}
    pairs = {(*planted[j - n_clips], i) for i, j in pairs if i < n_clips <= j}
    return {
        name: ({(name, i, i) for i in chosen}, {pair for pair in pairs if pair[0] == name})
        for name in KINDS
    }


@pytest.mark.parametrize("kind", KINDS)
def test_copies_of_kind_are_found(kind, corpora):
    """Each kind at 95 %, so all together too."""
    planted, found = set(), set()
    for name in ("ravdess", "emodb4"):
        in_corpus = find_copies(corpora / f"{name}.csv")[kind]
        planted |= {(name, *pair) for pair in in_corpus[0]}
        found |= {(name, *pair) for pair in in_corpus[1]}
    assert len(planted) == 2 * N_COPIES
    assert len(planted & found) >= 0.95 * len(planted)
    # A clip whose take lies in two files is found twice.
    assert len(found - planted) <= 1


@pytest.mark.parametrize(("name", "known"), [("ravdess", {SAME_AUDIO}), ("emodb4", set())])
def test_takes_are_told_apart(name, known, corpora):
    paths, fingerprints = read_corpus(corpora / f"{name}.csv")
    pairs = find_near_duplicates(fingerprints)
    stems = [path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0] for path in paths]
    found = {(stems[i], stems[j]) for i, j, _ in pairs}
    assert known <= found
    assert 1000 * len(found - known) / len(paths) <= 1
