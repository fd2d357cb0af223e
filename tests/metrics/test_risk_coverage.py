import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sersk.metrics import (
    area_under_risk_coverage,
    risk_coverage_curve,
    summarise_probabilities,
)


def _state(confidences, is_right):
    """Make clips of two classes with these confidences."""
    confidences = np.asarray(confidences, dtype=float)
    y_true = np.where(is_right, "a", "b")
    return y_true, np.column_stack([confidences, 1 - confidences]), ["a", "b"]


def _draw(n_samples, seed=0):
    """Draw answers that are right as often as their confidence says."""
    rng = np.random.default_rng(seed)
    confidences = rng.uniform(0.5, 1, n_samples)
    return _state(confidences, rng.random(n_samples) < confidences)


def test_rows_by_hand():
    rows = risk_coverage_curve(*_state([0.9, 0.6, 0.8, 0.7], [True, False, False, True]))
    assert rows == [
        {"coverage": 1.0, "accuracy": 0.5, "threshold": 0.6, "n_clips": 4},
        {"coverage": 0.75, "accuracy": 2 / 3, "threshold": 0.7, "n_clips": 3},
        {"coverage": 0.5, "accuracy": 0.5, "threshold": 0.8, "n_clips": 2},
        {"coverage": 0.25, "accuracy": 1.0, "threshold": 0.9, "n_clips": 1},
    ]


@pytest.mark.parametrize("seed", range(3))
def test_every_row_is_what_its_threshold_leaves(seed):
    y_true, probabilities, classes = _draw(211, seed)
    rows = risk_coverage_curve(y_true, probabilities, classes)
    assert len(rows) == 20
    for wanted, row in zip(np.arange(20, 0, -1) / 20, rows, strict=True):
        judged = probabilities.max(axis=1) >= row["threshold"]
        assert row["n_clips"] == judged.sum()
        assert row["coverage"] == pytest.approx(judged.mean())
        assert row["coverage"] == pytest.approx(wanted, abs=0.51 / 211)
        assert row["accuracy"] == pytest.approx((y_true[judged] == "a").mean())


def test_equal_confidences_are_judged_together():
    """So the result does not depend on the order of the clips."""
    confidences = np.repeat([0.5, 0.6, 1.0], [33, 14, 53])
    y_true, probabilities, classes = _state(confidences, np.arange(100) % 3 > 0)
    order = np.random.default_rng(0).permutation(100)
    rows = risk_coverage_curve(y_true, probabilities, classes)
    assert [row["n_clips"] for row in rows] == [100, 67, 53]
    assert risk_coverage_curve(y_true[order], probabilities[order], classes) == rows
    area = area_under_risk_coverage(y_true, probabilities, classes)
    assert area_under_risk_coverage(y_true[order], probabilities[order], classes) == area
    risks = [1 - row["accuracy"] for row in rows]
    assert area == pytest.approx(np.dot(risks, [33, 14, 53]) / 100)


def test_a_model_without_preference_has_one_row_and_its_error_rate():
    clips = _state([0.7] * 10, np.arange(10) < 6)
    (row,) = risk_coverage_curve(*clips)
    assert (row["coverage"], row["accuracy"]) == (1, 0.6)
    assert area_under_risk_coverage(*clips) == pytest.approx(0.4)


def test_area_against_a_loop():
    y_true, probabilities, classes = _draw(150)
    order = np.argsort(-probabilities.max(axis=1))
    wrong = (y_true[order] != "a").astype(float)
    expected = np.mean([wrong[: i + 1].mean() for i in range(150)])
    assert area_under_risk_coverage(y_true, probabilities, classes) == pytest.approx(expected)


def test_areas_of_the_best_and_the_worst_order():
    is_right = np.arange(1000) >= 300
    best = area_under_risk_coverage(*_state(np.linspace(0.6, 0.9, 1000), is_right))
    worst = area_under_risk_coverage(*_state(np.linspace(0.9, 0.6, 1000), is_right))
    # With an error rate r: r + (1 - r) ln(1 - r), which is about r squared over two.
    assert best == pytest.approx(0.3 + 0.7 * np.log(0.7), abs=0.002)
    assert worst > 0.6


def test_honest_confidence_rises_as_coverage_falls():
    rows = risk_coverage_curve(*_draw(20_000), n_points=10)
    assert np.all(np.diff([row["accuracy"] for row in rows]) > 0)


def test_summary_holds_both():
    clips = _draw(100)
    summary = summarise_probabilities(*clips)
    assert summary["risk_coverage"] == risk_coverage_curve(*clips)
    assert summary["aurc"] == area_under_risk_coverage(*clips)
    assert json.loads(json.dumps(summary)) == summary
    assert_allclose(
        summary["risk_coverage"][0]["accuracy"],
        sum(row["accuracy"] * row["n_clips"] for row in summary["calibration"]) / 100,
    )


def test_errors():
    with pytest.raises(ValueError, match=r"'n_points' parameter of risk_coverage_curve .* Got 0"):
        risk_coverage_curve(["a"], [[0.5, 0.5]], ["a", "b"], n_points=0)
    with pytest.raises(ValueError, match=r"only have classes from `classes`\. Got c as well"):
        area_under_risk_coverage(["c"], [[0.5, 0.5]], ["a", "b"])
    with pytest.raises(ValueError, match="rows that sum to 1"):
        risk_coverage_curve(["a"], [[0.5, 0.6]], ["a", "b"])
