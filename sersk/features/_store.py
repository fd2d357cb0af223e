"""Extracted features on disk."""

import sqlite3
import warnings
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sersk.exceptions import StoreError, StoreWarning
from sersk.features._tables import (
    count_reuse,
    create_tables,
    delete_rows,
    insert_rows,
    is_sound,
    make_room,
    measure_file,
    select_rows,
)
from sersk.utils._files import replace_file

_DEFAULT_MAX_BYTES = 2 * 2**30
# Raised when the tables change; each version has a file of its own.
_FILE_NAME = "features-1.sqlite"
_BUSY_TIMEOUT_S = 60.0


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
        found = self._run(lambda database: [select_rows(database, part, clips) for part in parts])
        rows = [{clip: row for clip, row in of.items() if row is not None} for of in found]
        n_damaged = sum(map(len, found)) - sum(map(len, rows))
        if any(found):
            self._run(lambda database: _keep_books(database, parts, found, rows), writes=True)
        if n_damaged:
            warnings.warn(
                f"{n_damaged} damaged row(s) in the feature store {self.path} are computed again.",
                StoreWarning,
                stacklevel=2,
            )
        return rows

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
            written = [insert_rows(database, *entry) for entry in entries if entry[-1]]
            make_room(database, written, self.max_bytes)

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
        try:
            if not self.path.exists():
                return StoreInfo(self.path, 0, self.max_bytes, [])
        except OSError as error:
            raise self._unusable(error) from error
        n_bytes, parts = self._run(_describe)
        return StoreInfo(self.path, n_bytes, self.max_bytes, parts)

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
                    self._delete()
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
        try:
            connection = self._connect()
        except sqlite3.OperationalError:
            # Most likely there is no file yet; if there is by now, this changes nothing.
            self._create()
            connection = self._connect()
        with closing(connection) as database:
            # A crash of the whole machine may damage the store, a killed process may not.
            database.execute("PRAGMA synchronous = OFF")
            database.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            result = work(database)
            database.execute("COMMIT")
            return result

    def _connect(self):
        """Open the file that is there; never make an empty one."""
        # Transactions are begun by hand: one that reads before it writes could not wait.
        return sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw",
            uri=True,
            timeout=_BUSY_TIMEOUT_S,
            isolation_level=None,
        )

    def _create(self):
        with self.lock("file"):
            if self.path.exists():
                return
            self._delete()
            # Never seen half made: an empty file in this place is a damaged one.
            with (
                replace_file(self.path) as temporary,
                closing(sqlite3.connect(temporary)) as database,
            ):
                create_tables(database)

    def _delete(self):
        self.path.unlink(missing_ok=True)
        # What a killed process left half written would be applied to the next file of the name.
        self.path.with_name(f"{_FILE_NAME}-journal").unlink(missing_ok=True)

    def _rebuild(self, error):
        with self.lock("file"):
            # Of several processes that notice, the first rebuilds.
            if not self.path.exists() or self._is_sound():
                return
            self._delete()
            warnings.warn(
                f"The feature store {self.path} is damaged ({error}) and is started anew.",
                StoreWarning,
                stacklevel=2,
            )

    def _is_sound(self):
        try:
            with closing(self._connect()) as database:
                return is_sound(database)
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


def _keep_books(database, parts, found, rows):
    """Count the rows that were used; delete damaged ones, so that they are told of once."""
    for part, of_part, sound in zip(parts, found, rows, strict=True):
        if of_part:
            count_reuse(database, part, len(sound))
            delete_rows(database, part, [clip for clip in of_part if clip not in sound])


def _describe(database):
    """Give the size of the file, and what it holds of each extractor."""
    found = database.execute(
        "SELECT name, (SELECT COUNT(*) FROM rows WHERE part = id), n_computed, n_reused, used "
        "FROM parts ORDER BY used DESC"
    )
    return measure_file(database), [StoredPart(*row) for row in found]
