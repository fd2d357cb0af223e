"""Voice quality: how the voice sounds, apart from its pitch and what it says."""

import numpy as np

from sersk.features._base import join_names
from sersk.features._formants import find_formants, predict_linearly
from sersk.features._functionals import CHANGE_FUNCTIONALS
from sersk.features._voice_extractor import VoiceExtractor, check_pooling, pool_frames

_SOURCE = (
    "cepstral_peak",
    "h1_h2",
    "h1_h4",
    "h1_a1",
    "h1_a2",
    "h1_a3",
    "a1_a3",
    "hnr",
    "jitter",
    "shimmer",
    "residual",
)
_TRACT = (
    *(f"formant{k}" for k in (1, 2, 3)),
    *(f"bandwidth{k}" for k in (1, 2, 3)),
    "formant2_formant1",
    "formant3_formant1",
)
# Where the strongest harmonics of the first three formants are looked for, in Hz.
_FORMANT_RANGES_HZ = ((350.0, 1000.0), (1000.0, 2200.0), (2200.0, 3800.0))
# The part of the spectrum in which a tract of 17 cm has five formants, in Hz.
_TRACT_RANGE_HZ = 5000.0
_FLOOR = 1e-10
# A ratio beyond this is as good as a pure tone, or as noise.
_STRENGTHS = (0.05, 0.995)
_LARGEST_JITTER = 0.2


class VoiceQuality(VoiceExtractor):
    """Quality of the voice: breathy or pressed, rough or clear, and the shape of the tract.

    Over the voiced frames: prominence of the cepstral peak [1]_; levels of the first, second and
    fourth harmonic and of the strongest ones of 350 to 1000, 1000 to 2200 and 2200 to 3800 Hz,
    where the formants are likely, relative to each other [2]_; ratio of harmonics to noise;
    changes of pitch and level from frame to frame; the residual of linear prediction; frequencies
    and bandwidths of three formants [3]_.

    Parameters
    ----------
    sample_rate : int, default=16000
        Sampling rate that files are brought to and arrays are taken to be at, in Hz; 10000 at
        least.
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
    functionals : tuple of str, default=("mean", "std")
        How to pool over the voiced frames; the names are explained in the user guide.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    See Also
    --------
    F0 : Pitch of the same frames.
    OpenSMILE : Measures jitter and shimmer from period to period.

    Notes
    -----
    ``cepstral_peak``, ``h1_h2`` … ``a1_a3``, ``hnr``: dB. ``jitter``: relative change of the
    fundamental frequency between neighbouring frames, in percent; ``shimmer``: change of level, in
    dB; both of 10 ms, not of single periods. ``residual``: natural logarithm of the share of power
    that is not predicted. ``formant…``, ``bandwidth…`` and their ratios: natural logarithms, of Hz
    where they are not of ratios; formants are found in every second voiced frame, by order 10 up
    to 5 kHz. The derivatives over time are pooled as well, by sd, mean magnitude and percentiles.

    A clip without a voice is described by its loudest third.

    References
    ----------
    .. [1] J. Hillenbrand, R. Cleveland and R. Erickson, "Acoustic correlates of breathy vocal
       quality", Journal of Speech and Hearing Research 37, 1994.
    .. [2] H. Hanson, "Glottal characteristics of female speakers: acoustic correlates", Journal of
       the Acoustical Society of America 101, 1997.
    .. [3] J. Makhoul, "Linear prediction: a tutorial review", Proceedings of the IEEE 63, 1975.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.features import VoiceQuality
    >>> phase = 2 * np.pi * 110 * np.arange(16000) / 16000
    >>> quality = VoiceQuality(functionals=("median",)).set_output(transform="pandas")
    >>> row = quality.transform([np.sin(phase) + np.sin(2 * phase) / 2])
    >>> print(f"{row['h1_h2_median'][0]:.1f} dB")
    6.0 dB
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
        if self.sample_rate < 2 * _TRACT_RANGE_HZ:
            raise ValueError(
                "The 'sample_rate' parameter of VoiceQuality must be an int in the range "
                f"[{2 * _TRACT_RANGE_HZ:.0f}, inf), since formants lie up to 5 kHz. Got "
                f"{self.sample_rate} instead."
            )

    def _describe_voice(self, clip, voice):
        judged = np.flatnonzero(voice.is_judged)
        power = _gather(clip.blocks(self._tracker.grid), judged, self.win_length)
        f0_hz = np.clip(voice.f0_hz[judged], self.fmin, self.fmax)
        bin_hz = self.sample_rate / self.n_fft
        faintest = np.maximum(_FLOOR * power.max(axis=1, keepdims=True), np.finfo(np.float32).tiny)
        level_db = 10 * np.log10(np.maximum(power, faintest))
        below_5k = power[:, : 1 + round(_TRACT_RANGE_HZ / bin_hz)]
        coefficients, residual = predict_linearly(below_5k, order=10)
        source = np.column_stack(
            [
                self._measure_cepstral_peak(level_db),
                *_compare_harmonics(level_db, f0_hz, bin_hz),
                _to_hnr(voice.strength[judged]),
                *_measure_changes(judged, f0_hz, voice.level_db[judged]),
                np.log(residual),
            ]
        )
        tract = _describe_tract(*find_formants(coefficients[::2], _TRACT_RANGE_HZ))
        pooled = [
            pool_frames(values.astype(np.float32), self.functionals, 1, CHANGE_FUNCTIONALS)
            for values in (source, tract)
        ]
        return np.concatenate(pooled)

    def _measure_cepstral_peak(self, level_db):
        """How far the cepstrum at the period stands out from a line through its neighbours, dB."""
        from scipy.fft import irfft

        shortest = int(self.sample_rate / self.fmax)
        longest = int(self.sample_rate / self.fmin)
        cepstrum = irfft(level_db, axis=1)[:, shortest : longest + 1]
        at = np.arange(cepstrum.shape[1])
        line = np.vander(at, 2).astype(np.float32)
        fitted = (cepstrum @ np.linalg.pinv(line).T) @ line.T
        rows, peak = np.arange(len(cepstrum)), cepstrum.argmax(axis=1)
        return cepstrum[rows, peak] - fitted[rows, peak]

    def _names(self):
        names = []
        for descriptors in (_SOURCE, _TRACT):
            names += join_names(descriptors, self.functionals)
            names += join_names([f"{name}_delta" for name in descriptors], CHANGE_FUNCTIONALS)
        return names


def _gather(blocks, frames, win_length):
    """Power spectra of some frames of a clip, in ascending order."""
    gathered, first = [], 0
    for block in blocks:
        power = block.power("hann", win_length)
        chosen = frames[(frames >= first) & (frames < first + len(power))] - first
        gathered.append(power[chosen])
        first += len(power)
    return np.concatenate(gathered)


def _compare_harmonics(level_db, f0_hz, bin_hz):
    """Differences between the levels of harmonics, each of shape (n_frames,), in dB."""
    h1, h2, h4 = (_measure_peak(level_db, k * f0_hz / bin_hz) for k in (1, 2, 4))
    a1, a2, a3 = (
        level_db[:, round(low / bin_hz) : round(high / bin_hz)].max(axis=1)
        for low, high in _FORMANT_RANGES_HZ
    )
    return h1 - h2, h1 - h4, h1 - a1, h1 - a2, h1 - a3, a1 - a3


def _measure_peak(level_db, at):
    """Level of the peak nearest to a fractional bin, by a parabola through three bins."""
    bins = np.clip(np.round(at).astype(int), 2, level_db.shape[1] - 3)[:, np.newaxis]
    near = np.take_along_axis(level_db, bins + np.arange(-2, 3), 1)
    top = 1 + near[:, 1:4].argmax(axis=1)[:, np.newaxis]
    before, peak, after = (np.take_along_axis(near, top + k, 1)[:, 0] for k in (-1, 0, 1))
    curvature = np.minimum(before - 2 * peak + after, -1e-6)
    offset = np.clip(0.5 * (before - after) / curvature, -0.5, 0.5)
    return peak - 0.25 * (before - after) * offset


def _to_hnr(strength):
    share = np.clip(strength, *_STRENGTHS)
    return 10 * np.log10(share / (1 - share))


def _measure_changes(frames, f0_hz, level_db):
    """Change of pitch, in percent, and of level, in dB, since the frame before; 0 after a gap."""
    is_adjacent = np.diff(frames, prepend=-2) == 1
    jitter = np.minimum(np.abs(np.diff(np.log(f0_hz), prepend=0)), _LARGEST_JITTER)
    shimmer = np.abs(np.diff(level_db, prepend=0))
    return 100 * np.where(is_adjacent, jitter, 0), np.where(is_adjacent, shimmer, 0)


def _describe_tract(formants_hz, bandwidths_hz):
    formants, bandwidths = np.log(formants_hz), np.log(np.clip(bandwidths_hz, 30.0, 2000.0))
    return np.hstack([formants, bandwidths, formants[:, 1:] - formants[:, :1]])
