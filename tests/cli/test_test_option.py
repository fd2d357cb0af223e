"""--test: a further CSV or folder that the model is scored on in the end."""

import re
import shutil

import numpy as np
import pandas as pd
import pytest
import soundfile

from sersk.datasets import make_emotional_speech
from sersk.recipes import RECIPES
from tests.cli._json import read_json
from tests.cli._quick import register


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    register(lambda name, recipe: monkeypatch.setitem(RECIPES, name, recipe))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Six other speakers, a clip of each class by each, in a folder per class; and as a CSV."""
    folder = tmp_path_factory.mktemp("other")
    classes = ("anger", "neutral", "sadness")
    signals, emotions, speakers = make_emotional_speech(
        6, 1, classes=classes, duration_s=0.8, random_state=17
    )
    rows = []
    for number, signal in enumerate(signals):
        name = f"{emotions[number]}/{number:02d}.wav"
        (folder / "clips" / emotions[number]).mkdir(parents=True, exist_ok=True)
        soundfile.write(folder / "clips" / name, signal, 16000)
        rows.append((f"clips/{name}", emotions[number], f"T{speakers[number]}"))
    table = pd.DataFrame(rows, columns=["Filename", "Class", "Speaker"])
    table.to_csv(folder / "other.csv", index=False)
    return folder / "other.csv"


@pytest.fixture
def fit(run_well, corpus, tmp_path, store):
    def run_fit(*args, data=corpus / "TRAIN.csv"):
        files = ("--output", tmp_path / "model.joblib", "--results", tmp_path / "results.json")
        chosen = ("--recipe", "quick-both", "--cache", store)
        done = run_well("fit", "--data", data, *chosen, *files, *args)
        return read_json(tmp_path / "results.json"), done

    return run_fit


def test_no_better_than_chance_is_said(fit, other, tmp_path):
    """Where the classes of the other corpus were dealt at random; not where they are right."""
    _, done = fit("--test", other)
    assert "no better than chance" not in done.out
    table = pd.read_csv(other, dtype=str)
    table["Class"] = np.random.default_rng(0).permutation(table.Class)
    table["Filename"] = [str(other.parent / name) for name in table.Filename]
    table.to_csv(tmp_path / "dealt.csv", index=False)
    results, done = fit("--test", tmp_path / "dealt.csv")
    assert results["test"]["interval"]["uar"][0] < 1 / 3
    assert "On that corpus the model is no better than chance, 0.333" in done.out


class TestFurtherCsv:
    def test_section(self, fit, other, tmp_path):
        results, done = fit("--test", other)
        before, test = done.out.split("Test on ")
        title, rule, counts = test.splitlines()[:3]
        assert title == f"{other} (cross-corpus: no clip and no speaker of it was learned from)"
        assert set(rule) == {"-"}
        assert counts == "18 clips, 3 classes, 6 speakers (column 'Speaker')"
        (uar,) = re.findall(r"^UAR +(\d\.\d{3})", test, re.MULTILINE)
        assert float(uar) == pytest.approx(results["test"]["uar"], abs=5.1e-4)
        for name, row in zip(results["classes"], results["test"]["confusion_matrix"], strict=True):
            assert re.search(rf"^{name} +{' +'.join(map(str, row))}$", test, re.MULTILINE)
        # The cross-validation comes first, and is another.
        assert "48 clips, 3 classes, 4 speakers" in before
        assert "optimistic" not in done.out
        assert done.err == ""

    def test_results(self, fit, other):
        results, _ = fit("--test", other)
        alone, _ = fit()
        assert alone["test"] is None
        test = results["test"]
        assert test["data"] == str(other)
        assert test["kind"] == "cross-corpus"
        assert test["optimistic"] is False
        assert (test["n_clips"], test["n_speakers"]) == (18, 6)
        assert np.sum(test["confusion_matrix"]) == 18
        for key in ("uar", "confusion_matrix", "folds", "interval"):
            assert results[key] == alone[key]

    def test_same_as_evaluate(self, fit, other, run_well, tmp_path):
        results, _ = fit("--test", other)
        scores = tmp_path / "scores.json"
        run_well(
            *("evaluate", "--model", tmp_path / "model.joblib"),
            *("--data", other, "--results", scores),
        )
        scores = read_json(scores)
        about = {"data_sha256", "is_training_data", "recipe", "versions", "model", "command"}
        assert about <= set(scores)
        kept = {key: score for key, score in scores.items() if key not in about}
        assert {key: results["test"][key] for key in kept} == kept

    def test_info(self, fit, other, run_well, tmp_path):
        results, _ = fit("--test", other)
        info = run_well("info", tmp_path / "model.joblib").out
        (line,) = [line for line in info.splitlines() if line.startswith("Test:")]
        low, high = results["test"]["interval"]["uar"]
        score = f"UAR {results['test']['uar']:.3f} (95 %: {low:.3f} to {high:.3f})"
        assert line == f"{'Test:':<15}{score} on {other} (cross-corpus)"
        fit()
        assert "Test:" not in run_well("info", tmp_path / "model.joblib").out

    def test_with_labels(self, fit, other):
        results, done = fit("--test", other, "--labels", "sentiment3")
        training, test = done.out.split("Test on ")
        assert "16 clips of several classes in part: trained on, not scored" in training
        assert "6 clips of several classes in part: not scored" in test
        assert results["test"]["n_clips"] == 12
        assert results["test"]["labels"]["n_partial"] == 6

    def test_a_class_that_the_model_does_not_know(self, fit, other, corpus, write_csv, table):
        data = write_csv(table[table.Class != "neutral"])
        results, done = fit("--test", other, data=data)
        (line,) = done.err.splitlines()
        assert "The model does not know neutral; these clips can only be wrong." in line
        assert results["test"]["per_class"]["neutral"]["recall"] == 0

    def test_a_class_that_is_not_in_it(self, fit, other, tmp_path):
        rows = pd.read_csv(other, dtype=str)
        rows["Filename"] = [str(other.parent / name) for name in rows.Filename]
        rows[rows.Class != "neutral"].to_csv(tmp_path / "two.csv", index=False)
        results, _ = fit("--test", tmp_path / "two.csv")
        assert results["test"]["n_clips"] == 12

    def test_a_single_clip(self, fit, other, tmp_path):
        rows = pd.read_csv(other, dtype=str).iloc[:1]
        rows.assign(Filename=str(other.parent / rows.Filename[0])).to_csv(
            tmp_path / "one.csv", index=False
        )
        results, done = fit("--test", tmp_path / "one.csv")
        assert results["test"]["n_clips"] == 1
        assert "1 clip, " in done.out.split("Test on ")[1]


class TestOtherSources:
    def test_folder(self, fit, other):
        by_csv, by_folder = (fit("--test", data)[0] for data in (other, other.parent / "clips"))
        assert by_folder["test"]["confusion_matrix"] == by_csv["test"]["confusion_matrix"]
        assert by_folder["test"]["n_speakers"] is None
        assert by_folder["test"]["kind"] == "cross-corpus"

    def test_the_same_csv(self, fit, corpus):
        data = corpus / "TRAIN.csv"
        results, done = fit("--test", data)
        (line,) = done.err.splitlines()
        assert line.startswith(f"sersk: warning: 48 of 48 clips of {data} are among the training")
        test = results["test"]
        assert (test["kind"], test["optimistic"]) == ("same corpus", True)
        assert test["shared_clips"] == 48
        assert test["shared_speakers"] == ["S01", "S02", "S03", "S04"]
        title = next(line for line in done.out.splitlines() if line.startswith("Test on "))
        assert "of the same corpus as the training clips" in title
        assert title.endswith("optimistic: clips or speakers may be shared")

    def test_a_copy_of_some_clips_elsewhere(self, fit, corpus, other, tmp_path):
        shutil.copytree(other.parent / "clips", tmp_path / "clips")
        shutil.copy(other, tmp_path / "mixed.csv")
        shutil.copy(corpus / "TRAIN" / "000.wav", tmp_path / "clips" / "anger" / "00.wav")
        results, done = fit("--test", tmp_path / "mixed.csv")
        assert "1 of 18 clips of" in done.err
        assert results["test"]["shared_clips"] == 1

    def test_info_says_that_it_may_be_optimistic(self, fit, corpus, run_well, tmp_path):
        fit("--test", corpus / "TRAIN.csv")
        assert "(same corpus, optimistic: " in run_well("info", tmp_path / "model.joblib").out


class TestErrors:
    @pytest.fixture
    def fails(self, run, corpus, assert_error, tmp_path):
        def check(*args, names, data=corpus / "TRAIN.csv", output=None):
            chosen = ("--recipe", "quick-zcr", "--output", output or tmp_path / "model.joblib")
            done = run("fit", "--data", data, *chosen, *args)
            assert_error(done, *names)
            assert done.out == ""

        return check

    def test_no_such_csv(self, fails, tmp_path):
        fails("--test", tmp_path / "no.csv", names=[tmp_path / "no.csv"])

    def test_no_word_in_common(self, fails, other, tmp_path):
        rows = pd.read_csv(other, dtype=str)
        rows["Filename"] = [str(other.parent / name) for name in rows.Filename]
        rows.assign(Class="x" + rows.Class).to_csv(tmp_path / "x.csv", index=False)
        fails("--test", tmp_path / "x.csv", names=[tmp_path / "x.csv", "xanger", "--labels"])

    def test_a_file_that_is_not_there(self, fails, other, tmp_path):
        pd.read_csv(other).to_csv(tmp_path / "lost.csv", index=False)
        fails("--test", tmp_path / "lost.csv", names=["Cannot read 18 of 18 files"])

    def test_a_file_that_cannot_be_read(self, fails, fit, broken_csv, tmp_path):
        fails("--test", broken_csv, names=["absent.wav", "row 5"])
        results, done = fit("--test", broken_csv, "--on-error", "skip")
        assert results["test"]["n_clips"] == 46
        assert len(results["test"]["skipped"]) == 2
        assert "2 files left out" in done.out.split("Test on ")[1]

    def test_it_is_not_written_over(self, fails, other):
        before = other.read_bytes()
        fails("--test", other, names=[other, "an input of this command"], output=other)
        fails("--test", other, "--results", other, names=[other, "an input of this command"])
        assert other.read_bytes() == before

    def test_columns_of_the_training_csv_alone(self, fit, other, write_csv, table):
        data = write_csv(table, columns={"Class": "mood", "Speaker": "who"})
        named = ("--label-column", "mood", "--group-column", "who")
        assert fit("--test", other, *named, data=data)[0]["test"]["n_clips"] == 18
