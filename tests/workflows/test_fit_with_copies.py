"""Fits that learn from copies of synthetic speech on disk."""

import json
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sersk.augmentation import AddNoise, ShiftPitch
from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.exceptions import DataWarning, RecipeError
from sersk.features import FeatureStore
from sersk.persistence import save_model
from sersk.recipes import Recipe
from sersk.workflows import fit, predict
from tests.workflows._copies import NaiveRecipe, write_speech

SVM = Recipe("quick-svm", ("zcr", "rms"), "svm", "quick, and the same in every process")


@pytest.fixture(scope="module")
def speech(tmp_path_factory):
    """Six speakers, three classes, a clip each."""
    return write_speech(tmp_path_factory.mktemp("speech"), 6, 1)


@pytest.fixture(scope="module")
def csv(speech):
    return speech[0]


@pytest.fixture(scope="module")
def paths(speech):
    return [str(speech[0].with_suffix("") / name) for name in speech[1].Filename]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store that the tests of this module share, for all that does not hang on it."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def naive(csv, store):
    """What the recipe that most tests take gives with copies."""
    return fit_naive(csv, memory=store)


@pytest.fixture(scope="module")
def plain(csv, store):
    """And without."""
    return fit_naive(csv, memory=store, augment=None)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files; nothing of it may stay."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def fit_naive(csv, **how):
    chosen = {"recipe": NaiveRecipe(), "augment": "noise,pitch", "n_splits": 2, "n_jobs": 1}
    return fit(csv, **{**chosen, **how})


def stable(results):
    return {key: value for key, value in results.items() if key != "extraction"}


def test_same_for_any_number_of_workers(csv, paths, workers_at_once, tmp_path):
    fits = [
        fit_naive(csv, recipe=SVM, n_jobs=n_jobs, memory=tmp_path / str(n_jobs))
        for n_jobs in (1, 2)
    ]
    assert stable(fits[0].results) == stable(fits[1].results)
    tables = [predict(fitted.pipeline, paths) for fitted in fits]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_without_a_store(csv, paths, naive, work, temporary, monkeypatch):
    """All is the same, each copy is extracted once, and nothing is left behind."""
    opened = []

    def note(folder, *args):
        opened.append(folder)
        return FeatureStore(folder, *args)

    monkeypatch.setattr("sersk.workflows._learning.FeatureStore", note)
    fleeting = fit_naive(csv)
    assert len(work) == 18 * 3
    assert stable(fleeting.results) == stable(naive.results)
    pd.testing.assert_frame_equal(*(predict(f.pipeline, paths) for f in (naive, fleeting)))
    assert len(opened) == 1
    assert str(temporary) in opened[0]
    assert list(temporary.iterdir()) == []
    monkeypatch.setattr("sersk.workflows._fit.warn_of_absent_classes", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        fit_naive(csv)
    assert len(opened) == 2
    assert list(temporary.iterdir()) == []


def test_each_copy_is_extracted_once(csv, work, tmp_path):
    first = fit_naive(csv, memory=tmp_path)
    assert len(work) == 18 * 3
    assert first.results["extraction"]["computed"] == 18
    work.clear()
    second = fit_naive(csv, memory=tmp_path)
    assert work == []
    assert stable(second.results) == stable(first.results)
    assert second.results["extraction"]["reused"] == 18
    # More copies only cost the new ones.
    fit_naive(csv, memory=tmp_path, copies=3)
    assert len(work) == 18


def test_clips_of_several_classes_are_copied_once(csv, work, tmp_path):
    fit_naive(csv, labels="sentiment3", memory=tmp_path)
    assert len(work) == 18 * 3


@pytest.mark.parametrize("longer", ["search", "learning_curve"])
def test_with_weights_and_what_takes_longer(csv, paths, store, longer, monkeypatch):
    monkeypatch.setattr("sersk.workflows._diagnosis._N_REPEATS", 2)
    how = {longer: True, "labels": "sentiment3", "memory": store}
    first, again = fit_naive(csv, **how), fit_naive(csv, **how)
    assert stable(first.results) == stable(again.results)
    results = first.results
    assert results["classes"] == ["negative", "neutral"]
    # Sadness is of both, and not scored.
    assert results["n_clips"] == 12
    assert results["labels"]["n_partial"] == 6
    assert results[longer]
    assert results["augment"]["copies"] == 2
    assert first.description["training"]["augment"] == results["augment"]
    json.dumps(first.description, allow_nan=False)
    json.dumps(results, allow_nan=False)
    table = predict(first.pipeline, paths)
    assert_allclose(table[["negative", "neutral"]].sum(axis=1), 1, rtol=1e-5)


def test_what_a_search_chose_is_named_as_in_the_pipeline(csv, store):
    fitted = fit_naive(csv, search=True, memory=store)
    chosen = fitted.results["search"]["best_params"]
    assert set(chosen) == {"classifier__var_smoothing"}
    held = fitted.pipeline.get_params()
    assert {name: held[name] for name in chosen} == chosen


def test_copies_reach_the_model(csv, store, naive, plain):
    """Every way of making them gives another model."""
    ways = [
        {"augment": "noise"},
        {"augment": "noise+pitch"},
        {"augment": "augmented-cnn"},
        {"copies": 1},
        {"copies": 3},
        {"random_state": 1},
    ]
    fits = [naive, plain, *(fit_naive(csv, memory=store, **how) for how in ways)]
    means = [fitted.pipeline[-1].theta_ for fitted in fits]
    for i, mean in enumerate(means):
        for other in means[:i]:
            assert not np.allclose(mean, other, rtol=1e-6)


def test_the_classifier_learns_from_clips_and_copies(csv, store, naive, plain):
    assert_array_equal(plain.pipeline[-1].class_count_, [6, 6, 6])
    assert_array_equal(naive.pipeline[-1].class_count_, [18, 18, 18])
    # Noise crosses zero more often than speech, and nothing that learns is left out.
    noisy = fit_naive(csv, memory=store, augment="noise", copies=3)
    assert noisy.pipeline["scaler"].mean_[0] > 1.1 * plain.pipeline["scaler"].mean_[0]
    assert noisy.pipeline["scaler"].n_samples_seen_ == 18 * 4


def test_scored_on_clips_as_they_are(naive, plain):
    plain, augmented = plain.results, naive.results
    assert augmented["n_clips"] == plain["n_clips"] == np.sum(augmented["confusion_matrix"]) == 18
    for ours, theirs in zip(augmented["folds"], plain["folds"], strict=True):
        for key in ("name", "n_train", "n_test"):
            assert ours[key] == theirs[key]
    assert plain["augment"] is None
    assert augmented["augment"] == {
        "augmentations": ["AddNoise()", "ShiftPitch()"],
        "copies": 2,
        "oversample": False,
    }


def test_augmentations_themselves(csv, store, naive):
    by_name = naive.results
    assert stable(
        fit_naive(csv, memory=store, augment=[AddNoise(), ShiftPitch()]).results
    ) == stable(by_name)
    assert stable(fit_naive(csv, memory=store, augment=["noise", "pitch"]).results) == stable(
        by_name
    )


def test_oversampled(csv, speech, store):
    rows = speech[1]
    rows = rows[(rows.Class != "sadness") | (rows.index % 2 == 0)]
    assert rows.Class.value_counts().to_dict() == {"anger": 6, "neutral": 6, "sadness": 3}
    rows = rows.assign(Filename="clips/" + rows.Filename)
    rows.to_csv(csv.with_name("uneven.csv"), index=False)
    even = fit_naive(csv.with_name("uneven.csv"), oversample=True, memory=store)
    assert_array_equal(even.pipeline[-1].class_count_, [18, 18, 18])
    assert even.results["augment"]["oversample"] is True
    uneven = fit_naive(csv.with_name("uneven.csv"), memory=store)
    assert_array_equal(uneven.pipeline[-1].class_count_, [18, 18, 9])


class TestSavedModel:
    def test_has_no_trace_of_copies(self, naive, plain, tmp_path):
        pipeline = naive.pipeline
        names = [(name, type(step)) for name, step in pipeline.steps]
        assert names == [(name, type(step)) for name, step in plain.pipeline.steps]
        assert pipeline["features"].memory is None
        for name, value in pipeline.get_params().items():
            assert "augment" not in f"{name} {type(value).__module__}".lower()
        save_model(pipeline, tmp_path / "model.joblib", naive.description)
        assert b"augmentation" not in (tmp_path / "model.joblib").read_bytes()

    def test_predicts_paths_in_a_fresh_process(self, csv, paths, store, naive, tmp_path):
        fits = [naive, fit_naive(csv, memory=store, search=True)]
        files = [str(tmp_path / f"{number}.joblib") for number in range(2)]
        for file, fitted in zip(files, fits, strict=True):
            save_model(fitted.pipeline, file, fitted.description)
        code = (
            f"import joblib, sys; models = [joblib.load(file) for file in {files!r}]; "
            f"print(*(name for model in models for name in model.predict({paths[:3]!r}))); "
            "print('sersk.augmentation' in sys.modules)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        predicted = [c for f in fits for c in predict(f.pipeline, paths[:3])["Class"]]
        assert done.stdout.split() == [*predicted, "False"]


class TestErrors:
    @pytest.mark.parametrize("how", [{"copies": 2}, {"oversample": True}])
    def test_copies_of_no_kind(self, csv, work, how):
        with pytest.raises(ValueError, match=r"need an augmentation\. Name some with --augment"):
            fit_naive(csv, augment=None, **how)
        assert work == []

    def test_importance(self, csv, work):
        with pytest.raises(ValueError, match="Leave out --importance or --augment"):
            fit_naive(csv, importance=True)
        assert work == []

    @pytest.mark.parametrize("names", ["noise,hiss", "hiss", "noise+hiss", ["noise", "hiss"]])
    def test_unknown_names_before_the_work(self, csv, work, names):
        with pytest.raises(RecipeError, match="There is no augmentation 'hiss'"):
            fit_naive(csv, augment=names)
        assert work == []

    @pytest.mark.parametrize("names", ["", [], "noise,"])
    def test_no_name(self, csv, work, names):
        with pytest.raises(RecipeError, match=r"no augmentation ''\.|At least one augmentation"):
            fit_naive(csv, augment=names)
        assert work == []

    @pytest.mark.parametrize("copies", [-1, 1.5])
    def test_number_of_copies(self, csv, work, copies):
        with pytest.raises(ValueError, match=r"copies must be an int in .* Got .* instead"):
            fit_naive(csv, copies=copies)
        assert work == []

    def test_a_file_that_cannot_be_read(self, speech, store, naive, tmp_path, paths):
        rows = speech[1].assign(Filename=paths)
        (tmp_path / "broken.wav").write_bytes(b"no sound")
        broken = rows.iloc[:1].assign(Filename=str(tmp_path / "broken.wav"))
        pd.concat([rows, broken]).to_csv(tmp_path / "broken.csv", index=False)
        with pytest.warns(DataWarning, match="Left out 1 of 19 files"):
            broken_fit = fit_naive(tmp_path / "broken.csv", on_error="skip", memory=store)
        skipped, whole = broken_fit.results, naive.results
        assert [failure["file"] for failure in skipped["skipped"]] == [broken.Filename.iloc[0]]
        for key in ("uar", "confusion_matrix", "folds", "n_clips"):
            assert skipped[key] == whole[key]


def test_a_learning_curve_does_without_calibration(csv, store, count, monkeypatch):
    """That takes several fits, and changes no label."""
    monkeypatch.setattr("sersk.workflows._diagnosis._N_REPEATS", 2)
    calibrations = count(SpeakerCalibratedClassifier, "fit")
    fitted = fit(
        csv, recipe=SVM, augment="shift", learning_curve=True, memory=str(store), n_jobs=1
    )
    assert fitted.results["learning_curve"]["n_speakers"]
    assert len(calibrations) == 6 + 1
