import numpy as np
import pytest
from numpy.testing import assert_allclose

from sersk.neural import CNNClassifier


def test_weights_are_those_of_the_original(rng):
    model = CNNClassifier(max_epochs=1, random_state=0)
    model.fit(rng.normal(size=(6, 40)), [0, 1, 2] * 2)
    assert model.n_parameters_ == 39_299
    shapes = [values.shape for values in model.weights_.values()]
    assert (32, 1, 3) in shapes
    assert (64, 608) in shapes


def test_same_numbers_by_hand(rng):
    """A convolution with ReLU, the higher of two neighbours, and two dense layers."""
    X = rng.normal(size=(6, 7)).astype(np.float32)
    model = CNNClassifier(filters=2, hidden_size=4, standardize=False, max_epochs=1)
    model.set_params(random_state=0, validation_fraction=0).fit(X, [0, 1, 2] * 2)
    kernel, bias, dense, dense_bias, output, output_bias = model.weights_.values()
    windows = np.lib.stride_tricks.sliding_window_view(X, 3, axis=1)
    convolved = np.einsum("nsk,fk->nfs", windows, kernel[:, 0]) + bias[:, None]
    pooled = np.maximum(convolved, 0)[:, :, :4].reshape(6, 2, 2, 2).max(axis=3)
    hidden = np.maximum(pooled.reshape(6, 4) @ dense.T + dense_bias, 0)
    odds = np.exp(hidden @ output.T + output_bias)
    assert_allclose(model.predict_proba(X), odds / odds.sum(axis=1, keepdims=True), rtol=1e-4)


@pytest.mark.parametrize("params", [dict(kernel_size=9), dict(pool_size=6), dict(kernel_size=1)])
def test_missing_columns_are_zeros(rng, params):
    X = rng.normal(size=(6, 3)).astype(np.float32)
    model = CNNClassifier(
        filters=2, hidden_size=4, standardize=False, max_epochs=1, random_state=0, **params
    )
    n_steps = max(3, model.kernel_size + model.pool_size - 1)
    filled = np.pad(X, [(0, 0), (0, n_steps - 3)])
    first = model.fit(X, [0, 1, 2] * 2).predict_proba(X)
    assert_allclose(model.fit(filled, [0, 1, 2] * 2).predict_proba(filled), first, rtol=1e-5)
