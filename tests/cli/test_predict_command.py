import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest

CLASSES = ["anger", "neutral", "sadness"]


@pytest.fixture
def predict(run_well, fitted):
    """Predict by the fitted model; give stdout."""

    def run_predict(*args):
        return run_well("predict", "--model", fitted.model, *args).out

    return run_predict


def _parse(text):
    lines = text.splitlines()
    return pd.DataFrame([line.split(",") for line in lines[1:]], columns=lines[0].split(","))


def _check_rows(table):
    assert list(table.columns) == ["Filename", "Class", *CLASSES, "Warning"]
    probabilities = table[CLASSES].to_numpy(dtype=float)
    assert probabilities.min() >= 0
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=3e-6)
    assert table.Class.tolist() == [CLASSES[i] for i in probabilities.argmax(axis=1)]


class TestSources:
    def test_files_in_the_order_given(self, predict, corpus, table):
        names = [str(corpus / "TRAIN" / name) for name in table.Filename[[7, 2, 30, 2]]]
        found = _parse(predict(*names))
        _check_rows(found)
        assert found.Filename.tolist() == names
        assert found.iloc[1, 1:].tolist() == found.iloc[3, 1:].tolist()

    def test_row_does_not_depend_on_its_neighbours(self, predict, corpus, table):
        names = [str(corpus / "TRAIN" / name) for name in table.Filename[:20]]
        together = _parse(predict(*names))
        alone = _parse(predict(names[17]))
        assert together.iloc[17].tolist() == alone.iloc[0].tolist()

    def test_folder_is_walked_and_joined(self, predict, corpus, monkeypatch):
        monkeypatch.chdir(corpus)
        found = _parse(predict("TEST"))
        _check_rows(found)
        files = [p for p in (corpus / "TEST").rglob("*") if p.is_file() and p.suffix != ".txt"]
        assert found.Filename.tolist() == sorted(str(p.relative_to(corpus)) for p in files)
        assert len(found) == 6
        assert {name.rsplit(".", 1)[1] for name in found.Filename} == {"wav", "flac", "mp3", "ogg"}

    def test_file_and_folder_mixed(self, predict, corpus, monkeypatch):
        monkeypatch.chdir(corpus)
        found = _parse(predict("TRAIN/010.ogg", "./TEST/inner", "TRAIN/000.wav"))
        assert found.Filename[0] == "TRAIN/010.ogg"
        assert re.fullmatch(r"(\./)?TEST/inner/005\.wav", found.Filename[1])
        assert found.Filename[2] == "TRAIN/000.wav"
        assert len(found) == 3

    def test_csv_without_classes(self, predict, write_csv, table):
        data = write_csv(table[["Filename"]].iloc[::-1])
        found = _parse(predict("--data", data))
        _check_rows(found)
        assert found.Filename.tolist() == pd.read_csv(data).Filename.tolist()

    def test_csv_whose_classes_are_still_to_be_filled_in(self, predict, write_csv, table):
        data = write_csv(table[["Filename"]].iloc[:4].assign(Class="", Speaker=""))
        assert len(_parse(predict("--data", data))) == 4

    def test_csv_keeps_names_as_given(self, predict, corpus, monkeypatch, table):
        monkeypatch.chdir(corpus.parent)
        found = _parse(predict("--data", corpus / "TRAIN.csv"))
        assert found.Filename.tolist() == table.Filename.tolist()

    def test_csv_options(self, predict, corpus, write_csv, table):
        data = write_csv(table, columns={"Filename": "where"}, absolute=False)
        found = _parse(
            predict("--data", data, "--audio-dir", corpus / "TRAIN", "--path-column", "where")
        )
        assert found.Filename.tolist() == table.Filename.tolist()

    def test_name_with_space_comma_and_umlaut(self, predict, corpus, tmp_path):
        name = tmp_path / "Grüße, Ärger.wav"
        shutil.copy(corpus / "TRAIN" / "000.wav", name)
        output = tmp_path / "out.csv"
        predict(name, "--output", output)
        assert pd.read_csv(output).Filename.tolist() == [str(name)]

    def test_files_or_csv(self, run, fitted, corpus):
        args = ("predict", "--model", fitted.model)
        for more in ((), ("--data", corpus / "TRAIN.csv", corpus / "TEST")):
            done = run(*args, *more)
            assert done.status == 2
            assert done.err.count("\n") == 1
            assert "--data" in done.err


class TestForms:
    def test_stdout_has_only_the_table(self, predict, corpus):
        text = predict(corpus / "TEST")
        assert text.startswith("Filename,Class,anger,neutral,sadness,Warning\n")
        assert len(text.splitlines()) == 7

    def test_json_and_jsonl_agree_with_csv(self, predict, corpus):
        table = _parse(predict(corpus / "TEST"))
        records = json.loads(predict(corpus / "TEST", "--format", "json"))
        lines = predict(corpus / "TEST", "--format", "jsonl").splitlines()
        assert [json.loads(line) for line in lines] == records
        assert [list(record) for record in records] == [list(table.columns)] * 6
        for record, (_, row) in zip(records, table.iterrows(), strict=True):
            assert (record["Filename"], record["Class"]) == (row.Filename, row.Class)
            values = [float(row[name]) for name in CLASSES]
            assert [record[name] for name in CLASSES] == pytest.approx(values, abs=1e-6)

    @pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
    def test_output_holds_what_stdout_would(self, form, run, fitted, corpus, tmp_path):
        args = ("predict", "--model", fitted.model, corpus / "TEST", "--format", form)
        output = tmp_path / f"out.{form}"
        done = run(*args, "--output", output)
        assert done.out == ""
        assert str(output) in done.err
        assert output.read_text(encoding="utf-8") == run(*args).out
        assert list(tmp_path.iterdir()) == [output]

    @pytest.mark.parametrize("form", ["csv", "json"])
    def test_class_of_the_name_of_a_column_loses_nothing(
        self, form, run_well, corpus, write_csv, table, tmp_path
    ):
        rows = table.assign(Class=np.where(table.Class == "anger", "Class", "other"))
        model = tmp_path / "odd.joblib"
        args = ("--features", "zcr", "--cv", 2, "--output", model)
        run_well("fit", "--data", write_csv(rows), *args)
        args = ("--model", model, corpus / "TRAIN" / "000.wav", "--format", form)
        text = run_well("predict", *args).out
        if form == "csv":
            assert text.splitlines()[0] == "Filename,Class,P(Class),other,Warning"
        else:
            assert json.loads(text)[0]["Class"] in ("Class", "other")

    def test_unknown_form(self, run, fitted, corpus):
        done = run("predict", "--model", fitted.model, corpus / "TEST", "--format", "xml")
        assert (done.status, done.err.count("\n")) == (2, 1)
        assert "'xml'" in done.err


class TestSkipping:
    def test_row_is_kept_empty(self, run_well, fitted, broken_csv, tmp_path):
        args = ("predict", "--model", fitted.model, "--data", broken_csv, "--on-error", "skip")
        done = run_well(*args)
        found = _parse(done.out)
        assert found.Filename.tolist() == pd.read_csv(broken_csv).Filename.tolist()
        assert found.iloc[1, 1:].tolist() == [""] * 5
        assert found.iloc[3].tolist() == ["absent.wav", *[""] * 5]
        _check_rows(found.drop(index=[1, 3]))
        assert done.err.startswith("sersk: warning: ")
        assert "2 of 48" in done.err
        assert done.err.count("\n") == 1

    def test_json_has_null(self, run_well, fitted, corpus, tmp_path):
        args = ("predict", "--model", fitted.model, "--on-error", "skip", "--format", "json")
        records = json.loads(run_well(*args, corpus / "TEST", tmp_path / "no.wav").out)
        assert records[-1] == {
            "Filename": str(tmp_path / "no.wav"),
            **dict.fromkeys(["Class", *CLASSES, "Warning"]),
        }

    def test_all_unreadable_raises(self, run, fitted, tmp_path):
        done = run("predict", "--model", fitted.model, tmp_path / "no.wav", "--on-error", "skip")
        assert done.status == 1
        assert done.out == ""
        assert "no.wav" in done.err

    def test_raises_by_default(self, run, fitted, broken_csv, tmp_path):
        output = tmp_path / "out.csv"
        done = run("predict", "--model", fitted.model, "--data", broken_csv, "--output", output)
        assert done.status == 1
        assert "noise.wav" in done.err
        assert "2 of 48" in done.err
        assert not output.exists()


class TestAbstaining:
    @pytest.fixture
    def plain(self, predict, corpus, monkeypatch):
        monkeypatch.chdir(corpus)
        return json.loads(predict("--format", "json", "TEST"))

    def test_the_unsure_have_no_class(self, plain, run_well, fitted):
        highest = [max(row[name] for name in CLASSES) for row in plain]
        # Amid the widest gap: the output is rounded.
        ranked = np.sort(highest)
        gap = np.diff(ranked).argmax()
        limit = float(ranked[gap : gap + 2].mean())
        n_unsure = sum(value < limit for value in highest)
        assert 0 < n_unsure < len(plain)
        args = ("predict", "--model", fitted.model, "--abstain-below", limit, "TEST", "--format")
        done = run_well(*args, "json")
        for row, before, value in zip(json.loads(done.out), plain, highest, strict=True):
            assert row == {**before, "Class": None if value < limit else before["Class"]}
        assert done.err.splitlines()[-1] == (
            f"Abstained from {n_unsure} of {len(plain)}: no class with a probability of "
            f"{limit:g} or more."
        )
        table = _parse(run_well(*args, "csv").out)
        assert (table.Class == "").sum() == n_unsure
        assert (table[CLASSES] != "").all(axis=None)

    def test_files_that_cannot_be_read_are_not_counted(
        self, plain, run_well, fitted, corpus, tmp_path
    ):
        (tmp_path / "broken.wav").write_bytes(b"no sound")
        args = ("predict", "--model", fitted.model, "--abstain-below", 0.999999, "--on-error")
        done = run_well(*args, "skip", tmp_path / "broken.wav", plain[0]["Filename"])
        assert "Abstained from 1 of 1:" in done.err

    @pytest.mark.parametrize("limit", ["0", "1", "1.2", "nan", "-1"])
    def test_limits(self, limit, run, fitted, assert_error):
        for command in (("predict", "x.wav"), ("evaluate", "--data", "x.csv")):
            result = run(*command, "--model", fitted.model, "--abstain-below", limit)
            assert_error(result, "--abstain-below", "must be a probability between 0 and 1")

    @pytest.mark.parametrize("args", [("--window", 2), ("--timeline", "x.csv")])
    def test_stretches_of_time_are_refused(self, args, run, fitted, assert_error):
        result = run("predict", "--model", fitted.model, "--abstain-below", 0.5, *args, "x.wav")
        assert_error(result, "--abstain-below is for whole files", "Leave it out")
