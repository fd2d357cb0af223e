"""Modulation of the spectrogram over time and over frequency at once."""

from itertools import pairwise
from numbers import Integral, Real
from os import PathLike

import numpy as np
from sklearn.utils import gen_batches

from sersk.features._base import (
    BaseExtractor,
    check_mel_range,
    check_win_length,
    find_mel_range,
)
from sersk.features._filters import mel_edges
from sersk.features._gabor import (
    average_regions,
    filter_over_time,
    find_reach,
    measure_ripples,
)
from sersk.features._series import LogMelSeries, cut_stretch, find_series
from sersk.features._store import FeatureStore
from sersk.utils._sklearn import Interval

# Steps worked on at a time.
_N_STEPS = 1024


class SpectrotemporalModulation(BaseExtractor):
    """Strength of ripples in the log-mel spectrogram: how fast they pass, how dense they are.

    What a vowel, a glide or a syllable leaves in a spectrogram is a ripple over time and frequency
    at once. Gabor filters, which resemble the receptive fields of cells in the auditory cortex
    [1]_ [2]_, measure ripples of each rate, scale and direction; mean and standard deviation over
    time of their envelopes are the features.

    Parameters
    ----------
    rates : tuple of float, default=(2.0, 4.0, 8.0, 16.0, 30.0)
        How many ripples pass per second, in Hz. Syllables pass at 2 to 8.
    scales : tuple of float, default=(0.0, 1 / 32, 1 / 16, 1 / 8, 1 / 4)
        How dense they lie, in periods per mel band: formants of the default bands some 8 to 32
        bands apart. At 0 each band counts by itself, whatever its neighbours do; at others
        ripples that rise over time are told from those that fall.
    n_regions : int, default=8
        Number of parts of the frequency range, over each of which envelopes are averaged.
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
        Number of mel bands, a multiple of ``2 * n_regions``.
    fmin : float, default=50.0
        Lower edge of the lowest band, in Hz.
    fmax : float or None, default=None
        Upper edge of the highest band, in Hz. None means half the sampling rate.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    See Also
    --------
    RandomConvolutions : Patterns that nobody designed, over the same bands.
    MFCC : Shape of single frames, and how it changes from one to the next.

    Notes
    -----
    The spectrogram is that of `RandomConvolutions`: logarithms of power, at least -80 dB re the
    clip's maximum, less their mean, so a clip's gain makes no difference; clips under 0.8 s are
    extended by their last frame; beyond the ends of a clip, and the lowest and highest band, lies
    its mean. The window of a filter is a Gaussian with a standard deviation of 0.4 periods.
    Columns are ordered by rate, ripple, region and functional; scale 0 comes first. With a long
    window and narrow bands, such as ``n_fft=1024, win_length=640, fmax=2000.0``, dense ripples are
    the harmonics of a voice, which rise and fall with its pitch.

    References
    ----------
    .. [1] T. Chi, P. Ru and S. Shamma, "Multiresolution spectrotemporal analysis of complex
       sounds", Journal of the Acoustical Society of America 118, 2005.
    .. [2] M. R. Schädler, B. T. Meyer and B. Kollmeier, "Spectro-temporal modulation subspace-
       spanning filter bank features for robust automatic speech recognition", Journal of the
       Acoustical Society of America 131, 2012.

    Examples
    --------
    A noise whose loudness swells four times a second.

    >>> import numpy as np
    >>> from sersk.features import SpectrotemporalModulation
    >>> swell = 1.1 + np.sin(2 * np.pi * 4 * np.arange(32000) / 16000)
    >>> noise = swell * np.random.default_rng(0).normal(size=32000)
    >>> modulation = SpectrotemporalModulation(scales=(0.0,), n_regions=1)
    >>> row = modulation.set_output(transform="pandas").transform([noise]).iloc[0, ::2]
    >>> row.idxmax()
    'modulation_4hz_0_50to8000hz_mean'
    """

    _parameter_constraints = {
        "rates": [tuple, list],
        "scales": [tuple, list],
        "n_regions": [Interval(Integral, 1, None, closed="left")],
        "sample_rate": [Interval(Integral, 8000, 48000, closed="both")],
        "n_fft": [Interval(Integral, 2, None, closed="left")],
        "hop_length": [Interval(Integral, 1, None, closed="left")],
        "win_length": [Interval(Integral, 1, None, closed="left")],
        "n_mels": [Interval(Integral, 1, None, closed="left")],
        "fmin": [Interval(Real, 0, None, closed="left")],
        "fmax": [Interval(Real, 0, None, closed="neither"), None],
        "n_jobs": [Integral, None],
        "memory": [str, PathLike, FeatureStore, None],
    }

    _libraries = (*BaseExtractor._libraries, "scipy")
    _is_bank = True

    def __init__(
        self,
        *,
        rates=(2.0, 4.0, 8.0, 16.0, 30.0),
        scales=(0.0, 1 / 32, 1 / 16, 1 / 8, 1 / 4),
        n_regions=8,
        sample_rate=16000,
        n_fft=512,
        hop_length=160,
        win_length=400,
        n_mels=64,
        fmin=50.0,
        fmax=None,
        n_jobs=None,
        memory=None,
    ):
        self.rates = rates
        self.scales = scales
        self.n_regions = n_regions
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.win_length = win_length
        self.n_mels = n_mels
        self.fmin = fmin
        self.fmax = fmax
        self.n_jobs = n_jobs
        self.memory = memory

    def _check(self):
        super()._check()
        check_mel_range(self)
        check_win_length(self)
        self._check_ripples("rates", self.rates, 0.5, self._frame_rate / 3, "Hz")
        self._check_ripples("scales", self.scales, 1 / self.n_mels, 1 / 3, "periods per band")
        if self.n_mels % (2 * self.n_regions):
            raise ValueError(
                "The 'n_mels' parameter of SpectrotemporalModulation must be a multiple of 2 * "
                f"n_regions, {2 * self.n_regions}. Got {self.n_mels} instead."
            )

    def _check_ripples(self, name, values, low, high, unit):
        also = " or 0" if name == "scales" else ""
        numbers = all(isinstance(value, Real) for value in values)
        if not (numbers and 0 < len(values) == len(set(values))) or not all(
            low <= value <= high or (also and value == 0) for value in values
        ):
            raise ValueError(
                f"The {name!r} parameter of SpectrotemporalModulation must hold different numbers "
                f"from {low:.3g} to {high:.3g} {unit}{also}. Got {values!r} instead."
            )

    @property
    def _frame_rate(self):
        return self.sample_rate / self.hop_length

    @property
    def _series(self):
        framing = (self.sample_rate, self.n_fft, self.hop_length, self.win_length)
        return LogMelSeries(*framing, self.n_mels, *find_mel_range(self), 1, 1)

    def _row(self, clip):
        series = find_series(clip, self._series)
        rates = [rate / self._frame_rate for rate in self.rates]
        scales = tuple(sorted(self.scales, key=lambda scale: scale > 0))
        total, squares = 0.0, 0.0
        for steps in gen_batches(len(series), _N_STEPS):
            envelopes = self._measure_stretch(series, steps, rates, scales)
            total = total + envelopes.sum(axis=0)
            squares = squares + np.square(envelopes).sum(axis=0)
        mean = total / len(series)
        std = np.sqrt(np.maximum(squares / len(series) - mean**2, 0))
        return np.stack([mean, std], axis=1).astype(np.float32).ravel()

    def _measure_stretch(self, series, steps, rates, scales):
        """Envelopes of all ripples in all regions, one after the other, at some steps."""
        n_steps = steps.stop - steps.start
        envelopes = []
        for rate in rates:
            reach = find_reach(rate)
            stretch = cut_stretch(series, steps.start - reach, steps.stop + reach)
            ripples = measure_ripples(filter_over_time(stretch, rate), scales)
            envelopes.append(average_regions(ripples, self.n_regions).reshape(n_steps, -1))
        return np.concatenate(envelopes, axis=1).astype(np.float64)

    def _names(self):
        edges_hz = mel_edges(self.n_regions - 1, *find_mel_range(self))
        regions = [f"{low:.0f}to{high:.0f}hz" for low, high in pairwise(edges_hz)]
        ripples = ["0"] if 0 in self.scales else []
        for scale in self.scales:
            if scale > 0:
                ripples += [f"{scale:g}_falling", f"{scale:g}_rising"]
        return [
            f"modulation_{rate:g}hz_{ripple}_{region}_{functional}"
            for rate in self.rates
            for ripple in ripples
            for region in regions
            for functional in ("mean", "std")
        ]
