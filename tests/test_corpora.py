"""Real speech, in the folder that the variable SERSK_CORPORA names (fixture ``corpora``)."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.cli import main
from sersk.datasets import make_emotional_speech
from sersk.features import RMS, AudioFeatures, FeatureStore, ZeroCrossingRate
from sersk.recipes import RECIPES

pytestmark = pytest.mark.corpus

# ComParE is as long in extracting as all the rest together, and tested on synthetic speech.
CLASSICAL = [
    name for name, recipe in RECIPES.items() if not recipe.is_network and name != "default+compare"
]
CUSTOM = "mfcc,chroma,zcr + xgboost"


@pytest.fixture
def run(capsys):
    """Run a command that must succeed, and give what it printed."""

    def run_it(*args):
        main([str(arg) for arg in args])
        return capsys.readouterr()

    return run_it


@pytest.fixture
def fit(run, tmp_path):
    """Fit, and give the results and what was printed."""

    def run_fit(data, *args):
        results = tmp_path / "results.json"
        files = ("--output", tmp_path / "model.joblib", "--results", results)
        done = run("fit", "--data", data, *files, *args)
        return json.loads(results.read_text(encoding="utf-8")), done

    return run_fit


def _chosen(name):
    if name != CUSTOM:
        return ("--recipe", name)
    features, model = name.split(" + ")
    return ("--features", features, "--model", model)


def test_ravdess_svm_leaves_one_speaker_out(fit, corpora):
    results, done = fit(corpora / "ravdess.csv", "--recipe", "svm")
    assert results["protocol"] == "leave-one-speaker-out"
    # The column Fold is in the CSV, and the folds are the speakers all the same.
    assert [fold["name"] for fold in results["folds"]] == [f"{i:02d}" for i in range(1, 25)]
    assert all(fold["n_test"] == 60 for fold in results["folds"])
    assert results["n_clips"] == 1440
    assert len(results["classes"]) == 8
    assert results["uar"] == pytest.approx(0.45, abs=0.04)
    assert "optimistic" not in done.out


def test_ravdess_egemaps_in_six_folds_of_speakers(fit, corpora):
    results, done = fit(corpora / "ravdess.csv", "--recipe", "egemaps-svm", "--cv", 6)
    assert results["protocol"] == "grouped"
    assert len(results["folds"]) == 6
    # Whole speakers, of 60 clips each.
    assert all(fold["n_test"] % 60 == 0 for fold in results["folds"])
    assert results["uar"] == pytest.approx(0.47, abs=0.05)
    assert "optimistic" not in done.out


def test_ravdess_stratified_folds_flatter(fit, corpora):
    # What the speakers are kept apart for: the same recipe scores far better when they are not.
    results, done = fit(corpora / "ravdess.csv", "--recipe", "svm", "--protocol", "stratified")
    assert results["uar"] > 0.55
    assert "This score is optimistic" in done.out


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


def test_kaggle_format_needs_only_data(corpora, tmp_path):
    # The real label file as it is, with synthetic clips in place of its audio.
    shutil.copy(corpora / "kaggle_format" / "TRAIN.csv", tmp_path)
    table = pd.read_csv(tmp_path / "TRAIN.csv")
    assert list(table.columns) == ["Filename", "Class"]
    (tmp_path / "TRAIN").mkdir()
    emotion = {"Positive": "happiness", "Neutral": "neutral", "Negative": "anger"}
    signals, emotions, _ = make_emotional_speech(
        8, 15, classes=tuple(emotion.values()), duration_s=0.6
    )
    stock = {name: np.flatnonzero(emotions == name).tolist() for name in emotion.values()}
    for row in table.itertuples():
        signal = signals[stock[emotion[row.Class]].pop()]
        soundfile.write(tmp_path / "TRAIN" / row.Filename, signal, 16000)
    command = [sys.executable, "-m", "sersk", "fit", "--data", "TRAIN.csv"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{len(table)} clips, 3 classes, speakers not known" in done.stdout
    assert "stratified, 5 folds" in done.stdout
    assert "This score is optimistic" in done.stdout
    description = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert description["classes"] == ["Negative", "Neutral", "Positive"]
    assert description["training"]["clips_per_class"] == table.Class.value_counts().to_dict()


def test_predict_on_a_folder_of_wav_and_flac(fit, run, corpora, tmp_path):
    table = pd.read_csv(corpora / "ravdess.csv", dtype=str)
    table = table[table.Speaker.isin(["01", "03", "04"])]
    table.to_csv(tmp_path / "three.csv", index=False)
    fit(tmp_path / "three.csv", "--audio-dir", corpora, "--recipe", "svm")
    folder = tmp_path / "mixed"
    for name in ("Actor_02", "Actor_05"):
        shutil.copytree(corpora / "ravdess" / name, folder / name)
    files = sorted(str(path) for path in folder.rglob("*") if path.is_file())
    assert {path.rsplit(".", 1)[1] for path in files} == {"wav", "flac"}
    output = tmp_path / "predictions.csv"
    run("predict", "--model", tmp_path / "model.joblib", folder, "--output", output)
    predicted = pd.read_csv(output)
    assert predicted.Filename.tolist() == files
    assert len(files) == 120
    assert predicted.drop(columns="Warning").notna().all(axis=None)


def test_ravdess_store_makes_the_second_fit_compute_nothing(fit, run, corpora, tmp_path):
    data = corpora / "ravdess.csv"
    args = ("--recipe", "svm", "--cv", 6, "--cache", tmp_path / "cache")
    first, _ = fit(data, *args)
    assert (first["extraction"]["computed"], first["extraction"]["reused"]) == (1440, 0)
    predict = ("predict", "--model", tmp_path / "model.joblib", corpora / "ravdess" / "Actor_03")
    predictions = run(*predict, "--no-cache").out
    second, _ = fit(data, *args)
    assert (second["extraction"]["computed"], second["extraction"]["reused"]) == (0, 1440)
    for results in (first, second):
        del results["extraction"], results["command"]
    assert second == first
    # The model of what came out of the store predicts the same, from the store or from the files.
    for where in (("--no-cache",), ("--cache", tmp_path / "cache")):
        assert run(*predict, *where).out == predictions

    # Some of the files in another place, in another order, under other names.
    table = pd.read_csv(data, dtype=str)
    some = table.iloc[::24].iloc[::-1].copy()
    assert len(some) == 60
    (tmp_path / "elsewhere").mkdir()
    names = [f"{i}{name[name.rindex('.') :]}" for i, name in enumerate(some.Filename)]
    for old, new in zip(some.Filename, names, strict=True):
        shutil.copyfile(corpora / old, tmp_path / "elsewhere" / new)
    some.assign(Filename=names).to_csv(tmp_path / "elsewhere" / "some.csv", index=False)
    before = FeatureStore(tmp_path / "cache").info()
    output = tmp_path / "features.csv"
    extract = ("extract", "--data", tmp_path / "elsewhere" / "some.csv", "--recipe", "svm")
    run(*extract, "--output", output, "--cache", tmp_path / "cache")
    after = FeatureStore(tmp_path / "cache").info()
    assert after.n_computed == before.n_computed
    assert after.n_reused > before.n_reused
    run(*extract, "--output", tmp_path / "fresh.csv", "--no-cache")
    assert output.read_bytes() == (tmp_path / "fresh.csv").read_bytes()


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_ravdess_store_extracts_once_for_a_grid_search(corpora, tmp_path, n_jobs):
    table = pd.read_csv(corpora / "ravdess.csv", dtype=str)
    paths = np.array([str(corpora / name) for name in table.Filename])
    n_distinct = len({hashlib.sha256(Path(path).read_bytes()).digest() for path in paths})
    store = FeatureStore(tmp_path / "store")
    # The cheapest features there are: it is the store that is under test.
    parts = [("rms", RMS()), ("zcr", ZeroCrossingRate())]
    features = AudioFeatures(parts, memory=store)
    search = GridSearchCV(
        make_pipeline(features, StandardScaler(), SVC()),
        {"svc__C": [0.1, 1, 10], "svc__gamma": [0.01, 0.1, "scale"]},
        cv=GroupKFold(5),
        n_jobs=n_jobs,
    )
    search.fit(paths, table.Class, groups=table.Speaker)
    counts = {part.name: part.n_computed for part in store.info().parts}
    assert counts == {"RMS()": n_distinct, "ZeroCrossingRate()": n_distinct}
    # The features that every fold was given are the right ones.
    fresh = AudioFeatures(parts).transform(paths[::100])
    np.testing.assert_array_equal(features.transform(paths[::100]), fresh)
