"""What ``model.json`` says of a model."""

import numpy as np

_SCORES = (
    *("uar", "accuracy", "macro_f1", "weighted_f1", "roc_auc", "log_loss", "calibration_error"),
    *("interval", "calibration", "per_class", "per_gender", "confusion_matrix"),
)


def describe_model(extractor, manifest, results, facts):
    """Say what to know about a model.

    Parameters
    ----------
    extractor : AudioFeatures
        What it hears.
    manifest : Manifest
        The clips that it was fitted on.
    results : dict
        How it was scored.
    facts : dict
        What the fit started from, as `describe_inputs` tells it, and its folds.

    Returns
    -------
    description : dict
        What ``model.json`` holds.
    """
    rates = sorted({part.sample_rate for _, part in extractor.extractors})
    classes, counts = np.unique(manifest.labels, return_counts=True)
    return {
        "recipe": results["recipe"],
        "labels": results["labels"],
        "classes": results["classes"],
        "sample_rate": rates[0] if len(rates) == 1 else rates,
        "features": {
            "extractors": [name for name, _ in extractor.extractors],
            "names": extractor.get_feature_names_out().tolist(),
            "select": results["select"],
        },
        "normalizes_speakers": results["normalize_speakers"],
        "training": {
            "data": manifest.path.resolve().name,
            "data_sha256": manifest.sha256,
            "n_clips": results["n_clips"],
            "n_speakers": results["n_speakers"],
            "clips_per_class": dict(zip(classes.tolist(), counts.tolist(), strict=True)),
            "search": results["search"],
            "params": results["params"],
            "augment": results["augment"],
            "network": results["network"],
        },
        "scores": {
            **{key: results[key] for key in ("protocol", "optimistic", *_SCORES, "folds")},
            "transductive": _describe_transductive(results["transductive"]),
        },
        "test": _describe_test(results["test"]),
        "learning_curve": results["learning_curve"],
        "importance": results["importance"],
        **facts,
        "seed": results["seed"],
        "versions": results["versions"],
    }


def _describe_test(test):
    keys = ("data", "kind", "optimistic", *_SCORES, "n_clips", "n_speakers")
    if test is None:
        return None
    transductive = _describe_transductive(test["transductive"])
    return {**{key: test[key] for key in keys}, "transductive": transductive}


def _describe_transductive(scores):
    keys = ("uar", "accuracy", "macro_f1", "interval", "note")
    return None if scores is None else {key: scores[key] for key in keys}
