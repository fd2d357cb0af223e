import json
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics import log_loss, roc_auc_score

from sersk.metrics import calibration_error, summarise_probabilities

CLASSES = np.array(["angry", "happy", "sad"])


def _draw(n_samples, *, seed=0, sharpness=1.0):
    """Draw classes from the very probabilities, so that these are calibrated at sharpness 1."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=1.5, size=(n_samples, 3))
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    columns = (rng.random((n_samples, 1)) > chances.cumsum(axis=1)).sum(axis=1)
    stated = chances**sharpness
    return CLASSES[columns], stated / stated.sum(axis=1, keepdims=True)


def test_calibration_by_hand():
    # Two bins: confidences .6, .7 (both wrong) and .8, .9 (both right).
    top = np.array([0.8, 0.6, 0.9, 0.7])
    probabilities = np.column_stack([top, 1 - top])
    y_true = ["a", "b", "a", "b"]
    error = calibration_error(y_true, probabilities, ["a", "b"], n_bins=2)
    assert error == pytest.approx((0.65 + 0.15) / 2)
    # One bin: .75 stated, .5 right.
    assert calibration_error(y_true, probabilities, ["a", "b"], n_bins=1) == pytest.approx(0.25)


@pytest.mark.parametrize("seed", range(3))
def test_calibration_against_a_loop(seed):
    y_true, probabilities = _draw(205, seed=seed)
    ranked = sorted(zip(probabilities.tolist(), y_true, strict=True), key=lambda row: max(row[0]))
    error = 0
    for k in range(10):
        rows = [row for i, row in enumerate(ranked) if i * 10 // 205 == k]
        stated = sum(max(row) for row, _ in rows)
        right = sum(CLASSES[row.index(max(row))] == truth for row, truth in rows)
        error += abs(stated - right) / 205
    assert calibration_error(y_true, probabilities, CLASSES) == pytest.approx(error)
    assert summarise_probabilities(y_true, probabilities, CLASSES)[
        "calibration_error"
    ] == pytest.approx(error)


def test_calibrated_model_has_a_small_error_and_others_have_not():
    calibrated, sure, shy = (
        calibration_error(*_draw(20_000, sharpness=s), CLASSES) for s in (1, 3, 0.3)
    )
    assert calibrated < 0.015
    assert sure > 0.1
    assert shy > 0.1


def test_bins_have_equal_counts_and_add_up():
    y_true, probabilities = _draw(203)
    bins = summarise_probabilities(y_true, probabilities, CLASSES)["calibration"]
    assert {row["n_clips"] for row in bins} == {20, 21}
    assert sum(row["n_clips"] for row in bins) == 203
    assert np.all(np.diff([row["confidence"] for row in bins]) > 0)
    accuracy = np.mean(CLASSES[probabilities.argmax(axis=1)] == y_true)
    pooled = sum(row["accuracy"] * row["n_clips"] for row in bins) / 203
    assert pooled == pytest.approx(accuracy)


def test_ties_share_a_bin():
    """So the result does not depend on the order of the clips."""
    top = np.repeat([0.5, 0.6, 1.0], [33, 14, 53])
    probabilities = np.column_stack([top, 1 - top])
    y_true = np.where(np.arange(100) % 3, "a", "b")
    first, second = (
        summarise_probabilities(y_true[order], probabilities[order], ["a", "b"])
        for order in (np.arange(100), np.random.default_rng(0).permutation(100))
    )
    assert [row["n_clips"] for row in first["calibration"]] == [33, 14, 53]
    assert second["calibration_error"] == pytest.approx(first["calibration_error"])


def test_fewer_clips_than_bins():
    bins = summarise_probabilities(["a", "b"], [[0.9, 0.1], [0.2, 0.8]], ["a", "b"])["calibration"]
    assert [(row["confidence"], row["accuracy"]) for row in bins] == [(0.8, 1), (0.9, 1)]


def test_summary_against_sklearn():
    y_true, probabilities = _draw(300, sharpness=2)
    summary = summarise_probabilities(y_true, probabilities, CLASSES)
    assert_allclose(summary["log_loss"], log_loss(y_true, probabilities))
    assert_allclose(summary["roc_auc"], roc_auc_score(y_true, probabilities, multi_class="ovr"))
    assert json.loads(json.dumps(summary)) == summary


def test_classes_give_the_order_of_the_columns():
    y_true, probabilities = _draw(100)
    expected = summarise_probabilities(y_true, probabilities, CLASSES)
    turned = summarise_probabilities(y_true, probabilities[:, ::-1], CLASSES[::-1])
    for name in ("roc_auc", "log_loss", "calibration_error"):
        assert turned[name] == pytest.approx(expected[name])


def test_numbers_as_classes():
    summary = summarise_probabilities(
        np.array([2, 7]), [[0.75, 0.25], [0.5, 0.5]], np.array([2, 7])
    )
    assert summary["log_loss"] == pytest.approx(-(math.log(0.75) + math.log(0.5)) / 2)


@pytest.mark.filterwarnings("error")
def test_class_without_clips_does_not_count():
    y_true, probabilities = _draw(200)
    kept = y_true != "sad"
    summary = summarise_probabilities(y_true[kept], probabilities[kept], CLASSES)
    areas = [roc_auc_score(y_true[kept] == CLASSES[j], probabilities[kept, j]) for j in range(2)]
    assert summary["roc_auc"] == pytest.approx(np.mean(areas))


@pytest.mark.filterwarnings("error")
def test_single_class_has_no_area():
    summary = summarise_probabilities(["a", "a"], [[0.5, 0.5], [1.0, 0.0]], ["a", "b"])
    assert summary["roc_auc"] is None
    assert summary["log_loss"] == pytest.approx(math.log(2) / 2)


@pytest.mark.filterwarnings("error")
def test_class_that_a_fold_has_never_met():
    """Its probability is 0 there: the loss is large but finite, and the area is defined."""
    y_true, probabilities = _draw(90)
    probabilities[:30, 0] = 0
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    summary = summarise_probabilities(y_true, probabilities, CLASSES)
    assert 2 < summary["log_loss"] < 37
    assert 0.5 < summary["roc_auc"] < 1
    probabilities[:, 0] = 0
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    areas = [0.5, *(roc_auc_score(y_true == CLASSES[j], probabilities[:, j]) for j in (1, 2))]
    summary = summarise_probabilities(y_true, probabilities, CLASSES)
    assert summary["roc_auc"] == pytest.approx(np.mean(areas))


@pytest.mark.filterwarnings("error")
def test_float32_is_taken():
    y_true, probabilities = _draw(100)
    summary = summarise_probabilities(y_true, probabilities.astype(np.float32), CLASSES)
    expected = summarise_probabilities(y_true, probabilities, CLASSES)
    assert summary["log_loss"] == pytest.approx(expected["log_loss"], abs=1e-5)


@pytest.mark.parametrize(
    ("probabilities", "message"),
    [
        ([[0.5, 0.5, 0.0]] * 2, r"shape \(2, 3\) for 2 classes"),
        ([0.5, 0.5], r"shape \(2,\) for 2 classes"),
        ([[0.5, 0.5]], "Got 2, 1 instead"),
        ([[2.0, -1.0]] * 2, "values from -1 to 2 and sums from 1 to 1"),
        ([[0.5, 0.6]] * 2, "sums from 1.1 to 1.1"),
        ([[np.nan, 0.5]] * 2, "values from nan to nan"),
    ],
)
def test_what_are_no_probabilities(probabilities, message):
    with pytest.raises(ValueError, match=message):
        summarise_probabilities(["a", "b"], probabilities, ["a", "b"])


def test_single_column():
    with pytest.raises(ValueError, match="each of at least 2 classes"):
        summarise_probabilities(["a"], [[1.0]], ["a"])


def test_unknown_class():
    with pytest.raises(ValueError, match=r"Got c, d as well\. For a class that the model does"):
        calibration_error(["a", "d", "c"], [[0.5, 0.5]] * 3, ["a", "b"])


def test_number_of_bins():
    with pytest.raises(ValueError, match=r"'n_bins' parameter of calibration_error .* Got 0"):
        calibration_error(["a"], [[0.5, 0.5]], ["a", "b"], n_bins=0)
