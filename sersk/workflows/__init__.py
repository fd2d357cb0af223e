"""What the commands do, as functions: fit, predict, evaluate, compare, audit, extract, augment."""

from sersk.utils._lazy import make_lazy

# A submodule is imported when one of its names is first touched.
_SUBMODULES = {
    "FitResult": "_fit",
    "audit": "_audit",
    "augment": "_augment",
    "clear_fold_memory": "_fold_memory",
    "compare": "_compare",
    "evaluate": "_evaluate",
    "extract": "_extract",
    "find_clips": "_predict",
    "find_rows": "_predict",
    "find_sound_guard": "_guards",
    "find_speakers": "_predict",
    "find_views": "_relabel",
    "fit": "_fit",
    "measure_fold_memory": "_fold_memory",
    "normalizes_speakers": "_normalization",
    "predict": "_predict",
    "predict_timeline": "_timeline",
    "predict_timelines": "_timeline",
    "summarise_timelines": "_timeline",
    "write_demo_corpus": "_demo",
}

__all__ = [
    "FitResult",
    "audit",
    "augment",
    "clear_fold_memory",
    "compare",
    "evaluate",
    "extract",
    "find_clips",
    "find_rows",
    "find_sound_guard",
    "find_speakers",
    "find_views",
    "fit",
    "measure_fold_memory",
    "normalizes_speakers",
    "predict",
    "predict_timeline",
    "predict_timelines",
    "summarise_timelines",
    "write_demo_corpus",
]

__getattr__, __dir__ = make_lazy(__name__, _SUBMODULES)
