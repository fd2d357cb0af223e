"""Many kernels over one series: convolution, and pooling over time."""

from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import as_strided

from sersk.features._series import cut_stretch

# Kernels and steps worked on at a time: what they need stays in the processor's cache. Hits are
# counted in bytes, eight side by side, which would overflow beyond 8 * 255 steps.
N_ROWS = 128
_N_STEPS = 1024
_WORD = 8


def pool_kernels(series, kernels, biases):
    """Convolve a series with kernels, and pool each output over time.

    Parameters
    ----------
    series : ndarray of shape (n_steps, n_channels), dtype float32
        The series.
    kernels : Kernels
        The kernels.
    biases : ndarray of shape (n_kernels, n_biases), dtype float32
        Thresholds for each kernel.

    Returns
    -------
    pooled : ndarray of shape (n_kernels, n_biases + 3), dtype float32
        Proportions of steps whose output lies above each bias, standard deviation, maximum and
        mean of the outputs.
    """
    n_kernels, n_biases = biases.shape
    n_hits = np.zeros((n_kernels, n_biases), dtype=np.int64)
    greatest = np.full(n_kernels, -np.inf, dtype=np.float32)
    lengths, means, squares = [], [], []
    for first in range(0, len(series), _N_STEPS):
        n_steps = min(_N_STEPS, len(series) - first)
        hits = np.zeros((n_biases, N_ROWS, -(-n_steps // _WORD) * _WORD), dtype=bool)
        mean, square = np.empty((2, n_kernels), dtype=np.float32)
        for rows, outputs in convolve(series, kernels, first, n_steps):
            n_hits[rows] += _count_hits(outputs, biases[rows], hits[:, : len(outputs)]).T
            np.maximum(greatest[rows], outputs.max(axis=1), out=greatest[rows])
            np.mean(outputs, axis=1, out=mean[rows])
            outputs -= mean[rows, np.newaxis]
            np.einsum("ij,ij->i", outputs, outputs, out=square[rows])
        lengths.append(n_steps)
        means.append(mean)
        squares.append(square)
    mean, std = _merge(np.array(lengths), np.array(means, float), np.array(squares, float))
    pooled = [n_hits / len(series), np.column_stack([std, greatest, mean])]
    return np.concatenate(pooled, axis=1).astype(np.float32)


def convolve(series, kernels, first, n_steps):
    """Convolve a stretch of a series with kernels; beyond the ends of the series lie zeros.

    Parameters
    ----------
    series : ndarray of shape (n_all_steps, n_channels), dtype float32
        The whole series.
    kernels : Kernels
        The kernels.
    first : int
        Where the stretch begins.
    n_steps : int
        How long it is.

    Yields
    ------
    rows : slice
        Some of the kernels.
    outputs : ndarray of shape (n_rows, n_steps), dtype float32
        Their outputs; overwritten by the next.
    """
    half = kernels.taps.shape[1] // 2
    n_rows = min(N_ROWS, len(kernels.taps))
    all_outputs = np.empty((n_rows, n_steps), dtype=np.float32)
    all_sums = np.empty((n_rows, n_steps + 2 * half * kernels.dilations[-1]), dtype=np.float32)
    for start in range(0, len(kernels.dilations), N_ROWS):
        rows = slice(start, min(start + N_ROWS, len(kernels.dilations)))
        channels, taps, dilations = (part[rows] for part in kernels)
        reach = half * dilations[-1]
        stretch = cut_stretch(series, first - reach, first + n_steps + reach)
        sums = np.matmul(channels, stretch.T, out=all_sums[: len(taps), : len(stretch)])
        outputs = all_outputs[: len(taps)]
        ends = [*np.flatnonzero(dilations[1:] > dilations[:-1]) + 1, len(dilations)]
        for begin, end in pairwise([0, *ends]):
            same = slice(begin, end)
            _weigh(sums[same], taps[same], dilations[begin], outputs[same])
        yield rows, outputs


def _weigh(sums, taps, dilation, outputs):
    """Weigh sums of channels at the times of the taps, for kernels of one dilation."""
    n_rows, n_steps = outputs.shape
    n_taps = taps.shape[1]
    begin = (sums.shape[1] - n_steps) // 2 - n_taps // 2 * dilation
    row, step = sums.strides
    # The sums as each tap sees them. This sum over taps takes half as long as adding the products
    # one tap after the other.
    shifted = as_strided(
        sums[:, begin:], (n_rows, n_taps, n_steps), (row, dilation * step, step), writeable=False
    )
    np.einsum("ij,ijt->it", taps, shifted, out=outputs)


def _count_hits(outputs, biases, hits):
    """Count for each bias and kernel the outputs above; `hits` is room for that many, of zeros."""
    n_rows, n_steps = outputs.shape
    np.greater(outputs, biases.T[:, :, np.newaxis], out=hits[:, :, :n_steps])
    # Eight steps are added as the bytes of one word, many times as fast as one by one.
    words = hits.view(np.uint64).sum(axis=2)
    return words.view(np.uint8).reshape(len(hits), n_rows, _WORD).sum(axis=2, dtype=np.int64)


def _merge(lengths, means, squares):
    """Merge the means and the sums of squared deviations of stretches."""
    n_steps = lengths.sum()
    mean = lengths @ means / n_steps
    squares = squares.sum(axis=0) + lengths @ (means - mean) ** 2
    return mean, np.sqrt(squares / n_steps)
