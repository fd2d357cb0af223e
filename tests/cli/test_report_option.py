"""`--report`, and `sersk report`: one page, or one line saying why not."""

import json
import sys

import pytest

from tests.cli._quick import QUICK, register
from tests.report._page import Page


@pytest.fixture
def quick(monkeypatch):
    """Recipes that take no time."""
    from sersk.recipes import RECIPES

    register(lambda name, recipe: monkeypatch.setitem(RECIPES, name, recipe))


@pytest.fixture
def no_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)


def read(path):
    html = path.read_text(encoding="utf-8")
    assert len(html) < 5_000_000
    return Page(html)


def test_fit(quick, run_well, corpus, tmp_path):
    report, results = tmp_path / "report.html", tmp_path / "results.json"
    args = ("--recipe", QUICK[0], "-o", tmp_path / "m.joblib", "--no-cache")
    data = corpus / "TRAIN.csv"
    done = run_well("fit", "--data", data, *args, "--results", results, "--report", report)
    assert done.out.endswith(f"Wrote {results}.\nWrote {report}.\n")
    page, scores = read(report), json.loads(results.read_text(encoding="utf-8"))
    assert f"{scores['uar']:.3f}" in page.text
    assert f"$ {scores['command']}" in page.text
    assert scores["data_sha256"] in page.text
    assert f"Recipe {QUICK[0]} on TRAIN.csv" in page.text
    # Four speakers are too few for an interval, and that is no praise.
    assert "4 speakers are too few" in page.text
    # The same from the file, whatever its name, and byte for byte.
    again = tmp_path / "again.HTML"
    assert run_well("report", results, "-o", again).out == f"Wrote {again}.\n"
    assert again.read_bytes() == report.read_bytes()


def test_evaluate(fitted, run_well, corpus, tmp_path):
    report, results = tmp_path / "report.html", tmp_path / "results.json"
    args = ("--model", fitted.model, "--data", corpus / "TRAIN.csv", "--no-cache")
    done = run_well("evaluate", *args, "--report", report, "--results", results)
    assert done.out.endswith(f"Wrote {results}.\nWrote {report}.\n")
    page, scores = read(report), json.loads(results.read_text(encoding="utf-8"))
    assert "This is no test: the model learned from these very clips." in page.text
    assert scores["is_training_data"]
    assert scores["versions"]["sersk"] in page.text
    assert f"$ {scores['command']}" in page.text
    assert str(fitted.model) in page.text


def test_evaluate_on_other_clips(fitted, run_well, write_csv, table, tmp_path):
    other = write_csv(table.iloc[:24])
    report = tmp_path / "report.html"
    run_well("evaluate", "--model", fitted.model, "--data", other, "--report", report)
    assert "This is no test" not in read(report).text


def test_compare(quick, run_well, corpus, tmp_path):
    report, board = tmp_path / "report.html", tmp_path / "board.json"
    args = ("--recipes", ",".join(QUICK[:2]), "--no-cache", "--jobs", 1)
    data = corpus / "TRAIN.csv"
    done = run_well("compare", "--data", data, *args, "-o", board, "--report", report)
    assert done.out.endswith(f"Wrote {board}.\nWrote {report}.\n")
    page = read(report)
    assert "Recipes compared on TRAIN.csv" in page.text
    assert all(name in page.text for name in QUICK[:2])
    run_well("report", board, "-o", tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == report.read_bytes()


# What would take long must not begin: there is no such data, and nobody notices.
COMMANDS = {
    "fit": ("fit", "--data", "none.csv"),
    "evaluate": ("evaluate", "--data", "none.csv"),
    "compare": ("compare", "--data", "none.csv"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_suffix_is_checked_first(command, run, assert_error):
    done = run(*COMMANDS[command], "--report", "report.pdf")
    assert done.status == 2
    assert_error(done, "--report must end in .html. Got report.pdf.")


@pytest.mark.parametrize("command", COMMANDS)
def test_matplotlib_is_missed_first(command, run, assert_error, no_matplotlib, tmp_path):
    done = run(*COMMANDS[command], "--report", tmp_path / "report.html")
    assert_error(done, 'pip install "sersk[plot]"')


@pytest.mark.parametrize("command", COMMANDS)
def test_place_is_checked_first(command, run, assert_error, tmp_path):
    done = run(*COMMANDS[command], "--report", tmp_path / "no" / "report.html")
    assert_error(done, "no", "does not exist")


def test_report_must_not_be_another_output(run, assert_error, tmp_path):
    data = tmp_path / "x.html"
    data.write_text("Filename,Class\n")
    assert_error(run("fit", "--data", data, "--report", data), "--report must not be", "an input")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"uar": 0.5}',
        '{"classes": 3, "uar": "x"}',
        '{"classes": ["a"]}',
    ],
)
def test_results_that_are_none(content, run, assert_error, tmp_path):
    path = tmp_path / "results.txt"
    path.write_text(content)
    output = tmp_path / "report.html"
    assert_error(run("report", path, "-o", output), "results.txt", "holds no results")
    assert not output.exists()


def test_results_that_are_not_there(run, assert_error, tmp_path):
    done = run("report", tmp_path / "none.json", "-o", tmp_path / "x.html")
    assert_error(done, "There is no file", "none.json")


def test_report_needs_a_page(run, assert_error, tmp_path):
    done = run("report", tmp_path / "none.json", "-o", tmp_path / "x.pdf")
    assert_error(done, "--output must end in .html")


def test_demo_does_without(run, no_matplotlib, monkeypatch, tmp_path):
    """It fits all the same, and says in one line what is missing."""
    from sersk.cli import cli

    asked = []
    monkeypatch.setattr("sersk.workflows.write_demo_corpus", lambda folder: folder / "TRAIN.csv")
    monkeypatch.setattr(cli, "main", _keep_demo(cli.main, asked))
    done = run("demo", tmp_path / "demo")
    assert done.status == 0, done.err
    assert [args[0] for args in asked] == ["fit", "predict", "info"]
    assert "--report" not in asked[0]
    [line] = [line for line in done.out.splitlines() if "no report" in line]
    assert 'pip install "sersk[plot]"' in line
    assert "what the model is worth" not in done.out


def _keep_demo(main, asked):
    """Run the demo, and only write down the commands that it gives."""

    def run(args, **how):
        if args[0] == "demo":
            return main(args, **how)
        return asked.append(args)

    return run
