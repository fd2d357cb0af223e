import numpy as np
import pytest

from sersk.neural import ANNClassifier
from tests.neural._settings import make_noise


@pytest.mark.parametrize("is_sequence", [False, True])
def test_weights_are_those_of_the_original(rng, is_sequence):
    shape = (6, 4, 40) if is_sequence else (6, 40)
    model = ANNClassifier(max_epochs=1, random_state=0).fit(rng.normal(size=shape), [0, 1, 2] * 2)
    assert model.n_parameters_ == 13_699


def test_without_hidden_layers_it_is_linear():
    sequences, codes = make_noise()
    model = ANNClassifier(hidden_sizes=(), max_epochs=1, random_state=0).fit(sequences, codes)
    assert model.n_parameters_ == 3 * 3 + 3


def test_defaults_of_training():
    params = ANNClassifier().get_params()
    expected = dict(
        optimizer="adam", lr=1e-3, batch_size=32, max_epochs=100, lr_patience=5, lr_factor=0.5
    )
    assert params == params | expected


def test_standard_deviation_of_frames_says_nothing(rng):
    """Only the means go in."""
    sequences, codes = make_noise()
    model = ANNClassifier(max_epochs=1, random_state=0).fit(sequences, codes)
    flat = [np.tile(s.mean(axis=0, dtype=np.float64), (7, 1)) for s in sequences]
    np.testing.assert_allclose(
        model.predict_proba(flat), model.predict_proba(sequences), rtol=0, atol=1e-5
    )
