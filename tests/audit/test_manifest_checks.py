"""All that can be found without opening a file, in corpora of all kinds."""

import json
import uuid

import numpy as np
import pytest

from sersk.audit import check_manifest
from tests.audit._corpora import EMOTIONS, find_one, list_kinds, make_manifest, number_names

ODD = (
    *(
        "",
        " ",
        "a",
        "A",
        "ä",
        "a\u0308",
        "\u0661",
        "²",
        "💥",
        "\u202e",
        "NaN",
        "nan",
        "None",
        "NA",
    ),
    *(
        "0",
        "00",
        "-1",
        "+",
        "1e308",
        "inf",
        "\x00",
        "a\nb",
        "'",
        '"',
        "%s",
        "{}",
        "\\",
        "/",
        "...",
    ),
    *("x" * 300, "1" * 40, "Ω≈ç", "怒", "hapy", "happy", "Happy", "level 1", "level 2", "ﬃ", "ẞ"),
)


def _draw_names(rng, n):
    forms = (
        lambda i: f"{i}.wav",
        lambda i: f"clip_{rng.integers(1000):04d}.flac",
        lambda i: str(rng.choice(ODD)),
        lambda i: f"{rng.choice(ODD)}/{i}{rng.choice(ODD)}.wav",
        lambda i: f"{rng.choice(ODD)}{rng.integers(10)}_{rng.integers(10)}{rng.choice(ODD)}",
        lambda i: str(uuid.UUID(bytes=rng.bytes(16))),
    )
    form = forms[rng.integers(len(forms))]
    return [form(i) for i in range(n)]


def _draw_column(rng, n):
    """A few values for all rows: in blocks or not, some of them once."""
    values = rng.choice(ODD, rng.integers(1, 7))
    drawn = rng.choice(values, n)
    return np.sort(drawn) if rng.random() < 0.3 else drawn


@pytest.mark.parametrize("first_seed", range(0, 90, 30))
def test_no_manifest_is_too_odd(first_seed):
    """Whatever is in the cells, there are findings or none, ready for JSON."""
    for seed in range(first_seed, first_seed + 30):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(2, 41))
        labels, speakers, folds, sentences = (_draw_column(rng, n) for _ in range(4))
        manifest = make_manifest(
            _draw_names(rng, n),
            labels,
            speakers if rng.random() < 0.7 else None,
            folds=folds if rng.random() < 0.5 else None,
            sentences=sentences if rng.random() < 0.5 else None,
        )
        found = [finding.to_dict() for finding in check_manifest(manifest)]
        assert json.loads(json.dumps(found, allow_nan=False)) == found
        for finding in found:
            assert list(finding) == ["kind", "level", "files", "score", "message", "advice"]
            assert finding["level"] in ("error", "warning", "note")
            assert set(finding["files"]) <= set(manifest.filenames)
            assert finding["message"].endswith(".")
            assert finding["advice"].endswith(".")


def _make_innocent(seed):
    """Shuffled numbers, and speakers that say everything: nothing is there to find."""
    rng = np.random.default_rng(seed)
    n, n_classes, n_speakers = rng.integers([40, 2, 2], [400, 9, 41])
    weights = rng.uniform(1, 2, n_classes)
    labels = rng.choice(EMOTIONS[:n_classes], n, p=weights / weights.sum())
    speakers = [f"S{i:02d}" for i in rng.integers(n_speakers, size=n)]
    names = number_names(n) if rng.random() < 0.5 else rng.permutation(number_names(n))
    return make_manifest(names, labels, speakers)


N_INNOCENT = 50


@pytest.fixture(scope="module")
def alarms():
    """Of each innocent corpus, the kinds of what should not have been found."""
    found = [list_kinds(check_manifest(_make_innocent(seed))) for seed in range(N_INNOCENT)]
    return [
        {kind for kind, level in kinds if level == "error" or kind.startswith("label_from")}
        for kinds in found
    ]


class TestFalseAlarms:
    def test_labels_from_names(self, alarms):
        assert sum(any(k.startswith("label") for k in kinds) for kinds in alarms) <= 1

    def test_two_names(self, alarms):
        assert not any("speaker_under_two_names" in kinds for kinds in alarms)

    def test_of_any_kind(self, alarms):
        assert sum(map(bool, alarms)) <= 0.02 * N_INNOCENT


class TestWhatIsKnown:
    """Each check runs as soon as its columns are there."""

    labels = np.tile(["anger", "neutral", "sadness"], 20)
    names = number_names(60)

    def test_labels_and_names_alone(self):
        assert check_manifest(make_manifest(self.names, self.labels)) == []

    def test_speakers(self):
        found = check_manifest(make_manifest(self.names, self.labels, np.repeat(["a", "b"], 30)))
        assert list_kinds(found) == [("few_speakers", "note")]

    def test_sentences_of_speakers(self):
        speakers = np.repeat(list("uvwxyz"), 10)
        sentences = np.tile(["t1", "t2"], 30)
        found = check_manifest(
            make_manifest(self.names, self.labels, speakers, sentences=sentences)
        )
        assert list_kinds(found) == [("sentences_shared_by_folds", "note")]
        without = make_manifest(self.names, self.labels, sentences=sentences)
        assert check_manifest(without) == []

    def test_folds_take_the_place_of_speakers(self):
        """Sentences that speakers share do no harm where no two folds do."""
        speakers = np.repeat(list("uvwxyz"), 10)
        folds = np.repeat(["1", "2", "3"], 20)
        manifest = make_manifest(self.names, self.labels, speakers, folds=folds, sentences=folds)
        assert check_manifest(manifest) == []

    def test_folds_without_speakers(self):
        folds = np.tile(["1", "2"], 30)
        manifest = make_manifest(self.names, self.labels, folds=folds, sentences=self.labels)
        assert list_kinds(check_manifest(manifest)) == [("sentences_shared_by_folds", "note")]

    def test_errors_come_first(self):
        speakers = np.repeat(["1", "01", "2"], 20)
        labels = np.repeat(["anger", "neutral", "Neutral"], (40, 10, 10))
        sentences = np.tile(["t1", "t2"], 30)
        found = check_manifest(make_manifest(self.names, labels, speakers, sentences=sentences))
        levels = [finding.level for finding in found]
        assert levels == sorted(levels, key=["error", "warning", "note"].index)
        assert set(levels) == {"error", "warning", "note"}
        kinds = [(f.level, f.kind) for f in found if f.level == "warning"]
        assert kinds == sorted(kinds)


def test_order_of_rows_changes_nothing_but_the_findings_about_it():
    speakers = np.repeat(["1", "01", *"23456789"], 24)
    labels = np.tile(np.repeat(["anger", "neutral", "Neutral"], (16, 5, 3)), 10)
    labels[speakers == "7"] = "anger"
    folds, sentences = np.where(np.arange(240) % 5, "1", "2"), np.tile(["t1", "t2"], 120)
    names = np.array([f"{speaker}_{i % 24}.wav" for i, speaker in enumerate(speakers)])
    expected = None
    for order in (np.arange(240), *(np.random.default_rng(i).permutation(240) for i in range(3))):
        manifest = make_manifest(
            names[order],
            labels[order],
            speakers[order],
            folds=folds[order],
            sentences=sentences[order],
        )
        found = [{**f.to_dict(), "files": sorted(f.files)} for f in check_manifest(manifest)]
        assert len(found) > 4
        expected = expected or found
        assert found == expected


@pytest.mark.parametrize("kind", ["imbalance", "single_class_speaker"])
def test_order_of_rows_changes_no_message(kind):
    labels = np.array([*["anger"] * 80, *["fear"] * 10, *["neutral"] * 10])
    speakers = np.repeat(list("abcdefghij"), 10)
    messages = set()
    for order in (np.arange(100), np.arange(100)[::-1]):
        found = check_manifest(
            make_manifest(np.array(number_names(100))[order], labels[order], speakers[order])
        )
        messages.add(find_one(found, kind).message)
    assert len(messages) == 1


def test_is_deterministic():
    manifest = make_manifest(number_names(200), np.repeat(["anger", "fear"], 100))
    first, second = check_manifest(manifest), check_manifest(manifest)
    assert first == second != []
