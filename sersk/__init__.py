"""Speech emotion recognition with scikit-learn.

``sersk`` turns a CSV of labelled sound files into a cross-validated, saved classifier, as the
command ``sersk`` and as scikit-learn estimators. Importing the package loads none of the heavy
libraries; each submodule is imported when it is first touched.
"""

import importlib

__version__ = "0.1.0"

__all__ = [
    "audio",
    "audit",
    "augmentation",
    "classifiers",
    "datasets",
    "display",
    "exceptions",
    "explanation",
    "features",
    "guards",
    "metrics",
    "model_selection",
    "persistence",
    "preprocessing",
    "recipes",
    "report",
    "timeline",
    "workflows",
]
# Not imported by a star, as it needs an extra.
_OPTIONAL = ("neural",)


def __getattr__(name):
    if name in __all__ or name in _OPTIONAL:
        return importlib.import_module(f"sersk.{name}")
    raise AttributeError(f"module 'sersk' has no attribute {name!r}")


def __dir__():
    return sorted([*__all__, *_OPTIONAL, "__version__"])
