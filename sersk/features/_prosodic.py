"""Descriptors that come straight from the samples."""

import numpy as np

from sersk.features._base import FrameExtractor
from sersk.features._levels import active_level, to_db
from sersk.utils._sklearn import StrOptions

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
        How to pool over time; the names are explained in the user guide. None gives the sequence
        of frames.
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
        return block.per_frame("zero_crossing_rate", count_crossings)

    def _descriptor_names(self):
        return ["zero_crossing_rate"]


def count_crossings(block):
    """Count at which share of its samples each frame changes its sign.

    Parameters
    ----------
    block : Block
        The frames.

    Returns
    -------
    rates : ndarray of shape (n_frames, 1), dtype float32
        Crossings over samples.
    """
    negative = block.samples < -_SILENT
    # Padding repeats the sample at the edge, so that nothing is crossed there.
    n_before, n_after = block.n_before, block.n_after
    negative[:n_before] = negative[n_before]
    negative[len(negative) - n_after :] = negative[len(negative) - n_after - 1]
    crossings = np.flatnonzero(negative[1:] != negative[:-1])
    n_fft, hop_length = block.grid.n_fft, block.grid.hop_length
    begin = np.arange(0, len(negative) - n_fft + 1, hop_length)
    first, stop = np.searchsorted(crossings, (begin, begin + n_fft - 1))
    return ((stop - first) / n_fft).astype(np.float32)[:, np.newaxis]


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
        How to pool over time; the names are explained in the user guide. None gives the sequence
        of frames.
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


class Energy(FrameExtractor):
    """Level of each frame, as loudness is heard: in dB.

    The logarithm of the mean square of the samples [1]_, 100 dB at most below the loudest frame.

    Parameters
    ----------
    level : {"absolute", "relative"}, default="relative"
        What 0 dB is: a full-scale square wave, or the mean level at which the clip speaks, which
        takes the gain of the recording out.
    sample_rate : int, default=22050
        Sampling rate that files are brought to and arrays are taken to be at, in Hz.
    n_fft : int, default=2048
        Length of a frame, in samples.
    hop_length : int, default=512
        Step between frames, in samples.
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

    See Also
    --------
    RMS : The same on a linear scale.

    Notes
    -----
    The level at which a clip speaks is the mean over its frames within 28 dB of the loudest. An
    absolute level is -120 dB at least.

    References
    ----------
    .. [1] L. Rabiner and R. Schafer, "Digital Processing of Speech Signals", Prentice-Hall, 1978.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.features import Energy
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(22050) / 22050)
    >>> Energy(level="absolute", functionals=("median",)).transform([tone]).round(2)
    array([[-3.01]], dtype=float32)
    """

    _needs_survey = True
    _merge = staticmethod(lambda before, after: np.concatenate([before, after]))
    _parameter_constraints = {
        **FrameExtractor._parameter_constraints,
        "level": [StrOptions({"absolute", "relative"})],
    }

    def __init__(
        self,
        *,
        level="relative",
        sample_rate=22050,
        n_fft=2048,
        hop_length=512,
        center=True,
        functionals=("mean", "std"),
        deltas=0,
        delta_functionals=None,
        n_jobs=None,
        memory=None,
    ):
        self.level = level
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.center = center
        self.functionals = functionals
        self.deltas = deltas
        self.delta_functionals = delta_functionals
        self.n_jobs = n_jobs
        self.memory = memory

    def _survey(self, block):
        return block.per_frame("mean_square", _mean_square)

    def _descriptors(self, block, survey):
        power = self._survey(block)
        if self.level == "absolute":
            return 10 * np.log10(np.maximum(power, 1e-12))[:, np.newaxis]
        level_db = to_db(power, survey.max()) - active_level(survey)
        return level_db[:, np.newaxis]

    def _descriptor_names(self):
        return ["energy"]


def _mean_square(block):
    frames = block.frames
    return np.einsum("ij,ij->i", frames, frames) / frames.shape[1]
