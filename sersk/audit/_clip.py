"""One clip before it is answered: how it sounds, and what of that spoils the answer."""

from dataclasses import dataclass

import soundfile

from sersk.audio import Recording
from sersk.audit._bandwidth import measure_bandwidth
from sersk.audit._levels import MAX_CLIPPED, MIN_DURATION_S, SILENT_DB, LevelMeter

_SHORT_S = 1.0
# The softest clips of RAVDESS, which are clean, have -63.7 dB.
_QUIET_DB = -64.0
# RAVDESS, with much of it around the words, has up to 0.63.
_MAX_SILENCE = 0.8
# Telephones end at 3.4 kHz, or at 4 kHz where their 8 kHz were resampled.
_NARROW_HZ = 5000.0
# How much further a model must listen for that to matter.
_FURTHER = 1.25


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
        Share of samples in runs at full scale.
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
    recording = Recording(path)
    sample_rate = recording.native_rate
    meter = LevelMeter(sample_rate)
    bandwidth_hz = measure_bandwidth(meter.watch(recording.pieces(sample_rate)), sample_rate)
    level_db = meter.level_db
    return ClipReport(
        duration_s=meter.n_times / sample_rate,
        sample_rate=sample_rate,
        n_channels=soundfile.info(str(path)).channels,
        level_db=level_db,
        peak_db=meter.peak_db,
        clipped=meter.clipped,
        silence=meter.silence,
        bandwidth_hz=None if level_db < SILENT_DB else bandwidth_hz,
    )


def warn_of_clip(report, *, sample_rate=None, over_time=False):
    """Tell in plain words what of a clip spoils the answer of a model.

    Parameters
    ----------
    report : ClipReport
        What `inspect_clip` gives.
    sample_rate : int or None, default=None
        At which the model listens, in Hz. None stands for one that hears all there is.
    over_time : bool, default=False
        Whether the answer is a timeline, which leaves silence out.

    Returns
    -------
    warnings : list of str
        For each matter what was found, what it does to the answer, and the way out; none for a
        clip that is as it should be.

    Examples
    --------
    >>> from sersk.audit import ClipReport, warn_of_clip
    >>> report = ClipReport(2.5, 16000, 2, -20.0, -3.0, 0.0, 0.1, 8000.0)
    >>> warn_of_clip(report)[0].partition(". ")[0]
    'The file has 2 channels, and their mean is listened to'
    """
    if report.level_db < SILENT_DB:
        answer = "" if over_time else "There is an answer all the same, and it means nothing. "
        about_level = [
            f"Nothing is to be heard. {answer}See whether the microphone was muted, and record "
            "again."
        ]
    else:
        about_pauses = [] if over_time else _warn_of_pauses(report)
        about_level = [
            *_warn_of_level(report),
            *about_pauses,
            *_warn_of_bandwidth(report, sample_rate),
        ]
    return [
        *_warn_of_duration(report.duration_s),
        *about_level,
        *_warn_of_clipping(report.clipped),
        *_warn_of_channels(report.n_channels),
    ]


def _warn_of_duration(duration_s):
    if duration_s < MIN_DURATION_S:
        return [
            f"The clip lasts {duration_s:.2f} s, and holds hardly a syllable. The answer is "
            "little more than a guess. Record a whole sentence."
        ]
    if duration_s < _SHORT_S:
        return [
            f"The clip lasts only {duration_s:.2f} s. A voice shows little in that time, so the "
            "answer is less sure. A whole sentence is better."
        ]
    return []


def _warn_of_level(report):
    if report.level_db >= _QUIET_DB:
        return []
    return [
        f"The clip is very quiet, {-report.level_db:.0f} dB below full scale. Noise may hide part "
        "of the voice, and the answer be about the noise. Record closer to the microphone, or at "
        "a higher level."
    ]


def _warn_of_pauses(report):
    if report.silence <= _MAX_SILENCE:
        return []
    return [
        f"About {report.silence:.0%} of the clip is silence. The answer is about the pauses as "
        "much as about the voice. Cut the clip to where somebody speaks."
    ]


def _warn_of_bandwidth(report, sample_rate):
    width_hz = report.bandwidth_hz
    if width_hz is None or width_hz >= _NARROW_HZ:
        return []
    if sample_rate is not None and sample_rate / 2 < _FURTHER * width_hz:
        return []
    return [
        f"Nothing is to be heard above about {width_hz / 1000:.2g} kHz, as over a telephone, "
        "where the model listens further. If it learned from full recordings, the answer may be "
        "wrong. Use the original recording, or a model that learned from such speech."
    ]


def _warn_of_clipping(clipped):
    if clipped <= MAX_CLIPPED:
        return []
    share = f"{clipped:.0%}" if clipped >= 0.01 else f"{clipped:.2%}"
    return [
        f"{share} of the samples are cut off, as the sound was louder than a file can hold. It "
        "sounds harsher than the voice was, and the answer may be wrong. Record at a lower level, "
        "or farther from the microphone."
    ]


def _warn_of_channels(n_channels):
    if n_channels == 1:
        return []
    return [
        f"The file has {n_channels} channels, and their mean is listened to. If each holds "
        "another person, the voices are mixed, and the answer is about none of them. Split them "
        "first."
    ]
