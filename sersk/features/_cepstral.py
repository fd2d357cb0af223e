"""Mel bands and cepstral coefficients."""

from numbers import Integral

import numpy as np

from sersk.features._base import MelExtractor
from sersk.features._filters import make_dct
from sersk.utils._sklearn import Interval, StrOptions


class MelSpectrogram(MelExtractor):
    """Power in mel bands.

    Triangular filters of unit area, equally spaced on Slaney's mel scale, over the power of the
    short-time Fourier transform [1]_.

    Parameters
    ----------
    n_mels : int, default=128
        Number of bands.
    sample_rate : int, default=22050
        Sampling rate that files are brought to and arrays are taken to be at, in Hz.
    n_fft : int, default=2048
        Length of a frame and its FFT, in samples.
    hop_length : int, default=512
        Step between frames, in samples.
    win_length : int or None, default=None
        Length of the window, in samples. None means `n_fft`.
    window : str, default="hann"
        Window, by its name in `scipy.signal.get_window`.
    center : bool, default=True
        Centre each frame on its time, padding the ends with zeros.
    fmin : float, default=0.0
        Lower edge of the lowest band, in Hz.
    fmax : float or None, default=None
        Upper edge of the highest band, in Hz. None means half the sampling rate.
    scale : {"power", "db"}, default="power"
        Unit of the values: power, or level in dB within 80 dB of the clip's maximum.
    level : {"absolute", "relative"}, default="absolute"
        What levels in dB refer to: full scale, or the mean level at which the clip speaks, which
        takes the gain of the recording out.
    functionals : tuple of str or None, default=("mean", "std")
        How to pool over time; the names are explained in the user guide. None gives the sequence
        of frames.
    deltas : {0, 1, 2}, default=0
        Order of the derivatives over time to append.
    delta_functionals : tuple of str or None, default=None
        How to pool the derivatives. None pools them like the descriptors.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    See Also
    --------
    MFCC : Decorrelates the levels of these bands.

    Notes
    -----
    The values are those of `librosa.feature.melspectrogram`.

    References
    ----------
    .. [1] M. Slaney, "Auditory Toolbox, version 2", Interval Research Corporation, 1998.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.features import MelSpectrogram
    >>> tone = np.sin(2 * np.pi * 440 * np.arange(22050) / 22050)
    >>> mel = MelSpectrogram(n_mels=64, functionals=("mean",))
    >>> print(mel.get_feature_names_out()[mel.transform([tone])[0].argmax()])
    mel8_mean
    """

    _parameter_constraints = {
        **MelExtractor._parameter_constraints,
        "scale": [StrOptions({"power", "db"})],
    }

    def __init__(
        self,
        *,
        n_mels=128,
        sample_rate=22050,
        n_fft=2048,
        hop_length=512,
        win_length=None,
        window="hann",
        center=True,
        fmin=0.0,
        fmax=None,
        scale="power",
        level="absolute",
        functionals=("mean", "std"),
        deltas=0,
        delta_functionals=None,
        n_jobs=None,
        memory=None,
    ):
        self.n_mels = n_mels
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.win_length = win_length
        self.window = window
        self.center = center
        self.fmin = fmin
        self.fmax = fmax
        self.scale = scale
        self.level = level
        self.functionals = functionals
        self.deltas = deltas
        self.delta_functionals = delta_functionals
        self.n_jobs = n_jobs
        self.memory = memory

    @property
    def _needs_survey(self):
        return self.scale == "db"

    def _descriptors(self, block, survey):
        return self._mel(block) if survey is None else self._level(block, survey)

    def _descriptor_names(self):
        return [f"mel{i}" for i in range(self.n_mels)]


class MFCC(MelExtractor):
    """Mel-frequency cepstral coefficients.

    The orthonormal DCT-II over the levels of mel bands, in dB within 80 dB of the clip's maximum
    [1]_. Coefficient 0 follows the loudness, the next ones the broad shape of the spectrum.

    Parameters
    ----------
    n_mfcc : int, default=40
        Number of coefficients, at most `n_mels`.
    sample_rate : int, default=22050
        Sampling rate that files are brought to and arrays are taken to be at, in Hz.
    n_fft : int, default=2048
        Length of a frame and its FFT, in samples.
    hop_length : int, default=512
        Step between frames, in samples.
    win_length : int or None, default=None
        Length of the window, in samples. None means `n_fft`.
    window : str, default="hann"
        Window, by its name in `scipy.signal.get_window`.
    center : bool, default=True
        Centre each frame on its time, padding the ends with zeros.
    n_mels : int, default=128
        Number of mel bands.
    fmin : float, default=0.0
        Lower edge of the lowest band, in Hz.
    fmax : float or None, default=None
        Upper edge of the highest band, in Hz. None means half the sampling rate.
    level : {"absolute", "relative"}, default="absolute"
        What the levels refer to: full scale, or the mean level at which the clip speaks, which
        takes the gain of the recording out; it shifts coefficient 0.
    functionals : tuple of str or None, default=("mean", "std")
        How to pool over time; the names are explained in the user guide. None gives the sequence
        of frames.
    deltas : {0, 1, 2}, default=0
        Order of the derivatives over time to append.
    delta_functionals : tuple of str or None, default=None
        How to pool the derivatives. None pools them like the descriptors.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    See Also
    --------
    MelSpectrogram : The bands before the transform.

    Notes
    -----
    The values are those of `librosa.feature.mfcc`, whose default is 20 coefficients. Where
    `n_mfcc` exceeds `n_mels`, librosa returns fewer rows than asked for; this raises.

    References
    ----------
    .. [1] S. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic
       word recognition in continuously spoken sentences", IEEE Transactions on Acoustics, Speech,
       and Signal Processing 28(4), 1980.

    Examples
    --------
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MFCC
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=2, n_clips_per_class=1)
    >>> MFCC(n_mfcc=13, sample_rate=16000).fit_transform(signals).shape
    (8, 26)
    """

    _needs_survey = True
    _parameter_constraints = {
        **MelExtractor._parameter_constraints,
        "n_mfcc": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        *,
        n_mfcc=40,
        sample_rate=22050,
        n_fft=2048,
        hop_length=512,
        win_length=None,
        window="hann",
        center=True,
        n_mels=128,
        fmin=0.0,
        fmax=None,
        level="absolute",
        functionals=("mean", "std"),
        deltas=0,
        delta_functionals=None,
        n_jobs=None,
        memory=None,
    ):
        self.n_mfcc = n_mfcc
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.win_length = win_length
        self.window = window
        self.center = center
        self.n_mels = n_mels
        self.fmin = fmin
        self.fmax = fmax
        self.level = level
        self.functionals = functionals
        self.deltas = deltas
        self.delta_functionals = delta_functionals
        self.n_jobs = n_jobs
        self.memory = memory

    def _check(self):
        super()._check()
        if self.n_mfcc > self.n_mels:
            raise ValueError(
                f"The 'n_mfcc' parameter of MFCC must not exceed n_mels, {self.n_mels}. "
                f"Got {self.n_mfcc} instead."
            )

    def _descriptors(self, block, survey):
        level = self._level(block, survey).astype(np.float64)
        return level @ make_dct(self.n_mels, self.n_mfcc)

    def _descriptor_names(self):
        return [f"mfcc{i}" for i in range(self.n_mfcc)]
