"""Rhythm: how voice and pauses follow one another."""

import numpy as np

from sersk.features._f0 import find_runs
from sersk.features._levels import ACTIVE_RANGE_DB
from sersk.features._voice_extractor import VoiceExtractor

_NAMES = (
    "voiced_share",
    "voiced_rate",
    *(f"voiced_length_{name}" for name in ("mean", "std", "max")),
    *(f"gap_length_{name}" for name in ("mean", "std", "max")),
    "pause_share",
    "peak_rate",
    "duration",
)
# What is to be a peak of loudness, a syllable, stands out by so much on both sides.
_PROMINENCE_DB = 3.0
_SMOOTHED_S = 0.05


class Rhythm(VoiceExtractor):
    """Share, rate and length of the stretches of voice, and of what lies between them.

    Times in seconds, rates per second: of unbroken stretches of voice, of the gaps between them,
    and of peaks of loudness, which are about the syllables [1]_.

    Parameters
    ----------
    sample_rate : int, default=16000
        Sampling rate that files are brought to and arrays are taken to be at, in Hz.
    n_fft : int, default=1024
        Length of the FFT, in samples.
    hop_length : int, default=160
        Step between frames, in samples.
    win_length : int, default=640
        Length of a frame and its Hann window, in samples.
    fmin, fmax : float, default=60.0, 500.0
        Range in which the fundamental frequency is searched for, in Hz.
    voicing_threshold : float, default=0.45
        How periodic a frame is at least that counts as voiced, from 0 to 1.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    See Also
    --------
    F0 : How the pitch moves in these stretches.

    Notes
    -----
    A pause is a frame 28 dB below the loudest. Silence before and after speech counts, too, unless
    it is trimmed: `AudioFeatures` does that with ``trim_db``.

    References
    ----------
    .. [1] N. de Jong and T. Wempe, "Praat script to detect syllable nuclei and measure speech rate
       automatically", Behavior Research Methods 41, 2009.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.features import Rhythm
    >>> at = np.arange(32000) / 16000
    >>> voice = sum(np.sin(2 * np.pi * 110 * k * at) for k in range(1, 20)) / 20
    >>> row = Rhythm().set_output(transform="pandas").transform([voice * (at % 0.5 < 0.25)])
    >>> print(f"{row['voiced_rate'][0]:.0f} per second")
    2 per second
    """

    def __init__(
        self,
        *,
        sample_rate=16000,
        n_fft=1024,
        hop_length=160,
        win_length=640,
        fmin=60.0,
        fmax=500.0,
        voicing_threshold=0.45,
        n_jobs=None,
        memory=None,
    ):
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.win_length = win_length
        self.fmin = fmin
        self.fmax = fmax
        self.voicing_threshold = voicing_threshold
        self.n_jobs = n_jobs
        self.memory = memory

    def _describe_voice(self, clip, voice):
        frame_s = self.hop_length / self.sample_rate
        n_frames = len(voice.is_voiced)
        starts, stops = find_runs(voice.is_voiced)
        lengths, gaps = (stops - starts) * frame_s, (starts[1:] - stops[:-1]) * frame_s
        duration_s = n_frames * frame_s
        is_pause = voice.level_db < voice.level_db.max() - ACTIVE_RANGE_DB
        n_smoothed = max(1, round(_SMOOTHED_S / frame_s))
        return np.array(
            [
                voice.is_voiced.mean(),
                len(lengths) / duration_s,
                *_describe_lengths(lengths),
                *_describe_lengths(gaps),
                is_pause.mean(),
                _count_peaks(voice.level_db, n_smoothed) / duration_s,
                duration_s,
            ]
        )

    def _names(self):
        return list(_NAMES)


def _describe_lengths(lengths):
    if len(lengths) == 0:
        return 0.0, 0.0, 0.0
    return lengths.mean(), lengths.std(), lengths.max()


def _count_peaks(level_db, n_smoothed):
    """Count the peaks of the smoothed level that stand out, pauses left aside."""
    from scipy.signal import find_peaks

    floor = level_db.max() - ACTIVE_RANGE_DB
    # A peak at either end stands out from the silence around the clip.
    padded = np.pad(np.maximum(level_db, floor), n_smoothed, constant_values=floor)
    smoothed = np.convolve(padded, np.ones(n_smoothed) / n_smoothed, mode="valid")
    # Peaks of exactly one height would all stand out, however shallow it is between them.
    smoothed += 1e-9 * np.arange(len(smoothed))
    return len(find_peaks(smoothed, prominence=_PROMINENCE_DB)[0])
