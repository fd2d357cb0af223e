"""Data sets: CSV manifests, label maps, and synthetic speech that needs no download."""

import importlib

# Where each public name lives. A submodule is imported when one of its names is first touched.
_SUBMODULES = {
    "EMOTIONS": "_emotions",
    "LABEL_MAPS": "_label_maps",
    "LabelMap": "_label_map",
    "Manifest": "_manifest",
    "find_emotion": "_emotions",
    "find_label_map": "_label_maps",
    "make_emotional_speech": "_synthetic",
    "read_labels": "_manifest",
    "read_manifest": "_manifest",
}

__all__ = [
    "EMOTIONS",
    "LABEL_MAPS",
    "LabelMap",
    "Manifest",
    "find_emotion",
    "find_label_map",
    "make_emotional_speech",
    "read_labels",
    "read_manifest",
]


def __getattr__(name):
    if name in _SUBMODULES:
        return getattr(importlib.import_module(f"{__name__}.{_SUBMODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
