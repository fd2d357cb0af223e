"""Digests of files are remembered, but never those of a file that may change without a trace."""

import os
from functools import lru_cache
from types import SimpleNamespace

import numpy as np
import pytest
import xxhash

from sersk.features import RMS, FeatureStore, _keys
from sersk.features._keys import make_clip_key

SECOND = 10**9


@pytest.fixture(autouse=True)
def forget():
    _keys._find_digest.cache_clear()


@pytest.fixture
def set_age(monkeypatch):
    """Make files as old as that, in seconds, by the clock of the keys."""
    now = _keys.time.time_ns

    def set_it(age_s):
        clock = SimpleNamespace(time_ns=lambda: now() + round(age_s * SECOND))
        monkeypatch.setattr(_keys, "time", clock)

    return set_it


@pytest.fixture
def path(tmp_path):
    return write(tmp_path / "a.wav", b"some content")


def write(path, content):
    path.write_bytes(content)
    return path


def digest_of(content):
    return xxhash.xxh3_128_digest(content)


def n_reads(*paths):
    """Say how many files are read for the keys of some."""
    reads = []
    original = _keys.Path.open

    def open_it(self, *args, **kwargs):
        reads.append(self)
        return original(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_keys.Path, "open", open_it)
        for path in paths:
            make_clip_key(str(path))
    return len(reads)


def test_a_file_left_alone_is_read_once(path, set_age):
    set_age(10)
    assert n_reads(path, path, path) == 1
    assert make_clip_key(str(path)).digest == digest_of(b"some content")
    assert make_clip_key(str(path)).is_current(str(path))


def test_a_file_just_written_is_read_every_time(path):
    assert n_reads(path, path, path) == 3
    assert make_clip_key(str(path)).digest == digest_of(b"some content")


def test_a_file_from_the_future_is_read_every_time(path, set_age):
    set_age(-100)
    assert n_reads(path, path, path) == 3


def test_a_file_rewritten_at_once_with_the_same_size(path):
    for i in range(200):
        content = f"{i:04d}".encode()
        assert make_clip_key(str(write(path, content))).digest == digest_of(content)


@pytest.mark.parametrize("grain_s", [0.01, 1, 2])
def test_a_file_rewritten_within_the_grain_of_the_clock(path, monkeypatch, grain_s):
    """Times are those of a file system with a coarse clock, on which nothing tells the two."""
    read_state = _keys._read_state
    grain = round(grain_s * SECOND)
    monkeypatch.setattr(
        _keys, "_read_state", lambda path: tuple(n // grain * grain for n in read_state(path))
    )
    contents = [b"some content", b"same length!"]
    for content in contents * 3:
        assert make_clip_key(str(write(path, content))).digest == digest_of(content)


def test_a_file_whose_time_of_change_was_set_back(path, set_age):
    """As copying programs do that keep the times of files."""
    status = path.stat()
    set_age(10)
    make_clip_key(str(path))
    while path.stat().st_ctime_ns == status.st_ctime_ns:
        write(path, b"same length!")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_mtime_ns == status.st_mtime_ns
    assert make_clip_key(str(path)).digest == digest_of(b"same length!")


@pytest.mark.parametrize(("age_s", "is_remembered"), [(1.99, False), (2.0, True), (3.0, True)])
@pytest.mark.parametrize("which", [1, 2])
def test_both_times_must_be_past(path, monkeypatch, age_s, is_remembered, which):
    now = 1000 * SECOND
    state = [12, 0, 0]
    state[which] = now - round(age_s * SECOND)
    monkeypatch.setattr(_keys, "_read_state", lambda path: tuple(state))
    monkeypatch.setattr(_keys, "time", SimpleNamespace(time_ns=lambda: now))
    assert n_reads(path, path) == (1 if is_remembered else 2)


def test_another_time_or_size_is_another_content(path, monkeypatch):
    states = [(12, 5, 5), (13, 5, 5), (12, 6, 5), (12, 5, 6)]
    for state in states:
        monkeypatch.setattr(_keys, "_read_state", lambda path, state=state: state)
        assert n_reads(path, path) == 1


def test_names_stand_for_files_where_they_are(tmp_path, monkeypatch, set_age):
    monkeypatch.setattr(_keys, "_read_state", lambda path: (3, 0, 0))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        write(tmp_path / name / "a.wav", name.encode())
        assert make_clip_key("a.wav").digest == digest_of(name.encode())
        assert n_reads(tmp_path / name / "a.wav") == 0


def test_a_file_that_is_gone_has_no_key(path, set_age):
    set_age(10)
    assert make_clip_key(str(path)) is not None
    path.unlink()
    assert make_clip_key(str(path)) is None
    write(path, b"and back again")
    assert make_clip_key(str(path)).digest == digest_of(b"and back again")


def test_the_number_of_digests_is_bounded(tmp_path, monkeypatch, set_age):
    assert _keys._find_digest.cache_info().maxsize == _keys._N_DIGESTS < 10**6
    set_age(10)
    monkeypatch.setattr(_keys, "_find_digest", lru_cache(2)(_keys._hash_file))
    paths = [write(tmp_path / f"{i}.wav", bytes([i])) for i in range(3)]
    for _ in range(2):
        digests = [make_clip_key(str(path)).digest for path in paths]
        assert digests == [digest_of(bytes([i])) for i in range(3)]
    assert n_reads(paths[-1]) == 0


def test_features_of_old_files_are_found_without_reading_them(voices, write_audio, set_age, count):
    paths = [write_audio(f"{i}.wav", voice) for i, voice in enumerate(voices)]
    store = FeatureStore(paths[0].parent / "store")
    set_age(10)
    expected = RMS(memory=store).transform(paths)
    reads = count(_keys.Path, "open")
    np.testing.assert_array_equal(RMS(memory=store).transform(paths), expected)
    assert not [call for call in reads if call[0].suffix == ".wav"]
