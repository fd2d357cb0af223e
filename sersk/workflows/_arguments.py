"""The arguments of a fit as plain JSON, and back."""

import ast
import hashlib
import os
from pathlib import Path

import numpy as np

from sersk.datasets import LABEL_MAPS, LabelMap
from sersk.exceptions import ModelError
from sersk.recipes._plain import recipe_from_plain, recipe_to_plain

# What stands for something that JSON has no word for.
_OBJECT = "only in Python"


def arguments_to_plain(data, asked, columns, recipe):
    """Write the arguments of `sersk.workflows.fit` as plain JSON.

    Parameters
    ----------
    data : path-like
        The CSV or folder.
    asked : dict
        All other arguments that have an effect on the result.
    columns : dict
        Those for `sersk.datasets.read_manifest`.
    recipe : Recipe, VoiceRecipe or NetworkRecipe
        The recipe that was asked for.

    Returns
    -------
    plain : dict
        Paths as they were given; parameters as Python writes them; and for what only Python can
        make, such as an augmentation with parameters of its own, a note.
    """
    plain = {
        "data": os.fspath(data),
        **asked,
        "recipe": recipe_to_plain(recipe) or {_OBJECT: recipe.name},
        "params": {name: _write(value) for name, value in (asked["params"] or {}).items()},
        "labels": _describe_labels(asked["labels"]),
        "test": None if asked["test"] is None else os.fspath(asked["test"]),
        "augment": _describe_augment(asked["augment"]),
        "columns": {
            name: os.fspath(value) if isinstance(value, os.PathLike) else value
            for name, value in columns.items()
            if value is not None
        },
    }
    return {name: _plain_number(value) for name, value in plain.items()}


def plain_to_arguments(description, folder, *, replaced):
    """Give back the arguments of `sersk.workflows.fit`.

    Parameters
    ----------
    description : dict
        What ``model.json`` holds.
    folder : path-like
        Where it lies. Files that are not found as they were given are looked for there, and in the
        folders above it.
    replaced : dict
        Arguments to take in place of those that it holds.

    Returns
    -------
    arguments : dict
        All of them, ``data`` and columns among them.

    Raises
    ------
    ModelError
        When one of them cannot be had again.
    """
    plain = description.get("arguments")
    if not isinstance(plain, dict):
        command = description.get("command")
        way = f"Run its command again ({command})" if command else "Fit the model again"
        raise ModelError(
            "The description does not hold what is needed to run again: it was written by an "
            f"earlier sersk, or by hand. {way}, and compare the two with sersk diff."
        )
    arguments = {name: value for name, value in plain.items() if name != "columns"}
    arguments |= plain.get("columns", {})
    arguments["random_state"] = description.get("seed")
    arguments |= replaced
    if "recipe" not in replaced:
        arguments["recipe"] = recipe_from_plain(_require_plain(plain["recipe"], "recipe"))
    if "augment" not in replaced:
        arguments["augment"] = _require_plain(plain["augment"], "augment")
    if "labels" not in replaced:
        arguments["labels"] = _restore_labels(plain["labels"], description, folder)
    if "params" not in replaced:
        arguments["params"] = {k: _read(k, text) for k, text in plain["params"].items()}
    for name, option in _PATHS.items():
        if name not in replaced and arguments.get(name) is not None:
            arguments[name] = _find(arguments[name], folder, option)
    return arguments


_PATHS = {"data": "--data", "test": "--test", "audio_dir": "--audio-dir"}


def _plain_number(value):
    return value.item() if isinstance(value, np.generic) else value


def _write(value):
    """Write a value as `ast.literal_eval` reads it, where it can."""
    if isinstance(value, np.generic):
        value = value.item()
    text = repr(value)
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return {_OBJECT: type(value).__name__}
    return text


def _read(name, text):
    return ast.literal_eval(_require_plain(text, f"parameter {name}"))


def _describe_augment(augment):
    if augment is None or isinstance(augment, str):
        return augment
    names = list(augment)
    if all(isinstance(name, str) for name in names):
        return names
    return {_OBJECT: ", ".join(map(repr, names))}


def _describe_labels(labels):
    if labels is None or (isinstance(labels, str) and labels in LABEL_MAPS):
        return labels
    if isinstance(labels, LabelMap):
        # What it holds is in the description already.
        return {"name": labels.name}
    return {"file": os.fspath(labels), "sha256": hash_file(labels)}


def _restore_labels(plain, description, folder):
    if plain is None or isinstance(plain, str):
        return plain
    if "file" in plain:
        return _find(plain["file"], folder, "--labels")
    labels = description["labels"]
    return LabelMap.from_dict({key: labels[key] for key in ("name", "weights")})


def hash_file(path):
    """Digest a file.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    sha256 : str
        Its SHA-256, in hexadecimal.
    """
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _require_plain(value, what):
    if not isinstance(value, dict) or _OBJECT not in value:
        return value
    raise ModelError(
        f"The model was fitted from Python, with something for the {what} that its description "
        f"cannot hold: {value[_OBJECT]}. Give it again, as an argument of "
        "sersk.workflows.rerun."
    )


def _find(name, folder, option):
    """Find a file or folder as it was given, or near the description."""
    path, folder = Path(name), Path(folder).resolve()
    near = [above / part for above in (folder, *folder.parents) for part in (path, path.name)]
    for candidate in (path, *near):
        if candidate.exists():
            return str(candidate)
    raise ModelError(
        f"There is no {name!r}, neither from the current folder nor near the description of the "
        f"model in {str(folder)!r}. Name its new place with {option}."
    )
