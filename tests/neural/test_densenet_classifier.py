import pickle
from functools import cache

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import balanced_accuracy_score

from sersk.datasets import make_emotional_speech
from sersk.exceptions import ModelError
from sersk.features import MFCC, AudioFeatures, MelSpectrogram
from sersk.neural import DenseNetClassifier, HybridClassifier
from sersk.neural._densenet import DenseNet

TINY = dict(growth_rate=4, block_sizes=(1, 1), picture_size=16, dense_sizes=(16,), dropouts=(0.1,))
NETWORKS = [
    DenseNetClassifier(**TINY, random_state=0),
    HybridClassifier(**TINY, n_mfcc=4, n_steps=32, filters=(4, 4), random_state=0),
]
every_network = pytest.mark.parametrize("network", NETWORKS, ids=lambda n: type(n).__name__)


def _vary(network, **params):
    return type(network)(**(network.get_params() | params))


@cache
def _speak():
    signals, y, speakers = make_emotional_speech(
        n_speakers=12, n_clips_per_class=2, sample_rate=8000, duration_s=0.6
    )
    frames = dict(sample_rate=8000, n_fft=256, hop_length=128, functionals=None)
    mfcc, mel = MFCC(n_mfcc=13, **frames), MelSpectrogram(n_mels=24, scale="db", **frames)
    return AudioFeatures([("mfcc", mfcc), ("mel", mel)]).fit_transform(signals), y, speakers


def _draw(n=24, n_bands=10, seed=0):
    """Clips of noise, louder in the upper or in the lower half of the bands."""
    rng = np.random.default_rng(seed)
    y = np.tile(["down", "up"], n // 2)
    X = [rng.normal(size=(rng.integers(20, 60), n_bands)).astype(np.float32) for _ in y]
    for sequence, name in zip(X, y, strict=True):
        half = slice(n_bands // 2) if name == "down" else slice(n_bands // 2, None)
        sequence[:, half] += 2
    return X, y


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A file of weights, as if trained on photographs, for the tiny network."""
    torch.manual_seed(3)
    net = DenseNet(TINY["growth_rate"], TINY["block_sizes"])
    for values in net.buffers():
        if values.is_floating_point():
            values.copy_(torch.rand(values.shape) + 0.5)
    path = tmp_path_factory.mktemp("weights") / "tiny.pth"
    torch.save(net.state_dict(), path)
    return path


# Learning


LEARNERS = dict(
    growth_rate=6,
    block_sizes=(2, 2),
    picture_size=24,
    dense_sizes=(32,),
    dropouts=(0.1,),
    lr=3e-3,
    max_epochs=25,
    random_state=0,
)
# With the number of columns that are not shown to it.
every_learner = pytest.mark.parametrize(
    ("network", "n_hidden"),
    [
        (DenseNetClassifier(**LEARNERS), 13),
        (HybridClassifier(**LEARNERS, n_mfcc=13, n_steps=64, filters=(16, 16)), 0),
    ],
    ids=["DenseNetClassifier", "HybridClassifier"],
)


@every_learner
def test_forty_clips_are_learned_by_heart(network, n_hidden):
    X, y, _ = _speak()
    X = [sequence[:, n_hidden:] for sequence in X[:40]]
    # With all clips in a batch, they are normalised nearly as in prediction: all become certain.
    whole = dict(batch_size=40, lr=1e-2, max_epochs=40)
    model = _vary(network, validation_fraction=0, dropouts=(0,), **whole)
    assert (model.fit(X, y[:40]).predict(X) == y[:40]).all()


@every_learner
def test_other_speakers_are_understood(network, n_hidden):
    X, y, speakers = _speak()
    known = speakers <= "S08"
    train, test = ([X[i][:, n_hidden:] for i in np.flatnonzero(part)] for part in (known, ~known))
    model = _vary(network).fit(train, y[known], groups=speakers[known])
    # Chance is 0.25, give or take 0.08.
    assert balanced_accuracy_score(y[~known], model.predict(test)) > 0.45


@every_network
def test_a_clip_is_judged_alone(network):
    X, y = _draw()
    model = _vary(network, max_epochs=1).fit(X, y)
    together = model.predict_proba(X)
    assert_allclose(np.concatenate([model.predict_proba([x]) for x in X]), together, atol=1e-6)
    assert_allclose(together.sum(axis=1), 1, atol=1e-6)


@every_network
def test_same_seed_same_weights(network):
    X, y = _draw()
    one, same = (_vary(network, max_epochs=2).fit(X, y).weights_ for _ in range(2))
    other = _vary(network, max_epochs=2, random_state=1).fit(X, y).weights_
    assert all(np.array_equal(one[name], same[name]) for name in one)
    assert not all(np.array_equal(one[name], other[name]) for name in one)


@every_network
def test_tables_are_taken(network):
    X = np.random.default_rng(0).normal(size=(20, 7)).astype(np.float32)
    y = np.where(X[:, 0] > 0, "a", "b")
    assert _vary(network, max_epochs=1).fit(X, y).predict_proba(X).shape == (20, 2)


def test_the_original_sizes():
    """Of the dense layers, and of the network that is trained from nothing."""
    X, y = _draw()
    model = DenseNetClassifier(max_epochs=1, random_state=0).fit(X, y)
    # 24 maps and 4 × 12 more per block, halved between the blocks, are 90 in the end.
    shapes = [weights.shape for weights in model.weights_.values() if weights.ndim == 2]
    assert shapes == [(256, 90), (128, 256), (2, 128)]
    assert model.input_shapes_ == {"input": (96, 96)}
    assert model.weights_["densenet.features.conv0.weight"].shape == (24, 3, 7, 7)


def test_classes_are_balanced():
    X, y = _draw(40)
    y[:] = "down"
    y[:4] = "up"
    balanced = DenseNetClassifier(**TINY, random_state=0)
    given = _vary(balanced, class_weight={"down": 40 / 36 / 2, "up": 40 / 4 / 2})
    one, same = (m.set_params(max_epochs=1).fit(X, y).weights_ for m in (balanced, given))
    assert all(np.array_equal(one[name], same[name]) for name in one)


# Weights


@every_network
def test_only_the_last_block_is_trained_with_weights(network, checkpoint):
    X, y = _draw()
    model = _vary(network, weights=str(checkpoint), max_epochs=2).fit(X, y)
    start = torch.load(checkpoint, weights_only=True)
    frozen = ("conv0", "norm0", "denseblock1", "transition1")
    n_trained = 0
    for name, values in start.items():
        (now,) = (w for n, w in model.weights_.items() if n.endswith(f"densenet.{name}"))
        if name.removeprefix("features.").startswith(frozen):
            assert_array_equal(now, values)
        else:
            assert not np.array_equal(now, values), name
        n_trained += now.size if name.split(".")[-1] in ("weight", "bias") else 0
    n_frozen = sum(
        values.numel()
        for name, values in start.items()
        if name.split(".")[1] in frozen and name.endswith(("weight", "bias"))
    )
    everything = _vary(network, max_epochs=1).fit(X, y).n_parameters_
    assert model.n_parameters_ == everything - n_frozen
    assert 0 < n_frozen < n_trained


@pytest.mark.parametrize(("n_frozen", "is_kept"), [(0, False), (2, True)])
def test_as_many_blocks_are_frozen_as_asked(n_frozen, is_kept, checkpoint):
    X, y = _draw()
    network = _vary(NETWORKS[0], weights=checkpoint, n_frozen_blocks=n_frozen, max_epochs=2)
    weights = network.fit(X, y).weights_
    for name, values in torch.load(checkpoint, weights_only=True).items():
        assert np.array_equal(weights[f"densenet.{name}"], values) == is_kept, name


@every_network
def test_weights_are_read_in_fit_only(network, checkpoint, tmp_path):
    X, y = _draw()
    path = tmp_path / "copy.pth"
    path.write_bytes(checkpoint.read_bytes())
    model = _vary(network, weights=path, max_epochs=1).fit(X, y)
    path.unlink()
    loaded = pickle.loads(pickle.dumps(model))
    assert_allclose(loaded.predict_proba(X), model.predict_proba(X), atol=1e-6)
    with pytest.raises(ModelError, match="There is no file of weights"):
        model.fit(X, y)


def test_weights_that_do_not_fit(checkpoint):
    X, y = _draw()
    match = r"tiny\.pth' do not fit this DenseNet"
    with pytest.raises(ModelError, match=match):
        _vary(NETWORKS[0], weights=checkpoint, growth_rate=5).fit(X, y)


def test_nothing_is_published_for_the_small_one():
    X, y = _draw()
    with pytest.raises(ModelError, match="Got variant='small'"):
        DenseNetClassifier(weights="imagenet").fit(X, y)


@pytest.mark.parametrize(
    ("standardize", "weights", "low", "high"),
    [(True, None, -8, 8), (True, "file", 0, 1), (False, "file", -8, 8)],
)
def test_what_pictures_hold(standardize, weights, low, high):
    """A trained network sees pictures in [0, 1]; whoever scales them alone must see to that."""
    X = [np.linspace(-8, 8, 160, dtype=np.float32).reshape(16, 10)]
    network = DenseNetClassifier(picture_size=16, standardize=standardize, weights=weights)
    picture = network._make_inputs(X)["input"]
    assert (round(picture.min()), round(picture.max())) == (low, high)


@pytest.mark.parametrize(("weights", "black"), [(None, 0.0), ("file", -0.485 / 0.229)])
def test_trained_networks_see_what_is_normalised_as_imagenet(weights, black):
    module = _vary(NETWORKS[0], weights=weights)._make_module({}, 2)
    channels = module.channels(torch.zeros(1, 16, 16))
    assert_allclose(channels[:, 0], black, rtol=1e-6)


# Parameters


@pytest.mark.parametrize(
    ("params", "match"),
    [
        (dict(variant="161"), r"The 'variant' parameter of DenseNetClassifier must be a str"),
        (dict(growth_rate=0), r"The 'growth_rate' parameter .* range \[1, inf\) or None"),
        (dict(block_sizes=(2, 0)), r"'block_sizes' .* ints in the range \[1, inf\).* \(2, 0\)"),
        (dict(block_sizes=()), r"'block_sizes' .* at least one. Got \(\) instead"),
        (dict(block_sizes=(1.5,)), r"'block_sizes' .* must hold ints"),
        (dict(picture_size=31), r"'picture_size' .* at least 32 for 3 dense blocks. Got 31"),
        (dict(n_frozen_blocks=4), r"'n_frozen_blocks' .* at most 3, .*Got 4 instead"),
        (dict(dense_sizes=(0, 3)), r"'dense_sizes' .* ints in the range \[1, inf\)"),
        (dict(dense_sizes=(3,)), r"'dropouts' .* each of the 1 'dense_sizes'. Got \(0.2, 0.1\)"),
        (dict(dropouts=(0.1, 1.0)), r"'dropouts' .* floats in the range \[0, 1\).*\(0.1, 1.0\)"),
        (dict(weights=3), r"The 'weights' parameter of DenseNetClassifier must be"),
    ],
)
def test_parameters_are_checked(params, match):
    X, y = _draw(8)
    with pytest.raises(ValueError, match=match):
        DenseNetClassifier(**params).fit(X, y)


@pytest.mark.parametrize("n_blocks", [1, 2, 3, 4])
def test_a_single_clip_can_be_normalised_in_the_smallest_picture(n_blocks):
    size = 8 * 2 ** (n_blocks - 1)
    net = DenseNet(2, (1,) * n_blocks).train()
    assert net(torch.randn(1, 3, size, size)).shape == (1, net.n_channels)
