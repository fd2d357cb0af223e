import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sersk.neural import LSTMClassifier
from tests.neural._settings import average, make_network, make_noise


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _run(weights, sequence):
    """Give what an LSTM holds after each step, written out."""
    size = weights["lstm.weight_hh_l0"].shape[1]
    bias = weights["lstm.bias_ih_l0"] + weights["lstm.bias_hh_l0"]
    output, cell, outputs = np.zeros(size), np.zeros(size), []
    for step in sequence:
        gates = weights["lstm.weight_ih_l0"] @ step + weights["lstm.weight_hh_l0"] @ output + bias
        enter, forget, new, leave = gates.reshape(4, size)
        cell = _sigmoid(forget) * cell + _sigmoid(enter) * np.tanh(new)
        output = _sigmoid(leave) * np.tanh(cell)
        outputs.append(output)
    return outputs


def test_weights_are_those_of_the_original():
    sequences, codes = make_noise(n_samples=14, n_features=40, n_classes=7)
    model = LSTMClassifier(axis="coefficient", max_epochs=1, random_state=0).fit(sequences, codes)
    # torch has a second bias for each of the four gates.
    assert model.n_parameters_ == 305_799 + 4 * 256


def test_what_it_holds_after_the_last_frame_is_classified():
    sequences, codes = make_noise()
    model = make_network("lstm", dense_sizes=(), standardize=False, max_epochs=2)
    weights = model.fit(sequences, codes).weights_
    last = np.array([_run(weights, sequence)[-1] for sequence in sequences])
    logits = last @ weights["dense.0.weight"].T + weights["dense.0.bias"]
    odds = np.exp(logits)
    assert_allclose(
        model.predict_proba(sequences), odds / odds.sum(axis=1, keepdims=True), atol=1e-5
    )


@pytest.mark.parametrize("axis", ["time", "coefficient"])
def test_coefficients_of_sequences_are_the_table_of_means(axis):
    sequences, codes = make_noise(n_features=6)
    model = make_network("lstm", axis="coefficient", max_epochs=2).fit(sequences, codes)
    table = make_network("lstm", axis=axis, max_epochs=2).fit(average(sequences), codes)
    assert model.input_shapes_["sequence"] == table.input_shapes_["sequence"] == (6, 1)
    expected = table.predict_proba(average(sequences))
    assert_allclose(model.predict_proba(sequences), expected, rtol=0, atol=1e-4)


def test_values_are_dropped_after_the_memory_too():
    losses = [
        make_network("lstm", dense_sizes=(), max_epochs=1, lr=1e-9, dropout=dropout)
        .fit(*make_noise())
        .history_["train_loss"]
        for dropout in (0.0, 0.5)
    ]
    assert losses[0] != losses[1]


def test_time_is_the_default():
    sequences, codes = make_noise(n_features=6)
    models = [make_network("lstm", **p) for p in ({}, dict(axis="time"))]
    first, second = (model.fit(sequences, codes) for model in models)
    assert first.input_shapes_["sequence"][-1] == 6
    assert_array_equal(first.predict_proba(sequences), second.predict_proba(sequences))


def test_other_axes_are_refused():
    with pytest.raises(ValueError, match="The 'axis' parameter of LSTMClassifier must be a str"):
        LSTMClassifier(axis="frequency").fit(*make_noise())
