"""One class under two spellings, and imbalance."""

import itertools

import numpy as np
import pytest

from sersk.audit._labels import check_labels, may_be_one_name
from tests.audit._corpora import find_one, list_kinds

# What corpora call their classes.
WORDS = (
    *("anger", "annoyed", "amused", "anxious", "boredom", "calm", "contempt", "confused"),
    *("desire", "disgust", "excited", "fear", "frustrated", "happy", "hate", "interest"),
    *("joy", "neutral", "neutrality", "pain", "panic", "pride", "ps", "relief", "sad"),
    *("sadness", "sarcasm", "shame", "stress", "surprise", "tenderness", "tired", "positive"),
    *("negative", "high", "low", "medium", "male", "female", "laughter", "crying", "oth"),
    *("ang", "hap", "neu", "exc", "fru", "sur", "dis", "fea", "xxx", "Wut", "Freude"),
    *("Trauer", "Angst", "Ekel", "rabbia", "gioia", "paura", "tristezza", "sorpresa"),
)


class TestOneName:
    @pytest.mark.parametrize(
        ("a", "b"),
        [
            *(("happy", "Happy "), ("happy", "hapy"), ("happy", "happpy"), ("happy", "HAPPY")),
            *(("very-happy", "very happy"), ("very_happy", "veryhappy"), ("digsust", "disgust")),
            *(("neutral", "neutrla"), ("surprise", "surprised"), ("Level 1", "level 1")),
            *(("angry", "angry!"), ("STRASSE", "straße"), ("Überraschung", "überraschung")),
            ("joy", "Joy"),
        ],
    )
    def test_of_two_spellings(self, a, b):
        assert may_be_one_name(a, b)
        assert may_be_one_name(b, a)

    @pytest.mark.parametrize(
        ("a", "b"),
        [
            *(("level 1", "level 2"), ("sad", "mad"), ("low", "lows"), ("sad", "sadness")),
            *(("male", "female"), ("positive", "negative"), ("class1", "class2")),
            *(("fear", "fearful"), ("anger", "angry"), ("怒", "喜"), ("1", "2"), ("1", "10")),
            *(("", "x"), ("valence_high", "valence_low")),
        ],
    )
    def test_of_two_classes(self, a, b):
        assert not may_be_one_name(a, b)
        assert not may_be_one_name(b, a)

    def test_usual_classes_are_told_apart(self):
        pairs = itertools.combinations(WORDS, 2)
        assert [pair for pair in pairs if may_be_one_name(*pair)] == []

    @pytest.mark.parametrize(("a", "b"), [("-1", "1"), ("+", "-"), ("+1", "-1"), ("?", "!")])
    def test_signs_are_not_spelling(self, a, b):
        assert not may_be_one_name(a, b)

    @pytest.mark.parametrize(
        ("a", "b"), [("class a", "class b"), ("type A", "type B"), ("group_a", "group_b")]
    )
    def test_lettered_classes_are_not_spelling(self, a, b):
        assert not may_be_one_name(a, b)


class TestSpelling:
    def test_message_names_both_and_how_often(self):
        labels = np.array(["happy"] * 20 + ["hapy"] * 2 + ["sad"] * 20)
        finding = find_one(check_labels(labels), "label_spelling")
        assert (finding.level, finding.files, finding.score) == ("warning", [], 2)
        assert "'happy' (20 clips) and 'hapy' (2)" in finding.message
        assert "one spelling" in finding.advice

    def test_three_spellings_are_three_pairs(self):
        labels = np.array(["happy", "Happy", "hapy", "sad"] * 5)
        assert list_kinds(check_labels(labels)) == [("label_spelling", "warning")] * 3

    def test_numbered_classes_are_none(self):
        labels = np.array([f"level {i}" for i in range(12)] * 5)
        assert check_labels(labels) == []


class TestImbalance:
    def test_is_told_with_both_counts(self):
        labels = np.array(["neutral"] * 40 + ["anger"] * 20 + ["fear"] * 10)
        (finding,) = check_labels(labels)
        assert (finding.kind, finding.level, finding.files) == ("imbalance", "warning", [])
        assert finding.score == 4
        assert "'neutral' has 40 clips, 'fear' only 10" in finding.message
        assert "UAR" in finding.advice

    @pytest.mark.parametrize(
        "counts", [(30, 10), (30, 20), (2, 1), (3, 1), (96, 192, 192), (1,), (500,)]
    )
    def test_up_to_three_to_one_is_none(self, counts):
        labels = np.repeat([f"class {i}" for i in range(len(counts))], counts)
        assert check_labels(labels) == []

    def test_just_above_is_one(self):
        labels = np.repeat(["neutral", "anger"], (31, 10))
        assert find_one(check_labels(labels), "imbalance").score == pytest.approx(3.1)
