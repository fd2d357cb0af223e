"""Models, predictions and tables in words, the same wherever they are shown."""

from sersk.utils._lazy import make_lazy

# A submodule is imported when one of its names is first touched.
_SUBMODULES = {
    "describe_answer": "_answer",
    "describe_limits": "_limits",
    "describe_shares": "_shares",
    "describe_trust": "_limits",
    "format_card": "_card",
    "format_table": "_tables",
    "summarise_model": "_model",
}

__all__ = [
    "describe_answer",
    "describe_limits",
    "describe_shares",
    "describe_trust",
    "format_card",
    "format_table",
    "summarise_model",
]

__getattr__, __dir__ = make_lazy(__name__, _SUBMODULES)
