import json
import re
import shlex
from dataclasses import replace
from itertools import pairwise

import joblib
import numpy as np
import pandas as pd
import pytest
import soundfile

from sersk.cli import main
from sersk.datasets import make_emotional_speech
from sersk.recipes import RECIPES
from sersk.workflows import fit, write_demo_corpus


def _make_shorter(monkeypatch, duration_s):
    def speak(*args, **how):
        return make_emotional_speech(*args, **how, duration_s=duration_s)

    monkeypatch.setattr("sersk.workflows._demo.make_emotional_speech", speak)


def _make_smaller(monkeypatch):
    _make_shorter(monkeypatch, 0.6)
    for name, number in (("REPEATS", 2), ("FOLDS", 2), ("SIZES", 2)):
        monkeypatch.setattr(f"sersk.workflows._diagnosis._N_{name}", number)
    for name, number in (("TRAIN_SPEAKERS", 6), ("TEST_SPEAKERS", 1), ("CLIPS_PER_CLASS", 2)):
        monkeypatch.setattr(f"sersk.workflows._demo._N_{name}", number)


@pytest.fixture(scope="module", autouse=True)
def _quick_recipe():
    """What the speech is judged by is quick: the demo is of the commands, not of a recipe."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setitem(RECIPES, "default", replace(RECIPES["svm"], name="default"))
        monkeypatch.setitem(RECIPES, "voice", replace(RECIPES["svm"], name="voice"))
        yield


@pytest.fixture
def small(monkeypatch):
    """A corpus of 56 short clips in place of 200."""
    _make_smaller(monkeypatch)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """What the demo has extracted need not be extracted again."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def demo(tmp_path_factory, store):
    """The folder that `sersk demo` has filled, with a smaller corpus, and what it printed."""
    import contextlib
    import io

    folder = tmp_path_factory.mktemp("somewhere") / "my demo"
    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        _make_smaller(monkeypatch)
        monkeypatch.setenv("SERSK_CACHE", str(store))
        main(["demo", str(folder)])
    told = "sersk: warning:|Wrote|Learning curve:|Importance:|Importance of features:"
    assert re.sub(rf"({told}) .*\n", "", err.getvalue()) == ""
    return folder, out.getvalue()


@pytest.fixture
def table(tmp_path, monkeypatch):
    """The rows of the corpus in its own size, with clips as short as can be."""
    _make_shorter(monkeypatch, 0.2)
    return pd.read_csv(write_demo_corpus(tmp_path / "whole"), dtype=str)


def test_files(demo):
    folder, _ = demo
    table = pd.read_csv(folder / "TRAIN.csv", dtype=str)
    written = {"model.joblib", "model.json", "predictions.csv", "report.html"}
    assert {path.name for path in folder.iterdir()} == {"TRAIN.csv", "TRAIN", "TEST", *written}
    assert list(table.columns) == ["Filename", "Class", "Speaker"]
    assert sorted(table.Filename) == sorted(path.name for path in (folder / "TRAIN").iterdir())
    for part in ("TRAIN", "TEST"):
        for path in (folder / part).iterdir():
            info = soundfile.info(path)
            assert (info.samplerate, info.channels) == (16000, 1)


def test_names_and_order_say_nothing(table):
    for column in ("Class", "Speaker"):
        codes = table[column].astype("category").cat.codes.to_numpy()
        assert len(set(codes)) > 1
        # By chance neighbours agree in one of so many rows; sorted rows nearly all would.
        agreeing = np.mean([a == b for a, b in pairwise(codes)])
        chance = sum((np.bincount(codes) / len(codes)) ** 2)
        assert abs(agreeing - chance) < 4 * np.sqrt(chance * (1 - chance) / len(codes))
        longest = max(len(run[0]) for run in re.finditer(r"(.)\1*", "".join(map(chr, codes + 65))))
        assert longest <= 6
        # Nor is there more of one class at one end.
        middle = [np.mean(np.flatnonzero(codes == code)) for code in set(codes)]
        spread = len(codes) / np.sqrt(12 * np.bincount(codes).min())
        assert np.ptp(middle) < 5 * spread
    for name in table.Filename:
        assert re.fullmatch(r"\d+\.wav", name)


def test_scores_are_neither_trivial_nor_hopeless(tmp_path, monkeypatch):
    # As many speakers to learn from as in its own size, who say less.
    for name, number in (("TEST_SPEAKERS", 1), ("CLIPS_PER_CLASS", 3)):
        monkeypatch.setattr(f"sersk.workflows._demo._N_{name}", number)
    results = fit(write_demo_corpus(tmp_path / "whole"), recipe="svm", n_jobs=1).results
    assert results["protocol"] == "leave-one-speaker-out"
    assert 0.5 < results["uar"] < 0.95


def test_predictions_are_of_the_test_clips(demo):
    folder, _ = demo
    found = pd.read_csv(folder / "predictions.csv")
    files = sorted(str(path) for path in (folder / "TEST").iterdir())
    assert found.Filename.tolist() == files
    classes = joblib.load(folder / "model.joblib").classes_.tolist()
    assert list(found.columns) == ["Filename", "Class", *classes, "Warning"]
    assert found.Class.nunique() > 1


def _commands(text):
    return [shlex.split(line[2:]) for line in text.splitlines() if line.startswith("$ ")]


def test_commands_are_real(demo, store, tmp_path, capsys):
    folder, text = demo
    commands = _commands(text)
    assert [command[:2] for command in commands] == [
        ["sersk", "fit"],
        ["sersk", "predict"],
        ["sersk", "info"],
    ]
    description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert shlex.split(description["command"]) == commands[0]
    again, predict, info = ([*command[1:]] for command in commands)
    predictions = pd.read_csv(folder / "predictions.csv")
    again[again.index("--output") + 1] = str(tmp_path / "again.joblib")
    again[again.index("--report") + 1] = str(tmp_path / "again.html")
    main([*again, "--jobs", "1", "--cache", str(store)])
    refitted = json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))
    assert refitted["scores"] == description["scores"]
    predict[predict.index("--model") + 1] = str(tmp_path / "again.joblib")
    predict[predict.index("--output") + 1] = str(tmp_path / "again.csv")
    main([*predict, "--jobs", "1", "--cache", str(store)])
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "again.csv"), predictions, atol=1e-4)
    capsys.readouterr()
    main(info)
    assert capsys.readouterr().out in text


def test_report_is_of_that_model(demo):
    folder, text = demo
    report = (folder / "report.html").read_text(encoding="utf-8")
    description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert f"{description['scores']['uar']:.3f}</td>" in report
    assert 'id="more-speakers"' in report
    assert 'id="what-it-leans-on"' in report
    assert f"told in {folder / 'report.html'}. Now try" in text


def test_printed_scores_are_of_that_model(demo):
    folder, text = demo
    description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert re.search(rf"^UAR +{description['scores']['uar']:.3f} ", text, re.MULTILINE)


class TestWriteDemoCorpus:
    @pytest.mark.usefixtures("small")
    def test_same_seed_same_corpus(self, tmp_path, demo):
        manifest = write_demo_corpus(tmp_path / "again", random_state=0)
        assert manifest == tmp_path / "again" / "TRAIN.csv"
        assert manifest.read_bytes() == (demo[0] / "TRAIN.csv").read_bytes()
        first = pd.read_csv(manifest, dtype=str).Filename[0]
        expected = (demo[0] / "TRAIN" / first).read_bytes()
        assert (tmp_path / "again" / "TRAIN" / first).read_bytes() == expected

    def test_an_empty_folder_may_be_there(self, tmp_path, monkeypatch):
        for name in ("TRAIN_SPEAKERS", "TEST_SPEAKERS", "CLIPS_PER_CLASS"):
            monkeypatch.setattr(f"sersk.workflows._demo._N_{name}", 1)
        assert write_demo_corpus(tmp_path).is_file()

    @pytest.mark.parametrize("make_file", [True, False])
    def test_anything_else_is_refused(self, make_file, tmp_path):
        place = tmp_path / "place"
        if make_file:
            place.write_text("mine", encoding="utf-8")
        else:
            (place / "inner").mkdir(parents=True)
        with pytest.raises(FileExistsError, match="place' is not an empty folder"):
            write_demo_corpus(place)
        assert len(list(tmp_path.rglob("*"))) == (1 if make_file else 2)
