"""Speaker-independent splits, and scores that come from them."""

from sersk.model_selection._cross_validation import (
    OutOfFold,
    cross_validate_predictions,
    fit_with_groups,
)
from sersk.model_selection._protocols import PROTOCOLS, Protocol, make_protocol
from sersk.model_selection._search import NestedSearch, make_search, search_nested
from sersk.model_selection._splits import SpeakerKFold

__all__ = [
    "PROTOCOLS",
    "NestedSearch",
    "OutOfFold",
    "Protocol",
    "SpeakerKFold",
    "cross_validate_predictions",
    "fit_with_groups",
    "make_protocol",
    "make_search",
    "search_nested",
]
