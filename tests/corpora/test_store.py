"""The feature store on real speech."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.features import RMS, AudioFeatures, FeatureStore, ZeroCrossingRate

pytestmark = pytest.mark.corpus


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
