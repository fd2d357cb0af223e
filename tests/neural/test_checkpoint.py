import os
import shutil
import signal
import subprocess
import sys
import time

import joblib
import numpy as np
import pytest

from sersk.exceptions import TrainingError
from sersk.neural import _base, _checkpoint
from tests.neural._networks import LinearNetwork, make_table

X, EMOTIONS, SPEAKERS = make_table(noise=2.0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "best.joblib"


def test_every_better_epoch_is_saved_whole(path, monkeypatch):
    saved = []

    def spy(classifier, target):
        _checkpoint.write_checkpoint(classifier, target)
        saved.append(joblib.load(path))

    monkeypatch.setattr(_base, "write_checkpoint", spy)
    model = LinearNetwork(max_epochs=40, lr=0.3, batch_size=8, checkpoint=path)
    model.fit(X, EMOTIONS, SPEAKERS)
    losses = model.history_["valid_loss"]
    better = [i + 1 for i in range(len(losses)) if losses[i] == min(losses[: i + 1])]
    assert len(better) > 2
    assert [loaded.best_epoch_ for loaded in saved] == better
    for loaded in saved:
        assert loaded.classes_.tolist() == model.classes_.tolist()
        assert loaded.history_ == {
            name: values[: loaded.best_epoch_] for name, values in model.history_.items()
        }
        assert loaded.predict_proba(X).shape == (len(X), 3)
        assert set(vars(loaded)) == set(vars(model))


@pytest.mark.parametrize("form", [str, lambda path: path])
def test_last_checkpoint_is_the_fitted_classifier(path, form):
    model = LinearNetwork(max_epochs=40, lr=0.3, batch_size=8, checkpoint=form(path))
    model.fit(X, EMOTIONS, SPEAKERS)
    assert model.best_epoch_ < len(model.history_["epoch"])
    loaded = joblib.load(path)
    np.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
    assert loaded.get_params() == model.get_params()
    assert list(path.parent.iterdir()) == [path]


def test_checkpoint_changes_nothing(path):
    plain = LinearNetwork().fit(X, EMOTIONS)
    saving = LinearNetwork(checkpoint=path).fit(X, EMOTIONS)
    np.testing.assert_array_equal(plain.weights_["weight"], saving.weights_["weight"])


def test_checkpoints_of_a_second_fit_are_of_the_second(path):
    model = LinearNetwork(checkpoint=path).fit(X, EMOTIONS)
    model.set_params(max_epochs=1).fit(X[:, :2], np.where(EMOTIONS == "sad", "yes", "no"))
    loaded = joblib.load(path)
    assert loaded.classes_.tolist() == ["no", "yes"]
    assert loaded.predict(X[:, :2]).shape == (len(X),)


def test_killed_training_leaves_a_classifier(path):
    code = (
        "from tests.neural._networks import LinearNetwork, make_table\n"
        "X, emotions, speakers = make_table(noise=0.3)\n"
        "print('begun', flush=True)\n"
        "LinearNetwork(max_epochs=10**6, lr=1e-6, early_stopping=False,\n"
        f"    checkpoint={str(path)!r}).fit(X, emotions)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"begun\n"
        deadline = time.monotonic() + 60
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.1)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert process.returncode == -signal.SIGKILL
    loaded = joblib.load(path)
    X = make_table()[0]
    assert set(loaded.predict(X)) <= {"happy", "neutral", "sad"}
    assert loaded.best_epoch_ == len(loaded.history_["valid_loss"])
    # What is left of a file that was being written is in nobody's way.
    loaded.set_params(max_epochs=2).fit(X, EMOTIONS)
    assert joblib.load(path).history_["epoch"][-1] <= 2


def _fail_if_trained(*args, **kwargs):
    raise AssertionError("trained")


@pytest.mark.parametrize(
    ("place", "error", "message"),
    [
        ("gone/best.joblib", FileNotFoundError, r"gone' does not exist\. Make it first"),
        ("", IsADirectoryError, r"it is a folder\. Name a file"),
    ],
)
def test_impossible_place_is_refused_before_training(tmp_path, monkeypatch, place, error, message):
    monkeypatch.setattr(_base, "train", _fail_if_trained)
    with pytest.raises(error, match=message):
        LinearNetwork(checkpoint=tmp_path / place).fit(X, EMOTIONS)


def test_folder_without_rights_is_refused_before_training(path, monkeypatch):
    monkeypatch.setattr(_base, "train", _fail_if_trained)
    # Tests may run as root, who may do all.
    monkeypatch.setattr(os, "access", lambda *args: False)
    with pytest.raises(PermissionError, match="no right to write in its folder"):
        LinearNetwork(checkpoint=path).fit(X, EMOTIONS)


def test_folder_that_goes_away_is_named(tmp_path, monkeypatch):
    path = tmp_path / "run" / "best.joblib"
    path.parent.mkdir()
    dump = joblib.dump

    def dump_and_remove(*args):
        dump(*args)
        shutil.rmtree(path.parent)

    monkeypatch.setattr(_checkpoint.joblib, "dump", dump_and_remove)
    with pytest.raises(
        TrainingError, match=r"Cannot write the checkpoint .*best\.joblib' after epoch 1 \(no such"
    ) as info:
        LinearNetwork(checkpoint=path).fit(X, EMOTIONS)
    assert "or pass checkpoint=None." in str(info.value)


def test_full_disk_is_named_and_leaves_no_litter(path, monkeypatch):
    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_checkpoint.joblib, "dump", fail)
    with pytest.raises(TrainingError, match=r"\(no space left on device\)\. Name a file in a fol"):
        LinearNetwork(checkpoint=path).fit(X, EMOTIONS)
    assert list(path.parent.iterdir()) == []
