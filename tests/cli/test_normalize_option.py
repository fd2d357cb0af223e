"""--normalize-speakers, and who speaks when such a model predicts."""

import io

import numpy as np
import pandas as pd
import pytest
import soundfile

from sersk.datasets import make_emotional_speech
from sersk.persistence import read_description
from sersk.recipes import RECIPES
from tests.cli._json import read_json
from tests.cli._quick import register

CLASSES = ["anger", "neutral", "sadness"]
LINE = "UAR with each speaker's own clips known (transductive)"


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """Three people, each with a folder and a distance from the microphone; and a CSV."""
    folder = tmp_path_factory.mktemp("calls")
    signals, emotions, speakers = make_emotional_speech(
        3, 4, classes=tuple(CLASSES), duration_s=0.4, sample_rate=8000, random_state=2
    )
    rows = []
    for number, (signal, speaker) in enumerate(zip(signals, speakers, strict=True)):
        (folder / speaker).mkdir(exist_ok=True)
        gain = 4.0 ** -np.unique(speakers).tolist().index(speaker)
        soundfile.write(folder / speaker / f"{number:02d}.wav", gain * signal, 8000)
        rows.append((f"{speaker}/{number:02d}.wav", emotions[number], speaker))
    table = pd.DataFrame(rows, columns=["Filename", "Class", "Speaker"])
    table.to_csv(folder / "calls.csv", index=False)
    table.assign(Agent=table.Speaker).drop(columns="Speaker").to_csv(
        folder / "agents.csv", index=False
    )
    return folder


@pytest.fixture(scope="module")
def fitted(run_well, calls, tmp_path_factory):
    """Model, results and stdout of a fit of the quick recipe, with and without."""
    folder, made = tmp_path_factory.mktemp("fitted"), {}
    with pytest.MonkeyPatch.context() as patch:
        register(lambda name, recipe: patch.setitem(RECIPES, name, recipe))
        for name, options in (("plain", ()), ("own", ("--normalize-speakers",))):
            model, results = folder / f"{name}.joblib", folder / f"{name}.results"
            how = ("--recipe", "quick-both", "--output", model, "--results", results, "--no-cache")
            done = run_well("fit", "--data", calls / "calls.csv", *how, *options)
            made[name] = (model, read_json(results), done)
    return made


@pytest.fixture(scope="module")
def model(fitted):
    return fitted["own"][0]


@pytest.fixture
def predict(run, calls, model, monkeypatch):
    """Predict; give the table and what was warned of."""
    monkeypatch.chdir(calls)

    def run_predict(*args):
        result = run("predict", "--model", model, "--no-cache", *args)
        assert result.status == 0, result.err
        warned = [line for line in result.err.splitlines() if "warning" in line]
        return pd.read_csv(io.StringIO(result.out)), warned

    return run_predict


def list_folders(calls):
    return sorted(path.name for path in calls.iterdir() if path.is_dir())


def test_summary_shows_both_scores_each_by_its_name(fitted):
    _, plain, _ = fitted["plain"]
    _, results, done = fitted["own"]
    assert results["uar"] == plain["uar"]
    lines = done.out.splitlines()
    (headline,) = [line for line in lines if line.startswith("UAR  ")]
    assert headline.split()[1] == f"{plain['uar']:.3f}"
    (beside,) = [line for line in lines if LINE in line]
    assert f"{results['transductive']['uar']:.3f}" in beside
    assert lines.index(headline) < lines.index(beside)
    assert "Transductive: each speaker's own unlabelled clips were used" in done.out
    assert "the saved model measures each by all of their own clips" in done.out
    # Below five speakers there is no interval, and none is made up.
    assert beside.endswith(f"{results['transductive']['uar']:.3f}")
    assert LINE not in fitted["plain"][2].out
    assert "ransductive" not in fitted["plain"][2].out


def test_info_says_so(run_well, fitted):
    out = run_well("info", fitted["own"][0]).out
    assert "Speakers:      each measured by all of their own clips" in out
    assert "Transductive:  UAR" in out
    assert read_description(fitted["own"][0])["normalizes_speakers"] is True
    assert "ransductive" not in run_well("info", fitted["plain"][0]).out


def test_evaluate_shows_both(run_well, model, calls):
    args = ("--model", model, "--data", calls / "agents.csv", "--no-cache")
    out = run_well("evaluate", *args, "--group-column", "Agent").out
    assert LINE in out
    assert "of the same model without that" in " ".join(out.split())
    done = run_well("evaluate", *args)
    assert LINE not in done.out
    assert "does not say who speaks, so it is scored without" in done.err


def test_all_ways_to_say_who_speaks_agree(predict, calls):
    table, warned = predict("--data", "calls.csv")
    assert warned == []
    by_column, warned = predict("--data", "agents.csv", "--speaker-column", "Agent")
    assert warned == []
    pd.testing.assert_frame_equal(table, by_column)
    by_folder, warned = predict("--speaker-folders", *list_folders(calls))
    assert warned == []
    pd.testing.assert_frame_equal(table.sort_values("Filename"), by_folder.sort_values("Filename"))
    last = list_folders(calls)[-1]
    by_one, warned = predict("--one-speaker", last)
    assert warned == []
    is_last = by_folder.Filename.str.startswith(last)
    np.testing.assert_allclose(by_one[CLASSES], by_folder.loc[is_last, CLASSES], atol=2e-6)


@pytest.mark.parametrize("args", [("--data", "agents.csv"), None])
def test_strangers_are_judged_without_and_that_is_said(args, predict, calls):
    table, warned = predict(*(args or list_folders(calls)))
    assert len(warned) == 1
    assert "Say who does with --speaker-column, --speaker-folders or --one-speaker" in warned[0]
    known, _ = predict("--data", "calls.csv")
    assert np.abs(table[CLASSES] - known[CLASSES]).to_numpy().max() > 0.05


def test_few_clips_are_counted(predict, calls):
    first = list_folders(calls)[0]
    files = sorted(str(path.relative_to(calls)) for path in (calls / first).iterdir())[:9]
    _, warned = predict("--one-speaker", *files)
    assert len(warned) == 1
    assert "1 of 1 speakers have fewer than 10 clips" in warned[0]


def test_timeline_does_without(predict, calls, tmp_path):
    first = list_folders(calls)[0]
    table, warned = predict("--window", "1", first)
    assert len(table) == 12
    assert len(warned) == 1
    assert "judges windows without that" in warned[0]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--one-speaker", "--speaker-folders", "."), "--speaker-folders excludes --one-speaker"),
        (("--speaker-column", "a", "--one-speaker", "."), "-column excludes --one-speaker"),
        (("--speaker-column", "Agent", "."), "--speaker-column needs a CSV, named with --data"),
        (("--one-speaker", "--window", "1", "."), "Leave it out, or --window and --timeline"),
        (("--data", "calls.csv", "--speaker-column", "x"), "of the speaker with --speaker-column"),
    ],
)
def test_errors(args, told, run, model, calls, monkeypatch):
    monkeypatch.chdir(calls)
    result = run("predict", "--model", model, *args)
    assert result.status in (1, 2)
    assert told in result.err
    assert len(result.err.splitlines()) == 1


def test_other_models_have_no_use_for_speakers(run, run_well, fitted, calls, monkeypatch):
    monkeypatch.chdir(calls)
    plain = fitted["plain"][0]
    result = run("predict", "--model", plain, "--one-speaker", ".")
    assert result.status == 2
    assert "--one-speaker is for a model that normalises speakers" in result.err
    # A column of speakers that happens to be there does no harm.
    assert "warning" not in run_well("predict", "--model", plain, "--data", "calls.csv").err


def test_fit_without_speakers(run, calls, tmp_path):
    model = tmp_path / "model.joblib"
    how = ("--recipe", "svm", "--normalize-speakers", "--output", model)
    done = run("fit", "--data", calls / "agents.csv", *how)
    assert done.status == 1
    assert "does not say who speaks" in done.err
    assert not model.exists()
