"""Decoding in pieces: the samples do not depend on where the pieces end."""

import re

import numpy as np
import pytest
import soundfile

from sersk.datasets import make_emotional_speech
from sersk.exceptions import AudioReadError
from sersk.utils import _sound_files
from sersk.utils._riff import Pcm16File
from sersk.utils._sound_files import read_duration_s, read_pieces

RATE = 16000
FORMATS = {
    "wav16": dict(name="a.wav", subtype="PCM_16"),
    "wav24": dict(name="a.wav", subtype="PCM_24"),
    "float": dict(name="a.wav", subtype="FLOAT"),
    "flac": dict(name="a.flac"),
    "ogg": dict(name="a.ogg"),
    "mp3": dict(name="a.mp3"),
}
every_format = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
# At few bits a second, a frame of MP3 is spread over those before it.
LOW_MP3 = dict(name="a.mp3", compression_level=0.99)


@pytest.fixture
def make_pieces(monkeypatch):
    """Decode so many samples at a time."""

    def set_length(length):
        monkeypatch.setattr(_sound_files, "PIECE_LENGTH", length)

    return set_length


@pytest.fixture
def write_noise(write_audio, rng):
    """Write noise in a format and give its path."""

    def write(form, n_times=10_007, n_channels=1):
        noise = rng.uniform(-0.9, 0.9, size=(n_times, n_channels))
        return write_audio(signal=noise, sample_rate=RATE, **form)

    return write


def _read(path, **part):
    """Read to the end; give the samples and how many were in each piece."""
    pieces, rates = zip(*read_pieces(path, **part), strict=True)
    assert set(rates) == {RATE}
    assert {piece.dtype for piece in pieces} == {np.dtype(np.float32)}
    assert {piece.ndim for piece in pieces} == {1}
    return np.concatenate(pieces), [len(piece) for piece in pieces]


@pytest.mark.parametrize("form", [*FORMATS.values(), LOW_MP3], ids=[*FORMATS, "low_mp3"])
@pytest.mark.parametrize("n_channels", [1, 2])
def test_the_length_of_pieces_changes_nothing(write_noise, make_pieces, form, n_channels):
    path = write_noise(form, n_channels=n_channels)
    whole, lengths = _read(path)
    assert lengths == [len(whole)]
    expected = soundfile.read(path, dtype="float32", always_2d=True)[0].mean(axis=1)
    # soundfile seeks before it reads, which leaves the decoder of MP3 in another state.
    tolerance = 1e-6 if path.suffix == ".mp3" else 0
    np.testing.assert_allclose(whole, expected, rtol=0, atol=tolerance)
    n_times = len(whole)
    for length in (999, 4096, n_times - 1, n_times, n_times + 1):
        make_pieces(length)
        read, lengths = _read(path)
        np.testing.assert_array_equal(read, whole)
        assert lengths[:-1] == [length] * (len(lengths) - 1)
        assert 0 < lengths[-1] <= length


@pytest.mark.parametrize("sample_rate", [16000, 44100])
def test_no_click_where_pieces_of_an_mp3_meet(write_audio, make_pieces, sample_rate):
    """A decoder that is moved, if only to where it is, has lost what its next frames refer to."""
    signals, _, _ = make_emotional_speech(n_speakers=1, n_clips_per_class=2)
    path = write_audio(signal=np.concatenate(signals), sample_rate=sample_rate, **LOW_MP3)
    (whole, _), *rest = read_pieces(path)
    assert not rest
    make_pieces(2**14)
    pieces = [piece for piece, _ in read_pieces(path)]
    assert len(pieces) > 5
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


def test_pieces_of_one_sample(write_noise, make_pieces):
    path = write_noise(FORMATS["wav24"], n_times=50, n_channels=2)
    whole, _ = _read(path)
    make_pieces(1)
    read, lengths = _read(path)
    np.testing.assert_array_equal(read, whole)
    assert lengths == [1] * 50


@pytest.mark.parametrize("n_channels", [1, 2, 3])
def test_channels_are_averaged_in_every_piece(write_audio, rng, make_pieces, n_channels):
    noise = rng.uniform(-1, 1, size=(5000, n_channels)).astype(np.float32)
    path = write_audio("a.wav", noise, RATE, subtype="FLOAT")
    make_pieces(700)
    np.testing.assert_allclose(_read(path)[0], noise.mean(axis=1), rtol=0, atol=1e-7)


@every_format
@pytest.mark.parametrize("length", [1000, 2**20])
def test_offset_and_duration_across_pieces(write_noise, make_pieces, form, length):
    """Starting before, at and after the border between two pieces, and ending likewise."""
    path = write_noise(form, n_channels=2)
    whole, _ = _read(path)
    # A decoder of Vorbis or MP3 that starts in the middle sets out with another rounding error.
    tolerance = 1e-6 if form["name"].endswith(("ogg", "mp3")) else 0
    make_pieces(length)
    for start in (0, 1, 999, 1000, 1001, 5500):
        for n_times in (1, 999, 1000, 1001, 2001, 3000, None):
            read, _ = _read(
                path,
                offset_s=start / RATE,
                duration_s=None if n_times is None else n_times / RATE,
            )
            stop = len(whole) if n_times is None else start + n_times
            assert len(read) == stop - start
            np.testing.assert_allclose(read, whole[start:stop], rtol=0, atol=tolerance)


@pytest.mark.parametrize("form", [FORMATS["wav16"], FORMATS["flac"]], ids=["wav16", "flac"])
def test_a_duration_of_whole_pieces_ends_with_the_last(write_noise, make_pieces, form):
    make_pieces(1000)
    path = write_noise(form)
    assert _read(path, duration_s=3000 / RATE)[1] == [1000, 1000, 1000]
    assert _read(path, duration_s=3001 / RATE)[1] == [1000, 1000, 1000, 1]
    assert _read(path, offset_s=9000 / RATE)[1] == [1000, 7]
    assert _read(path, offset_s=9007 / RATE)[1] == [1000]
    # More than there is gives what there is, and less than a sample gives one.
    assert _read(path, offset_s=9007 / RATE, duration_s=9)[1] == [1000]
    assert _read(path, duration_s=1e-9)[1] == [1]


@pytest.mark.parametrize("form", [FORMATS["wav16"], FORMATS["flac"]], ids=["wav16", "flac"])
def test_an_offset_past_the_last_piece_raises(write_noise, make_pieces, form):
    make_pieces(1000)
    path = write_noise(form, n_times=8000)
    with pytest.raises(AudioReadError, match=r"it lasts 0\.5 s, the offset is 0\.5 s\.$"):
        _read(path, offset_s=0.5)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("n_channels", [1, 2])
def test_what_is_no_number_in_a_later_piece_raises(write_audio, make_pieces, value, n_channels):
    samples = np.zeros((5000, n_channels))
    samples[4321, -1] = value
    path = write_audio("a.wav", samples, RATE, subtype="FLOAT")
    make_pieces(1000)
    pieces = read_pieces(path)
    for _ in range(4):
        assert len(next(pieces)[0]) == 1000
    message = f"^Cannot read {re.escape(repr(str(path)))}: it contains NaN or infinite samples"
    with pytest.raises(AudioReadError, match=message):
        next(pieces)
    # What is not asked for is not looked at.
    assert len(_read(path, duration_s=4321 / RATE)[0]) == 4321


@pytest.mark.parametrize("form", ["wav16", "wav24"])
def test_a_file_cut_short_gives_what_is_left(write_noise, make_pieces, form):
    path = write_noise(FORMATS[form], n_times=5000)
    whole, _ = _read(path)
    n_bytes = 2 if form == "wav16" else 3
    path.write_bytes(path.read_bytes()[: -1700 * n_bytes])
    make_pieces(1000)
    read, lengths = _read(path)
    assert lengths == [1000, 1000, 1000, 300]
    np.testing.assert_array_equal(read, whole[:3300])
    assert _read(path, offset_s=3200 / RATE)[1] == [100]


def test_a_header_without_samples_raises(write_noise):
    path = write_noise(FORMATS["wav16"])
    path.write_bytes(path.read_bytes()[:44])
    with pytest.raises(AudioReadError, match=r"it has no samples\.$"):
        _read(path)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(5, "Input/output error"), r"Input/output error\.$"),
        (soundfile.LibsndfileError(2), r"not a sound file that can be decoded \(.*[^.]\)\.$"),
    ],
)
def test_an_error_in_a_later_piece_names_the_file(
    write_noise, make_pieces, monkeypatch, error, reason
):
    """A disk that fails in the middle, as libsndfile or the system say so."""
    path = write_noise(FORMATS["wav24"])
    make_pieces(1000)
    read = soundfile.SoundFile.read
    n_calls = 0

    def fail_later(*args, **kwargs):
        nonlocal n_calls
        n_calls += 1
        if n_calls > 2:
            raise error
        return read(*args, **kwargs)

    monkeypatch.setattr(soundfile.SoundFile, "read", fail_later)
    pieces = read_pieces(path)
    assert [len(next(pieces)[0]) for _ in range(2)] == [1000, 1000]
    message = f"^Cannot read {re.escape(repr(str(path)))}: {reason}"
    with pytest.raises(AudioReadError, match=message):
        next(pieces)


@pytest.mark.parametrize("form", [FORMATS["wav16"], FORMATS["flac"]], ids=["wav16", "flac"])
def test_no_more_is_decoded_than_asked_for(write_noise, make_pieces, monkeypatch, form):
    """The first samples of a recording of hours cost as much as those of a short one."""
    decoded = []
    for owner in (Pcm16File, soundfile.SoundFile):
        monkeypatch.setattr(owner, "read", _note_lengths(owner.read, decoded))
    path = write_noise(form)
    make_pieces(1000)
    _read(path, duration_s=2500 / RATE)
    assert decoded == [1000, 1000, 500]
    decoded.clear()
    pieces = read_pieces(path)
    next(pieces)
    assert decoded == [1000]


def _note_lengths(read, decoded):
    def reading(self, n_times, **kwargs):
        samples = read(self, n_times, **kwargs)
        decoded.append(len(samples))
        return samples

    return reading


@pytest.mark.parametrize("form", [FORMATS["wav16"], FORMATS["flac"]], ids=["wav16", "flac"])
def test_a_reader_that_stops_early_closes_the_file(write_noise, make_pieces, monkeypatch, form):
    opened = []
    original = _sound_files._open

    def opening(path):
        manager = original(path)
        opened.append(manager)
        return manager

    monkeypatch.setattr(_sound_files, "_open", opening)
    make_pieces(1000)
    pieces = read_pieces(write_noise(form))
    next(pieces)
    (manager,) = opened
    assert manager.gen.gi_frame is not None
    pieces.close()
    assert manager.gen.gi_frame is None


@every_format
def test_duration_is_that_of_what_is_read(write_noise, form):
    path = write_noise(form, n_times=16_007, n_channels=2)
    assert read_duration_s(path) == pytest.approx(len(_read(path)[0]) / RATE, abs=1e-9)


def test_duration_of_no_sound_file(tmp_path):
    (tmp_path / "text.wav").write_text("no sound")
    for name in ("text.wav", "gone.wav", "."):
        with pytest.raises(AudioReadError, match="Cannot read"):
            read_duration_s(tmp_path / name)


@pytest.mark.parametrize("scale", [1e15, -1e30])
def test_samples_too_large_to_compute_with_raise(write_audio, rng, scale):
    signal = scale * np.abs(rng.uniform(0.5, 1, size=1000))
    path = write_audio("a.wav", signal, RATE, subtype="FLOAT")
    with pytest.raises(AudioReadError, match=r"its samples reach 1e\+[0-9]+ times full scale"):
        _read(path)


def test_samples_of_integers_kept_as_floats_are_read(write_audio, rng):
    signal = rng.uniform(-32768, 32767, size=1000).astype(np.float32)
    path = write_audio("a.wav", signal, RATE, subtype="FLOAT")
    np.testing.assert_array_equal(_read(path)[0], signal)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24"])
@pytest.mark.parametrize("use", [read_duration_s, _read])
def test_a_rate_that_cannot_be_meant_raises(write_audio, subtype, use):
    path = write_audio("a.wav", np.zeros(100), 2**31 - 1, subtype=subtype)
    with pytest.raises(AudioReadError, match="its sampling rate, 2147483647 Hz, cannot be meant"):
        use(path)


def test_what_only_looks_like_an_mp3_is_not_said_to_be_absent(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(b"hello" * 1000)
    with pytest.raises(AudioReadError, match=r"not a sound file that can be decoded\.$"):
        read_duration_s(path)
