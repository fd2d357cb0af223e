"""A model that is fitted again gives the same figures, or what is not as it was is named."""

import json
import shutil
import warnings

import numpy as np
import pandas as pd
import pytest
import soundfile

from sersk.augmentation import AddNoise
from sersk.datasets import LabelMap
from sersk.exceptions import DataWarning, ModelError, RecipeError
from sersk.recipes import RECIPES
from sersk.workflows import _origin, _rerun, fit, rerun
from sersk.workflows._arguments import arguments_to_plain
from tests.cli._quick import register
from tests.workflows._copies import NaiveRecipe, write_speech

HOW = dict(recipe="quick-both", n_jobs=1)
_ASKED = {"params": None, "labels": None, "test": None, "augment": None, "recipe": None}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    register(lambda name, recipe: monkeypatch.setitem(RECIPES, name, recipe))


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A folder with a corpus, and what is known of a model that was fitted to it."""
    folder = tmp_path_factory.mktemp("original")
    write_speech(folder, 3, 1)
    with pytest.MonkeyPatch.context() as monkeypatch:
        register(lambda name, recipe: monkeypatch.setitem(RECIPES, name, recipe))
        monkeypatch.chdir(folder)
        description = fit("clips.csv", **HOW).description
    (folder / "model.json").write_text(json.dumps(description), encoding="utf-8")
    return folder


@pytest.fixture
def corpus(original, tmp_path, monkeypatch):
    """A copy of that folder that may be changed, and is the current one."""
    folder = shutil.copytree(original, tmp_path / "corpus")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def description(corpus):
    return json.loads((corpus / "model.json").read_text(encoding="utf-8"))


def describe(*args, **how):
    """Give what would be read from the model's JSON."""
    return json.loads(json.dumps(fit(*args, **{**HOW, **how}).description))


def change_one_sample(path):
    signal, sample_rate = soundfile.read(path, dtype="int16")
    signal[len(signal) // 2] ^= 1
    soundfile.write(path, signal, sample_rate, subtype="PCM_16")


def list_found(differences):
    return [(d.kind, d.name) for d in differences]


def test_same_figures(description):
    done = rerun(description, n_jobs=1)
    assert done.differences == []
    assert done.figures == []
    assert done.is_same
    assert done.fitted.results["uar"] == description["scores"]["uar"]


@pytest.mark.parametrize(
    "how",
    [
        dict(search=True),
        dict(protocol="stratified", n_splits=3, random_state=7, select=2),
        dict(params={"features__zcr__functionals": ("mean", "max"), "features__trim_db": 60.0}),
        dict(augment="noise", copies=1, oversample=True),
        dict(augment=["noise"]),
        dict(labels=LabelMap("two", {"bad": {"anger": 1, "sadness": 0.5}, "ok": {"neutral": 1}})),
        dict(labels="sentiment3", test="other.csv"),
        dict(importance=True, on_error="skip", label_column="class"),
    ],
)
def test_same_figures_with_options(how, corpus):
    shutil.copytree("clips", "other")
    shutil.copy("clips.csv", "other.csv")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        description = describe("clips.csv", **how)
        done = rerun(description, n_jobs=1)
    assert list_found(done.differences) == []
    assert done.figures == []


class TestWhatDiffersIsNamed:
    def test_one_sample_of_one_file(self, corpus, description):
        change_one_sample(corpus / "clips" / "004.wav")
        done = rerun(description, n_jobs=1)
        assert list_found(done.differences) == [("clip", "004.wav")]
        (clip,) = done.differences
        assert None not in (clip.was, clip.now)
        assert "scores.log_loss" in [figure.name for figure in done.figures]
        assert not done.is_same

    def test_version(self, description, monkeypatch):
        versions = {**description["versions"], "numpy": "0.1"}
        del versions["scipy"]
        for module in (_origin, _rerun):
            monkeypatch.setattr(module, "library_versions", lambda: versions)
        done = rerun(description, n_jobs=1)
        assert list_found(done.differences) == [("version", "numpy"), ("version", "scipy")]
        assert done.differences[0].now == "0.1"
        assert done.differences[1].now is None
        assert done.is_same

    def test_machine(self, description):
        description["machine"]["blas"] = "none 1.0"
        done = rerun(description, only_check=True)
        assert list_found(done.differences) == [("machine", "blas")]

    def test_seed_by_argument_or_by_hand(self, corpus):
        description = describe("clips.csv", protocol="stratified", n_splits=3)
        for changed, how in ((description, {"random_state": 1}), ({**description, "seed": 1}, {})):
            done = rerun(changed, n_jobs=1, **how)
            assert list_found(done.differences)[0] == ("seed", "seed")
            assert (done.differences[0].was, done.differences[0].now) == (0, 1)
            assert ("folds", "which clip is in which fold") in list_found(done.differences)
            assert done.figures

    def test_parameter_of_the_recipe(self, description, monkeypatch):
        class Other(type(RECIPES["quick-both"])):
            def make_pipeline(self, **how):
                return super().make_pipeline(**how).set_params(classifier__var_smoothing=0.5)

        recipe = Other("quick-both", ("zcr", "rms"), "svm", "other")
        monkeypatch.setitem(RECIPES, "quick-both", recipe)
        done = rerun(description, n_jobs=1)
        (parameter,) = done.differences
        assert (parameter.kind, parameter.name) == ("parameter", "classifier__var_smoothing")
        assert (parameter.was, parameter.now) == (1e-9, 0.5)
        assert done.figures

    def test_augmentation(self, corpus):
        description = describe("clips.csv", augment="noise")
        (copies,) = description["parameters"]["augmentations"]
        assert copies.startswith("AddNoise(")
        description["parameters"]["augmentations"] = [copies.replace("snr_db", "snr")]
        done = rerun(description, only_check=True)
        assert list_found(done.differences) == [("parameter", "augmentations")]

    def test_class_of_a_clip(self, corpus, description):
        rows = pd.read_csv("clips.csv", dtype=str)
        rows.loc[0, "Class"] = "sadness" if rows.Class[0] != "sadness" else "anger"
        rows.to_csv("clips.csv", index=False)
        (data,) = rerun(description, only_check=True).differences
        assert (data.kind, data.name) == ("data", "clips.csv (the classes)")

    def test_csv_that_says_the_same_in_other_bytes(self, corpus, description):
        rows = pd.read_csv("clips.csv", dtype=str)
        rows.assign(Note="x").to_csv("clips.csv", index=False)
        done = rerun(description, n_jobs=1)
        assert [d.name for d in done.differences] == ["clips.csv (nothing that is used)"]
        assert done.is_same

    def test_clip_more_in_a_folder(self, corpus):
        rows = pd.read_csv("clips.csv", dtype=str)
        for name, label in zip(rows.Filename, rows.Class, strict=True):
            (corpus / "sorted" / label).mkdir(parents=True, exist_ok=True)
            shutil.copy(corpus / "clips" / name, corpus / "sorted" / label)
        description = describe("sorted", n_splits=2)
        assert rerun(description, n_jobs=1).is_same
        shutil.copy(corpus / "clips" / rows.Filename[0], corpus / "sorted" / "anger" / "new.wav")
        change_one_sample(corpus / "sorted" / "anger" / "new.wav")
        found = rerun(description, only_check=True).differences
        assert [d.kind for d in found] == ["data", "clip"]
        assert found[1].name.endswith("new.wav")
        assert found[1].was is None

    def test_label_map(self, corpus):
        path = corpus / "two.yaml"
        path.write_text("low: [sadness, neutral]\nhigh: anger\n", encoding="utf-8")
        description = describe("clips.csv", labels=path)
        assert rerun(description, n_jobs=1).is_same
        path.write_text("low: sadness\nhigh: [anger, neutral]\n", encoding="utf-8")
        done = rerun(description, only_check=True)
        assert [d.name for d in done.differences if d.kind == "labels"] == ["low", "high"]

    def test_clip_to_test_on(self, corpus):
        shutil.copytree("clips", "other")
        for path in (corpus / "other").iterdir():
            change_one_sample(path)
        shutil.copy("clips.csv", "other.csv")
        with pytest.warns(match="have the name of a training speaker"):
            description = describe("clips.csv", test="other.csv")
        change_one_sample(corpus / "other" / "002.wav")
        (clip,) = rerun(description, only_check=True).differences
        assert (clip.kind, clip.name) == ("test clip", "002.wav")

    def test_figure(self, description):
        description["scores"]["confusion_matrix"][1][2] += 1
        description["scores"]["folds"][0]["uar"] += 1e-15
        done = rerun(description, n_jobs=1)
        assert done.differences == []
        names = [figure.name for figure in done.figures]
        assert names == ["scores.confusion_matrix.1.2", "scores.folds.0.uar"]


class TestPlaces:
    def test_data_near_the_description(self, corpus, description, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (corpus / "models").mkdir()
        done = rerun(description, folder=corpus / "models", only_check=True)
        assert done.is_same

    def test_data_elsewhere(self, corpus, description, tmp_path, monkeypatch):
        moved = corpus.rename(tmp_path / "moved")
        (tmp_path / "empty").mkdir()
        monkeypatch.chdir(tmp_path / "empty")
        with pytest.raises(ModelError, match=r"no 'clips\.csv'.*Name its new place with --data"):
            rerun(description)
        assert rerun(description, data=moved / "clips.csv", only_check=True).is_same

    def test_missing_clips(self, corpus, description, tmp_path):
        (tmp_path / "attic").mkdir()
        for name in ("001.wav", "003.wav"):
            (corpus / "clips" / name).rename(tmp_path / "attic" / name)
        seen = []
        with pytest.raises(
            ModelError, match=r"2 clip.* are not there: 001\.wav, 003\.wav.*--audio"
        ):
            rerun(description, on_differences=seen.extend)
        missing = [(d.kind, d.name, d.now) for d in seen if d.kind == "clip"]
        assert missing == [("clip", "001.wav", None), ("clip", "003.wav", None)]
        assert rerun(description, audio_dir=tmp_path / "attic", n_jobs=1).is_same

    def test_clips_that_were_left_out_are_no_difference(self, corpus):
        (corpus / "clips" / "001.wav").unlink()
        (corpus / "clips" / "003.wav").write_bytes(b"no sound")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DataWarning)
            description = describe("clips.csv", on_error="skip")
            done = rerun(description, n_jobs=1)
        assert done.differences == []
        assert done.is_same


class TestErrors:
    def test_description_of_an_earlier_sersk(self, description):
        del description["arguments"]
        with pytest.raises(ModelError, match=r"command again \(sersk fit --x\).*sersk diff"):
            rerun({**description, "command": "sersk fit --x"})
        with pytest.raises(ModelError, match="Fit the model again"):
            rerun({"recipe": "svm"})

    def test_recipe_that_only_python_has(self, corpus):
        description = describe("clips.csv", recipe=NaiveRecipe())
        with pytest.raises(ModelError, match=r"for the recipe .*: naive\. Give it again"):
            rerun(description)
        assert rerun(description, recipe=NaiveRecipe(), n_jobs=1).is_same

    def test_recipe_that_is_no_more(self, description, monkeypatch):
        monkeypatch.delitem(RECIPES, "quick-both")
        with pytest.raises(RecipeError, match="no recipe 'quick-both'"):
            rerun(description)

    def test_augmentation_and_parameter_that_only_python_has(self, corpus):
        noise = AddNoise(snr_db=(5.0, 6.0))
        description = describe("clips.csv", augment=[noise])
        with pytest.raises(ModelError, match=r"for the augment .*AddNoise\(snr_db"):
            rerun(description)
        assert rerun(description, augment=[noise], only_check=True).is_same
        description["arguments"]["params"] = {"classifier": {"only in Python": "GaussianNB"}}
        with pytest.raises(ModelError, match=r"parameter classifier .*GaussianNB"):
            rerun(description, augment=[noise])


def test_description_is_plain_and_names_no_folder(corpus):
    params = {"features__zcr__n_fft": np.int64(1024)}
    plain = arguments_to_plain("x.csv", _ASKED | {"params": params}, {}, RECIPES["svm"])
    assert plain["params"] == {"features__zcr__n_fft": "1024"}
    described = arguments_to_plain(
        "x.csv", _ASKED | {"params": {"a": object()}}, {}, NaiveRecipe()
    )
    assert described["params"] == {"a": {"only in Python": "object"}}
    assert " at 0x" not in json.dumps(described)
    description = fit(corpus / "clips.csv", **HOW).description
    text = json.dumps(description, allow_nan=False)
    assert " at 0x" not in text
    assert description["parameters"]["features__rms"] == "RMS"
    without = {k: v for k, v in description.items() if k != "arguments"}
    assert str(corpus) not in json.dumps(without)
    assert description["data"]["n_clips"] == 9
    assert set(description["data"]["clips"]) == {f"{n:03d}.wav" for n in range(9)}
    (speakers,) = {len(part["test_speakers"]) for part in description["folds"]["parts"]}
    assert speakers == 1
