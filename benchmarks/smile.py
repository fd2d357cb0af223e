"""openSMILE's eGeMAPSv02: sersk against the opensmile package.

First the CPU time per clip of one thread. Then how much sooner two threads are done than one; and
beside it how much sooner two processes are, started before and with half of the clips each: what
two cores of the machine can gain at all.
"""

import statistics
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import _common
import numpy as np
import opensmile
import soundfile

from sersk.exceptions import LicenceWarning
from sersk.features import OpenSMILE


def make_smile(**options):
    """Make the extractor of the opensmile package."""
    return opensmile.Smile(
        feature_set=opensmile.FeatureSet.eGeMAPSv02,
        feature_level=opensmile.FeatureLevel.Functionals,
        **options,
    )


def extract(paths, sample_rate, n_jobs=None):
    """Extract with sersk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LicenceWarning)
        return OpenSMILE(sample_rate=sample_rate, n_jobs=n_jobs).transform(paths)


def compare_cpu(paths, sample_rate, n_rounds):
    """Print the table of CPU times, after checking that the values are identical."""
    smile = make_smile()
    expected = np.vstack([smile.process_file(path).to_numpy() for path in paths])
    np.testing.assert_array_equal(extract(paths, sample_rate), expected)
    np.testing.assert_array_equal(smile.process_files(paths).to_numpy(), expected)
    batches = _common.split(paths, n_rounds)
    sides = {
        "sersk, batches": lambda batch: extract(batch, sample_rate),
        "sersk, one file per call": lambda batch: [extract([p], sample_rate) for p in batch],
        "opensmile process_file": lambda batch: [smile.process_file(path) for path in batch],
        "opensmile process_files": smile.process_files,
    }
    seconds = _common.take_turns(list(sides.values()), batches)
    per_clip = [np.divide(side, [len(batch) for batch in batches]) for side in seconds]
    table = _common.Table(eGeMAPS="<24", CPU_ms_per_clip=">8.2f", ratio_to_sersk=">8.2f")
    for name, side in zip(sides, per_clip, strict=True):
        table.add(name, 1e3 * np.median(side), _common.median_ratio(side, per_clip[0]))


def compare_wall(paths, sample_rate, n_rounds):
    """Print the table of wall times."""
    context = get_context("spawn")
    # One worker each, so that it is known who does what.
    with ProcessPoolExecutor(1, context) as first, ProcessPoolExecutor(1, context) as second:

        def share(*parts):
            tasks = [
                worker.submit(extract, part, sample_rate)
                for worker, part in zip((first, second), parts, strict=False)
            ]
            for task in tasks:
                task.result()

        share(paths[:2], paths[:2])
        sides = {
            "one thread": lambda paths: extract(paths, sample_rate, 1),
            "two threads (n_jobs=2)": lambda paths: extract(paths, sample_rate, 2),
            "one process": share,
            "two processes": lambda paths: share(paths[::2], paths[1::2]),
        }
        # The first call with two threads starts them.
        for side in sides.values():
            side(paths[:4])
        seconds = _common.take_turns(
            list(sides.values()), [paths] * n_rounds, clock=time.perf_counter
        )
    table = _common.Table(workers="<24", wall_s=">8.2f", gain=">8.2f")
    for k, name in enumerate(sides):
        gain = _common.median_ratio(seconds[k - 1], seconds[k]) if k % 2 else None
        table.add(name, statistics.median(seconds[k]), gain)


def main():
    """Print the tables."""
    parser = _common.make_parser(__doc__, n_clips=96, n_rounds=6)
    args = parser.parse_args()
    _common.print_header()
    with tempfile.TemporaryDirectory() as folder:
        paths = _common.find_corpus(args.data, folder, args.clips).paths
        # The opensmile package takes the first channel and the rate of each file.
        infos = [soundfile.info(path) for path in paths]
        rate = infos[0].samplerate
        forms = [(info.samplerate, info.channels) for info in infos]
        paths = [p for p, form in zip(paths, forms, strict=True) if form == (rate, 1)]
        if len(paths) < 2:
            raise SystemExit("There must be two mono files of one sampling rate at least.")
        _common.read_once(paths)
        compare_cpu(paths, rate, args.rounds)
        compare_wall(paths, rate, args.rounds)


if __name__ == "__main__":
    main()
