"""Models, scores, predictions and tables in words, the same wherever they are shown."""

from sersk.utils._lazy import make_lazy

# A submodule is imported when one of its names is first touched.
_SUBMODULES = {
    "describe_answer": "_answer",
    "describe_limits": "_limits",
    "describe_shares": "_shares",
    "describe_trust": "_limits",
    "format_card": "_card",
    "format_table": "_tables",
    "make_report": "_report",
    "summarise_model": "_model",
    "write_report": "_report",
}

__all__ = [
    "describe_answer",
    "describe_limits",
    "describe_shares",
    "describe_trust",
    "format_card",
    "format_table",
    "make_report",
    "summarise_model",
    "write_report",
]

__getattr__, __dir__ = make_lazy(__name__, _SUBMODULES)
