import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import check_estimator

from sersk.neural import (
    ANNClassifier,
    AugmentedCNNClassifier,
    BiLSTMClassifier,
    CNNClassifier,
    DeepMLPClassifier,
    DenseNetClassifier,
    HybridClassifier,
    LSTMClassifier,
)
from tests.neural._networks import make_sequences

# Small ones; each learns scikit-learn's blobs in an epoch or two.
QUICK = dict(max_epochs=1, batch_size=16, lr=0.05, optimizer="adam", random_state=0)
SMALL_PICTURES = dict(
    picture_size=8,
    growth_rate=4,
    block_sizes=(1,),
    dense_sizes=(16,),
    dropouts=(0.0,),
)
NETWORKS = {
    "ann": ANNClassifier(hidden_sizes=(16,), dropout=0.1, **QUICK),
    "augmented-cnn": AugmentedCNNClassifier(
        n_steps=16, filters=(8, 8), n_convolutions=(1, 1), pool_size=2, dropout=0.1, **QUICK
    ),
    "bilstm": BiLSTMClassifier(
        hidden_sizes=(4,),
        pool_size=1,
        dropout=0.0,
        input_dropout=0.0,
        **QUICK | dict(max_epochs=2),
    ),
    "cnn": CNNClassifier(filters=8, hidden_size=16, dropout=0.1, **QUICK),
    "densenet": DenseNetClassifier(**SMALL_PICTURES, **QUICK),
    "hybrid": HybridClassifier(
        n_steps=8, filters=(4,), kernel_size=3, conv_dropout=0.0, **SMALL_PICTURES, **QUICK
    ),
    "lstm": LSTMClassifier(hidden_size=8, dense_sizes=(16,), dropout=0.0, **QUICK),
    "mlp-deep": DeepMLPClassifier(hidden_sizes=(32, 16), dropout=0.1, **QUICK),
}
SEQUENCE_NETWORKS = ["bilstm", "lstm"]
FAILS = {
    "check_sample_weight_equivalence_on_dense_data": (
        "A clip twice is not weight 2: batches and the validation part are others."
    ),
}


@pytest.fixture(params=NETWORKS)
def network(request):
    return clone(NETWORKS[request.param])


@pytest.fixture(params=SEQUENCE_NETWORKS)
def sequence_network(request):
    return clone(NETWORKS[request.param]).set_params(max_epochs=2)


def test_scikit_learns_common_checks(network):
    with warnings.catch_warnings():
        # A check hands over NaN, and scikit-learn casts it before it looks for it.
        warnings.filterwarnings("ignore", "invalid value encountered in cast", RuntimeWarning)
        results = check_estimator(
            network, expected_failed_checks=FAILS, on_skip=None, on_fail=None
        )
    others = {
        result["check_name"]: (result["status"], repr(result["exception"]))
        for result in results
        if result["status"] != "passed"
    }
    assert {name: status for name, (status, _) in others.items()} == dict.fromkeys(
        FAILS, "xfail"
    ), others
    assert sum(result["status"] == "passed" for result in results) >= 30


def test_prediction_of_a_clip_depends_on_no_other(sequence_network):
    X, emotions, _ = make_sequences()
    model = sequence_network.fit(X, emotions)
    together = model.predict_proba(X)
    alone = np.concatenate([model.predict_proba([sequence]) for sequence in X])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-6)
    np.testing.assert_allclose(model.predict_proba(X[::-1])[::-1], together, rtol=0, atol=1e-6)
    longer = [*X, np.ones((50, X[0].shape[1]))]
    np.testing.assert_allclose(model.predict_proba(longer)[:-1], together, rtol=0, atol=1e-6)
    for batch_size in (1, 7, 1000):
        model.set_params(batch_size=batch_size)
        np.testing.assert_allclose(model.predict_proba(X), together, rtol=0, atol=1e-6)


def test_weights_of_a_repeated_fit_are_the_same_bits(sequence_network):
    X, emotions, speakers = make_sequences()
    first = clone(sequence_network).fit(X, emotions, speakers).weights_
    second = sequence_network.fit(X, emotions, speakers).weights_
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_learns_sequences(sequence_network):
    X, emotions, _ = make_sequences()
    sequence_network.set_params(max_epochs=30, lr=0.05, batch_size=16, validation_fraction=0)
    assert sequence_network.fit(X, emotions).score(X, emotions) > 0.8


def test_unfitted_says_so(network):
    with pytest.raises(NotFittedError, match=f"This {type(network).__name__} instance is not fit"):
        network.predict([[0.0]])
