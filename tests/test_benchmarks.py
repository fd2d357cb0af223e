"""Every benchmark runs, on next to nothing. How long it takes is nobody's business here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sersk.datasets import make_emotional_speech

pytestmark = pytest.mark.benchmark

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
SCRIPTS = sorted(path.name for path in FOLDER.glob("*.py") if not path.name.startswith("_"))

# The smallest settings, and the titles that begin the last table.
RUNS = {
    "accuracy.py": (
        "--clips 20 --timed-clips 2 --rounds 1 --jobs 1 --recipes voice,svm --ablation extractor",
        "removed UAR worth interval p calibration error",
    ),
    "augmentation.py": (
        "--clips 2 --rounds 1",
        "sound at augmentation ms per second ratio to features",
    ),
    "convolutions.py": (
        "--clips 2 --rounds 1",
        "convolution NumPy ms per second numba ms per second ratio first call s",
    ),
    "duplicates.py": ("--clips 4 --copies 1", "CPU ms per clip ms"),
    "explanations.py": (
        "--clips 8 --recipes svm --draws 1",
        "recipe labels taken out clips in clip in sound other way",
    ),
    "extraction.py": ("--clips 2 --rounds 1", "files read at features sersk gets librosa ms"),
    "grid_search.py": ("--clips 8 --rounds 1", "features CPU s ratio clips extracted best UAR"),
    "guards.py": (
        "--clips 24 --spoilt 1",
        "measuring ms per second fit s columns",
    ),
    "intervals.py": (
        "--data-sets 2 --speakers 5",
        "simulation speakers data sets true UAR coverage percent width",
    ),
    "memory.py": (
        "--max-clips 1 --max-minutes 0.05 --features mfcc",
        "minutes file MB features sersk MB",
    ),
    "networks.py": (
        "--clips 8 --rounds 1",
        "recipe weights epoch ms per clip predict ms per clip",
    ),
    "others.py": ("--clips 2 --rounds 1", "mel bands library ms per clip ratio to sersk"),
    "page.py": ("--clips 1 --recipe svm", "recipe shown median s slowest s"),
    "parity.py": ("--clips 2", "quantity largest difference tolerance"),
    "smile.py": ("--clips 2 --rounds 1", "workers wall s gain"),
    "startup.py": ("--clips 16 --rounds 1", "process CPU ms wall ms ratio to pass"),
    "timeline.py": (
        "--minutes 0.1 --recipes ann --placement 3 1",
        "features of window s hop s rows CPU s per hour real time peak MB",
    ),
    "workers.py": ("--clips 4 --rounds 1 --repeat 1", "features clips n jobs wall s gain"),
}


def _run(script, *options):
    # The folder of the benchmarks, for a copy of one that lies elsewhere.
    paths = [str(FOLDER.parent), str(FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.run(
        [sys.executable, str(script), *options],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def test_every_benchmark_is_run_and_described():
    assert sorted(RUNS) == SCRIPTS
    described = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in SCRIPTS if f"`python benchmarks/{name}`" not in described] == []


BLOCKS = ["speech", "quality", "modulation", "harmonics", "mel", "contours", "bands"]

# What needs an extra.
MARKS = {"networks.py": [pytest.mark.torch], "page.py": [pytest.mark.browser]}


@pytest.mark.parametrize("script", [pytest.param(n, marks=MARKS.get(n, [])) for n in RUNS])
def test_benchmark_runs(script):
    options, titles = RUNS[script]
    done = _run(FOLDER / script, *options.split())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    header = [i for i, line in enumerate(lines) if line.startswith(titles)]
    assert header, done.stdout
    assert lines[header[-1] + 1 :] != [], "a table without rows"


def test_planted_difference_is_told(tmp_path, write_audio):
    """The one benchmark with a verdict can give the other one; on a CSV, it predicts too."""
    lines = ["Filename,Class,Speaker"]
    for i, clip in enumerate(zip(*make_emotional_speech(2, 1), strict=True)):
        write_audio(f"{i}.wav", clip[0], 16000)
        lines.append(f"{i}.wav,{clip[1]},{clip[2]}")
    (tmp_path / "clips.csv").write_text("\n".join(lines), encoding="utf-8")
    script = (FOLDER / "parity.py").read_text(encoding="utf-8")
    assert script.count("6e-4") == 1
    stricter = tmp_path / "stricter.py"
    stricter.write_text(script.replace("6e-4", "0.0"), encoding="utf-8")
    done = _run(stricter, "--data", str(tmp_path / "clips.csv"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert [line.split(",")[0] for line in done.stdout.splitlines() if line.endswith("!")] == [
        "mfcc"
    ]
    assert "UAR librosa" in done.stdout


def test_ablation_is_of_the_recipe_itself(tmp_path):
    """Rows of clips and copies, made once, give the score that a fit gives."""
    output = tmp_path / "accuracy.json"
    options = "--clips 20 --timed-clips 2 --rounds 1 --jobs 1 --recipes default --seeds 1"
    parts = ["block", "copies", "two LDAs", "calibration"]
    done = _run(
        FOLDER / "accuracy.py", *options.split(), "--output", str(output), "--ablation", *parts
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(output.read_text(encoding="utf-8"))
    (score,), (whole, *without) = report["scores"], report["ablation"]
    assert score["uar"] == [whole["uar"]]
    assert score["calibration_error"] == [whole["calibration_error"]]
    rows = {row["removed"]: row for row in without}
    assert list(rows)[:7] == [f"block {name}" for name in BLOCKS]
    assert list(rows)[7:] == ["copies", "two LDAs (one instead)", "block weights", "calibration"]
    assert rows["calibration"]["worth"] == 0
    assert rows["calibration"]["calibration_error"] != whole["calibration_error"]
    for row in without:
        assert row["worth"] == pytest.approx(whole["uar"] - row["uar"])
    assert any(row["worth"] for row in rows.values())
    # Every column is of one block.
    lost = [whole["n_features"] - rows[f"block {name}"]["n_features"] for name in BLOCKS]
    assert sum(lost) == whole["n_features"]
    assert lost[4:] == [8000, 8000, 4000]
    assert {name for name, row in rows.items() if row["n_copies"] == 0} == {"copies"}
