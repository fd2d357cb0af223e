"""explain: the same clip as predict hears, and explanations whose truth is known."""

import warnings
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.datasets import make_emotional_speech
from sersk.exceptions import AudioReadError, ClipWarning, ExplanationError
from sersk.explanation import describe_explanation
from sersk.features import MFCC, RMS, AudioFeatures, ZeroCrossingRate
from sersk.guards import NoveltyGuard
from sersk.model_selection import fit_with_groups
from sersk.preprocessing import BlockScaler
from sersk.workflows import explain, predict

RATE = 16000
CLASSES = ("anger", "neutral")
# Many of the clips are shorter than a model likes them.
pytestmark = pytest.mark.filterwarnings("ignore::sersk.exceptions.ClipWarning")


def make_features(**how):
    parts = [("mfcc", MFCC(n_mfcc=13, sample_rate=RATE)), ("rms", RMS(sample_rate=RATE))]
    return AudioFeatures(parts, **how)


@pytest.fixture(scope="module")
def speech():
    """Signals, emotions, speakers."""
    return make_emotional_speech(8, 3, classes=CLASSES, duration_s=0.8, random_state=3)


@pytest.fixture(scope="module")
def model(speech):
    """Fitted to the speech, with calibrated probabilities."""
    return _fit(speech, speech[1])


def _fit(speech, labels):
    signals, _, speakers = speech
    features = make_features(trim_db=40.0)
    classifier = SpeakerCalibratedClassifier(LogisticRegression(), random_state=0)
    rows = features.fit(signals).transform(signals)
    judge = make_pipeline(StandardScaler(), classifier)
    fit_with_groups(judge, rows, labels, speakers)
    return Pipeline([("features", features), *judge.steps])


@pytest.fixture(scope="module")
def parts():
    """An angry and two neutral clips of a speaker that nobody was fitted to."""
    signals, emotions, _ = make_emotional_speech(
        1, 2, classes=CLASSES, duration_s=0.8, random_state=77
    )
    angry, neutral = ([signals[i] for i in np.flatnonzero(emotions == name)] for name in CLASSES)
    return angry[0][: int(0.6 * RATE)], *neutral


@pytest.fixture
def planted(parts, write_audio):
    """Neutral speech with an angry part; the file, and where that part begins and ends."""
    angry, before, after = parts
    path = write_audio("planted.wav", np.concatenate([before, angry, after]), RATE)
    return str(path), len(before) / RATE, (len(before) + len(angry)) / RATE


def fit_given(speech, features, classifier):
    signals, labels, _ = speech
    return make_pipeline(features, BlockScaler(None), classifier).fit(signals, labels)


class Threshold(ClassifierMixin, BaseEstimator):
    """Looks at some columns alone."""

    def __init__(self, columns):
        self.columns = columns

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.model_ = GaussianNB().fit(X[:, self.columns], y)
        return self

    def predict_proba(self, X):
        return self.model_.predict_proba(X[:, self.columns])


# Guards have their say about clips with two channels, or so short.
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"trim_db": 30.0},
        {"offset_s": 0.2, "duration_s": 0.7, "trim_db": 40.0},
    ],
)
@pytest.mark.parametrize("rate", [16000, 22050, 44100])
def test_untouched_clip_has_the_probability_that_predict_gives(
    speech, parts, write_audio, how, rate
):
    parts_ = [("zcr", ZeroCrossingRate(sample_rate=8000)), ("rms", RMS(sample_rate=RATE))]
    features = AudioFeatures(parts_, sample_rate=RATE, **how)
    model = fit_given(speech, features, GaussianNB())
    signal = np.concatenate([np.zeros(3000), parts[0], np.zeros(5000)])
    path = str(write_audio("clip.flac", np.stack([signal, 0.5 * signal], axis=1), rate))
    explanation = explain(model, path)
    row = predict(model, [path]).iloc[0]
    assert_array_equal(explanation.probabilities, row[list(CLASSES)].astype(float))
    assert explanation.label == row.Class


def test_lone_extractor(speech, planted):
    model = fit_given(speech, MFCC(n_mfcc=4, sample_rate=8000), GaussianNB())
    explanation = explain(model, planted[0])
    expected = model.predict_proba([planted[0]])[0]
    assert_array_equal(explanation.probabilities, expected)
    assert explanation.reason == "The model's features are all of one kind."


def test_model_is_left_as_it_is(model, planted):
    before = model[0].get_params()
    explain(model, planted[0], offset_s=0.3)
    assert model[0].get_params() == before


@pytest.mark.parametrize("removal", ["cut", "silence"])
def test_planted_part_is_named(model, planted, removal):
    path, start_s, stop_s = planted
    explanation = explain(model, path, label="anger", removal=removal, window_s=0.4)
    middle = explanation.stretches[explanation.most_important].mean()
    assert start_s < middle < stop_s
    assert explanation.stretch_changes[explanation.most_important] < -0.1
    assert explanation.stands_out
    # To the other class it is as much of an obstacle.
    other = explain(model, path, label="neutral", removal=removal, window_s=0.4)
    assert other.most_important == explanation.most_important
    assert_allclose(other.stretch_changes, -explanation.stretch_changes, atol=1e-9)


def test_model_of_shuffled_labels_explains_next_to_nothing(speech, model, planted):
    labels = np.random.default_rng(1).permutation(speech[1])
    random = explain(_fit(speech, labels), planted[0])
    real = explain(model, planted[0], label="anger")
    changes = [np.abs(e.stretch_changes).max() for e in (random, real)]
    assert changes[0] < 0.2 * changes[1]
    assert not random.stands_out
    assert "No stretch stands out" in " ".join(describe_explanation(random))


def test_constant_model_has_no_effects_at_all(speech, planted):
    model = fit_given(speech, make_features(), DummyClassifier())
    explanation = explain(model, planted[0])
    assert len(explanation.stretches) > 5
    assert not explanation.stretch_changes.any()
    # A single block is none: its extractors stand in for it.
    assert explanation.blocks == ["mfcc", "rms"]
    assert not explanation.block_changes.any()


def test_block_that_is_ignored_has_no_effect(speech, planted):
    # Twice the number of coefficients, then the two of the level.
    model = fit_given(speech, make_features(), Threshold(range(26, 28)))
    model[1].blocks = [("mfcc", 26), ("level", 2)]
    explanation = explain(model, planted[0])
    assert explanation.blocks == ["mfcc", "level"]
    assert explanation.block_changes[0] == 0
    # With all that it looks at as on average, it says what it says of the average.
    rows = model[0].transform(speech[0]).mean(axis=0, keepdims=True)
    expected = model[1:].predict_proba(rows)[0]
    assert_allclose(explanation.without_blocks[1], expected, atol=1e-5)


def test_extractors_are_the_blocks_of_a_model_without(model, planted):
    explanation = explain(model, planted[0])
    assert explanation.blocks == ["mfcc", "rms"]
    # Its own row for a background changes nothing.
    row = model[0].transform([planted[0]])[0]
    same = explain(model, planted[0], background=row)
    assert not same.block_changes.any()


def test_model_that_knows_no_average(speech, planted):
    signals, labels, _ = speech
    model = make_pipeline(make_features(), GaussianNB()).fit(signals, labels)
    explanation = explain(model, planted[0])
    assert explanation.blocks == []
    assert "does not know the average" in explanation.reason
    assert len(explanation.stretches) > 5


def test_guard_knows_the_average(speech, planted):
    signals, labels, _ = speech
    model = make_pipeline(make_features(), NoveltyGuard(), GaussianNB()).fit(signals, labels)
    explanation = explain(model, planted[0])
    assert explanation.blocks == ["mfcc", "rms"]
    assert explanation.block_changes.any()


def test_guards_are_asked_of_what_is_explained(speech, parts, write_audio):
    signals, labels, _ = speech
    model = make_pipeline(make_features(), NoveltyGuard(), GaussianNB()).fit(signals, labels)
    clipped, clean = np.clip(20 * parts[0], -0.9, 0.9), parts[1]
    hiss = 0.3 * np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
    path = write_audio("three.wav", np.concatenate([clipped, clean, clean, hiss]), RATE)
    edges_s = np.cumsum([0, len(clipped), 2 * len(clean), len(hiss)]) / RATE
    found = []
    for start_s, stop_s in pairwise(edges_s.tolist()):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ClipWarning)
            explanation = explain(model, path, offset_s=start_s, duration_s=stop_s - start_s)
        said = [str(warning.message) for warning in caught]
        sentences = explanation.warnings.values()
        assert said == ([f"{path}: {' '.join(sentences)}"] if sentences else [])
        assert explanation.to_dict()["warnings"] == explanation.warnings
        found.append(set(explanation.warnings))
    assert "clipping" in found[0]
    assert found[1:] == [set(), {"novelty"}]


def test_silence_that_is_trimmed_has_no_stretches(model, parts, write_audio):
    angry, neutral, _ = parts
    silence = np.zeros(RATE, dtype=np.float32)
    sound = np.concatenate([angry, neutral])
    path = write_audio("padded.wav", np.concatenate([silence, sound, silence]), RATE)
    explanation = explain(model, path)
    assert explanation.stretches.min() > 0.8
    assert explanation.stretches.max() < 1.2 + len(sound) / RATE
    assert (explanation.start_s, explanation.stop_s) == (0, 2 + len(sound) / RATE)


def test_noise_in_the_place_of_silence_changes_nothing(speech, parts, write_audio):
    """A model that hears all of a clip: what is quiet is as it was, what is loud is not."""
    model = fit_given(speech, RMS(sample_rate=RATE), GaussianNB())
    rng = np.random.default_rng(0)
    quiet = (1e-4 * rng.standard_normal(RATE)).astype(np.float32)
    path = write_audio("quiet.wav", np.concatenate([quiet, 0.1 * parts[0], quiet]), RATE)
    explanation = explain(model, path, removal="silence", window_s=0.3)
    is_quiet = (explanation.stretches[:, 1] < 0.95) | (explanation.stretches[:, 0] > 1.65)
    changes = np.abs(explanation.stretch_changes)
    assert changes[is_quiet].max() < 0.02 * changes.max()


def test_part_of_a_recording(model, planted, write_audio):
    path, start_s, _ = planted
    explanation = explain(model, path, offset_s=start_s, duration_s=0.5)
    signal, _ = soundfile.read(path, dtype="float32")
    first = round(start_s * RATE)
    alone = write_audio("part.wav", signal[first : first + RATE // 2], RATE, subtype="FLOAT")
    expected = explain(model, alone)
    assert_allclose(explanation.probabilities, expected.probabilities, atol=1e-4)
    assert_allclose(explanation.stretches, start_s + expected.stretches, atol=1e-3)
    assert explanation.start_s == start_s


def test_same_numbers_whatever_the_number_of_workers(model, planted, workers_at_once):
    one, two = (explain(model, planted[0], n_jobs=n_jobs).to_dict() for n_jobs in (1, 2))
    assert one == two


@pytest.mark.parametrize(("duration_s", "window_s"), [(0.9, 0.3), (4.0, 0.5), (12.0, 0.6)])
def test_window_follows_the_length(speech, write_audio, duration_s, window_s):
    model = fit_given(speech, ZeroCrossingRate(sample_rate=RATE), DummyClassifier())
    noise = np.random.default_rng(0).normal(0, 0.1, round(duration_s * RATE))
    stretches = explain(model, write_audio("noise.wav", noise, RATE)).stretches
    assert_allclose(np.diff(stretches, axis=1), window_s, atol=1e-6)
    assert np.diff(stretches[:, 0]).max() <= window_s / 4 + 1e-9


def test_too_short_for_stretches(model, write_audio):
    path = write_audio("blip.wav", np.full(100, 0.1), RATE)
    explanation = explain(model, path)
    assert explanation.stretches.shape == (0, 2)
    assert explanation.without_stretches.shape == (0, 2)


class TestErrors:
    def test_class(self, model, planted):
        with pytest.raises(ExplanationError, match=r"no class 'joy'.* are: anger, neutral\."):
            explain(model, planted[0], label="joy")

    def test_too_long(self, model, write_audio):
        path = write_audio("long.wav", np.full(31 * 8000, 0.1), 8000)
        with pytest.raises(ExplanationError, match=r"at most 30 s .* --offset and --duration"):
            explain(model, path)
        assert explain(model, path, duration_s=1.0, window_s=0.5).stop_s == 1.0

    def test_window(self, model, planted):
        with pytest.raises(ExplanationError, match=r"at most half of what .* Got 3 s\."):
            explain(model, planted[0], window_s=3)

    def test_no_such_file(self, model, tmp_path):
        with pytest.raises(AudioReadError, match="no such file"):
            explain(model, tmp_path / "no.wav")

    def test_parameters(self, model, planted):
        with pytest.raises(ValueError, match="'removal' parameter of explain"):
            explain(model, planted[0], removal="erase")

    def test_no_extractor(self, planted):
        model = make_pipeline(FunctionTransformer(), DummyClassifier())
        with pytest.raises(TypeError, match="must be an extractor of sersk"):
            explain(model, planted[0])
