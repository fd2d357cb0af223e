"""Results as fit, evaluate and compare give them, small and made up."""

import copy

CLASSES = ["angry", "calm", "sad"]
SCORES = {
    "uar": 0.7,
    "accuracy": 0.71,
    "macro_f1": 0.69,
    "weighted_f1": 0.7,
    "roc_auc": 0.85,
    "log_loss": 0.8,
    "calibration_error": 0.02,
    "calibration": [
        {"confidence": 0.5, "accuracy": 0.5, "n_clips": 60},
        {"confidence": 0.8, "accuracy": 0.84, "n_clips": 60},
    ],
    "classes": CLASSES,
    "per_class": {
        "angry": {"precision": 0.8, "recall": 0.9, "f1": 0.85, "n_clips": 40},
        "calm": {"precision": 0.6, "recall": 0.75, "f1": 0.67, "n_clips": 40},
        "sad": {"precision": 0.7, "recall": 0.45, "f1": 0.55, "n_clips": 40},
    },
    "confusion_matrix": [[36, 2, 2], [3, 30, 7], [1, 21, 18]],
    "interval": {"uar": [0.62, 0.77], "accuracy": [0.63, 0.78], "reason": None},
    "per_speaker": {f"s{i:02d}": {"n_clips": 10, "uar": 0.48 + 0.04 * i} for i in range(12)},
    "per_gender": None,
    "n_clips": 120,
    "n_speakers": 12,
    "speakers_from": "column 'Speaker'",
    "transductive": None,
    "labels": None,
    "skipped": [],
    "data": "far/TRAIN.csv",
    "data_sha256": "ab12",
    "recipe": "svm",
    "versions": {"python": "3.12.1", "sersk": "0.1.0"},
    "command": "sersk fit --data far/TRAIN.csv",
}
FIT = {
    **SCORES,
    "protocol": "grouped",
    "optimistic": False,
    "folds": [
        {"name": "1", "n_train": 80, "n_test": 40, "uar": 0.65, "accuracy": 0.66},
        {"name": "2", "n_train": 80, "n_test": 40, "uar": 0.75, "accuracy": 0.76},
    ],
    "select": None,
    "params": {},
    "augment": None,
    "normalize_speakers": False,
    "search": None,
    "network": None,
    "audit": [],
    "learning_curve": None,
    "importance": None,
    "test": None,
    "seed": 0,
}
CURVE = {
    "n_speakers": [3, 6],
    "scores": [[0.5, 0.52], [0.6, 0.64]],
    "mean": [0.51, 0.62],
    "advice": "More speakers would help.",
}
ROWS = [
    {"name": "mfcc", "loss": 0.2, "std": 0.01},
    {"name": "zcr", "loss": 0.05, "std": 0.02, "interval": [-0.01, 0.11]},
]
IMPORTANCE = {
    "by_extractor": {"rows": ROWS},
    "by_block": None,
    "by_descriptor": {"rows": ROWS * 8},
    "without_copies": True,
}
ERROR = {
    "kind": "label_in_name",
    "level": "error",
    "files": [],
    "score": 1.0,
    "message": "The names give the class away.",
    "advice": "Rename the files.",
}
COMPARISON = {
    "data": "TRAIN.csv",
    "protocol": "grouped",
    "optimistic": False,
    "n_folds": 5,
    "n_clips": 120,
    "n_speakers": 12,
    "speakers_from": "column 'Speaker'",
    "classes": CLASSES,
    "skipped": [],
    "labels": None,
    "augment": None,
    "search": False,
    "reason_without_interval": None,
    "seed": 0,
    "leaderboard": [
        {"recipe": "best", "uar": 0.7, "accuracy": 0.7, "interval": [0.6, 0.8]},
        {"recipe": "second", "uar": 0.66, "accuracy": 0.6, "interval": [0.5, 0.7]},
        {"recipe": "third", "uar": 0.5, "accuracy": 0.5, "interval": [0.4, 0.6]},
    ],
    "versions": {"sersk": "0.1.0"},
    "command": "sersk compare --data TRAIN.csv",
}
for _row, _p in zip(COMPARISON["leaderboard"], (None, 0.2, 0.01), strict=True):
    _difference = _row["uar"] - 0.7
    _row["network"] = None
    _row["difference"] = None
    if _p is not None:
        _row["difference"] = {"uar": _difference, "interval": [-0.2, 0.1], "p_adjusted": _p}


def make_fit(**changes):
    """Give results of fit with other values; a dict changes the one that is there."""
    return _change(FIT, changes)


def make_comparison(**changes):
    """Give those of compare with other values."""
    return _change(COMPARISON, changes)


def _change(results, changes):
    results = copy.deepcopy(results)
    for key, value in changes.items():
        is_part = isinstance(value, dict) and isinstance(results.get(key), dict)
        results[key] = {**results[key], **value} if is_part else value
    return results
