"""Networks on the command line: fit, compare, predict, and what else may happen to them."""

import json
import re
import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest

from sersk.recipes import RECIPES, find_recipe

pytestmark = pytest.mark.torch

NETWORKS = [name for name, recipe in RECIPES.items() if recipe.is_network]
# The smallest that is of the same kind.
QUICK = ("--max-epochs", "2", "--cv", "2")


def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def fit(run_well, few_csv, tmp_path):
    """Fit to twelve clips; give the results and what was printed."""

    def run_fit(*args, data=None):
        results = tmp_path / "results.json"
        files = ("--output", tmp_path / "model.joblib", "--results", results)
        done = run_well("fit", "--data", data or few_csv, *files, *args)
        return _read(results), done

    return run_fit


@pytest.mark.parametrize("recipe", ["cnn", "bilstm"])
def test_from_csv_to_predictions(recipe, fit, run_well, corpus, tmp_path):
    results, done = fit("--recipe", recipe, *QUICK)
    assert results["recipe"] == recipe
    assert results["classes"] == ["anger", "neutral", "sadness"]
    network = results["network"]
    assert network["input"] == "default"
    assert network["max_epochs"] == network["epochs"] == 2
    assert f"Network of {network['n_parameters']} weights: at most 2 epochs" in done.out
    description = _read(tmp_path / "model.json")
    assert description["training"]["network"] == network
    assert {"torch", "skorch"} <= set(description["versions"])
    table = tmp_path / "predictions.csv"
    run_well("predict", "--model", tmp_path / "model.joblib", corpus / "TEST", "-o", table)
    predicted = pd.read_csv(table)
    assert len(predicted) == 6
    np.testing.assert_allclose(predicted.iloc[:, 2:-1].sum(axis=1), 1, atol=1e-3)
    assert "unfinished" not in description
    info = run_well("info", tmp_path / "model.joblib").out
    assert f"Network:       {network['n_parameters']} weights, of epoch" in info
    assert "Unfinished" not in info
    assert not list(tmp_path.glob("*checkpoint*"))


def test_expected_time_is_told_once(fit):
    _, done = fit("--recipe", "ann-torch", *QUICK)
    told = [line for line in done.err.splitlines() if line.startswith("An epoch takes")]
    assert len(told) == 1
    assert "3 trainings of at most 2 epochs" in told[0]


def test_same_numbers_whatever_the_jobs(fit, tmp_path, workers_at_once):
    # The clips of a store would be scored from finished folds.
    fresh = ("--no-cache", "--recipe", "bilstm", *QUICK)
    one, _ = fit(*fresh, "--jobs", "1")
    weights = joblib.load(tmp_path / "model.joblib")[-1].weights_
    two, _ = fit(*fresh, "--jobs", "2")
    assert two["log_loss"] == one["log_loss"]
    again = joblib.load(tmp_path / "model.joblib")[-1].weights_
    assert all(np.array_equal(weights[name], again[name]) for name in weights)


def test_options_reach_the_network(fit, tmp_path):
    fit(
        *("--recipe", "lstm", "--input", "original", "--max-epochs", "1", "--batch-size", "7"),
        *("--device", "cpu", "--no-early-stopping", "--cv", "2"),
        # The clips of the corpus are shorter than the half second that the original leaves out.
        *("--on-error", "skip"),
    )
    model = joblib.load(tmp_path / "model.joblib")
    assert model["features"].offset_s == 0.5
    network = model[-1]
    assert (network.axis, network.standardize) == ("coefficient", False)
    assert (network.max_epochs, network.batch_size) == (1, 7)
    assert (network.device, network.early_stopping) == ("cpu", False)


def test_sizes_of_layers(fit, tmp_path):
    results, _ = fit("--recipe", "bilstm", "--param", "classifier__hidden_sizes=8,4", *QUICK)
    assert joblib.load(tmp_path / "model.joblib")[-1].hidden_sizes == (8, 4)
    assert results["params"] == {"classifier__hidden_sizes": [8, 4]}


def test_weights_of_a_file_that_is_not_there(run, few_csv, tmp_path, assert_error):
    args = ("--recipe", "hybrid", "--param", f"classifier__weights={tmp_path / 'no.pth'}")
    done = run("fit", "--data", few_csv, *args, *QUICK, "-o", tmp_path / "m.joblib")
    assert_error(done, "no.pth")


def test_five_folds_unless_more_are_asked_for(run_well, tmp_path, corpus):
    from sersk.datasets import read_manifest
    from sersk.workflows._scoring import plan_folds

    table = pd.read_csv(corpus / "TRAIN.csv")
    table["Speaker"] = [f"S{i % 12}" for i in range(len(table))]
    table["Filename"] = [str(corpus / "TRAIN" / name) for name in table["Filename"]]
    table.to_csv(tmp_path / "twelve.csv", index=False)
    manifest = read_manifest(tmp_path / "twelve.csv")

    def count(**how):
        how = {"protocol": None, "n_splits": None, "random_state": 0, **how}
        folds = plan_folds(manifest, **how)
        return folds.name, len(folds.splits)

    assert count() == ("leave-one-speaker-out", 12)
    assert count(is_network=True) == ("grouped", 5)
    assert count(is_network=True, n_splits=3) == ("grouped", 3)
    chosen = count(is_network=True, protocol="leave-one-speaker-out")
    assert chosen == ("leave-one-speaker-out", 12)


def test_leaderboard_tells_how_long_networks_may_train(
    run_well, run, few_csv, tmp_path, assert_error
):
    board = tmp_path / "board.json"
    command = ("compare", "--data", few_csv, "--recipes", "svm,cnn,ann-torch,augmented-cnn")
    command = (*command, "--cv", "2", "--jobs", "1", "-o", board, "--max-epochs")
    done = run_well(*command, "1, cnn=2,ann-torch=3", "-o", tmp_path / "board.csv")
    text = " ".join(done.out.split())
    assert "augmented-cnn, 1 epochs (of 700: it may not be done)" in text
    rows = {row["recipe"]: row for row in _read(board)["leaderboard"]}
    assert rows["svm"]["network"] is None
    assert rows["cnn"]["network"] == {
        "input": "default",
        "max_epochs": 2,
        "usual_max_epochs": 100,
    }
    assert rows["ann-torch"]["network"]["max_epochs"] == 3
    assert rows["augmented-cnn"]["network"]["max_epochs"] == 1
    assert set(pd.read_csv(tmp_path / "board.csv").recipe) == set(rows)
    assert len(rows) == 4
    board.unlink()
    for wrong in ("0", "cnn", "cnn=", "=3", "cnn=x", "cnn=-1"):
        assert_error(run(*command, wrong), "--max-epochs", "must be a number from 1")
    for other in ("svm=2", "lstm=2"):
        assert_error(run(*command, other), "among the recipes", other.split("=")[0])


def test_finished_folds_are_kept(fit, count):
    from sersk.model_selection import _cross_validation

    args = ("--recipe", "cnn", *QUICK)
    first, _ = fit(*args)
    calls = count(_cross_validation, "fit_with_metadata")
    second, _ = fit(*args)
    # Only the final network is trained again.
    assert len(calls) == 1
    assert second["log_loss"] == first["log_loss"]


def test_copies_of_training_clips(fit, tmp_path):
    results, _ = fit("--recipe", "bilstm", "--augment", "noise", *QUICK)
    assert results["augment"]["copies"] == 1
    model = joblib.load(tmp_path / "model.joblib")
    assert [name for name, _ in model.steps] == ["sound", "features", "classifier"]
    assert model[-1].checkpoint is None


@pytest.mark.parametrize("option", ["--select", "--importance"])
def test_what_networks_do_not_offer(option, run, corpus, tmp_path, assert_error):
    value = ("5",) if option == "--select" else ()
    done = run(
        *("fit", "--data", corpus / "TRAIN.csv", "--recipe", "bilstm", option, *value),
        *("-o", tmp_path / "m.joblib"),
    )
    assert_error(done, option)


@pytest.mark.parametrize(
    "args",
    [("--recipe", "svm", "--max-epochs", "3"), ("--features", "mfcc", "--device", "cpu")],
)
def test_options_of_networks_need_one(args, run, corpus, tmp_path, assert_error):
    done = run("fit", "--data", corpus / "TRAIN.csv", *args, "-o", tmp_path / "m.joblib")
    assert_error(done, "Only a network", "bilstm")


@pytest.mark.parametrize("command", ["extract", "audit"])
def test_commands_that_take_no_network(command, run, corpus, tmp_path, assert_error):
    extra = ("--output", tmp_path / "f.csv") if command == "extract" else ()
    done = run(command, "--data", corpus / "TRAIN.csv", "--recipe", "bilstm", *extra)
    assert_error(done, "must not be a network", "bilstm")


def test_gpu_that_is_not_there(run, few_csv, tmp_path, assert_error, monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    done = run(
        *("fit", "--data", few_csv, "--recipe", "cnn", "--device", "cuda"),
        *("-o", tmp_path / "m.joblib"),
    )
    assert_error(done, "cuda", "cpu")


def test_killed_training_leaves_its_best_epoch(corpus, few_csv, tmp_path, run_well):
    output, unfinished = tmp_path / "model.joblib", tmp_path / "model.checkpoint.joblib"
    command = [sys.executable, "-m", "sersk", "fit", "--data", str(few_csv)]
    command += ["--recipe", "cnn", "--cv", "2", "--max-epochs", "3", "--no-early-stopping"]
    command += ["--jobs", "1", "--output", str(output)]
    # The folds end at once, and the final network waits after its first best epoch: a kill
    # between the two files of a later one would leave a pair that differs.
    code = (
        "import sys\n"
        "import time\n"
        "from sersk.workflows import _networks, _trial\n"
        "from sersk.model_selection import OutOfFold\n"
        "def guess(learner, X, y, *args, **kwargs):\n"
        "    import numpy as np\n"
        "    classes = np.unique(y)\n"
        "    return OutOfFold(classes, np.full((len(y), len(classes)), 1 / len(classes)), [])\n"
        "_trial.cross_validate_predictions = guess\n"
        "save = _networks.save_model\n"
        "def save_and_wait(*args):\n"
        "    save(*args)\n"
        "    print('saved', flush=True)\n"
        "    time.sleep(600)\n"
        "_networks.save_model = save_and_wait\n"
        "from sersk.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, *command[3:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert "saved\n" in iter(process.stdout.readline, ""), process.stderr.read()
    finally:
        # Without a chance to tidy up.
        process.kill()
        process.communicate()
    assert not output.exists()
    assert _read(unfinished.with_suffix(".json"))["unfinished"] is True
    assert "Unfinished:    the best epoch" in run_well("info", unfinished).out
    table = tmp_path / "predictions.csv"
    run_well("predict", "--model", unfinished, corpus / "TEST", "-o", table)
    assert len(pd.read_csv(table)) == 6


def test_without_torch(fit, few_csv, tmp_path):
    """Where the extra is not installed, the core works and the networks explain themselves."""
    fit("--recipe", "cnn", *QUICK)
    # One process for all of them.
    code = (
        "import contextlib, io, json, sys\n"
        "class Hidden:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('torch', 'skorch'):\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Hidden())\n"
        "from sersk.cli import main\n"
        "done = []\n"
        "for args in json.loads(sys.argv[1]):\n"
        "    out, err, status = io.StringIO(), io.StringIO(), 0\n"
        "    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):\n"
        "        try:\n"
        "            main(args)\n"
        "        except SystemExit as error:\n"
        "            status = error.code or 0\n"
        "    done.append((status, out.getvalue(), err.getvalue()))\n"
        "print(json.dumps(done))\n"
    )
    fits = ["fit", "--data", str(few_csv), "-o", str(tmp_path / "m.joblib"), "--recipe"]
    clip = pd.read_csv(few_csv).Filename[0]
    predict = ["predict", "--model", str(tmp_path / "model.joblib"), clip]
    commands = [["recipes"], *([*fits, recipe] for recipe in NETWORKS), predict]
    command = [sys.executable, "-c", code, json.dumps(commands)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    (status, listed, _), *refused = json.loads(done.stdout)
    assert status == 0
    assert all(re.search(rf"^{name} ", listed, re.M) for name in NETWORKS)
    assert len(refused) == len(NETWORKS) + 1
    for status, _, err in refused:
        assert status == 1
        assert err.count("\n") == 1
        assert 'pip install "sersk[torch]"' in err
    assert done.stderr == ""


def test_each_recipe_is_a_pipeline_of_two_steps():
    for name in NETWORKS:
        for form in ("default", "original"):
            pipeline = find_recipe(name).configure(input=form).make_pipeline(random_state=3)
            assert list(pipeline.named_steps) == ["features", "classifier"]
            assert pipeline[-1].random_state == 3
            assert set(find_recipe(name).search_space) <= set(pipeline.get_params())
