"""Scores, led by unweighted average recall; their intervals over speakers; paired tests."""

from sersk.metrics._groups import summarise_groups
from sersk.metrics._intervals import (
    MIN_SPEAKERS_FOR_INTERVAL,
    SpeakerInterval,
    speaker_interval,
    summarise_uncertainty,
)
from sersk.metrics._paired import (
    PairedComparison,
    adjust_p_values,
    compare_predictions,
    difference_interval,
)
from sersk.metrics._probabilities import (
    bin_by_confidence,
    calibration_error,
    summarise_probabilities,
)
from sersk.metrics._risk_coverage import area_under_risk_coverage, risk_coverage_curve
from sersk.metrics._scores import summarise_predictions, unweighted_average_recall

__all__ = [
    "MIN_SPEAKERS_FOR_INTERVAL",
    "PairedComparison",
    "SpeakerInterval",
    "adjust_p_values",
    "area_under_risk_coverage",
    "bin_by_confidence",
    "calibration_error",
    "compare_predictions",
    "difference_interval",
    "risk_coverage_curve",
    "speaker_interval",
    "summarise_groups",
    "summarise_predictions",
    "summarise_probabilities",
    "summarise_uncertainty",
    "unweighted_average_recall",
]
