import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import freqz, welch
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import sersk.datasets
from sersk.datasets import make_emotional_speech
from sersk.utils import _synthesis as synthesis

SAMPLE_RATE = 16000


@pytest.fixture(scope="module")
def speech():
    return make_emotional_speech(n_speakers=5, n_clips_per_class=4, random_state=0)


@pytest.fixture
def voice(rng):
    return replace(synthesis.draw_voice(1, rng), f0_hz=120.0, formant_scale=1.0)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def _frames(signal, sample_rate, length_s=0.04, hop_s=0.01):
    length, hop = round(length_s * sample_rate), round(hop_s * sample_rate)
    return np.lib.stride_tricks.sliding_window_view(signal, length)[::hop].astype(float)


def _autocorrelation(frames):
    power = np.abs(np.fft.rfft(frames, 2 * frames.shape[-1])) ** 2
    correlation = np.fft.irfft(power)[..., : frames.shape[-1] // 2]
    return correlation / correlation[..., :1]


def _f0_hz(signal, sample_rate=SAMPLE_RATE):
    """F0 of the voiced frames: the peak of the autocorrelation, freed of the window's own."""
    frames = _frames(signal, sample_rate)
    loud = frames.std(axis=1) > 0.3 * frames.std(axis=1).max()
    window = np.hanning(frames.shape[1])
    frames = (frames - frames.mean(axis=1, keepdims=True)) * window
    shortest, longest = sample_rate // 450, sample_rate // 65
    correlation = (_autocorrelation(frames) / _autocorrelation(window))[:, shortest:longest]
    lags = np.arange(shortest, longest)
    # A small price on long lags: twice the period fits as well as the period.
    lag = lags[(correlation - 0.05 * np.log2(lags)).argmax(axis=1)]
    return sample_rate / lag[loud & (correlation.max(axis=1) > 0.6)]


def _level_db(signal):
    return 10 * np.log10(np.mean(signal.astype(float) ** 2))


# The physics of the parts


def test_glottis_opens_f0_times_a_second_and_closes(rng):
    prosody = replace(synthesis.NEUTRAL, jitter=0.0)
    flow = synthesis._glottal_flow(np.full(32000, 100.0), prosody, 32000, rng)
    opens = (flow[:-1] == 0) & (flow[1:] > 0)
    assert opens.sum() == pytest.approx(100, abs=1)
    assert flow.min() == 0
    assert flow.max() == pytest.approx(1, abs=1e-3)


def test_jitter_varies_the_periods(rng):
    def spread_of_periods(jitter):
        prosody = replace(synthesis.NEUTRAL, jitter=jitter)
        flow = synthesis._glottal_flow(np.full(64000, 100.0), prosody, 32000, rng)
        return np.diff(np.flatnonzero((flow[:-1] == 0) & (flow[1:] > 0))).std() / 320

    # Jitter is dealt out by the unperturbed cycle, so a period may straddle two values.
    assert 0.012 < spread_of_periods(0.02) < 0.025
    assert spread_of_periods(0.0) < 0.005


@pytest.mark.parametrize("loss_db", [0.5, 9.0, 25.0])
def test_tilt_loses_what_it_is_told_at_3_khz(loss_db):
    impulse = np.zeros(4096)
    impulse[0] = 1
    response = synthesis._tilt(impulse, loss_db, SAMPLE_RATE)
    _, gain = freqz(response, worN=[0, 3000], fs=SAMPLE_RATE)
    assert_allclose(20 * np.log10(np.abs(gain)), [0, -loss_db], atol=1e-6)


def test_moving_resonator_does_not_click():
    # A resonator passes 0 Hz unchanged wherever its centre is: any ripple is a click.
    centre_hz = np.tile([300.0, 800.0, 2500.0], 20)
    n_times = 128 * len(centre_hz)
    out = synthesis._resonate(np.ones(n_times), centre_hz, 500.0, SAMPLE_RATE)
    assert_allclose(out[1024:], 1, atol=1e-4)


def test_vocal_tract_peaks_at_its_formants(rng):
    formants_hz = np.array([700.0, 1200.0, 2500.0, 3500.0])
    noise = rng.normal(size=128 * 500)
    out = synthesis._vocal_tract(noise, np.tile(formants_hz, (500, 1)), 1.0, SAMPLE_RATE)
    frequency_hz, power = welch(out, SAMPLE_RATE, nperseg=512)
    for formant_hz in formants_hz:
        near = np.abs(frequency_hz - formant_hz) < 250
        assert frequency_hz[near][power[near].argmax()] == pytest.approx(formant_hz, abs=70)


@pytest.mark.parametrize("sample_rate", [8000, 11025, 16000, 22050, 48000])
def test_f0_is_where_it_was_put(voice, rng, sample_rate):
    clips = [synthesis.speak(voice, "neutral", 1.5, sample_rate, rng) for _ in range(8)]
    f0_hz = np.median([np.median(_f0_hz(clip, sample_rate)) for clip in clips])
    assert 12 * np.log2(f0_hz / 120) == pytest.approx(0, abs=1)


def test_f0_follows_its_track(voice, rng):
    prosody = replace(synthesis.NEUTRAL, slope_st=-6.0, jitter=0.0, pause=0.0)
    tracks = synthesis._draw_tracks(voice, prosody, 1.5, rng)
    tracks = replace(tracks, voicing=np.ones_like(tracks.voicing))
    signal = synthesis._articulate(voice, prosody, tracks, SAMPLE_RATE, rng)
    found = _f0_hz(signal)
    assert_allclose(
        12 * np.log2(np.median(found[:10]) / np.median(tracks.f0_hz[:14])), 0, atol=0.7
    )
    assert np.median(found[:10]) > 1.2 * np.median(found[-10:])


def test_vowels_are_louder_than_the_room_and_low_in_frequency(speech):
    X, y, _ = speech
    for signal in [x for x, label in zip(X, y, strict=True) if label == "neutral"]:
        frames = _frames(signal, SAMPLE_RATE)
        rms = frames.std(axis=1)
        assert rms.max() > 10 * rms.min()
        power = np.abs(np.fft.rfft(frames[rms.argmax()] * np.hanning(frames.shape[1]))) ** 2
        frequency_hz = np.fft.rfftfreq(frames.shape[1], 1 / SAMPLE_RATE)
        assert power[frequency_hz < 1500].sum() > 0.7 * power.sum()


# The emotions


def test_anger_is_louder_higher_and_faster_than_sadness(speech):
    X, y, groups = speech

    def mean(measure, label, speaker):
        return np.mean([measure(X[i]) for i in np.flatnonzero((y == label) & (groups == speaker))])

    for speaker in np.unique(groups):
        for measure, margin in [(_level_db, 4.0), (_pitch_st, 2.0)]:
            difference = mean(measure, "anger", speaker) - mean(measure, "sadness", speaker)
            assert difference > margin, (speaker, measure)
        assert mean(len, "anger", speaker) < mean(len, "sadness", speaker)


def _pitch_st(signal):
    return 12 * np.median(np.log2(_f0_hz(signal)))


def test_speakers_sound_different(speech):
    X, y, groups = speech
    neutral = y == "neutral"
    pitch = {
        speaker: np.median(
            [_pitch_st(X[i]) for i in np.flatnonzero(neutral & (groups == speaker))]
        )
        for speaker in np.unique(groups)
    }
    assert pitch["S01"] - pitch["S02"] > 4  # a woman and a man
    assert len(set(pitch.values())) == len(pitch)


def _features(signal):
    """Mean and spread of log band energies and of F0."""
    power = np.abs(np.fft.rfft(_frames(signal, SAMPLE_RATE) * np.hanning(640))) ** 2
    edges = np.geomspace(4, power.shape[1] - 1, 17).astype(int)
    bands = np.log(np.add.reduceat(power, edges[:-1], axis=1) + 1e-8)
    pitch = 12 * np.log2(_f0_hz(signal))
    return np.r_[bands.mean(0), bands.std(0), pitch.mean(), pitch.std(), len(signal)]


def test_emotion_is_learnable_across_speakers_but_not_perfectly(speech):
    X, y, groups = speech
    features = np.array([_features(signal) for signal in X])
    classifier = make_pipeline(StandardScaler(), SVC(C=10))

    def uar(labels):
        predicted = cross_val_predict(
            classifier, features, labels, groups=groups, cv=LeaveOneGroupOut()
        )
        return balanced_accuracy_score(labels, predicted)

    assert 0.5 < uar(y) < 0.95
    assert uar(np.random.default_rng(0).permutation(y)) < 0.4


# The promises of the function


def test_shapes_order_and_types(speech):
    X, y, groups = speech
    assert len(X) == len(y) == len(groups) == 5 * 4 * 4
    assert_array_equal(y[:16:4], ["anger", "happiness", "neutral", "sadness"])
    assert_array_equal(groups[::16], ["S01", "S02", "S03", "S04", "S05"])
    assert y.dtype.kind == groups.dtype.kind == "U"
    for signal in X:
        assert signal.dtype == np.float32
        assert signal.ndim == 1
        assert np.isfinite(signal).all()
        assert np.abs(signal).max() <= 1


def test_lengths_differ_around_the_duration(speech):
    lengths_s = np.array([len(signal) for signal in speech[0]]) / SAMPLE_RATE
    assert len(np.unique(lengths_s)) > 0.9 * len(lengths_s)
    assert np.mean(lengths_s) == pytest.approx(1.5, abs=0.2)


@pytest.mark.parametrize("label", sorted(synthesis.EMOTIONS))
def test_every_class_can_be_made(label):
    X, y, _ = make_emotional_speech(1, 2, classes=[label])
    assert_array_equal(y, [label, label])
    assert all(np.isfinite(signal).all() and signal.std() > 1e-3 for signal in X)


@pytest.mark.parametrize("duration_s", [0.2, 0.5, 4.0])
@pytest.mark.parametrize("sample_rate", [8000, 44100])
def test_short_and_long_clips_at_other_rates(duration_s, sample_rate):
    X, _, _ = make_emotional_speech(1, 2, sample_rate=sample_rate, duration_s=duration_s)
    lengths_s = np.array([len(signal) for signal in X]) / sample_rate
    assert 0.6 * duration_s < np.mean(lengths_s) < 1.7 * duration_s
    assert all(np.isfinite(signal).all() for signal in X)


def test_same_seed_same_samples():
    first, second = (make_emotional_speech(2, 1, random_state=7)[0] for _ in range(2))
    for a, b in zip(first, second, strict=True):
        assert_array_equal(a, b)


def test_other_seed_other_samples():
    X, _, _ = make_emotional_speech(1, 1, classes=["fear"], random_state=0)
    other, _, _ = make_emotional_speech(1, 1, classes=["fear"], random_state=1)
    assert not np.array_equal(X[0], other[0])


def test_global_generator_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    make_emotional_speech(1, 1)
    assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_more_speakers_clips_and_classes_change_no_earlier_clip():
    few, few_y, few_groups = make_emotional_speech(2, 1, classes=["sadness", "anger"])
    many, many_y, many_groups = make_emotional_speech(
        3, 2, classes=["anger", "fear", "sadness", "neutral"]
    )
    for signal, label, speaker in zip(few, few_y, few_groups, strict=True):
        same = many[np.flatnonzero((many_y == label) & (many_groups == speaker))[0]]
        assert_array_equal(signal, same)


def test_no_two_clips_are_the_same(speech):
    assert len({signal.tobytes() for signal in speech[0]}) == len(speech[0])


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"n_speakers": 0}, r"'n_speakers' .* must be an int in the range \[1, inf\). Got 0"),
        ({"n_clips_per_class": 1.5}, r"'n_clips_per_class' .* must be an int .* Got 1.5"),
        ({"sample_rate": 4000}, r"'sample_rate' .* in the range \[8000, 48000\]. Got 4000"),
        ({"duration_s": 0.1}, r"'duration_s' .* in the range \[0.2, inf\). Got 0.1"),
        ({"random_state": "x"}, "'random_state' parameter of make_emotional_speech must be"),
        ({"classes": "anger"}, "'classes' parameter of make_emotional_speech must be"),
        ({"classes": ["anger", "joy"]}, "no class 'joy'. The classes are: anger, disgust, fear"),
        ({"classes": []}, r"must be different names, at least one. Got \[\]"),
        ({"classes": ["fear", "fear"]}, r"different names.*Got \['fear', 'fear'\]"),
    ],
)
def test_bad_parameters_are_named(params, message):
    with pytest.raises(ValueError, match=message):
        make_emotional_speech(**params)


# The package


def test_package_imports_numpy_only_when_asked():
    code = "import sersk.datasets, sys; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_package_lists_its_names():
    assert "make_emotional_speech" in dir(sersk.datasets)
    with pytest.raises(AttributeError, match=r"'sersk.datasets' has no attribute 'make_noise'"):
        _ = sersk.datasets.make_noise
