"""What of the sound of a clip spoils the answer of a model, in plain words."""

from dataclasses import dataclass

import numpy as np

from sersk.audit._levels import MAX_CLIPPED, MIN_DURATION_S, SILENT_DB

_SHORT_S = 1.0
# The softest clips of RAVDESS, which are clean, have -63.7 dB.
_QUIET_DB = -64.0
# RAVDESS, with much of it around the words, has up to 0.63.
_MAX_SILENCE = 0.8
# Telephones end at 3.4 kHz, or at 4 kHz where their 8 kHz were resampled.
_NARROW_HZ = 5000.0
# How much further a model must listen for that to matter.
_FURTHER = 1.25

# Of the clips that a model learned from, these few do not say what is usual.
_RARE = 0.005
# Clips of a corpus differ by less than that from the one in the middle, or by as much as they do.
_MAX_BELOW_DB = 20.0
_MARGIN_DB = 3.0
_MARGIN = 0.8
# A recording longer than that, and than several clips, is another thing than a clip.
_LONG_S = 30.0
_N_LENGTHS = 3.0


@dataclass(frozen=True)
class SoundLimits:
    """What a clip must keep to, for an answer not to be spoilt.

    The defaults hold for any speech; `learn_limits` gives those of the clips of a model.

    Attributes
    ----------
    min_duration_s : float
        Shortest length, in seconds.
    max_duration_s : float
        Longest length, in seconds.
    min_level_db : float
        RMS re full scale.
    max_silence : float
        Share of frames 40 dB below the loudest.
    min_bandwidth_hz : float
        Where the sound ends, in Hz.
    max_clipped : float
        Share of samples that are cut off.
    max_channels : int
        Number of channels.
    usual_level_db : tuple of (float, float) or None
        Levels of the clips that a model learned from; None where these are not known.
    """

    min_duration_s: float = _SHORT_S
    max_duration_s: float = np.inf
    min_level_db: float = _QUIET_DB
    max_silence: float = _MAX_SILENCE
    min_bandwidth_hz: float = _NARROW_HZ
    max_clipped: float = MAX_CLIPPED
    max_channels: int = 1
    usual_level_db: tuple | None = None


def learn_limits(reports):
    """Learn the limits of the clips that a model learned from.

    Each is the looser of the one that holds for any speech and of what these clips show, so that
    a corpus of telephone calls or of single words does not warn of itself. Only their level says
    more than any limit: what is soft depends on the corpus.

    Parameters
    ----------
    reports : list of ClipReport
        The clips. None at all leave the limits that hold for any speech.

    Returns
    -------
    limits : SoundLimits
        The limits.
    """
    if not reports:
        return SoundLimits()
    durations_s = np.array([report.duration_s for report in reports])
    levels_db = np.array([report.level_db for report in reports])
    widths_hz = [report.bandwidth_hz for report in reports if report.bandwidth_hz is not None]
    lowest_db = _low(levels_db)
    return SoundLimits(
        min_duration_s=min(_SHORT_S, _MARGIN * _low(durations_s)),
        max_duration_s=max(_LONG_S, _N_LENGTHS * float(durations_s.max())),
        min_level_db=min(lowest_db - _MARGIN_DB, float(np.median(levels_db)) - _MAX_BELOW_DB),
        max_silence=max(_MAX_SILENCE, -_low([-report.silence for report in reports])),
        min_bandwidth_hz=min(_NARROW_HZ, _MARGIN * _low(widths_hz or [np.inf])),
        max_clipped=max(MAX_CLIPPED, -_low([-report.clipped for report in reports])),
        max_channels=max(report.n_channels for report in reports),
        usual_level_db=(lowest_db, float(levels_db.max())),
    )


def _low(values):
    """What all but a few values reach; the least of two hundred or fewer."""
    return float(np.quantile(values, _RARE, method="lower"))


def warn_of_clip(report, *, limits=None, sample_rate=None, over_time=False):
    """Tell in plain words what of a clip spoils the answer of a model.

    Parameters
    ----------
    report : ClipReport
        What `inspect_clip` gives.
    limits : SoundLimits or None, default=None
        What is usual; None stands for what holds for any speech.
    sample_rate : int or None, default=None
        At which the model listens, in Hz. None stands for one that hears all there is.
    over_time : bool, default=False
        Whether the answer is a timeline, which leaves silence out and takes any length.

    Returns
    -------
    warnings : dict of str to str
        For each matter (``duration``, ``silent``, ``level``, ``silence``, ``bandwidth``,
        ``clipping``, ``channels``) what was found, what it does to the answer, and the way out;
        empty for a clip that is as it should be.

    Examples
    --------
    >>> from sersk.audit import ClipReport, warn_of_clip
    >>> report = ClipReport(2.5, 16000, 2, -20.0, -3.0, 0.0, 0.1, 8000.0)
    >>> warn_of_clip(report)["channels"].partition(". ")[0]
    'The file has 2 channels, and their mean is listened to'
    """
    limits = SoundLimits() if limits is None else limits
    said = {"duration": _tell_duration(report.duration_s, limits, over_time)}
    if report.level_db < min(SILENT_DB, limits.min_level_db):
        said["silent"] = _tell_nothing(over_time)
    else:
        said["level"] = _tell_level(report.level_db, limits)
        said["silence"] = None if over_time else _tell_silence(report.silence, limits)
        said["bandwidth"] = _tell_bandwidth(report.bandwidth_hz, limits, sample_rate)
    said["clipping"] = _tell_clipping(report.clipped, limits)
    said["channels"] = _tell_channels(report.n_channels, limits)
    return {kind: text for kind, text in said.items() if text is not None}


def _tell_duration(duration_s, limits, over_time):
    if duration_s > limits.max_duration_s and not over_time:
        return (
            f"The clip lasts {duration_s:.0f} s, far longer than those that the model learned "
            "from. One answer for all of it says little. Ask for a timeline, or cut it into "
            "sentences."
        )
    if duration_s >= limits.min_duration_s:
        return None
    if duration_s < MIN_DURATION_S:
        return (
            f"The clip lasts {duration_s:.2f} s, and holds hardly a syllable. The answer is "
            "little more than a guess. Record a whole sentence."
        )
    return (
        f"The clip lasts only {duration_s:.2f} s. A voice shows little in that time, so the "
        "answer is less sure. A whole sentence is better."
    )


def _tell_nothing(over_time):
    answer = "" if over_time else "There is an answer all the same, and it means nothing. "
    return (
        f"Nothing is to be heard. {answer}See whether the microphone was muted, and record again."
    )


def _tell_level(level_db, limits):
    if level_db >= limits.min_level_db:
        return None
    usual = ""
    if limits.usual_level_db is not None:
        lowest, highest = limits.usual_level_db
        usual = f", where the model learned from clips {-highest:.0f} to {-lowest:.0f} dB below"
    return (
        f"The clip is very quiet, {-level_db:.0f} dB below full scale{usual}. Noise may hide part "
        "of the voice, and the answer be about the noise. Record closer to the microphone, or at "
        "a higher level."
    )


def _tell_silence(silence, limits):
    if silence <= limits.max_silence:
        return None
    return (
        f"About {silence:.0%} of the clip is silence. The answer is about the pauses as "
        "much as about the voice. Cut the clip to where somebody speaks."
    )


def _tell_bandwidth(width_hz, limits, sample_rate):
    if width_hz is None or width_hz >= limits.min_bandwidth_hz:
        return None
    if sample_rate is not None and sample_rate / 2 < _FURTHER * width_hz:
        return None
    return (
        f"Nothing is to be heard above about {width_hz / 1000:.2g} kHz, as over a telephone, "
        "where the model listens further. If it learned from full recordings, the answer may be "
        "wrong. Use the original recording, or a model that learned from such speech."
    )


def _tell_clipping(clipped, limits):
    if clipped <= limits.max_clipped:
        return None
    share = f"{clipped:.0%}" if clipped >= 0.01 else f"{clipped:.2%}"
    return (
        f"{share} of the samples are cut off, as the sound was louder than a file can hold. It "
        "sounds harsher than the voice was, and the answer may be wrong. Record at a lower level, "
        "or farther from the microphone."
    )


def _tell_channels(n_channels, limits):
    if n_channels <= limits.max_channels:
        return None
    return (
        f"The file has {n_channels} channels, and their mean is listened to. If each holds "
        "another person, the voices are mixed, and the answer is about none of them. Split them "
        "first."
    )
