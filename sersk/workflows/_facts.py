"""What a fit rests on, as plain JSON: clips, folds, parameters and the machine."""

import platform

import numpy as np
import xxhash
from sklearn.base import BaseEstimator

from sersk.features._keys import DEFINITIONS_VERSION, make_clip_key

# Of so many speakers at most a fold is told by their names.
_MAX_NAMED = 6
# Longer texts of parameters are told apart by their digest.
_MAX_LENGTH = 400
_COLUMNS = ("labels", "speakers", "genders", "sentences", "folds", "weights")
# Where and how fast something is computed, not what.
_WITHOUT_EFFECT = ("n_jobs", "memory", "verbose", "checkpoint", "steps", "transform_input")


def describe_data(manifest):
    """Tell exactly which clips a manifest has.

    Parameters
    ----------
    manifest : Manifest
        The clips that are to be used.

    Returns
    -------
    data : dict
        ``name`` and ``sha256`` of the CSV, or of the folder and of the rows that it makes;
        ``columns``, a digest of each that is used; ``n_clips``; ``clips``, the digest of each file
        by its name, or None of one that cannot be read; and ``digest``, that of all files.
    """
    keys = {
        name: make_clip_key(path)
        for name, path in zip(manifest.filenames, manifest.paths, strict=True)
    }
    clips = {name: key and key.digest.hex() for name, key in keys.items()}
    columns = {"files": manifest.filenames}
    columns |= {name: getattr(manifest, name) for name in _COLUMNS}
    return {
        "name": manifest.path.resolve().name,
        "sha256": manifest.sha256,
        "columns": {k: _digest(values) for k, values in columns.items() if values is not None},
        "n_clips": len(clips),
        "digest": _digest(text for item in sorted(clips.items()) for text in item),
        "clips": clips,
    }


def describe_folds(manifest, folds):
    """Tell exactly how clips were split.

    Parameters
    ----------
    manifest : Manifest
        The clips.
    folds : Protocol
        Their folds.

    Returns
    -------
    description : dict
        ``digest`` of which clip is in which fold, and ``parts``: name, numbers of clips and, where
        they are few, test speakers of each fold.
    """
    names = np.array(manifest.filenames, dtype=object)
    lines, parts = [], []
    for fold, (train, test) in zip(folds.fold_names, folds.splits, strict=True):
        speakers = [] if manifest.speakers is None else sorted(set(manifest.speakers[test]))
        few = [str(name) for name in speakers] if 0 < len(speakers) <= _MAX_NAMED else None
        parts.append(
            {"name": fold, "n_train": len(train), "n_test": len(test), "test_speakers": few}
        )
        for part in (train, test):
            lines += [fold, *names[part]]
    return {"digest": _digest(lines), "parts": parts}


def describe_parameters(pipeline, augmentations, search_space):
    """Spell out every parameter that has an effect on what is fitted.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Unfitted.
    augmentations : list of BaseAugmentation or None
        How copies are changed.
    search_space : dict of str to list, or None
        What is searched; None where nothing is.

    Returns
    -------
    parameters : dict
        Values by name: numbers, truth values, None and text. An estimator is the name of its
        class, as its own parameters are there too.
    """
    params = {
        name: _to_text(value)
        for name, value in sorted(pipeline.get_params().items())
        if name.rpartition("__")[2] not in _WITHOUT_EFFECT
    }
    if augmentations is not None:
        from sersk.augmentation._base import DEFINITIONS_VERSION as augmentation_version

        params["augmentations"] = [_spell_out(step) for step in augmentations]
        params["augmentations__definitions"] = augmentation_version
    if search_space is not None:
        params["search_space"] = _to_text(search_space)
    return {**params, "features__definitions": DEFINITIONS_VERSION}


def describe_machine(recipe):
    """Tell what of the machine may show in the last digits.

    Parameters
    ----------
    recipe : Recipe, VoiceRecipe or NetworkRecipe
        What is fitted.

    Returns
    -------
    machine : dict of str to str
        System, processor, libraries of linear algebra with the kernels that they chose, the
        decoder of sound files, and for a network where it is trained by default.
    """
    # What scipy brings counts whether or not it was needed before.
    import scipy.linalg  # noqa: F401
    import soundfile
    from threadpoolctl import threadpool_info

    # One entry per kind and version: how many threads there are has no effect on what is fitted.
    blas = {
        f"{info['internal_api']} {info['version']} {info.get('architecture', '')}".strip()
        for info in threadpool_info()
        if info["user_api"] == "blas"
    }
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "blas": ", ".join(sorted(blas)),
        "libsndfile": soundfile.__libsndfile_version__,
        **({"device": _find_device()} if recipe.is_network else {}),
    }


def _find_device():
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"


def _digest(values):
    # Lengths stand before the texts, so that no two lists give the same bytes.
    digest = xxhash.xxh3_128()
    for value in values:
        text = str(value).encode()
        digest.update(b"%d:%s" % (len(text), text))
    return digest.hexdigest()


def _to_text(value):
    """Give a parameter as JSON has it, or as a text that is the same in every process."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    # JSON has no NaN.
    if isinstance(value, float):
        return value if np.isfinite(value) else str(value)
    text = _write(value)
    return text if len(text) <= _MAX_LENGTH else f"{text[:60]}… ({_digest([text])})"


def _write(value):
    if isinstance(value, BaseEstimator):
        return type(value).__name__
    if isinstance(value, np.ndarray):
        return f"array({_write(value.tolist())})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {_write(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        inside = ", ".join(map(_write, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if value is None or isinstance(value, (bool, int, float, str)):
        return repr(value)
    if isinstance(value, np.generic):
        return repr(value.item())
    # Of anything else the text may hold an address.
    return getattr(value, "__qualname__", type(value).__qualname__)


def _spell_out(estimator):
    """Write an estimator with all its parameters, those at their defaults as well."""
    if isinstance(estimator, (list, tuple)):
        return f"[{', '.join(map(_spell_out, estimator))}]"
    if not isinstance(estimator, BaseEstimator):
        return _write(estimator)
    params = estimator.get_params(deep=False).items()
    inside = ", ".join(f"{name}={_spell_out(value)}" for name, value in params)
    return f"{type(estimator).__name__}({inside})"
