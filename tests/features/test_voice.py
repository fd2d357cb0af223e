"""Pitch and rhythm: voices of which both are known."""

import numpy as np
import pytest
from scipy import signal as dsp

from sersk.audio import Recording
from sersk.features import F0, AudioFeatures, Rhythm, VoiceQuality
from sersk.features import _framing as framing_module
from sersk.features import _voice as voice_module
from sersk.features._framing import Clip
from sersk.features._pitch import choose_path
from sersk.features._voice import Voice
from tests.features._extractors import VOICE_EXTRACTORS, every_voice_extractor

RATE = 16000


def track(signal, **params):
    """What is known of the voice in each frame of 10 ms."""
    return F0(**params)._tracker.track(Clip(Recording(np.float32(signal), RATE)))


def describe(extractor, signal):
    """The row of a signal, by name."""
    row = extractor.transform([np.asarray(signal, dtype=np.float32)])[0]
    return dict(zip(extractor.get_feature_names_out(), row, strict=True))


def inner(values):
    """All frames but those that reach beyond the ends."""
    return values[3:-3]


def times_of(duration_s):
    return np.arange(round(duration_s * RATE)) / RATE


# Pitch of each frame


@pytest.mark.parametrize("f0_hz", [70, 90, 110, 150, 200, 260, 330, 420, 480])
def test_pitch_of_a_vowel(vowel, f0_hz):
    voice = track(vowel(f0_hz))
    np.testing.assert_allclose(inner(voice.f0_hz), f0_hz, rtol=5e-3)
    assert inner(voice.is_voiced).all()
    assert (inner(voice.strength) > 0.85).all()


@pytest.mark.parametrize("rate_hz", [3.0, 5.0, 7.0])
def test_vibrato_is_followed(vowel, rate_hz):
    at = times_of(1.0)
    f0_hz = 180 * 2 ** (np.sin(2 * np.pi * rate_hz * at) / 12)
    voice = track(vowel(f0_hz, duration_s=1.0))
    expected = inner(np.interp(np.arange(len(voice.f0_hz)) * 0.01, at, f0_hz))
    # It swings by 6 %; the resonators delay it by some ms.
    np.testing.assert_allclose(inner(voice.f0_hz), expected, rtol=0.013)
    assert np.ptp(inner(12 * np.log2(voice.f0_hz))) == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("f0_hz", [90, 120, 150, 220, 280])
def test_a_missing_fundamental_is_no_octave(vowel, f0_hz):
    high_pass = dsp.butter(8, 300, "highpass", fs=RATE, output="sos")
    voice = track(dsp.sosfiltfilt(high_pass, vowel(f0_hz)))
    assert inner(voice.is_voiced).all()
    np.testing.assert_allclose(inner(voice.f0_hz), f0_hz, rtol=5e-3)


@pytest.mark.parametrize("offset", [-0.3, 0.3])
def test_a_constant_beside_the_voice_is_no_period(vowel, offset):
    voice = track(vowel(150) + offset)
    np.testing.assert_allclose(inner(voice.f0_hz), 150, rtol=5e-3)
    assert (inner(voice.strength) > 0.9).all()


@pytest.mark.parametrize("fmin", [60.0, 120.0])
@pytest.mark.parametrize("fmax", [250.0, 500.0])
def test_pitch_is_looked_for_in_the_range(vowel, fmin, fmax):
    voice = track(vowel(200), fmin=fmin, fmax=fmax)
    np.testing.assert_allclose(inner(voice.f0_hz), 200, rtol=5e-3)
    # Half a lag beyond the edge, where the parabola may lead.
    for signal in (vowel(90), vowel(300), np.random.default_rng(0).normal(size=8000)):
        found = track(signal, fmin=fmin, fmax=fmax).f0_hz
        assert found.min() > 0.98 * fmin
        assert found.max() < 1.03 * fmax


@pytest.mark.parametrize("seed", range(4))
def test_noise_has_no_voice(seed):
    noise = np.random.default_rng(seed).normal(scale=0.1, size=RATE)
    voice = track(noise)
    assert not voice.is_voiced.any()
    assert np.median(voice.strength) < 0.2


def test_a_constant_under_noise_hardly_makes_it_periodic(rng):
    """What the window spreads of it into the bins beside 0 Hz is left, and no more."""
    voice = track(rng.normal(scale=0.1, size=RATE) + 0.1)
    assert np.median(voice.strength) < 0.5
    assert voice.is_voiced.mean() < 0.5


@pytest.mark.parametrize("level", [0.0, 0.25])
def test_silence_and_constants_have_no_voice(level):
    voice = track(np.full(RATE, level))
    assert not voice.is_voiced.any()
    assert describe(Rhythm(), np.full(RATE, level))["voiced_share"] == 0


def test_a_pause_is_not_voiced_however_periodic(vowel):
    signal = vowel(150)
    signal[4800:] *= 10 ** (-35 / 20)
    voice = track(signal)
    np.testing.assert_array_equal(voice.is_voiced[3:28], True)
    np.testing.assert_array_equal(voice.is_voiced[33:], False)
    assert (voice.strength[33:-3] > 0.9).all()
    np.testing.assert_allclose(voice.level_db[[10, 45]], [0, -35], atol=2)


@pytest.mark.parametrize("threshold", [0.3, 0.6, 0.9])
def test_voicing_threshold(vowel, rng, threshold):
    signal = vowel(150) + rng.normal(scale=0.05, size=9600) * np.linspace(0, 9, 9600)
    voice = track(signal, voicing_threshold=threshold)
    np.testing.assert_array_equal(voice.is_voiced, voice.strength > threshold)
    assert 0 < voice.is_voiced.sum() < len(voice.is_voiced)


def test_without_a_voice_the_loudest_third_is_judged(rng):
    noise = rng.normal(scale=0.1, size=RATE)
    noise[4000:9000] *= 3
    judged = np.flatnonzero(track(noise).is_judged)
    assert len(judged) == 33
    assert 24 <= judged.min() < judged.max() <= 57


# The path through the candidates


def candidates(*columns, strengths):
    pitches_hz = np.stack([np.broadcast_to(column, 9) for column in columns], axis=1)
    return pitches_hz.astype(np.float32), np.tile(np.float32(strengths), (9, 1))


def test_the_path_keeps_to_its_track_where_an_octave_looks_better():
    pitches_hz, strengths = candidates(200.0, 100.0, 400.0, strengths=[0.9, 0.8, 0.1])
    pitches_hz[4] = [100.0, 200.0, 400.0]
    chosen = choose_path(pitches_hz, strengths)
    np.testing.assert_array_equal(pitches_hz[np.arange(9), chosen], 200)
    # First or last, it has one neighbour only; that is enough.
    for odd in (0, 8):
        pitches_hz, strengths = candidates(200.0, 100.0, 400.0, strengths=[0.9, 0.8, 0.1])
        pitches_hz[odd] = [100.0, 200.0, 400.0]
        chosen = choose_path(pitches_hz, strengths)
        np.testing.assert_array_equal(pitches_hz[np.arange(9), chosen], 200)


def test_a_lasting_change_is_believed():
    pitches_hz, strengths = candidates(200.0, 100.0, 400.0, strengths=[0.9, 0.5, 0.1])
    pitches_hz[4:] = [100.0, 200.0, 400.0]
    np.testing.assert_array_equal(choose_path(pitches_hz, strengths), 0)


def test_a_jump_beside_an_aperiodic_frame_is_free():
    pitches_hz, strengths = candidates(200.0, 100.0, 400.0, strengths=[0.9, 0.8, 0.1])
    pitches_hz[4:] = [100.0, 200.0, 400.0]
    np.testing.assert_array_equal(choose_path(pitches_hz, strengths), [0] * 4 + [1] * 5)
    strengths[4] = [0.02, 0.01, 0]
    chosen = choose_path(pitches_hz, strengths)
    np.testing.assert_array_equal(np.delete(chosen, 4), 0)


def test_the_path_is_the_best_of_all(rng):
    """Against every path through five frames."""
    for _ in range(20):
        pitches_hz = 2 ** rng.uniform(6, 9, size=(5, 3))
        strengths = -np.sort(-rng.uniform(size=(5, 3)), axis=1)
        paths = np.stack(np.meshgrid(*[range(3)] * 5, indexing="ij"), axis=-1).reshape(-1, 5)
        octaves = np.log2(pitches_hz)[np.arange(5), paths]
        weight = np.minimum(strengths[1:, 0], strengths[:-1, 0])
        merit = (strengths[np.arange(5), paths] + 0.02 * octaves).sum(axis=1)
        merit -= (weight * np.abs(np.diff(octaves, axis=1))).sum(axis=1)
        np.testing.assert_array_equal(choose_path(pitches_hz, strengths), paths[merit.argmax()])


# F0


@pytest.mark.parametrize("semitones_per_s", [-12.0, 4.0, 10.0])
def test_course_of_a_glide(vowel, semitones_per_s):
    f0_hz = 150 * 2 ** (semitones_per_s * times_of(0.8) / 12)
    row = describe(F0(functionals=("mean", "range")), vowel(f0_hz, duration_s=0.8))
    expected = 12 * np.log2(150 / 27.5) + 0.4 * semitones_per_s
    assert row["f0_mean"] == pytest.approx(expected, abs=0.1)
    assert row["f0_run_slope_mean"] == pytest.approx(semitones_per_s, rel=0.03)
    assert row["f0_run_slope_absmean"] == pytest.approx(abs(semitones_per_s), rel=0.03)
    assert row["f0_run_slope_std"] == 0
    assert row["f0_run_range_max"] == pytest.approx(0.8 * abs(semitones_per_s), rel=0.06)
    assert row["f0_run_range_mean"] == row["f0_run_range_max"] == row["f0_range"]
    assert row["f0_step_absmean"] == pytest.approx(abs(semitones_per_s) / 100, rel=0.05)
    assert row["f0_step_rising"] == pytest.approx(float(semitones_per_s > 0), abs=0.05)


def test_each_stretch_of_voice_has_its_course():
    """Three stretches, the last too short to have one."""
    pitch = np.zeros(40)
    pitch[2:12] = 30 + 0.2 * np.arange(10)
    pitch[15:35] = 40 - 0.1 * np.arange(20)
    pitch[36:39] = [30, 33, 39]
    voice = _make_voice(pitch)
    # What is found beside them counts for nothing.
    voice.f0_hz[[1, 14, 35]] = 27.5 * 2 ** (np.array([31, 41, 31]) / 12)
    row = _describe(F0(functionals=("mean",)), voice)
    slopes, ranges = np.array([20, -10]), np.array([1.8, 1.9])
    names = ("slope_mean", "slope_std", "slope_absmean", "range_mean", "range_max", "range_std")
    found = [row[f"f0_run_{name}"] for name in names]
    expected = [5, 15, 15, ranges.mean(), 1.9, ranges.std()]
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert slopes.std() == 15
    # Steps within the stretches; that of six semitones is none, those across gaps neither.
    steps = np.array([0.2] * 9 + [-0.1] * 19 + [3])
    found = [row[f"f0_step_{name}"] for name in ("absmean", "std", "absmax", "rising")]
    expected = [np.abs(steps).mean(), steps.std(), 3, 10 / 29]
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    judged = pitch[pitch > 0]
    assert row["f0_mean"] == pytest.approx(judged.mean(), rel=1e-6)


def _make_voice(pitch, level_db=None):
    """A voice of known semitones; 0 where it is not voiced."""
    f0_hz = 27.5 * 2 ** (pitch / 12)
    level_db = np.zeros(len(pitch)) if level_db is None else level_db
    return Voice(f0_hz, np.full(len(pitch), 0.8), pitch > 0, level_db)


def _describe(extractor, voice):
    row = extractor._describe_voice(None, voice)
    return dict(zip(extractor.get_feature_names_out(), row, strict=True))


# Rhythm


def test_rhythm_of_a_known_voice():
    """Frames of 10 ms: 12 of pause, 30 voiced, 8 not, 20 voiced, 5 not, 25 voiced."""
    is_voiced = np.repeat([False, True, False, True, False, True], [12, 30, 8, 20, 5, 25])
    level_db = np.where(is_voiced, 0.0, -20.0)
    level_db[:12] = -60
    found = _describe(Rhythm(), _make_voice(40.0 * is_voiced, level_db))
    lengths, gaps = np.array([0.30, 0.20, 0.25]), np.array([0.08, 0.05])
    expected = {
        "voiced_share": 0.75,
        "voiced_rate": 3.0,
        "voiced_length_mean": 0.25,
        "voiced_length_std": lengths.std(),
        "voiced_length_max": 0.30,
        "gap_length_mean": 0.065,
        "gap_length_std": gaps.std(),
        "gap_length_max": 0.08,
        "pause_share": 0.12,
        "peak_rate": 3.0,
        "duration": 1.0,
    }
    assert found == pytest.approx(expected)


def test_rhythm_of_a_vowel_with_pauses(vowel):
    """Four times 0.3 s of voice, 0.2 s of silence between and around."""
    at = times_of(2.2)
    is_on = (at % 0.5 >= 0.2) & (at % 0.5 < 0.5)
    row = describe(Rhythm(), vowel(140, duration_s=2.2) * is_on)
    assert row["duration"] == pytest.approx(2.21)
    assert row["voiced_rate"] * row["duration"] == pytest.approx(4)
    assert row["peak_rate"] * row["duration"] == pytest.approx(4)
    assert row["voiced_length_mean"] == pytest.approx(0.3, abs=0.02)
    assert row["voiced_length_std"] < 0.011
    assert row["gap_length_mean"] == pytest.approx(0.2, abs=0.02)
    assert row["gap_length_max"] == pytest.approx(0.2, abs=0.03)
    assert row["voiced_share"] == pytest.approx(1.2 / 2.2, abs=0.04)
    # The window reaches 20 ms into each pause at both ends, and hears there.
    assert 1.0 / 2.2 - 8 * 0.02 / 2.2 < row["pause_share"] < 1.0 / 2.2


@pytest.mark.parametrize("n_silent", [0, 3200])
@pytest.mark.parametrize("n_syllables", [1, 2, 5])
def test_peaks_are_syllables(vowel, n_syllables, n_silent):
    at = times_of(1.0)
    swell = 0.15 + np.sin(np.pi * n_syllables * at) ** 2
    row = describe(Rhythm(), np.pad(vowel(140, duration_s=1.0) * swell, n_silent))
    assert row["peak_rate"] * row["duration"] == pytest.approx(n_syllables)


@pytest.mark.parametrize("level", [0.0, 0.1])
def test_a_steady_level_is_one_peak(tone, level):
    """However rounding makes it waver."""
    row = describe(Rhythm(), tone(100, sample_rate=RATE, amplitude=level))
    assert row["peak_rate"] * row["duration"] == pytest.approx(1)


def test_a_dip_of_little_depth_parts_no_peaks():
    level_db = np.zeros(60)
    pitch = np.full(60, 40.0)
    for depth_db, n_peaks in ((2.0, 1), (4.0, 2)):
        level_db[25:35] = -depth_db
        row = _describe(Rhythm(), _make_voice(pitch, level_db))
        assert row["peak_rate"] * row["duration"] == pytest.approx(n_peaks)


# All of them


@pytest.fixture
def speech(vowel, rng):
    """Three seconds of syllables that rise and fall, in a little noise."""
    at = times_of(3.0)
    f0_hz = 150 * 2 ** (np.sin(2 * np.pi * 0.8 * at) / 3)
    signal = vowel(f0_hz, duration_s=3.0) * np.maximum(0, np.sin(2 * np.pi * 1.7 * at))
    return (signal + rng.normal(scale=0.002, size=len(at))).astype(np.float32)


@every_voice_extractor
@pytest.mark.parametrize("block_length", [7, 16, 100])
def test_rows_do_not_depend_on_blocks(monkeypatch, speech, extractor, block_length):
    (whole,) = extractor.transform([speech])
    monkeypatch.setattr(framing_module, "BLOCK_LENGTH", block_length)
    (row,) = extractor.transform([speech])
    np.testing.assert_allclose(row, whole, rtol=1e-5, atol=1e-5)


@every_voice_extractor
@pytest.mark.parametrize("gain", [1e-4, 0.01, 0.37, 2.0])
def test_gain_changes_nothing(speech, extractor, gain):
    rows = extractor.transform([speech, np.float32(gain) * speech])
    np.testing.assert_allclose(rows[1], rows[0], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("file_rate", [22050, 48000])
def test_files_of_any_rate(vowel, write_audio, file_rate):
    path = write_audio("a.wav", vowel(150, sample_rate=file_rate), file_rate)
    row = describe_file(F0(functionals=("median",)), path)
    assert 27.5 * 2 ** (row["f0_median"] / 12) == pytest.approx(150, rel=5e-3)
    assert describe_file(Rhythm(), path)["duration"] == pytest.approx(0.61)


def describe_file(extractor, path):
    (row,) = extractor.transform([path])
    return dict(zip(extractor.get_feature_names_out(), row, strict=True))


def test_a_union_looks_for_the_voice_once(count, speech):
    parts = [(type(e).__name__, e) for e in VOICE_EXTRACTORS]
    alone = np.hstack([e.transform([speech]) for e in VOICE_EXTRACTORS])
    calls = count(voice_module, "choose_path")
    together = AudioFeatures(parts).fit_transform([speech])
    np.testing.assert_array_equal(together, alone)
    assert len(calls) == 1
    # Asked for in another range, the voice is another one.
    other = AudioFeatures([*parts, ("low", Rhythm(fmax=300.0))], verbose_feature_names_out=True)
    other.fit_transform([speech])
    assert len(calls) == 3


WRONG = [
    (F0(functionals=None), r"'functionals' parameter of F0 must be an instance of .* Got None"),
    (F0(functionals=()), r"parameter of F0 must be different names out of mean, .* Got \(\)"),
    (VoiceQuality(functionals=["mode"]), r"VoiceQuality must be different names .*\['mode'\]"),
    (F0(fmin=500.0, fmax=60.0), r"fmin < fmax <= sample_rate / 4 = 4000\.0\. Got fmin=500\.0"),
    (Rhythm(fmax=4001.0), r"parameters of Rhythm must satisfy .* fmax=4001\.0 instead"),
    (
        F0(fmin=25.0, n_fft=2048),
        r"must exceed the longest period, 642 samples at fmin=25\.0.*Raise fmin",
    ),
    (F0(win_length=800), r"leave as much of n_fft=1024 over\. Got 800 instead"),
    (F0(voicing_threshold=2), r"'voicing_threshold' parameter of F0 must be a float in the range"),
    (VoiceQuality(sample_rate=8000), r"range \[10000, inf\), since formants .* Got 8000"),
]


@pytest.mark.parametrize(("extractor", "message"), WRONG)
def test_wrong_parameters_are_explained(extractor, message):
    for call in (extractor.fit, extractor.transform, lambda X: extractor.get_feature_names_out()):
        with pytest.raises(ValueError, match=message):
            call([np.zeros(4096, dtype=np.float32)])
