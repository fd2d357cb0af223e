"""What works in this installation, and what each missing piece takes away."""

import os
import platform
import tempfile
from dataclasses import dataclass
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from sersk.audio import read_audio
from sersk.exceptions import SerskError
from sersk.features import FeatureStore

# Name of each module, and what pip calls it.
_CORE = {
    "numpy": "numpy",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "pandas": "pandas",
    "soundfile": "soundfile",
    "soxr": "soxr",
    "xgboost": "xgboost",
    "opensmile": "opensmile",
}
# What each extra brings, and what there is not without it.
_EXTRAS = {
    "plot": (("matplotlib",), "pictures and reports"),
    "app": (("streamlit", "matplotlib"), "the page in the browser"),
    "torch": (("torch", "skorch"), "the networks"),
    "parquet": (("pyarrow",), "features as Parquet"),
}
_FORMATS = {
    "WAV": ("wav", "PCM_16"),
    "FLAC": ("flac", "PCM_16"),
    "OGG": ("ogg", "VORBIS"),
    "MP3": ("mp3", "MPEG_LAYER_III"),
}
_SAMPLE_RATE = 16000


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
        What it is.
    state : {"ok", "missing", "broken"}
        Whether it works; only what is optional is missing.
    text : str
        What was found, or what does not work without it and the way out.
    """

    name: str
    state: str
    text: str


def examine(cache=None):
    """Look at the installation: libraries, extras, sound formats, and where features are kept.

    Parameters
    ----------
    cache : path-like or None, default=None
        Folder of the features. None takes the usual one.

    Yields
    ------
    check : Check
        One after the other, as importing a library takes its time.

    Examples
    --------
    >>> from sersk.workflows import examine
    >>> next(examine()).name
    'sersk'
    """
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    yield Check("sersk", "ok", metadata.version("sersk"))
    yield Check("Python", "ok", f"{platform.python_version()} on {machine}")
    for module, project in _CORE.items():
        yield _check_core(module, project)
    yield from _check_formats()
    for extra, (modules, purpose) in _EXTRAS.items():
        yield _check_extra(extra, modules, purpose)
    yield _check_store(cache)


def _check_core(module, project):
    reason = _try_import(module)
    if reason is None:
        return Check(project, "ok", metadata.version(project))
    return Check(project, "broken", f'{reason}. Install it anew: pip install "{project}"')


def _check_extra(extra, modules, purpose):
    failed = {module: reason for module in modules if (reason := _try_import(module))}
    if not failed:
        found = ", ".join(f"{module} {metadata.version(module)}" for module in modules)
        return Check(extra, "ok", f"{found}, for {purpose}")
    way_out = f'Needed for {purpose}. Install it with: pip install "sersk[{extra}]"'
    if all(find_spec(module) is None for module in failed):
        return Check(extra, "missing", way_out)
    return Check(extra, "broken", f"{'; '.join(failed.values())}. {way_out}")


def _try_import(module):
    """Give the reason why a module cannot be imported; None where it can."""
    try:
        import_module(module)
    # A library that was built for another system may raise nearly anything.
    except Exception as error:
        return " ".join(f"{type(error).__name__}: {error}".split())
    return None


def _check_formats():
    """Write a tone in each format and read it back."""
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(_SAMPLE_RATE) / _SAMPLE_RATE)
    with tempfile.TemporaryDirectory(prefix="sersk-") as folder:
        failed = [
            name
            for name, (suffix, coding) in _FORMATS.items()
            if not _survives(tone, Path(folder) / f"tone.{suffix}", coding)
        ]
    if failed:
        yield Check(
            "sound files",
            "broken",
            f"{', '.join(failed)} cannot be read here. Install the decoder anew: "
            "pip install --upgrade soundfile",
        )
    else:
        others = "M4A and the sound of videos must be converted first"
        yield Check("sound files", "ok", f"{', '.join(_FORMATS)}; {others}")


def _survives(tone, path, coding):
    try:
        import soundfile

        soundfile.write(path, tone, _SAMPLE_RATE, subtype=coding)
        signal, _ = read_audio(path)
    # What the decoder raises where it was built without a format differs.
    except Exception:
        return False
    # Codecs delay a tone and change it a little, but keep its level.
    return abs(np.std(signal) / np.std(tone) - 1) < 0.1


def _check_store(cache):
    store = FeatureStore(cache)
    try:
        store.check()
    except SerskError as error:
        return Check("features kept", "broken", f"{error} Or do without, with --no-cache.")
    return Check("features kept", "ok", f"{store.info().n_bytes / 1e6:.1f} MB in {store.path}")
