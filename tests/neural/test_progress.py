import re
import sys
from types import SimpleNamespace

import pytest

from sersk.exceptions import TrainingError
from sersk.neural import _progress
from sersk.neural._progress import expect_trainings
from tests.neural._networks import LinearNetwork, make_table

X, EMOTIONS, _ = make_table()
ONE = r"An epoch takes \S+ s; this training of at most 4 takes up to \S+ s\.\n"
SEVEN = (
    r"An epoch takes \S+ s; 7 trainings of at most 4 epochs take up to \S+ s, early stopping "
    r"often less\.\n"
)


def _fit(**params):
    LinearNetwork(**params).fit(X, EMOTIONS)


def _assert_told(capsys, pattern):
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(pattern, err), err


def test_silent_unless_asked(capsys):
    _fit()
    assert capsys.readouterr() == ("", "")


def test_verbose_tells_how_long_it_may_take(capsys):
    _fit(verbose=True)
    _assert_told(capsys, ONE)
    _fit(verbose=True)
    _assert_told(capsys, ONE)


def test_expected_trainings_are_told_once(capsys):
    with expect_trainings(7):
        _fit()
        _fit(verbose=True)
    _assert_told(capsys, SEVEN)
    _fit()
    assert capsys.readouterr() == ("", "")


def test_inner_expectation_is_another(capsys):
    with expect_trainings(7):
        with expect_trainings(1):
            _fit()
        _assert_told(capsys, ONE)
        _fit()
    _assert_told(capsys, SEVEN)


def test_expectation_ends_with_an_error():
    with pytest.raises(KeyError), expect_trainings(7):
        raise KeyError
    assert _progress._expected.get() is None


def test_training_that_failed_before_its_first_epoch_has_told_nothing(capsys):
    with expect_trainings(7):
        with pytest.raises(TrainingError, match="epoch 1"):
            _fit(lr=1e30, weight_decay=0.1, optimizer="sgd")
        assert capsys.readouterr().err == ""
        _fit()
    _assert_told(capsys, SEVEN)


def test_bar_of_epochs_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    _fit(verbose=True)
    err = capsys.readouterr().err
    assert "Training:" in err
    assert "/4" in err
    # It wipes itself away, after an error as well.
    assert err.endswith("\r")
    with pytest.raises(TrainingError, match="epoch 1"):
        _fit(verbose=True, lr=1e30, weight_decay=0.1, optimizer="sgd")
    assert capsys.readouterr().err.endswith("\r")


def test_bar_counts_every_epoch(monkeypatch):
    n_updates = []
    bar = _progress.progress_bar(None, total=1, description=None, unit="epoch")
    monkeypatch.setattr(bar, "update", lambda: n_updates.append(1))
    monkeypatch.setattr(_progress, "progress_bar", lambda *args, **kwargs: bar)
    monkeypatch.setattr(_progress, "announce", lambda message: None)
    _fit(verbose=True)
    assert len(n_updates) == 4


@pytest.mark.parametrize(
    ("n_trainings", "n_workers", "epoch_s", "early_stopping", "expected"),
    [
        (1, 1, 3.1, True, "An epoch takes 3.1 s; this training of at most 100 takes up to 5 min."),
        (
            *(7, 1, 3.1, True),
            "An epoch takes 3.1 s; 7 trainings of at most 100 epochs take up to 36 min, early "
            "stopping often less.",
        ),
        (
            *(7, 2, 3.1, False),
            "An epoch takes 3.1 s; 7 trainings of at most 100 epochs take up to 21 min.",
        ),
        (1, 4, 0.0412, True, "An epoch takes 0.041 s; this training of at most 100 takes up to 4"),
        (1, 1, 100.0, True, "An epoch takes 2 min; this training of at most 100 takes up to 2.8"),
    ],
)
def test_words(n_trainings, n_workers, epoch_s, early_stopping, expected):
    network = SimpleNamespace(max_epochs=100, early_stopping=early_stopping)
    trainings = SimpleNamespace(n_trainings=n_trainings, n_workers=n_workers)
    assert _progress._tell_duration(network, trainings, epoch_s).startswith(expected)
