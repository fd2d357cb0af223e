"""Labels that follow from the number in the file name, or from the order of rows."""

import uuid

import numpy as np
import pytest

from sersk.audit._names import check_names
from tests.audit._corpora import EMOTIONS, find_one, list_kinds, number_names

FOUR = np.array(["angry", "happy", "neutral", "sad"])
NUMBER = ("label_from_number", "warning")
ORDER = ("label_from_order", "warning")


def _find(names, labels):
    return list_kinds(check_names([str(name) for name in names], np.asarray(labels, dtype=str)))


def _orders(n):
    """As they stand, and shuffled."""
    return np.arange(n), np.random.default_rng(1).permutation(n)


def _find_in_both_orders(names, labels):
    names, labels = np.array(names), np.array(labels)
    return [_find(names[order], labels[order]) for order in _orders(len(names))]


def _ravdess():
    for actor in range(1, 13):
        for code, emotion in enumerate(EMOTIONS, start=1):
            for statement, take in ((1, 1), (1, 2), (2, 1), (2, 2)):
                name = f"03-01-{code:02d}-01-{statement:02d}-{take:02d}-{actor:02d}.wav"
                yield f"Actor_{actor:02d}/{name}", emotion


def _emodb():
    letters = {"W": "anger", "L": "boredom", "E": "disgust", "A": "fear", "F": "happiness"}
    for speaker in (3, 8, 9, 10, 11, 12, 13, 14, 15, 16):
        for text in ("a01", "a02", "a04", "a05", "a07", "b01", "b02", "b03", "b09", "b10"):
            for letter, emotion in letters.items():
                yield f"{speaker:02d}{text}{letter}a.wav", emotion


def _crema():
    for actor in range(1001, 1031):
        for text in ("IEO", "TIE", "IOM", "IWW"):
            for code in ("ANG", "DIS", "FEA", "HAP", "NEU", "SAD"):
                yield f"{actor}_{text}_{code}_XX.wav", code


def _tess():
    for speaker in ("OAF", "YAF"):
        for i in range(60):
            word = "".join(chr(97 + i // 26**k % 26) for k in range(3))
            for emotion in ("angry", "disgust", "fear", "happy", "neutral", "ps", "sad"):
                yield f"{speaker}_{emotion}/{speaker}_{word}_{emotion}.wav", emotion


def _savee():
    for speaker in ("DC", "JE", "JK", "KL"):
        for code, n in (("a", 15), ("d", 15), ("f", 15), ("h", 15), ("n", 30), ("sa", 15)):
            for i in range(1, n + 1):
                yield f"{speaker}_{code}{i:02d}.wav", code


def _restarting():
    for emotion in FOUR:
        for i in range(1, 51):
            yield f"{emotion}_{i:03d}.wav", emotion


def _continuing():
    for i in range(200):
        yield f"{FOUR[i // 50]}/{i:03d}.wav", FOUR[i // 50]


def _continuing_flat():
    for i in range(200):
        yield f"{FOUR[i // 50]}{i:03d}.wav", FOUR[i // 50]


def _coded():
    """The class as a figure, and a number that goes on."""
    for i in range(200):
        yield f"{i // 50}_{i:04d}.wav", FOUR[i // 50]


SPELLED = (
    *(_ravdess, _emodb, _crema, _tess, _savee),
    *(_restarting, _continuing, _continuing_flat, _coded),
)


@pytest.mark.parametrize("corpus", SPELLED)
def test_names_that_spell_the_label_are_no_finding(corpus):
    assert _find_in_both_orders(*zip(*corpus(), strict=True)) == [[], []]


class TestNumber:
    def test_class_by_class(self):
        names, labels = number_names(200), np.repeat(FOUR, 50)
        assert _find_in_both_orders(names, labels) == [[NUMBER], [NUMBER]]
        finding = find_one(check_names(names, labels), "label_from_number")
        assert finding.files == []
        assert finding.score > 0.95
        assert f"a UAR of {finding.score:.2f}, where chance is 0.25" in finding.message
        assert "never use the number" in finding.advice

    @pytest.mark.parametrize(
        "form",
        [
            *("{}.wav", "clip_{:05d}.flac", "clips/{:03d}/audio.wav", "{}_v2.mp3", "x{}.old.wav"),
            *("2024-01-31_{:04d}.wav", "take {} (1).wav", "Aufnahme №{}.wav", "session\\{}.wav"),
        ],
    )
    def test_wherever_the_number_stands(self, form):
        names = [form.format(i) for i in range(200)]
        results = _find_in_both_orders(names, np.repeat(FOUR, 50))
        assert all(NUMBER in result for result in results)

    def test_as_in_the_sentiment_set(self):
        """Uneven classes, gaps in the numbers, rows in no order."""
        rng = np.random.default_rng(0)
        numbers = rng.permutation(np.arange(1, 358))[:250]
        labels = np.select([numbers <= 120, numbers <= 240], ["Positive", "Neutral"], "Negative")
        assert _find([f"{i}.wav" for i in numbers], labels) == [NUMBER]

    def test_running_number_beside_the_speaker(self):
        names = [f"S{i // 40:02d}_{i:04d}.wav" for i in range(400)]
        labels = np.tile(np.repeat(FOUR, 10), 10)
        results = _find_in_both_orders(names, labels)
        assert results == [[NUMBER], [NUMBER]]

    def test_class_among_mixed_ones(self):
        """Two classes numbered apart, two mixed."""
        rng = np.random.default_rng(0)
        labels = [*np.repeat(FOUR[:2], 50), *rng.choice(FOUR[2:], 100)]
        assert _find_in_both_orders(number_names(200), labels) == [[NUMBER], [NUMBER]]

    def test_few_names_without_a_number_do_not_hide_it(self):
        names = [*number_names(200), "intro.wav", "outro.wav"]
        assert NUMBER in _find(names, [*np.repeat(FOUR, 50), "sad", "sad"])

    @pytest.mark.parametrize("n_per_class", [20, 100, 1000])
    def test_however_many(self, n_per_class):
        names = number_names(2 * n_per_class)
        labels = np.repeat(FOUR[:2], n_per_class)
        assert _find_in_both_orders(names, labels) == [[NUMBER], [NUMBER]]

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("n", [20, 60, 400, 2000])
    def test_shuffled_numbers_are_none(self, n, seed):
        labels = np.random.default_rng(seed).choice(FOUR, n)
        assert _find_in_both_orders(number_names(n), labels) == [[], []]

    def test_alternating_classes_are_none(self):
        assert _find_in_both_orders(number_names(200), np.tile(FOUR, 50)) == [[], []]

    def test_numbers_used_again_are_none(self):
        """Dialogues and utterances; a number says little that many files have."""
        rng = np.random.default_rng(0)
        names = [f"dia{d}_utt{u}.wav" for d in range(100) for u in range(10)]
        assert _find_in_both_orders(names, rng.choice(FOUR, 1000)) == [[], []]

    def test_number_per_speaker_in_sessions_of_one_class_is_none(self):
        names = [f"S{s:02d}_{i:03d}.wav" for s in range(10) for i in range(40)]
        assert _find(names, np.tile(np.repeat(FOUR, 10), 10)) == []

    def test_hashes_are_none(self):
        rng = np.random.default_rng(0)
        names = [f"{uuid.UUID(bytes=rng.bytes(16))}.wav" for _ in range(200)]
        assert _find_in_both_orders(names, rng.choice(FOUR, 200)) == [[], []]

    def test_suffix_is_no_number(self):
        """The figures of mp3 and of numbered suffixes, as tools give them."""
        rng = np.random.default_rng(0)
        words = ["".join(word) for word in rng.choice(list("abcdefgh"), (200, 8))]
        names = [f"{word}.p{i:04d}" for i, word in enumerate(words)]
        assert _find_in_both_orders(names, np.repeat(FOUR, 50))[1] == []


class TestOrder:
    def test_rows_by_class_with_names_that_tell_nothing(self):
        rng = np.random.default_rng(0)
        names = [f"{uuid.UUID(bytes=rng.bytes(16))}.wav" for _ in range(200)]
        labels = np.repeat(FOUR, 50)
        assert _find(names, labels) == [ORDER]
        finding = find_one(check_names(names, labels), "label_from_order")
        assert finding.files == []
        assert finding.score > 0.95
        assert f"a UAR of {finding.score:.2f}, where chance is 0.25" in finding.message
        assert "Shuffle the rows" in finding.advice

    def test_rows_by_class_with_shuffled_numbers(self):
        names = np.random.default_rng(0).permutation(number_names(200))
        assert _find(names, np.repeat(FOUR, 50)) == [ORDER]

    def test_both_when_numbers_run_by_class_and_rows_do_backwards(self):
        """The rows are in no order of names: they are by class for another reason."""
        names, labels = number_names(200)[::-1], np.repeat(FOUR, 50)
        assert _find(names, labels) == [NUMBER, ORDER]

    def test_rows_in_order_of_names_are_none(self):
        """However the names are sorted: as text, or as people count."""
        words = sorted(f"{a}{b}{c}" for a in "abcdef" for b in "abcdef" for c in "abcdef")
        assert _find([f"{w}.wav" for w in words], np.repeat(FOUR, 54)) == []
        labels = np.repeat(["a", "b"], 60)
        names = [f"{label}{i}.wav" for label, i in zip(labels, [*range(60)] * 2, strict=True)]
        assert _find(names, labels) == []
        assert _find(sorted(names), labels) == []

    def test_a_few_rows_added_at_the_end_are_still_in_order(self):
        names = [f"{e}_{i:03d}.wav" for e in FOUR for i in range(50)] + ["angry_900.wav"]
        assert _find(names, [*np.repeat(FOUR, 50), "angry"]) == []

    def test_alternating_classes_are_none(self):
        names = np.random.default_rng(0).permutation(number_names(200))
        assert _find(names, np.tile(FOUR, 50)) == []

    @pytest.mark.parametrize("seed", range(5))
    def test_shuffled_rows_are_none(self, seed):
        rng = np.random.default_rng(seed)
        names = rng.permutation(number_names(200))
        assert _find(names, rng.permutation(np.repeat(FOUR, 50))) == []


class TestTooLittle:
    @pytest.mark.parametrize("n_rare", [1, 2, 3, 4])
    def test_classes_of_up_to_four_clips(self, n_rare):
        labels = np.repeat(["angry", "sad"], (50, n_rare))
        assert _find(number_names(50 + n_rare), labels) == []

    def test_classes_of_five_are_judged(self):
        labels = np.repeat(["angry", "sad"], (50, 5))
        assert _find(number_names(55), labels) == [NUMBER]

    @pytest.mark.parametrize("n", [1, 2, 200])
    def test_one_class(self, n):
        assert _find(number_names(n), ["angry"] * n) == []

    @pytest.mark.parametrize("n", [2, 4, 8])
    def test_handful_of_clips(self, n):
        assert _find(number_names(n), np.repeat(FOUR[:2], n // 2)) == []

    def test_same_name_in_all_rows(self):
        assert NUMBER not in _find(["1.wav"] * 200, np.repeat(FOUR, 50))


class TestOddNames:
    @pytest.mark.parametrize(
        "form", ["", "…", "\u0661{}", "a\u00b2{}.wav", "{}", ".{}", "/", "\\", "a/b/{}/", "💥{}"]
    )
    def test_do_not_disturb(self, form):
        names = [form.format(i) for i in range(200)]
        assert set(_find(names, np.repeat(FOUR, 50))) <= {NUMBER, ORDER}

    @pytest.mark.parametrize("n_digits", [160, 250, 400, 5000])
    def test_very_long_numbers(self, n_digits):
        labels = np.random.default_rng(0).choice(FOUR, 200)
        assert _find([*number_names(199), "9" * n_digits + ".wav"], labels) == []

    def test_long_numbers_keep_their_last_digits(self):
        names = [f"{20240131000000000000 + i}.wav" for i in range(200)]
        assert NUMBER in _find(names, np.repeat(FOUR, 50))
