"""How each of many clips sounds: measured in parallel, and kept as features are."""

from dataclasses import astuple, fields
from numbers import Integral
from os import PathLike

import numpy as np

from sersk.audit import ClipReport
from sersk.audit._clip import inspect_recording
from sersk.features._base import BaseExtractor
from sersk.features._store import FeatureStore
from sersk.utils._sklearn import Interval

_FIELDS = tuple(field.name for field in fields(ClipReport))
_WHOLE = ("sample_rate", "n_channels")


class SoundMeasurements(BaseExtractor):
    """What `sersk.audit.inspect_clip` measures, as a row per clip.

    Parameters
    ----------
    sample_rate : int, default=22050
        Rate that arrays are at, in Hz; files are measured at their own.
    n_jobs : int or None, default=None
        Number of workers.
    memory : path-like, FeatureStore or None, default=None
        Where rows are kept between calls, runs and processes.
    """

    _libraries = ("soundfile",)
    _parameter_constraints = {
        "sample_rate": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
        "memory": [str, PathLike, FeatureStore, None],
    }

    def __init__(self, *, sample_rate=22050, n_jobs=None, memory=None):
        self.sample_rate = sample_rate
        self.n_jobs = n_jobs
        self.memory = memory

    def _row(self, clip):
        # A store keeps float32; so the first answer is the one that it gives later.
        return np.array(astuple(inspect_recording(clip.recording)), dtype=np.float32)

    def _names(self):
        return list(_FIELDS)


def measure_clips(X, *, sample_rate=22050, n_jobs=None, memory=None, progress=None):
    """Measure how each clip sounds.

    Parameters
    ----------
    X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
        The clips.
    sample_rate : int, default=22050
        Rate that arrays are at, in Hz; files are measured at their own.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    memory : path-like, FeatureStore or None, default=None
        Where measurements are kept between calls, runs and processes, beside features.
    progress : str or None, default=None
        Description of a progress bar on stderr; None for no bar.

    Returns
    -------
    reports : list of (ClipReport or None)
        One per clip; None for one that cannot be read.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.guards import measure_clips
    >>> (report,) = measure_clips([np.zeros(22050)])
    >>> report.duration_s, report.level_db
    (1.0, -120.0)
    """
    rows, _, _ = SoundMeasurements(sample_rate=sample_rate).extract_each(
        X, n_jobs=n_jobs, memory=memory, progress=progress
    )
    return [None if row is None else _to_report(row) for row in rows]


def _to_report(row):
    values = dict(zip(_FIELDS, row.tolist(), strict=True))
    if np.isnan(values["bandwidth_hz"]):
        values["bandwidth_hz"] = None
    return ClipReport(**{k: int(v) if k in _WHOLE else v for k, v in values.items()})
