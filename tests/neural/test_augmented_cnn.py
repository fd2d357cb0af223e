import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sersk.neural import AugmentedCNNClassifier
from tests.neural._settings import make_network, make_noise

N_WEIGHTS = {
    "conv 256 twice": (1 * 256 * 8 + 256) + (256 * 256 * 8 + 256),
    "conv 128 four times": (256 * 128 * 8 + 128) + 3 * (128 * 128 * 8 + 128),
    "conv 64 twice": (128 * 64 * 8 + 64) + (64 * 64 * 8 + 64),
    "batch normalisation": 2 * 256 + 2 * 128,
    "output": 256 * 3 + 3,
}


def _make(**params):
    return make_network("augmented-cnn", **{"max_epochs": 2, **params})


@pytest.fixture(scope="module")
def faithful():
    sequences, codes = make_noise(n_samples=6, n_features=13, lengths=(250, 270))
    model = AugmentedCNNClassifier(input="original", max_epochs=1, random_state=0)
    return model.fit(sequences, codes)


def test_weights_are_those_of_the_original(faithful):
    assert faithful.input_shapes_["input"] == (1, 259)
    assert faithful.n_parameters_ == sum(N_WEIGHTS.values())
    assert list(faithful.weights_.values())[-2].shape == (3, 4 * 64)


def test_two_blocks_are_normalised_before_relu(faithful):
    means = [values for name, values in faithful.weights_.items() if "running_mean" in name]
    assert [len(values) for values in means] == [256, 128]
    # After ReLU no mean could be below 0.
    assert all((values < 0).any() for values in means)


def test_first_weights_are_wide():
    sequences, codes = make_noise(n_samples=6, n_features=4)
    model = _make(filters=(32,), n_convolutions=(1,), kernel_size=8, lr=1e-9)
    kernel, bias, *_ = model.fit(sequences, codes).weights_.values()
    bound = np.sqrt(6 / (8 * (4 + 32)))
    assert 0.95 * bound < np.abs(kernel).max() <= 1.01 * bound
    assert_allclose(bias, 0, atol=1e-6)


def test_defaults_of_training():
    params = AugmentedCNNClassifier().get_params()
    expected = dict(optimizer="sgd", lr=1e-4, momentum=0.0, batch_size=16, max_epochs=700)
    plateau = dict(lr_patience=20, lr_factor=0.9, min_lr=1e-6)
    assert params == params | expected | plateau


def test_original_input_is_the_mean_of_each_frame():
    sequences, codes = make_noise(n_features=13)
    means = [sequence.mean(axis=1, keepdims=True) for sequence in sequences]
    model = _make(input="original").fit(sequences, codes)
    by_hand = _make().fit(means, codes)
    assert model.n_features_in_ == 13
    assert_array_equal(model.predict_proba(sequences), by_hand.predict_proba(means))
    assert (
        np.abs(
            model.predict_proba(sequences) - _make().fit(sequences, codes).predict_proba(sequences)
        ).max()
        > 1e-3
    )


def test_rows_of_a_table_are_sequences_of_one_value(rng):
    X, y = rng.normal(size=(9, 20)).astype(np.float32), np.arange(9) % 3
    sequences = list(X[:, :, np.newaxis])
    of_rows, of_original, of_sequences = (
        _make(standardize=False, **params).fit(samples, y).predict_proba(samples)
        for samples, params in ((X, {}), (X, dict(input="original")), (sequences, {}))
    )
    assert_array_equal(of_rows, of_original)
    assert_array_equal(of_rows, of_sequences)


def test_filling_is_the_mean_of_the_training_part():
    """That is, zero after standardising."""
    sequences, codes = make_noise(n_features=4)
    sequences = [sequence + 100 for sequence in sequences]
    model = _make(n_steps=24).fit(sequences, codes)
    filled = [np.vstack([s, np.tile(model.mean_, (24 - len(s), 1))]) for s in sequences]
    assert_allclose(model.predict_proba(filled), model.predict_proba(sequences), atol=1e-5)


def test_frames_after_the_last_step_are_cut():
    sequences, codes = make_noise(lengths=(30, 40))
    model = _make(n_steps=24).fit(sequences, codes)
    expected = model.predict_proba(sequences)
    assert_array_equal(model.predict_proba([s[:24] for s in sequences]), expected)
    assert (model.predict_proba([s[:23] for s in sequences]) != expected).any()


@pytest.mark.parametrize(
    ("params", "n_flat"),
    [
        (dict(n_steps=20, pool_size=3), 8 * 2),
        (dict(n_steps=4), 8),
        (dict(pool_size=1), 8 * 32),
        (dict(filters=(6,), n_convolutions=(1,)), 6 * 32),
        (dict(filters=[5, 6], n_convolutions=[1, 2], kernel_size=1), 6 * 16),
    ],
)
def test_sizes_follow_the_parameters(params, n_flat):
    sequences, codes = make_noise()
    model = _make(max_epochs=1, **params).fit(sequences, codes)
    assert list(model.weights_.values())[-2].shape == (3, n_flat)


@pytest.mark.parametrize(
    ("filters", "n_convolutions"), [((8, 8), (1, 1, 1)), ((8, 8, 8), (1, 1)), ((), ())]
)
def test_blocks_are_told_twice_alike(filters, n_convolutions):
    model = _make(filters=filters, n_convolutions=n_convolutions)
    with pytest.raises(ValueError, match="must hold one value per block, and there must be a bl"):
        model.fit(*make_noise())


def test_too_few_steps_for_the_pooling_are_refused():
    message = "The 'n_steps' parameter of AugmentedCNNClassifier must be at least 64"
    with pytest.raises(ValueError, match=message):
        AugmentedCNNClassifier(n_steps=63).fit(*make_noise())
