"""The command as a process: what goes to which stream, and a reader that goes away."""

import json
import os
import re
import subprocess
import sys

SERSK = [sys.executable, "-m", "sersk"]


def _run(*args, **options):
    return subprocess.run(
        [*SERSK, *map(str, args)], capture_output=True, text=True, timeout=120, **options
    )


def test_streams_and_licence(few_csv, tmp_path):
    args = ("--recipe", "egemaps-svm", "--output", tmp_path / "m.joblib", "--jobs", "1")
    done = _run("fit", "--data", few_csv, "--cv", "2", *args)
    assert done.returncode == 0
    # No progress bar, and one line about openSMILE's licence.
    assert re.fullmatch(r"sersk: warning: openSMILE .*non-commercial.*\n", done.stderr)
    assert done.stdout.startswith("Recipe egemaps-svm")


def test_reader_that_goes_away(fitted, corpus):
    args = ("predict", "--model", fitted.model, corpus / "TEST", "--jobs", "1")
    process = subprocess.Popen(
        [*SERSK, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.close()
    _, err = process.communicate(timeout=120)
    assert err == ""
    assert process.returncode in (0, 1)


def test_error_of_a_process(tmp_path):
    # A command that imports next to nothing before it fails.
    done = _run("info", "no.joblib", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        "sersk: error: There is no model 'no.joblib'. Make one with sersk fit.\n"
    )
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_plain_joblib_and_console_that_lacks_a_letter(fitted, corpus, table, run_well, tmp_path):
    # The letter once in a file that is there, once in one that is not; one process for all.
    paths = [str(corpus / "TRAIN" / name) for name in table.Filename[:6]]
    clip, missing = tmp_path / "Ωmega.wav", tmp_path / "nΩne.wav"
    clip.write_bytes((corpus / "TRAIN" / "000.wav").read_bytes())
    code = (
        "import sys\n"
        "import joblib\n"
        "print(*joblib.load('model.joblib').predict(sys.argv[3:]))\n"
        "from sersk.cli import main\n"
        "main(['predict', '--jobs', '1', sys.argv[1]])\n"
        "main(['predict', '--jobs', '1', sys.argv[2]])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, clip, missing, *paths],
        capture_output=True,
        text=True,
        timeout=120,
        # The model is found by its usual name.
        cwd=fitted.model.parent,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )
    assert done.returncode == 1
    loaded, rest = done.stdout.split("\n", 1)
    predicted = run_well("predict", "--model", fitted.model, "--format", "json", *paths).out
    assert loaded.split() == [row["Class"] for row in json.loads(predicted)]
    assert "?mega.wav" in rest
    assert "n?ne.wav" in done.stderr
    assert done.stderr.count("\n") == 1
