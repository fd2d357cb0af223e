"""Fits of networks whose training clips are changed in each epoch."""

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import sersk.features._extraction
from sersk.cli import main
from sersk.exceptions import RecipeError
from sersk.guards._measurements import SoundMeasurements
from sersk.neural import BiLSTMClassifier, EpochAugmentedClassifier
from sersk.persistence import load_model, save_model
from sersk.recipes import RECIPES
from sersk.utils._changed_clips import ChangedClip, find_origin
from sersk.workflows import fit, predict
from tests.workflows._copies import NaiveRecipe, write_speech

N_EPOCHS = 2


@dataclass(frozen=True)
class NetworkRecipe(NaiveRecipe):
    """Two quick features, and a network that is fitted nearly at once."""

    name: str = "network"
    n_epochs: int = N_EPOCHS

    def make_pipeline(self, **how):
        pipeline = super().make_pipeline(**how)
        # Its seed is its own, so that another one changes the clips alone.
        params = dict(pool_size=1, input_dropout=0.0, monitor="loss", random_state=0)
        network = BiLSTMClassifier(hidden_sizes=(2,), max_epochs=self.n_epochs, **params)
        pipeline.steps[-1] = ("classifier", network)
        return pipeline

    @property
    def search_space(self):
        return {"classifier__lr": [1e-3, 1e-2]}


@pytest.fixture(scope="module")
def csv(tmp_path_factory):
    """Six speakers, three classes, one clip each."""
    return write_speech(tmp_path_factory.mktemp("speech"), 6, 1)[0]


@pytest.fixture
def work(count):
    """Count the clips that are extracted."""
    return count(sersk.features._extraction, "_extract_one")


def fit_network(csv, **how):
    chosen = {"recipe": NetworkRecipe(), "augment": "noise,shift", "augment_each_epoch": True}
    return fit(csv, **{**chosen, "n_splits": 2, "n_jobs": 1, **how})


def find_weights(fitted):
    return {name: values.tolist() for name, values in fitted.pipeline[-1].weights_.items()}


def stable(results):
    return {key: value for key, value in results.items() if key != "extraction"}


def test_clips_are_changed_in_each_fit_and_extracted_once_as_they_are(csv, work, monkeypatch):
    fits = []
    original = EpochAugmentedClassifier.fit

    def note(self, X, *args, **kwargs):
        n_before = len(work)
        original(self, X, *args, **kwargs)
        fits.append((list(X), [call[0] for call in work[n_before:]]))
        return self

    monkeypatch.setattr(EpochAugmentedClassifier, "fit", note)
    fitted = fit_network(csv)
    assert [len(learnt) for learnt, _ in fits] == [9, 9, 18]
    for learnt, changed in fits:
        assert changed
        assert all(isinstance(clip, ChangedClip) for clip in changed)
        origins = [find_origin(clip) for clip in changed]
        # At most the training part of what was learned from, in every epoch.
        assert set(origins) < set(learnt)
        assert len(origins) <= N_EPOCHS * len(learnt)
    plain = [
        clip
        for clip, extractor, *_ in work
        # How clips sound is measured besides, for the guards of the model.
        if not isinstance(clip, ChangedClip) and not isinstance(extractor, SoundMeasurements)
    ]
    assert len(plain) == len(set(plain)) == fitted.results["extraction"]["computed"] == 18


def test_the_model_is_another_than_with_copies_or_without_any(csv, tmp_path):
    ways = [
        {},
        {"random_state": 1},
        {"augment_each_epoch": False},
        {"augment": None, "augment_each_epoch": False},
    ]
    weights = [find_weights(fit_network(csv, memory=tmp_path, **how)) for how in ways]
    for i, found in enumerate(weights):
        assert found not in weights[:i]
    assert find_weights(fit_network(csv, memory=tmp_path)) == weights[0]


def test_same_for_any_number_of_workers_and_without_a_store(csv, workers_at_once, tmp_path):
    alone = fit_network(csv)
    shared = fit_network(csv, n_jobs=2, memory=tmp_path)
    assert stable(alone.results) == stable(shared.results)
    assert find_weights(alone) == find_weights(shared)


def test_what_is_told_and_saved(csv, tmp_path):
    fitted = fit_network(csv, recipe=NetworkRecipe(n_epochs=1), search=True)
    assert fitted.results["augment"] == {
        "augmentations": ["AddNoise()", "ShiftTime()"],
        "copies": 0,
        "oversample": False,
        "probability": 0.5,
    }
    assert set(fitted.results["search"]["best_params"]) == {"classifier__lr"}
    json.dumps([fitted.results, fitted.description], allow_nan=False)
    assert fitted.description["training"]["augment"] == fitted.results["augment"]
    assert type(fitted.pipeline[-1]) is BiLSTMClassifier
    assert fitted.pipeline["features"].memory is None
    path = tmp_path / "model.joblib"
    save_model(fitted.pipeline, path, fitted.description)
    assert b"augmentation" not in path.read_bytes()
    clips = sorted(str(file) for file in csv.with_suffix("").iterdir())
    tables = [predict(pipeline, clips) for pipeline in (fitted.pipeline, load_model(path))]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_a_learning_curve(csv, tmp_path, monkeypatch):
    for name in ("_N_REPEATS", "_N_FOLDS", "_N_SIZES"):
        monkeypatch.setattr(f"sersk.workflows._diagnosis.{name}", 2)
    once = dict(recipe=NetworkRecipe(n_epochs=1), augment="noise")
    fitted = fit_network(csv, **once, learning_curve=True, memory=tmp_path)
    assert fitted.results["learning_curve"]["n_speakers"]
    assert np.isfinite(fitted.results["uar"])


@pytest.mark.parametrize("how", [{"copies": 2}, {"oversample": True}])
def test_copies_as_well(csv, work, how):
    with pytest.raises(ValueError, match=r"in place of copies\. Leave out --augment-each-ep"):
        fit_network(csv, **how)
    assert work == []


def test_no_augmentation(csv, work):
    with pytest.raises(ValueError, match=r"needs an augmentation\. Name some with --augment"):
        fit_network(csv, augment=None)
    assert work == []


def test_no_network(csv, work):
    with pytest.raises(RecipeError, match=r"for a network only\. Recipe 'naive' ends in Gaussia"):
        fit_network(csv, recipe=NaiveRecipe())
    assert work == []


def test_importance(csv, work):
    with pytest.raises(ValueError, match="Leave out --importance or --augment"):
        fit_network(csv, importance=True)
    assert work == []


def test_command_line(csv, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(RECIPES, "network", NetworkRecipe())
    how = ["fit", "--data", str(csv), "--recipe", "network", "--cv", "2", "--jobs", "1"]
    main([*how, "--augment", "noise", "--augment-each-epoch"])
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "Augmentation: each training clip changed anew in each epoch, with probability 0.5, none "
        "that is scored: AddNoise()" in said
    )
    main(["info", "model.joblib"])
    told = " ".join(capsys.readouterr().out.split())
    assert "AddNoise() (in each epoch, with probability 0.5)" in told
    with pytest.raises(SystemExit):
        main([*how, "--augment-each-epoch"])
    assert "needs an augmentation" in capsys.readouterr().err
