"""Wall time against the number of workers: six features (processes) and eGeMAPS (threads).

Processes are started anew in each turn, and that takes part of the time. The last column tells the
CPU time of this very process: where it is nearly all of the work, no processes were started,
because there was too little to do.
"""

import statistics
import tempfile
import time
import warnings

import _common
import numpy as np
from joblib.externals.loky import get_reusable_executor

from sersk.exceptions import LicenceWarning
from sersk.features import (
    MFCC,
    RMS,
    AudioFeatures,
    Chroma,
    MelSpectrogram,
    OpenSMILE,
    SpectralContrast,
    ZeroCrossingRate,
)

RATE = 16000


def make_six():
    """Make the extractor of the six features that tutorials put together."""
    kinds = (MFCC, Chroma, MelSpectrogram, ZeroCrossingRate, RMS, SpectralContrast)
    return AudioFeatures([(kind.__name__, kind(sample_rate=RATE)) for kind in kinds])


def choose_workers():
    """Give 1, 2, 4 and so on, up to the number of cores; 1 and 2 on a single one."""
    n_cores = max(2, _common.count_cores())
    return [*(2**k for k in range(10) if 2**k < n_cores), n_cores]


def measure(extractor, paths, n_rounds):
    """Give wall and own CPU seconds by the number of workers, lists of one figure per round."""
    workers = choose_workers()
    wall_s, own_s = ({n_jobs: [] for n_jobs in workers} for _ in range(2))
    expected = extractor.transform(paths)
    for i in range(n_rounds):
        for n_jobs in workers[:: -1 if i % 2 else 1]:
            # Fetching the workers of the last turn starts none.
            get_reusable_executor(max_workers=1, reuse=True).shutdown(wait=True)
            started, own = time.perf_counter(), time.process_time()
            rows = extractor.set_params(n_jobs=n_jobs).transform(paths)
            wall_s[n_jobs].append(time.perf_counter() - started)
            own_s[n_jobs].append(time.process_time() - own)
            np.testing.assert_array_equal(rows, expected)
    return wall_s, own_s


def main():
    """Print the table."""
    parser = _common.make_parser(__doc__, n_clips=200, n_rounds=3)
    parser.add_argument(
        "--repeat",
        type=int,
        default=40,
        help="how many times the six features are extracted from each clip (default 40)",
    )
    args = parser.parse_args()
    warnings.simplefilter("ignore", LicenceWarning)
    _common.print_header()
    with tempfile.TemporaryDirectory() as folder:
        paths = _common.find_corpus(args.data, folder, args.clips, duration_s=3.0).paths
        _common.read_once(paths)
        table = _common.Table(
            features="<8",
            clips=">6d",
            n_jobs=">6d",
            wall_s=">8.2f",
            gain=">6.2f",
            own_CPU_s=">9.2f",
        )
        for name, extractor, clips in (
            ("six", make_six(), paths * args.repeat),
            ("eGeMAPS", OpenSMILE(sample_rate=RATE), paths),
        ):
            wall_s, own_s = measure(extractor, clips, args.rounds)
            for n_jobs, taken in wall_s.items():
                gain = _common.median_ratio(wall_s[1], taken)
                own = statistics.median(own_s[n_jobs])
                table.add(name, len(clips), n_jobs, statistics.median(taken), gain, own)


if __name__ == "__main__":
    main()
