"""Extraction from many clips: in parallel, and only of what no store holds."""

import os
import warnings
from dataclasses import dataclass, replace
from itertools import chain, groupby

import numpy as np

from sersk.exceptions import AudioReadError, StoreError, StoreWarning
from sersk.features._analysis import extract_parts
from sersk.features._framing import Clip
from sersk.features._keys import ClipKey, make_clip_key, make_part_key
from sersk.utils._changed_clips import find_origin
from sersk.utils._parallel import map_chunks, run_chunks

_CHUNK_SIZE = 16
# Clips under the same lock are extracted by one process at a time.
_N_LOCKS = 128


@dataclass(frozen=True)
class ClipResult:
    """What one clip gave.

    Attributes
    ----------
    rows : dict of int to ndarray, or None
        Row of each part, by its place; None where the clip cannot be read.
    reason : str or None
        Why not.
    notes : frozenset of str
        What an extractor wants the user to know.
    is_reused : bool
        Whether all rows were found in a store.
    store_error : str or None
        Why the store could not be used, where it could not.
    """

    rows: dict | None
    reason: str | None = None
    notes: frozenset = frozenset()
    is_reused: bool = False
    store_error: str | None = None


def extract_all(extractor, sources, *, store=None, n_jobs=None, progress=None):
    """Extract the features of every clip, or take them from a store.

    Parameters
    ----------
    extractor : BaseExtractor
        What to extract.
    sources : list of (str, ndarray or ChangedClip)
        The clips.
    store : FeatureStore or None, default=None
        Where to look first, and where to put what is extracted.
    n_jobs : int or None, default=None
        Number of workers.
    progress : str or None, default=None
        Description of a progress bar.

    Returns
    -------
    results : list of ClipResult
        One per clip.
    """
    how = dict(
        n_jobs=n_jobs,
        prefer="threads" if extractor._prefers_threads else None,
        progress=progress,
    )
    if store is not None:
        try:
            return _extract_missing(_Shelf(store, extractor, sources), sources, how)
        except StoreError as error:
            _warn_of_store(error)
    return map_chunks(_extract_chunk, sources, extractor, chunk_size=_CHUNK_SIZE, **how)


def _extract_chunk(sources, extractor):
    wanted = range(len(extractor._parts))
    return [_extract_one(source, extractor, wanted) for source in sources]


def _extract_one(source, extractor, wanted):
    """Extract some of the parts from one clip."""
    clip = Clip(extractor._open(source))
    try:
        rows = extract_parts(clip, [extractor._parts[i][1] for i in wanted])
    except AudioReadError as error:
        return ClipResult(None, reason=error.reason)
    return ClipResult(dict(zip(wanted, rows, strict=True)), notes=frozenset(clip.notes))


def _extract_missing(shelf, sources, how):
    """Take from the store what it holds, and extract the rest into it."""
    keys = [make_clip_key(source) for source in sources]
    found = shelf.read({key.digest for key in keys if key is not None})
    # Byte for byte the same clip is extracted once, however often it is there.
    tasks = {}
    for key, source in zip(keys, sources, strict=True):
        if key is not None and key.digest not in tasks:
            lacking = [i for i, rows in found.items() if key.digest not in rows]
            if lacking:
                tasks[key.digest] = _Task(key, source, lacking)
    chunks = _take_turns(list(tasks.values()))
    done = run_chunks(_fill_chunk, chunks, shelf, **how) if chunks else []
    computed = {
        task.key.digest: result
        for task, result in zip(chain.from_iterable(chunks), done, strict=True)
    }
    errors = [result.store_error for result in done if result.store_error]
    if errors:
        _warn_of_store(errors[0])

    def collect(key, source):
        if key is None:
            return _extract_chunk([source], shelf.extractor)[0]
        result = computed.get(key.digest, ClipResult({}, is_reused=True))
        if result.rows is None:
            return result
        stored = {i: rows[key.digest] for i, rows in found.items() if key.digest in rows}
        return replace(result, rows={**stored, **result.rows})

    return [collect(key, source) for key, source in zip(keys, sources, strict=True)]


@dataclass(frozen=True)
class _Task:
    """A clip, and the parts whose rows are lacking in the store."""

    key: ClipKey
    source: object
    lacking: list

    @property
    def lock(self):
        """Name of the lock to hold while extracting it."""
        return f"{self.key.digest[0] % _N_LOCKS:03d}"


def _take_turns(tasks):
    """Sort tasks into chunks under one lock each.

    Processes that extract the same clips at the same time each begin somewhere else, so that they
    share the work instead of waiting for one another.
    """
    tasks = sorted(tasks, key=lambda task: task.lock)
    chunks = [list(chunk) for _, chunk in groupby(tasks, key=lambda task: task.lock)]
    first = int.from_bytes(os.urandom(2)) % max(1, len(chunks))
    return chunks[first:] + chunks[:first]


def _fill_chunk(tasks, shelf):
    """Extract a chunk of clips into the store; without it where it cannot be used."""
    try:
        with shelf.store.lock(tasks[0].lock):
            results = []
            for i in range(0, len(tasks), _CHUNK_SIZE):
                results += shelf.fill(tasks[i : i + _CHUNK_SIZE])
            return results
    except StoreError as error:
        results = [_extract_one(task.source, shelf.extractor, task.lacking) for task in tasks]
        return [replace(result, store_error=str(error)) for result in results]


class _Shelf:
    """The part of a store that one extractor uses."""

    def __init__(self, store, extractor, sources):
        self.store = store
        self.extractor = extractor
        of_arrays = isinstance(find_origin(sources[0]), np.ndarray)
        self._parts = [
            make_part_key(part, extractor._describe_reading(part, of_arrays=of_arrays))
            for _, part in extractor._parts
        ]

    def read(self, digests, wanted=None):
        """Give, for each of the wanted parts by its place, the rows that are there."""
        wanted = range(len(self._parts)) if wanted is None else wanted
        rows = self.store.read([self._parts[i][0] for i in wanted], list(digests))
        return dict(zip(wanted, rows, strict=True))

    def fill(self, tasks):
        """Extract what is still lacking, and store it."""
        # Another process may have been here since the tasks were made.
        wanted = sorted({i for task in tasks for i in task.lacking})
        found = self.read([task.key.digest for task in tasks], wanted)
        new = {i: {} for i in wanted}
        results = [self._complete(task, found, new) for task in tasks]
        self.store.write([(*self._parts[i], rows) for i, rows in new.items()])
        return results

    def _complete(self, task, found, new):
        digest = task.key.digest
        there = {i: found[i][digest] for i in task.lacking if digest in found[i]}
        lacking = [i for i in task.lacking if i not in there]
        if not lacking:
            return ClipResult(there, is_reused=True)
        result = _extract_one(task.source, self.extractor, lacking)
        if result.rows is None:
            return result
        # A note must be given again next time. And what was written to in the meantime is not what
        # the key stands for.
        if not result.notes and task.key.is_current(task.source):
            for i, row in result.rows.items():
                new[i][digest] = row
        return replace(result, rows={**there, **result.rows})


def _warn_of_store(error):
    warnings.warn(f"{error} Features are extracted without it.", StoreWarning, stacklevel=5)
