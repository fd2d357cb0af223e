"""Reading, resampling, trimming, finding, LoadAudio."""

import pickle
import re

import librosa
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from sersk.audio import LoadAudio, Recording, find_audio, read_audio, resample, trim_silence
from sersk.exceptions import AudioReadError
from sersk.features import MFCC


@pytest.mark.parametrize(
    ("subtype", "step"),
    [
        ("PCM_U8", 2**-7),
        ("PCM_16", 2**-15),
        ("PCM_24", 2**-23),
        ("PCM_32", 2**-24),
        ("FLOAT", 0),
        ("DOUBLE", 0),
    ],
)
def test_every_wav_subtype_gives_the_same_samples(write_audio, tone, subtype, step):
    signal = tone(amplitude=0.9)
    read, sample_rate = read_audio(write_audio("a.wav", signal, subtype=subtype))
    assert sample_rate == 22050
    assert read.dtype == np.float32
    assert read.flags.c_contiguous
    np.testing.assert_allclose(read, signal, rtol=0, atol=1.01 * step)


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [("a.flac", 2**-15), ("a.aiff", 2**-15), ("a.ogg", 0.05), ("a.mp3", 0.05)],
)
def test_other_formats(write_audio, tone, name, tolerance):
    signal = tone(amplitude=0.5, duration_s=2)
    read, sample_rate = read_audio(write_audio(name, signal))
    assert sample_rate == 22050
    inside = slice(4000, 40000)  # codecs ring at the ends
    np.testing.assert_allclose(read[inside], signal[inside], rtol=0, atol=tolerance)


def test_channels_are_averaged(write_audio, tone):
    left, right = tone(440), tone(1000, amplitude=0.1)
    path = write_audio("a.wav", np.stack([left, right], axis=1), subtype="FLOAT")
    np.testing.assert_allclose(read_audio(path)[0], (left + right) / 2, rtol=0, atol=1e-7)


@pytest.mark.parametrize("native_rate", [8000, 22050, 44100, 48000])
@pytest.mark.parametrize("target_rate", [16000, 22050])
@pytest.mark.parametrize("n_channels", [1, 2])
def test_resampled_as_by_librosa(write_audio, rng, native_rate, target_rate, n_channels):
    noise = rng.uniform(-0.9, 0.9, size=(native_rate + 137, n_channels))
    path = write_audio("a.wav", noise, native_rate, subtype="FLOAT")
    signal, sample_rate = read_audio(path, sample_rate=target_rate)
    expected, _ = librosa.load(path, sr=target_rate)
    assert sample_rate == target_rate
    assert signal.dtype == np.float32
    assert signal.shape == expected.shape
    np.testing.assert_allclose(signal, expected, rtol=0, atol=1e-6)


def test_resampling_keeps_a_tone(tone):
    resampled = resample(tone(440, sample_rate=48000), 48000, 16000)
    expected = tone(440, sample_rate=16000)
    assert resampled.shape == expected.shape
    np.testing.assert_allclose(resampled[500:-500], expected[500:-500], rtol=0, atol=1e-3)


@pytest.mark.parametrize("n_times", [1, 2, 3, 999])
def test_resampling_rounds_the_length_up(n_times):
    signal = np.ones(n_times, dtype=np.float32)
    assert resample(signal, 48000, 16000).shape == (-(-n_times // 3),)
    assert resample(signal, 16000, 48000).shape == (3 * n_times,)


def test_samples_beyond_full_scale_are_kept(write_audio, tone):
    signal = tone(amplitude=3.0)
    read, _ = read_audio(write_audio("a.wav", signal, subtype="FLOAT"))
    np.testing.assert_array_equal(read, signal)


def test_offset_and_duration(write_audio, rng):
    signal = rng.uniform(-1, 1, size=8000).astype(np.float32)
    path = write_audio("a.wav", signal, 8000, subtype="FLOAT")
    read = read_audio(path, offset_s=0.25, duration_s=0.5)[0]
    np.testing.assert_array_equal(read, signal[2000:6000])
    np.testing.assert_array_equal(read_audio(path, offset_s=0.75)[0], signal[6000:])
    np.testing.assert_array_equal(read_audio(path, duration_s=0.1)[0], signal[:800])
    # More than there is gives what there is, and less than a sample gives one.
    np.testing.assert_array_equal(read_audio(path, offset_s=0.9, duration_s=9)[0], signal[7200:])
    assert len(read_audio(path, duration_s=1e-6)[0]) == 1


def test_non_ascii_path(write_audio, tone):
    path = write_audio("Übung/声 😀.wav", tone(), subtype="FLOAT")
    np.testing.assert_array_equal(read_audio(str(path))[0], tone())
    with pytest.raises(AudioReadError, match=r"Cannot read '.*/Übung/fehlt 声\.wav': no such"):
        read_audio(path.with_name("fehlt 声.wav"))


def _missing(path, write_audio):
    pass


def _empty(path, write_audio):
    path.touch()


def _text(path, write_audio):
    path.write_text("Filename,Class\n")


def _folder(path, write_audio):
    path.mkdir()


def _no_samples(path, write_audio):
    write_audio(path, np.zeros(0))


def _nan(path, write_audio):
    write_audio(path, np.array([0.1, np.nan, 0.2]), subtype="FLOAT")


def _infinite(path, write_audio):
    write_audio(path, np.array([[0.1, 0.1], [0.1, np.inf]]), subtype="FLOAT")


BROKEN = [
    (_missing, "no such file"),
    (_empty, "the file is empty"),
    (_text, r"not a sound file that can be decoded \(.*[^.]\)"),
    (_folder, "it is a folder"),
    (_no_samples, "it has no samples"),
    (_nan, "it contains NaN or infinite samples"),
    (_infinite, "it contains NaN or infinite samples"),
]


@pytest.mark.parametrize(("make", "reason"), BROKEN)
def test_error_says_which_file_and_why(tmp_path, write_audio, make, reason):
    path = tmp_path / "clip.wav"
    make(path, write_audio)
    with pytest.raises(
        AudioReadError, match=rf"^Cannot read {re.escape(repr(str(path)))}: {reason}\.$"
    ) as caught:
        read_audio(path)
    assert caught.value.path == str(path)
    assert str(caught.value) == f"Cannot read {str(path)!r}: {caught.value.reason}."


@pytest.mark.parametrize(("make", "reason"), BROKEN)
def test_error_is_the_same_for_a_path_out_of_an_array(tmp_path, write_audio, make, reason):
    path = tmp_path / "clip.wav"
    make(path, write_audio)
    with pytest.raises(
        AudioReadError, match=rf"^Cannot read {re.escape(repr(str(path)))}: {reason}\.$"
    ):
        LoadAudio().fit_transform(np.array([str(path)]))


def test_offset_beyond_the_end(write_audio, tone):
    path = write_audio("a.wav", tone(duration_s=0.5))
    with pytest.raises(AudioReadError, match=r"it lasts 0\.5 s, the offset is 0\.5 s"):
        read_audio(path, offset_s=0.5)
    with pytest.raises(AudioReadError, match=r"A signal lasts 0\.5 s, the offset is 2 s"):
        LoadAudio(offset_s=2).fit_transform([tone(duration_s=0.5)])


def test_error_is_a_value_error_and_survives_pickling(tmp_path):
    with pytest.raises(ValueError, match="no such file") as caught:
        read_audio(tmp_path / "a.wav")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is AudioReadError
    assert str(copy) == str(caught.value)
    assert copy.path == str(tmp_path / "a.wav")
    assert copy.reason == "no such file"


@pytest.mark.parametrize("top_db", [20, 40, 60])
@pytest.mark.parametrize("framing", [(2048, 512), (512, 128), (1024, 256)])
def test_trim_as_librosa(rng, top_db, framing):
    for n_times in (700, 5000, 20001):
        level = np.exp(-(((np.arange(n_times) / n_times - 0.4) / 0.1) ** 2))
        signal = (level * rng.normal(scale=0.2, size=n_times)).astype(np.float32)
        expected, _ = librosa.effects.trim(
            signal, top_db=top_db, frame_length=framing[0], hop_length=framing[1]
        )
        trimmed = trim_silence(
            signal, top_db=top_db, frame_length=framing[0], hop_length=framing[1]
        )
        np.testing.assert_array_equal(trimmed, expected)


def test_trim_cuts(rng):
    signal = np.zeros(30000, dtype=np.float32)
    signal[10000:20000] = rng.uniform(-0.5, 0.5, size=10000)
    trimmed = trim_silence(signal)
    assert 10000 <= len(trimmed) < 10000 + 2 * 2048
    np.testing.assert_array_equal(trimmed[trimmed != 0], signal[signal != 0])


@pytest.mark.parametrize("n_times", [1, 2, 511, 512, 2048, 10000])
def test_trim_leaves_silence_whole(n_times):
    assert len(trim_silence(np.zeros(n_times, dtype=np.float32))) == n_times


@pytest.mark.parametrize("framing", [(2048, 512), (512, 512), (512, 400)])
@pytest.mark.parametrize("where", [0, -1])
def test_trim_never_gives_nothing(framing, where):
    click = np.zeros(4096, dtype=np.float32)
    click[where] = 1.0
    trimmed = trim_silence(click, frame_length=framing[0], hop_length=framing[1])
    assert len(trimmed) > 0


def test_recording_trims_at_the_rate_asked_for(write_audio, tone):
    signal = np.concatenate([np.zeros(20000), tone(), np.zeros(20000)]).astype(np.float32)
    recording = Recording(str(write_audio("a.wav", signal, subtype="FLOAT")), trim_db=30.0)
    resampled = resample(signal, 22050, 16000)
    np.testing.assert_array_equal(recording.signal(16000), trim_silence(resampled, top_db=30))
    np.testing.assert_array_equal(recording.signal(22050), trim_silence(signal, top_db=30))


def test_load_audio_on_paths_and_arrays(write_audio, tone):
    signals = [tone(440), tone(880, duration_s=0.5)]
    paths = [write_audio(f"{i}.wav", s, subtype="FLOAT") for i, s in enumerate(signals)]
    for X in (paths, signals):
        for loaded, signal in zip(LoadAudio().fit_transform(X), signals, strict=True):
            assert loaded.dtype == np.float32
            np.testing.assert_array_equal(loaded, signal)
    for n_jobs in (1, 2):
        loader = LoadAudio(sample_rate=8000, n_jobs=n_jobs)
        for loaded, signal in zip(loader.fit_transform(paths), signals, strict=True):
            np.testing.assert_array_equal(loaded, resample(signal, 22050, 8000))


def test_load_audio_cuts_paths_and_arrays_alike(write_audio, rng):
    signal = np.zeros(30000, dtype=np.float32)
    signal[9000:12000] = rng.uniform(-0.5, 0.5, size=3000)
    path = write_audio("a.wav", signal, 10000, subtype="FLOAT")
    loader = LoadAudio(sample_rate=10000, offset_s=0.5, duration_s=2.0, trim_db=40.0)
    expected = trim_silence(signal[5000:25000], top_db=40.0)
    assert 3000 <= len(expected) < 8000
    np.testing.assert_array_equal(loader.fit_transform([path])[0], expected)
    np.testing.assert_array_equal(loader.fit_transform([signal])[0], expected)


def test_load_audio_before_an_extractor_changes_nothing(write_audio, tone):
    signals = [tone(300, sample_rate=48000), tone(2000, sample_rate=48000, duration_s=0.3)]
    paths = [write_audio(f"{i}.wav", s, 48000) for i, s in enumerate(signals)]
    alone = MFCC().fit_transform(paths)
    np.testing.assert_array_equal(make_pipeline(LoadAudio(), MFCC()).fit_transform(paths), alone)


@pytest.mark.parametrize(
    "params", [{"sample_rate": 0}, {"offset_s": -1}, {"duration_s": 0}, {"trim_db": 0}]
)
def test_load_audio_checks_its_parameters(tone, params):
    (name,) = params
    with pytest.raises(ValueError, match=f"The '{name}' parameter of LoadAudio must be"):
        LoadAudio(**params).fit([tone()])


def test_find_audio(tmp_path):
    sounds = ["D/2.wav", "a.WAV", "b/1.flac", "b/10.mp3", "b/c/x.ogg", "z.wav"]
    others = [".hidden.wav", "b/._1.flac", "TRAIN.csv", "b/notes.txt", "wav", "b/wav.bak"]
    for name in sounds + others:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "folder.wav").mkdir()
    found = find_audio(tmp_path)
    assert found == [str(tmp_path / name) for name in sounds]
    assert find_audio(str(tmp_path)) == found
    assert find_audio(tmp_path / "b" / "c") == [str(tmp_path / "b/c/x.ogg")]


def test_find_audio_leaves_hidden_folders_out(tmp_path):
    (tmp_path / ".cache" / "deep").mkdir(parents=True)
    (tmp_path / ".cache" / "deep" / "a.wav").touch()
    (tmp_path / "b.wav").touch()
    assert find_audio(tmp_path) == [str(tmp_path / "b.wav")]


def test_find_audio_below_a_hidden_folder(tmp_path):
    """Only what is hidden below the folder named counts."""
    folder = tmp_path / ".data"
    folder.mkdir()
    (folder / "a.wav").touch()
    assert find_audio(folder) == [str(folder / "a.wav")]
