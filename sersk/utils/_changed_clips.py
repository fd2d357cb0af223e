"""Clips whose samples are changed after they are read, and what all of a clip hangs on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np


@dataclass(frozen=True, eq=False)
class ChangedClip:
    """A clip whose samples are changed after they are read, at its own rate.

    It stands among paths or signals wherever these are read.

    Attributes
    ----------
    source : path-like, ndarray of shape (n_times,) or ChangedClip
        The clip as it is.
    change : callable
        Takes the samples and their rate, in Hz, and gives the changed samples. For workers in
        other processes it must be picklable.
    key : str
        Says all that the change depends on, beyond the samples.
    """

    source: object
    change: Callable
    key: str

    def apply(self, signal, sample_rate):
        """Change samples of the source.

        Parameters
        ----------
        signal : ndarray of shape (n_times,), dtype float32
            The samples; they are left as they are.
        sample_rate : int
            Their rate, in Hz.

        Returns
        -------
        changed : ndarray of shape (n_times_changed,), dtype float32
            The changed samples.

        Raises
        ------
        ValueError
            When the change gives no samples, or what is no sample.
        """
        changed = np.ascontiguousarray(self.change(signal.copy(), sample_rate), dtype=np.float32)
        if changed.ndim != 1 or changed.size == 0 or not np.isfinite(changed).all():
            what = f"shape {changed.shape}"
            if changed.ndim == 1 and changed.size:
                what = "NaN or infinity"
            raise ValueError(
                "The change of a clip must give a 1-D array of finite samples. "
                f"Got {what} from {self.key}."
            )
        return changed


def find_origin(clip):
    """Give what a clip was before any change.

    Parameters
    ----------
    clip : path-like, ndarray of shape (n_times,) or ChangedClip
        The clip.

    Returns
    -------
    origin : path-like or ndarray of shape (n_times,)
        The clip itself where nothing changes it.
    """
    while isinstance(clip, ChangedClip):
        clip = clip.source
    return clip


def make_absolute(clip, folder):
    """Make the path of a clip independent of where a process runs.

    Parameters
    ----------
    clip : str, ndarray of shape (n_times,) or ChangedClip
        The clip.
    folder : path-like
        Where relative paths start.

    Returns
    -------
    clip : str, ndarray of shape (n_times,) or ChangedClip
        The same clip.
    """
    if isinstance(clip, ChangedClip):
        return replace(clip, source=make_absolute(clip.source, folder))
    return str(Path(folder) / clip) if isinstance(clip, str) else clip
