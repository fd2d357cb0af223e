import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sersk.neural import _base
from sersk.neural._holdout import hold_out
from tests.neural._networks import LinearNetwork, make_sequences, make_table


def _assert_parts(codes, train, valid):
    assert_array_equal(np.sort(np.concatenate([train, valid])), np.arange(len(codes)))
    assert_array_equal(np.unique(codes[train]), np.unique(codes))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.34, 0.5])
def test_no_speaker_is_on_both_sides(fraction, seed):
    rng = np.random.default_rng(seed)
    speakers, codes = rng.integers(12, size=300), rng.integers(4, size=300)
    train, valid = hold_out(codes, speakers, fraction, seed)
    _assert_parts(codes, train, valid)
    assert not set(speakers[train]) & set(speakers[valid])
    assert len(valid) / 300 == pytest.approx(fraction, abs=0.07)


@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.34, 0.5])
def test_without_speakers_clips_are_held_out(fraction):
    codes = np.random.default_rng(0).integers(4, size=300)
    train, valid = hold_out(codes, None, fraction, 0)
    _assert_parts(codes, train, valid)
    assert len(valid) / 300 == pytest.approx(fraction, abs=0.02)
    for code in range(4):
        assert np.mean(codes[valid] == code) == pytest.approx(np.mean(codes == code), abs=0.04)


def test_single_speaker_counts_as_none():
    codes = np.arange(60) % 3
    assert_array_equal(hold_out(codes, np.zeros(60), 0.2, 0)[1], hold_out(codes, None, 0.2, 0)[1])


def test_clips_are_held_out_where_no_speaker_can_be_spared():
    codes = np.repeat([0, 1], 20)
    # Each speaker alone has one of the classes.
    train, valid = hold_out(codes, codes, 0.2, 0)
    _assert_parts(codes, train, valid)
    assert len(valid) == 8
    assert set(codes[valid]) == {0, 1}


def test_speaker_who_alone_has_a_class_is_trained_on():
    speakers = np.repeat(np.arange(6), 10)
    codes = np.where(speakers == 2, np.arange(60) % 2, 0)
    for seed in range(10):
        train, valid = hold_out(codes, speakers, 0.2, seed)
        _assert_parts(codes, train, valid)
        assert not set(speakers[train]) & set(speakers[valid])
        assert len(valid) > 0


@pytest.mark.parametrize("n_rare", [1, 2])
def test_rare_class_does_not_change_the_fraction(n_rare):
    codes = np.array([0] * 50 + [1] * 50 + [2] * n_rare)
    for seed in range(10):
        train, valid = hold_out(codes, None, 0.2, seed)
        _assert_parts(codes, train, valid)
        assert len(valid) / len(codes) == pytest.approx(0.2, abs=0.02)


def test_fold_nearest_to_the_fraction_is_taken():
    # One speaker has half of the clips.
    speakers = np.array([0] * 50 + [1] * 20 + [2] * 30)
    for seed in range(5):
        valid = hold_out(np.arange(100) % 2, speakers, 0.3, seed)[1]
        assert set(speakers[valid]) == {2}


@pytest.mark.parametrize(
    ("codes", "fraction"), [([0, 1, 2], 0.2), ([0, 1], 0.5), ([0, 1] * 20, 0.0)]
)
def test_nothing_is_held_out_where_no_clip_can_be_spared(codes, fraction):
    train, valid = hold_out(np.array(codes), None, fraction, 0)
    assert_array_equal(train, np.arange(len(codes)))
    assert len(valid) == 0


def test_seed_decides():
    codes, speakers = np.arange(90) % 3, np.arange(90) // 9
    valids = [hold_out(codes, speakers, 0.2, seed)[1] for seed in (0, 0, 1, 2, 3)]
    assert_array_equal(valids[0], valids[1])
    assert len({tuple(valid) for valid in valids}) > 1


@pytest.fixture
def parts(monkeypatch):
    """The parts of each fit."""
    seen = []

    def spy(*args):
        seen.append(hold_out(*args))
        return seen[-1]

    monkeypatch.setattr(_base, "hold_out", spy)
    return seen


def test_fit_trains_on_other_speakers_than_it_validates_on(parts):
    X, emotions, speakers = make_sequences()
    LinearNetwork().fit(X, emotions, groups=list(speakers))
    train, valid = parts[0]
    assert not set(speakers[train]) & set(speakers[valid])
    assert len(valid) == 12


@pytest.mark.parametrize("make", [make_table, make_sequences])
def test_validation_clips_do_not_change_the_normalisation(make, parts):
    X, emotions, speakers = make()
    model = LinearNetwork().fit(X, emotions, speakers)
    mean, scale = model.mean_, model.scale_
    train, valid = parts[0]
    frames = np.concatenate([np.atleast_2d(X[i]) for i in train])
    np.testing.assert_allclose(mean, frames.mean(axis=0), rtol=1e-5)
    for i in valid:
        X[i] = X[i] * 100 + 7
    model.fit(X, emotions, speakers)
    assert_array_equal(parts[1][1], valid)
    assert_array_equal(model.mean_, mean)
    assert_array_equal(model.scale_, scale)
    X[train[0]] = X[train[0]] + 1
    assert not np.array_equal(model.fit(X, emotions, speakers).mean_, mean)


def test_without_validation_part_the_training_loss_decides():
    X, emotions, _ = make_table()
    model = LinearNetwork(validation_fraction=0).fit(X, emotions)
    assert not any(name.startswith("valid") for name in model.history_)
    assert model.best_epoch_ == np.argmin(model.history_["train_loss"]) + 1


def test_without_standardising_nothing_is_measured():
    X, emotions, _ = make_table()
    model = LinearNetwork(standardize=False).fit(X, emotions)
    assert model.mean_ is None
    assert model.scale_ is None
    scores = X @ model.weights_["weight"].T + model.weights_["bias"]
    assert_array_equal(model.predict(X), model.classes_[scores.argmax(axis=1)])
