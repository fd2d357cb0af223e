"""What features depend on, as keys of the store: the clip's content, and how it is analysed."""

import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xxhash
from sklearn.base import clone

# To be raised whenever an extractor gives other values than before for the same parameters.
DEFINITIONS_VERSION = 1

_READ_SIZE = 2**20
_ARRAY_SEED = 1
_WITHOUT_EFFECT = ("n_jobs", "memory")


class ClipKey(NamedTuple):
    """The content of a clip, and size and time of change of the file in which it was found."""

    digest: bytes
    state: tuple | None

    def is_current(self, source):
        """Tell whether a file was left alone since it was read for the key.

        Parameters
        ----------
        source : str or ndarray of shape (n_times,)
            A path, or the samples, which nobody changes.

        Returns
        -------
        is_current : bool
            Whether the key still stands for its content.
        """
        return self.state is None or self.state == _read_state(source)


def make_clip_key(source):
    """Make the key of a clip from all its bytes, wherever it lies.

    Parameters
    ----------
    source : str or ndarray of shape (n_times,)
        A path, or the samples.

    Returns
    -------
    key : ClipKey or None
        The key; None for a file that cannot be read.
    """
    if isinstance(source, np.ndarray):
        # Seeded, since a file could hold the same bytes and mean something else.
        digest = xxhash.xxh3_128_digest(np.ascontiguousarray(source), seed=_ARRAY_SEED)
        return ClipKey(digest, None)
    digest = xxhash.xxh3_128()
    try:
        state = _read_state(source)
        with Path(source).open("rb", buffering=0) as file:
            while content := file.read(_READ_SIZE):
                digest.update(content)
    except OSError:
        return None
    return ClipKey(digest.digest(), state)


def _read_state(path):
    status = Path(path).stat()
    return status.st_size, status.st_mtime_ns


def make_part_key(part, reading):
    """Make the key of an extractor: whatever can change the values it gives for a clip.

    Parameters
    ----------
    part : BaseExtractor
        The extractor.
    reading : dict
        Which stretch of the clip is read, and at which rate arrays are.

    Returns
    -------
    digest : bytes
        The key.
    name : str
        The extractor for people, with the parameters that are not at their defaults.
    """
    params = {k: v for k, v in part.get_params().items() if k not in _WITHOUT_EFFECT}
    content = {
        "extractor": f"{type(part).__module__}.{type(part).__qualname__}",
        "params": params,
        "reading": reading,
        "definitions": DEFINITIONS_VERSION,
        "libraries": {name: _find_version(name) for name in part._libraries},
    }
    text = json.dumps(content, sort_keys=True, default=_to_plain)
    plain = clone(part).set_params(**dict.fromkeys(_WITHOUT_EFFECT))
    return xxhash.xxh3_128_digest(text.encode()), " ".join(repr(plain).split())


def _to_plain(value):
    """Turn a numpy scalar, as a grid of parameters may hold, into Python's own."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"A parameter of type {type(value).__name__} cannot be part of a key.")


_find_version = cache(version)
