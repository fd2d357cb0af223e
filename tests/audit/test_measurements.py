"""What is measured of each file: physics, failures, long recordings and workers."""

import tracemalloc

import numpy as np
import pytest
import soundfile

from sersk.audio import Recording
from sersk.audit import check_sound, measure_files
from sersk.audit._measurements import digest_sound


@pytest.fixture
def measure(write_audio):
    """Write one file and measure it."""

    def run(signal, sample_rate=16000, name="clip.wav", **how):
        (measurement,), failures = measure_files(
            [str(write_audio(name, signal, sample_rate, **how))]
        )
        assert failures == []
        return measurement

    return run


@pytest.fixture
def kinds(measure):
    """Give the kinds of findings about the sound of one file."""

    def run(signal, **how):
        found = check_sound([measure(signal, **how)], np.array(["anger"]), ["clip.wav"])
        return [finding.kind for finding in found]

    return run


class TestNumbers:
    def test_form(self, measure, tone):
        m = measure(np.stack([tone(sample_rate=44100)] * 2, axis=1), 44100, "clip.flac")
        assert (m.sample_rate, m.n_channels, m.format) == (44100, 2, "FLAC PCM_16")
        assert (m.n_times, m.duration_s) == (44100, 1.0)

    @pytest.mark.parametrize(
        ("name", "subtype", "expected"),
        [
            ("clip.wav", "PCM_16", "WAV PCM_16"),
            ("clip.wav", "FLOAT", "WAV FLOAT"),
            ("clip.ogg", "VORBIS", "OGG VORBIS"),
        ],
    )
    def test_format(self, measure, tone, name, subtype, expected):
        assert measure(tone(sample_rate=16000), name=name, subtype=subtype).format == expected

    @pytest.mark.parametrize("amplitude", [0.001, 0.1, 1.0])
    def test_level_of_a_sine(self, measure, tone, amplitude):
        signal = tone(440, sample_rate=16000, amplitude=amplitude)
        expected = 20 * np.log10(amplitude / np.sqrt(2))
        assert measure(signal, subtype="FLOAT").level_db == pytest.approx(expected, abs=0.05)

    def test_level_of_a_constant(self, measure):
        """Nobody hears it."""
        assert measure(np.full(16000, 0.5), subtype="FLOAT").level_db == pytest.approx(-120)

    def test_level_is_that_of_the_power(self, measure, tone):
        """Half of it silent: 3 dB less, however deep the silence."""
        signal = tone(440, duration_s=2, sample_rate=16000, amplitude=0.5)
        signal[16000:] = 0
        expected = 20 * np.log10(0.5 / np.sqrt(2)) - 3.01
        assert measure(signal).level_db == pytest.approx(expected, abs=0.05)

    def test_level_of_nothing(self, measure):
        m = measure(np.zeros(16000))
        assert m.level_db == pytest.approx(-120)
        assert m.silence == 1 or m.silence == 0
        assert m.clipped == 0

    @pytest.mark.parametrize("share", [0.0, 0.25, 0.75])
    def test_silence(self, measure, tone, share):
        signal = tone(duration_s=4, sample_rate=16000)
        signal[: round(share * len(signal))] = 0
        assert measure(signal).silence == pytest.approx(share, abs=0.01)

    def test_silence_is_relative_to_the_loudest(self, measure, tone):
        signal = tone(duration_s=4, sample_rate=16000)
        signal[:32000] *= 0.02
        assert measure(signal, subtype="FLOAT").silence == 0
        signal[:32000] *= 0.1
        assert measure(signal, subtype="FLOAT").silence == pytest.approx(0.5, abs=0.01)

    @pytest.mark.parametrize("n_times", [2, 10, 398, 401])
    def test_shorter_than_a_frame(self, measure, n_times):
        m = measure(np.resize([0.1, -0.1], n_times), subtype="FLOAT")
        assert m.n_times == n_times
        assert m.level_db == pytest.approx(-20, abs=0.01)


class TestClipping:
    def test_by_gain(self, kinds, tone):
        signal = np.clip(3 * tone(sample_rate=16000), -1, 1)
        assert kinds(signal) == ["clipped"]

    def test_share_of_samples(self, measure):
        signal = np.zeros(16000)
        signal[100:180] = 1
        signal[300:320] = -1
        assert measure(signal).clipped == pytest.approx(100 / 16000)

    @pytest.mark.parametrize("n_touching", [1, 2])
    def test_peaks_that_touch_full_scale_are_none(self, measure, kinds, n_touching):
        signal = 0.2 * np.random.default_rng(0).uniform(-1, 1, 16000)
        for start in range(0, 16000, 100):
            signal[start : start + n_touching] = 1
        assert measure(signal).clipped == 0
        assert kinds(signal) == []

    def test_normalised_to_full_scale_is_none(self, kinds):
        noise = np.random.default_rng(0).normal(size=16000)
        assert kinds(noise / np.abs(noise).max()) == []

    def test_float_beyond_full_scale(self, measure, tone):
        assert measure(4 * tone(sample_rate=16000), subtype="FLOAT").clipped > 0.5

    def test_a_run_across_two_pieces_counts(self, tmp_path, monkeypatch):
        """Where the pieces of a long recording meet there may be a run; few samples are lost."""
        monkeypatch.setattr("sersk.audit._measurements.Recording.pieces", _cut_small)
        signal = np.zeros(16000)
        signal[8000:12000] = 1
        soundfile.write(tmp_path / "clip.wav", signal, 16000)
        (measurement,), _ = measure_files([str(tmp_path / "clip.wav")])
        assert measurement.clipped == pytest.approx(0.25, abs=0.01)


def _cut_small(recording, sample_rate):
    signal = recording.signal(sample_rate)
    for start in range(0, len(signal), 4000):
        yield signal[start : start + 4000]


class TestKinds:
    def test_innocent_speech_like_noise(self, kinds):
        assert kinds(0.1 * np.random.default_rng(0).normal(size=16000)) == []

    def test_zeros(self, kinds):
        assert kinds(np.zeros(16000)) == ["silent"]

    def test_constant_at_full_scale(self, kinds):
        assert kinds(np.ones(16000)) == ["silent", "clipped"]

    def test_constant_is_silence(self, kinds):
        assert kinds(np.full(16000, 0.25)) == ["silent"]

    def test_soft_but_there(self, kinds, tone):
        assert kinds(tone(sample_rate=16000, amplitude=0.001), subtype="PCM_24") == []

    def test_50_ms(self, kinds, tone):
        assert kinds(tone(duration_s=0.05, sample_rate=16000)) == ["very_short"]

    def test_300_ms(self, kinds, tone):
        assert kinds(tone(duration_s=0.3, sample_rate=16000)) == []

    def test_stereo(self, kinds, tone):
        assert kinds(np.stack([tone(sample_rate=16000)] * 2, axis=1)) == ["multi_channel"]


class TestDigest:
    def test_is_that_of_measuring(self, write_audio, tone):
        path = str(write_audio("clip.wav", tone()))
        (measurement,), _ = measure_files([path])
        assert digest_sound(path) == measurement.digest

    def test_one_sample_matters(self, write_audio, tone):
        signal = tone()
        other = signal.copy()
        other[1000] += 0.001
        paths = [write_audio("a.wav", signal), write_audio("b.wav", other)]
        assert digest_sound(paths[0]) != digest_sound(paths[1])


class TestFailures:
    def test_good_files_are_measured_beside_bad_ones(self, write_audio, tone, tmp_path):
        (tmp_path / "bad.wav").write_bytes(b"no sound")
        (tmp_path / "empty.wav").write_bytes(b"")
        good = str(write_audio("good.wav", tone()))
        paths = [str(tmp_path / "bad.wav"), good, str(tmp_path / "empty.wav"), "absent.wav", good]
        measurements, failures = measure_files(paths)
        assert [m is not None for m in measurements] == [False, True, False, False, True]
        assert [(f.index, f.path) for f in failures] == [(i, paths[i]) for i in (0, 2, 3)]
        assert all(f.reason for f in failures)

    def test_not_a_number(self, write_audio, tone):
        signal = tone()
        signal[5000] = np.nan
        measurements, (failure,) = measure_files(
            [str(write_audio("nan.wav", signal, subtype="FLOAT"))]
        )
        assert measurements == [None]
        assert "NaN" in failure.reason

    def test_no_samples(self, write_audio):
        measurements, failures = measure_files([str(write_audio("none.wav", np.zeros(0)))])
        assert measurements == [None]
        assert len(failures) == 1

    def test_no_files(self):
        assert measure_files([]) == ([], [])


def _as_tuple(m):
    prints = m.fingerprint
    arrays = (prints.levels.tobytes(), prints.anchors.tobytes(), prints.patches.tobytes())
    values = {k: v for k, v in vars(m).items() if k != "fingerprint"}
    return tuple(values.items()), arrays


def test_workers_measure_the_same(write_audio, workers_at_once):
    rng = np.random.default_rng(0)
    paths = [
        str(write_audio(f"{i:02d}.wav", 0.1 * rng.normal(size=4000 + 100 * i), 16000))
        for i in range(40)
    ]
    paths.insert(20, "absent.wav")
    (alone, failures), (together, same_failures) = (
        measure_files(paths, n_jobs=n_jobs) for n_jobs in (1, 2)
    )
    assert failures == same_failures
    assert [m is None for m in alone] == [m is None for m in together]
    for a, b in zip(alone, together, strict=True):
        assert a is b or _as_tuple(a) == _as_tuple(b)


@pytest.fixture(scope="module")
def long_recording(tmp_path_factory):
    """Twelve minutes at 48 kHz: 34.6 million samples, 138 MB as float32."""
    path = tmp_path_factory.mktemp("long") / "long.wav"
    minute = (0.1 * np.random.default_rng(0).normal(size=60 * 48000)).astype(np.float32)
    with soundfile.SoundFile(path, "w", 48000, 1, "PCM_16") as file:
        for _ in range(12):
            file.write(minute)
    return str(path)


class TestLongRecordings:
    def test_are_never_held_as_a_whole(self, long_recording):
        tracemalloc.start()
        try:
            (measurement,), failures = measure_files([long_recording], n_jobs=1)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert failures == []
        assert measurement.duration_s == 720
        assert measurement.level_db == pytest.approx(-20, abs=0.1)
        # What is kept of it, its fingerprint, takes some 3 MB; a piece is a minute or less.
        assert peak < 60e6

    def test_pieces_make_no_difference(self, write_audio, monkeypatch):
        """The same clip, whole and in small pieces."""
        signal = np.concatenate(
            [0.1 * np.random.default_rng(0).normal(size=40000), np.zeros(20000)]
        )
        path = str(write_audio("clip.wav", signal, 16000))
        (whole,), _ = measure_files([path])
        original = Recording.pieces
        monkeypatch.setattr(Recording, "pieces", _cut_small)
        (pieced,), _ = measure_files([path])
        assert Recording.pieces is not original
        assert pieced.digest == whole.digest
        assert pieced.n_times == whole.n_times
        assert pieced.level_db == pytest.approx(whole.level_db, abs=0.01)
        assert pieced.silence == pytest.approx(whole.silence, abs=0.02)
        assert pieced.clipped == whole.clipped
