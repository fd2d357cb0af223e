import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    classification_report,
    confusion_matrix,
    f1_score,
    recall_score,
)

from sersk.metrics import summarise_predictions, unweighted_average_recall

CLASSES = np.array(["angry", "happy", "neutral", "sad"])


def _draw(seed, n_samples=60, skew=(0.6, 0.2, 0.15, 0.05)):
    rng = np.random.default_rng(seed)
    y_true = rng.choice(CLASSES, n_samples, p=skew)
    y_true[:4] = CLASSES
    y_pred = np.where(rng.random(n_samples) < 0.6, y_true, rng.choice(CLASSES, n_samples))
    return y_true, y_pred


@pytest.mark.parametrize("seed", range(5))
def test_uar_is_balanced_accuracy(seed):
    y_true, y_pred = _draw(seed)
    score = unweighted_average_recall(y_true, y_pred)
    assert type(score) is float
    assert_allclose(score, balanced_accuracy_score(y_true, y_pred))
    assert abs(score - accuracy_score(y_true, y_pred)) > 1e-3


@pytest.mark.parametrize(
    "change",
    [list, pd.Series, lambda labels: labels.astype(object), lambda labels: labels[:, None]],
)
def test_uar_of_other_forms(change):
    y_true, y_pred = _draw(0)
    expected = recall_score(y_true, y_pred, average="macro")
    assert unweighted_average_recall(change(y_true), y_pred) == expected
    assert unweighted_average_recall(y_true, change(y_pred)) == expected


def test_uar_of_unequal_lengths():
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        unweighted_average_recall(["a", "b"], ["a"])


def test_uar_of_names_and_codes():
    with pytest.raises(ValueError, match="must both be names of classes or both be codes"):
        unweighted_average_recall(["a", "b"], [0, 1])


def test_uar_by_hand():
    y_true = ["a"] * 8 + ["b"] * 2
    assert unweighted_average_recall(y_true, ["a"] * 10) == 0.5
    assert unweighted_average_recall(y_true, ["a"] * 8 + ["b", "a"]) == 0.75
    assert unweighted_average_recall(y_true, y_true) == 1.0
    assert unweighted_average_recall(y_true, ["b"] * 8 + ["a"] * 2) == 0.0


@pytest.mark.filterwarnings("error")
def test_uar_without_a_class_in_the_truth():
    """As in a fold of one speaker: only the classes that speaker has count."""
    y_true, y_pred = ["a", "a", "b", "b"], ["a", "c", "b", "b"]
    assert unweighted_average_recall(y_true, y_pred) == 0.75


@pytest.mark.parametrize("seed", range(3))
def test_summary_against_sklearn(seed):
    y_true, y_pred = _draw(seed)
    summary = summarise_predictions(y_true, y_pred, CLASSES)
    report = classification_report(y_true, y_pred, output_dict=True, zero_division=0)
    assert_allclose(summary["uar"], report["macro avg"]["recall"])
    assert_allclose(summary["accuracy"], report["accuracy"])
    assert_allclose(summary["macro_f1"], f1_score(y_true, y_pred, average="macro"))
    assert_allclose(summary["weighted_f1"], f1_score(y_true, y_pred, average="weighted"))
    assert abs(summary["weighted_f1"] - summary["macro_f1"]) > 1e-3
    assert list(summary["per_class"]) == CLASSES.tolist()
    for name, row in summary["per_class"].items():
        assert_allclose(row["precision"], report[name]["precision"])
        assert_allclose(row["recall"], report[name]["recall"])
        assert_allclose(row["f1"], report[name]["f1-score"])
        assert row["n_clips"] == report[name]["support"]
    assert summary["confusion_matrix"] == confusion_matrix(y_true, y_pred).tolist()


def test_confusion_matrix_has_the_truth_in_rows():
    summary = summarise_predictions(["a", "a", "a", "b"], ["a", "b", "b", "b"], ["a", "b"])
    assert summary["confusion_matrix"] == [[1, 2], [0, 1]]


def test_classes_give_the_order():
    summary = summarise_predictions(["a", "a", "a", "b"], ["a", "b", "b", "b"], ["b", "a"])
    assert summary["confusion_matrix"] == [[1, 0], [2, 1]]
    assert list(summary["per_class"]) == ["b", "a"]
    assert summary["per_class"]["a"] == {
        "precision": 1.0,
        "recall": pytest.approx(1 / 3),
        "f1": 0.5,
        "n_clips": 3,
    }


@pytest.mark.filterwarnings("error")
def test_class_absent_from_the_truth():
    y_true, y_pred = ["a", "a", "b", "b"], ["a", "c", "b", "b"]
    summary = summarise_predictions(y_true, y_pred, ["a", "b", "c"])
    assert summary["uar"] == 0.75
    assert summary["accuracy"] == 0.75
    assert_allclose(summary["macro_f1"], (2 / 3 + 1) / 2)
    assert_allclose(summary["weighted_f1"], (2 / 3 + 1) / 2)
    assert summary["per_class"]["c"] == {"precision": 0, "recall": 0, "f1": 0, "n_clips": 0}
    assert summary["confusion_matrix"] == [[1, 0, 1], [0, 2, 0], [0, 0, 0]]


@pytest.mark.filterwarnings("error")
def test_class_never_predicted():
    summary = summarise_predictions(["a", "b"], ["a", "a"], ["a", "b"])
    assert summary["per_class"]["b"] == {"precision": 0, "recall": 0, "f1": 0, "n_clips": 1}


def test_summary_can_be_written_as_json():
    summary = summarise_predictions(*_draw(0), CLASSES)
    assert json.loads(json.dumps(summary)) == summary
