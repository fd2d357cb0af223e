"""--labels: the classes of a corpus, or those of a model, brought to others."""

import csv
import io
import json
import re

import joblib
import pytest

from sersk.recipes import RECIPES
from tests.cli._json import read_json
from tests.cli._quick import register

OWN = "upset: [anger, {sadness: 0.5}]\ncalm: [neutral, {sadness: 0.5}]\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    register(lambda name, recipe: monkeypatch.setitem(RECIPES, name, recipe))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def own(tmp_path):
    """A label map in a YAML file."""
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    return path


@pytest.fixture
def fit(run_well, corpus, tmp_path, store):
    def run_fit(*args, data=corpus / "TRAIN.csv"):
        files = ("--output", tmp_path / "model.joblib", "--results", tmp_path / "results.json")
        chosen = ("--recipe", "quick-both", "--cache", store)
        done = run_well("fit", "--data", data, *chosen, *files, *args)
        return read_json(tmp_path / "results.json"), done

    return run_fit


def labels_lines(out):
    return [line for line in out.splitlines() if line.startswith("Labels:")]


class TestFit:
    def test_whole_classes(self, fit, tmp_path, run_well):
        results, done = fit("--labels", "emotion4")
        assert labels_lines(done.out) == ["Labels: emotion4"]
        assert results["labels"]["name"] == "emotion4"
        assert results["labels"]["n_partial"] == 0
        assert results["n_clips"] == 48
        info = run_well("info", tmp_path / "model.joblib").out
        assert re.search(r"^Labels: +emotion4$", info, re.MULTILINE)
        assert read_json(tmp_path / "model.json")["labels"] == results["labels"]

    def test_none(self, fit, tmp_path, run_well):
        results, done = fit()
        assert results["labels"] is None
        assert labels_lines(done.out) == []
        assert "Labels" not in run_well("info", tmp_path / "model.joblib").out

    def test_classes_in_part(self, fit, tmp_path):
        results, done = fit("--labels", "sentiment3")
        note = "16 clips of several classes in part: trained on, not scored"
        assert labels_lines(done.out) == [f"Labels: sentiment3 ({note})"]
        assert "32 clips, 2 classes" in done.out
        assert results["classes"] == ["negative", "neutral"]
        assert joblib.load(tmp_path / "model.joblib").classes_.tolist() == results["classes"]

    def test_file(self, fit, own, tmp_path, run_well):
        results, done = fit("--labels", own)
        assert labels_lines(done.out)[0].startswith("Labels: own.yaml (16 clips of several")
        assert results["classes"] == ["calm", "upset"]
        assert results["labels"]["weights"]["upset"] == {"anger": 1.0, "sadness": 0.5}
        # The model goes without the file.
        own.unlink()
        scores = tmp_path / "scores.json"
        model = ("--model", tmp_path / "model.joblib")
        run_well("evaluate", *model, "--data", results_data(tmp_path), "--results", scores)
        assert sorted(read_json(scores)["classes"]) == ["calm", "upset"]

    def test_command_has_it(self, fit, own):
        assert f"--labels {own}" in fit("--labels", own)[0]["command"]

    def test_clips_without_a_place(self, fit, write_csv, table):
        rows = table.copy()
        rows.loc[rows.index[:5], "Class"] = "disgust"
        results, done = fit("--labels", "emotion4", data=write_csv(rows))
        (line,) = done.err.splitlines()
        assert line.startswith("sersk: warning: The labels emotion4 have no place for disgust (5)")
        assert results["n_clips"] == 43


def results_data(tmp_path):
    """The CSV that a model was fitted on, from the command beside it."""
    command = read_json(tmp_path / "model.json")["command"].split()
    return command[command.index("--data") + 1]


class TestOtherCommands:
    @pytest.fixture
    def model(self, fit, tmp_path):
        fit()
        return tmp_path / "model.joblib"

    def test_evaluate(self, model, run_well, corpus, tmp_path):
        files = ("--data", corpus / "TRAIN.csv", "--results", tmp_path / "scores.json")
        done = run_well("evaluate", "--model", model, *files, "--labels", "sentiment3")
        # Nothing is trained here.
        expected = "Labels: sentiment3 (16 clips of several classes in part: not scored)"
        assert labels_lines(done.out) == [expected]
        scores = read_json(tmp_path / "scores.json")
        assert scores["n_clips"] == 32
        assert scores["classes"] == ["neutral", "negative"]

    @pytest.mark.parametrize("form", ["csv", "json"])
    def test_predict(self, model, run_well, corpus, form):
        args = ("--model", model, corpus / "TEST", "--format", form)
        own, mapped = (
            run_well("predict", *args, *more).out for more in ((), ("--labels", "sentiment3"))
        )
        read = (
            json.loads if form == "json" else lambda text: list(csv.DictReader(io.StringIO(text)))
        )
        own, mapped = read(own), read(mapped)
        assert len(own) == len(mapped) == 6
        for before, after in zip(own, mapped, strict=True):
            assert list(after) == ["Filename", "Class", "neutral", "negative", "Warning"]
            expected = float(before["anger"]) + float(before["sadness"]) / 2
            assert float(after["negative"]) == pytest.approx(expected, abs=1e-5)

    def test_compare(self, run_well, corpus, tmp_path, store):
        chosen = ("--recipes", "quick-zcr,quick-both", "--jobs", 1, "--cache", store)
        files = ("--data", corpus / "TRAIN.csv", "-o", tmp_path / "board.json")
        done = run_well("compare", *files, *chosen, "--labels", "sentiment3")
        assert labels_lines(done.out)[0].startswith("Labels: sentiment3 (16 clips of several")
        board = read_json(tmp_path / "board.json")
        assert board["labels"]["name"] == "sentiment3"
        assert board["n_clips"] == 32


class TestErrors:
    @pytest.fixture
    def fails(self, run, assert_error, corpus, model, tmp_path):
        """Each command that takes labels, with labels that cannot be used."""

        def check(labels, *names):
            data, output = ("--data", corpus / "TRAIN.csv"), ("-o", tmp_path / "out")
            for command in (
                ("fit", *data, *output, "--recipe", "quick-zcr"),
                ("compare", *data, "--recipes", "quick-zcr,quick-rms", "--jobs", 1),
                ("evaluate", *data, "--model", model),
                ("predict", corpus / "TEST", "--model", model),
            ):
                done = run(*command, "--labels", labels)
                assert_error(done, *names, written=["model.joblib", "model.json"])
                assert done.out == ""

        return check

    def test_unknown_name(self, fails):
        fails("emotion5", "no label map 'emotion5'", "sentiment3, emotion4")

    def test_missing_file(self, fails, tmp_path):
        fails(tmp_path / "no.yaml", f"There is no file '{tmp_path / 'no.yaml'}'")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("", "is empty"),
            ("a: [anger]\n", "two"),
            ("a: [anger\n", "well-formed"),
            ("a: [anger]\nb: [anger, {neutral: 2}]\n", "own.yaml"),
        ],
    )
    def test_useless_file(self, fails, own, content, words):
        own.write_text(content, encoding="utf-8")
        fails(own, own.name, words)

    def test_classes_without_a_place(self, fails, own):
        own.write_text("a: [happiness]\nb: [surprise]\n", encoding="utf-8")
        fails(own, "no place for any class")

    def test_the_file_is_not_written_over(self, run, assert_error, corpus, model, own):
        data = ("--data", corpus / "TRAIN.csv", "--labels", own)
        beside = dict(written=["model.joblib", "model.json"])
        for command in (
            ("fit", *data, "-o", own),
            ("fit", *data, "-o", own.with_suffix(".joblib"), "--results", own),
            ("evaluate", *data, "--model", model, "--results", own),
            ("predict", corpus / "TEST", "--labels", own, "--model", model, "-o", own),
        ):
            assert_error(run(*command), own, "an input of this command", **beside)
            assert own.read_text(encoding="utf-8") == OWN
