"""Steps of a pipeline that notice clips unlike those that its model learned from, and say so."""

from sersk.utils._lazy import make_lazy

# A submodule is imported when one of its names is first touched.
_SUBMODULES = {
    "NoveltyGuard": "_novelty",
    "SoundGuard": "_sound",
    "measure_clips": "_measurements",
}

__all__ = ["NoveltyGuard", "SoundGuard", "measure_clips"]

__getattr__, __dir__ = make_lazy(__name__, _SUBMODULES)
