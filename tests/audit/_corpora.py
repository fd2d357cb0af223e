"""Small corpora that are never read: rows, and what a decoder would have measured."""

from pathlib import Path

import numpy as np

from sersk.audit import Measurement
from sersk.datasets import Manifest

EMOTIONS = (
    *("anger", "boredom", "disgust", "fear"),
    *("happiness", "neutral", "sadness", "surprise"),
)


def _column(values):
    return None if values is None else np.array(list(values), dtype=str)


def make_manifest(filenames, labels, speakers=None, *, folds=None, sentences=None, paths=None):
    """Make a manifest without a CSV."""
    filenames = list(filenames)
    return Manifest(
        path=Path("data.csv"),
        sha256="",
        filenames=filenames,
        paths=[None] * len(filenames) if paths is None else [str(path) for path in paths],
        rows=list(range(2, len(filenames) + 2)),
        labels=_column(labels),
        speakers=_column(speakers),
        genders=None,
        sentences=_column(sentences),
        folds=_column(folds),
        missing=[],
        columns=["Filename", "Class"],
        label_column="Class",
        group_column=None if speakers is None else "Speaker",
        speaker_source=None if speakers is None else "column 'Speaker'",
    )


def make_measurement(**changes):
    """Make what is measured of a clip without fault, lasting a second."""
    usual = dict(
        digest=b"",
        fingerprint=None,
        sample_rate=16000,
        n_channels=1,
        format="WAV PCM_16",
        n_times=16000,
        level_db=-20.0,
        silence=0.1,
        clipped=0.0,
    )
    return Measurement(**{**usual, **changes})


def make_measurements(n, **columns):
    """Make measurements of clips of different lengths; a column gives each clip its own value."""
    return [
        make_measurement(
            **{"n_times": 16000 + 37 * i, **{name: v[i] for name, v in columns.items()}}
        )
        for i in range(n)
    ]


def number_names(n, suffix="wav"):
    """Give 0000.wav, 0001.wav, and so on."""
    return [f"{i:04d}.{suffix}" for i in range(n)]


def list_kinds(findings):
    """Give kind and level of each finding."""
    return [(finding.kind, finding.level) for finding in findings]


def find_one(findings, kind):
    """Give the only finding of a kind."""
    (finding,) = (f for f in findings if f.kind == kind)
    return finding
