"""Near-duplicates: how many planted copies of each kind are found, and what is found wrongly.

Copies of some clips are put among all of them. A false pair is one of two clips of which neither
is planted, or of a copy and another clip than its own; a corpus with the same take in two files
has some that are true.
"""

import statistics
import tempfile
import time
import zlib

import _common
import numpy as np
from _copies import HARDER_KINDS, KINDS

from sersk.audio import read_audio
from sersk.audit._fingerprint import make_fingerprint
from sersk.audit._near_duplicates import find_near_duplicates


def choose_evenly(n_items, n_chosen):
    """Give positions that lie evenly among all."""
    n_chosen = min(n_items, n_chosen)
    return [n_items * i // n_chosen for i in range(n_chosen)]


def plant(paths, kinds, n_copies):
    """Give the fingerprints of copies, and of each its kind and the position of its original."""
    fingerprints, origins = [], []
    for position in choose_evenly(len(paths), n_copies):
        recording = read_audio(paths[position])
        for kind, copy in kinds.items():
            rng = np.random.default_rng([position, zlib.crc32(kind.encode())])
            fingerprints.append(make_fingerprint(*copy(*recording, rng)))
            origins.append((kind, position))
    return fingerprints, origins


def fingerprint_all(paths):
    """Give the fingerprints of files, and the CPU seconds that each took once decoded."""
    fingerprints, seconds = [], []
    for path in paths:
        recording = read_audio(path)
        started = time.process_time()
        fingerprints.append(make_fingerprint(*recording))
        seconds.append(time.process_time() - started)
    return fingerprints, seconds


def main():
    """Print the tables."""
    parser = _common.make_parser(__doc__)
    parser.add_argument("--clips", type=int, help="clips (default: 400 synthetic, all of a CSV)")
    parser.add_argument(
        "--copies", type=int, default=60, help="copies of each kind (default %(default)s)"
    )
    parser.add_argument("--harder", action="store_true", help="plant harder kinds of copies too")
    args = parser.parse_args()
    kinds = {**KINDS, **(HARDER_KINDS if args.harder else {})}
    _common.print_header()
    with tempfile.TemporaryDirectory() as folder:
        n_clips = args.clips if args.data else args.clips or 400
        paths = _common.find_corpus(args.data, folder, n_clips).paths
        originals, fingerprint_s = fingerprint_all(paths)
        copies, origins = plant(paths, kinds, args.copies)

    n_clips = len(originals)
    started = time.process_time()
    among_clips = find_near_duplicates(originals)
    find_s = time.process_time() - started
    pairs = find_near_duplicates(originals + copies)
    found = {(i, j - n_clips): similarity for i, j, similarity in pairs if i < n_clips <= j}
    table = _common.Table(kind="<27", copies=">6d", found=">7.1%", lowest_similarity=">17.3f")
    for kind in kinds:
        planted = [(origin, k) for k, (name, origin) in enumerate(origins) if name == kind]
        similarities = [found.pop(pair) for pair in planted if pair in found]
        lowest = min(similarities, default=None)
        table.add(kind, len(planted), len(similarities) / len(planted), lowest)

    table = _common.Table(pairs="<27", found=">6d", per_1000_clips=">14.2f")
    for what, n_false, n_tried in (
        ("of two clips", len(among_clips), n_clips),
        ("of a copy and another clip", len(found), len(copies)),
    ):
        table.add(what, n_false, 1000 * n_false / n_tried)
    table = _common.Table(CPU_ms_per_clip="<20", ms=">8.3f")
    table.add("fingerprint", 1000 * statistics.median(fingerprint_s))
    table.add("search", 1000 * find_s / n_clips)


if __name__ == "__main__":
    main()
