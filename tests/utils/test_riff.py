"""The reader of 16-bit WAV files against libsndfile."""

import os
import struct

import numpy as np
import pytest
import soundfile

from sersk.utils._riff import open_pcm16


@pytest.fixture
def noise():
    """Make int16 samples over the whole range, of shape (n_times, n_channels)."""

    def make(n_times=1000, n_channels=1):
        samples = np.random.default_rng(0).integers(-32768, 32768, size=(n_times, n_channels))
        samples[:2] = [[-32768], [32767]]
        return samples.astype("<i2")

    return make


def _chunk(name, content):
    """A chunk as RIFF wants it, padded to an even length."""
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _format(n_channels, sample_rate=16000, *, code=1, n_bits=16, tail=b""):
    frame_size = n_channels * -(-n_bits // 8)
    fields = (code, n_channels, sample_rate, sample_rate * frame_size, frame_size, n_bits)
    return _chunk(b"fmt ", struct.pack("<HHIIHH", *fields) + tail)


_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")


def _extension(subformat, guid_tail=_GUID_TAIL):
    return struct.pack("<HHIH", 22, 16, 4, subformat) + guid_tail


@pytest.fixture
def write_riff(tmp_path):
    """Write chunks as a RIFF file and give its path."""

    def write(*chunks, kind=b"RIFF", form=b"WAVE"):
        content = form + b"".join(chunks)
        path = tmp_path / "made.wav"
        path.write_bytes(kind + struct.pack("<I", len(content)) + content)
        return path

    return write


class _Watched:
    """A path that keeps hold of the file opened."""

    def __init__(self, path):
        self.path = path

    def open(self, mode):
        self.file = self.path.open(mode)
        return self.file


def _assert_like_soundfile(path, n_times):
    expected, sample_rate = soundfile.read(path, dtype="float32", always_2d=True)
    with open_pcm16(path) as file:
        assert (file.samplerate, file.frames) == (sample_rate, len(expected))
        samples = file.read(10**9)
    assert len(samples) == n_times
    assert samples.dtype == np.float32
    np.testing.assert_array_equal(samples, expected)


def _assert_refused(path):
    watched = _Watched(path)
    assert open_pcm16(watched) is None
    assert watched.file.closed


@pytest.mark.parametrize("n_channels", [1, 2, 3])
@pytest.mark.parametrize("form", ["WAV", "WAVEX"])
@pytest.mark.parametrize("n_times", [2, 1001])
def test_samples_of_soundfile(tmp_path, noise, n_channels, form, n_times):
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(n_times, n_channels), 44100, format=form, subtype="PCM_16")
    _assert_like_soundfile(path, n_times)


@pytest.mark.parametrize("n_channels", [1, 2, 3])
def test_samples_are_shares_of_full_scale(write_riff, noise, n_channels):
    """Known without libsndfile."""
    samples = noise(50, n_channels)
    path = write_riff(_format(n_channels, 8000), _chunk(b"data", samples.tobytes()))
    with open_pcm16(path) as file:
        assert (file.samplerate, file.frames) == (8000, 50)
        np.testing.assert_array_equal(file.read(50), samples / 32768)


@pytest.mark.parametrize("n_odd", [1, 7, 8, 4097])
def test_chunks_before_the_samples(write_riff, noise, n_odd):
    """Of odd length too; in them what looks like a chunk of samples."""
    decoy = (b"data" + struct.pack("<I", 4) + b"abcd" * 2000)[:n_odd]
    note = _chunk(b"JUNK", decoy)
    content = _chunk(b"data", noise(300, 2).tobytes())
    for chunks in (
        (note, _format(2), content),
        (_format(2), note, content),
        (note, note, _format(2), note, note, content),
    ):
        _assert_like_soundfile(write_riff(*chunks), 300)


@pytest.mark.parametrize("n_channels", [1, 2])
def test_what_follows_the_samples_is_no_sound(write_riff, noise, n_channels):
    content = _chunk(b"data", noise(300, n_channels).tobytes())
    after = _chunk(b"LIST", b"INFO" + bytes(range(1, 100)))
    _assert_like_soundfile(write_riff(_format(n_channels), content, after), 300)


@pytest.mark.parametrize("tail", [b"\0\0", _extension(1)])
def test_longer_headers(write_riff, noise, tail):
    code = 1 if len(tail) == 2 else 0xFFFE
    content = _chunk(b"data", noise(300, 2).tobytes())
    _assert_like_soundfile(write_riff(_format(2, code=code, tail=tail), content), 300)


def test_half_a_sample_at_the_end_is_left_out(write_riff, noise):
    content = _chunk(b"data", noise(300, 2).tobytes()[:-3])
    _assert_like_soundfile(write_riff(_format(2), content), 299)


@pytest.mark.parametrize("n_channels", [1, 3])
def test_reading_in_parts_gives_the_same(write_riff, noise, n_channels):
    samples = noise(1000, n_channels)
    # What follows would be read as sound if the end were missed.
    after = _chunk(b"LIST", b"INFO" + b"\x7f" * 1000)
    path = write_riff(_format(n_channels), _chunk(b"data", samples.tobytes()), after)
    with open_pcm16(path) as file:
        parts = [file.read(n) for n in (1, 333, 0, 600, 600, 600)]
    assert [part.shape for part in parts] == [(n, n_channels) for n in (1, 333, 0, 600, 66, 0)]
    np.testing.assert_array_equal(np.concatenate(parts), samples / 32768)


@pytest.mark.parametrize("n_channels", [1, 3])
@pytest.mark.parametrize("start", [1, 500, 999, 1000])
def test_seek(write_riff, noise, n_channels, start):
    samples = noise(1000, n_channels)
    after = _chunk(b"LIST", b"INFO" + b"\x7f" * 9000)
    path = write_riff(_format(n_channels), _chunk(b"data", samples.tobytes()), after)
    with open_pcm16(path) as file:
        file.seek(start)
        np.testing.assert_array_equal(file.read(10**6), samples[start:] / 32768)


@pytest.mark.parametrize("n_channels", [1, 3])
@pytest.mark.parametrize("n_more", [0, 1])
def test_a_file_that_shrinks_while_it_is_read(write_riff, noise, n_channels, n_more):
    """What is left of it, like that of a file cut short before, up to half a sample."""
    samples = noise(100_000, n_channels)
    path = write_riff(_format(n_channels), _chunk(b"data", samples.tobytes()))
    with open_pcm16(path) as file:
        file.read(1000)
        n_head = path.stat().st_size - samples.nbytes
        os.truncate(path, n_head + 50_000 * 2 * n_channels + n_more)
        np.testing.assert_array_equal(file.read(10**6), samples[1000:50_000] / 32768)


def test_it_closes_the_file(write_riff, noise):
    watched = _Watched(write_riff(_format(1), _chunk(b"data", noise().tobytes())))
    with open_pcm16(watched):
        assert not watched.file.closed
    assert watched.file.closed


@pytest.mark.parametrize(
    ("form", "subtype"),
    [
        ("WAV", "PCM_U8"),
        ("WAV", "PCM_24"),
        ("WAV", "PCM_32"),
        ("WAV", "FLOAT"),
        ("WAV", "DOUBLE"),
        ("WAV", "ALAW"),
        ("WAV", "ULAW"),
        ("WAV", "IMA_ADPCM"),
        ("WAVEX", "PCM_24"),
        ("WAVEX", "FLOAT"),
        ("RF64", "PCM_16"),
        ("W64", "PCM_16"),
        ("AIFF", "PCM_16"),
        ("AU", "PCM_16"),
        ("FLAC", "PCM_16"),
    ],
)
def test_other_formats_are_left_to_libsndfile(tmp_path, noise, form, subtype):
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(2000, 1), 16000, format=form, subtype=subtype)
    assert soundfile.info(path).subtype == subtype
    _assert_refused(path)


def test_big_endian_samples_are_left_to_libsndfile(tmp_path, noise):
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(), 16000, format="WAV", subtype="PCM_16", endian="BIG")
    assert path.read_bytes()[:4] == b"RIFX"
    _assert_refused(path)


@pytest.mark.parametrize("n_missing", [1, 2, 1000, 2000])
def test_a_file_cut_short_is_left_to_libsndfile(write_riff, noise, n_missing):
    path = write_riff(_format(1), _chunk(b"data", noise(1000).tobytes()))
    path.write_bytes(path.read_bytes()[:-n_missing])
    _assert_refused(path)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_length_never_filled_in_is_left_to_libsndfile(write_riff, noise, size):
    """A recorder that was switched off, or a pipe."""
    content = b"data" + struct.pack("<I", size) + noise().tobytes()
    _assert_refused(write_riff(_format(1), content))


def _data():
    return _chunk(b"data", bytes(200))


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([], id="nothing"),
        pytest.param([_format(1)], id="no samples"),
        pytest.param([_data()], id="no format"),
        pytest.param([_data(), _format(1)], id="format too late"),
        pytest.param([_chunk(b"fmt ", b"\1\0\1\0"), _data()], id="short format"),
        pytest.param([_format(0), _data()], id="no channel"),
        pytest.param([_format(1, 0), _data()], id="rate 0"),
        pytest.param([_format(1, n_bits=12), _data()], id="12 bits"),
        pytest.param([_format(1, code=0xFFFE), _data()], id="extension missing"),
        pytest.param([_format(1, code=0xFFFE, tail=_extension(3)), _data()], id="extended float"),
        pytest.param(
            [_format(1, code=0xFFFE, tail=_extension(1, b"x" * 14)), _data()], id="other GUID"
        ),
        pytest.param([_format(1), b"LIST" + struct.pack("<I", 2**31), _data()], id="huge chunk"),
    ],
)
def test_a_broken_header_is_left_to_libsndfile(write_riff, chunks):
    _assert_refused(write_riff(*chunks))


def test_frames_of_another_size_are_left_to_libsndfile(write_riff):
    odd = struct.pack("<HHIIHH", 1, 1, 16000, 64000, 4, 16)
    _assert_refused(write_riff(_chunk(b"fmt ", odd), _data()))


@pytest.mark.parametrize("kind", [dict(kind=b"RF64"), dict(kind=b"LIST"), dict(form=b"AVI ")])
def test_other_containers_are_left_to_libsndfile(write_riff, kind):
    _assert_refused(write_riff(_format(1), _data(), **kind))


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\0\0\0\0WAV", b"Filename,Class\n" * 9])
def test_garbage_is_left_to_libsndfile(tmp_path, content):
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    _assert_refused(path)
