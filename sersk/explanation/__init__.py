"""What carried a decision: the same clip without one of its parts."""

from sersk.explanation._explanation import Explanation
from sersk.explanation._features import find_background, replace_columns
from sersk.explanation._stretches import place_stretches, remove_stretch
from sersk.explanation._words import describe_explanation

__all__ = [
    "Explanation",
    "describe_explanation",
    "find_background",
    "place_stretches",
    "remove_stretch",
    "replace_columns",
]
