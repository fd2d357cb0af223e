"""What the commands do, as functions: fit, rerun, predict, evaluate, compare, audit and more."""

from sersk.utils._lazy import make_lazy

# A submodule is imported when one of its names is first touched.
_SUBMODULES = {
    "Check": "_doctor",
    "Difference": "_differences",
    "FitResult": "_fit",
    "ModelDiff": "_diff",
    "Rerun": "_rerun",
    "audit": "_audit",
    "augment": "_augment",
    "clear_fold_memory": "_fold_memory",
    "compare": "_compare",
    "diff": "_diff",
    "evaluate": "_evaluate",
    "examine": "_doctor",
    "extract": "_extract",
    "find_clips": "_predict",
    "find_rows": "_predict",
    "find_speakers": "_predict",
    "find_views": "_relabel",
    "fit": "_fit",
    "measure_fold_memory": "_fold_memory",
    "normalizes_speakers": "_normalization",
    "predict": "_predict",
    "predict_timeline": "_timeline",
    "predict_timelines": "_timeline",
    "rerun": "_rerun",
    "summarise_timelines": "_timeline",
    "write_demo_corpus": "_demo",
}

__all__ = [
    "Check",
    "Difference",
    "FitResult",
    "ModelDiff",
    "Rerun",
    "audit",
    "augment",
    "clear_fold_memory",
    "compare",
    "diff",
    "evaluate",
    "examine",
    "extract",
    "find_clips",
    "find_rows",
    "find_speakers",
    "find_views",
    "fit",
    "measure_fold_memory",
    "normalizes_speakers",
    "predict",
    "predict_timeline",
    "predict_timelines",
    "rerun",
    "summarise_timelines",
    "write_demo_corpus",
]

__getattr__, __dir__ = make_lazy(__name__, _SUBMODULES)
