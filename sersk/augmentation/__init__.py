"""Changed copies of clips to learn from, made of training clips only."""

import importlib

# Where each public name lives. A submodule is imported when one of its names is first touched.
_SUBMODULES = {"AugmentedEstimator": "_estimator"}

__all__ = ["AugmentedEstimator"]


def __getattr__(name):
    if name in _SUBMODULES:
        return getattr(importlib.import_module(f"{__name__}.{_SUBMODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
