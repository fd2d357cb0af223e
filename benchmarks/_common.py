"""What the benchmarks share: one thread each, clips, timing in turns, tables."""

import argparse
import datetime
import itertools
import math
import os
import platform
import re
import statistics
import subprocess
import sys
import textwrap
import time
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

try:
    import resource
except ImportError:
    # On Windows, where nobody tells what a child took.
    resource = None

# Libraries read these when they are first imported, so this module is to be imported before them.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"

ROOT = Path(__file__).resolve().parents[1]

# numpy and all that needs it are imported inside functions: memory.py must stay small itself.


class Corpus(NamedTuple):
    """Files, and the class and the speaker of each; None where a CSV does not tell."""

    paths: list
    labels: object
    speakers: object


def make_parser(description, *, n_clips=None, n_rounds=None, has_data=True):
    """Make a parser with those of the common options that a benchmark has."""
    parser = argparse.ArgumentParser(description=description)
    if has_data:
        parser.add_argument(
            "--data",
            type=Path,
            metavar="CSV",
            help="files to use, as for sersk fit (default: synthetic speech)",
        )
    if n_clips is not None:
        parser.add_argument(
            "--clips", type=int, default=n_clips, help=f"clips per row (default {n_clips})"
        )
    if n_rounds is not None:
        parser.add_argument(
            "--rounds",
            type=int,
            default=n_rounds,
            help=f"turns of each side, of which the median is given (default {n_rounds})",
        )
    return parser


def print_header(*more_libraries):
    """Print what the figures depend on: date, versions, processor."""
    from sersk.persistence import library_versions

    versions = library_versions()
    versions.update((name, find_version(name)) for name in more_libraries)
    listed = [f"{name} {version}" for name, version in versions.items() if version]
    print(f"{datetime.date.today()}, {find_processor()}, {count_cores()} cores")
    print(textwrap.fill(", ".join(listed), 99), flush=True)


def find_version(name):
    """Look up the version of an installed package; None where it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def count_cores():
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def find_processor():
    """Name the model of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


class Table:
    """A table whose rows are printed as soon as they are known.

    Columns are given by title and format: ``Table(features="<20", ratio=">6.1f")``. An underscore
    in a title stands for a space. None is printed as a dash, text as it is.
    """

    def __init__(self, **columns):
        self._specs = list(columns.values())
        titles = [title.replace("_", " ") for title in columns]
        self._widths = [
            max(len(title), int(re.search(r"\d*", spec[1:])[0] or 0))
            for title, spec in zip(titles, self._specs, strict=True)
        ]
        print()
        self.add(*titles)

    def add(self, *cells):
        """Print a row."""
        printed = []
        for cell, spec, width in zip(cells, self._specs, self._widths, strict=True):
            if cell is None:
                cell = "-"
            if not isinstance(cell, str):
                cell = format(cell, spec)
            printed.append(f"{cell:{spec[0]}{width}}")
        print("  ".join(printed).rstrip(), flush=True)


def write_clips(folder, n_clips, *, file_rate=16000, duration_s=2.5, n_speakers=None):
    """Write synthetic speech as WAV files, in an order that mixes speakers and classes.

    Without a number of speakers there are as many as it takes with one clip per class.
    """
    import numpy as np
    import soundfile

    from sersk.datasets import make_emotional_speech

    n_speakers = n_speakers or -(-n_clips // 4)
    n_takes = -(-n_clips // (4 * n_speakers))
    signals, labels, speakers = make_emotional_speech(
        n_speakers, n_takes, duration_s=duration_s, sample_rate=file_rate
    )
    chosen = np.random.default_rng(0).permutation(len(signals))[:n_clips]
    paths = []
    for i in chosen:
        paths.append(str(Path(folder) / f"{file_rate}-{i:05d}.wav"))
        soundfile.write(paths[-1], signals[i], file_rate)
    return Corpus(paths, labels[chosen], speakers[chosen])


def read_corpus(csv, n_clips=None):
    """Read a CSV of files; of more than `n_clips`, take some that lie evenly among them."""
    import numpy as np

    from sersk.datasets import read_manifest

    manifest = read_manifest(csv)
    n_found = len(manifest.paths)
    if not n_found:
        raise SystemExit(f"None of the files in {csv} was found.")
    n_kept = n_found if n_clips is None else min(n_clips, n_found)
    manifest = manifest.select(np.isin(np.arange(n_found), np.arange(n_kept) * n_found // n_kept))
    order = np.random.default_rng(0).permutation(n_kept)
    return Corpus(
        [manifest.paths[i] for i in order],
        None if manifest.labels is None else manifest.labels[order],
        None if manifest.speakers is None else manifest.speakers[order],
    )


def find_corpus(csv, folder, n_clips, **synthetic):
    """Give the files of a CSV, or where there is none, synthetic speech written to a folder."""
    if csv is not None:
        return read_corpus(csv, n_clips)
    return write_clips(folder, n_clips, **synthetic)


def read_once(paths):
    """Read files, so that they come from memory for whichever side is first."""
    for path in paths:
        Path(path).read_bytes()


def cpu_time():
    """CPU seconds of this process and of those children that have ended."""
    if resource is None:
        return time.process_time()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def take_turns(sides, batches, *, clock=cpu_time):
    """Time several functions on the same batches, one after the other: A B B A A B …

    Returns the seconds, a list for each side with one figure per batch.
    """
    seconds = [[] for _ in sides]
    for i, batch in enumerate(batches):
        # Whoever begins may find the processor in another state than whoever follows.
        for k in list(range(len(sides)))[:: -1 if i % 2 else 1]:
            started = clock()
            sides[k](batch)
            seconds[k].append(clock() - started)
    return seconds


def median_ratio(numerators, denominators):
    """Give the median of the ratios of figures that were taken in turns."""
    pairs = zip(numerators, denominators, strict=True)
    return statistics.median(a / b for a, b in pairs)


def split(items, n_batches):
    """Split a list into batches of nearly the same size, none of them empty."""
    n_batches = min(n_batches, len(items))
    edges = [len(items) * i // n_batches for i in range(n_batches + 1)]
    return [items[a:b] for a, b in itertools.pairwise(edges)]


class Usage(NamedTuple):
    """What a process took."""

    output: str
    cpu_s: float
    peak_bytes: float


def run_process(command, *, env=None, cwd=None):
    """Run a command to its end; give its output, CPU time and peak of resident memory."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **(env or {})}
    with subprocess.Popen(command, env=env, cwd=cwd, stdout=subprocess.PIPE, text=True) as process:
        output = process.stdout.read()
        if resource is None:
            process.wait()
            cpu_s = peak_bytes = math.nan
        else:
            # The usage of this very process with its children, not of all that ended so far.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            cpu_s = usage.ru_utime + usage.ru_stime
            peak_bytes = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed with {process.returncode}.")
    return Usage(output, cpu_s, peak_bytes)
