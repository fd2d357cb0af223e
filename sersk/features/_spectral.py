"""Pitch classes, and contrast between the peaks and valleys of the spectrum."""

from functools import lru_cache
from numbers import Integral, Real

import numpy as np

from sersk.features._base import FrameExtractor
from sersk.features._filters import make_chroma_filters
from sersk.features._framing import divide, power_to_db
from sersk.features._tuning import choose_tuning, count_tunings
from sersk.utils._sklearn import Interval

# A bin of single precision holds rounding of about 1e-17 of the power of its frame. Valleys below
# this share would show it.
_FAINT = 2e-15
_PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


class Chroma(FrameExtractor):
    """Energy in each pitch class, relative to the strongest of the frame.

    The power spectrum folded into one octave [1]_, after estimating how far the recording is tuned
    away from A4 = 440 Hz.

    Parameters
    ----------
    n_chroma : int, default=12
        Number of pitch classes.
    tuning : float or None, default=None
        Deviation from A4 = 440 Hz, in fractions of a pitch class. None estimates it for each clip.
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
    functionals : tuple of str or None, default=("mean", "std")
        How to pool over time; the names are explained in the user guide. None gives the sequence
        of frames.
    deltas : {0, 1, 2}, default=0
        Order of the derivatives over time to append.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    Notes
    -----
    The values are those of `librosa.feature.chroma_stft`. The tuning is the fullest bin of a
    histogram; where two bins are as good as equal, rounding may decide otherwise than in librosa.
    In a recording of more than 2048 frames, which peaks are strong enough to count is decided for
    each 2048 of them, not for the whole.

    References
    ----------
    .. [1] D. Ellis, "Chroma feature analysis and synthesis", LabROSA, Columbia University, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.features import Chroma
    >>> a4 = np.sin(2 * np.pi * 440 * np.arange(22050) / 22050)
    >>> chroma = Chroma(functionals=("mean",))
    >>> print(chroma.get_feature_names_out()[chroma.transform([a4])[0].argmax()])
    chroma_A_mean
    """

    _parameter_constraints = {
        **FrameExtractor._parameter_constraints,
        "n_chroma": [Interval(Integral, 1, None, closed="left")],
        "tuning": [Interval(Real, -1, 1, closed="both"), None],
    }

    def __init__(
        self,
        *,
        n_chroma=12,
        tuning=None,
        sample_rate=22050,
        n_fft=2048,
        hop_length=512,
        win_length=None,
        window="hann",
        center=True,
        functionals=("mean", "std"),
        deltas=0,
        n_jobs=None,
        memory=None,
    ):
        self.n_chroma = n_chroma
        self.tuning = tuning
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.win_length = win_length
        self.window = window
        self.center = center
        self.functionals = functionals
        self.deltas = deltas
        self.n_jobs = n_jobs
        self.memory = memory

    _merge = staticmethod(np.add)

    @property
    def _needs_survey(self):
        return self.tuning is None

    def _survey(self, block):
        return count_tunings(
            block.power(*self._windowing),
            self.sample_rate,
            self.n_fft,
            self.n_chroma,
            refine=lambda frames: block.refine_power(frames, *self._windowing),
        )

    def _descriptors(self, block, survey):
        power = block.power(*self._windowing)
        tuning = self.tuning if survey is None else choose_tuning(survey)
        filters = make_chroma_filters(self.sample_rate, self.n_fft, self.n_chroma, tuning)
        return divide(power @ filters, lambda chroma: chroma.max(axis=1, keepdims=True))

    def _descriptor_names(self):
        classes = _PITCH_CLASSES if self.n_chroma == 12 else range(self.n_chroma)
        return [f"chroma_{c}" for c in classes]


class SpectralContrast(FrameExtractor):
    """Level of the peaks over that of the valleys, in octave bands.

    In each band the mean of the strongest and of the weakest bins, and the difference of the two
    levels [1]_: large for clear harmonics, small for noise.

    Parameters
    ----------
    n_bands : int, default=6
        Number of octaves above `fmin`; one more band lies below it.
    fmin : float, default=200.0
        Upper edge of the lowest band, in Hz.
    quantile : float, default=0.02
        Share of a band's bins taken as peak, and as valley; at least one bin.
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
    functionals : tuple of str or None, default=("mean", "std")
        How to pool over time; the names are explained in the user guide. None gives the sequence
        of frames.
    deltas : {0, 1, 2}, default=0
        Order of the derivatives over time to append.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    Notes
    -----
    The values are those of `librosa.feature.spectral_contrast`, which takes magnitude for power:
    they are half of true dB.

    References
    ----------
    .. [1] D. Jiang, L. Lu, H. Zhang, J. Tao and L. Cai, "Music type classification by spectral
       contrast feature", ICME, 2002.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.features import SpectralContrast
    >>> noise = np.random.default_rng(0).normal(scale=0.1, size=22050)
    >>> SpectralContrast(functionals=("mean",)).transform([noise]).shape
    (1, 7)
    """

    _needs_survey = True
    _parameter_constraints = {
        **FrameExtractor._parameter_constraints,
        "n_bands": [Interval(Integral, 1, None, closed="left")],
        "fmin": [Interval(Real, 0, None, closed="neither")],
        "quantile": [Interval(Real, 0, 1, closed="neither")],
    }

    def __init__(
        self,
        *,
        n_bands=6,
        fmin=200.0,
        quantile=0.02,
        sample_rate=22050,
        n_fft=2048,
        hop_length=512,
        win_length=None,
        window="hann",
        center=True,
        functionals=("mean", "std"),
        deltas=0,
        n_jobs=None,
        memory=None,
    ):
        self.n_bands = n_bands
        self.fmin = fmin
        self.quantile = quantile
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.win_length = win_length
        self.window = window
        self.center = center
        self.functionals = functionals
        self.deltas = deltas
        self.n_jobs = n_jobs
        self.memory = memory

    def _check(self):
        super()._check()
        if self.fmin * 2 ** (self.n_bands - 1) >= self.sample_rate / 2:
            raise ValueError(
                "The highest band of SpectralContrast must begin below half the sampling rate, "
                f"{self.sample_rate / 2} Hz. Got fmin={self.fmin} and n_bands={self.n_bands} "
                "instead. Lower one of them."
            )
        if any(stop <= start for start, stop, _ in self._bands):
            raise ValueError(
                "Every band of SpectralContrast must hold at least one FFT bin. Got "
                f"n_fft={self.n_fft} at {self.sample_rate} Hz with fmin={self.fmin} instead. "
                "Raise n_fft or fmin."
            )

    @property
    def _bands(self):
        return _octave_bands(self.sample_rate, self.n_fft, self.n_bands, self.fmin, self.quantile)

    def _extremes(self, block):
        """Peak and valley of each band, of shape (n_frames, 2, n_bands + 1)."""

        def make(block):
            power = block.power(*self._windowing)
            extremes = np.empty((len(power), 2, len(self._bands)), dtype=np.float32)
            for k, (start, stop, n_bins) in enumerate(self._bands):
                peaks, valleys = _extreme_magnitudes(power[:, start:stop], n_bins)
                extremes[:, 0, k] = peaks
                extremes[:, 1, k] = valleys
            faint = extremes[:, 1] ** 2 < _FAINT * power.sum(axis=1)[:, np.newaxis]
            if faint.any():
                self._refine(extremes, faint, block)
            return extremes

        return block.per_frame(("contrast", *self._windowing, self._bands), make)

    def _refine(self, extremes, faint, block):
        """Look again, in double precision, at bands whose valleys are the rounding of single."""
        frames = np.flatnonzero(faint.any(axis=1))
        power = block.refine_power(frames, *self._windowing)
        for k, (start, stop, n_bins) in enumerate(self._bands):
            chosen = faint[frames, k]
            if chosen.any():
                peaks, valleys = _extreme_magnitudes(power[chosen, start:stop], n_bins)
                extremes[frames[chosen], 0, k] = peaks
                extremes[frames[chosen], 1, k] = valleys

    def _survey(self, block):
        return self._extremes(block).max(axis=(0, 2))

    def _descriptors(self, block, survey):
        peaks, valleys = np.moveaxis(self._extremes(block), 1, 0)
        return power_to_db(peaks, survey[0]) - power_to_db(valleys, survey[1])

    def _descriptor_names(self):
        return [f"spectral_contrast{i}" for i in range(self.n_bands + 1)]


def _extreme_magnitudes(power, n_bins):
    """Mean magnitude of the strongest and of the weakest bins of each frame."""
    if n_bins == 1:
        return np.sqrt(power.max(axis=1)), np.sqrt(power.min(axis=1))
    # Faster than np.partition; and in order of power, only the bins wanted need a square root.
    ordered = np.sort(power, axis=1)
    weights = np.full(n_bins, 1 / n_bins, dtype=np.float32)
    return np.sqrt(ordered[:, -n_bins:]) @ weights, np.sqrt(ordered[:, :n_bins]) @ weights


@lru_cache(maxsize=64)
def _octave_bands(sample_rate, n_fft, n_bands, fmin, quantile):
    """First bin, bin after the last, and bins per quantile of each band."""
    bins_hz = np.arange(1 + n_fft // 2) * sample_rate / n_fft
    edges_hz = np.append(0.0, fmin * 2.0 ** np.arange(n_bands + 1))
    bands = []
    for k in range(n_bands + 1):
        start = np.searchsorted(bins_hz, edges_hz[k], side="left")
        stop = np.searchsorted(bins_hz, edges_hz[k + 1], side="right")
        # As in librosa, a band also takes the bin below it, and leaves its own last bin to the
        # next band; the last band reaches up to half the sampling rate.
        start = max(0, start - 1)
        stop = len(bins_hz) if k == n_bands else stop
        n_bins = max(1, int(np.rint(quantile * (stop - start))))
        bands.append((start, stop if k == n_bands else stop - 1, n_bins))
    return tuple(bands)
