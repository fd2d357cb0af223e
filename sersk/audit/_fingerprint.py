"""Fingerprints: a few kilobytes by which copies of a recording are known."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
from scipy.ndimage import convolve1d, maximum_filter1d
from sklearn.utils import check_array

from sersk.audio import Recording
from sersk.features._filters import make_dct
from sersk.features._framing import Grid, cut_blocks
from sersk.utils._sklearn import Interval, validate_params

# Frames so long that a copy whose frames lie half a hop beside hardly differs. Not centred: zeros
# around a recording would give it the same edges as any other.
GRID = Grid(sample_rate=8000, n_fft=512, hop_length=80, center=False)
FRAMES_PER_S = GRID.sample_rate // GRID.hop_length

# What a telephone lets through.
N_BANDS, FMIN, FMAX = 32, 300.0, 3400.0

# Power in the bands, relative to the strongest bin of all, that comes of a constant outside them.
_ROUNDING = 1e-12

STEP_DB = 0.5
TOP_LEVEL = 255
# What lies further below the maximum may be noise, or what a codec has left of it.
RANGE_DB = 25.0
_SOFTENED = 10 * np.log10(1 + 10 ** (STEP_DB / 10 * np.arange(-TOP_LEVEL, TOP_LEVEL + 1)))
_SOFTENED = _SOFTENED.astype(np.float32)

# An anchor is the loudest frame of its neighbourhood, not much softer than the loudest of the
# second before and after, and not lost in the noise of the recording as a whole.
_SMOOTHING = np.hanning(11)[1:-1] / np.hanning(11).sum()
_NEIGHBOURS = 12
_NEAR, _NEAR_DB = FRAMES_PER_S, 20.0
_FAR_DB = 45.0

PATCH_LENGTH = 48
# The mean over time is left out, because a filter changes it.
_TIME_COSINES = np.arange(1, 13)
_BAND_COSINES = np.arange(8)
# Speech has most of its power in the slow cosines, and these tell one patch least from another.
_EMPHASIS = (_TIME_COSINES[:, np.newaxis] * (_BAND_COSINES + 1)).astype(np.float32)
# Length of a patch as a vector. Products of integers this small are exact in float32.
PATCH_NORM = 254
_N_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """What is kept of a recording to know its copies by.

    It takes 3.2 kB per second of sound, and 100 bytes per anchor: two or three a second in speech.

    Attributes
    ----------
    levels : ndarray of shape (n_frames, n_mels), dtype uint8
        Level of each band, one frame every 10 ms, in steps of 0.5 dB; 255 is the recording's
        maximum, 0 is 127.5 dB below it or softer.
    anchors : ndarray of shape (n_anchors,), dtype int32
        Frames that are loudest of those around them.
    patches : ndarray of shape (n_anchors, n_coefficients), dtype int8
        Shape of the spectrogram around each anchor, as a vector whose length is `PATCH_NORM`.
    """

    levels: np.ndarray
    anchors: np.ndarray
    patches: np.ndarray


@validate_params(
    {"signal": ["array-like"], "sample_rate": [Interval(Integral, 1, None, closed="left")]},
    prefer_skip_nested_validation=True,
)
def make_fingerprint(signal, sample_rate):
    """Make the fingerprint of a signal.

    It is what `find_near_duplicates` compares. Neither gain, polarity, codecs, noise 20 dB below
    the speech, a telephone's band nor silence at the ends change much of it.

    Parameters
    ----------
    signal : array-like of shape (n_times,)
        The samples.
    sample_rate : int
        Their rate, in Hz.

    Returns
    -------
    fingerprint : Fingerprint
        Levels in 32 mel bands from 300 to 3400 Hz, every 10 ms, and compressed patches of them.
        Of silence, or a constant, it has no frames and no anchors.

    Raises
    ------
    ValueError
        If the signal is empty, has more than one dimension, or holds NaN or infinity.

    Notes
    -----
    As in [1]_, a recording is known by how the differences between neighbouring bands change with
    time; as in [2]_, it is looked up by what lies around some outstanding points, here maxima of
    its envelope.

    References
    ----------
    .. [1] Haitsma, J., & Kalker, T. (2002). A highly robust audio fingerprinting system.
       Proceedings of ISMIR, 107-115.
    .. [2] Wang, A. L. (2003). An industrial-strength audio search algorithm. Proceedings of
       ISMIR, 7-13.

    Examples
    --------
    >>> from sersk.audit._fingerprint import make_fingerprint
    >>> from sersk.datasets import make_emotional_speech
    >>> signal = make_emotional_speech(n_speakers=1, n_clips_per_class=1)[0][0]
    >>> fingerprint = make_fingerprint(signal, 16000)
    >>> fingerprint.levels.shape[1], fingerprint.levels.dtype
    (32, dtype('uint8'))
    """
    signal = check_array(signal, ensure_2d=False, dtype=np.float32, input_name="signal")
    if signal.ndim != 1:
        raise ValueError(
            "The 'signal' parameter of make_fingerprint must have one dimension. Got an array of "
            f"shape {signal.shape} instead. Of more channels, take the mean."
        )
    return fingerprint_recording(Recording(signal, sample_rate))


def fingerprint_recording(recording):
    """Make the fingerprint of a recording, which is read piece by piece.

    Parameters
    ----------
    recording : Recording
        Where the samples come from.

    Returns
    -------
    fingerprint : Fingerprint
        As from `make_fingerprint`.
    """
    mels, peak, strongest = [], 0.0, 0.0
    for block in cut_blocks(recording.pieces(GRID.sample_rate), GRID):
        mels.append(block.mel("hann", GRID.n_fft, N_BANDS, FMIN, FMAX))
        peak = max(peak, mels[-1].max())
        strongest = max(strongest, block.power("hann", GRID.n_fft).max())
    if peak <= _ROUNDING * strongest:
        mels = [mel[:0] for mel in mels]
    levels = np.concatenate([_quantise(mel, peak) for mel in mels])
    anchors = _find_anchors(np.concatenate([mel.sum(axis=1, dtype=np.float64) for mel in mels]))
    return Fingerprint(levels, anchors, _cut_patches(levels, anchors))


def _quantise(power, peak):
    lowest = np.float32(10 ** (-TOP_LEVEL * STEP_DB / 10))
    steps = np.log10(np.maximum(power / peak, lowest)) * np.float32(10 / STEP_DB)
    return np.rint(TOP_LEVEL + steps).astype(np.uint8)


def _find_anchors(power):
    if len(power) == 0:
        return np.empty(0, dtype=np.int32)
    envelope = convolve1d(power, _SMOOTHING, mode="constant")
    near = maximum_filter1d(envelope, 2 * _NEAR + 1, mode="constant")
    is_anchor = envelope == maximum_filter1d(envelope, 2 * _NEIGHBOURS + 1, mode="constant")
    is_anchor &= envelope > near * 10 ** (-_NEAR_DB / 10)
    is_anchor &= envelope > envelope.max() * 10 ** (-_FAR_DB / 10)
    return np.flatnonzero(is_anchor).astype(np.int32)


def soften(levels, axis=None):
    """Express levels in dB above a soft floor, `RANGE_DB` below their maximum.

    What lies far below the floor becomes 0, whether it is silence or noise.

    Parameters
    ----------
    levels : ndarray, dtype uint8
        Levels of a fingerprint, or a part of them.
    axis : tuple of int or None, default=None
        The axes that have one maximum. None means all.

    Returns
    -------
    softened : ndarray of the same shape, dtype float32
        10 log10(1 + power / floor).
    """
    floor = levels.max(axis=axis, keepdims=True).astype(np.int16) - round(RANGE_DB / STEP_DB)
    return _SOFTENED[levels + (TOP_LEVEL - floor)]


def _cut_patches(levels, anchors):
    """Compress what surrounds each anchor by a two-dimensional DCT."""
    half = PATCH_LENGTH // 2
    padded = np.pad(levels, ((half, half), (0, 0)))
    along_time = make_dct(PATCH_LENGTH, PATCH_LENGTH)[:, _TIME_COSINES].astype(np.float32)
    along_bands = make_dct(N_BANDS, N_BANDS)[:, _BAND_COSINES].astype(np.float32)
    patches = np.empty((len(anchors), _EMPHASIS.size), dtype=np.int8)
    for i in range(0, len(anchors), _N_AT_ONCE):
        frames = anchors[i : i + _N_AT_ONCE, np.newaxis] + np.arange(PATCH_LENGTH)
        spectrograms = soften(padded[frames], axis=(1, 2))
        cosines = _EMPHASIS * (along_time.T @ spectrograms @ along_bands)
        vectors = cosines.reshape(len(frames), -1)
        # A patch of nothing but floor has no shape.
        norm = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1.0)
        whole = np.rint(vectors * (PATCH_NORM / norm))
        patches[i : i + _N_AT_ONCE] = np.clip(whole, -127, 127)
    return patches
