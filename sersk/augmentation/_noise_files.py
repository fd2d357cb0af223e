"""Stretches of sound files, to be used as noise."""

import os
from pathlib import Path

import numpy as np

from sersk.audio import find_audio, read_audio
from sersk.exceptions import AudioReadError
from sersk.features._keys import make_clip_key
from sersk.utils._sound_files import read_duration_s, unreadable


def find_files(files):
    """List the files that a user names.

    Parameters
    ----------
    files : path-like or list of path-like
        A folder, one file, or several.

    Returns
    -------
    paths : list of str
        The files; those of a folder sorted.

    Raises
    ------
    ValueError
        Where there are none.
    """
    found = files
    if not isinstance(files, (list, tuple)):
        found = find_audio(files) if Path(files).is_dir() else [files]
    if not found:
        where = "an empty list" if isinstance(files, (list, tuple)) else f"{str(files)!r}"
        raise ValueError(
            "The 'files' parameter of AddNoise must be a folder with sound files in it, or a list "
            f"of files. Got {where} instead, with none."
        )
    return [os.fspath(path) for path in found]


def describe_files(paths):
    """Describe files by their content, wherever they lie.

    Parameters
    ----------
    paths : list of str
        The files.

    Returns
    -------
    digests : list of str
        One for each file, in their order.

    Raises
    ------
    AudioReadError
        When a file cannot be read.
    """
    keys = [make_clip_key(path) for path in paths]
    for path, key in zip(paths, keys, strict=True):
        if key is None:
            raise unreadable(path, "no such file, or it may not be opened")
    return [key.digest.hex() for key in keys]


def read_stretch(paths, n_times, sample_rate, rng):
    """Read a random stretch of a random file.

    Parameters
    ----------
    paths : list of str
        The files.
    n_times : int
        Length of the stretch, in samples. A shorter file is repeated.
    sample_rate : int
        Sampling rate of the stretch, in Hz.
    rng : RandomState
        Chooses.

    Returns
    -------
    noise : ndarray of shape (n_times,), dtype float64
        The samples, not all of them 0.

    Raises
    ------
    AudioReadError
        When the file cannot be read, or is silent.
    """
    path, place = paths[rng.randint(len(paths))], rng.uniform()
    needed_s = n_times / sample_rate
    spare_s = read_duration_s(path) - needed_s
    if spare_s > 0:
        part = dict(offset_s=place * spare_s, duration_s=needed_s)
        noise = read_audio(path, sample_rate=sample_rate, **part)[0]
    else:
        noise = read_audio(path, sample_rate=sample_rate)[0]
        noise = np.roll(noise, round(place * len(noise)))
    if not noise.any():
        noise = _read_around_peak(path, n_times, sample_rate, place)
    return np.resize(noise, n_times).astype(np.float64)


def _read_around_peak(path, n_times, sample_rate, place):
    """Read the stretch that has the loudest sample of a file at some place."""
    noise = read_audio(path, sample_rate=sample_rate)[0]
    if not noise.any():
        raise AudioReadError(
            f"The noise in {path!r} is silent. Leave it out of the files of AddNoise.",
            path,
            "it is silent",
        )
    start = int(np.abs(noise).argmax() - place * n_times)
    start = min(max(start, 0), max(0, len(noise) - n_times))
    return noise[start : start + n_times]
