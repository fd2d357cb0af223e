"""The tables of the feature store: rows by extractor and clip, within a bounded size."""

import time
import zlib

import numpy as np

# Tells the file from other databases that happen to lie there.
_APPLICATION_ID = 0x5E25C
_TABLES = f"""
PRAGMA application_id = {_APPLICATION_ID};
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
    width INTEGER,
    checksum INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (part, clip)
) WITHOUT ROWID;
"""
_BATCH_SIZE = 500
# After clearing up, this share of the space is in use.
_KEPT_SHARE = 0.9


def create_tables(database):
    """Make the tables in an empty database.

    Parameters
    ----------
    database : sqlite3.Connection
        The database.
    """
    database.executescript(_TABLES)


def is_sound(database):
    """Tell whether a database has the tables, and every page of it is in order.

    Parameters
    ----------
    database : sqlite3.Connection
        The database.

    Returns
    -------
    is_sound : bool
        Whether it is.
    """
    (application_id,) = database.execute("PRAGMA application_id").fetchone()
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    (state,) = database.execute("PRAGMA quick_check(1)").fetchone()
    return application_id == _APPLICATION_ID and {"parts", "rows"} <= tables and state == "ok"


def select_rows(database, part, clips):
    """Look up the rows of one extractor.

    Parameters
    ----------
    database : sqlite3.Connection
        The database.
    part : bytes
        Key of the extractor.
    clips : list of bytes
        Keys of the clips.

    Returns
    -------
    rows : dict of bytes to (ndarray or None)
        The rows that are there, by the key of the clip; None for one that is damaged.
    """
    known = database.execute("SELECT id FROM parts WHERE key = ?", [part]).fetchone()
    if known is None:
        return {}
    rows = {}
    for i in range(0, len(clips), _BATCH_SIZE):
        batch = clips[i : i + _BATCH_SIZE]
        found = database.execute(
            # A single damaged bit may have made text of the bytes.
            "SELECT clip, width, checksum, CAST(content AS BLOB) FROM rows "
            f"WHERE part = ? AND clip IN ({', '.join('?' * len(batch))})",
            [*known, *batch],
        )
        rows.update((clip, _unpack(*columns)) for clip, *columns in found)
    return rows


def delete_rows(database, part, clips):
    """Delete rows of one extractor.

    Parameters
    ----------
    database : sqlite3.Connection
        The database.
    part : bytes
        Key of the extractor.
    clips : list of bytes
        Keys of the clips.
    """
    database.executemany(
        "DELETE FROM rows WHERE part = (SELECT id FROM parts WHERE key = ?) AND clip = ?",
        [(part, clip) for clip in clips],
    )


def count_reuse(database, part, n_reused):
    """Note that rows were found and used.

    Parameters
    ----------
    database : sqlite3.Connection
        The database.
    part : bytes
        Key of the extractor.
    n_reused : int
        How many rows.
    """
    database.execute(
        "UPDATE parts SET used = ?, n_reused = n_reused + ? WHERE key = ?",
        [time.time(), n_reused, part],
    )


def insert_rows(database, part, name, rows):
    """Insert the rows of one extractor.

    Parameters
    ----------
    database : sqlite3.Connection
        The database.
    part : bytes
        Key of the extractor.
    name : str
        The extractor for people.
    rows : dict of bytes to ndarray
        Row of each clip, by its key.

    Returns
    -------
    number : int
        Number of the extractor.
    """
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


def make_room(database, in_use, max_bytes):
    """Delete what was not used for longest, until the database is small enough.

    Parameters
    ----------
    database : sqlite3.Connection
        The database.
    in_use : list of int
        Numbers of the extractors to delete last.
    max_bytes : int
        Size that need not be reduced; beyond it, a tenth more than the excess is deleted.
    """
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
    (n_free,) = database.execute("PRAGMA freelist_count").fetchone()
    (page_size,) = database.execute("PRAGMA page_size").fetchone()
    return measure_file(database) - n_free * page_size


def measure_file(database):
    """Measure the whole file.

    Parameters
    ----------
    database : sqlite3.Connection
        The database.

    Returns
    -------
    n_bytes : int
        Its size.
    """
    (n_pages,) = database.execute("PRAGMA page_count").fetchone()
    (page_size,) = database.execute("PRAGMA page_size").fetchone()
    return n_pages * page_size


def _pack(row):
    """Turn a row, or a sequence of frames, into columns of the table."""
    width = None if row.ndim == 1 else row.shape[1]
    content = np.asarray(row, dtype="<f4").tobytes()
    return width, _sum_up(width, content), content


def _unpack(width, checksum, content):
    if _sum_up(width, content) != checksum:
        return None
    # A copy, because the bytes of the database could not be written to.
    values = np.frombuffer(content, dtype="<f4").astype(np.float32)
    return values if width is None else values.reshape(-1, width)


def _sum_up(width, content):
    return zlib.crc32(repr(width).encode(), zlib.crc32(content))
