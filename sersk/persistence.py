"""Saving a fitted pipeline with its description, and loading it again."""

import hashlib
import json
import platform
from importlib import metadata
from pathlib import Path

from sersk.exceptions import ModelError
from sersk.utils._files import check_writable, replace_file, write_json

__all__ = [
    "description_path",
    "find_description",
    "library_versions",
    "load_model",
    "read_description",
    "save_model",
]

_LIBRARIES = (
    *("sersk", "scikit-learn", "numpy", "scipy", "pandas", "joblib", "librosa"),
    *("soundfile", "soxr", "opensmile", "xgboost", "torch", "skorch"),
)


def library_versions():
    """Look up the versions that a result depends on.

    Returns
    -------
    versions : dict of str to str
        Version of Python and of each library by name, without importing any.

    Examples
    --------
    >>> from sersk.persistence import library_versions
    >>> "scikit-learn" in library_versions()
    True
    """
    versions = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def description_path(path):
    """Tell where the description of a model lies.

    Parameters
    ----------
    path : path-like
        The model, such as ``model.joblib``.

    Returns
    -------
    path : Path
        The same with the suffix ``.json``.
    """
    return Path(path).with_suffix(".json")


def save_model(pipeline, path, description):
    """Save a fitted pipeline, and its description beside it.

    The model is a joblib dump: ``joblib.load(path).predict(paths)`` works wherever sersk is
    installed. The description, with the SHA-256 of the model, is JSON beside it, and is the
    attribute ``description_`` of the pipeline. Both are complete before either replaces a file.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        The fitted pipeline.
    path : path-like
        Where to write, usually ``….joblib``.
    description : dict
        What to know about the model; has to be writable as JSON.

    Examples
    --------
    >>> import tempfile
    >>> from sklearn.dummy import DummyClassifier
    >>> from sklearn.pipeline import make_pipeline
    >>> from sersk.persistence import load_model, read_description, save_model
    >>> model = make_pipeline(DummyClassifier().fit([[0.0], [0.0]], ["sad", "sad"]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(model, f"{folder}/model.joblib", {"recipe": "dummy"})
    ...     print(read_description(f"{folder}/model.joblib")["recipe"])
    dummy
    """
    import joblib

    path = Path(path)
    if path.suffix.lower() == ".json":
        raise ModelError(
            f"The model must not end in .json, where its description goes. Got {str(path)!r}."
        )
    check_writable(path)
    pipeline.description_ = description
    with replace_file(path) as temporary:
        joblib.dump(pipeline, temporary, compress=3)
        # The description goes first: a model is never in place without it.
        write_json(description_path(path), {**description, "sha256": _sha256(temporary)})


def load_model(path):
    """Load a saved pipeline.

    A joblib file can run any code when it is loaded: load only what you trust.

    Parameters
    ----------
    path : path-like
        The model.

    Returns
    -------
    pipeline : sklearn.pipeline.Pipeline
        The fitted pipeline.

    Raises
    ------
    ModelError
        When there is no such file, it is no model of sersk, or its description is another's.
    """
    import joblib

    path = Path(path)
    if description_path(path).is_file():
        # A damaged file can make joblib ask for any amount of memory.
        read_description(path)
    elif not path.is_file():
        raise ModelError(f"There is no model {str(path)!r}. Make one with sersk fit.")
    try:
        pipeline = joblib.load(path)
    # Unpickling a file that is no pickle can raise nearly anything.
    except Exception as error:
        if type(error) is ImportError:
            # Not a module that is nowhere, but one of ours that names the extra it needs.
            raise ModelError(f"{str(path)!r} cannot be loaded here: {error}") from error
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ModelError(
            f"{str(path)!r} is not a model that can be loaded ({reason}). "
            "Name a file that sersk fit has written."
        ) from error
    if not hasattr(pipeline, "description_") or not hasattr(pipeline, "predict_proba"):
        raise ModelError(
            f"{str(path)!r} holds a {type(pipeline).__name__}, not a model of sersk. "
            "Name a file that sersk fit has written."
        )
    return pipeline


def read_description(path):
    """Read what is known about a saved model, without loading it.

    Parameters
    ----------
    path : path-like
        The model.

    Returns
    -------
    description : dict
        What `save_model` was told, and the model's SHA-256 as ``sha256``.

    Raises
    ------
    ModelError
        When the model or its description is missing, broken, or one of them is another's.
    """
    path, beside = Path(path), description_path(path)
    if path == beside:
        raise ModelError(
            f"{str(path)!r} is where the description of a model goes. Name the model itself, "
            "which lies beside it."
        )
    if not path.is_file():
        raise ModelError(f"There is no model {str(path)!r}. Make one with sersk fit.")
    if not beside.is_file():
        raise ModelError(
            f"The description {str(beside)!r} of the model is missing. Put it back beside the "
            "model; a copy is its attribute description_."
        )
    try:
        description = json.loads(beside.read_text(encoding="utf-8"))
        expected = description["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{str(beside)!r} is not the description of a model.") from error
    if _sha256(path) != expected:
        raise ModelError(
            f"{str(path)!r} is not the model that {str(beside)!r} describes: its SHA-256 differs. "
            "It is damaged, or one of them was copied without the other."
        )
    return description


def find_description(path):
    """Read the description of a model, which itself need not be there.

    Parameters
    ----------
    path : path-like
        A model, or its description, which ends in ``.json``.

    Returns
    -------
    description : dict
        What the description holds. Where the model is named it must be the one described.

    Raises
    ------
    ModelError
        When there is no such file, or it is no description.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sersk.persistence import find_description
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "model.json")
    ...     _ = path.write_text('{"recipe": "svm"}')
    ...     print(find_description(path))
    {'recipe': 'svm'}
    """
    path = Path(path)
    if path.suffix.lower() != ".json":
        return read_description(path)
    if not path.is_file():
        raise ModelError(f"There is no description {str(path)!r}. Make one with sersk fit.")
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{str(path)!r} is not the description of a model.") from error
    if not isinstance(description, dict) or "recipe" not in description:
        raise ModelError(
            f"{str(path)!r} is not the description of a model. Name the file that sersk fit "
            "writes beside a model."
        )
    return description


def _sha256(path):
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
