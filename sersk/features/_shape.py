"""The shape of the spectrum: where its energy lies, how it is spread, and how it changes."""

from functools import cached_property
from numbers import Real

import numpy as np

from sersk.features._base import FrameExtractor
from sersk.features._framing import divide
from sersk.utils._sklearn import Interval

SHAPE_DESCRIPTORS = (
    "centroid",
    "bandwidth",
    "rolloff",
    "flatness",
    "flux",
    "alpha_ratio",
    "hammarberg_index",
    "slope_0_500",
    "slope_500_1500",
)


class SpectralShape(FrameExtractor):
    """Centroid, bandwidth, roll-off, flatness, flux, balance and slope of the spectrum.

    ``centroid`` and ``bandwidth``: the mean frequency of the magnitude spectrum and its spread
    around that (Hz). ``rolloff``: the frequency below which a given share of the magnitude lies
    (Hz). ``flatness``: the ratio of the geometric to the arithmetic mean of the power, 1 for white
    noise and near 0 for a tone [1]_. ``flux``: how far the normalised magnitude spectrum is from
    that of the frame before, from 0 to the square root of 2. ``alpha_ratio``: level of 50 to
    1000 Hz over that of 1000 to 5000 Hz (dB). ``hammarberg_index``: the strongest bin below
    2000 Hz over that from 2000 to 5000 Hz (dB). ``slope_0_500`` and ``slope_500_1500``: of a line
    through the levels in that range of Hz (dB per kHz) [2]_.

    Parameters
    ----------
    descriptors : tuple of str, default=("centroid", "bandwidth", "rolloff", "flatness")
        Which of these, in the order wanted.
    roll_percent : float or tuple of float, default=0.85
        Share of the magnitude below the roll-off. Several give a roll-off each, with the
        percentage in its name.
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
    delta_functionals : tuple of str or None, default=None
        How to pool the derivatives. None pools them like the descriptors.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    Notes
    -----
    The first four are those of `librosa.feature.spectral_centroid`, `spectral_bandwidth`,
    `spectral_rolloff` and `spectral_flatness`. A silent frame has flatness 1, and 0 in all others
    but the flux, which after a sound is 1. The first frame of a recording has flux 0; that of a
    window of it looks back beyond the window.
    Levels are taken within 100 dB of the strongest bin of the frame.

    References
    ----------
    .. [1] G. Peeters, "A large set of audio features for sound description", CUIDADO project,
       Ircam, 2004.
    .. [2] F. Eyben et al., "The Geneva minimalistic acoustic parameter set (GeMAPS) for voice
       research and affective computing", IEEE Transactions on Affective Computing 7, 2016.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.features import SpectralShape
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(22050) / 22050)
    >>> centroid = SpectralShape(functionals=("median",)).transform([tone])[0, 0]
    >>> print(f"{centroid:.0f} Hz")
    1000 Hz
    """

    _parameter_constraints = {
        **FrameExtractor._parameter_constraints,
        "descriptors": [tuple, list],
        "roll_percent": [Interval(Real, 0, 1, closed="neither"), tuple, list],
    }

    def __init__(
        self,
        *,
        descriptors=("centroid", "bandwidth", "rolloff", "flatness"),
        roll_percent=0.85,
        sample_rate=22050,
        n_fft=2048,
        hop_length=512,
        win_length=None,
        window="hann",
        center=True,
        functionals=("mean", "std"),
        deltas=0,
        delta_functionals=None,
        n_jobs=None,
        memory=None,
    ):
        self.descriptors = descriptors
        self.roll_percent = roll_percent
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.win_length = win_length
        self.window = window
        self.center = center
        self.functionals = functionals
        self.deltas = deltas
        self.delta_functionals = delta_functionals
        self.n_jobs = n_jobs
        self.memory = memory

    def _check(self):
        super()._check()
        unknown = [d for d in self.descriptors if d not in SHAPE_DESCRIPTORS]
        if unknown or not self.descriptors or len(set(self.descriptors)) < len(self.descriptors):
            raise ValueError(
                "The 'descriptors' parameter of SpectralShape must be different names out of "
                f"{', '.join(SHAPE_DESCRIPTORS)}. Got {self.descriptors!r} instead."
            )
        shares = self._shares
        if shares is not None and not (
            shares and all(isinstance(q, Real) and 0 < q < 1 for q in shares)
        ):
            raise ValueError(
                "The 'roll_percent' parameter of SpectralShape must be a float in the range "
                f"(0.0, 1.0), or several. Got {self.roll_percent!r} instead."
            )

    @property
    def _shares(self):
        return self.roll_percent if isinstance(self.roll_percent, (tuple, list)) else None

    def _descriptors(self, block, survey):
        shares = tuple(self._shares or (self.roll_percent,))
        return measure_shape(block, self._windowing, tuple(self.descriptors), shares)

    def _descriptor_names(self):
        names = []
        for name in self.descriptors:
            if name == "rolloff" and self._shares is not None:
                names += [f"spectral_rolloff{100 * share:g}" for share in self._shares]
            else:
                names.append(f"spectral_{name}")
        return names


def measure_shape(block, windowing, descriptors, shares):
    """Describe the shape of the spectra of a block.

    Parameters
    ----------
    block : Block
        The frames.
    windowing : (str, int) tuple
        Name and length, in samples, of the window.
    descriptors : tuple of str
        Which descriptors.
    shares : tuple of float
        Share of the magnitude below each roll-off.

    Returns
    -------
    shape : ndarray of shape (n_frames, n_descriptors), dtype float32
        One column per descriptor, but as many roll-offs as shares.
    """

    def make(block):
        spectra = _Spectra(block, windowing)
        columns = []
        for name in descriptors:
            columns += spectra.roll_off(shares) if name == "rolloff" else [getattr(spectra, name)]
        return np.stack(columns, axis=1).astype(np.float32)

    return block.per_frame(("shape", windowing, descriptors, shares), make)


class _Spectra:
    """The spectra of a block, and what is told about their shape, each of shape (n_frames,)."""

    def __init__(self, block, windowing):
        self._block = block
        self._windowing = windowing
        self._magnitude = block.magnitude(*windowing)
        n_bins = self._magnitude.shape[1]
        self._bins_hz = np.arange(n_bins) * block.grid.sample_rate / block.grid.n_fft

    @cached_property
    def _weights(self):
        return divide(self._magnitude, lambda m: m.sum(axis=1, keepdims=True))

    @cached_property
    def centroid(self):
        return self._weights @ self._bins_hz

    @property
    def bandwidth(self):
        distance = self._bins_hz - self.centroid[:, np.newaxis]
        return np.sqrt(np.einsum("ij,ij->i", self._weights, distance**2))

    def roll_off(self, shares):
        """The frequency below which each share of the magnitude lies."""
        cumulated = np.cumsum(self._magnitude, axis=1)
        total = cumulated[:, -1:]
        return [self._bins_hz[np.argmax(cumulated >= share * total, axis=1)] for share in shares]

    @property
    def flatness(self):
        power = np.maximum(1e-10, self._block.power(*self._windowing))
        return np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1)

    @property
    def flux(self):
        power = self._block.power(*self._windowing)
        both = np.concatenate([self._block.previous_power(*self._windowing), power])
        spectra = np.sqrt(divide(both, lambda p: p.sum(axis=1, keepdims=True)))
        change = np.diff(spectra, axis=0)
        return np.sqrt(np.einsum("ij,ij->i", change, change))

    @cached_property
    def _peak(self):
        return self._block.power(*self._windowing).max(axis=1, keepdims=True)

    @property
    def _is_silent(self):
        return self._peak < np.finfo(np.float32).tiny * 1e10

    @cached_property
    def _floored(self):
        """Power at least 100 dB below the strongest bin of the frame; 1 in a silent frame."""
        power = self._block.power(*self._windowing)
        return np.where(self._is_silent, 1, np.maximum(power, 1e-10 * self._peak))

    def _range(self, low, high):
        return slice(*np.searchsorted(self._bins_hz, [low, high]))

    def _ratio(self, pool, below, above):
        lower, upper = (pool(self._floored[:, self._range(*band)]) for band in (below, above))
        # There are not as many bins above as below.
        return np.where(self._is_silent[:, 0], 0, 10 * np.log10(lower / upper))

    @property
    def alpha_ratio(self):
        return self._ratio(_sum_bins, (50, 1000), (1000, 5000))

    @property
    def hammarberg_index(self):
        return self._ratio(_max_bins, (0, 2000), (2000, 5000))

    def _slope(self, low, high):
        """Slope of a line through the levels of a range, in dB per kHz."""
        bins = self._range(low, high)
        at = self._bins_hz[bins] / 1000
        at = at - at.mean()
        return 10 * np.log10(self._floored[:, bins]) @ (at / (at @ at))

    @property
    def slope_0_500(self):
        return self._slope(0, 500)

    @property
    def slope_500_1500(self):
        return self._slope(500, 1500)


def _sum_bins(power):
    return power.sum(axis=1)


def _max_bins(power):
    return power.max(axis=1)
