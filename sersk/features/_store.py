"""Extracted features on disk."""

import sqlite3
import time
import warnings
import zlib
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sersk.exceptions import StoreError, StoreWarning
from sersk.utils._files import replace_file

_DEFAULT_MAX_BYTES = 2 * 2**30
# Raised when the tables change; each version has a file of its own.
_FILE_NAME = "features-1.sqlite"
_TABLES = """
CREATE TABLE parts (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    used REAL NOT NULL,
    n_computed INTEGER NOT NULL DEFAULT 0,
    n_reused INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE rows (
    part INTEGER NOT NULL REFERENCES parts (id),
    clip BLOB NOT NULL,
    n_frames INTEGER,
    checksum INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (part, clip)
) WITHOUT ROWID;
"""
_BUSY_TIMEOUT_S = 60.0
_BATCH_SIZE = 500
# After clearing up, this share of the space is in use.
_KEPT_SHARE = 0.9


@dataclass(frozen=True)
class StoredPart:
    """What a store holds of one extractor.

    Attributes
    ----------
    name : str
        The extractor with its parameters.
    n_clips : int
        Clips whose features are there.
    n_computed : int
        How many rows were ever computed for it.
    n_reused : int
        How many times a row was found instead.
    last_used : float
        When that was, or when the last row came in: seconds since 1970.
    """

    name: str
    n_clips: int
    n_computed: int
    n_reused: int
    last_used: float


@dataclass(frozen=True)
class StoreInfo:
    """What a store holds.

    Attributes
    ----------
    path : Path
        The file.
    n_bytes : int
        Its size.
    max_bytes : int
        The size it may have.
    parts : list of StoredPart
        What it holds of each extractor, the last used first.
    """

    path: Path
    n_bytes: int
    max_bytes: int
    parts: list

    @property
    def n_computed(self):
        """How many rows were ever computed."""
        return sum(part.n_computed for part in self.parts)

    @property
    def n_reused(self):
        """How many times a row was found instead."""
        return sum(part.n_reused for part in self.parts)


class FeatureStore:
    """Extracted features on disk, shared by folds, grids, runs and processes.

    A row of features is found by the content of the clip, the parameters of the extractor, and the
    versions of whatever has a say in the values; where the file lies and what it is called make no
    difference. Any number of processes may use a store at once: of those that need the same clip,
    one extracts and the others wait for it.

    Parameters
    ----------
    folder : path-like or None, default=None
        Where to keep it. None means the user's cache folder. It is made when needed.
    max_bytes : int, default=2147483648
        The size that the store may have. When it is exceeded, the features that have not been used
        for longest are deleted.

    Notes
    -----
    The store is an SQLite database. It is a cache, not an archive: a damaged one is started anew,
    with a warning, and features are float32 values without names. Use `sersk.workflows.extract`
    for a table to keep.

    Examples
    --------
    >>> import tempfile
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MFCC, FeatureStore
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=1, n_clips_per_class=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = FeatureStore(folder)
    ...     for _ in range(3):
    ...         features = MFCC(sample_rate=16000, memory=store).transform(signals)
    ...     info = store.info()
    >>> info.n_computed, info.n_reused
    (4, 8)
    """

    def __init__(self, folder=None, *, max_bytes=_DEFAULT_MAX_BYTES):
        self.folder = _find_cache_folder() if folder is None else Path(folder).absolute()
        self.max_bytes = max_bytes

    def __repr__(self):
        return f"FeatureStore({str(self.folder)!r})"

    @property
    def path(self):
        """The database."""
        return self.folder / _FILE_NAME

    def read(self, parts, clips):
        """Look rows up.

        Parameters
        ----------
        parts : list of bytes
            Keys of the extractors.
        clips : list of bytes
            Keys of the clips.

        Returns
        -------
        rows : list of dict of bytes to ndarray
            For each extractor, the rows of the clips that are there.

        Raises
        ------
        StoreError
            When the store cannot be used.
        """
        found = self._run(lambda database: [_look_up(database, part, clips) for part in parts])
        rows, n_damaged = [], 0
        for stored in found:
            sound = [row for row in stored if zlib.crc32(row[-1]) == row[-2]]
            rows.append({clip: _unpack(n_frames, content) for clip, n_frames, _, content in sound})
            n_damaged += len(stored) - len(sound)
        if n_damaged:
            warnings.warn(
                f"{n_damaged} damaged row(s) in the feature store {self.path} are computed again.",
                StoreWarning,
                stacklevel=2,
            )
        self._count_reuse({part: len(found) for part, found in zip(parts, rows, strict=True)})
        return rows

    def _count_reuse(self, n_found):
        update = "UPDATE parts SET used = ?, n_reused = n_reused + ? WHERE key = ?"
        counts = [(time.time(), n, part) for part, n in n_found.items() if n]
        if counts:
            self._run(lambda database: database.executemany(update, counts), writes=True)

    def write(self, entries):
        """Store rows that were computed, and make room where the store has grown too large.

        Parameters
        ----------
        entries : list of (bytes, str, dict of bytes to ndarray)
            For each extractor its key, how to call it, and the row of each clip by its key.

        Raises
        ------
        StoreError
            When the store cannot be used.
        """

        def insert(database):
            written = [_insert(database, *entry) for entry in entries if entry[-1]]
            _make_room(database, written, self.max_bytes)

        self._run(insert, writes=True)

    @contextmanager
    def lock(self, name):
        """Keep other threads and processes out of a block that takes the same lock.

        Parameters
        ----------
        name : str
            Name of the lock.

        Raises
        ------
        StoreError
            When there can be no locks in the folder.
        """
        from filelock import FileLock

        folder = self.folder / "locks"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / f"{name}.lock")
            lock.acquire()
        except (OSError, NotImplementedError) as error:
            raise self._unusable(error) from error
        try:
            yield
        finally:
            lock.release()

    def info(self):
        """Say what the store holds.

        Returns
        -------
        info : StoreInfo
            Size, and the extractors with their counts.

        Raises
        ------
        StoreError
            When the store cannot be used.
        """
        if not self.path.exists():
            return StoreInfo(self.path, 0, self.max_bytes, [])
        found = self._run(
            lambda database: database.execute(
                "SELECT name, (SELECT COUNT(*) FROM rows WHERE part = id), n_computed, n_reused, "
                "used FROM parts ORDER BY used DESC"
            ).fetchall()
        )
        parts = [StoredPart(*row) for row in found]
        return StoreInfo(self.path, self.path.stat().st_size, self.max_bytes, parts)

    def clear(self):
        """Delete all that the store holds.

        Raises
        ------
        StoreError
            When it cannot be deleted.
        """
        try:
            if self.path.exists():
                with self.lock("file"):
                    self.path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error

    def check(self):
        """Raise unless the store can be written to.

        Raises
        ------
        StoreError
            When it cannot.
        """
        self._run(lambda database: None, writes=True)

    def _run(self, work, *, writes=False):
        """Do some work on the database in one transaction; a damaged one is rebuilt before."""
        try:
            try:
                return self._transact(work, writes)
            except sqlite3.Error as error:
                if not _is_damage(error):
                    raise
                self._rebuild(error)
                return self._transact(work, writes)
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error

    def _transact(self, work, writes):
        if not self.path.exists():
            self._create()
        # Transactions are begun by hand: one that reads before it writes could not wait.
        connection = sqlite3.connect(self.path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        with closing(connection) as database:
            # A crash of the whole machine may damage the store, a killed process may not.
            database.execute("PRAGMA synchronous = OFF")
            database.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            result = work(database)
            database.execute("COMMIT")
            return result

    def _create(self):
        with self.lock("file"):
            if self.path.exists():
                return
            # Never seen half made: an empty file in this place is a damaged one.
            with (
                replace_file(self.path) as temporary,
                closing(sqlite3.connect(temporary)) as database,
            ):
                database.executescript(_TABLES)

    def _rebuild(self, error):
        with self.lock("file"):
            # Of several processes that notice, the first rebuilds.
            if self._is_sound():
                return
            self.path.unlink(missing_ok=True)
            warnings.warn(
                f"The feature store {self.path} is damaged ({error}) and is started anew.",
                StoreWarning,
                stacklevel=2,
            )

    def _is_sound(self):
        try:
            with closing(sqlite3.connect(self.path, timeout=_BUSY_TIMEOUT_S)) as database:
                database.execute("SELECT 1 FROM parts, rows LIMIT 1")
                return database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        except sqlite3.Error as error:
            if not _is_damage(error):
                raise
            return False

    def _unusable(self, error):
        return StoreError(
            f"Cannot use the feature store {str(self.folder)!r}: {error}. Name another folder, or "
            "do without."
        )


def _find_cache_folder():
    from platformdirs import user_cache_path

    return user_cache_path("sersk", appauthor=False)


def _is_damage(error):
    """Whether an error means that the file's content is at fault, not access to it."""
    # No such table, malformed, not a database.
    damages = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in damages


def _pack(row):
    """Turn a row, or a sequence of frames, into columns of the table."""
    content = np.asarray(row, dtype="<f4").tobytes()
    return (None if row.ndim == 1 else len(row)), zlib.crc32(content), content


def _unpack(n_frames, content):
    # A copy, because the bytes of the database could not be written to.
    values = np.frombuffer(content, dtype="<f4").astype(np.float32)
    return values if n_frames is None else values.reshape(n_frames, -1)


def _look_up(database, part, clips):
    """Select the columns of the clips that are there."""
    known = database.execute("SELECT id FROM parts WHERE key = ?", [part]).fetchone()
    if known is None:
        return []
    stored = []
    for i in range(0, len(clips), _BATCH_SIZE):
        batch = clips[i : i + _BATCH_SIZE]
        stored += database.execute(
            "SELECT clip, n_frames, checksum, content FROM rows "
            f"WHERE part = ? AND clip IN ({', '.join('?' * len(batch))})",
            [*known, *batch],
        )
    return stored


def _insert(database, part, name, rows):
    """Insert the rows of one extractor; give its number."""
    database.execute(
        "INSERT INTO parts (key, name, used, n_computed) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (key) DO UPDATE SET "
        "used = excluded.used, n_computed = n_computed + excluded.n_computed",
        [part, name, time.time(), len(rows)],
    )
    (number,) = database.execute("SELECT id FROM parts WHERE key = ?", [part]).fetchone()
    database.executemany(
        "INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?)",
        [(number, clip, *_pack(row)) for clip, row in rows.items()],
    )
    return number


def _make_room(database, in_use, max_bytes):
    """Delete what was not used for longest, until the store is small enough."""
    if _measure(database) <= max_bytes:
        return
    enough = _KEPT_SHARE * max_bytes
    for (number,) in database.execute("SELECT id FROM parts ORDER BY used").fetchall():
        if number not in in_use and _measure(database) > enough:
            database.execute("DELETE FROM rows WHERE part = ?", [number])
            database.execute("DELETE FROM parts WHERE id = ?", [number])
    # All that is left is in use now; any rows will do.
    n_deleted = 1
    while n_deleted and _measure(database) > enough:
        n_deleted = sum(_delete_some(database, number) for number in in_use)


def _delete_some(database, number):
    """Delete a tenth of the rows of an extractor, one at least; give how many."""
    return database.execute(
        "DELETE FROM rows WHERE part = :part AND clip IN (SELECT clip FROM rows WHERE "
        "part = :part LIMIT 1 + (SELECT COUNT(*) FROM rows WHERE part = :part) / 10)",
        {"part": number},
    ).rowcount


def _measure(database):
    """Bytes of the pages in use; those that are free are used again before the file grows."""
    n_pages, n_free, page_size = (
        database.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (n_pages - n_free) * page_size
