"""Peak of resident memory of extraction, each in a fresh process: many clips, and long ones.

Features are mean and standard deviation, of 40 MFCC or of the six features that tutorials put
together. librosa reads a whole file and makes matrices of all its frames; it is measured up to ten
minutes.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

# The peak of a process is never below that of the one that starts it, which therefore imports
# nothing large: numpy and what needs it are for the children.
import _common

RATE = 16000
N_DISTINCT = 24
CLIP_S = 3
MB = 1e6


def make_extractor(kind):
    """Make sersk's extractor of "mfcc" or of "six"."""
    from sersk.features import (
        MFCC,
        RMS,
        AudioFeatures,
        Chroma,
        MelSpectrogram,
        SpectralContrast,
        ZeroCrossingRate,
    )

    kinds = [MFCC]
    if kind == "six":
        kinds += [Chroma, MelSpectrogram, ZeroCrossingRate, RMS, SpectralContrast]
    return AudioFeatures([(kind.__name__, kind(sample_rate=RATE)) for kind in kinds])


def extract_with_librosa(path, kind):
    """Give the same row as sersk's extractor, from the whole file at once."""
    import librosa
    import numpy as np

    signal, _ = librosa.load(path, sr=RATE)
    sequences = [librosa.feature.mfcc(y=signal, sr=RATE, n_mfcc=40)]
    if kind == "six":
        sequences += [
            librosa.feature.chroma_stft(y=signal, sr=RATE),
            librosa.feature.melspectrogram(y=signal, sr=RATE),
            librosa.feature.zero_crossing_rate(signal),
            librosa.feature.rms(y=signal),
            librosa.feature.spectral_contrast(y=signal, sr=RATE),
        ]
    return np.concatenate([np.append(s.mean(axis=1), s.std(axis=1)) for s in sequences])


def write_distinct(folder, csv):
    """Write different clips of three seconds; of a CSV, its first files, repeated if short."""
    import numpy as np
    import soundfile

    from sersk.audio import read_audio

    corpus = _common.find_corpus(csv, folder, N_DISTINCT, n_speakers=2)
    paths = []
    for i, source in enumerate(corpus.paths):
        signal, _ = read_audio(source, sample_rate=RATE)
        paths.append(str(Path(folder) / f"distinct-{i:02d}.wav"))
        soundfile.write(paths[-1], np.resize(signal, CLIP_S * RATE), RATE)
    return paths


def write_long(path, clips, length_s):
    """Write one file of a given length, clip after clip, each at a loudness of its own."""
    import numpy as np
    import soundfile

    rng = np.random.default_rng(0)
    signals = [soundfile.read(clip, dtype="float32")[0] for clip in clips]
    n_left = round(length_s * RATE)
    with soundfile.SoundFile(path, "w", RATE, 1) as file:
        while n_left > 0:
            signal = rng.uniform(0.2, 1) * signals[rng.integers(len(signals))]
            file.write(signal[:n_left])
            n_left -= len(signal)


def work(task):
    """Do one task in a child; give the shape of the matrix that it made."""
    if task["do"] == "write clips":
        return write_distinct(task["folder"], task["csv"])
    if task["do"] == "write long":
        return write_long(task["path"], task["clips"], task["length_s"])
    if task["do"] == "librosa":
        return extract_with_librosa(task["paths"][0], task["kind"]).shape
    return make_extractor(task["kind"]).transform(task["paths"]).shape


def start(task):
    """Do one task in a fresh process; give what it returned, and its peak in MB."""
    # Thousands of paths are too long for a command line.
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump(task, file)
    try:
        usage = _common.run_process([sys.executable, __file__, "--task", file.name])
    finally:
        Path(file.name).unlink()
    return json.loads(usage.output), usage.peak_bytes / MB


def choose_steps(steps, largest):
    """Keep the steps below the largest, and that."""
    return [step for step in steps if step < largest] + [largest]


def measure_many(folder, clips, largest, kinds):
    """Print the table over the number of clips."""
    table = _common.Table(
        clips=">7d", features="<8", peak_MB=">8.0f", matrix_MB=">9.2f", over_one_clip_MB=">z16.0f"
    )
    paths = []
    for i in range(largest):
        # Another name for the same content: nothing is kept between clips that could tell.
        paths.append(f"{folder}/{i:06d}.wav")
        os.link(clips[i % len(clips)], paths[-1])
    for kind in kinds:
        first = None
        for n_clips in choose_steps([1, 100, 1000], largest):
            task = dict(do="sersk", kind=kind, paths=paths[:n_clips])
            (n_rows, n_columns), peak = start(task)
            first = peak if first is None else first
            table.add(n_rows, kind, peak, n_rows * n_columns * 4 / MB, peak - first)


def measure_long(folder, clips, largest, kinds):
    """Print the table over the length of one file."""
    table = _common.Table(
        minutes=">7.1f", file_MB=">8.1f", features="<8", sersk_MB=">8.0f", librosa_MB=">10.0f"
    )
    for minutes in choose_steps([1, 10, 60], largest):
        path = f"{folder}/long-{minutes}.wav"
        start(dict(do="write long", path=path, clips=clips, length_s=60 * minutes))
        for kind in kinds:
            _, peak = start(dict(do="sersk", kind=kind, paths=[path]))
            theirs = None
            if minutes <= 10:
                _, theirs = start(dict(do="librosa", kind=kind, paths=[path]))
            table.add(float(minutes), Path(path).stat().st_size / MB, kind, peak, theirs)
        Path(path).unlink()


def main():
    """Print the tables."""
    parser = _common.make_parser(__doc__)
    parser.add_argument("--max-clips", type=int, default=2000, help="most clips (default 2000)")
    parser.add_argument("--max-minutes", type=float, default=60, help="longest (default 60)")
    parser.add_argument(
        "--features",
        nargs="+",
        choices=("mfcc", "six"),
        default=("mfcc", "six"),
        help="which features (default: both)",
    )
    parser.add_argument("--full", action="store_true", help="to 10000 clips and 3 hours")
    parser.add_argument("--task", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.task:
        print(json.dumps(work(json.loads(Path(args.task).read_text(encoding="utf-8")))))
        return
    if args.full:
        args.max_clips, args.max_minutes = 10000, 180
    _common.print_header()
    with tempfile.TemporaryDirectory() as folder:
        csv = args.data and str(args.data.absolute())
        clips, _ = start({"do": "write clips", "folder": folder, "csv": csv})
        measure_many(folder, clips, args.max_clips, args.features)
        measure_long(folder, clips, args.max_minutes, args.features)


if __name__ == "__main__":
    main()
