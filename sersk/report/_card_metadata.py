"""What stands before a model card for machines, as the Hugging Face Hub reads it."""

from sersk.report._markdown import file_name

_TASK = {"type": "audio-classification", "name": "Speech emotion recognition"}
# The Hub's names; it calls the mean of the recalls of all classes a recall.
_METRICS = {
    "uar": ("recall", "UAR"),
    "accuracy": ("accuracy", "Accuracy"),
    "macro_f1": ("f1", "Macro F1"),
}
_DIGITS = 4


def make_metadata(description, name):
    """Make the metadata of a card.

    Parameters
    ----------
    description : dict
        As for `format_card`.
    name : str
        What the model is called.

    Returns
    -------
    metadata : dict
        Plain values; licence and languages are not among them, as nothing tells them.
    """
    training, test = description.get("training") or {}, description.get("test") or {}
    scores = description.get("scores") or {}
    results = [
        _make_result(scores, training.get("data"), scores.get("protocol")),
        _make_result(test, test.get("data"), test.get("kind")),
    ]
    results = [result for result in results if result is not None]
    metrics = dict.fromkeys(m["type"] for result in results for m in result["metrics"])
    metadata = {
        "library_name": "sersk",
        "pipeline_tag": _TASK["type"],
        "tags": ["sersk", "scikit-learn", "speech", "emotion-recognition"],
    }
    if results:
        metadata["metrics"] = list(metrics)
        metadata["model-index"] = [{"name": name, "results": results}]
    return metadata


def _make_result(scores, data, split):
    """Give the entry of one evaluation; None where there is no score."""
    metrics = [
        {"type": kind, "value": round(scores[key], _DIGITS), "name": title}
        for key, (kind, title) in _METRICS.items()
        if scores.get(key) is not None
    ]
    if not metrics:
        return None
    dataset = {"name": file_name(data) if data else "not known", "type": "custom"}
    if split is not None:
        dataset["split"] = split
    # A copy, as YAML would write the second of two that are one as a reference.
    return {"task": dict(_TASK), "dataset": dataset, "metrics": metrics}
