"""Descriptors that come straight from the samples."""

import numpy as np

from sersk.features._base import FrameExtractor

# librosa's threshold: samples this small have no sign.
_SILENT = 1e-10


class ZeroCrossingRate(FrameExtractor):
    """Share of samples at which the signal changes its sign.

    Low in vowels, high in fricatives and noise. Samples within 1e-10 of zero count as positive.

    Parameters
    ----------
    sample_rate : int, default=22050
        Sampling rate that files are brought to and arrays are taken to be at, in Hz.
    n_fft : int, default=2048
        Length of a frame, in samples (librosa's ``frame_length``).
    hop_length : int, default=512
        Step between frames, in samples.
    center : bool, default=True
        Centre each frame on its time, padding the ends with their last sample.
    functionals : tuple of str or None, default=("mean", "std")
        How to pool over time: mean, std, min, max, range, median, iqr, skewness, kurtosis,
        percentile0 to percentile100. None gives the sequence of frames.
    deltas : {0, 1, 2}, default=0
        Order of the derivatives over time to append.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    See Also
    --------
    RMS : Level of the same frames.

    Notes
    -----
    The values are those of `librosa.feature.zero_crossing_rate`.

    References
    ----------
    .. [1] L. Rabiner and R. Schafer, "Digital Processing of Speech Signals", Prentice-Hall, 1978.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.features import ZeroCrossingRate
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(22050) / 22050)
    >>> rate = ZeroCrossingRate(functionals=("median",)).transform([tone])
    >>> print(f"{rate[0, 0] * 22050 / 2:.0f} Hz")
    1001 Hz
    """

    def __init__(
        self,
        *,
        sample_rate=22050,
        n_fft=2048,
        hop_length=512,
        center=True,
        functionals=("mean", "std"),
        deltas=0,
        n_jobs=None,
        memory=None,
    ):
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.center = center
        self.functionals = functionals
        self.deltas = deltas
        self.n_jobs = n_jobs
        self.memory = memory

    def _descriptors(self, block, survey):
        negative = block.samples < -_SILENT
        # Padding repeats the sample at the edge, so that nothing is crossed there.
        n_before, n_after = block.n_before, block.n_after
        negative[:n_before] = negative[n_before]
        negative[len(negative) - n_after :] = negative[len(negative) - n_after - 1]
        crossings = np.flatnonzero(negative[1:] != negative[:-1])
        begin = np.arange(0, len(negative) - self.n_fft + 1, self.hop_length)
        first, stop = np.searchsorted(crossings, (begin, begin + self.n_fft - 1))
        return ((stop - first) / self.n_fft).astype(np.float32)[:, np.newaxis]

    def _descriptor_names(self):
        return ["zero_crossing_rate"]


class RMS(FrameExtractor):
    """Root mean square of the samples, the level of each frame.

    Parameters
    ----------
    sample_rate : int, default=22050
        Sampling rate that files are brought to and arrays are taken to be at, in Hz.
    n_fft : int, default=2048
        Length of a frame, in samples (librosa's ``frame_length``).
    hop_length : int, default=512
        Step between frames, in samples.
    center : bool, default=True
        Centre each frame on its time, padding the ends with zeros.
    functionals : tuple of str or None, default=("mean", "std")
        How to pool over time: mean, std, min, max, range, median, iqr, skewness, kurtosis,
        percentile0 to percentile100. None gives the sequence of frames.
    deltas : {0, 1, 2}, default=0
        Order of the derivatives over time to append.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    See Also
    --------
    ZeroCrossingRate : Noisiness of the same frames.

    Notes
    -----
    The values are those of `librosa.feature.rms`.

    References
    ----------
    .. [1] L. Rabiner and R. Schafer, "Digital Processing of Speech Signals", Prentice-Hall, 1978.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.features import RMS
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(22050) / 22050)
    >>> RMS(functionals=("median",)).transform([tone]).round(3)
    array([[0.707]], dtype=float32)
    """

    def __init__(
        self,
        *,
        sample_rate=22050,
        n_fft=2048,
        hop_length=512,
        center=True,
        functionals=("mean", "std"),
        deltas=0,
        n_jobs=None,
        memory=None,
    ):
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.center = center
        self.functionals = functionals
        self.deltas = deltas
        self.n_jobs = n_jobs
        self.memory = memory

    def _descriptors(self, block, survey):
        frames = block.frames
        energy = frames[:, np.newaxis] @ frames[:, :, np.newaxis]
        return np.sqrt(energy[:, 0] / self.n_fft)

    def _descriptor_names(self):
        return ["rms"]
