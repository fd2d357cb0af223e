import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax

from sersk.features import MFCC, AudioFeatures, MelSpectrogram
from sersk.neural import HybridClassifier

TINY = dict(
    growth_rate=4,
    block_sizes=(1, 1),
    picture_size=16,
    dense_sizes=(8,),
    dropouts=(0.1,),
    n_mfcc=4,
    n_steps=32,
    filters=(4, 4),
    max_epochs=2,
    random_state=0,
)


def _draw(n=16, n_columns=10, n_frames=(20, 60)):
    rng = np.random.default_rng(0)
    X = [
        rng.normal(size=(rng.integers(*n_frames), n_columns)).astype(np.float32) for _ in range(n)
    ]
    return X, np.tile(["a", "b"], n // 2)


def _open(model, X):
    """The module of a fitted network, and its inputs."""
    module = model._make_module(model.input_shapes_, 2).eval()
    module.load_state_dict({k: torch.tensor(values) for k, values in model.weights_.items()})
    inputs = model._make_inputs(model._scale(X))
    return module, {k: torch.tensor(values) for k, values in inputs.items()}


def _see(model, X):
    """The values of the last dense layer of both branches."""
    module, inputs = _open(model, X)
    with torch.no_grad():
        return module.mfcc(inputs["sequence"]).numpy(), module.mel(inputs["picture"]).numpy()


def _apply(weights, name, values):
    return softmax(values @ weights[f"{name}.weight"].T + weights[f"{name}.bias"], axis=1)


# Fusion


def test_mean_is_the_mean_of_two_probabilities():
    X, y = _draw()
    model = HybridClassifier(**TINY, validation_fraction=0).fit(X, y)
    branches = _see(model, X)
    by_hand = [
        _apply(model.weights_, f"fusion.outputs.{i}", values) for i, values in enumerate(branches)
    ]
    assert np.abs(by_hand[0] - by_hand[1]).max() > 1e-3
    assert_allclose(model.predict_proba(X), np.mean(by_hand, axis=0), atol=1e-6)


def test_mean_comes_out_as_its_logarithm():
    X, y = _draw()
    model = HybridClassifier(**TINY, validation_fraction=0).fit(X, y)
    module, inputs = _open(model, X)
    with torch.no_grad():
        assert_allclose(module(**inputs).exp(), model.predict_proba(X), atol=1e-6)


def test_concatenation_has_one_output():
    X, y = _draw()
    model = HybridClassifier(**TINY, fusion="concatenate", validation_fraction=0).fit(X, y)
    expected = _apply(model.weights_, "fusion.output", np.concatenate(_see(model, X), axis=1))
    assert model.weights_["fusion.output.weight"].shape == (2, 16)
    assert_allclose(model.predict_proba(X), expected, atol=1e-6)


@pytest.mark.parametrize("fusion", ["mean", "concatenate"])
def test_both_branches_are_trained(fusion):
    X, y = _draw()
    start, end = (
        HybridClassifier(**TINY | dict(max_epochs=n, lr=lr), fusion=fusion).fit(X, y).weights_
        for n, lr in [(1, 1e-30), (4, 1e-3)]
    )
    for branch in ("mfcc.1.weight", "mel.densenet.features.conv0.weight"):
        assert np.abs(start[branch] - end[branch]).max() > 1e-4


# What each branch is given


def test_columns_are_shared_out():
    X, _ = _draw(n_columns=20)
    network = HybridClassifier(n_mfcc=4, n_steps=30, picture_size=16)
    inputs = network._make_inputs(X)
    assert inputs["sequence"].shape == (16, 4, 30)
    without_mfcc = [sequence[:, 4:] for sequence in X]
    assert_array_equal(inputs["picture"], network._make_pictures(without_mfcc))


@pytest.mark.parametrize("n_columns", [3, 4])
def test_without_further_columns_both_see_the_same(n_columns):
    X, _ = _draw(n_columns=n_columns)
    network = HybridClassifier(n_mfcc=4, n_steps=30, picture_size=16)
    inputs = network._make_inputs(X)
    assert inputs["sequence"].shape == (16, n_columns, 30)
    assert_array_equal(inputs["picture"], network._make_pictures(X))


def test_frames_are_cut_or_filled():
    X, _ = _draw(2, n_frames=(40, 41))
    long, short = HybridClassifier(n_mfcc=4, n_steps=30)._make_inputs([X[0], X[1][:12]])[
        "sequence"
    ]
    assert_array_equal(long, X[0][:30, :4].T)
    assert_array_equal(short[:, :12], X[1][:12, :4].T)
    assert not short[:, 12:].any()


def test_columns_of_audio_features_are_in_that_order(rng):
    signals = [rng.normal(size=n).astype(np.float32) / 10 for n in (8000, 9000)]
    mfcc = MFCC(n_mfcc=40, functionals=None)
    mel = MelSpectrogram(scale="db", functionals=None)
    frames = AudioFeatures([("mfcc", mfcc), ("mel", mel)]).fit_transform(signals)
    network = HybridClassifier(n_steps=10, picture_size=32)
    inputs = network._make_inputs(frames)
    for i, sequence in enumerate(mfcc.transform(signals)):
        assert_allclose(inputs["sequence"][i], sequence[:10].T, rtol=1e-5, atol=1e-4)
    pictures = network._make_pictures(mel.transform(signals))
    assert_allclose(inputs["picture"], pictures, rtol=1e-5, atol=1e-3)


# Sizes


def test_the_original_sizes():
    X, y = _draw(n_columns=50)
    params = dict(growth_rate=4, block_sizes=(1, 1), picture_size=16, max_epochs=1)
    model = HybridClassifier(**params, random_state=0).fit(X, y)
    shapes = [w.shape for n, w in model.weights_.items() if n.startswith("mfcc") and w.ndim > 1]
    # 300 frames, pooled by 4 twice, are 18.
    assert shapes == [(64, 40, 10), (64, 64, 10), (256, 18 * 64), (128, 256)]


@pytest.mark.parametrize("kernel_size", [1, 2, 5, 10])
def test_convolutions_keep_the_number_of_steps(kernel_size):
    X, y = _draw()
    model = HybridClassifier(**TINY, kernel_size=kernel_size, pool_size=1).fit(X, y)
    assert model.weights_["mfcc.11.weight"].shape == (8, 32 * 4)


def test_values_are_left_out_after_each_convolution():
    layers = HybridClassifier(**TINY, conv_dropout=0.3)._make_mfcc_branch(4)
    dropouts = [layer.p for layer in layers if isinstance(layer, torch.nn.Dropout)]
    assert dropouts == [0.3, 0.3, 0.1]


@pytest.mark.parametrize(
    ("params", "match"),
    [
        (dict(fusion="max"), "The 'fusion' parameter of HybridClassifier must be a str among"),
        (dict(n_steps=15), r"'n_steps' .* at least 16, pool_size=4 .* Got 15 instead"),
        (dict(filters=(0,)), r"'filters' parameter of HybridClassifier must hold ints"),
        (dict(dense_sizes=()), r"'dense_sizes' parameter of HybridClassifier must hold ints"),
        (dict(conv_dropout=1.0), r"'conv_dropout' .* range \[0.0, 1.0\)"),
    ],
)
def test_parameters_are_checked(params, match):
    X, y = _draw(8)
    with pytest.raises(ValueError, match=match):
        HybridClassifier(**TINY | params).fit(X, y)
