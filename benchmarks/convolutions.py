"""Random convolutions: cost per second of sound, and what compiled loops would gain.

Three banks, each alone and all over one pass, from samples to rows. Then the convolution and the
pooling alone, in NumPy as sersk has them, and as loops compiled by numba, which the first call
compiles.
"""

import time

import _common
import numba
import numpy as np

from sersk.audio import Recording, read_audio
from sersk.datasets import make_emotional_speech
from sersk.features import AudioFeatures, RandomConvolutions
from sersk.features._biases import make_kernels, make_synthetic_biases
from sersk.features._convolution import pool_kernels
from sersk.features._framing import Clip

RATE = 16000
COARSE = dict(time_step=2, band_step=2, max_dilation=16)
BANKS = {
    "1000 differences, 10 ms": RandomConvolutions(),
    "1000 differences, 20 ms": RandomConvolutions(**COARSE),
    "500 averages, 20 ms": RandomConvolutions(n_kernels=500, kind="average", **COARSE),
}


@numba.njit
def loop(sums, taps, dilations, biases, reach, pooled):
    """Convolve and pool sums of channels that zeros surround, kernel by kernel."""
    n_kernels, n_taps = taps.shape
    n_steps = sums.shape[1] - 2 * reach
    output = np.empty(n_steps, dtype=np.float32)
    for i in range(n_kernels):
        output[:] = 0
        for k in range(n_taps):
            begin = reach + (k - n_taps // 2) * dilations[i]
            for t in range(n_steps):
                output[t] += taps[i, k] * sums[i, begin + t]
        total, squares, greatest = 0.0, 0.0, output[0]
        for t in range(n_steps):
            total += output[t]
            squares += output[t] * output[t]
            greatest = max(greatest, output[t])
        n_biases = biases.shape[1]
        for j in range(n_biases):
            n_hits = 0
            for t in range(n_steps):
                n_hits += output[t] > biases[i, j]
            pooled[i, j] = n_hits / n_steps
        mean = total / n_steps
        pooled[i, n_biases] = np.sqrt(max(0.0, squares / n_steps - mean * mean))
        pooled[i, n_biases + 1] = greatest
        pooled[i, n_biases + 2] = mean


def pool_compiled(series, kernels, biases):
    """Do what `pool_kernels` does."""
    reach = kernels.taps.shape[1] // 2 * kernels.dilations[-1]
    sums = kernels.channels @ np.pad(series, ((reach, reach), (0, 0))).T
    pooled = np.empty((len(biases), biases.shape[1] + 3), dtype=np.float32)
    loop(sums, kernels.taps, kernels.dilations, biases, reach, pooled)
    return pooled


def compare_banks(signals, n_rounds):
    """Print the cost of each bank, and of all over one pass."""
    together = AudioFeatures(list(BANKS.items()), verbose_feature_names_out=True)
    sides = {**BANKS, "together": together}
    first = []
    for bank in sides.values():
        started = _common.cpu_time()
        bank.transform(signals[:1])
        first.append(_common.cpu_time() - started)
    seconds = _common.take_turns([bank.transform for bank in sides.values()], [signals] * n_rounds)
    length_s = sum(map(len, signals)) / RATE
    table = _common.Table(bank="<24", first_call_s=">6.2f", ms_per_second=">6.2f")
    for name, once, side in zip(sides, first, seconds, strict=True):
        table.add(name, once, 1e3 * np.median(side) / length_s)


def compare_loops(signals, n_rounds):
    """Print the cost of convolving and pooling, after checking that the values agree."""
    length_s = sum(map(len, signals)) / RATE
    table = _common.Table(
        convolution="<24",
        NumPy_ms_per_second=">6.2f",
        numba_ms_per_second=">6.2f",
        ratio=">6.2f",
        first_call_s=">6.2f",
    )
    for name, extractor in BANKS.items():
        bank = extractor._bank
        what = make_kernels(bank), make_synthetic_biases(bank)
        series = [bank.series.compute(Clip(Recording(signal, RATE))) for signal in signals]
        started = time.process_time()
        compiled = pool_compiled(series[0], *what)
        compiling_s = time.process_time() - started
        # An output that is a bias but for rounding may fall on either side.
        np.testing.assert_allclose(
            compiled, pool_kernels(series[0], *what), rtol=1e-4, atol=1.5 / len(series[0])
        )
        sides = [
            lambda batch, pool=pool, what=what: [pool(one, *what) for one in batch]
            for pool in (pool_kernels, pool_compiled)
        ]
        seconds = _common.take_turns(sides, [series] * n_rounds)
        plain, fast = (1e3 * np.median(side) / length_s for side in seconds)
        table.add(name, plain, fast, _common.median_ratio(*seconds), compiling_s)


def find_signals(csv, n_clips):
    """Give signals at 16 kHz: the files of a CSV, or synthetic speech of about 3 s."""
    if csv is not None:
        return [
            read_audio(path, sample_rate=RATE)[0]
            for path in _common.read_corpus(csv, n_clips).paths
        ]
    signals, _, _ = make_emotional_speech(-(-n_clips // 4), 1, duration_s=3.0, sample_rate=RATE)
    return signals[:n_clips]


def main():
    """Print the tables."""
    parser = _common.make_parser(__doc__, n_clips=12, n_rounds=15)
    args = parser.parse_args()
    _common.print_header("numba")
    signals = find_signals(args.data, args.clips)
    compare_banks(signals, args.rounds)
    compare_loops(signals, args.rounds)


if __name__ == "__main__":
    main()
