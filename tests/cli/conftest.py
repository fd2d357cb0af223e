"""A corpus as people have them, in every format, and the command line run in this process."""

import contextlib
import io
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from sersk.audio import resample
from sersk.cli import main
from sersk.datasets import make_emotional_speech
from sersk.features import FeatureStore
from sersk.recipes import RECIPES, Recipe

# Not skipped but not collected: a skip fails where CI is set.
collect_ignore = [] if os.name == "posix" else ["test_posix_terminal.py"]

CLASSES = ("anger", "neutral", "sadness")
SYNTHESIS_RATE = 16000
FORMATS = (
    ("wav", "PCM_16", 1, 16000),
    ("flac", "PCM_16", 2, 44100),
    ("wav", "PCM_24", 2, 48000),
    ("mp3", "MPEG_LAYER_III", 1, 22050),
    ("ogg", "VORBIS", 1, 16000),
    ("wav", "FLOAT", 1, 8000),
)


@dataclass(frozen=True)
class Result:
    """What a command left: its exit status and what it wrote."""

    status: int
    out: str
    err: str


def _run(*args):
    args = [str(arg) for arg in args]
    if args[:1] and args[0] in ("fit", "predict", "evaluate", "extract") and "--jobs" not in args:
        args += ["--jobs", "1"]
    out, err, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(args)
        except SystemExit as error:
            status = error.code or 0
    return Result(status, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def run():
    """Run a command in this process, on one worker unless told."""
    return _run


@pytest.fixture(scope="session")
def run_well(run):
    """Run a command that must succeed."""

    def run_it(*args):
        result = run(*args)
        assert result.status == 0, result.err
        return result

    return run_it


def _write_clip(path, signal, channels, sample_rate, subtype):
    samples = resample(signal, SYNTHESIS_RATE, sample_rate)
    samples = np.stack([samples] * channels, axis=1)
    soundfile.write(path, samples, sample_rate, subtype=subtype)


@pytest.fixture(scope="session")
def speech():
    """Four speakers, three classes, four clips each."""
    return make_emotional_speech(4, 4, classes=CLASSES, duration_s=0.8, random_state=3)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory, speech):
    """A folder with TRAIN.csv (Filename, Class, Speaker), TRAIN and TEST; nobody may change it."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "TRAIN").mkdir()
    signals, emotions, speakers = speech
    rows = []
    for number, clip in enumerate(np.random.default_rng(0).permutation(len(signals))):
        suffix, subtype, channels, sample_rate = FORMATS[number % len(FORMATS)]
        name = f"{number:03d}.{suffix}"
        _write_clip(folder / "TRAIN" / name, signals[clip], channels, sample_rate, subtype)
        rows.append((name, emotions[clip], speakers[clip]))
    table = pd.DataFrame(rows, columns=["Filename", "Class", "Speaker"])
    table.to_csv(folder / "TRAIN.csv", index=False)
    (folder / "TEST" / "inner").mkdir(parents=True)
    for name in table.Filename[:5]:
        shutil.copy(folder / "TRAIN" / name, folder / "TEST" / name)
    shutil.copy(folder / "TRAIN" / table.Filename[5], folder / "TEST" / "inner")
    (folder / "TEST" / "notes.txt").write_text("not sound", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def table(corpus):
    """The rows of TRAIN.csv."""
    return pd.read_csv(corpus / "TRAIN.csv", dtype=str)


@pytest.fixture(scope="session")
def few_csv(corpus, table, tmp_path_factory):
    """One clip of each speaker in each class, twelve in all; nobody may change it."""
    rows = table.groupby(["Class", "Speaker"]).head(1)
    rows = rows.assign(Filename=[str(corpus / "TRAIN" / name) for name in rows.Filename])
    path = tmp_path_factory.mktemp("few") / "few.csv"
    rows.to_csv(path, index=False)
    return path


@pytest.fixture
def write_csv(corpus, tmp_path):
    """Write rows to a CSV whose files are those of the corpus, by their full paths."""

    def write(rows, name="data.csv", columns=None, *, absolute=True):
        rows = rows.copy()
        if absolute:
            rows["Filename"] = [str(corpus / "TRAIN" / file) for file in rows["Filename"]]
        path = tmp_path / name
        rows.rename(columns=columns or {}).to_csv(path, index=False)
        return path

    return write


@pytest.fixture
def kaggle_csv(write_csv, table):
    """The same clips without speakers."""
    return write_csv(table[["Filename", "Class"]], "kaggle.csv")


@pytest.fixture
def broken_csv(write_csv, table, tmp_path):
    """Twelve good clips and more, of which row 3 is no sound and row 5 is not there."""
    rows = table.copy()
    path = write_csv(rows, "broken.csv")
    (tmp_path / "noise.wav").write_bytes(b"this is no sound at all")
    rows = pd.read_csv(path, dtype=str)
    rows.loc[1, "Filename"] = str(tmp_path / "noise.wav")
    rows.loc[3, "Filename"] = "absent.wav"
    rows.to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def _store_of_fitted(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="session")
def fitted(run_well, corpus, tmp_path_factory, _store_of_fitted):
    """The recipe svm fitted on the corpus: folder, model, results path, and what was printed."""
    folder = tmp_path_factory.mktemp("fitted")

    @dataclass(frozen=True)
    class Fitted:
        model: Path = folder / "model.joblib"
        results: Path = folder / "results.json"
        result: Result = None

    files = ("--output", Fitted.model, "--results", Fitted.results)
    args = ("--recipe", "svm", *files, "--cache", _store_of_fitted)
    result = run_well("fit", "--data", corpus / "TRAIN.csv", *args)
    return Fitted(result=result)


@pytest.fixture(scope="session")
def _full_store(fitted, run_well, corpus, tmp_path_factory, _store_of_fitted):
    output = tmp_path_factory.mktemp("features") / "features.csv"
    args = ("--features", "zcr,rms,chroma,contrast", "--cache", _store_of_fitted)
    run_well("extract", "--data", corpus / "TRAIN.csv", *args, "--output", output)
    return FeatureStore(_store_of_fitted).path


@pytest.fixture
def extracted(_full_store, cache):
    """Let the test's own store hold the usual features of the corpus from the start."""
    shutil.copy(_full_store, FeatureStore(cache).path)


@pytest.fixture
def model(fitted, tmp_path):
    """A copy of that model with its description, free to be changed."""
    shutil.copy(fitted.model, tmp_path / "model.joblib")
    shutil.copy(fitted.model.with_suffix(".json"), tmp_path / "model.json")
    return tmp_path / "model.joblib"


@pytest.fixture
def cheap_default(monkeypatch):
    """Something that is extracted at once stands in for the recipe that is taken unasked."""
    recipe = Recipe("default", ("zcr", "rms"), "svm", "cheap")
    monkeypatch.setitem(RECIPES, "default", recipe)
    return recipe


@pytest.fixture
def assert_error(tmp_path):
    """Check the one line on stderr, the status, and that nothing is left behind."""

    def check(result, *names, written=()):
        assert result.status in (1, 2), result
        lines = result.err.splitlines()
        assert len(lines) == 1, result.err
        assert lines[0].startswith("sersk: error: ")
        assert "Traceback" not in lines[0]
        assert "Usage:" not in lines[0]
        assert "not foreseen" not in lines[0]
        # NumPy's way of showing a string is nothing for users.
        assert "np.str_" not in lines[0]
        for name in names:
            assert str(name) in lines[0]
        found = sorted(p.name for p in tmp_path.rglob("*") if p.suffix in (".joblib", ".json"))
        assert found == sorted(written)
        assert not [p for p in tmp_path.rglob(".*") if p.is_file()]

    return check


@pytest.fixture
def real_workers(monkeypatch):
    """Start worker processes however little there is to do."""
    monkeypatch.setattr("sersk.utils._parallel._PROCESS_START_S", 0)
