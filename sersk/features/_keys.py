"""What features depend on, as keys of the store: the clip's content, and how it is analysed."""

import json
import time
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xxhash
from sklearn.base import clone

from sersk.utils._changed_clips import ChangedClip, find_origin

# To be raised whenever an extractor gives other values than before for the same parameters.
DEFINITIONS_VERSION = 1

_READ_SIZE = 2**20
# Seeded, since a file could hold the same bytes as an array and mean something else.
_ARRAY_SEED = 1
_CHANGE_SEED = 2
# A file changed more recently may change again without a trace: clocks of file systems are so
# coarse. And the digests of how many files are remembered.
_SETTLED_NS = 2 * 10**9
_N_DIGESTS = 2**16
_WITHOUT_EFFECT = ("n_jobs", "memory")


class ClipKey(NamedTuple):
    """The content of a clip, and size and times of change of the file in which it was found."""

    digest: bytes
    state: tuple | None

    def is_current(self, source):
        """Tell whether a file was left alone since it was read for the key.

        Parameters
        ----------
        source : str, ndarray of shape (n_times,) or ChangedClip
            A path, or the samples, which nobody changes, or a change of one of these.

        Returns
        -------
        is_current : bool
            Whether the key still stands for its content.
        """
        try:
            return self.state is None or self.state == _read_state(find_origin(source))
        except OSError:
            return False


def make_clip_key(source):
    """Make the key of a clip from all its bytes, wherever it lies.

    A file that was left alone is read once in a process.

    Parameters
    ----------
    source : str, ndarray of shape (n_times,) or ChangedClip
        A path, or the samples, or a change of one of these.

    Returns
    -------
    key : ClipKey or None
        The key; None for a file that cannot be read.
    """
    if isinstance(source, ChangedClip):
        return _make_changed_key(source)
    if isinstance(source, np.ndarray):
        digest = xxhash.xxh3_128_digest(np.ascontiguousarray(source), seed=_ARRAY_SEED)
        return ClipKey(digest, None)
    now = time.time_ns()
    try:
        state = _read_state(source)
        is_settled = now - max(state[1:]) >= _SETTLED_NS
        digest = (_find_digest if is_settled else _hash_file)(Path(source).absolute(), state)
    except OSError:
        return None
    return ClipKey(digest, state)


def _make_changed_key(clip):
    key = make_clip_key(clip.source)
    if key is None:
        return None
    digest = xxhash.xxh3_128_digest(key.digest + clip.key.encode(), seed=_CHANGE_SEED)
    return ClipKey(digest, key.state)


def _read_state(path):
    status = Path(path).stat()
    # Setting the time of a change back is itself a change.
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _hash_file(path, state):
    """Digest a file; its state is there for the memory, to tell one content from the next."""
    digest = xxhash.xxh3_128()
    with Path(path).open("rb", buffering=0) as file:
        while content := file.read(_READ_SIZE):
            digest.update(content)
    return digest.digest()


_find_digest = lru_cache(_N_DIGESTS)(_hash_file)


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
    if part._learnt is not None:
        content["learnt"] = xxhash.xxh3_128_hexdigest(part._learnt)
    text = json.dumps(content, sort_keys=True, default=_to_plain)
    plain = clone(part).set_params(**dict.fromkeys(_WITHOUT_EFFECT))
    return xxhash.xxh3_128_digest(text.encode()), " ".join(repr(plain).split())


def _to_plain(value):
    """Turn a numpy scalar, as a grid of parameters may hold, into Python's own."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"A parameter of type {type(value).__name__} cannot be part of a key.")


_find_version = cache(version)
