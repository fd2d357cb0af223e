"""How one clip sounds, and how those of a corpus do."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import soundfile

from sersk.audio import Recording
from sersk.audit._bandwidth import measure_bandwidth
from sersk.audit._flat_tops import FlatTopMeter
from sersk.audit._levels import MAX_CLIPPED, SILENT_DB, LevelMeter
from sersk.utils._changed_clips import find_origin


@dataclass(frozen=True)
class ClipReport:
    """How one sound file sounds.

    Attributes
    ----------
    duration_s : float
        Length, in seconds.
    sample_rate : int
        Of the file, in Hz.
    n_channels : int
        Number of channels; the values below are of their mean.
    level_db : float
        RMS re full scale, without a constant; at least -120.
    peak_db : float
        Greatest sample re full scale; at least -120.
    clipped : float
        Share of samples in runs at full scale, or at the clip's own highest or lowest value.
    silence : float
        Share of frames 40 dB below the loudest, or more.
    bandwidth_hz : float or None
        Where a filter, a codec or an earlier, lower sampling rate cuts the sound off, in Hz; half
        the sampling rate where nothing does. None where there is too little to hear.
    """

    duration_s: float
    sample_rate: int
    n_channels: int
    level_db: float
    peak_db: float
    clipped: float
    silence: float
    bandwidth_hz: float | None


def inspect_clip(path):
    """Measure one sound file, in one walk over it.

    Parameters
    ----------
    path : path-like
        The file. However long it is, it never lies in memory as a whole.

    Returns
    -------
    report : ClipReport
        How it sounds.

    Raises
    ------
    AudioReadError
        When the file is missing, empty, not a sound file, or holds NaN.

    Examples
    --------
    >>> import tempfile, numpy as np, soundfile
    >>> from sersk.audit import inspect_clip
    >>> noise = np.random.default_rng(0).normal(scale=0.1, size=16000)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     soundfile.write(f"{folder}/noise.wav", noise, 16000)
    ...     report = inspect_clip(f"{folder}/noise.wav")
    >>> round(report.level_db), report.bandwidth_hz
    (-20, 8000.0)
    """
    return inspect_recording(Recording(path))


def inspect_recording(recording):
    """Measure one clip as it comes in, in one walk over it.

    Parameters
    ----------
    recording : Recording
        The clip.

    Returns
    -------
    report : ClipReport
        How it sounds.

    Raises
    ------
    AudioReadError
        When it is a file that cannot be read.
    """
    sample_rate = recording.native_rate
    meter, tops = LevelMeter(sample_rate), FlatTopMeter()
    pieces = tops.watch(meter.watch(recording.pieces(sample_rate)))
    bandwidth_hz = measure_bandwidth(pieces, sample_rate)
    level_db = meter.level_db
    return ClipReport(
        duration_s=meter.n_times / sample_rate,
        sample_rate=sample_rate,
        n_channels=_count_channels(find_origin(recording.source)),
        level_db=level_db,
        peak_db=meter.peak_db,
        clipped=max(meter.clipped, tops.share),
        silence=meter.silence,
        bandwidth_hz=None if level_db < SILENT_DB else bandwidth_hz,
    )


def _count_channels(source):
    return 1 if isinstance(source, np.ndarray) else soundfile.info(str(source)).channels


def summarise_sound(reports):
    """Tell how the clips of a corpus sound.

    Parameters
    ----------
    reports : list of ClipReport
        The clips.

    Returns
    -------
    sound : dict or None
        ``duration_s`` (total, shortest, median, longest), counts by ``sample_rates`` and by
        ``channels``, ``level_db`` (lowest, median, highest), ``bandwidth_hz`` (lowest and median
        of the clips in which enough is heard, None for none), and ``clipped``, how many are. None
        where there is no clip.

    Examples
    --------
    >>> from sersk.audit import ClipReport, summarise_sound
    >>> report = ClipReport(2.5, 16000, 1, -20.0, -3.0, 0.0, 0.1, 8000.0)
    >>> summarise_sound([report, report])["duration_s"]["total"]
    5.0
    """
    if not reports:
        return None
    durations_s = [report.duration_s for report in reports]
    levels_db = [report.level_db for report in reports]
    widths_hz = [report.bandwidth_hz for report in reports if report.bandwidth_hz is not None]
    return {
        "duration_s": {
            "total": round(sum(durations_s), 3),
            "shortest": round(min(durations_s), 3),
            "median": round(float(np.median(durations_s)), 3),
            "longest": round(max(durations_s), 3),
        },
        "sample_rates": _count(report.sample_rate for report in reports),
        "channels": _count(report.n_channels for report in reports),
        "level_db": {
            "lowest": round(min(levels_db), 1),
            "median": round(float(np.median(levels_db)), 1),
            "highest": round(max(levels_db), 1),
        },
        "bandwidth_hz": {
            "lowest": min(widths_hz, default=None),
            "median": float(np.median(widths_hz)) if widths_hz else None,
        },
        "clipped": sum(report.clipped > MAX_CLIPPED for report in reports),
    }


def _count(values):
    """Count by value, as JSON names it."""
    return {str(value): n for value, n in sorted(Counter(values).items())}
