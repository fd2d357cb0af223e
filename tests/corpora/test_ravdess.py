"""Scores of RAVDESS: of speakers apart, and of speakers mixed."""

import pytest

pytestmark = pytest.mark.corpus


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
