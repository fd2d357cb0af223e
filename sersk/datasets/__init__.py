"""Data sets: CSV manifests, and synthetic speech that needs no download."""

import importlib

# Where each public name lives. A submodule is imported when one of its names is first touched.
_SUBMODULES = {
    "Manifest": "_manifest",
    "make_emotional_speech": "_synthetic",
    "read_labels": "_manifest",
    "read_manifest": "_manifest",
}

__all__ = ["Manifest", "make_emotional_speech", "read_labels", "read_manifest"]


def __getattr__(name):
    if name in _SUBMODULES:
        return getattr(importlib.import_module(f"{__name__}.{_SUBMODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
