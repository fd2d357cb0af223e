"""What goes wrong is one line that names what is at fault, status 1 or 2, and no model."""

import os

import pandas as pd
import pytest


@pytest.fixture
def fails(run, assert_error, tmp_path):
    """Run fit so that it must fail, and check the line, the status and the folder."""

    def check(*args, names, written=()):
        if "--output" not in args:
            args = (*args, "--output", tmp_path / "model.joblib")
        done = run("fit", *args)
        assert_error(done, *names, written=written)
        assert done.out == ""
        return done.err

    return check


class TestCsv:
    def test_missing_csv(self, fails, tmp_path):
        fails("--data", tmp_path / "no.csv", names=[tmp_path / "no.csv"])

    def test_folder_in_place_of_csv(self, fails, tmp_path):
        fails("--data", tmp_path, names=[tmp_path, "folder"])

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", ["empty"]),
            (b"\n", ["empty"]),
            (b"Filename,Class\n", ["no rows"]),
            (b"\xff\xfeF\x00i\x00", ["UTF-8"]),
            (b'Filename,Class\n"a.wav,x\n', ["well-formed"]),
        ],
    )
    def test_useless_csv(self, content, words, fails, tmp_path):
        data = tmp_path / "TRAIN.csv"
        data.write_bytes(content)
        fails("--data", data, names=[data, *words])

    def test_no_column_of_files(self, fails, write_csv, table):
        data = write_csv(table, columns={"Filename": "where"})
        fails("--data", data, names=[data, "where, Class, Speaker", "--path-column where"])

    def test_no_column_of_classes(self, fails, write_csv, table):
        data = write_csv(table, columns={"Class": "mood"})
        fails("--data", data, names=[data, "Filename, mood, Speaker", "--label-column mood"])

    @pytest.mark.parametrize("option", ["--path-column", "--label-column", "--group-column"])
    def test_named_column_is_not_there(self, option, fails, corpus):
        data = corpus / "TRAIN.csv"
        fails("--data", data, option, "nowhere", names=[data, "'nowhere'", "Speaker", option])

    @pytest.mark.parametrize("column", ["Class", "Speaker", "Filename"])
    def test_empty_cell(self, column, fails, write_csv, table):
        rows = table.copy()
        rows[column] = rows[column].astype(object)
        data = write_csv(rows)
        rows = pd.read_csv(data, dtype=str)
        rows.loc[4, column] = None
        rows.to_csv(data, index=False)
        fails("--data", data, names=[data, repr(column), "row 6"])

    def test_single_class(self, fails, write_csv, table):
        data = write_csv(table[table.Class == "anger"])
        fails("--data", data, names=[data, "'anger'"])

    def test_single_class_once_the_unreadable_are_out(self, run, write_csv, table, tmp_path):
        data = write_csv(table[table.Class == "anger"])
        (tmp_path / "bad.wav").write_bytes(b"bad")
        with data.open("a", encoding="utf-8") as file:
            file.write(f"{tmp_path / 'bad.wav'},sadness,S01\n")
        output = tmp_path / "model.joblib"
        args = ("--data", data, "--recipe", "svm", "--output", output, "--on-error", "skip")
        done = run("fit", *args)
        warning, line = done.err.splitlines()
        assert warning.startswith("sersk: warning: Left out 1 of 17")
        assert line.startswith("sersk: error: ")
        assert "'anger'" in line
        assert done.status == 1
        assert not output.exists()


class TestFiles:
    def test_missing_file(self, fails, write_csv, table, tmp_path):
        data = write_csv(table)
        with data.open("a", encoding="utf-8") as file:
            file.write("gone.wav,anger,S01\n")
        fails("--data", data, names=["1 of 49", "'gone.wav'", "row 50", data, "--audio-dir"])

    @pytest.mark.usefixtures("cheap_default")
    def test_unreadable_file(self, fails, write_csv, table, tmp_path):
        data = write_csv(table[:6])
        bad = tmp_path / "bad.wav"
        bad.write_bytes(b"RIFF" + bytes(60))
        with data.open("a", encoding="utf-8") as file:
            file.write(f"{bad},anger,S01\n")
        fails("--data", data, names=["1 of 7", bad, "row 8", "--on-error skip"])

    @pytest.mark.usefixtures("cheap_default")
    def test_empty_file(self, fails, write_csv, table, tmp_path):
        data = write_csv(table[:6])
        (tmp_path / "void.flac").touch()
        with data.open("a", encoding="utf-8") as file:
            file.write("void.flac,anger,S01\n")
        fails("--data", data, names=["'void.flac'", "row 8", "empty"])

    def test_no_file_is_there(self, fails, write_csv, table):
        data = write_csv(table, absolute=False)
        fails("--data", data, "--on-error", "skip", names=["48 of 48", "000.wav", data])

    def test_audio_dir_is_not_there(self, fails, write_csv, table, tmp_path):
        data = write_csv(table, absolute=False)
        fails("--data", data, "--audio-dir", tmp_path / "nowhere", names=["000.wav"])


class TestChoices:
    @pytest.mark.parametrize(
        ("args", "names"),
        [
            (("--recipe", "svn"), ["'svn'", "egemaps-svm", "default"]),
            (("--features", "mfcc,pitch"), ["'pitch'", "contrast"]),
            (("--features", "mfcc,mfcc"), ["mfcc, mfcc"]),
            (("--features", "mfcc", "--model", "forest"), ["'forest'", "svm, mlp, xgboost"]),
            (("--recipe", "svm", "--features", "mfcc"), ["--recipe", "--features"]),
            (("--recipe", "ann", "--model", "mlp"), ["--recipe", "--model"]),
            (("--recipe", "ann", "--model", "svm"), ["--recipe", "--model"]),
            (("--protocol", "random"), ["'random'", "stratified"]),
            (("--cv", "5"), ["5", "at most 4", "--cv"]),
            (("--cv", "1"), ["--cv", "1"]),
            (("--cv", "two"), ["--cv", "'two'"]),
            (("--cv", "3", "--protocol", "leave-one-speaker-out"), ["--cv 3", "grouped"]),
            (("--cv", "17", "--protocol", "stratified"), ["at most 16", "17"]),
            (("--seed", "-1"), ["--seed"]),
            (("--seed", "x"), ["--seed", "'x'"]),
            (("--jobs", "0"), ["jobs", "0"]),
            (("--on-error", "ignore"), ["--on-error", "'ignore'"]),
            (("--nonsense",), ["--nonsense"]),
        ],
    )
    def test_wrong_choice(self, args, names, fails, corpus):
        if not {"--recipe", "--features"} & set(args):
            args = ("--recipe", "svm", *args)
        fails("--data", corpus / "TRAIN.csv", *args, names=names)

    def test_data_is_needed(self, fails):
        fails(names=["--data"])

    def test_unknown_command(self, run, assert_error):
        assert_error(run("fitt"), "'fitt'")

    def test_single_speaker(self, fails, write_csv, table):
        data = write_csv(table.assign(Speaker="Ada"))
        fails("--data", data, names=["'Ada'", "--protocol stratified"])

    @pytest.mark.parametrize("protocol", ["grouped", "leave-one-speaker-out"])
    def test_protocol_without_speakers(self, protocol, fails, kaggle_csv):
        args = ("--data", kaggle_csv, "--protocol", protocol)
        fails(*args, names=[repr(protocol), "--group-column"])

    def test_class_of_a_single_clip(self, fails, kaggle_csv):
        rows = pd.read_csv(kaggle_csv)
        rows.loc[0, "Class"] = "boredom"
        rows.to_csv(kaggle_csv, index=False)
        fails("--data", kaggle_csv, names=["'boredom'", "single clip"])

    def test_fold_of_a_single_class(self, fails, write_csv, table):
        rows = table[(table.Class == "anger") | (table.Speaker == "S01")]
        rows = rows[rows.Class != "sadness"]
        fails("--data", write_csv(rows), "--recipe", "svm", names=["'anger'"])

    def test_search_with_too_little_is_told(self, fails, write_csv, table):
        # Two speakers: each training part has one, with a single clip of one class.
        rows = table[table.Speaker.isin(["S01", "S02"])]
        one = rows[rows.Class == "anger"].groupby("Speaker").head(1)
        rows = pd.concat([rows[rows.Class == "neutral"], one])
        fails("--data", write_csv(rows), "--recipe", "svm", "--search", names=["'neutral'"])


class TestOutputs:
    def test_folder_of_output_is_missing(self, fails, corpus, tmp_path):
        output = tmp_path / "nowhere" / "model.joblib"
        fails("--data", corpus / "TRAIN.csv", "--output", output, names=[output, "does not exist"])

    def test_folder_of_results_is_missing(self, fails, corpus, tmp_path):
        results = tmp_path / "nowhere" / "results.json"
        fails("--data", corpus / "TRAIN.csv", "--results", results, names=[results])

    def test_output_is_a_folder(self, fails, corpus, tmp_path):
        (tmp_path / "taken.joblib").mkdir()
        output = tmp_path / "taken.joblib"
        args = ("--data", corpus / "TRAIN.csv", "--output", output)
        fails(*args, names=[output, "folder"], written=["taken.joblib"])

    def test_place_of_description_is_a_folder(self, fails, corpus, tmp_path):
        (tmp_path / "model.json").mkdir()
        args = ("--data", corpus / "TRAIN.csv")
        fails(*args, names=[tmp_path / "model.json"], written=["model.json"])

    @pytest.mark.parametrize("name", ["model.joblib", "model.json", "sub/../model.json"])
    def test_results_onto_model_or_description(self, name, fails, corpus, tmp_path):
        (tmp_path / "sub").mkdir()
        args = ("--data", corpus / "TRAIN.csv", "--results", tmp_path / name)
        fails(*args, names=["--results", name])

    def test_model_onto_its_own_description(self, fails, corpus, tmp_path, monkeypatch):
        def fit(*_, **__):
            raise AssertionError("the work was begun")

        monkeypatch.setattr("sersk.workflows._fit.fit", fit)
        output = tmp_path / "model.json"
        fails("--data", corpus / "TRAIN.csv", "--output", output, names=[output])

    @pytest.mark.parametrize("option", ["--output", "--results"])
    def test_nothing_is_written_onto_the_data(self, option, fails, write_csv, table):
        data = write_csv(table)
        before = data.read_bytes()
        fails("--data", data, "--recipe", "svm", "--cv", 2, option, data, names=[data])
        assert data.read_bytes() == before

    @pytest.mark.parametrize("command", ["predict", "extract", "evaluate"])
    def test_nothing_is_written_onto_the_data_of(
        self, command, run, fitted, write_csv, table, assert_error
    ):
        data = write_csv(table[:6])
        before = data.read_bytes()
        option = "--results" if command == "evaluate" else "--output"
        more = ("--features", "zcr") if command == "extract" else ("--model", fitted.model)
        done = run(command, "--data", data, option, data, *more)
        assert data.read_bytes() == before
        assert_error(done, data)

    def test_right_to_write_is_asked_before_the_work(self, fails, corpus, tmp_path, monkeypatch):
        monkeypatch.setattr("os.access", lambda path, mode, **_: mode != os.W_OK)
        args = ("--data", corpus / "TRAIN.csv")
        fails(*args, names=[tmp_path / "model.joblib", "right to write"])


class TestModels:
    @pytest.fixture
    def models_command(self, run, corpus):
        """Commands that read a model."""

        def run_command(command, model):
            if command == "info":
                return run("info", model)
            more = {"predict": (corpus / "TEST",), "evaluate": ("--data", corpus / "TRAIN.csv")}
            return run(command, "--model", model, *more[command])

        return run_command

    @pytest.mark.parametrize("command", ["predict", "evaluate", "info"])
    def test_missing_model(self, command, models_command, assert_error, tmp_path):
        model = tmp_path / "gone.joblib"
        assert_error(models_command(command, model), model, "sersk fit")

    @pytest.mark.parametrize("command", ["predict", "evaluate"])
    @pytest.mark.parametrize("content", [b"", b"not a pickle", b"\x80\x04.", b"\x80\x04K\x01."])
    def test_corrupt_model(self, content, command, models_command, assert_error, tmp_path):
        model = tmp_path / "bad.joblib"
        model.write_bytes(content)
        done = models_command(command, model)
        assert_error(done, model, written=["bad.joblib"])

    def test_cut_model(self, models_command, model, assert_error):
        model.write_bytes(model.read_bytes()[:-1000])
        done = models_command("predict", model)
        assert_error(done, model, written=["model.joblib", "model.json"])

    def test_pickle_of_something_else(self, models_command, assert_error, tmp_path):
        import joblib

        joblib.dump({"a": 1}, tmp_path / "dict.joblib")
        done = models_command("predict", tmp_path / "dict.joblib")
        assert_error(done, "dict.joblib", written=["dict.joblib"])


class TestPredict:
    @pytest.fixture
    def predict_fails(self, run, fitted, assert_error):
        def check(*args, names):
            done = run("predict", "--model", fitted.model, *args)
            assert_error(done, *names)
            assert done.out == ""

        return check

    def test_missing_file(self, predict_fails, tmp_path):
        predict_fails(tmp_path / "no.wav", names=["no.wav"])

    def test_folder_without_sound(self, predict_fails, tmp_path):
        (tmp_path / "void").mkdir()
        predict_fails(tmp_path / "void", names=[tmp_path / "void"])

    def test_missing_csv(self, predict_fails, tmp_path):
        predict_fails("--data", tmp_path / "no.csv", names=["no.csv"])

    def test_missing_output_folder(self, predict_fails, corpus, tmp_path):
        output = tmp_path / "nowhere" / "out.csv"
        predict_fails(corpus / "TEST", "--output", output, names=[output])


def test_demo_refuses_a_folder_that_is_not_empty(run, tmp_path):
    (tmp_path / "mine.txt").write_text("precious", encoding="utf-8")
    done = run("demo", tmp_path)
    assert done.status == 1
    assert done.err.count("\n") == 1
    assert str(tmp_path) in done.err
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_unforeseen_error_is_one_line_too(run, corpus, monkeypatch):
    def fit(*_, **__):
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr("sersk.workflows._fit.fit", fit)
    done = run("fit", "--data", corpus / "TRAIN.csv")
    assert done.status == 1
    assert done.err.startswith("sersk: error: ZeroDivisionError: two lines (not foreseen")
    assert done.err.count("\n") == 1


def test_interruption_is_one_line(run, corpus, monkeypatch):
    def fit(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("sersk.workflows._fit.fit", fit)
    done = run("fit", "--data", corpus / "TRAIN.csv")
    # The line of the ^C is ended first.
    assert (done.status, done.err) == (1, "\nsersk: error: interrupted.\n")
