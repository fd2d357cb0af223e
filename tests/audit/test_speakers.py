"""Speakers with one class, under two names, few, or shared by folds; sentences that are known."""

import numpy as np
import pytest

from sersk.audit._speakers import check_folds, check_sentences, check_speakers
from tests.audit._corpora import find_one, list_kinds, number_names

THREE = np.array(["anger", "neutral", "sadness"])
SINGLE = ("single_class_speaker", "error")


def _check(labels, speakers):
    labels, speakers = np.array(labels, dtype=str), np.array(speakers, dtype=str)
    return check_speakers(labels, speakers, number_names(len(labels)))


def _name_speakers(n_speakers, n_clips):
    return np.repeat([f"S{i:03d}" for i in range(n_speakers)], n_clips)


class TestSingleClass:
    def test_most_speakers_of_a_corpus(self):
        """As in a real corpus: 25 of 29 speakers have one class."""
        speakers = _name_speakers(29, 20)
        labels = np.concatenate([[THREE[i % 3]] * 20 for i in range(25)] + [np.resize(THREE, 80)])
        finding = find_one(_check(labels, speakers), "single_class_speaker")
        assert finding.level == "error"
        assert finding.files == number_names(500)
        assert finding.score > 0.8
        assert "25 of 29 speakers have a single class (S000, S001, S002, S003 and 21 more)" in (
            finding.message
        )
        assert f"a UAR of {finding.score:.2f}, where chance is 0.33" in finding.message
        assert "Leave whole speakers out" in finding.advice

    def test_every_speaker(self):
        speakers = _name_speakers(3, 10)
        finding = find_one(_check(np.repeat(THREE, 10), speakers), "single_class_speaker")
        assert finding.score == 1
        assert len(finding.files) == 30

    def test_only_the_speakers_concerned_are_listed(self):
        """Two of twenty, with many clips each, in an order of rows that mixes all."""
        speakers, labels = _name_speakers(20, 30), np.resize(THREE, 600)
        labels[speakers == "S004"] = "anger"
        labels[speakers == "S011"] = "sadness"
        order = np.random.default_rng(0).permutation(600)
        finding = find_one(_check(labels[order], speakers[order]), "single_class_speaker")
        concerned = np.isin(speakers[order], ["S004", "S011"])
        assert finding.files == np.array(number_names(600))[concerned].tolist()
        assert "2 of 20 speakers" in finding.message

    def test_many_speakers_of_few_clips(self):
        """Two clips each, always of one class: by chance it would be half of them."""
        speakers = _name_speakers(200, 2)
        labels = np.repeat(np.random.default_rng(0).choice(["a", "b"], 200), 2)
        finding = find_one(_check(labels, speakers), "single_class_speaker")
        assert "200 of 200 speakers" in finding.message
        assert finding.score > 0.95

    @pytest.mark.parametrize("n_clips", [2, 3, 4])
    @pytest.mark.parametrize("n_classes", [2, 3])
    def test_chance_among_many_speakers_is_none(self, n_clips, n_classes):
        for seed in range(3):
            labels = np.random.default_rng(seed).choice(THREE[:n_classes], 200 * n_clips)
            assert _check(labels, _name_speakers(200, n_clips)) == []

    def test_chance_among_a_thousand_speakers_is_none(self):
        labels = np.random.default_rng(0).choice(THREE, 2000)
        assert _check(labels, _name_speakers(1000, 2)) == []

    @pytest.mark.parametrize("n_clips", [1, 2, 3, 4])
    def test_one_speaker_of_a_few_clips_is_none(self, n_clips):
        speakers = [*_name_speakers(20, 30), *["guest"] * n_clips]
        assert _check([*np.resize(THREE, 600), *["anger"] * n_clips], speakers) == []

    def test_balanced_speakers_are_none(self):
        assert _check(np.resize(THREE, 600), _name_speakers(20, 30)) == []

    @pytest.mark.parametrize("n_speakers", [5, 60])
    def test_one_clip_each_is_none(self, n_speakers):
        labels = np.random.default_rng(0).choice(THREE, n_speakers)
        assert _check(labels, _name_speakers(n_speakers, 1)) == []

    def test_one_class_in_all_is_none(self):
        assert _check(["anger"] * 100, _name_speakers(10, 10)) == []

    @pytest.mark.parametrize(("share", "n_clips"), [(0.9, 6), (0.8, 6), (0.67, 6), (0.9, 10)])
    def test_chance_in_uneven_classes_is_none(self, share, n_clips):
        """Calls, most of them neutral: many callers only ever are neutral."""
        rng = np.random.default_rng(0)
        labels = np.where(rng.random(100 * n_clips) < share, "neutral", "anger")
        assert _check(labels, _name_speakers(100, n_clips)) == []

    def test_score_fits_the_message(self):
        speakers = [*_name_speakers(29, 20), *["guest"] * 10]
        finding = find_one(
            _check([*np.resize(THREE, 580), *["anger"] * 10], speakers), "single_class_speaker"
        )
        assert "1 of 30 speakers have a single class (guest)" in finding.message
        # It is about the clips of one, and says so.
        assert "there, who speaks tells the class. Over all clips" in finding.message
        assert finding.score < 0.4


class TestTwoNames:
    @pytest.mark.parametrize(
        ("a", "b"),
        [
            *(("1", "01"), ("S1", "s01"), ("Actor_01", "Actor 01"), ("Anna", "anna")),
            *(("1", "001"), ("0", "00"), ("Anna-Maria", "Anna Maria"), ("spk 7", "SPK_007")),
            *(("Jürgen", "JÜRGEN"), ("А1", "а01")),
        ],
    )
    def test_spellings_of_one(self, a, b):
        speakers = np.resize([a, b, "other", "more", "again", "last"], 60)
        finding = find_one(_check(np.repeat(THREE, 20), speakers), "speaker_under_two_names")
        assert (finding.level, finding.files, finding.score) == ("error", [], 1)
        first, second = sorted((a, b))
        assert finding.message == (
            f"Two speakers differ only in spelling: {first!r} and {second!r}."
        )
        assert "one name" in finding.advice

    @pytest.mark.parametrize(
        ("a", "b"),
        [
            *(("S1", "S10"), ("10", "100"), ("Actor_01", "Actor_10"), ("M1", "F1"), ("1", "11")),
            *(("Anna", "Hanna"), ("Ses01F", "Ses01M"), ("é", "e"), ("01", "10"), ("DC", "JE")),
            *(("EmoDB 03", "RAVDESS 03"), ("spk1-2", "spk2-1"), ("100", "1000")),
        ],
    )
    def test_different_names(self, a, b):
        speakers = np.resize([a, b, "other", "more", "again", "last"], 60)
        assert _check(np.repeat(THREE, 20), speakers) == []

    @pytest.mark.parametrize(
        "form", ["{}", "{:02d}", "S{}", "S{:03d}", "Actor_{:02d}", "spk-{}", "10{:02d}", "{}.0"]
    )
    def test_numbered_speakers_are_all_different(self, form):
        speakers = np.repeat([form.format(i) for i in range(150)], 6)
        assert _check(np.resize(THREE, 900), speakers) == []

    def test_three_spellings_are_three_pairs(self):
        speakers = np.resize(["1", "01", "001", "2", "3", "4"], 60)
        kinds = list_kinds(_check(np.repeat(THREE, 20), speakers))
        assert kinds == [("speaker_under_two_names", "error")] * 3

    @pytest.mark.parametrize(
        ("a", "b"), [("1-11", "11-1"), ("19-1983", "191-983"), ("S1_10", "S11_0"), ("1.0", "10")]
    )
    def test_marks_between_figures_matter(self, a, b):
        speakers = np.resize([a, b, "other", "more", "again", "last"], 60)
        assert _check(np.repeat(THREE, 20), speakers) == []

    @pytest.mark.parametrize(("a", "b"), [("+", "-"), ("S", "S0"), ("?", "!")])
    def test_what_is_dropped_may_be_the_name(self, a, b):
        speakers = np.resize([a, b, "other", "more", "again", "last"], 60)
        assert _check(np.repeat(THREE, 20), speakers) == []


class TestFewSpeakers:
    @pytest.mark.parametrize("n_speakers", [1, 2, 3, 4])
    def test_below_five(self, n_speakers):
        (finding,) = _check(np.resize(THREE, 12 * n_speakers), _name_speakers(n_speakers, 12))
        assert (finding.kind, finding.level) == ("few_speakers", "note")
        assert (finding.files, finding.score) == ([], n_speakers)
        assert f" {n_speakers} speaker" in finding.message
        assert "no interval" in finding.advice

    def test_five_are_none(self):
        assert _check(np.resize(THREE, 60), _name_speakers(5, 12)) == []

    def test_one_is_singular(self):
        (finding,) = _check(np.resize(THREE, 12), ["S1"] * 12)
        assert "1 speaker say" in finding.message


class TestFolds:
    def test_shared_speakers(self):
        speakers = _name_speakers(6, 10)
        folds = np.repeat(["1", "2", "3"], 20)
        folds[[0, 25]] = "3"
        (finding,) = check_folds(folds, speakers, None)
        assert (finding.kind, finding.level) == ("speakers_shared_by_folds", "error")
        assert finding.score == pytest.approx(2 / 6)
        assert "2 of 6 speakers are in more than one of the given folds: S000, S002." in (
            finding.message
        )
        assert "--fold-column" in finding.advice

    def test_whole_speakers_are_none(self):
        folds = np.repeat(["1", "2", "3"], 20)
        assert check_folds(folds, _name_speakers(6, 10), None) == []

    def test_one_fold_or_no_speakers_are_none(self):
        assert check_folds(np.repeat("1", 60), _name_speakers(6, 10), None) == []
        assert check_folds(np.repeat(["1", "2"], 30), None, None) == []

    def test_shared_sentences_are_a_note(self):
        folds = np.repeat(["1", "2"], 30)
        sentences = np.concatenate([np.resize(["a", "b"], 30), np.resize(["b", "c"], 30)])
        (finding,) = check_folds(folds, _name_speakers(6, 10), sentences)
        assert (finding.kind, finding.level) == ("sentences_shared_by_folds", "note")
        assert finding.score == pytest.approx(0.5)
        assert "1 of 3 sentences are said in more than one of the given folds" in finding.message
        assert "50% of the clips" in finding.message
        assert "--protocol speaker-and-sentence" in finding.advice


class TestSentences:
    def test_shared_by_speakers(self):
        (finding,) = check_sentences(_name_speakers(6, 10), np.resize(["a", "b"], 60))
        assert (finding.kind, finding.level) == ("sentences_shared_by_folds", "note")
        assert finding.score == 1
        assert "2 of 2 sentences" in finding.message

    def test_everybody_says_something_else(self):
        sentences = np.array([f"t{i // 5}" for i in range(60)])
        assert check_sentences(_name_speakers(6, 10), sentences) == []

    def test_unknown_sentences_are_not_shared(self):
        assert check_sentences(_name_speakers(6, 10), np.full(60, "")) == []
