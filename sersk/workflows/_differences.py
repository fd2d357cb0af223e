"""Where two descriptions of models differ: in what went in, and in the figures that came out."""

import json
from dataclasses import dataclass

# Parts of a description that are figures, not what they rest on.
_FIGURES = ("scores", "test", "learning_curve", "importance")
_FIGURES_OF_TRAINING = ("n_clips", "n_speakers", "clips_per_class", "search", "network")
_COLUMN_WORDS = {
    "files": "the names or the order of the files",
    "labels": "the classes",
    "speakers": "the speakers",
    "genders": "the genders",
    "sentences": "the sentences",
    "folds": "the given folds",
    "weights": "the weights of the labels",
}


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same in two descriptions.

    Attributes
    ----------
    kind : str
        "recipe", "data", "clip", "labels", "argument", "parameter", "seed", "folds", "version",
        "machine" or "figure"; of a further CSV to test on, "test data" and "test clip".
    name : str
        Which one: a file, an argument, a parameter, a library, or a figure by its place.
    was : object
        What it is in the first; None where it is not there. Of a file it is the digest.
    now : object
        What it is in the second.
    """

    kind: str
    name: str
    was: object
    now: object


def compare_inputs(was, now):
    """Find what differs in what two models rest on.

    Parameters
    ----------
    was, now : dict
        What ``model.json`` holds, or as much of it as is known. What one of them does not tell is
        not compared.

    Returns
    -------
    differences : list of Difference
        Data first, machine last.
    """
    was, now = to_json(was), to_json(now)
    return [
        *_compare_one(was, now, "recipe"),
        *_compare_data(was, now, "data", ""),
        *_compare_data(was, now, "test_data", "test "),
        *_compare_items("labels", *_pick(was, now, "labels", _spread_labels)),
        *_compare_items("argument", *_pick(was, now, "arguments", _spread_arguments)),
        *_compare_one(_with_seed(was), now, "seed"),
        *_compare_items("parameter", *_pick(was, now, "parameters")),
        *_compare_folds(was, now),
        *_compare_items("version", *_pick(was, now, "versions")),
        *_compare_items("machine", *_pick(was, now, "machine")),
    ]


def compare_figures(was, now):
    """Find the figures that are not the same, to the digit.

    Parameters
    ----------
    was, now : dict
        What ``model.json`` holds.

    Returns
    -------
    differences : list of Difference
        Of kind "figure".
    """
    was, now = list_figures(was), list_figures(now)
    return [
        Difference("figure", name, was.get(name), now.get(name))
        for name in dict.fromkeys([*was, *now])
        if was.get(name) != now.get(name)
    ]


def list_figures(description):
    """List all figures of a model by their places.

    Parameters
    ----------
    description : dict
        What ``model.json`` holds.

    Returns
    -------
    figures : dict of str to object
        Such as ``scores.uar``.
    """
    description = to_json(description)
    training = description.get("training") or {}
    parts = {name: description.get(name) for name in _FIGURES}
    # Where the CSV to test on lies is no figure.
    if parts["test"]:
        parts["test"] = {k: v for k, v in parts["test"].items() if k != "data"}
    parts["training"] = {name: training.get(name) for name in _FIGURES_OF_TRAINING}
    return dict(_flatten(parts, ""))


def to_json(value):
    """Give what reading a value back from JSON would give."""
    return json.loads(json.dumps(value))


def _flatten(value, name):
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        # NaN, which is not equal to itself, is the same figure.
        yield name, "nan" if value != value else value
        return
    for key, inner in items:
        yield from _flatten(inner, f"{name}.{key}" if name else str(key))


def _compare_one(was, now, name):
    if name in was and name in now and was[name] != now[name]:
        yield Difference(name, name, was[name], now[name])


def _with_seed(description):
    """Take the seed from the arguments: a description may have been changed by hand."""
    arguments = description.get("arguments") or {}
    return {**description, "seed": arguments["random_state"]} if arguments else description


def _compare_data(was, now, part, prefix):
    if part not in was or part not in now:
        return
    was, now = was[part], now[part]
    if was is None or now is None:
        if was != now:
            names = [data and data["name"] for data in (was, now)]
            yield Difference(f"{prefix}data", "CSV", *names)
        return
    if was["sha256"] != now["sha256"]:
        both = was["columns"], now["columns"]
        changed = [
            words
            for column, words in _COLUMN_WORDS.items()
            if both[0].get(column) != both[1].get(column)
        ]
        what = ", ".join(changed) or "nothing that is used"
        yield Difference(f"{prefix}data", f"{now['name']} ({what})", was["sha256"], now["sha256"])
    yield from _compare_items(f"{prefix}clip", was["clips"], now["clips"])


def _compare_items(kind, was, now):
    for name in dict.fromkeys([*was, *now]):
        if was.get(name) != now.get(name):
            yield Difference(kind, name, was.get(name), now.get(name))


def _pick(was, now, part, spread=dict):
    """Take a part of both, as dictionaries; empty ones where one of them does not tell."""
    if part not in was or part not in now:
        return {}, {}
    return spread(was[part] or {}), spread(now[part] or {})


def _spread_labels(labels):
    return {**{k: v for k, v in labels.items() if k != "weights"}, **labels.get("weights", {})}


def _spread_arguments(arguments):
    """Give arguments and columns, but for those that are compared by what they stand for."""
    elsewhere = ("recipe", "params", "data", "test", "labels", "random_state", "columns")
    columns = arguments.get("columns") or {}
    return {
        **{name: value for name, value in arguments.items() if name not in elsewhere},
        **{name: value for name, value in columns.items() if name != "audio_dir"},
    }


def _compare_folds(was, now):
    was, now = was.get("folds"), now.get("folds")
    if was and now and was["digest"] != now["digest"]:
        yield Difference("folds", "which clip is in which fold", was["digest"], now["digest"])
