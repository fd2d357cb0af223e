"""Given folds, inflation and comparisons on real speech (fixture ``corpora``)."""

import json
from itertools import pairwise

import pandas as pd
import pytest

from sersk.cli import main

pytestmark = pytest.mark.corpus

# Of the folds that the EmoBox benchmark publishes for RAVDESS.
EXPECTED = {"ann": 0.35, "egemaps-svm": 0.47}


@pytest.fixture
def run(corpora, capsys):
    """Run a command on RAVDESS that must succeed, and give what it printed."""

    def run_it(command, *args):
        main([str(arg) for arg in (command, "--data", corpora / "ravdess.csv", *args)])
        return capsys.readouterr().out

    return run_it


@pytest.fixture
def fit(run, tmp_path):
    def run_fit(recipe, *args):
        files = ("--output", tmp_path / "model.joblib", "--results", tmp_path / "results.json")
        out = run("fit", "--recipe", recipe, *files, *args)
        return json.loads((tmp_path / "results.json").read_text(encoding="utf-8")), out

    return run_fit


@pytest.mark.parametrize("recipe", list(EXPECTED))
def test_given_folds_and_what_random_ones_would_have_promised(fit, recipe, corpora):
    results, out = fit(recipe, "--fold-column", "Fold")
    table = pd.read_csv(corpora / "ravdess.csv", dtype=str)
    sizes = table.groupby("Fold").size().to_dict()
    assert {fold["name"]: fold["n_test"] for fold in results["folds"]} == sizes
    assert results["protocol"] == "published"
    assert not results["optimistic"]
    assert results["uar"] == pytest.approx(EXPECTED[recipe], abs=0.03)
    _check_trust(results)
    low, high = results["interval"]["uar"]
    assert low < results["uar"] < high
    assert high - low < 0.2
    assert "published, 6 folds (given folds)" in out
    assert list(results["per_gender"]) == ["female", "male"]
    # The two files of the corpus that hold the same sound.
    (finding,) = [f for f in results["audit"] if f["kind"] == "exact_duplicate"]
    assert len(finding["files"]) == 2
    assert all("Actor_07" in name for name in finding["files"])

    flattering, out = fit(recipe, "--protocol", "stratified")
    assert flattering["uar"] >= results["uar"] + 0.15
    assert "This score is optimistic" in out
    # What random folds promise is not in the interval for new speakers.
    assert flattering["uar"] > high


def _check_trust(results):
    """Probabilities mean what they say, and the surer clips are the ones that are right."""
    assert results["calibration_error"] <= 0.08
    rows = results["risk_coverage"]
    for more, fewer in pairwise(rows):
        # What the clips left out may take with them by chance.
        noise = 2 * (fewer["accuracy"] * (1 - fewer["accuracy"]) / fewer["n_clips"]) ** 0.5
        assert fewer["accuracy"] >= more["accuracy"] - noise
    whole, half, tenth = rows[0], rows[10], rows[18]
    assert whole["accuracy"] == results["accuracy"]
    assert half["accuracy"] > whole["accuracy"] + 0.05
    assert tenth["accuracy"] > half["accuracy"] + 0.03


def test_comparison_tells_all_four_numbers(run, fit, tmp_path):
    args = ("--recipes", ",".join(EXPECTED), "--fold-column", "Fold", "--inflation")
    out = run("compare", *args, "--output", tmp_path / "board.csv")
    board = pd.read_csv(tmp_path / "board.csv").set_index("recipe")
    assert list(board.index) == ["egemaps-svm", "ann"]
    for recipe, row in board.iterrows():
        assert row.uar == pytest.approx(EXPECTED[recipe], abs=0.03)
        assert row.inflation > 0.1
        assert row.random_uar == pytest.approx(row.uar + row.inflation)
        line = next(line for line in out.splitlines() if line.startswith(recipe))
        assert f"  {row.uar:.3f}  {row.uar_low:.3f} to {row.uar_high:.3f}" in line
        assert line.split()[-2:] == [f"{row.random_uar:.3f}", f"{row.inflation:+.3f}"]
        assert fit(recipe, "--fold-column", "Fold")[0]["uar"] == pytest.approx(row.uar)
    # So clear a difference is told apart over 24 speakers.
    assert board.loc["ann", "p_adjusted"] < 0.01
    assert board.loc["ann", "difference_high"] < 0


def test_a_second_comparison_goes_by_the_folds_of_the_first(run, count):
    from sersk.model_selection import _cross_validation

    fits = count(_cross_validation, "fit_with_metadata")
    args = ("--recipes", ",".join(EXPECTED), "--fold-column", "Fold", "--jobs", 1)
    first = run("compare", *args)
    fits.clear()
    assert run("compare", *args) == first
    assert fits == []
