"""Fundamental frequency: the pitch of the voice, how clear it is, and how it moves."""

import numpy as np

from sersk.features._base import join_names
from sersk.features._voice_extractor import VoiceExtractor, check_pooling, pool_frames

# Steps between neighbouring frames larger than this are errors of the search, in semitones.
_LARGEST_STEP = 4.0
# A stretch of voice shorter than this has no course, in frames.
_SHORTEST_RUN = 6
# What a pitch is measured from, in Hz: the lowest note of a piano.
_REFERENCE_HZ = 27.5
_STEPS = ("absmean", "std", "absmax", "rising")
_RUNS = ("slope_mean", "slope_std", "slope_absmean", "range_mean", "range_max", "range_std")


class F0(VoiceExtractor):
    """Fundamental frequency of the voiced frames, how periodic they are, and how the pitch moves.

    The highest peaks of the autocorrelation of each frame, corrected for its window [1]_, and the
    path through them that is periodic and seldom jumps. Pitch is in semitones above 27.5 Hz, since
    that is how it is heard.

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
        Range of the search, in Hz.
    voicing_threshold : float, default=0.45
        How periodic a frame is at least that counts as voiced, from 0 to 1.
    functionals : tuple of str, default=("mean", "std")
        How to pool pitch and periodicity over the voiced frames; the names are explained in the
        user guide.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    See Also
    --------
    Rhythm : When there is a voice.
    VoiceQuality : How it sounds.

    Notes
    -----
    ``f0_step_…`` are of the differences between neighbouring voiced frames, in semitones, errors
    of an octave left out: mean magnitude, sd, largest, and the share of rising ones. ``f0_run_…``
    are of the unbroken stretches of voice: the slope of a line through each, in semitones per
    second, and its range, in semitones.

    A clip without a voice is described by its loudest third.

    References
    ----------
    .. [1] P. Boersma, "Accurate short-term analysis of the fundamental frequency and the
       harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17, 1993.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.features import F0
    >>> phase = 2 * np.pi * 110 * np.arange(16000) / 16000
    >>> voice = sum(np.sin(k * phase) / k for k in range(1, 20)) / 4
    >>> row = F0().set_output(transform="pandas").transform([voice])
    >>> print(f"{27.5 * 2 ** (row['f0_mean'][0] / 12):.1f} Hz")
    110.0 Hz
    """

    _parameter_constraints = {
        **VoiceExtractor._parameter_constraints,
        "functionals": [tuple, list],
    }

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
        functionals=("mean", "std"),
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
        self.functionals = functionals
        self.n_jobs = n_jobs
        self.memory = memory

    def _check(self):
        super()._check()
        check_pooling(self)

    def _describe_voice(self, clip, voice):
        pitch = to_semitones(voice.f0_hz)
        judged = np.stack([pitch, voice.strength], axis=1)[voice.is_judged]
        frame_s = self.hop_length / self.sample_rate
        movement = [*_describe_steps(pitch, voice.is_judged)]
        movement += _describe_runs(pitch, voice.is_voiced, frame_s)
        return np.concatenate([pool_frames(judged, self.functionals), movement])

    def _names(self):
        steps = [f"f0_step_{name}" for name in _STEPS]
        runs = [f"f0_run_{name}" for name in _RUNS]
        return join_names(("f0", "voicing"), self.functionals) + steps + runs


def to_semitones(f0_hz):
    """Express frequencies in semitones above 27.5 Hz.

    Parameters
    ----------
    f0_hz : ndarray
        Frequencies, in Hz.

    Returns
    -------
    pitch : ndarray
        Semitones.
    """
    return 12 * np.log2(f0_hz / _REFERENCE_HZ)


def find_runs(is_voiced):
    """Find the unbroken stretches of voice.

    Parameters
    ----------
    is_voiced : ndarray of shape (n_frames,), dtype bool
        Which frames are voiced.

    Returns
    -------
    starts, stops : ndarray of shape (n_runs,), dtype int
        First frame of each stretch, and the frame after its last.
    """
    changes = np.diff(is_voiced.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(changes == 1), np.flatnonzero(changes == -1)


def _describe_steps(pitch, is_judged):
    adjacent = is_judged[1:] & is_judged[:-1]
    steps = np.diff(pitch)[adjacent]
    steps = steps[np.abs(steps) < _LARGEST_STEP]
    if len(steps) == 0:
        return 0.0, 0.0, 0.0, 0.5
    sizes = np.abs(steps)
    return sizes.mean(), steps.std(), sizes.max(), (steps > 0).mean()


def _describe_runs(pitch, is_voiced, frame_s):
    slopes, ranges = [], []
    for start, stop in zip(*find_runs(is_voiced), strict=True):
        if stop - start >= _SHORTEST_RUN:
            run = pitch[start:stop]
            at = (np.arange(stop - start) - (stop - start - 1) / 2) * frame_s
            slopes.append(at @ run / (at @ at))
            ranges.append(np.ptp(run))
    if not slopes:
        return [0.0] * len(_RUNS)
    slopes, ranges = np.array(slopes), np.array(ranges)
    of_slopes = [slopes.mean(), slopes.std(), np.abs(slopes).mean()]
    return [*of_slopes, ranges.mean(), ranges.max(), ranges.std()]
