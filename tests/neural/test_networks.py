import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.neural._settings import (
    average,
    every_network,
    make_network,
    make_noise,
    make_speech,
)

NO_TIME = ["ann", "cnn", "mlp-deep"]


@every_network
def test_learns_forty_clips_by_heart(name):
    frames, emotions, _ = make_speech()
    # In one batch: the statistics of batch norm are then those of all clips.
    model = make_network(name, dropout=0.0, max_epochs=60, lr=0.02, batch_size=40)
    # One clip may be missed by some processors: by chance there would be thirty.
    assert model.fit(frames[:40], emotions[:40]).score(frames[:40], emotions[:40]) > 0.96


@every_network
def test_recognises_emotions_of_unseen_speakers(name):
    """36 speakers to learn from and 64 clips of 16 others: 0.5 is far above chance, 0.25."""
    frames, emotions, speakers = make_speech()
    assert not set(speakers[:144]) & set(speakers[144:])
    model = make_network(name).fit(frames[:144], emotions[:144])
    assert model.score(frames[144:], emotions[144:]) >= 0.5


@every_network
def test_probabilities_of_each_class(name):
    sequences, codes = make_noise(n_classes=4)
    labels = np.array(["anger", "fear", "joy", "sadness"])[codes]
    model = make_network(name, max_epochs=1).fit(sequences, labels)
    probabilities = model.predict_proba(sequences)
    assert probabilities.shape == (12, 4)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert_array_equal(model.predict(sequences), model.classes_[probabilities.argmax(axis=1)])


@every_network
def test_prediction_of_a_clip_depends_on_no_other(name):
    sequences, codes = make_noise()
    model = make_network(name, max_epochs=3).fit(sequences, codes)
    together = model.predict_proba(sequences)
    assert np.ptp(together, axis=0).max() > 0.01

    def assert_same(probabilities, expected=together):
        assert_allclose(probabilities, expected, rtol=0, atol=1e-5)

    longer = [*sequences, np.ones((60, 3))]
    assert_same(model.predict_proba(longer)[:-1])
    assert_same(model.predict_proba(sequences[::-1])[::-1])
    assert_same(model.set_params(batch_size=1).predict_proba(sequences))
    assert_same(model.set_params(batch_size=5).predict_proba(sequences))


@every_network
def test_same_seed_same_weights(name):
    sequences, codes = make_noise()
    weights = [
        make_network(name, max_epochs=2, random_state=seed).fit(sequences, codes).weights_
        for seed in (0, 0, 1)
    ]
    for key, values in weights[0].items():
        assert_array_equal(values, weights[1][key])
    assert any(not np.array_equal(values, weights[2][key]) for key, values in weights[0].items())


@every_network
def test_values_are_dropped_while_training(name):
    sequences, codes = make_noise()
    losses = [
        make_network(name, max_epochs=1, lr=1e-9, dropout=dropout)
        .fit(sequences, codes)
        .history_["train_loss"]
        for dropout in (0.0, 0.5)
    ]
    assert losses[0] != losses[1]


@every_network
@pytest.mark.parametrize("n_features", [1, 2, 40])
def test_tables_of_any_width(name, n_features):
    X = np.random.default_rng(0).normal(size=(9, n_features))
    model = make_network(name, max_epochs=1).fit(X, np.arange(9) % 3)
    assert model.predict_proba(X).shape == (9, 3)


@every_network
def test_sequences_of_one_frame(name):
    sequences, codes = make_noise(lengths=(1, 2))
    model = make_network(name, max_epochs=1).fit(sequences, codes)
    assert np.isfinite(model.predict_proba(sequences)).all()


@every_network
def test_batches_with_one_sample_left_over(name):
    sequences, codes = make_noise(n_samples=9)
    model = make_network(name, max_epochs=1, batch_size=4).fit(sequences, codes)
    assert np.isfinite(model.predict_proba(sequences)).all()


@pytest.mark.parametrize("name", NO_TIME)
def test_without_time_sequences_are_their_means(name):
    sequences, codes = make_noise()
    of_sequences = make_network(name, max_epochs=2).fit(sequences, codes)
    of_means = make_network(name, max_epochs=2).fit(average(sequences), codes)
    assert_allclose(
        of_sequences.predict_proba(sequences),
        of_means.predict_proba(average(sequences)),
        rtol=0,
        atol=1e-4,
    )


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("ann", "hidden_sizes"),
        ("mlp-deep", "hidden_sizes"),
        ("lstm", "dense_sizes"),
        ("augmented-cnn", "filters"),
        ("augmented-cnn", "n_convolutions"),
    ],
)
@pytest.mark.parametrize("sizes", [(8, 0), (8.5,), ["8"]])
def test_sizes_that_are_none_are_refused(name, parameter, sizes):
    model = make_network(name, **{parameter: sizes})
    message = f"The '{parameter}' parameter of {type(model).__name__} must hold ints in the range"
    with pytest.raises(ValueError, match=message):
        model.fit(*make_noise())
