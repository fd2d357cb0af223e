"""Speaker-independent splits, and scores that come from them."""

from sersk.model_selection._cross_validation import (
    OutOfFold,
    cross_validate_predictions,
    fit_with_groups,
)
from sersk.model_selection._importance import Importance, compute_importance, group_descriptors
from sersk.model_selection._learning_curve import (
    LearningCurve,
    check_speakers_for_curve,
    compute_learning_curve,
)
from sersk.model_selection._protocols import (
    DEFAULT_N_FOLDS,
    MAX_LEFT_OUT_SPEAKERS,
    PROTOCOLS,
    Protocol,
    make_protocol,
)
from sersk.model_selection._search import NestedSearch, make_search, search_nested
from sersk.model_selection._splits import SpeakerKFold

__all__ = [
    "DEFAULT_N_FOLDS",
    "MAX_LEFT_OUT_SPEAKERS",
    "PROTOCOLS",
    "Importance",
    "LearningCurve",
    "NestedSearch",
    "OutOfFold",
    "Protocol",
    "SpeakerKFold",
    "check_speakers_for_curve",
    "compute_importance",
    "compute_learning_curve",
    "cross_validate_predictions",
    "fit_with_groups",
    "group_descriptors",
    "make_protocol",
    "make_search",
    "search_nested",
]
