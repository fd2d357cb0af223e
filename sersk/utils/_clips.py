"""What users hand over as clips: paths, signals of any lengths, or a 2-D array."""

import numbers
import os
from dataclasses import replace

import numpy as np
from sklearn.utils.validation import validate_data

from sersk.utils._changed_clips import ChangedClip, find_origin

_PCM_TYPES = (np.int8, np.uint8, np.int16, np.uint16)


def check_clips(estimator, X, *, reset):
    """Bring every accepted form of input into one list.

    Parameters
    ----------
    estimator : estimator
        On whose behalf; a 2-D array fixes or is checked against its `n_features_in_`.
    X : array-like of paths, list of 1-D arrays, or array-like of shape (n_samples, n_times)
        The clips. A data frame or 2-D array with one column of strings counts as paths. A
        `ChangedClip` counts as what it changes.
    reset : bool
        True in `fit`: forget the width seen before and learn this one.

    Returns
    -------
    clips : list
        Each item is a path (str) or a signal, a float32 array of shape (n_times,), or a
        `ChangedClip` of one.

    Raises
    ------
    TypeError
        Where one single path is given, or a mix of paths and signals.
    ValueError
        For empty input, NaN, more than one channel, or anything that is no clip.
    """
    name = type(estimator).__name__
    if isinstance(X, (str, os.PathLike)):
        raise TypeError(
            f"{name} expects a list of paths or signals. Got the single path {str(X)!r}. "
            "Put it in a list: [path]."
        )
    items = _as_list_of_clips(X)
    if items is None:
        return _check_matrix(estimator, X, reset=reset)
    if not items:
        raise ValueError(f"{name} expects at least one clip. Got an empty list.")
    if reset:
        for seen in ("n_features_in_", "feature_names_in_"):
            if hasattr(estimator, seen):
                delattr(estimator, seen)
    if any(isinstance(find_origin(item), (str, os.PathLike)) for item in items):
        return [_check_path(item, i, name) for i, item in enumerate(items)]
    return [_check_signal(item, i, name) for i, item in enumerate(items)]


def _as_list_of_clips(X):
    """Give the clips as a list, or None when `X` is a matrix for scikit-learn to check."""
    if isinstance(X, np.ndarray) and X.ndim == 1 and X.dtype.kind in "fiu":
        raise ValueError(
            "Expected a list of signals or a 2-D array. Got one 1-D array instead. "
            "Reshape your data: if it is one signal, put it in a list, [signal]."
        )
    if isinstance(X, (list, tuple)):
        items = list(X)
    elif hasattr(X, "to_numpy") or isinstance(X, np.ndarray):
        values = X.to_numpy() if hasattr(X, "to_numpy") else X
        if values.ndim == 2 and values.shape[1] == 1 and values.dtype.kind in "OUT":
            values = values[:, 0]
        if values.ndim != 1:
            return None
        items = list(values)
    else:
        return None
    kinds = (str, os.PathLike, np.ndarray, ChangedClip)
    return items if not items or any(isinstance(item, kinds) for item in items) else None


def _check_matrix(estimator, X, *, reset):
    matrix = validate_data(
        estimator, X, reset=reset, dtype=[np.float32, np.float64, *_PCM_TYPES], order="C"
    )
    if matrix.dtype in _PCM_TYPES:
        raise ValueError(_pcm_message("X", matrix.dtype))
    matrix = _to_float32(matrix)
    if not np.isfinite(matrix).all():
        raise ValueError("Input X contains infinity or values too large for dtype('float32').")
    return list(matrix)


def _to_float32(array):
    # What does not fit becomes infinite, and is refused as that.
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(array, dtype=np.float32)


def _check_path(item, index, name):
    if isinstance(item, ChangedClip):
        return replace(item, source=_check_path(item.source, index, name))
    if not isinstance(item, (str, os.PathLike)):
        raise TypeError(
            f"{name} expects either paths or signals, not both. Among the paths, "
            f"item {index} is of type {type(item).__name__}."
        )
    return os.fspath(item)


def _check_signal(item, index, name):
    if isinstance(item, ChangedClip):
        return replace(item, source=_check_signal(item.source, index, name))
    if item is None or isinstance(item, numbers.Number):
        raise TypeError(
            f"{name} expects a list of signals. Item {index} is of type {type(item).__name__}."
        )
    signal = np.asarray(item)
    if signal.ndim != 1:
        raise ValueError(
            f"Clip {index} must be one channel, a 1-D array. Got shape {signal.shape} instead. "
            "Average its channels first."
        )
    if signal.size == 0:
        raise ValueError(f"Clip {index} must have at least one sample. Got an empty array.")
    if signal.dtype in _PCM_TYPES:
        raise ValueError(_pcm_message(f"Clip {index}", signal.dtype))
    if signal.dtype.kind not in "fiu":
        raise ValueError(f"Clip {index} must hold real numbers. Got dtype {signal.dtype} instead.")
    signal = _to_float32(signal)
    if not np.isfinite(signal).all():
        raise ValueError(f"Clip {index} contains NaN or infinity. Mend or leave out that clip.")
    return signal


def _pcm_message(what, dtype):
    return (
        f"{what} must hold floating-point samples in [-1, 1]. Got {dtype}, which looks like PCM. "
        f"Convert it first, int16 for example with signal / 32768."
    )
