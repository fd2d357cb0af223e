"""sersk rerun and sersk diff, and what sersk info tells of the same facts."""

import json
import shutil

import pytest
import yaml

from sersk.recipes import RECIPES
from tests.cli._quick import register
from tests.workflows._copies import write_speech


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    register(lambda name, recipe: monkeypatch.setitem(RECIPES, name, recipe))


@pytest.fixture(scope="module")
def fitted_folder(tmp_path_factory, run_well):
    """A corpus and a model of it; nobody may change them."""
    folder = tmp_path_factory.mktemp("fitted")
    write_speech(folder, 3, 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        register(lambda name, recipe: patch.setitem(RECIPES, name, recipe))
        run_well("fit", "--data", "clips.csv", "--recipe", "quick-both", "--no-cache")
    return folder


@pytest.fixture
def folder(tmp_path, monkeypatch, fitted_folder):
    """A copy of them as the current folder."""
    shutil.copytree(fitted_folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def change(path, **values):
    description = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**description, **values}), encoding="utf-8")


class TestRerun:
    @pytest.mark.parametrize("args", [(), ("model.joblib",)])
    def test_same(self, args, folder, run_well):
        uar = json.loads((folder / "model.json").read_text(encoding="utf-8"))["scores"]["uar"]
        done = run_well("rerun", *args, "--jobs", "1")
        assert done.out == (
            "Data, parameters and versions are as they were.\n\n"
            f"All figures are the same to the digit (UAR {uar}).\n"
        )
        assert done.err == ""

    def test_the_model_need_not_be_there(self, folder, run_well):
        (folder / "model.joblib").unlink()
        assert "as they were" in run_well("rerun", "--check").out
        assert "From model.json to" in run_well("diff", "model.json", "model.json").out

    def test_one_changed_file(self, folder, run):
        shutil.copy(folder / "clips" / "000.wav", folder / "clips" / "007.wav")
        done = run("rerun", "--jobs", "1")
        assert done.status == 1
        first, _, rest = done.out.partition("\n\n")
        assert first == "Not as it was:\n  Sound files:\n    1 changed: 007.wav"
        assert "scores.log_loss" in rest
        assert rest.endswith("What may be the reason:\n  Sound files:\n    1 changed: 007.wav\n")

    def test_edited_seed(self, folder, run):
        args = ("--protocol", "stratified", "--cv", "2")
        run("fit", "--data", "clips.csv", "--recipe", "quick-both", *args)
        change(folder / "model.json", seed=3)
        done = run("rerun", "--jobs", "1")
        assert done.status == 1
        assert "Seed:\n    seed: 0 → 3" in done.out
        checked = run("rerun", "--check", "--seed", "0")
        assert (checked.status, checked.out.count("Seed")) == (0, 0)

    def test_figures_differ_and_nothing_else(self, folder, run):
        description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        change(folder / "model.json", scores={**description["scores"], "uar": 0.123})
        done = run("rerun", "--jobs", "1")
        assert done.status == 1
        assert f"scores.uar  0.123                   {description['scores']['uar']}" in done.out
        assert "Nothing that is noted differs" in done.out

    def test_missing_files(self, folder, run):
        (folder / "clips" / "003.wav").rename(folder / "003.txt")
        done = run("rerun")
        assert done.status == 1
        assert "1 missing: 003.wav" in done.out
        assert done.err.startswith("sersk: error: 1 clip(s) that the model was fitted with are no")
        assert "--audio-dir" in done.err

    def test_output(self, folder, run_well):
        done = run_well("rerun", "-o", "again.joblib", "--jobs", "1")
        assert "Saved again.joblib, and its description again.json." in done.out
        assert "All figures are the same" in run_well("diff", "model.joblib", "again.joblib").out
        assert run_well("rerun", "again.json", "--check").out.count("as they were") == 1

    @pytest.mark.parametrize("output", ["again.json", "model.joblib", "clips.csv"])
    def test_output_that_must_not_be(self, output, folder, run):
        done = run("rerun", "-o", output, "--data", "clips.csv")
        assert done.status == 2
        assert "--output" in done.err

    def test_what_is_no_description(self, folder, run):
        (folder / "list.json").write_text("[]", encoding="utf-8")
        (folder / "broken.json").write_text("{", encoding="utf-8")
        for name, words in (
            ("list.json", "is not the description of a model"),
            ("broken.json", "is not the description of a model"),
            ("none.json", "There is no description 'none.json'"),
            ("none.joblib", "There is no model 'none.joblib'"),
        ):
            done = run("rerun", name)
            assert (done.status, done.err.count("\n")) == (1, 1)
            assert words in done.err


class TestDiff:
    def test_same(self, folder, run_well):
        done = run_well("diff", "model.joblib", "model.json")
        assert "Both rest on the same" in done.out
        assert "All figures are the same to the digit." in done.out

    def test_other_recipe_under_the_same_folds(self, folder, run_well):
        args = ("--recipe", "quick-rms", "--output", "rms.joblib")
        run_well("fit", "--data", "clips.csv", *args)
        out = run_well("diff", "model.json", "rms.json").out
        assert "recipe: quick-both → quick-rms" in out
        assert "features__zcr: ZeroCrossingRate → none" in out
        assert "Sound files" not in out
        assert "UAR  " in out
        assert "The folds are the same. Intervals that overlap are no test" in out
        assert "sersk compare" in out

    def test_other_folds(self, folder, run_well):
        args = ("--recipe", "quick-both", "--output", "two.joblib", "--cv", "2")
        run_well("fit", "--data", "clips.csv", *args)
        out = run_well("diff", "model.json", "two.json").out
        assert "n_splits: none → 2" in out
        assert "these scores cannot be compared" in " ".join(out.split())


class TestInfo:
    def test_digests_in_short(self, folder, run_well):
        data = json.loads((folder / "model.json").read_text(encoding="utf-8"))["data"]
        line = f"Data:          SHA-256 {data['sha256'][:12]}…, sound files {data['digest'][:12]}…"
        assert line in run_well("info").out.splitlines()

    def test_card(self, folder, run_well):
        card = run_well("info", "--card").out
        metadata = yaml.safe_load(card.split("---\n", 2)[1])
        description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        (result,) = metadata["model-index"][0]["results"]
        assert result["metrics"][0]["value"] == round(description["scores"]["uar"], 4)
        assert "000.wav" not in card
        done = run_well("info", "--card", "-o", "README.md")
        assert done.out == "Wrote README.md.\n"
        assert (folder / "README.md").read_text(encoding="utf-8") == card

    @pytest.mark.parametrize(
        ("args", "words"),
        [
            (("-o", "README.md"), "--output goes with --card"),
            (("--card", "-o", "model.joblib"), "an input of this command"),
        ],
    )
    def test_output_that_must_not_be(self, args, words, folder, run):
        done = run("info", *args)
        assert done.status == 2
        assert words in done.err
