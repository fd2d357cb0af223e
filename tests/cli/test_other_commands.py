import json
import re

import numpy as np
import pandas as pd
import pytest


class TestEvaluate:
    @pytest.fixture
    def evaluate(self, run_well, fitted, tmp_path):
        def run_evaluate(data, *args):
            results = tmp_path / "scores.json"
            args = (*args, "--results", results)
            done = run_well("evaluate", "--model", fitted.model, "--data", data, *args)
            return json.loads(results.read_text(encoding="utf-8")), done

        return run_evaluate

    def test_scores_are_those_of_predict(
        self, evaluate, run_well, fitted, write_csv, table, corpus
    ):
        data = write_csv(table.iloc[:30])
        scores, done = evaluate(data)
        args = ("--model", fitted.model, "--data", data, "--format", "json")
        predicted = pd.DataFrame(json.loads(run_well("predict", *args).out)).Class
        assert scores["accuracy"] == pytest.approx((predicted == table.Class[:30]).mean())
        recalls = (predicted == table.Class[:30]).groupby(table.Class[:30]).mean()
        assert scores["uar"] == pytest.approx(recalls.mean())
        assert np.sum(scores["confusion_matrix"]) == scores["n_clips"] == 30
        assert re.search(rf"^UAR +{scores['uar']:.3f}$", done.out, re.MULTILINE)
        assert done.err == ""

    def test_judged_clips_are_scored_beside_all(self, evaluate, write_csv, table):
        data = write_csv(table.iloc[:30])
        plain, _ = evaluate(data)
        # What half of the clips reach.
        row = min(plain["risk_coverage"], key=lambda row: abs(row["coverage"] - 0.5))
        scores, done = evaluate(data, "--abstain-below", row["threshold"] - 1e-9)
        judged = scores["abstention"]
        assert judged["n_clips"] == row["n_clips"] < 30
        assert judged["accuracy"] == pytest.approx(row["accuracy"])
        text = " ".join(done.out.split())
        percent = f"{100 * judged['coverage']:.0f} %"
        assert f"or more: {percent}, {row['n_clips']} clips; of these accuracy" in text
        assert f"accuracy {judged['accuracy']:.3f}, UAR {judged['uar']:.3f}." in text
        assert scores["uar"] == plain["uar"]
        surest = (
            f"Of the surest {percent} of the clips {100 * row['accuracy']:.0f} % are right; of"
        )
        assert f"{surest} all {100 * plain['accuracy']:.0f} %." in text

    def test_without_results_writes_nothing(self, run_well, fitted, write_csv, table, tmp_path):
        data = write_csv(table.iloc[:9])
        run_well("evaluate", "--model", fitted.model, "--data", data)
        assert list(tmp_path.iterdir()) == [data]

    def test_training_csv_is_warned_of(self, evaluate, corpus):
        _, done = evaluate(corpus / "TRAIN.csv")
        assert done.err.count("\n") == 1
        assert done.err.startswith("sersk: warning: The model was fitted on this very CSV")

    def test_unknown_class(self, evaluate, write_csv, table):
        rows = table.iloc[:20].copy()
        rows.loc[:4, "Class"] = "boredom"
        scores, done = evaluate(write_csv(rows))
        assert "warning: The model does not know boredom" in done.err
        assert scores["classes"] == ["anger", "neutral", "sadness", "boredom"]
        assert scores["per_class"]["boredom"]["recall"] == 0
        assert scores["per_class"]["boredom"]["n_clips"] == 5
        matrix = np.array(scores["confusion_matrix"])
        assert (matrix[3].sum(), matrix[:, 3].sum()) == (5, 0)

    def test_no_known_class(self, run, fitted, write_csv, table):
        data = write_csv(table.assign(Class="boredom"))
        done = run("evaluate", "--model", fitted.model, "--data", data)
        assert (done.status, done.err.count("\n")) == (1, 1)
        for word in (str(data), "boredom", "anger, neutral, sadness"):
            assert word in done.err

    def test_absent_class_does_not_count(self, evaluate, write_csv, table):
        scores, _ = evaluate(write_csv(table[table.Class != "neutral"]))
        recalls = [scores["per_class"][name]["recall"] for name in ("anger", "sadness")]
        assert scores["uar"] == pytest.approx(np.mean(recalls))

    def test_skip(self, evaluate, broken_csv):
        scores, done = evaluate(broken_csv, "--on-error", "skip")
        assert scores["n_clips"] == 46
        assert len(scores["skipped"]) == 2
        assert "2 files left out" in done.out


class TestExtract:
    def test_csv_and_parquet_agree(self, run_well, corpus, table, tmp_path, fitted):
        args = ("extract", "--data", corpus / "TRAIN.csv", "--recipe", "svm", "--output")
        for name in ("features.csv", "features.parquet"):
            done = run_well(*args, tmp_path / name)
            assert f"{name}: 48 rows, 83 columns" in done.out
        by_csv = pd.read_csv(tmp_path / "features.csv")
        by_parquet = pd.read_parquet(tmp_path / "features.parquet")
        pd.testing.assert_frame_equal(by_csv, by_parquet, check_dtype=False, rtol=1e-6)
        pd.testing.assert_frame_equal(by_csv.iloc[:, :3], table, check_dtype=False)
        description = json.loads(fitted.model.with_suffix(".json").read_text(encoding="utf-8"))
        assert list(by_csv.columns[3:]) == description["features"]["names"]
        assert by_csv.notna().all(axis=None)
        assert sorted(p.name for p in tmp_path.iterdir()) == ["features.csv", "features.parquet"]

    def test_columns_are_what_is_known(self, run_well, write_csv, table, tmp_path):
        output = tmp_path / "features.csv"
        args = ("--features", "zcr", "--output", output)
        run_well("extract", "--data", write_csv(table[["Filename"]].iloc[:3]), *args)
        names = ["zero_crossing_rate_mean", "zero_crossing_rate_std"]
        assert list(pd.read_csv(output).columns) == ["Filename", *names]

    def test_skip_leaves_features_empty(self, run_well, broken_csv, tmp_path):
        output = tmp_path / "features.csv"
        args = ("--features", "zcr", "--output", output, "--on-error", "skip")
        done = run_well("extract", "--data", broken_csv, *args)
        features = pd.read_csv(output)
        assert len(features) == 47
        assert features.iloc[1, 3:].isna().all()
        assert features.drop(index=1).notna().all(axis=None)
        assert done.err.count("sersk: warning: Left out") == 2

    def test_unknown_form(self, run, corpus, tmp_path):
        output = tmp_path / "features.xlsx"
        done = run("extract", "--data", corpus / "TRAIN.csv", "--output", output)
        assert (done.status, done.err.count("\n")) == (2, 1)
        assert "features.xlsx" in done.err

    def test_parquet_without_pyarrow(self, run, corpus, tmp_path, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        output = tmp_path / "features.parquet"
        done = run("extract", "--data", corpus / "TRAIN.csv", "--output", output)
        assert (done.status, done.err.count("\n")) == (1, 1)
        assert 'pip install "sersk[parquet]"' in done.err


class TestInfo:
    def test_tells_what_the_description_holds(self, run_well, fitted):
        done = run_well("info", fitted.model)
        description = json.loads(fitted.model.with_suffix(".json").read_text(encoding="utf-8"))
        rows = dict(re.split(r": +", line, maxsplit=1) for line in done.out.splitlines())
        assert rows["Recipe"] == "svm"
        assert rows["Classes"] == "anger, neutral, sadness"
        assert rows["Sampling rate"] == "22050 Hz"
        assert rows["Features"] == "80 (mfcc)"
        assert "TRAIN.csv: 48 clips (anger 16, neutral 16, sadness 16), 4 speakers" in done.out
        assert f"UAR {description['scores']['uar']:.3f}" in rows["Scores"]
        assert "leave-one-speaker-out" in rows["Scores"]
        assert rows["Command"] == description["command"]
        assert rows["SHA-256"] == description["sha256"]
        assert f"scikit-learn {description['versions']['scikit-learn']}" in rows["Versions"]

    def test_loads_nothing(self, run_well, model, monkeypatch):
        def load(*_, **__):
            raise AssertionError("the model was loaded")

        monkeypatch.setattr("joblib.load", load)
        monkeypatch.setattr("pickle.load", load)
        monkeypatch.setattr("pickle.loads", load)
        assert "Recipe:" in run_well("info", model).out

    def test_any_file_of_the_right_checksum_is_described(self, run_well, model):
        # The bytes are no pickle at all: only their checksum is looked at.
        import hashlib

        model.write_bytes(b"no pickle")
        beside = model.with_suffix(".json")
        description = json.loads(beside.read_text(encoding="utf-8"))
        description["sha256"] = hashlib.sha256(b"no pickle").hexdigest()
        beside.write_text(json.dumps(description), encoding="utf-8")
        assert "Recipe:" in run_well("info", model).out

    def test_model_that_is_not_the_described(self, run, model):
        model.write_bytes(model.read_bytes()[:-1])
        done = run("info", model)
        assert (done.status, done.err.count("\n")) == (1, 1)
        assert "SHA-256 differs" in done.err

    @pytest.mark.parametrize("text", ["{", "[]", "{}", '"words"'])
    def test_broken_description(self, text, run, model):
        model.with_suffix(".json").write_text(text, encoding="utf-8")
        done = run("info", model)
        assert (done.status, done.err.count("\n")) == (1, 1)
        assert "model.json" in done.err
        assert "not foreseen" not in done.err

    def test_missing_description(self, run, model):
        model.with_suffix(".json").unlink()
        done = run("info", model)
        assert (done.status, done.err.count("\n")) == (1, 1)
        assert "model.json" in done.err

    def test_pipeline_saved_from_python(self, run_well, tmp_path):
        # save_model takes any description; info shows what there is.
        from sersk.persistence import save_model
        from sersk.recipes import make_recipe

        save_model(make_recipe("svm")[0], tmp_path / "own.joblib", {"recipe": "my own"})
        assert "my own" in run_well("info", tmp_path / "own.joblib").out


class TestHelp:
    @pytest.mark.parametrize(
        "command", ["fit", "predict", "evaluate", "extract", "info", "recipes", "demo"]
    )
    @pytest.mark.parametrize("option", ["-h", "--help"])
    def test_each_command(self, command, option, run_well):
        done = run_well(*([command, option]))
        assert done.out.startswith(f"Usage: sersk {command} ")
        assert done.err == ""

    def test_group_lists_every_command(self, run_well):
        from sersk.cli import cli

        text = run_well("-h").out
        assert text == run_well("--help").out
        for name, command in cli.commands.items():
            line = next(line for line in text.splitlines() if line.split()[:1] == [name])
            assert line.split()[1:], command
            # A line that is cut short ends in dots.
            assert not line.endswith("...")

    def test_no_command_shows_help(self, run):
        done = run()
        assert done.status == 2
        assert done.out == ""
        assert "Commands:" in done.err

    def test_version(self, run_well):
        import sersk

        assert sersk.__version__ in run_well("--version").out

    def test_debug_shows_the_traceback(self, run, monkeypatch, tmp_path):
        monkeypatch.setenv("SERSK_DEBUG", "1")
        with pytest.raises(ValueError, match=r"no\.csv"):
            run("fit", "--data", tmp_path / "no.csv")
