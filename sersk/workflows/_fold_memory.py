"""Predictions of finished folds on disk, so that a comparison that was interrupted goes on."""

import hashlib
import json
import shutil

import joblib

from sersk.features import FeatureStore
from sersk.persistence import library_versions

_FOLDER = "folds"
_MAX_BYTES = "200M"


def open_fold_memory(memory):
    """Open the memory of folds beside a store of features.

    What it holds is kept apart for each set of library versions, as those decide on the values.

    Parameters
    ----------
    memory : path-like, FeatureStore or None
        Where features are kept; None keeps nothing.

    Returns
    -------
    fold_memory : joblib.Memory or None
        Where predictions are kept; None also where the folder cannot be used.
    """
    if memory is None:
        return None
    store = memory if isinstance(memory, FeatureStore) else FeatureStore(memory)
    versions = json.dumps(library_versions(), sort_keys=True).encode()
    key = hashlib.sha256(versions).hexdigest()[:16]
    try:
        return joblib.Memory(store.folder / _FOLDER / key, verbose=0)
    except OSError:
        # The store has said so; what is kept only saves time.
        return None


def trim_fold_memory(fold_memory):
    """Forget the folds that have not been used for longest, where they take much room.

    Parameters
    ----------
    fold_memory : joblib.Memory or None
        What `open_fold_memory` gave.
    """
    if fold_memory is not None:
        fold_memory.reduce_size(bytes_limit=_MAX_BYTES)


def measure_fold_memory(store):
    """Measure the folds that are kept.

    Parameters
    ----------
    store : FeatureStore
        The store that they lie beside.

    Returns
    -------
    n_bytes : int
        Their size.
    """
    files = (store.folder / _FOLDER).rglob("*")
    return sum(path.stat().st_size for path in files if path.is_file())


def clear_fold_memory(store):
    """Forget all folds.

    Parameters
    ----------
    store : FeatureStore
        The store that they lie beside.
    """
    shutil.rmtree(store.folder / _FOLDER, ignore_errors=True)
