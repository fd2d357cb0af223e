"""What is told of one clip: what was measured, and sentences for those who recorded it."""

import dataclasses
import re
import tracemalloc

import numpy as np
import pytest
import soundfile
import soxr

from sersk.audit import ClipReport, inspect_clip, measure_files, warn_of_clip
from sersk.exceptions import AudioReadError

GOOD = ClipReport(
    duration_s=3.0,
    sample_rate=16000,
    n_channels=1,
    level_db=-25.0,
    peak_db=-6.0,
    clipped=0.0,
    silence=0.3,
    bandwidth_hz=8000.0,
)
WORDS = {
    "duration": ("hardly a syllable", "lasts only"),
    "silent": ("Nothing is to be heard. ",),
    "level": ("very quiet",),
    "silence": ("is silence",),
    "bandwidth": ("Nothing is to be heard above",),
    "clipping": ("are cut off",),
    "channels": ("channels, and their mean",),
}


def kinds(report, **how):
    """Give what each warning is about."""
    warnings = warn_of_clip(report, **how)
    for kind, text in warnings.items():
        assert any(words in text for words in WORDS[kind])
    return list(warnings)


def kinds_of(**changes):
    return kinds(dataclasses.replace(GOOD, **changes))


class TestInspect:
    def test_numbers(self, write_audio, tone):
        signal = np.zeros((48000, 2))
        signal[:24000, 0] = tone(400, duration_s=0.5, sample_rate=48000, amplitude=0.5)
        signal[24000:36000] = 1
        report = inspect_clip(write_audio("clip.flac", signal, 48000))
        assert (report.duration_s, report.sample_rate, report.n_channels) == (1.0, 48000, 2)
        assert report.peak_db == pytest.approx(0, abs=0.01)
        assert report.clipped == pytest.approx(0.25)
        assert report.silence == pytest.approx(0.5, abs=0.03)
        # The mean of the channels is half the sine, and the constant is nothing to hear.
        assert report.level_db == pytest.approx(-15.05 - 3.01, abs=0.05)

    def test_is_what_an_audit_measures(self, write_audio, rng):
        path = write_audio("clip.wav", 0.2 * rng.normal(size=20000), 16000)
        report, ((measurement,), _) = inspect_clip(path), measure_files([str(path)])
        for name in ("duration_s", "sample_rate", "n_channels", "level_db", "silence", "clipped"):
            assert getattr(report, name) == getattr(measurement, name)

    def test_bandwidth(self, write_audio, rng):
        noise = soxr.resample(0.1 * rng.normal(size=8000), 8000, 44100)
        report = inspect_clip(write_audio("clip.wav", noise, 44100))
        assert report.bandwidth_hz == 4000
        assert kinds(report) == ["bandwidth"]

    @pytest.mark.parametrize("n_times", [1, 2, 50, 16000])
    @pytest.mark.parametrize("value", [0.0, 0.5, -1.0])
    def test_nothing_to_hear(self, write_audio, n_times, value):
        path = write_audio("clip.wav", np.full(n_times, value), 16000, subtype="FLOAT")
        report = inspect_clip(path)
        assert report.bandwidth_hz is None
        assert np.isfinite([report.level_db, report.peak_db, report.clipped, report.silence]).all()
        assert "silent" in kinds(report)

    @pytest.mark.parametrize("name", ["absent.wav", "empty.wav", "words.wav", "nan.wav"])
    def test_unreadable(self, write_audio, tmp_path, name):
        (tmp_path / "empty.wav").write_bytes(b"")
        (tmp_path / "words.wav").write_text("words")
        write_audio("nan.wav", np.array([0.1, np.nan]), subtype="FLOAT")
        with pytest.raises(AudioReadError, match=name):
            inspect_clip(tmp_path / name)

    def test_long_recording_is_never_held_as_a_whole(self, tmp_path, rng):
        """Ten minutes at 48 kHz take 115 MB as float32."""
        minute = (0.1 * rng.normal(size=60 * 48000)).astype(np.float32)
        with soundfile.SoundFile(tmp_path / "long.wav", "w", 48000, 1, "PCM_16") as file:
            for _ in range(10):
                file.write(minute)
        tracemalloc.start()
        try:
            report = inspect_clip(tmp_path / "long.wav")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert report.duration_s == 600
        assert report.bandwidth_hz == 24000
        assert peak < 80e6


class TestWarn:
    def test_good_clip_has_none(self):
        assert warn_of_clip(GOOD) == {}

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"duration_s": 0.29}, ["duration"]),
            ({"duration_s": 0.3}, ["duration"]),
            ({"duration_s": 0.99}, ["duration"]),
            ({"duration_s": 1.0}, []),
            ({"level_db": -71.0}, ["silent"]),
            ({"level_db": -69.0}, ["level"]),
            ({"level_db": -63.8}, []),
            ({"silence": 0.81}, ["silence"]),
            ({"silence": 0.79}, []),
            ({"clipped": 0.0006}, ["clipping"]),
            ({"clipped": 0.0005}, []),
            ({"n_channels": 2}, ["channels"]),
            ({"bandwidth_hz": 4750.0}, ["bandwidth"]),
            ({"bandwidth_hz": 5000.0}, []),
            ({"bandwidth_hz": None}, []),
        ],
    )
    def test_kinds(self, changes, expected):
        assert kinds_of(**changes) == expected

    def test_nothing_to_hear_hides_what_follows_from_it(self):
        silent = dict(level_db=-120.0, silence=1.0, bandwidth_hz=None, duration_s=0.1)
        assert kinds_of(**silent) == ["duration", "silent"]

    def test_a_timeline_leaves_silence_out(self):
        pauses = dataclasses.replace(GOOD, silence=0.9)
        assert warn_of_clip(pauses, over_time=True) == {}
        (text,) = warn_of_clip(dataclasses.replace(GOOD, level_db=-120.0), over_time=True).values()
        assert "Nothing is to be heard" in text
        assert "answer" not in text

    @pytest.mark.parametrize(
        ("sample_rate", "expected"),
        [(None, ["bandwidth"]), (22050, ["bandwidth"]), (16000, ["bandwidth"]), (8000, [])],
    )
    def test_narrow_matters_to_a_model_that_listens_further(self, sample_rate, expected):
        narrow = dataclasses.replace(GOOD, bandwidth_hz=4000.0)
        assert kinds(narrow, sample_rate=sample_rate) == expected

    @pytest.mark.parametrize(
        ("changes", "number"),
        [
            ({"duration_s": 0.123}, "0.12 s"),
            ({"level_db": -64.4}, "64 dB below"),
            ({"silence": 0.9}, "90% of"),
            ({"clipped": 0.001}, "0.10% of"),
            ({"clipped": 0.25}, "25% of"),
            ({"n_channels": 6}, "6 channels"),
            ({"bandwidth_hz": 3750.0}, "3.8 kHz"),
        ],
    )
    def test_says_what_was_found(self, changes, number):
        (text,) = warn_of_clip(dataclasses.replace(GOOD, **changes)).values()
        assert number in text

    def test_says_what_it_does_and_the_way_out(self):
        bad = dict(duration_s=0.5, silence=0.9, clipped=0.1, n_channels=2, bandwidth_hz=4000.0)
        for text in warn_of_clip(dataclasses.replace(GOOD, level_db=-65.0, **bad)).values():
            assert "answer" in text
            assert len(re.findall(r"\.(?: [A-Z]|$)", text)) >= 3
