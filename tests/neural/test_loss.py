import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.utils import compute_class_weight

from sersk.neural._batches import Batches, Samples
from sersk.neural._training import _WeightedNet
from tests.neural._networks import LinearNetwork, make_table

X, EMOTIONS, _ = make_table(30)
# No class has as many as another.
KEPT = np.r_[0:14, 15:30:3, 16:22:3]
X, EMOTIONS = X[KEPT], EMOTIONS[KEPT]
WEIGHTS = np.random.default_rng(5).uniform(0.1, 3, size=len(X))
WHOLE = dict(validation_fraction=0, batch_size=1000)


@pytest.fixture
def losses(monkeypatch):
    """Loss, logits and classes of each batch."""
    seen = []
    get_loss = _WeightedNet.get_loss

    def spy(self, y_pred, y_true, *args, **kwargs):
        loss = get_loss(self, y_pred, y_true, *args, **kwargs)
        seen.append((loss.item(), y_pred.detach().double().numpy(), y_true.numpy()))
        return loss

    monkeypatch.setattr(_WeightedNet, "get_loss", spy)
    return seen


def _cross_entropies(logits, codes):
    log_sums = np.log(np.exp(logits).sum(axis=1))
    return log_sums - logits[np.arange(len(codes)), codes]


@pytest.mark.parametrize(
    "class_weight", [None, "balanced", {"happy": 3.0, "neutral": 0.5, "sad": 1.0}]
)
@pytest.mark.parametrize("sample_weight", [None, WEIGHTS])
def test_loss_of_a_batch_as_by_hand(class_weight, sample_weight, losses, monkeypatch):
    # In the order of the samples, so that their weights are known.
    monkeypatch.setattr(torch, "randperm", torch.arange)
    LinearNetwork(class_weight=class_weight, max_epochs=1, **WHOLE).fit(
        X, EMOTIONS, sample_weight=sample_weight
    )
    loss, logits, codes = losses[0]
    classes = np.unique(EMOTIONS)
    assert_array_equal(classes[codes], EMOTIONS)
    weights = np.ones(len(X)) if sample_weight is None else sample_weight.copy()
    weights *= compute_class_weight(class_weight, classes=classes, y=EMOTIONS)[codes]
    expected = (weights * _cross_entropies(logits, codes)).sum() / weights.sum()
    assert loss == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("unit", [1e-6, 64, 1e9])
def test_weights_do_not_depend_on_their_unit(unit):
    first = LinearNetwork().fit(X, EMOTIONS, sample_weight=WEIGHTS)
    second = LinearNetwork().fit(X, EMOTIONS, sample_weight=unit * WEIGHTS)
    assert_allclose(second.weights_["weight"], first.weights_["weight"], rtol=1e-5, atol=1e-7)
    assert_allclose(second.history_["valid_loss"], first.history_["valid_loss"], rtol=1e-5)


def test_equal_weights_are_no_weights():
    first, second = LinearNetwork(), LinearNetwork()
    first.fit(X, EMOTIONS)
    second.fit(X, EMOTIONS, sample_weight=np.full(len(X), 3.0))
    assert_array_equal(first.weights_["weight"], second.weights_["weight"])


def test_weight_zero_teaches_nothing():
    weights = WEIGHTS.copy()
    weights[:4] = 0
    wrong = EMOTIONS.copy()
    wrong[:4] = EMOTIONS[[1, 2, 0, 1]]
    assert (wrong[:4] != EMOTIONS[:4]).all()
    first, second = LinearNetwork(**WHOLE), LinearNetwork(**WHOLE)
    first.fit(X, EMOTIONS, sample_weight=weights)
    second.fit(X, wrong, sample_weight=weights)
    assert_array_equal(first.weights_["weight"], second.weights_["weight"])
    second.fit(X, wrong, sample_weight=WEIGHTS)
    assert not np.array_equal(first.weights_["weight"], second.weights_["weight"])


@pytest.mark.parametrize(
    ("params", "sample_weight", "message"),
    [
        ({}, np.zeros(len(X)), "weight"),
        (dict(class_weight=dict(happy=0, neutral=0, sad=0)), None, "all .* have the weight 0"),
        ({}, -WEIGHTS, "Negative values"),
        ({}, WEIGHTS * np.nan, "sample_weight contains NaN"),
        ({}, WEIGHTS[1:], "sample_weight.shape == "),
        (dict(class_weight=dict(happy=-1, neutral=1, sad=1)), None, "The weights in class_weight"),
        (dict(class_weight=dict(joy=1)), None, "are not in class_weight"),
    ],
)
def test_impossible_weights_are_refused(params, sample_weight, message):
    with pytest.raises(ValueError, match=rf"(?i){message}"):
        LinearNetwork(**params).fit(X, EMOTIONS, sample_weight=sample_weight)


def _make_samples(n_samples):
    values = np.arange(n_samples)
    return Samples({"input": values}, values, np.ones(n_samples, np.float32))


@pytest.mark.parametrize(
    ("n_samples", "sizes"), [(12, [4, 4, 4]), (14, [4, 4, 4, 2]), (13, [4, 4, 5]), (1, [1])]
)
def test_batches_have_the_size_asked_for_and_never_one_sample_at_the_end(n_samples, sizes):
    batches = Batches(_make_samples(n_samples), 4)
    assert [len(codes) for _, codes in batches] == sizes
    assert torch.cat([codes for _, codes in batches]).tolist() == list(range(n_samples))


def test_batches_of_one_stay_so():
    assert [len(codes) for _, codes in Batches(_make_samples(3), 1)] == [1, 1, 1]


def test_every_epoch_has_another_order_and_every_sample():
    batches = Batches(_make_samples(30), 4, shuffle=True)
    first, second = (torch.cat([codes for _, codes in batches]).tolist() for _ in range(2))
    assert first != second
    assert sorted(first) == sorted(second) == list(range(30))
    for inputs, codes in batches:
        assert torch.equal(inputs["input"], codes)
