"""Recordings of several pieces: the same samples as in one, without ever lying in memory whole."""

import numpy as np
import pytest
import soxr

import sersk.audio
from sersk.audio import LoadAudio, Recording, read_audio, resample, trim_silence
from sersk.exceptions import AudioReadError
from sersk.utils import _sound_files
from sersk.utils._changed_clips import ChangedClip

RATES = [
    (16000, 16000),
    (44100, 16000),
    (48000, 16000),
    (48000, 22050),
    (8000, 16000),
    (11025, 16000),
    (16000, 44100),
]
every_rate = pytest.mark.parametrize(("native_rate", "rate"), RATES)


@pytest.fixture
def make_pieces(monkeypatch):
    """Decode, and take from arrays, so many samples at a time."""

    def set_length(length):
        monkeypatch.setattr(_sound_files, "PIECE_LENGTH", length)
        monkeypatch.setattr(sersk.audio, "PIECE_LENGTH", length)

    return set_length


@pytest.fixture
def write_noise(write_audio):
    """Write noise as 16-bit WAV and give its path and the samples."""

    def write(sample_rate=16000, n_times=20_001, n_channels=1):
        rng = np.random.default_rng(n_times)
        noise = rng.uniform(-0.9, 0.9, size=(n_times, n_channels))
        path = write_audio(f"{sample_rate}_{n_times}_{n_channels}.wav", noise, sample_rate)
        return str(path), read_audio(path)[0]

    return write


@every_rate
@pytest.mark.parametrize("n_channels", [1, 2])
def test_pieces_at_another_rate_are_the_signal(
    write_noise, make_pieces, native_rate, rate, n_channels
):
    path, samples = write_noise(native_rate, n_channels=n_channels)
    whole = resample(samples, native_rate, rate)
    assert len(whole) == -(-len(samples) * rate // native_rate)
    # The last piece is of one sample, of all but one, and whole.
    for length in (777, 1000, 4000, 20_000, 20_001, 20_002):
        make_pieces(length)
        pieces = list(Recording(path).pieces(rate))
        assert {piece.dtype for piece in pieces} == {np.dtype(np.float32)}
        assert all(piece.ndim == 1 for piece in pieces)
        assert len(pieces) == -(-20_001 // length)
        np.testing.assert_array_equal(np.concatenate(pieces), whole)
        signal = Recording(path).signal(rate)
        np.testing.assert_array_equal(signal, whole)
        assert signal.flags.c_contiguous


@every_rate
@pytest.mark.parametrize("n_times", [2, 3, 99, 100, 101, 1000, 5001])
def test_the_length_is_rounded_up(write_noise, make_pieces, native_rate, rate, n_times):
    path, samples = write_noise(native_rate, n_times)
    expected = -(-n_times * rate // native_rate)
    whole = resample(samples, native_rate, rate)
    assert len(whole) == expected
    for length in (100, n_times - 1):
        make_pieces(length)
        pieces = np.concatenate(list(Recording(path).pieces(rate)))
        assert len(pieces) == expected
        np.testing.assert_array_equal(pieces, whole)


def test_pieces_of_one_sample(write_noise, make_pieces):
    path, samples = write_noise(44100, 300)
    whole = resample(samples, 44100, 16000)
    make_pieces(1)
    np.testing.assert_array_equal(np.concatenate(list(Recording(path).pieces(16000))), whole)
    np.testing.assert_array_equal(np.concatenate(list(Recording(path).pieces(44100))), samples)


@pytest.mark.parametrize("rate", [16000, 22050])
@pytest.mark.parametrize("part", [{}, dict(offset_s=0.3), dict(offset_s=0.25, duration_s=0.5)])
def test_arrays_in_pieces_are_like_files(write_noise, make_pieces, rate, part):
    path, samples = write_noise()
    whole = Recording(samples, 16000, **part).signal(rate)
    make_pieces(1000)
    for source in (path, samples, np.repeat(samples, 2)[::2]):
        recording = Recording(source, 16000, **part)
        pieces = list(recording.pieces(rate))
        assert len(pieces) > 7
        np.testing.assert_array_equal(np.concatenate(pieces), whole)
        np.testing.assert_array_equal(recording.signal(rate), whole)
        assert recording.native_rate == 16000


def test_an_array_in_pieces_checks_its_offset(make_pieces):
    make_pieces(1000)
    with pytest.raises(AudioReadError, match=r"A signal lasts 0\.5 s, the offset is 0\.5 s\."):
        list(Recording(np.zeros(8000, np.float32), 16000, offset_s=0.5).pieces(16000))


@pytest.mark.parametrize("rate", [16000, 22050])
@pytest.mark.parametrize("is_array", [False, True])
def test_a_long_recording_is_trimmed_as_a_whole(write_audio, make_pieces, rng, rate, is_array):
    """Its silence is as long as several pieces, and its loudest frame is in the last of sound."""
    signal = np.zeros(20_000)
    signal[7000:12_000] = np.linspace(0.1, 0.9, 5000) * rng.uniform(-1, 1, size=5000)
    path = write_audio("a.wav", signal, 16000, subtype="FLOAT")
    samples = read_audio(path)[0]
    expected = trim_silence(resample(samples, 16000, rate), top_db=20.0)
    assert 4000 < len(expected) * 16000 / rate < 9000
    make_pieces(1000)
    recording = Recording(samples if is_array else path, 16000, trim_db=20.0)
    np.testing.assert_array_equal(recording.signal(rate), expected)
    (piece,) = recording.pieces(rate)
    np.testing.assert_array_equal(piece, expected)


@every_rate
def test_a_long_recording_is_not_kept(write_noise, make_pieces, native_rate, rate):
    path, _ = write_noise(native_rate)
    make_pieces(1000)
    recording = Recording(path)
    first = np.concatenate(list(recording.pieces(rate)))
    assert recording._signals == {}
    # It is there again for the next pass, and for another rate.
    np.testing.assert_array_equal(np.concatenate(list(recording.pieces(rate))), first)
    assert sum(map(len, recording.pieces(rate + 1000))) == -(
        -20_001 * (rate + 1000) // native_rate
    )
    assert recording._signals == {}
    kept = [value for value in vars(recording).values() if isinstance(value, tuple)]
    assert (
        sum(len(item) for value in kept for item in value if isinstance(item, np.ndarray)) <= 1000
    )


@pytest.mark.parametrize("rate", [16000, 22050])
def test_pieces_come_while_the_rest_is_not_read(write_noise, make_pieces, count, rate):
    path, _ = write_noise()
    make_pieces(1000)
    recording = Recording(path)
    assert recording.native_rate == 16000
    read = count(_sound_files.np, "isfinite")  # one call for each piece decoded
    pieces = recording.pieces(rate)
    next(pieces)
    assert len(read) <= 2
    next(pieces)
    assert len(read) <= 3


def test_a_short_recording_is_decoded_and_resampled_once(write_noise, count):
    path, samples = write_noise()
    decoded = count(sersk.audio, "read_pieces")
    resampled = count(soxr, "resample")
    streamed = count(soxr, "ResampleStream")
    recording = Recording(path)
    for _ in range(3):
        for rate in (22050, 16000, 8000):
            (piece,) = recording.pieces(rate)
            assert piece is recording.signal(rate)
    np.testing.assert_array_equal(recording.signal(16000), samples)
    assert recording.native_rate == 16000
    assert len(decoded) == 1
    # The native rate needs none.
    assert len(resampled) == 2
    assert len(streamed) in (0, 2)


def test_a_recording_of_exactly_one_piece_is_short(write_noise, make_pieces, count):
    path, samples = write_noise(n_times=1000)
    decoded = count(sersk.audio, "read_pieces")
    for length, n_decoded in ((1000, 1), (999, 4)):
        make_pieces(length)
        decoded.clear()
        recording = Recording(path)
        for _ in range(3):
            pieces = list(recording.pieces(16000))
            np.testing.assert_array_equal(np.concatenate(pieces), samples)
        assert len(decoded) == n_decoded


def test_what_is_no_number_in_a_later_piece_raises(write_audio, make_pieces):
    samples = np.zeros(5000)
    samples[4321] = np.nan
    path = write_audio("a.wav", samples, 44100, subtype="FLOAT")
    make_pieces(1000)
    message = r"it contains NaN or infinite samples\.$"
    with pytest.raises(AudioReadError, match=message):
        list(Recording(path).pieces(16000))
    with pytest.raises(AudioReadError, match=message):
        read_audio(path, sample_rate=16000)
    assert len(read_audio(path, duration_s=4321 / 44100)[0]) == 4321


def test_load_audio_of_a_long_recording(write_noise, make_pieces):
    path, samples = write_noise(44100)
    part = dict(sample_rate=16000, offset_s=0.1, duration_s=0.2)
    expected = resample(samples[4410 : 4410 + 8820], 44100, 16000)
    for length in (2**20, 1000):
        make_pieces(length)
        np.testing.assert_array_equal(LoadAudio(**part).fit_transform([path])[0], expected)


# Changed clips


class Noisy:
    """Adds noise that grows with the sampling rate, and notes the length and rate it was given."""

    def __init__(self):
        self.calls = []

    def __call__(self, signal, sample_rate):
        self.calls.append((len(signal), sample_rate))
        noise = np.random.default_rng(0).normal(scale=1e-6 * sample_rate, size=len(signal))
        return (signal + noise).astype(np.float32)


@pytest.mark.parametrize("is_array", [False, True])
def test_a_change_comes_between_cutting_and_resampling(write_noise, is_array):
    path, samples = write_noise(44100)
    source = samples if is_array else path
    part = dict(offset_s=0.1, duration_s=0.3)
    for rate in (44100, 16000):
        recording = Recording(ChangedClip(source, Noisy(), "noisy"), 44100, **part)
        expected = resample(Noisy()(samples[4410 : 4410 + 13230], 44100), 44100, rate)
        np.testing.assert_array_equal(recording.signal(rate), expected)
        (piece,) = recording.pieces(rate)
        np.testing.assert_array_equal(piece, expected)
        assert recording.native_rate == 44100


def test_a_change_is_made_once_for_all_rates(write_noise, count):
    path, samples = write_noise(44100)
    decoded, noisy = count(sersk.audio, "read_pieces"), Noisy()
    recording = Recording(ChangedClip(path, noisy, "noisy"))
    assert noisy.calls == []
    for _ in range(2):
        for rate in (16000, 44100, 8000):
            recording.signal(rate)
            list(recording.pieces(rate))
    assert noisy.calls == [(len(samples), 44100)]
    assert len(decoded) == 1


@pytest.mark.parametrize("rate", [16000, 22050])
def test_silence_is_trimmed_before_a_change_and_never_after(write_audio, rng, rate):
    signal = np.zeros(20_000)
    signal[7000:12_000] = 0.5 * rng.uniform(-1, 1, size=5000)
    path = write_audio("a.wav", signal, 16000, subtype="FLOAT")
    samples, kept = read_audio(path)[0], trim_silence(read_audio(path)[0], top_db=30.0)
    assert 5000 <= len(kept) < 9000
    # This one makes silence, which is the change's own, and stays.
    for change in (Noisy(), lambda signal, sample_rate: np.pad(signal, 6000)):
        for source in (path, samples):
            changed = ChangedClip(source, change, "change")
            recording = Recording(changed, 16000, trim_db=30.0)
            expected = resample(change(kept, 16000).astype(np.float32), 16000, rate)
            np.testing.assert_array_equal(recording.signal(rate), expected)


def test_a_long_recording_is_changed_as_a_whole(write_noise, make_pieces):
    path, samples = write_noise(44100)
    expected = resample(Noisy()(samples, 44100), 44100, 16000)
    make_pieces(1000)
    for source in (path, samples):
        noisy = Noisy()
        recording = Recording(ChangedClip(source, noisy, "noisy"), 44100)
        np.testing.assert_array_equal(np.concatenate(list(recording.pieces(16000))), expected)
        np.testing.assert_array_equal(recording.signal(44100), Noisy()(samples, 44100))
        assert len(noisy.calls) == 1


def test_changes_of_changes_are_made_from_the_inside_out(write_noise):
    path, samples = write_noise()
    once = ChangedClip(path, lambda signal, sample_rate: signal[:100], "begin")
    twice = ChangedClip(once, lambda signal, sample_rate: signal[::-1], "reverse")
    found = Recording(twice, offset_s=0.5).signal(16000)
    np.testing.assert_array_equal(found, samples[8000:8100][::-1])


def test_a_changed_file_that_cannot_be_read_is_named(tmp_path):
    changed = ChangedClip(str(tmp_path / "absent.wav"), Noisy(), "noisy")
    with pytest.raises(AudioReadError, match=r"Cannot read '.*absent\.wav': no such file"):
        Recording(changed).signal(16000)


def test_load_audio_of_changed_clips(write_noise):
    path, samples = write_noise(44100)
    expected = resample(Noisy()(samples, 44100), 44100, 16000)
    for n_jobs in (1, 2):
        loader = LoadAudio(sample_rate=16000, n_jobs=n_jobs)
        plain, changed = loader.fit_transform([path, ChangedClip(path, Noisy(), "noisy")])
        np.testing.assert_array_equal(plain, resample(samples, 44100, 16000))
        np.testing.assert_array_equal(changed, expected)
    # Arrays are at the loader's rate already.
    (changed,) = LoadAudio(sample_rate=44100).fit_transform(
        [ChangedClip(samples, Noisy(), "noisy")]
    )
    np.testing.assert_array_equal(changed, Noisy()(samples, 44100))
