"""Data sets: manifests, published corpora, label maps, and synthetic speech."""

from sersk.utils._lazy import make_lazy

# Where each public name lives. A submodule is imported when one of its names is first touched.
_SUBMODULES = {
    "CORPORA": "corpora",
    "EMOTIONS": "_emotions",
    "Index": "_index",
    "LABEL_MAPS": "_label_maps",
    "LabelMap": "_label_map",
    "Manifest": "_manifest",
    "find_emotion": "_emotions",
    "find_label_map": "_label_maps",
    "index_folder": "_index",
    "make_emotional_speech": "_synthetic",
    "read_labels": "_manifest",
    "read_manifest": "_manifest",
    "write_index": "_index",
}

__all__ = [
    "CORPORA",
    "EMOTIONS",
    "LABEL_MAPS",
    "Index",
    "LabelMap",
    "Manifest",
    "find_emotion",
    "find_label_map",
    "index_folder",
    "make_emotional_speech",
    "read_labels",
    "read_manifest",
    "write_index",
]

__getattr__, __dir__ = make_lazy(__name__, _SUBMODULES)
