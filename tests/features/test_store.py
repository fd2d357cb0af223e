"""FeatureStore: what goes in comes out, within its bound, damaged or not, and one at a time."""

import copy
import pickle
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import warnings
from contextlib import closing

import numpy as np
import pytest
from sklearn.base import clone

from sersk.exceptions import StoreError, StoreWarning
from sersk.features import MFCC, AudioFeatures, FeatureStore, _tables
from sersk.features import _store as store_module

ROWS = {
    "row": np.array([1.5, -0.0, np.pi, 1e-42], dtype=np.float32),
    "not_finite": np.array([np.nan, np.inf, -np.inf], dtype=np.float32),
    "one_value": np.array([3.0], dtype=np.float32),
    "sequence": np.arange(12, dtype=np.float32).reshape(4, 3) / 7,
    "one_frame": np.arange(3, dtype=np.float32).reshape(1, 3),
    "column": np.arange(5, dtype=np.float32).reshape(5, 1),
}


def _key(number, size=16):
    return number.to_bytes(size, "big")


def _make_rows(n_clips, n_values=1000, seed=0):
    values = np.random.default_rng(seed).normal(size=(n_clips, n_values)).astype(np.float32)
    return {_key(i): row for i, row in enumerate(values)}


def _fill(store):
    store.write([(b"a", "A", _make_rows(40)), (b"b", "B", _make_rows(40, seed=1))])
    return store


@pytest.fixture
def store(tmp_path):
    return FeatureStore(tmp_path / "store")


@pytest.fixture
def filled(store):
    """A store of two parts and many pages."""
    return _fill(store)


def _assert_holds(store, part, rows):
    (found,) = store.read([part], list(rows))
    assert found.keys() == rows.keys()
    for clip, row in rows.items():
        np.testing.assert_array_equal(found[clip], row)


class TestRows:
    @pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
    def test_come_out_as_they_went_in(self, store, row):
        store.write([(b"part", "Part", {b"clip": row})])
        ((found,),) = ([*rows.values()] for rows in store.read([b"part"], [b"clip"]))
        assert (found.dtype, found.shape) == (np.float32, row.shape)
        assert found.tobytes() == row.tobytes()
        # Whoever gets it may change it, and that does not change what is kept.
        found[:] = 7
        assert store.read([b"part"], [b"clip"])[0][b"clip"].tobytes() == row.tobytes()

    def test_without_frames_keep_their_width(self, store):
        empty = np.empty((0, 5), dtype=np.float32)
        store.write([(b"part", "Part", {b"clip": empty})])
        found = store.read([b"part"], [b"clip"])[0][b"clip"]
        assert (found.dtype, found.shape) == (np.float32, (0, 5))

    def test_outlive_the_store_that_wrote_them(self, filled):
        _assert_holds(FeatureStore(filled.folder), b"a", _make_rows(40))
        _assert_holds(FeatureStore(filled.folder), b"b", _make_rows(40, seed=1))

    def test_of_unknown_parts_and_clips_are_not_there(self, filled):
        assert filled.read([b"c"], [_key(0)]) == [{}]
        assert filled.read([b"a"], [_key(99)]) == [{}]
        found = filled.read([b"c", b"a"], [_key(0), _key(99), _key(1)])
        assert [set(rows) for rows in found] == [set(), {_key(0), _key(1)}]
        assert filled.read([b"a"], []) == [{}]
        assert filled.read([], [_key(0)]) == []

    def test_of_two_parts_are_kept_apart(self, filled):
        first, second = filled.read([b"a", b"b"], [_key(3)])
        np.testing.assert_array_equal(first[_key(3)], _make_rows(40)[_key(3)])
        np.testing.assert_array_equal(second[_key(3)], _make_rows(40, seed=1)[_key(3)])

    def test_of_another_part_are_not_given(self, store):
        store.write([(b"a", "A", _make_rows(3))])
        store.write([(b"b", "B", _make_rows(1))])
        assert set(store.read([b"b"], list(_make_rows(3)))[0]) == {_key(0)}

    def test_may_be_more_than_one_statement_takes(self, store):
        rows = _make_rows(2 * _tables._BATCH_SIZE + 1, n_values=1)
        store.write([(b"a", "A", rows)])
        _assert_holds(store, b"a", rows)

    def test_written_again_are_replaced(self, store):
        for value in (1, 2):
            store.write([(b"a", "A", {b"clip": np.full(3, value, dtype=np.float32)})])
        assert store.read([b"a"], [b"clip"])[0][b"clip"].tolist() == [2, 2, 2]
        assert store.info().parts[0].n_clips == 1


class TestInfo:
    def test_counts(self, store):
        store.write([(b"a", "MFCC()", _make_rows(5)), (b"b", "RMS()", _make_rows(2))])
        store.read([b"a", b"b", b"c"], [_key(0), _key(1), _key(2)])
        store.read([b"a"], [_key(4), _key(77)])
        info = store.info()
        parts = {part.name: part for part in info.parts}
        a, b = parts["MFCC()"], parts["RMS()"]
        assert (a.n_clips, a.n_computed, a.n_reused) == (5, 5, 4)
        assert (b.n_clips, b.n_computed, b.n_reused) == (2, 2, 2)
        assert (info.n_computed, info.n_reused) == (7, 6)
        assert info.path == store.path
        assert info.n_bytes == store.path.stat().st_size
        assert info.max_bytes == store.max_bytes == 2 * 2**30

    def test_looking_at_it_is_no_use_of_it(self, filled):
        before = filled.info()
        assert filled.info() == before

    def test_last_used_first(self, store):
        for name in "abc":
            store.write([(name.encode(), name, _make_rows(1))])
        assert [part.name for part in store.info().parts] == ["c", "b", "a"]
        store.read([b"a"], [_key(0)])
        assert [part.name for part in store.info().parts] == ["a", "c", "b"]
        # Not to be found is not to be used.
        store.read([b"b"], [_key(1)])
        assert [part.name for part in store.info().parts] == ["a", "c", "b"]

    def test_of_no_store(self, tmp_path):
        info = FeatureStore(tmp_path / "none").info()
        assert (info.n_bytes, info.parts, info.n_computed, info.n_reused) == (0, [], 0, 0)
        assert not list(tmp_path.iterdir())


class TestFolder:
    def test_is_made_when_needed(self, tmp_path):
        store = FeatureStore(tmp_path / "some" / "where")
        assert not list(tmp_path.iterdir())
        store.write([(b"a", "A", _make_rows(1))])
        assert store.path.parent == tmp_path / "some" / "where"
        _assert_holds(store, b"a", _make_rows(1))
        # No temporary file is left behind.
        assert {path.name for path in store.folder.iterdir()} == {store.path.name, "locks"}

    def test_stays_the_same_when_the_process_goes_elsewhere(self, tmp_path, monkeypatch):
        (tmp_path / "other").mkdir()
        monkeypatch.chdir(tmp_path)
        store = FeatureStore("store")
        monkeypatch.chdir(tmp_path / "other")
        store.write([(b"a", "A", _make_rows(1))])
        assert store.path.is_relative_to(tmp_path / "store")
        assert not list((tmp_path / "other").iterdir())

    def test_is_by_default_the_users_for_caches(self, tmp_path, monkeypatch):
        monkeypatch.setattr("platformdirs.user_cache_path", lambda name, **_: tmp_path / name)
        assert FeatureStore().folder == tmp_path / "sersk"

    def test_may_be_deleted_at_any_time(self, filled):
        filled.path.unlink()
        assert filled.read([b"a"], [_key(0)]) == [{}]
        filled.write([(b"a", "A", _make_rows(2))])
        _assert_holds(filled, b"a", _make_rows(2))


class TestClear:
    def test_leaves_nothing(self, filled):
        filled.clear()
        assert not filled.path.exists()
        assert filled.info().parts == []
        assert filled.read([b"a"], [_key(0)]) == [{}]
        filled.write([(b"a", "A", _make_rows(2))])
        assert filled.info().n_computed == 2

    def test_of_no_store_makes_nothing(self, tmp_path):
        FeatureStore(tmp_path / "none").clear()
        assert not list(tmp_path.iterdir())

    def test_of_a_damaged_store(self, filled):
        filled.path.write_bytes(b"this is no database")
        filled.clear()
        assert filled.info().parts == []


class TestBound:
    N_BYTES = 400_000
    # One write of ten rows, with its overhead, comes before room is made.
    N_BYTES_EACH = 60_000

    @pytest.fixture
    def small(self, tmp_path):
        return FeatureStore(tmp_path / "store", max_bytes=self.N_BYTES)

    def test_holds_while_parts_come_in(self, small):
        for number in range(40):
            rows = _make_rows(10, seed=number)
            small.write([(_key(number), f"{number}", rows)])
            assert small.info().n_bytes <= self.N_BYTES + self.N_BYTES_EACH
            _assert_holds(small, _key(number), rows)
        names = [int(part.name) for part in small.info().parts]
        # Those that were written last, and as many as there is room for.
        assert names == list(range(39, 39 - len(names), -1))
        assert len(names) >= self.N_BYTES / self.N_BYTES_EACH - 1
        assert all(part.n_clips == 10 for part in small.info().parts)

    def test_what_was_not_used_for_longest_goes_first(self, small):
        for number in range(5):
            small.write([(_key(number), f"{number}", _make_rows(10))])
        small.read([_key(0)], [_key(3)])
        for number in range(5, 15):
            small.write([(_key(number), f"{number}", _make_rows(10))])
            small.read([_key(0)], [_key(3)])
        names = {part.name for part in small.info().parts}
        assert "0" in names
        assert not {"1", "2", "3"} & names
        assert {"13", "14"} <= names
        _assert_holds(small, _key(0), _make_rows(10))

    def test_a_part_too_large_for_it_is_thinned(self, small):
        rows = _make_rows(200)
        clips = list(rows)
        for i in range(0, 200, 10):
            small.write([(b"a", "A", {clip: rows[clip] for clip in clips[i : i + 10]})])
            assert small.info().n_bytes <= self.N_BYTES + self.N_BYTES_EACH
        (found,) = small.read([b"a"], clips)
        assert 50 < len(found) < 110
        for clip, row in found.items():
            np.testing.assert_array_equal(row, rows[clip])
        assert small.info().n_computed == 200

    def test_one_write_too_large_for_it_is_thinned(self, small):
        small.write([(b"old", "old", _make_rows(10))])
        small.write([(b"a", "A", _make_rows(200)), (b"b", "B", _make_rows(200, seed=1))])
        counts = {part.name: part.n_clips for part in small.info().parts}
        assert counts.keys() == {"A", "B"}
        assert all(10 < n < 100 for n in counts.values())
        # The space is used again, instead of more.
        n_bytes = small.info().n_bytes
        for seed in range(5):
            small.write([(b"c", "C", _make_rows(20, seed=seed))])
        assert small.info().n_bytes <= n_bytes

    def test_smaller_than_any_row(self, tmp_path):
        store = FeatureStore(tmp_path / "store", max_bytes=1)
        store.write([(b"a", "A", _make_rows(10))])
        assert store.read([b"a"], list(_make_rows(10))) == [{}]


def _truncate(n_bytes):
    def truncate(path):
        content = path.read_bytes()
        keep = n_bytes if isinstance(n_bytes, int) else int(n_bytes * len(content))
        path.write_bytes(content[:keep])

    return truncate


def _write_garbage(path):
    path.write_bytes(np.random.default_rng(0).bytes(30_000))


def _spoil_the_pages(path):
    content = bytearray(path.read_bytes())
    content[5000:] = bytes(len(content) - 5000)
    path.write_bytes(content)


def _write_another_database(path):
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.executescript("CREATE TABLE songs (name TEXT); INSERT INTO songs VALUES ('x');")


def _drop_the_rows(path):
    with closing(sqlite3.connect(path)) as database:
        database.executescript("DROP TABLE rows")


DAMAGES = {
    "empty": _truncate(0),
    "one_byte": _truncate(1),
    "half_a_header": _truncate(50),
    "header": _truncate(100),
    "one_page": _truncate(4096),
    "a_tenth": _truncate(0.1),
    "half": _truncate(0.5),
    "nearly_all": _truncate(0.9),
    "garbage": _write_garbage,
    "zeros_in_it": _spoil_the_pages,
    "another_database": _write_another_database,
    "a_table_is_gone": _drop_the_rows,
}
every_damage = pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)


class TestDamage:
    @every_damage
    def test_is_noticed_once_when_reading(self, filled, damage):
        damage(filled.path)
        rows = _make_rows(40)
        with pytest.warns(StoreWarning, match="is damaged .* and is started anew") as caught:
            found = [filled.read([b"a"], list(rows))[0] for _ in range(3)]
        assert len(caught) == 1
        assert str(filled.path) in str(caught[0].message)
        assert found == [{}, {}, {}]
        filled.write([(b"a", "A", rows)])
        _assert_holds(filled, b"a", rows)

    @every_damage
    def test_is_noticed_once_when_writing(self, filled, damage):
        damage(filled.path)

        # As many as it takes to come upon the pages that are damaged.
        def use():
            filled.write([(b"b", "B", _make_rows(40, seed=3))])
            filled.write([(b"a", "A", _make_rows(40, seed=2))])
            _assert_holds(filled, b"a", _make_rows(40, seed=2))

        with pytest.warns(StoreWarning, match=r"is damaged .* and is started anew") as caught:
            use()
        assert len(caught) == 1

    def test_is_noticed_by_info(self, filled):
        filled.path.write_bytes(b"this is no database")
        with pytest.warns(StoreWarning, match="is damaged"):
            info = filled.info()
        assert info.parts == []

    @every_damage
    def test_does_not_reach_the_features(self, tmp_path, voices, damage):
        features = MFCC(memory=tmp_path)
        store = FeatureStore(tmp_path)
        expected = MFCC().transform(voices)
        features.transform(voices)
        damage(store.path)

        def use():
            return [features.transform(voices) for _ in range(2)], store.info()

        # What lies on the damaged page follows from the keys, these from the samples, and these in
        # their last bits from the processor: so does how much is read before it is noticed.
        with pytest.warns(StoreWarning, match="is damaged .* and is started anew"):
            found, before = use()
        later, after = use()
        np.testing.assert_array_equal(found + later, 4 * [expected])
        # Whatever was lost is computed once more; from then on all is found.
        assert after.n_computed == 20
        assert after.n_reused - before.n_reused >= 20

    def test_two_that_notice_at_once_rebuild_once(self, filled, monkeypatch):
        filled.path.write_bytes(b"this is no database")
        both = threading.Barrier(2, timeout=10)
        written = threading.Event()
        rebuild = FeatureStore._rebuild

        def rebuild_together(self, error):
            both.wait()
            if threading.current_thread().name == "second":
                # When it comes to rebuilding, the first is done and has written.
                assert written.wait(10)
            rebuild(self, error)

        monkeypatch.setattr(FeatureStore, "_rebuild", rebuild_together)
        errors = []

        def write(part):
            try:
                FeatureStore(filled.folder).write([(part, "Part", _make_rows(3))])
                written.set()
            except Exception as error:
                errors.append(error)

        threads = [
            threading.Thread(target=write, args=[part], name=name)
            for part, name in ((b"a", "first"), (b"b", "second"))
        ]

        def write_both():
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        with pytest.warns(StoreWarning, match="is damaged") as caught:
            write_both()
        assert not errors
        assert len(caught) == 1
        _assert_holds(filled, b"a", _make_rows(3))
        _assert_holds(filled, b"b", _make_rows(3))


def _change(store, statement, *values):
    with closing(sqlite3.connect(store.path)) as database:
        assert database.execute(statement, values).rowcount > 0
        database.commit()


def _flip_a_bit(store, clip):
    with closing(sqlite3.connect(store.path)) as database:
        (content,) = database.execute("SELECT content FROM rows WHERE clip = ?", [clip]).fetchone()
    content = bytearray(content)
    content[len(content) // 2] ^= 4
    _change(store, "UPDATE rows SET content = ? WHERE clip = ?", bytes(content), clip)


class TestDamagedRows:
    def test_are_not_given(self, store):
        rows = _make_rows(5)
        store.write([(b"a", "A", rows)])
        _flip_a_bit(store, _key(2))
        with pytest.warns(StoreWarning, match=r"^1 damaged row\(s\) in .* are computed"):
            (found,) = store.read([b"a"], list(rows))
        assert found.keys() == rows.keys() - {_key(2)}
        # The rest is where it was, and what is written in its place is sound.
        store.write([(b"a", "A", {_key(2): rows[_key(2)]})])
        _assert_holds(store, b"a", rows)

    def test_cut_short(self, store):
        store.write([(b"a", "A", _make_rows(1))])
        _change(store, "UPDATE rows SET content = substr(content, 1, 1000)")
        with pytest.warns(StoreWarning, match="1 damaged row"):
            assert store.read([b"a"], [_key(0)]) == [{}]

    @pytest.mark.parametrize("width", [4, 2, 0, None])
    def test_with_another_width(self, store, width):
        store.write([(b"a", "A", {b"clip": ROWS["sequence"]})])
        _change(store, "UPDATE rows SET width = ?", width)
        with pytest.warns(StoreWarning, match="1 damaged row"):
            assert store.read([b"a"], [b"clip"]) == [{}]

    def test_no_longer_bytes(self, store):
        # One bit in the header of the record makes a text of the bytes.
        rows = _make_rows(3)
        store.write([(b"a", "A", rows)])
        _change(store, "UPDATE rows SET content = CAST(content AS TEXT) WHERE clip = ?", _key(0))
        with warnings.catch_warnings():
            # The bytes are still there: to find them again and to give them up are both right.
            warnings.simplefilter("ignore", StoreWarning)
            (found,) = store.read([b"a"], list(rows))
        for clip, row in found.items():
            np.testing.assert_array_equal(row, rows[clip])
        store.write([(b"a", "A", rows)])
        _assert_holds(store, b"a", rows)

    def test_are_computed_again_with_one_warning(self, store, voices):
        features = MFCC(memory=store)
        expected = features.transform(voices)
        with closing(sqlite3.connect(store.path)) as database:
            clips = [clip for (clip,) in database.execute("SELECT clip FROM rows LIMIT 3")]
        for clip in clips:
            _flip_a_bit(store, clip)
        with pytest.warns(StoreWarning, match=r"^3 damaged row\(s\)") as caught:
            np.testing.assert_array_equal(features.transform(voices), expected)
        assert len(caught) == 1
        assert store.info().n_computed == 23
        np.testing.assert_array_equal(features.transform(voices), expected)
        assert store.info().n_computed == 23


def test_any_flipped_bit_is_noticed_or_harmless(store, voices):
    features = MFCC(n_mfcc=5, functionals=None, memory=store)
    signals = voices[:4]
    expected = features.transform(signals)
    sound = store.path.read_bytes()
    rng = np.random.default_rng(0)
    for position in rng.integers(len(sound), size=150):
        content = bytearray(sound)
        content[position] ^= 1 << rng.integers(8)
        store.path.write_bytes(content)
        for _ in range(2):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                found = features.transform(signals)
            for row, wanted in zip(found, expected, strict=True):
                np.testing.assert_array_equal(row, wanted)
        # After one warning at most it is well again.
        assert not caught, (position, [str(w.message) for w in caught])


USES = (
    lambda store: store.read([b"a"], [_key(0)]),
    lambda store: store.write([(b"a", "A", _make_rows(1))]),
    FeatureStore.check,
)


class TestUnusable:
    def test_file_in_place_of_the_folder(self, tmp_path):
        (tmp_path / "store").write_text("a file", encoding="utf-8")
        for folder in (tmp_path / "store", tmp_path / "store" / "inner"):
            for use in USES:
                with pytest.raises(StoreError, match=r"^Cannot use the feature store '.*store"):
                    use(FeatureStore(folder))
        assert (tmp_path / "store").read_text(encoding="utf-8") == "a file"

    def test_folder_in_place_of_the_file(self, store):
        store.path.mkdir(parents=True)
        for use in (*USES, FeatureStore.info, FeatureStore.clear):
            with pytest.raises(StoreError, match="Cannot use the feature store"):
                use(store)

    @pytest.mark.parametrize(
        "use",
        [*USES, FeatureStore.info, FeatureStore.clear],
        ids=["read", "write", "check", "info", "clear"],
    )
    def test_name_too_long(self, use, tmp_path):
        store = FeatureStore(tmp_path / ("a" * 300))
        with pytest.raises(StoreError, match=r"^Cannot use the feature .*name too long"):
            use(store)

    def test_locked_by_somebody_else_for_too_long(self, filled, monkeypatch):
        monkeypatch.setattr(store_module, "_BUSY_TIMEOUT_S", 0.05)
        with closing(sqlite3.connect(filled.path, isolation_level=None)) as database:
            database.execute("BEGIN EXCLUSIVE")
            for use in (*USES, FeatureStore.info):
                with pytest.raises(StoreError, match="database is locked"):
                    use(filled)
        _assert_holds(filled, b"a", _make_rows(40))

    def test_waits_for_somebody_else(self, filled):
        with closing(
            sqlite3.connect(filled.path, isolation_level=None, check_same_thread=False)
        ) as database:
            database.execute("BEGIN EXCLUSIVE")
            release = threading.Timer(0.3, database.execute, ["COMMIT"])
            release.start()
            filled.write([(b"c", "C", _make_rows(1))])
            release.join()
        _assert_holds(filled, b"c", _make_rows(1))

    def test_check_makes_it_usable(self, store):
        store.check()
        assert store.path.exists()
        assert store.info().parts == []


class TestCopies:
    @pytest.mark.parametrize(
        "duplicate",
        [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))],
        ids=["copy", "deepcopy", "pickle"],
    )
    def test_are_the_same_store(self, filled, duplicate):
        filled.max_bytes = 10**6
        other = duplicate(filled)
        assert (other.folder, other.max_bytes) == (filled.folder, 10**6)
        _assert_holds(other, b"a", _make_rows(40))

    def test_clones_of_estimators(self, filled):
        for estimator in (
            MFCC(memory=filled),
            AudioFeatures([("mfcc", MFCC())], memory=filled),
        ):
            memory = clone(estimator).memory
            assert (memory.folder, memory.max_bytes) == (filled.folder, filled.max_bytes)
            assert f"memory=FeatureStore({str(filled.folder)!r})" in "".join(
                repr(estimator).split()
            )

    def test_repr(self, tmp_path):
        assert repr(FeatureStore(tmp_path)) == f"FeatureStore({str(tmp_path)!r})"


HOLD_THE_LOCK = """
import sys, time
from sersk.features import FeatureStore
with FeatureStore(sys.argv[1]).lock("007"):
    print("held", flush=True)
    time.sleep(60)
"""


class TestLock:
    @staticmethod
    def _take(store, name, taken):
        def take():
            with store.lock(name):
                taken.set()

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        return thread

    def test_keeps_another_thread_out(self, store):
        taken = threading.Event()
        with store.lock("007"):
            # A store object of its own, as in another process, makes no difference.
            thread = self._take(FeatureStore(store.folder), "007", taken)
            assert not taken.wait(0.3)
        assert taken.wait(10)
        thread.join()

    def test_of_another_name_lets_it_in(self, store):
        taken = threading.Event()
        with store.lock("007"):
            self._take(store, "008", taken).join(10)
            assert taken.is_set()

    def test_is_released_by_an_error(self, store):
        with pytest.raises(RuntimeError, match="inside"), store.lock("007"):
            raise RuntimeError("inside")
        taken = threading.Event()
        self._take(store, "007", taken).join(10)
        assert taken.is_set()

    def test_keeps_another_process_out_until_that_is_killed(self, store):
        command = [sys.executable, "-c", HOLD_THE_LOCK, str(store.folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            try:
                assert process.stdout.readline() == b"held\n"
                taken = threading.Event()
                thread = self._take(store, "007", taken)
                assert not taken.wait(0.3)
            finally:
                process.kill()
        assert process.returncode == -signal.SIGKILL
        assert taken.wait(10)
        thread.join()


WRITE_AND_DIE = """
import os, signal, sys
import numpy as np
from sersk.features import FeatureStore, _store
# All is inserted, more than fits into memory, but not committed.
_store.make_room = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
rows = {bytes([1, i // 256, i % 256]): np.ones(1500, dtype=np.float32) for i in range(300)}
FeatureStore(sys.argv[1]).write([(b"a", "A", rows), (b"d", "D", rows)])
"""


def test_made_by_another_process_at_the_same_moment(store, monkeypatch):
    connect = FeatureStore._connect
    attempts = []

    def connect_a_moment_before(self):
        attempts.append(self)
        try:
            return connect(self)
        except sqlite3.OperationalError:
            if len(attempts) == 1:
                FeatureStore(self.folder).check()
            raise

    monkeypatch.setattr(FeatureStore, "_connect", connect_a_moment_before)
    assert store.read([b"a"], [b"clip"]) == [{}]
    assert len(attempts) > 2


class TestKilledWhileWriting:
    @pytest.fixture(scope="class")
    @classmethod
    def left_behind(cls, tmp_path_factory):
        """Folder of the store of a process that was killed, as it was left."""
        filled = _fill(FeatureStore(tmp_path_factory.mktemp("killed") / "store"))
        command = [sys.executable, "-c", WRITE_AND_DIE, str(filled.folder)]
        assert subprocess.run(command).returncode == -signal.SIGKILL
        return filled.folder

    @pytest.fixture
    def killed(self, left_behind, store):
        shutil.copytree(left_behind, store.folder)
        journal = store.path.with_name(store.path.name + "-journal")
        assert journal.stat().st_size > 0
        return store

    def test_leaves_the_rows_of_before(self, killed):
        _assert_holds(killed, b"a", _make_rows(40))
        _assert_holds(killed, b"b", _make_rows(40, seed=1))

    def test_leaves_nothing_that_spoils_a_cleared_store(self, killed):
        killed.clear()
        rows = _make_rows(30, seed=5)
        killed.write([(b"c", "C", rows)])
        _assert_holds(killed, b"c", rows)
        assert [part.name for part in killed.info().parts] == ["C"]

    def test_leaves_nothing_that_spoils_a_store_deleted_by_hand(self, killed):
        killed.path.unlink()
        rows = _make_rows(30, seed=5)
        killed.write([(b"c", "C", rows)])
        _assert_holds(killed, b"c", rows)
        assert [part.name for part in killed.info().parts] == ["C"]
