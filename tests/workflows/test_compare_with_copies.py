"""Recipes with and without changed copies of their training clips, in one leaderboard."""

import pytest

from sersk.exceptions import RecipeError
from sersk.workflows import compare, fit
from tests.workflows._copies import NaiveRecipe, write_speech


@pytest.fixture(scope="module")
def csv(tmp_path_factory):
    return write_speech(tmp_path_factory.mktemp("speech"), 4, 2)[0]


@pytest.fixture
def comparison(csv, cache):
    recipes = [NaiveRecipe(), NaiveRecipe("one", ("zcr",))]
    return compare(csv, recipes, augment="noise,shift", copies=1, memory=cache, n_jobs=1)


def test_each_recipe_comes_with_and_without(comparison):
    rows = {row["recipe"]: row for row in comparison["leaderboard"]}
    assert sorted(rows) == ["naive", "naive + noise,shift", "one", "one + noise,shift"]
    assert sum(row["difference"] is None for row in rows.values()) == 1
    assert (comparison["augment"], comparison["copies"]) == ("noise,shift", 1)


@pytest.mark.parametrize("augment", [None, "noise,shift"])
def test_scores_are_those_of_fit(comparison, csv, augment):
    copies = None if augment is None else 1
    alone = fit(csv, recipe=NaiveRecipe(), augment=augment, copies=copies, n_jobs=1).results
    name = "naive" if augment is None else f"naive + {augment}"
    row = next(row for row in comparison["leaderboard"] if row["recipe"] == name)
    assert row["uar"] == alone["uar"]
    assert row["log_loss"] == alone["log_loss"]


def test_a_single_recipe_is_enough_with_copies(csv):
    comparison = compare(csv, [NaiveRecipe()], augment="shift", inflation=True, n_jobs=1)
    assert len(comparison["leaderboard"]) == 2
    assert all("random_uar" in row for row in comparison["leaderboard"])
    with pytest.raises(RecipeError, match="must be two or more different ones"):
        compare(csv, [NaiveRecipe()], n_jobs=1)


def test_changed_files_are_noticed(csv, cache, tmp_path):
    """Folds are kept by the features of clips; a path would not tell that a file has changed."""
    import shutil

    import numpy as np
    import soundfile

    for path in csv.parent.iterdir():
        (shutil.copytree if path.is_dir() else shutil.copy)(path, tmp_path / path.name)
    first = compare(tmp_path / "clips.csv", [NaiveRecipe()], augment="shift", memory=cache)
    for path in (tmp_path / "clips").iterdir():
        signal, rate = soundfile.read(path)
        noise = np.random.default_rng(len(path.name)).normal(scale=0.5, size=len(signal))
        soundfile.write(path, signal + noise, rate)
    second = compare(tmp_path / "clips.csv", [NaiveRecipe()], augment="shift", memory=cache)
    scores = [{r["recipe"]: r["log_loss"] for r in c["leaderboard"]} for c in (first, second)]
    assert all(scores[0][name] != scores[1][name] for name in scores[0])


def test_copies_need_an_augmentation(csv):
    with pytest.raises(ValueError, match="need an augmentation"):
        compare(csv, [NaiveRecipe(), NaiveRecipe("one", ("zcr",))], copies=2, n_jobs=1)
