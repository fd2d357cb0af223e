"""Each classical recipe on EmoDB, through all that is done with a model."""

import json

import numpy as np
import pandas as pd
import pytest

from sersk.recipes import RECIPES

pytestmark = pytest.mark.corpus

# ComParE is as long in extracting as all the rest together, and tested on synthetic speech.
CLASSICAL = [
    name for name, recipe in RECIPES.items() if not recipe.is_network and name != "default+compare"
]
CUSTOM = "mfcc,chroma,zcr + xgboost"


def _chosen(name):
    if name != CUSTOM:
        return ("--recipe", name)
    features, model = name.split(" + ")
    return ("--features", features, "--model", model)


@pytest.mark.parametrize("name", [*CLASSICAL, CUSTOM])
def test_emodb_fit_evaluate_extract_predict(name, fit, run, corpora, tmp_path):
    data = corpora / "emodb4.csv"
    table = pd.read_csv(data, dtype=str)
    results, _ = fit(data, *_chosen(name))
    assert results["recipe"] == name
    assert results["n_clips"] == len(table) == 339
    assert [fold["name"] for fold in results["folds"]] == sorted(table.Speaker.unique())
    # Four classes; honest scores on this easy corpus are high, but none is perfect.
    assert 0.5 < results["uar"] < 0.95

    model = ("--model", tmp_path / "model.joblib")
    scores = tmp_path / "scores.json"
    done = run("evaluate", *model, "--data", data, "--results", scores)
    assert "fitted on this very CSV" in done.err
    assert json.loads(scores.read_text(encoding="utf-8"))["uar"] >= results["uar"]

    features = ("--features", "mfcc,chroma,zcr") if name == CUSTOM else ("--recipe", name)
    output = tmp_path / "features.csv"
    run("extract", "--data", data, *features, "--output", output)
    extracted = pd.read_csv(output, dtype={"Speaker": str})
    assert extracted.Filename.tolist() == table.Filename.tolist()
    assert extracted.Class.tolist() == table.Class.tolist()
    assert extracted.notna().all(axis=None)
    description = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert list(extracted.columns[3:]) == description["features"]["names"]

    done = run("predict", *model, corpora / "emodb4" / "Sad", "--format", "json")
    predicted = pd.DataFrame(json.loads(done.out))
    assert len(predicted) == (table.Class == "sadness").sum()
    assert (predicted.Class == "sadness").mean() > 0.6
    np.testing.assert_allclose(predicted[results["classes"]].sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", [*CLASSICAL, CUSTOM])
def test_emodb_class_missing_from_a_training_fold(name, fit, corpora, tmp_path):
    table = pd.read_csv(corpora / "emodb4.csv", dtype=str)
    table = table[(table.Class != "sadness") | (table.Speaker == "16")]
    table.to_csv(tmp_path / "part.csv", index=False)
    results, done = fit(tmp_path / "part.csv", "--audio-dir", corpora, *_chosen(name))
    assert "Fold 16 has no clip of sadness" in done.err
    assert results["classes"] == sorted(table.Class.unique())
    assert results["per_class"]["sadness"]["recall"] == 0
    assert np.sum(results["confusion_matrix"]) == len(table)


def test_emodb_search(fit, corpora):
    results, done = fit(corpora / "emodb4.csv", "--recipe", "svm", "--search", "--cv", 5)
    assert set(results["search"]["best_params"]) == set(RECIPES["svm"].search_space)
    assert "The search chose" in done.out
    assert 0.5 < results["uar"] < 0.95
