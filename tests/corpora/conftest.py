"""Commands on real speech, in the folder that the variable SERSK_CORPORA names."""

import json

import pytest

from sersk.cli import main


@pytest.fixture
def run(capsys):
    """Run a command that must succeed, and give what it printed."""

    def run_it(*args):
        main([str(arg) for arg in args])
        return capsys.readouterr()

    return run_it


@pytest.fixture
def fit(run, tmp_path):
    """Fit, and give the results and what was printed."""

    def run_fit(data, *args):
        results = tmp_path / "results.json"
        files = ("--output", tmp_path / "model.joblib", "--results", results)
        done = run("fit", "--data", data, *files, *args)
        return json.loads(results.read_text(encoding="utf-8")), done

    return run_fit
