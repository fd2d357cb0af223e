from numpy.testing import assert_allclose

from sersk.neural import DeepMLPClassifier


def test_weights_are_those_of_the_original(rng):
    model = DeepMLPClassifier(max_epochs=1, random_state=0)
    model.fit(rng.normal(size=(12, 40)), [0, 1, 2, 3, 4, 5] * 2)
    assert model.n_parameters_ == 85_062


def test_values_are_dropped_while_training_only(rng):
    """While training, and not when predicting; at this learning rate nothing is learned."""
    X, y = rng.normal(size=(40, 3)), [0, 1] * 20
    params = dict(hidden_sizes=(64, 64), validation_fraction=0.0, lr=1e-9, random_state=0)
    model = DeepMLPClassifier(max_epochs=1, **params).fit(X, y)
    sure = DeepMLPClassifier(max_epochs=1, dropout=0.0, **params).fit(X, y)
    assert model.history_["train_loss"] != sure.history_["train_loss"]
    assert_allclose(model.predict_proba(X), sure.predict_proba(X), atol=1e-5)
