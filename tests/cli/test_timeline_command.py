"""sersk predict over time."""

import io
import json

import numpy as np
import pandas as pd
import pytest
import soundfile

from sersk.datasets import make_emotional_speech
from tests.cli.conftest import CLASSES, SYNTHESIS_RATE


@pytest.fixture(scope="session")
def calls(tmp_path_factory):
    """Two recordings of 24 s: anger and then sadness, and the other way round."""
    folder = tmp_path_factory.mktemp("calls")
    signals, emotions, _ = make_emotional_speech(
        1, 8, classes=("anger", "sadness"), duration_s=2, random_state=3
    )
    by_class = {
        name: np.concatenate([s for s, e in zip(signals, emotions, strict=True) if e == name])
        for name in ("anger", "sadness")
    }
    paths = []
    for order in (("anger", "sadness"), ("sadness", "anger")):
        paths.append(folder / f"{order[0]}.wav")
        whole = np.concatenate([by_class[name][: 12 * SYNTHESIS_RATE] for name in order])
        soundfile.write(paths[-1], whole, SYNTHESIS_RATE)
    return paths


def test_segments_and_shares(run_well, fitted, calls, tmp_path):
    out = tmp_path / "out.csv"
    done = run_well(
        "predict", "--model", fitted.model, "--window", 3, "--hop", 1, "--timeline", out, calls[0]
    )
    segments = pd.read_csv(out)
    assert list(segments) == ["Filename", "Start", "End", "Class", "Probability"]
    assert segments["Start"].iloc[0] == 0
    assert segments["End"].iloc[-1] == pytest.approx(24)
    assert segments["Start"].iloc[1:].tolist() == segments["End"].iloc[:-1].tolist()
    heard = segments.dropna()
    assert heard["Class"].tolist() == ["anger", "sadness"]
    assert abs(heard["End"].iloc[0] - 12) <= 1
    shares = pd.read_csv(io.StringIO(done.out)).iloc[0]
    assert list(shares.index) == ["Filename", "Class", "Duration", "Silence", *CLASSES]
    assert shares["Duration"] == pytest.approx(24)
    assert shares[list(CLASSES)].sum() == pytest.approx(1, abs=1e-5)
    seconds = heard["End"] - heard["Start"]
    assert shares["anger"] == pytest.approx(seconds.iloc[0] / seconds.sum(), abs=1e-5)
    assert "Wrote" in done.err


def test_several_recordings_in_one_table_whatever_the_jobs(run_well, fitted, calls, tmp_path):
    texts = []
    for jobs in (1, 2):
        out = tmp_path / f"{jobs}.json"
        args = ("--model", fitted.model, "--timeline", out, "--jobs", jobs)
        texts.append((run_well("predict", *args, *calls).out, out.read_text(encoding="utf-8")))
    assert texts[0] == texts[1]
    assert [made["filename"] for made in json.loads(texts[0][1])] == [str(c) for c in calls]


def test_every_form_of_one_recording(run_well, fitted, calls, tmp_path):
    suffixes = (".csv", ".json", ".jsonl", ".txt", ".TextGrid", ".vtt", ".png", ".svg", ".pdf")
    files = [tmp_path / f"out{suffix}" for suffix in suffixes]
    options = [part for file in files for part in ("--timeline", file)]
    run_well("predict", "--model", fitted.model, *options, calls[0])
    assert all(file.stat().st_size > 50 for file in files)


def test_labels(run_well, fitted, calls, tmp_path):
    out = tmp_path / "out.csv"
    args = ("--timeline", out, "--labels", "sentiment3")
    done = run_well("predict", "--model", fitted.model, *args, calls[0])
    assert done.out.splitlines()[0].endswith(",neutral,negative")
    assert set(pd.read_csv(out)["Class"].dropna()) <= {"neutral", "negative"}


def test_window_alone_gives_the_shares(run_well, fitted, calls):
    done = run_well("predict", "--model", fitted.model, "--window", 2, *calls)
    assert pd.read_csv(io.StringIO(done.out))["Class"].tolist() != []
    assert done.err == ""


def test_hop_is_not_longer_than_a_short_window(run_well, fitted, calls, tmp_path):
    out = tmp_path / "out.json"
    args = ("--window", 0.5, "--timeline", out)
    run_well("predict", "--model", fitted.model, *args, calls[0])
    (made,) = json.loads(out.read_text(encoding="utf-8"))
    assert (made["window_s"], made["hop_s"]) == (0.5, 0.5)


def test_broken_recording_is_left_out_on_request(run, run_well, fitted, calls, tmp_path):
    broken, out = tmp_path / "broken.wav", tmp_path / "out.csv"
    broken.write_bytes(b"no sound")
    args = ("predict", "--model", fitted.model, "--timeline", out, calls[0], broken)
    result = run(*args)
    assert result.status == 1
    assert str(broken) in result.err
    assert "--on-error skip" in result.err
    assert not out.exists()
    done = run_well(*args, "--on-error", "skip")
    assert "Left out" in done.err
    assert set(pd.read_csv(out)["Filename"]) == {str(calls[0])}


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (["--hop", 1], 2, "--hop needs --window or --timeline"),
        (["--window", 1, "--hop", 2], 2, "--hop must not exceed the window, 1 s. Got 2 s"),
        (["--window", 0], 2, "--window"),
        (["--timeline", "out.xyz"], 1, ".TextGrid"),
    ],
)
def test_wrong_options(run, fitted, calls, args, status, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("predict", "--model", fitted.model, *args, calls[0])
    assert result.status == status
    assert words.lower() in result.err.lower()
    assert result.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_form_of_one_recording_is_refused_for_two(run, fitted, calls, tmp_path):
    out = tmp_path / "out.vtt"
    result = run("predict", "--model", fitted.model, "--timeline", out, *calls)
    assert result.status == 1
    assert "one recording" in result.err
    assert not out.exists()
