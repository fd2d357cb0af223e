"""What an explanation says, in numbers and in words."""

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler

from sersk.explanation import (
    Explanation,
    describe_explanation,
    find_background,
    replace_columns,
)
from sersk.guards import NoveltyGuard
from sersk.preprocessing import BlockScaler

CLASSES = ["angry", "calm", "sad"]


def rows(*of_angry):
    return np.array([[p, 0.75 * (1 - p), 0.25 * (1 - p)] for p in of_angry]).reshape(-1, 3)


@pytest.fixture
def explanation():
    """Of five overlapping stretches, the third speaks most for it, and the last against."""
    starts = 0.2 + 0.25 * np.arange(5)
    return Explanation(
        filename="clips/a.wav",
        classes=CLASSES,
        label="angry",
        probabilities=rows(0.6)[0],
        start_s=0.0,
        stop_s=2.0,
        removal="cut",
        stretches=np.stack([starts, starts + 0.5], axis=1),
        without_stretches=rows(0.59, 0.45, 0.2, 0.5, 0.8),
        blocks=["pitch", "spectrum"],
        without_blocks=rows(0.3, 0.7),
        reason=None,
    )


def test_changes_are_of_the_class_explained(explanation):
    assert_allclose(explanation.stretch_changes, [-0.01, -0.15, -0.4, -0.1, 0.2])
    assert_allclose(explanation.block_changes, [-0.3, 0.1])
    sad = replace(explanation, label="sad")
    assert sad.probability == pytest.approx(0.1)
    assert_allclose(sad.stretch_changes, -0.25 * explanation.stretch_changes)


def test_most_important_changes_most_either_way(explanation):
    assert explanation.most_important == 2
    other = replace(explanation, without_stretches=rows(0.59, 0.45, 0.5, 0.5, 0.99))
    assert other.most_important == 4


def test_ranked_stretches_do_not_overlap(explanation):
    assert explanation.rank_stretches(5) == [2, 4, 0]
    assert explanation.rank_stretches(1) == [2]


@pytest.mark.parametrize(("change", "stands_out"), [(0.051, True), (-0.051, True), (0.049, False)])
def test_what_stands_out(explanation, change, stands_out):
    changed = replace(explanation, without_stretches=rows(0.6, 0.6, 0.6, 0.6, 0.6 + change))
    assert changed.stands_out is stands_out


def test_dict_is_ready_for_json(explanation):
    content = json.loads(json.dumps(explanation.to_dict(), allow_nan=False))
    assert content["probabilities"] == pytest.approx({"angry": 0.6, "calm": 0.3, "sad": 0.1})
    assert content["most_important"] == content["stretches"][2]
    third = content["stretches"][2]
    assert (third["start_s"], third["stop_s"]) == (0.7, 1.2)
    assert third["change"] == pytest.approx(-0.4)
    assert third["probabilities"]["calm"] == pytest.approx(0.6)
    assert [block["name"] for block in content["blocks"]] == ["pitch", "spectrum"]
    assert content["stands_out"] is True


def test_table_has_stretches_then_blocks(explanation):
    table = replace(explanation, classes=["angry", "Name", "sad"]).to_table()
    assert table.columns.tolist() == [
        *("Kind", "Name", "Start", "Stop", "Change", "angry", "P(Name)", "sad")
    ]
    assert table.Kind.tolist() == ["stretch"] * 5 + ["block"] * 2
    assert_allclose(table.angry, [0.59, 0.45, 0.2, 0.5, 0.8, 0.3, 0.7])
    assert_allclose(table.Change, table.angry - 0.6)


def test_words(explanation):
    assert describe_explanation(explanation) == [
        "Most likely angry (60 %).",
        "0.70 to 1.20 s speaks most for angry: without it 20 %.",
        "1.20 to 1.70 s speaks most against angry: without it 80 %.",
        "Of the features, pitch speaks most for it (as in the average training clip: 30 %), and "
        "spectrum speaks most against it (as in the average training clip: 70 %).",
    ]


def test_words_of_another_class(explanation):
    assert describe_explanation(replace(explanation, label="sad"))[:2] == [
        "sad has 10 %; most likely is angry (60 %).",
        "0.70 to 1.20 s speaks most against sad: without it 20 %.",
    ]


def test_words_where_nothing_stands_out(explanation):
    nothing = replace(
        explanation,
        probabilities=rows(0.36)[0],
        without_stretches=rows(0.36, 0.37, 0.36, 0.34, 0.36),
        without_blocks=rows(0.36, 0.35),
    )
    assert describe_explanation(nothing) == [
        "angry has 36 %; most likely is calm (48 %).",
        "No stretch stands out: without any 0.50 s of it, the probability changes by 2.0 points "
        "at most.",
        "No block of features stands out: with any of them as in the average training clip, the "
        "probability changes by 1.0 point at most.",
    ]


def test_words_of_a_guess(explanation):
    guess = replace(explanation, label="calm", probabilities=np.array([0.3, 0.4, 0.3]))
    assert describe_explanation(guess)[1] == (
        "The model hardly decides: a guess among 3 classes has 33 %."
    )
    assert "hardly" not in " ".join(describe_explanation(explanation))


def test_words_without_stretches_or_blocks(explanation):
    none = np.empty((0, 3))
    bare = replace(
        explanation,
        stretches=np.empty((0, 2)),
        without_stretches=none,
        blocks=[],
        without_blocks=none,
        reason="Why not.",
    )
    assert bare.most_important is None
    assert bare.stands_out is False
    assert bare.to_dict()["most_important"] is None
    assert describe_explanation(bare)[1:] == [
        "Too little is heard to take stretches out of it.",
        "Why not.",
    ]


class TestFeatures:
    @pytest.mark.parametrize("step", [StandardScaler(), BlockScaler(None), NoveltyGuard()])
    def test_background_is_the_mean_of_the_training_clips(self, step, rng):
        X = rng.normal(3, 1, (20, 4))
        assert_allclose(find_background(step.fit(X), 4), X.mean(axis=0))

    def test_step_may_not_know_it(self, rng):
        X, y = rng.normal(3, 1, (20, 4)), np.tile(["a", "b"], 10)
        assert find_background("passthrough", 4) is None
        assert find_background(GaussianNB().fit(X, y), 4) is None
        assert find_background(StandardScaler().fit(X), 5) is None

    def test_columns_are_replaced_and_no_others(self):
        row = np.arange(4, dtype=np.float32)
        replaced = replace_columns(row, np.full(4, 9.0), [range(1, 3), [0, 3]])
        assert_array_equal(replaced, [[0, 9, 9, 3], [9, 1, 2, 9]])
        assert replaced.dtype == np.float32
        assert_array_equal(row, np.arange(4))
