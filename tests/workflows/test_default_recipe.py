"""The default recipe from CSV to saved model, on few and short clips."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import soundfile

from sersk.datasets import make_emotional_speech
from sersk.exceptions import RecipeError
from sersk.features import _biases, _windows
from sersk.persistence import save_model
from sersk.recipes import find_recipe, make_custom_recipe
from sersk.workflows import compare, fit, predict, predict_timeline
from tests.workflows._copies import write_speech

KERNELS = ["mel", "contours", "bands"]
BLOCKS = ["speech", "quality", "modulation", "harmonics", *KERNELS]
EXTRACTORS = ["mfcc", "shape", "energy", "zcr", "f0", "rhythm", *BLOCKS[1:]]
# As few kernels as show whether all is well.
FEW = {f"features__{bank}__n_kernels": 20 for bank in KERNELS}


@pytest.fixture(scope="module")
def csv(tmp_path_factory):
    folder = tmp_path_factory.mktemp("speech")
    return write_speech(folder, 4, 1, sample_rate=16000, duration_s=0.5)[0]


@pytest.fixture(scope="module")
def paths(csv):
    return sorted(str(path) for path in (csv.parent / "clips").iterdir())


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store that the tests of this module share, for all that does not hang on it."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def fitted(csv, store):
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("sersk.workflows._diagnosis._N_REPEATS", 2)
        return fit(csv, n_splits=2, importance=True, n_jobs=1, memory=store)


def fit_small(csv, **how):
    chosen = {"params": FEW, "copies": 0, "n_splits": 2, "n_jobs": 1}
    return fit(csv, **{**chosen, **how})


def stable(results):
    return {key: value for key, value in results.items() if key != "extraction"}


def test_results(fitted):
    assert fitted.results["recipe"] == "default"
    assert fitted.results["augment"]["copies"] == 2
    assert fitted.results["uar"] > 0.4
    assert [name for name, _ in fitted.pipeline["scaler"].blocks] == BLOCKS
    json.dumps(fitted.results, allow_nan=False)


def test_importance(fitted):
    importance = fitted.results["importance"]
    assert importance["without_copies"] is True
    names = {
        kind: [row["name"] for row in importance[kind]["rows"]]
        for kind in ("by_extractor", "by_block", "by_descriptor")
    }
    assert sorted(names["by_extractor"]) == sorted(EXTRACTORS)
    assert sorted(names["by_block"]) == sorted(BLOCKS)
    descriptors = names["by_descriptor"]
    # The banks are one descriptor each.
    assert {"mel", "contours", "bands", "mfcc0", "jitter"} <= set(descriptors)
    assert len(set(descriptors)) == len(descriptors) < 200
    rows = {
        kind: {row["name"]: row for row in importance[kind]["rows"]}
        for kind in ("by_extractor", "by_block", "by_descriptor")
    }
    for bank in KERNELS:
        of_bank = [table[bank] for table in rows.values()]
        assert of_bank[0] == of_bank[1] == of_bank[2]


def test_saved_model_is_small_and_predicts(fitted, paths, tmp_path):
    save_model(fitted.pipeline, tmp_path / "model.joblib", fitted.description)
    assert (tmp_path / "model.joblib").stat().st_size < 5e6
    paths = paths[:3]
    expected = predict(fitted.pipeline, paths)
    code = (
        f"import joblib; model = joblib.load({str(tmp_path / 'model.joblib')!r}); "
        f"from sersk.workflows import predict; table = predict(model, {paths!r}); "
        f"table.to_pickle({str(tmp_path / 'table.pkl')!r})"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    pd.testing.assert_frame_equal(pd.read_pickle(tmp_path / "table.pkl"), expected, rtol=1e-6)


def test_thresholds_of_kernels_are_found_once(fitted, paths, count):
    _biases.make_synthetic_biases.cache_clear()
    found = count(_biases, "find_biases")
    for _ in range(2):
        predict(fitted.pipeline, paths[:2])
    assert len(found) == 3


def test_timeline_does_not_depend_on_blocks(fitted, tmp_path, monkeypatch):
    signals = make_emotional_speech(1, 2, duration_s=1.25)[0]
    soundfile.write(tmp_path / "call.wav", np.resize(np.concatenate(signals), 160000), 16000)

    def hear(length):
        monkeypatch.setattr(_windows, "_BLOCK_LENGTH", length)
        return predict_timeline(fitted.pipeline, tmp_path / "call.wav")

    expected = hear(512)
    assert expected.duration_s == 10.0
    assert len(expected.cells.probabilities) == 10
    for length in (64, 100_000):
        found = hear(length)
        np.testing.assert_allclose(
            found.cells.probabilities, expected.cells.probabilities, rtol=1e-4, atol=1e-6
        )


def test_seed_decides(csv, paths, store):
    def proba(seed):
        how = dict(random_state=seed, memory=store)
        return predict(fit_small(csv, **how).pipeline, paths[:3]).iloc[:, -4:-1].to_numpy(float)

    first = proba(0)
    np.testing.assert_array_equal(proba(0), first)
    assert not np.allclose(proba(1), first, rtol=1e-4)


def test_compare_draws_the_kernels_from_the_seed(csv, store):
    """Which are then not those of seed 0."""
    how = dict(copies=0, n_splits=2, random_state=1, n_jobs=1, memory=store)
    plain = make_custom_recipe(["zcr"])
    board = compare(csv, [find_recipe("default"), plain], **how)["leaderboard"]
    alone = fit(csv, **how).results["log_loss"]
    assert next(row for row in board if row["recipe"] == "default")["log_loss"] == alone


def test_same_for_any_number_of_workers(csv, paths, tmp_path, workers_at_once):
    fits = [
        fit_small(csv, copies=None, n_jobs=n_jobs, memory=tmp_path / str(n_jobs))
        for n_jobs in (1, 2)
    ]
    assert stable(fits[0].results) == stable(fits[1].results)
    tables = [predict(fitted.pipeline, paths[:3]) for fitted in fits]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_a_parameter_that_changes_the_number_of_columns(csv, store):
    params = {**FEW, "features__mfcc__n_mfcc": 13}
    fitted = fit_small(csv, params=params, memory=store)
    blocks = dict(fitted.pipeline["scaler"].blocks)
    assert fitted.pipeline["classifier"].estimator.blocks == list(blocks.items())
    assert {blocks[bank] for bank in KERNELS} == {20 * 8}
    columns = fitted.pipeline["features"].get_feature_names_out()
    assert sum(blocks.values()) == len(columns)
    of_speech = columns[: blocks["speech"]]
    assert any(name.startswith("mfcc12_") for name in of_speech)
    assert not any(name.startswith("mfcc13_") for name in columns)


def test_features_are_not_selected(csv):
    with pytest.raises(RecipeError, match=r"'default' weighs its .* Leave out --select, or take"):
        fit(csv, select=5)


def test_unknown_parameter(csv):
    with pytest.raises(RecipeError, match=r"'default' has no parameter 'features__mfcc__n_mfc'"):
        fit(csv, params={"features__mfcc__n_mfc": 13})


def test_search_is_over_shrinkage(csv, store):
    fitted = fit_small(csv, search=True, memory=store)
    names = {f"classifier__estimator__{name}__shrinkage" for name in ("voice", "kernels")}
    assert set(fitted.results["search"]["best_params"]) == names


def test_voice_alone_has_no_kernels():
    pipeline = find_recipe("voice").make_pipeline()
    assert [name for name, _ in pipeline["scaler"].blocks] == BLOCKS[:4]
