import json

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score

from sersk.metrics import summarise_groups


def test_groups_by_hand():
    y_true = ["a", "a", "a", "b", "b", "c"]
    y_pred = ["a", "b", "a", "b", "c", "c"]
    summary = summarise_groups(y_true, y_pred, ["f", "f", "m", "f", "m", "m"])
    assert summary == {
        "f": {"n_clips": 3, "uar": 0.75, "accuracy": pytest.approx(2 / 3), "n_classes": 2},
        "m": {
            "n_clips": 3,
            "uar": pytest.approx(2 / 3),
            "accuracy": pytest.approx(2 / 3),
            "n_classes": 3,
        },
    }
    assert json.loads(json.dumps(summary)) == summary


def test_groups_against_sklearn():
    rng = np.random.default_rng(0)
    y_true, y_pred, groups = rng.integers(0, 4, size=(3, 300))
    y_pred = np.where(rng.random(300) < 0.5, y_true, y_pred + (groups == 2))
    summary = summarise_groups(y_true, y_pred, groups)
    assert list(summary) == ["0", "1", "2", "3"]
    for name, row in summary.items():
        is_in = groups == int(name)
        assert row["n_clips"] == is_in.sum()
        assert row["accuracy"] == pytest.approx(accuracy_score(y_true[is_in], y_pred[is_in]))
        if np.isin(y_pred[is_in], y_true[is_in]).all():
            uar = balanced_accuracy_score(y_true[is_in], y_pred[is_in])
            assert row["uar"] == pytest.approx(uar)


def test_prediction_of_class_without_clips_is_an_error():
    """Also when that class sorts before, between or after those that there are."""
    y_true = ["b", "b", "b", "d"]
    summary = summarise_groups(y_true, ["a", "c", "e", "d"], ["s"] * 4)
    assert summary["s"] == {"n_clips": 4, "uar": 0.5, "accuracy": 0.25, "n_classes": 2}


def test_numbers_are_sorted_as_numbers():
    assert list(summarise_groups([0] * 3, [0] * 3, [10, 2, 1])) == ["1", "2", "10"]


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_clip_without_group(missing):
    groups = np.array(["ann", missing, "bob"], dtype=object)
    with pytest.raises(ValueError, match=r"every clip\. Got none for 1 of 3 clips"):
        summarise_groups([0, 1, 1], [0, 1, 1], groups)


def test_lengths_that_differ():
    with pytest.raises(ValueError, match=r"y_true, y_pred and groups .* Got 2, 3, 2 instead"):
        summarise_groups([0, 1], [0, 1, 1], ["a", "b"])
    with pytest.raises(ValueError, match=r"at least one\. Got 0, 0, 0"):
        summarise_groups([], [], [])


def test_strings_against_numbers():
    with pytest.raises(ValueError, match="Mix of label input types"):
        summarise_groups(["0", "1"], [0, 1], ["a", "b"])
