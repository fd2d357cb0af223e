"""Features of overlapping windows of one long recording: CPU time per hour, and peak of memory.

Each row is a fresh process. The last of each recipe takes the whole recording as one clip.
"""

import argparse
import json
import sys
import tempfile
import time
import warnings
from pathlib import Path

# As in memory.py, what imports numpy is for the children.
import _common

RATE = 48000
MB = 1e6
# Length of a window and step, in seconds; None for the whole recording.
PLACEMENTS = ((3.0, 3.0), (3.0, 1.0), (3.0, 0.25), (10.0, 1.0), None)


def write_recording(path, minutes, csv):
    """Write a recording at 48 kHz and 16 bits, clip after clip, each at a loudness of its own."""
    import numpy as np
    import soundfile

    from sersk.audio import read_audio

    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        paths = _common.find_corpus(csv and Path(csv), folder, 24, n_speakers=2).paths
        signals = [read_audio(clip, sample_rate=RATE)[0] for clip in paths]
    n_left = round(60 * minutes * RATE)
    with soundfile.SoundFile(path, "w", RATE, 1, "PCM_16") as file:
        while n_left > 0:
            signal = rng.uniform(0.2, 1) * signals[rng.integers(len(signals))]
            file.write(signal[:n_left])
            n_left -= len(signal)


def extract(path, recipe, placement):
    """Extract the features of a recipe; give the number of rows and the CPU seconds."""
    from sersk.exceptions import LicenceWarning
    from sersk.recipes import find_recipe

    warnings.simplefilter("ignore", LicenceWarning)
    extractor = find_recipe(recipe).make_pipeline()[0]
    started = time.process_time()
    if placement is None:
        n_rows = len(extractor.transform([path]))
    else:
        window_s, hop_s = placement
        n_rows = sum(1 for _ in extractor.extract_windows(path, window_s=window_s, hop_s=hop_s))
    return n_rows, time.process_time() - started


def start(function, *args):
    """Call a function of this file in a fresh process; give what it returned, and its peak."""
    task = json.dumps([function.__name__, *args])
    usage = _common.run_process([sys.executable, __file__, "--task", task])
    return json.loads(usage.output), usage.peak_bytes


def measure(path, minutes, recipes, placements):
    """Print the table."""
    table = _common.Table(
        features_of="<14",
        window_s=">8.2f",
        hop_s=">5.2f",
        rows=">6d",
        CPU_s_per_hour=">14.1f",
        real_time=">9.0f",
        peak_MB=">7.0f",
    )
    for recipe in recipes:
        for placement in placements:
            (n_rows, cpu_s), peak = start(extract, path, recipe, placement)
            per_hour_s = cpu_s * 60 / minutes
            window_s, hop_s = placement or ("all", None)
            table.add(recipe, window_s, hop_s, n_rows, per_hour_s, 3600 / per_hour_s, peak / MB)


def main():
    """Print the table."""
    parser = _common.make_parser(__doc__)
    parser.add_argument(
        "--minutes", type=float, default=10, help="length of the recording (default 10)"
    )
    parser.add_argument(
        "--recipes",
        nargs="+",
        default=("default", "egemaps-svm"),
        metavar="NAME",
        help="whose features to extract (default: default egemaps-svm)",
    )
    parser.add_argument(
        "--placement",
        nargs=2,
        type=float,
        metavar=("WINDOW_S", "HOP_S"),
        help="only windows of this length and step, and the whole (default: several)",
    )
    parser.add_argument("--task", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.task:
        name, *given = json.loads(args.task)
        print(json.dumps(globals()[name](*given)))
        return
    placements = PLACEMENTS if args.placement is None else (args.placement, None)
    _common.print_header()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "recording.wav")
        start(write_recording, path, args.minutes, args.data and str(args.data.absolute()))
        measure(path, args.minutes, args.recipes, placements)


if __name__ == "__main__":
    main()
