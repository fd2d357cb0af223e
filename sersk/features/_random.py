"""Random convolutions over time, pooled."""

from numbers import Integral, Real
from os import PathLike

import numpy as np
from sklearn.exceptions import NotFittedError

from sersk.exceptions import AudioReadError
from sersk.features._base import (
    BaseExtractor,
    check_mel_range,
    check_win_length,
    find_mel_range,
)
from sersk.features._biases import (
    QUANTILES,
    Bank,
    find_biases,
    make_kernels,
    make_synthetic_biases,
)
from sersk.features._contours import ContourSeries
from sersk.features._convolution import pool_kernels
from sersk.features._framing import Clip
from sersk.features._kernels import KINDS
from sersk.features._series import LogMelSeries, find_series
from sersk.features._store import FeatureStore
from sersk.utils._sklearn import Interval, StrOptions

_FUNCTIONALS = (*(f"above{round(100 * q)}" for q in QUANTILES), "std", "max", "mean")
_N_FIT_CLIPS = 40


class RandomConvolutions(BaseExtractor):
    """Random convolutions over a spectrogram or over contours of the voice, pooled over time.

    Kernels that nobody designed and nobody trained: each sums a few runs of neighbouring mel bands
    and weighs that sum at nine times, and its output is pooled over the clip. A linear classifier
    then chooses among hundreds of them. After ROCKET [1]_ and MiniROCKET [2]_.

    Parameters
    ----------
    n_kernels : int, default=1000
        Number of kernels; each gives eight values.
    kind : {"difference", "average"}, default="difference"
        Differences in time: taps of -1 and 2 that sum to zero, spread by a random dilation. Or
        averages over 1, 3, 5 or 9 steps, which nine times out of ten weigh bands against bands.
    over : {"mel", "contours"}, default="mel"
        What the kernels go over: logarithms of power in mel bands; or 17 contours, of pitch,
        voicing, loudness, zero crossings and the shape of the spectrum, up to three of which a
        kernel sums.
    time_step : int, default=1
        Number of frames to average to one step of time.
    band_step : int, default=1
        Number of mel bands to average to one channel; divides `n_mels`.
    max_dilation : int, default=32
        Bound of the dilations, in steps; most are far smaller. Averages have none.
    biases : {"synthetic", "fit"}, default="synthetic"
        Where the thresholds come from, the quantiles 0.1 to 0.9 of each kernel's output: from
        synthetic speech, always the same, or from at most 40 of the clips given to `fit`.
    sample_rate : int, default=16000
        Sampling rate that files are brought to and arrays are taken to be at, in Hz, from 8000 to
        48000.
    n_fft : int, default=512
        Length of the FFT, in samples.
    hop_length : int, default=160
        Step between frames, in samples.
    win_length : int, default=400
        Length of the Hann window, in samples.
    n_mels : int, default=64
        Number of mel bands.
    fmin : float, default=50.0
        Lower edge of the lowest band, in Hz.
    fmax : float or None, default=None
        Upper edge of the highest band, in Hz. None means half the sampling rate.
    random_state : int, default=0
        Seed of the kernels, of the synthetic speech, and of the choice of clips.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    Attributes
    ----------
    biases_ : ndarray of shape (n_kernels, 5), dtype float32
        The thresholds that `fit` found; only with ``biases="fit"``.

    See Also
    --------
    MelSpectrogram : The bands, pooled without kernels.

    Notes
    -----
    The power counts as 80 dB below the clip's maximum where it is less, and the mean of all
    logarithms is taken away, so a clip's gain makes no difference. Clips under 0.8 s are extended
    by their last frame, and beyond the ends of a clip the kernels see its mean.

    Each kernel gives the proportions of steps above its five thresholds, and the standard
    deviation, the maximum and the mean of its output. Unlike in MiniROCKET all kernels see the
    ends, and thresholds are quantiles over clips, the same for all kernels.

    References
    ----------
    .. [1] A. Dempster, F. Petitjean and G. I. Webb, "ROCKET: exceptionally fast and accurate time
       series classification using random convolutional kernels", Data Mining and Knowledge
       Discovery 34, 2020.
    .. [2] A. Dempster, D. F. Schmidt and G. I. Webb, "MiniRocket: a very fast (almost)
       deterministic transform for time series classification", KDD, 2021.

    Examples
    --------
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import RandomConvolutions
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=1, n_clips_per_class=1)
    >>> convolutions = RandomConvolutions(n_kernels=50)
    >>> convolutions.fit_transform(signals).shape
    (4, 400)
    >>> print(convolutions.get_feature_names_out()[-1])
    mel_difference49_mean
    """

    _parameter_constraints = {
        "n_kernels": [Interval(Integral, 1, None, closed="left")],
        "kind": [StrOptions(set(KINDS))],
        "over": [StrOptions({"contours", "mel"})],
        "time_step": [Interval(Integral, 1, None, closed="left")],
        "band_step": [Interval(Integral, 1, None, closed="left")],
        "max_dilation": [Interval(Integral, 1, None, closed="left")],
        "biases": [StrOptions({"synthetic", "fit"})],
        "sample_rate": [Interval(Integral, 8000, 48000, closed="both")],
        "n_fft": [Interval(Integral, 2, None, closed="left")],
        "hop_length": [Interval(Integral, 1, None, closed="left")],
        "win_length": [Interval(Integral, 1, None, closed="left")],
        "n_mels": [Interval(Integral, 1, None, closed="left")],
        "fmin": [Interval(Real, 0, None, closed="left")],
        "fmax": [Interval(Real, 0, None, closed="neither"), None],
        "random_state": [Interval(Integral, 0, 2**32 - 1, closed="both")],
        "n_jobs": [Integral, None],
        "memory": [str, PathLike, FeatureStore, None],
    }

    # NumPy's generators make the synthetic speech.
    _libraries = (*BaseExtractor._libraries, "numpy")
    _is_bank = True

    def __init__(
        self,
        *,
        n_kernels=1000,
        kind="difference",
        over="mel",
        time_step=1,
        band_step=1,
        max_dilation=32,
        biases="synthetic",
        sample_rate=16000,
        n_fft=512,
        hop_length=160,
        win_length=400,
        n_mels=64,
        fmin=50.0,
        fmax=None,
        random_state=0,
        n_jobs=None,
        memory=None,
    ):
        self.n_kernels = n_kernels
        self.kind = kind
        self.over = over
        self.time_step = time_step
        self.band_step = band_step
        self.max_dilation = max_dilation
        self.biases = biases
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.win_length = win_length
        self.n_mels = n_mels
        self.fmin = fmin
        self.fmax = fmax
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.memory = memory

    def _check(self):
        super()._check()
        check_mel_range(self)
        check_win_length(self)
        if self.n_mels % self.band_step:
            raise ValueError(
                "The 'band_step' parameter of RandomConvolutions must divide n_mels, "
                f"{self.n_mels}. Got {self.band_step} instead."
            )

    @property
    def _bank(self):
        return Bank(
            self._make_series(),
            self.kind,
            self.n_kernels,
            self.max_dilation,
            self.random_state,
        )

    def _make_series(self):
        """Say what the kernels go over."""
        framing = (self.sample_rate, self.n_fft, self.hop_length, self.win_length)
        if self.over == "contours":
            return ContourSeries(*framing, self.time_step)
        bands = (self.n_mels, *find_mel_range(self))
        return LogMelSeries(*framing, *bands, self.time_step, self.band_step)

    def _learn(self, sources, open_source):
        if self.biases == "synthetic":
            return
        bank = self._bank
        order = np.random.RandomState(self.random_state).permutation(len(sources))
        series = _compute_some(bank.series, (open_source(sources[i]) for i in order))
        self.biases_ = find_biases(make_kernels(bank), series)
        self._fitted_bank = bank

    @property
    def _learnt(self):
        return None if self.biases == "synthetic" else self._find_biases(self._bank)

    def _find_biases(self, bank):
        if self.biases == "synthetic":
            return make_synthetic_biases(bank)
        if getattr(self, "_fitted_bank", None) != bank:
            raise NotFittedError(
                "This RandomConvolutions with biases='fit' is not fitted with these parameters. "
                "Call fit first, or set biases='synthetic'."
            )
        return self.biases_

    def _row(self, clip):
        bank = self._bank
        biases = self._find_biases(bank)
        return pool_kernels(find_series(clip, bank.series), make_kernels(bank), biases).ravel()

    def _names(self):
        kernels = [f"{self.over}_{self.kind}{i}" for i in range(self.n_kernels)]
        return [f"{kernel}_{functional}" for kernel in kernels for functional in _FUNCTIONALS]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = self.biases == "fit"
        return tags


def _compute_some(series, recordings):
    """Compute the series of the first clips that can be read."""
    computed, error = [], None
    for recording in recordings:
        try:
            computed.append(series.compute(Clip(recording)))
        except AudioReadError as unreadable:
            error = unreadable
        if len(computed) == _N_FIT_CLIPS:
            break
    if not computed:
        raise error
    return computed
