"""What is silent, and what is not: physics of levels, and pieces."""

import numpy as np
import pytest

from sersk.audio import Recording
from sersk.exceptions import AudioReadError
from sersk.timeline import Activity, measure_activity

RATE = 8000


def noise(rng, duration_s, level_db):
    return rng.normal(scale=10 ** (level_db / 20), size=round(duration_s * RATE))


def speech(rng, duration_s, level_db, rhythm_hz=4.0):
    """Noise that swings as syllables do."""
    samples = noise(rng, duration_s, level_db)
    return samples * np.abs(np.sin(np.pi * rhythm_hz * np.arange(len(samples)) / RATE)) ** 2


def silent_seconds(signal):
    """Tell of each whole second whether it is silent."""
    seconds = np.arange(len(signal) // RATE)
    return measure_activity(signal.astype(np.float32), RATE).is_silent(seconds, seconds + 1)


def pieces_of(sizes):
    def read(self, sample_rate):
        signal = self.signal(sample_rate)
        start = 0
        while start < len(signal):
            size = sizes[start % len(sizes)]
            yield signal[start : start + size]
            start += size

    return read


class TestLevels:
    @pytest.mark.parametrize("amplitude", [0.001, 0.1, 1.0])
    def test_level_of_a_sine_with_a_constant(self, tone, amplitude):
        signal = 0.3 + tone(400, sample_rate=RATE, amplitude=amplitude)
        levels_db = measure_activity(signal, RATE).levels_db
        assert levels_db == pytest.approx(20 * np.log10(amplitude / np.sqrt(2)), abs=0.05)

    def test_form(self):
        activity = measure_activity(np.ones(RATE + 50, dtype=np.float32), RATE)
        assert activity.frame_s == 0.025
        assert activity.duration_s == 1.00625
        assert len(activity.levels_db) == 41
        assert activity.levels_db.dtype == np.float32

    @pytest.mark.parametrize("sizes", [[1], [199], [200], [201], [7, 1003, 64], [100_000]])
    def test_size_of_the_pieces_does_not_matter(self, sizes, rng, monkeypatch):
        signal = rng.normal(scale=0.1, size=2 * RATE + 77).astype(np.float32)
        expected = measure_activity(signal, RATE)
        monkeypatch.setattr(Recording, "pieces", pieces_of(sizes))
        got = measure_activity(signal, RATE)
        assert np.array_equal(got.levels_db, expected.levels_db)
        assert got.duration_s == expected.duration_s

    def test_file_and_array_agree(self, rng, write_audio):
        signal = rng.normal(scale=0.1, size=RATE).astype(np.float32)
        path = write_audio("a.wav", signal, RATE, subtype="FLOAT")
        assert np.array_equal(
            measure_activity(path).levels_db, measure_activity(signal, RATE).levels_db
        )

    def test_missing_file(self, tmp_path):
        with pytest.raises(AudioReadError, match=r"none\.wav"):
            measure_activity(tmp_path / "none.wav")

    @pytest.mark.parametrize("n_times", [1, 10, 200])
    def test_short_recording(self, n_times):
        activity = measure_activity(np.zeros(n_times, dtype=np.float32), RATE)
        assert activity.share(0.0, activity.duration_s) == 0
        assert activity.is_silent(0.0, activity.duration_s)


class TestShare:
    def test_part_of_a_frame_counts_in_part(self):
        activity = Activity(np.array([-100.0, -10.0, -10.0, -100.0]), 0.025, 0.1)
        assert activity.share(0.0, 0.1) == pytest.approx(0.5)
        assert activity.share(0.0125, 0.0375) == pytest.approx(0.5)
        assert activity.share(np.array([0.0, 0.025]), np.array([0.025, 0.075])).tolist() == [0, 1]

    def test_shorter_last_frame(self):
        activity = Activity(np.array([-100.0, -10.0]), 0.025, 0.03)
        assert activity.share(0.0, 0.03) == pytest.approx(1 / 6)

    def test_tenth_is_enough(self):
        levels_db = np.full(40, -100.0)
        levels_db[:4] = -10.0
        assert not Activity(levels_db, 0.025, 1.0).is_silent(0.0, 1.0)
        levels_db[3] = -100.0
        assert Activity(levels_db, 0.025, 1.0).is_silent(0.0, 1.0)


class TestThreshold:
    @pytest.mark.parametrize("room_db", [None, -95, -80, -60, -45])
    @pytest.mark.parametrize("pause_s", [1, 20])
    def test_pauses_are_silent(self, room_db, pause_s, rng):
        gap = np.zeros(pause_s * RATE)
        signal = np.concatenate([speech(rng, 2, -15), gap, speech(rng, 2, -20), gap])
        if room_db is not None:
            signal += noise(rng, len(signal) / RATE, room_db)
        expected = [False] * 2 + [True] * pause_s + [False] * 2 + [True] * pause_s
        assert silent_seconds(signal).tolist() == expected

    def test_whisper_beside_shouts(self, rng):
        # Levels of the softest and the loudest clips of RAVDESS.
        gap = np.zeros(RATE)
        signal = np.concatenate([speech(rng, 2, -50), gap, speech(rng, 2, -8), gap])
        signal += noise(rng, 6, -75)
        assert silent_seconds(signal).tolist() == [False, False, True] * 2

    @pytest.mark.parametrize("level_db", [-8, -20, -45])
    def test_speech_without_pauses(self, level_db, rng):
        assert not silent_seconds(speech(rng, 10, level_db)).any()

    def test_noise_20_db_below_speech(self, rng):
        signal = np.concatenate([speech(rng, 4, -20), np.zeros(2 * RATE), speech(rng, 4, -20)])
        is_silent = silent_seconds(signal + noise(rng, 10, -40))
        assert is_silent.tolist() == [False] * 4 + [True] * 2 + [False] * 4

    def test_muted_gaps_do_not_hide_the_floor(self, rng):
        # A line that is sometimes cut: half digital silence, a quarter hum, a quarter speech.
        hum = noise(rng, 2, -45)
        signal = np.concatenate([np.zeros(4 * RATE), hum, speech(rng, 2, -15)])
        assert silent_seconds(signal).tolist() == [True] * 6 + [False] * 2

    def test_one_sentence_in_an_hour(self, rng):
        signal = noise(rng, 600, -60)
        signal[RATE : 3 * RATE] += speech(rng, 2, -20)
        assert np.flatnonzero(~silent_seconds(signal)).tolist() == [1, 2]

    def test_tone_is_not_its_own_floor(self, tone):
        assert not silent_seconds(tone(440, duration_s=3, sample_rate=RATE, amplitude=0.1)).any()

    def test_tone_that_swells(self, tone):
        swell = np.repeat([0.1, 0.3], RATE)
        signal = swell * tone(440, duration_s=2, sample_rate=RATE)
        assert not silent_seconds(signal).any()

    @pytest.mark.parametrize("level_db", [None, -100, -75, -60])
    def test_empty_room(self, level_db, rng):
        signal = np.zeros(5 * RATE) if level_db is None else noise(rng, 5, level_db)
        assert silent_seconds(signal).all()

    def test_click_does_not_make_speech(self, rng):
        signal = noise(rng, 5, -60)
        signal[2 * RATE : 2 * RATE + 20] = 0.9
        assert silent_seconds(signal).all()


@pytest.mark.corpus
def test_calm_and_angry_clips_with_pauses(corpora):
    import pandas as pd

    from sersk.audio import read_audio, trim_silence

    table = pd.read_csv(corpora / "ravdess.csv")
    rows = [table[table.Class == name].iloc[:8].Filename for name in ("calm", "angry")]
    parts, is_speech = [], []
    for name in [name for pair in zip(*rows, strict=True) for name in pair]:
        signal, _ = read_audio(corpora / name, sample_rate=RATE)
        signal = trim_silence(signal, top_db=40)[: RATE * (len(signal) // RATE)]
        signal = signal[: RATE * max(1, len(signal) // RATE)]
        if len(signal) < RATE:
            continue
        parts += [signal, np.zeros(2 * RATE)]
        is_speech += [True] * (len(signal) // RATE) + [False] * 2
    signal = np.concatenate(parts)
    assert len(is_speech) == len(signal) // RATE
    is_silent = silent_seconds(signal)
    is_speech = np.array(is_speech)
    assert is_silent[~is_speech].all()
    assert is_silent[is_speech].mean() < 0.1
