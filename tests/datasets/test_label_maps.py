"""Label maps: where each class goes, with which weight, and what is left out."""

import json
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sersk.datasets import (
    CORPORA,
    EMOTIONS,
    LABEL_MAPS,
    LabelMap,
    find_emotion,
    find_label_map,
)
from sersk.exceptions import ManifestError

SENTIMENT = LABEL_MAPS["sentiment3"]


@pytest.fixture
def label_map():
    """Make a map of emotions, a class that stands for itself alone, and another of its kind."""
    return LabelMap(
        "mine",
        {
            "Good": {"happiness": 1, "surprise": 0.25},
            "bad": {"anger": 1, "fru": 0.5, "excited": 0.75, "surprise": 0.75},
        },
    )


# Where a class goes


def test_sentiments_of_emotions():
    assert {emotion: SENTIMENT.find(emotion) for emotion in EMOTIONS} == {
        "anger": {"negative": 1},
        "boredom": {"neutral": 0.5, "negative": 0.5},
        "calm": {"neutral": 1},
        "contempt": {"negative": 1},
        "disgust": {"negative": 1},
        "fear": {"negative": 1},
        "happiness": {"positive": 1},
        "neutral": {"neutral": 1},
        "sadness": {"neutral": 0.5, "negative": 0.5},
        "surprise": {"positive": 0.5, "neutral": 0.5},
    }


@pytest.mark.parametrize(
    ("name", "left_out", "calm"),
    [
        ("emotion4", {"boredom", "calm", "contempt", "disgust", "fear", "surprise"}, {}),
        ("emotion6", {"boredom", "contempt", "surprise"}, {"neutral": 1}),
        ("emotion7", {"boredom", "contempt"}, {"neutral": 1}),
        ("emotion8", {"boredom", "contempt"}, {"calm": 1}),
    ],
)
def test_emotions_of_emotions(name, left_out, calm):
    found = {emotion: LABEL_MAPS[name].find(emotion) for emotion in EMOTIONS}
    assert {emotion for emotion, place in found.items() if place == {}} == left_out
    assert found["calm"] == calm
    kept = set(EMOTIONS) - left_out - {"calm"}
    assert all(found[emotion] == {emotion: 1} for emotion in kept)
    assert LABEL_MAPS[name].classes == sorted(kept | set(calm))
    assert len(LABEL_MAPS[name].classes) == int(name[-1])


def test_named_maps_have_their_names():
    assert {name: label_map.name for name, label_map in LABEL_MAPS.items()} == {
        name: name for name in LABEL_MAPS
    }
    assert SENTIMENT.classes == ["positive", "neutral", "negative"]


@pytest.mark.parametrize("label_map", LABEL_MAPS.values(), ids=LABEL_MAPS)
def test_sources_of_named_maps_are_common_words_given_away_whole(label_map):
    sources = {source for made_of in label_map.weights.values() for source in made_of}
    assert sources <= set(EMOTIONS)
    assert all(sum(label_map.find(source).values()) == 1 for source in sources)


@pytest.mark.parametrize("word", ["happiness", "Happy", "HAP", "gioia", "glücklich", "excited"])
def test_a_common_word_stands_for_its_variants(word):
    assert SENTIMENT.find(word) == {"positive": 1}


def test_an_own_word_comes_before_the_common_one(label_map):
    assert find_emotion("excited") == "happiness"
    assert label_map.find("Excited") == {"bad": 0.75}
    assert label_map.find("excitement") == {"Good": 1}


def test_an_own_word_stands_for_itself_alone():
    label_map = LabelMap("mine", {"good": {"joy": 1}, "bad": {"fru": 1}})
    assert label_map.find("JOY") == {"good": 1}
    assert label_map.find("happy") == {}
    assert label_map.find("frustration") == {}


@pytest.mark.parametrize("word", ["Positive", "positive", " POSITIVE "])
def test_a_target_stands_for_itself(word):
    assert SENTIMENT.find(word) == {"positive": 1}


def test_a_target_is_found_under_its_other_names():
    label_map = LabelMap("mine", {"anger": {"shouting": 1}, "rest": {"talking": 1}})
    assert label_map.find("anger") == label_map.find("Angry") == {"anger": 1}


def test_a_source_comes_before_a_target():
    label_map = LabelMap("turned", {"a1": {"b1": 1}, "b1": {"a1": 0.5}})
    assert label_map.find("a1") == {"b1": 0.5}


def test_what_is_found_is_a_copy(label_map):
    label_map.find("anger")["bad"] = 0
    label_map.find("good")["Good"] = 0
    assert label_map.find("anger") == {"bad": 1}
    assert label_map.find("good") == {"Good": 1}


# Unknown words


def test_unknown_words_are_named_at_once(label_map):
    with pytest.raises(ManifestError) as error:
        label_map.check(["humming", "happy", "zzz", "humming", "sadness"])
    assert str(error.value) == (
        "The label map 'mine' does not know the classes 'humming', 'zzz'. It makes Good, bad of "
        "happiness, surprise, anger, fru, excited, and knows the usual words for emotions. Take "
        "those rows out, or give each class a place in a YAML file of your own, with a line such "
        "as 'Good: [humming, …]'."
    )


def test_few_of_many_unknown_words_are_named(label_map):
    with pytest.raises(ManifestError, match=r"classes 'w0', 'w1', 'w2', 'w3', 'w4' and 95 more\."):
        label_map.check([f"w{i}" for i in range(100)])


@pytest.mark.parametrize("use", ["map_labels", "check"])
def test_unknown_words_raise_wherever_they_come(label_map, use):
    with pytest.raises(ManifestError, match="does not know the class ''"):
        getattr(label_map, use)(["happy", ""])
    with pytest.raises(ManifestError, match="does not know the class 'x'"):
        label_map.map_probabilities([[0.5, 0.5]], ["happy", "x"])


def test_known_words_pass_the_check(label_map):
    assert label_map.check(np.array(["happy", "Ekel", "GOOD", "fru"])) is None


# Clips


def test_labels_become_rows_in_order(label_map):
    mapped = label_map.map_labels(["Surprised", "sad", "FRU", "happy", "sad", "Ekel", "good"])
    assert_array_equal(mapped.index, [0, 0, 2, 3, 6])
    assert_array_equal(mapped.labels, ["Good", "bad", "bad", "Good", "Good"])
    assert_array_equal(mapped.weights, [0.25, 0.75, 0.5, 1, 1])
    assert mapped.left_out == {"sad": 2, "Ekel": 1}


def test_what_is_left_out_can_be_stored():
    mapped = LABEL_MAPS["emotion4"].map_labels(np.array(["fear", "Ekel", "fear"]))
    assert {(type(word), type(n)) for word, n in mapped.left_out.items()} == {(str, int)}


def test_mapped_labels_agree_with_their_places(rng):
    labels = rng.choice([*EMOTIONS, "Positive", "glücklich"], size=200)
    mapped = SENTIMENT.map_labels(labels)
    assert mapped.left_out == {}
    assert np.all(np.diff(mapped.index) >= 0)
    for i, label in enumerate(labels):
        rows = mapped.index == i
        place = dict(zip(mapped.labels[rows], mapped.weights[rows], strict=True))
        assert place == SENTIMENT.find(label)
    assert_allclose(np.bincount(mapped.index, mapped.weights), 1)


@pytest.mark.parametrize("labels", [[], ["fear", "fear"]])
def test_nothing_left_gives_empty_arrays(labels):
    mapped = LABEL_MAPS["emotion4"].map_labels(labels)
    assert mapped.index.shape == mapped.labels.shape == mapped.weights.shape == (0,)
    assert mapped.index.dtype.kind == "i"
    assert mapped.labels.dtype.kind == "U"
    assert sum(mapped.left_out.values()) == len(labels)


def test_labels_may_be_numbers():
    label_map = LabelMap("signs", {"good": {"1": 1}, "bad": {"-1": 1}})
    assert_array_equal(label_map.map_labels(np.array([1, -1])).labels, ["good", "bad"])


# Probabilities


def test_probabilities_are_those_of_the_sources():
    mapped = SENTIMENT.map_probabilities([[0.5, 0.3, 0.2]], ["HAP", "sad", "Angry"])
    assert_allclose(mapped, [[0.5, 0.15, 0.35]])


def test_certain_probabilities_are_the_places(label_map):
    classes = ["happy", "surprise", "anger"]
    mapped = label_map.map_probabilities(np.eye(3), classes)
    for row, name in zip(mapped, classes, strict=True):
        assert dict(zip(label_map.classes, row, strict=True)) == {
            "Good": 0,
            "bad": 0,
            **label_map.find(name),
        }


def test_probabilities_sum_to_one_over_what_is_left(rng):
    probabilities = rng.dirichlet(np.ones(len(EMOTIONS)), size=50)
    for label_map in LABEL_MAPS.values():
        mapped = label_map.map_probabilities(probabilities, EMOTIONS)
        assert mapped.shape == (50, len(label_map.classes))
        assert_allclose(mapped.sum(axis=1), 1)
    kept = probabilities[:, [EMOTIONS.index(c) for c in LABEL_MAPS["emotion8"].classes]]
    mapped = LABEL_MAPS["emotion8"].map_probabilities(probabilities, EMOTIONS)
    assert_allclose(mapped, kept / kept.sum(axis=1, keepdims=True))


def test_nothing_left_is_equally_probable():
    mapped = LABEL_MAPS["emotion4"].map_probabilities([[1, 0], [0, 1]], ["fear", "angry"])
    assert_array_equal(mapped, [[0.25] * 4, [1, 0, 0, 0]])


@pytest.mark.parametrize(
    ("probabilities", "match"),
    [
        ([0.5, 0.5], r"column for each of the 2 classes\. Got an array of shape \(2,\) instead"),
        ([[1.0]], r"shape \(1, 1\) instead"),
        ([[np.nan, 1]], "finite and not negative"),
        ([[np.inf, 1]], "finite and not negative"),
        ([[-0.5, 1.5]], "finite and not negative"),
    ],
)
def test_probabilities_of_another_kind_raise(probabilities, match):
    with pytest.raises(ValueError, match=match):
        SENTIMENT.map_probabilities(probabilities, ["happy", "sad"])


# The map itself


def test_weights_must_be_as_promised():
    third = 1 / 3
    LabelMap("thirds", {"a": {"fear": third}, "b": {"fear": third}, "c": {"fear": third}})
    LabelMap("tenths", {f"t{i}": {"fear": 0.1} for i in range(10)})


@pytest.mark.parametrize(
    ("weights", "match"),
    [
        ([], r"'mine' must be a dict from classes to sources\. Got \[\] instead\."),
        ({1: {"fear": 1}, "b": {"anger": 1}}, r"must be a dict from classes to sources"),
        ({"": {"fear": 1}, "b": {"anger": 1}}, r"must be a dict from classes to sources"),
        ({}, r"at least two classes\. Got \[\] instead"),
        ({"a": {"fear": 1}}, r"at least two classes\. Got \['a'\] instead"),
        (
            {"a": {"fear": 1}, "A ": {"anger": 1}, "b": {"joy": 1}},
            r"each class once\. Got a, A , b",
        ),
        ({"a": {}, "b": {"fear": 1}}, r"must make 'a' of words with weights\. Got {} instead"),
        ({"a": ["anger"], "b": {"fear": 1}}, r"must make 'a' of words with weights"),
        ({"a": {True: 1}, "b": {"fear": 1}}, r"must make 'a' of words with weights"),
        ({"a": {"fru": 1, "Fru": 1}, "b": {"fear": 1}}, r"'a' of each word once\. Got fru, Fru"),
        (
            {"a": {"fear": 0}, "b": {"anger": 1}},
            r"'fear' a weight in \(0, 1\] in 'a'\. Got 0 inst",
        ),
        ({"a": {"fear": -1}, "b": {"anger": 1}}, r"'fear' a weight in \(0, 1\] in 'a'\. Got -1"),
        ({"a": {"anger": 1}, "b": {"fear": 1.01}}, r"'fear' a weight in .* in 'b'\. Got 1\.01"),
        ({"a": {"anger": True}, "b": {"fear": 1}}, r"'anger' a weight in .* in 'a'\. Got True"),
        ({"a": {"anger": "1"}, "b": {"fear": 1}}, r"'anger' a weight in .* in 'a'\. Got '1'"),
        ({"a": {"anger": np.nan}, "b": {"fear": 1}}, r"'anger' a weight in .* in 'a'\. Got nan"),
        (
            {"a": {"anger": 0.6}, "b": {"Anger": 0.6, "fear": 1}},
            r"'mine' must give 'anger' weights that sum to at most 1\. Got 1\.2 in a, b instead\.",
        ),
    ],
)
def test_malformed_weights_raise(weights, match):
    with pytest.raises(ManifestError, match=match):
        LabelMap("mine", weights)


@pytest.mark.parametrize("name", ["", None, 3])
def test_a_map_without_name_raises(name):
    with pytest.raises(ManifestError, match=r"must have a name\. Got "):
        LabelMap(name, SENTIMENT.weights)


def test_weights_are_copied():
    weights = {"a": {"anger": 1}, "b": {"fear": 1}}
    label_map = LabelMap("mine", weights)
    weights["a"]["anger"] = 7
    label_map.to_dict()["weights"]["a"]["anger"] = 7
    assert label_map.weights == {"a": {"anger": 1.0}, "b": {"fear": 1.0}}


@pytest.mark.parametrize("label_map", LABEL_MAPS.values(), ids=LABEL_MAPS)
def test_round_trip(label_map):
    label_map.find("happy")
    stored = json.loads(json.dumps(label_map.to_dict()))
    for copy in (LabelMap.from_dict(stored), pickle.loads(pickle.dumps(label_map))):
        assert copy == label_map
        assert copy.classes == label_map.classes
        assert copy.find("sad") == label_map.find("sad")


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (None, r"must be a dict with 'name' and 'weights'\. Got None instead"),
        ({"name": "mine"}, r"must be a dict with 'name' and 'weights'"),
        ({**SENTIMENT.to_dict(), "extra": 1}, r"must be a dict with 'name' and 'weights'"),
        ({"name": "mine", "weights": {}}, "at least two classes"),
    ],
)
def test_malformed_dict_raises(content, match):
    with pytest.raises(ManifestError, match=match):
        LabelMap.from_dict(content)


# Names


def test_names_are_looked_up():
    assert {name: find_label_map(name) for name in LABEL_MAPS} == LABEL_MAPS


def test_a_label_map_is_given_back(label_map):
    assert find_label_map(label_map) is label_map


@pytest.mark.parametrize("name", ["sentiment", "Sentiment3", "", "map.json"])
def test_unknown_name_lists_names_and_form(name):
    with pytest.raises(
        ManifestError,
        match=rf"no label map '{name}'\. It must be one of: sentiment3, emotion4, emotion6, "
        r"emotion7, emotion8; or a file that ends in \.yaml, .*'positive: \[",
    ):
        find_label_map(name)


@pytest.mark.parametrize("name", LABEL_MAPS)
def test_classes_of_published_corpora_are_known(name):
    """None is a reason to stop, but for sentiments where emotions are asked for."""
    label_map = LABEL_MAPS[name]
    for corpus in CORPORA.values():
        if name == "sentiment3" or any(corpus.classes.values()):
            label_map.check(list(corpus.classes))
        for word, emotion in corpus.classes.items():
            if emotion:
                assert label_map.find(word) == label_map.find(emotion)


def test_words_for_no_emotion_have_no_place_unless_they_are_given_one():
    assert LABEL_MAPS["emotion4"].find("XXX") == LABEL_MAPS["emotion4"].find("fru") == {}
    label_map = LabelMap("mine", {"bad": {"frustration": 1}, "good": {"happiness": 1}})
    assert label_map.find("Frustration") == {"bad": 1.0}
    assert label_map.find("other") == {}
