import json

import numpy as np
import pytest
import torch
from scipy.special import softmax
from sklearn.metrics import accuracy_score, f1_score, log_loss, precision_score, recall_score

from sersk.metrics import unweighted_average_recall
from sersk.neural._holdout import hold_out
from sersk.neural._seeding import seeded
from sersk.neural._training import _WeightedNet
from tests.neural._networks import LinearNetwork, make_table

X, EMOTIONS, SPEAKERS = make_table(noise=2.0)
CODES = np.unique(EMOTIONS, return_inverse=True)[1]
VALID = hold_out(CODES, SPEAKERS, 0.2, 0)[1]
SCORES = ("accuracy", "uar", "precision", "recall", "f1")


def _train_by_hand(optimizer, n_epochs, clip=None):
    """Losses before each step over all samples at once, from the network's first weights."""
    inputs, codes = torch.from_numpy(X), torch.from_numpy(CODES)
    with seeded(0, "cpu"):
        module = torch.nn.Linear(4, 3)
    optimizer = optimizer(module.parameters())
    losses = []
    for _ in range(n_epochs):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(module(inputs), codes)
        loss.backward()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(module.parameters(), clip)
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize(
    ("params", "optimizer"),
    [
        (dict(optimizer="sgd", lr=0.3), lambda w: torch.optim.SGD(w, 0.3)),
        (dict(optimizer="sgd", lr=0.1), lambda w: torch.optim.SGD(w, 0.1)),
        (
            dict(optimizer="sgd", lr=0.1, momentum=0.9),
            lambda w: torch.optim.SGD(w, 0.1, momentum=0.9),
        ),
        (
            dict(optimizer="sgd", lr=0.1, weight_decay=0.5),
            lambda w: torch.optim.SGD(w, 0.1, weight_decay=0.5),
        ),
        (dict(lr=0.05), lambda w: torch.optim.Adam(w, 0.05)),
        (
            dict(optimizer="adam", lr=0.05, weight_decay=0.5),
            lambda w: torch.optim.Adam(w, 0.05, weight_decay=0.5),
        ),
    ],
)
@pytest.mark.parametrize("clip", [None, 0.1])
def test_steps_are_torchs(params, optimizer, clip):
    model = LinearNetwork(
        max_epochs=8,
        batch_size=1000,
        validation_fraction=0,
        standardize=False,
        gradient_clip=clip,
        **params,
    ).fit(X, EMOTIONS)
    expected = _train_by_hand(optimizer, 8, clip)
    np.testing.assert_allclose(model.history_["train_loss"], expected, rtol=1e-5)


def test_gradient_is_clipped(monkeypatch):
    norms = []
    notify = _WeightedNet.notify

    def spy(self, method, **kwargs):
        notify(self, method, **kwargs)
        if method == "on_grad_computed":
            norms.append(sum(w.grad.square().sum() for w in self.module_.parameters()).sqrt())

    monkeypatch.setattr(_WeightedNet, "notify", spy)
    LinearNetwork().fit(X, EMOTIONS)
    assert max(norms) > 0.1
    norms.clear()
    LinearNetwork(gradient_clip=0.05).fit(X, EMOTIONS)
    assert max(norms) <= 0.05 * (1 + 1e-5)


def _follow_plateaus(losses, lr, factor, patience, min_lr):
    best, n_bad, rates = np.inf, 0, []
    for loss in losses:
        rates.append(lr)
        n_bad = 0 if loss < best else n_bad + 1
        best = min(best, loss)
        if n_bad > patience:
            lr, n_bad = max(lr * factor, min_lr), 0
    return rates


@pytest.mark.parametrize("patience", [0, 2])
def test_plateau_lowers_the_learning_rate(patience):
    params = dict(lr=2.0, lr_factor=0.3, min_lr=0.1)
    model = LinearNetwork(
        max_epochs=40, early_stopping=False, lr_patience=patience, batch_size=8, **params
    ).fit(X, EMOTIONS, SPEAKERS)
    rates = model.history_["lr"]
    losses = model.history_["valid_loss"]
    assert rates == pytest.approx(_follow_plateaus(losses, 2.0, 0.3, patience, 0.1))
    # It fell more than once, to the end.
    assert len(set(rates)) == 4
    assert rates[-1] == 0.1


def test_tiny_learning_rates_are_lowered_as_well():
    model = LinearNetwork(
        max_epochs=30, early_stopping=False, lr=1e-8, lr_patience=0, min_lr=0, standardize=False
    ).fit(X, EMOTIONS, SPEAKERS)
    assert min(model.history_["lr"]) < 1e-8


def test_learning_rate_stays_without_patience_for_it():
    model = LinearNetwork(max_epochs=20, lr=2.0, early_stopping=False).fit(X, EMOTIONS, SPEAKERS)
    assert set(model.history_["lr"]) == {2.0}


@pytest.mark.parametrize("patience", [1, 4])
def test_training_stops_when_nothing_is_better_for_long(patience):
    model = LinearNetwork(max_epochs=200, lr=0.5, patience=patience, batch_size=8)
    model.fit(X, EMOTIONS, SPEAKERS)
    losses = model.history_["valid_loss"]
    assert model.best_epoch_ == np.argmin(losses) + 1
    assert len(losses) == model.best_epoch_ + patience < 200


def test_without_early_stopping_all_epochs_are_run_and_the_best_is_kept():
    model = LinearNetwork(max_epochs=40, lr=0.5, patience=1, early_stopping=False)
    model.fit(X, EMOTIONS, SPEAKERS)
    assert len(model.history_["epoch"]) == 40
    assert model.best_epoch_ < 40
    _assert_best_weights(model)


@pytest.mark.parametrize("seed", range(2))
def test_weights_of_the_best_epoch_are_kept(seed):
    model = LinearNetwork(max_epochs=60, lr=0.5, batch_size=8, random_state=seed)
    model.fit(X, EMOTIONS, SPEAKERS)
    assert model.best_epoch_ < len(model.history_["epoch"])
    _assert_best_weights(model)


def _assert_best_weights(model):
    valid = hold_out(CODES, SPEAKERS, 0.2, model.random_state)[1]
    # The temperature came after the losses.
    logits = model.temperature_ * np.log(model.predict_proba(X[valid]).astype(np.float64))
    loss = log_loss(EMOTIONS[valid], softmax(logits, axis=1), labels=model.classes_)
    assert loss == pytest.approx(min(model.history_["valid_loss"]), rel=1e-5)
    predicted = model.predict(X[valid])
    for name, score in _score(EMOTIONS[valid], predicted).items():
        assert model.history_[f"valid_{name}"][model.best_epoch_ - 1] == pytest.approx(score)


def _score(true, predicted):
    macro = dict(average="macro", labels=np.unique(true), zero_division=0)
    return {
        "accuracy": accuracy_score(true, predicted),
        "uar": unweighted_average_recall(true, predicted),
        "precision": precision_score(true, predicted, **macro),
        "recall": recall_score(true, predicted, **macro),
        "f1": f1_score(true, predicted, **macro),
    }


def test_scores_are_those_of_the_whole_part(monkeypatch):
    seen = {True: [], False: []}
    get_loss = _WeightedNet.get_loss

    def spy(self, y_pred, y_true, *args, training, **kwargs):
        seen[training].append((y_true.numpy(), y_pred.detach().numpy().argmax(axis=1)))
        return get_loss(self, y_pred, y_true, *args, training=training, **kwargs)

    monkeypatch.setattr(_WeightedNet, "get_loss", spy)
    model = LinearNetwork(max_epochs=3, lr=0.1, batch_size=5).fit(X, EMOTIONS, SPEAKERS)
    for part, batches in (("train", seen[True]), ("valid", seen[False])):
        n_batches = len(batches) // 3
        assert n_batches > 1
        for epoch in range(3):
            of_epoch = batches[epoch * n_batches : (epoch + 1) * n_batches]
            true, predicted = map(np.concatenate, zip(*of_epoch, strict=True))
            assert len(true) == (len(VALID) if part == "valid" else len(X) - len(VALID))
            for name, score in _score(true, predicted).items():
                assert model.history_[f"{part}_{name}"][epoch] == pytest.approx(score)


def test_class_missing_in_the_validation_part_is_not_averaged():
    # Only one speaker is sad.
    emotions = np.where((EMOTIONS == "sad") & (SPEAKERS != "ann"), "happy", EMOTIONS)
    codes = np.unique(emotions, return_inverse=True)[1]
    valid = hold_out(codes, SPEAKERS, 0.2, 0)[1]
    assert set(codes[valid]) == {0, 1}
    model = LinearNetwork(lr=0.1, class_weight={"sad": 9.0}).fit(X, emotions, SPEAKERS)
    predicted = model.predict(X[valid])
    # Wrongly, but predicted it is.
    assert "sad" in predicted
    for name, score in _score(emotions[valid], predicted).items():
        assert model.history_[f"valid_{name}"][model.best_epoch_ - 1] == pytest.approx(score)


def test_history_has_plain_numbers_for_each_epoch():
    model = LinearNetwork(max_epochs=5, lr_patience=1).fit(X, EMOTIONS)
    expected = {"epoch", "dur", "lr", "train_loss", "valid_loss"}
    expected |= {f"{part}_{name}" for part in ("train", "valid") for name in SCORES}
    assert set(model.history_) == expected
    assert model.history_["epoch"] == [1, 2, 3, 4, 5]
    for name, values in model.history_.items():
        assert len(values) == 5
        assert {type(value) for value in values} == {int if name == "epoch" else float}
    assert json.loads(json.dumps(model.history_)) == model.history_


def test_parameters_are_counted():
    assert LinearNetwork().fit(X, EMOTIONS).n_parameters_ == 4 * 3 + 3


def test_interruption_by_the_user_is_no_early_stopping(monkeypatch):
    def interrupt(self, *args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(_WeightedNet, "get_loss", interrupt)
    with pytest.raises(KeyboardInterrupt):
        LinearNetwork().fit(X, EMOTIONS)
