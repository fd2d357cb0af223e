"""Descriptions of models, whole and in parts."""

import copy

WHOLE = {
    "recipe": "bilstm",
    "unfinished": True,
    "labels": {"name": "sentiment3"},
    "classes": ["angry", "happy", "sad"],
    "sample_rate": [16000, 22050],
    "features": {"extractors": ["mfcc", "egemaps"], "names": ["a", "b", "c"], "select": 2},
    "training": {
        "data": "TRAIN.csv",
        "n_clips": 1440,
        "n_speakers": 24,
        "clips_per_class": {"angry": 500, "happy": 500, "sad": 440},
        "search": {"best_params": {"classifier__C": 10.0, "classifier__svc__gamma": "auto"}},
        "augment": {"augmentations": ["noise", "pitch"], "copies": 2, "oversample": True},
        "network": {"input": "original", "n_parameters": 99, "best_epoch": 7, "epochs": 12},
    },
    "scores": {
        "protocol": "leave-one-speaker-out",
        "optimistic": False,
        "uar": 0.461,
        "accuracy": 0.4701,
        "interval": {"uar": [0.42, 0.51], "reason": None},
    },
    "test": {
        "data": "far/OTHER.csv",
        "kind": "cross-corpus",
        "optimistic": False,
        "uar": 0.352,
        "interval": {"uar": [0.31, 0.4], "reason": None},
    },
    "seed": 0,
    "command": "sersk fit --data TRAIN.csv",
    "versions": {"python": "3.12.1", "sersk": "0.1.0"},
    "sha256": "ab12",
}


def describe(**changes):
    """Give the whole description with other values, each by its way such as ``scores__uar``."""
    description = copy.deepcopy(WHOLE)
    for way, value in changes.items():
        *outer, last = way.split("__")
        part = description
        for name in outer:
            part = part[name]
        part[last] = value
    return description


def list_without_a_part():
    """Give the whole description without each of its parts, and parts of parts, in turn."""
    for way in _list_ways(WHOLE):
        for value in ("left out", "None"):
            description = copy.deepcopy(WHOLE)
            part = description
            for name in way[:-1]:
                part = part[name]
            if value == "None" and isinstance(part[way[-1]], dict):
                part[way[-1]] = None
            else:
                del part[way[-1]]
            yield description


def _list_ways(part, way=()):
    for name, value in part.items():
        yield (*way, name)
        if isinstance(value, dict):
            yield from _list_ways(value, (*way, name))
