"""One temperature per network, from the clips that chose its epoch."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax

from sersk.neural import _base
from sersk.neural._temperature import fit_temperature
from tests.neural._networks import LinearNetwork, make_table

X, EMOTIONS, SPEAKERS = make_table(noise=2.0)


def _draw(n_samples, sharpness, seed=0):
    """Draw classes by the softmax of logits, and give these times the sharpness."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=1.5, size=(n_samples, 4))
    steps = softmax(logits, axis=1).cumsum(axis=1)
    codes = (rng.random((n_samples, 1)) > steps).sum(axis=1)
    return (sharpness * logits).astype(np.float32), codes


@pytest.mark.parametrize("sharpness", [0.3, 1, 5])
def test_finds_how_much_too_sure_logits_are(sharpness):
    logits, codes = _draw(5000, sharpness)
    assert fit_temperature(logits, codes, np.ones(5000)) == pytest.approx(sharpness, rel=0.06)


def test_weights_count():
    sure, shy = _draw(2000, 4.0), _draw(2000, 0.5, seed=1)
    logits, codes = (np.concatenate(parts) for parts in zip(sure, shy, strict=True))
    first = np.repeat([1.0, 0.0], 2000)
    assert fit_temperature(logits, codes, first) == pytest.approx(4, rel=0.1)
    assert fit_temperature(logits, codes, 1 - first) == pytest.approx(0.5, rel=0.1)
    assert fit_temperature(logits, codes, 0 * first) == 1


def test_few_clips_that_are_all_right_do_not_make_certain():
    logits = 2.0 * np.eye(3)
    temperature = fit_temperature(logits, np.arange(3), np.ones(3))
    # Each counts 4 / 5 to its class and 1 / 5 to all three alike.
    assert softmax(logits / temperature, axis=1)[0, 0] == pytest.approx(0.8 + 0.2 / 3, abs=1e-3)


def _fit(monkeypatch=None, **params):
    """Fit a network that grows much too sure, and note what its temperature is fitted to."""
    seen = []

    def spy(logits, codes, weights):
        seen.append((logits, codes, weights))
        return fit_temperature(logits, codes, weights)

    monkeypatch.setattr(_base, "fit_temperature", spy)
    model = LinearNetwork(**{**dict(lr=0.5, max_epochs=30, monitor="uar"), **params})
    return model.fit(X, EMOTIONS, SPEAKERS), seen


def test_probabilities_are_of_divided_logits(monkeypatch):
    model, _ = _fit(monkeypatch)
    logits = model._scale(X) @ model.weights_["weight"].T + model.weights_["bias"]
    assert abs(model.temperature_ - 1) > 0.1
    assert_allclose(
        model.predict_proba(X), softmax(logits / model.temperature_, axis=1), rtol=1e-4, atol=1e-6
    )
    assert_array_equal(model.predict(X), model.classes_[logits.argmax(axis=1)])


def test_it_is_of_clips_set_aside_by_the_best_weights(monkeypatch):
    model, seen = _fit(monkeypatch)
    ((logits, codes, _),) = seen
    assert model.best_epoch_ < len(model.history_["epoch"])
    # One of four speakers is set aside.
    every = model._scale(X) @ model.weights_["weight"].T + model.weights_["bias"]
    who = [
        name
        for name in np.unique(SPEAKERS)
        if np.sum(name == SPEAKERS) == len(logits)
        and np.allclose(every[name == SPEAKERS], logits, atol=1e-5)
    ]
    assert len(who) == 1
    assert_array_equal(model.classes_[codes], EMOTIONS[who[0] == SPEAKERS])


def test_without_clips_set_aside_there_is_none(monkeypatch):
    model, seen = _fit(monkeypatch, validation_fraction=0)
    assert seen == []
    assert model.temperature_ == 1
