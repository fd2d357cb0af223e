import pytest
import torch
from numpy.testing import assert_allclose

from sersk.neural._densenet import VARIANTS, DenseNet

# Weights with the classifier for 1000 classes, and what goes into it, as published.
PUBLISHED = {"121": (7_978_856, 1024), "169": (14_149_480, 1664), "201": (20_013_928, 1920)}


def _build(variant):
    with torch.device("meta"):
        return DenseNet(*VARIANTS[variant])


def _list_names(block_sizes):
    """Name the layers of the published file, of which each has a known kind."""
    norms, convs = ["norm0", "norm5"], ["conv0"]
    for i, n_layers in enumerate(block_sizes, start=1):
        for j in range(1, n_layers + 1):
            norms += [f"denseblock{i}.denselayer{j}.norm{k}" for k in (1, 2)]
            convs += [f"denseblock{i}.denselayer{j}.conv{k}" for k in (1, 2)]
        if i < len(block_sizes):
            norms.append(f"transition{i}.norm")
            convs.append(f"transition{i}.conv")
    tensors = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    names = [f"{norm}.{tensor}" for norm in norms for tensor in tensors]
    return {f"features.{name}" for name in [*names, *(f"{conv}.weight" for conv in convs)]}


@pytest.mark.parametrize("variant", PUBLISHED)
def test_originals_have_as_many_weights_as_published(variant):
    n_weights, n_channels = PUBLISHED[variant]
    net = _build(variant)
    assert net.n_channels == n_channels
    n_classifier = 1000 * (n_channels + 1)
    assert sum(p.numel() for p in net.parameters()) + n_classifier == n_weights


@pytest.mark.parametrize("variant", PUBLISHED)
def test_originals_have_the_published_names(variant):
    names = _build(variant).state_dict().keys()
    assert names == _list_names(VARIANTS[variant][1])


def test_depth_is_in_the_name():
    """Convolutions and the classifier; normalisations do not count."""
    for variant in PUBLISHED:
        convs = [name for name, p in _build(variant).named_parameters() if p.ndim == 4]
        assert len(convs) + 1 == int(variant)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("conv0.weight", (64, 3, 7, 7)),
        ("norm0.running_mean", (64,)),
        ("denseblock1.denselayer1.conv1.weight", (128, 64, 1, 1)),
        ("denseblock1.denselayer1.conv2.weight", (32, 128, 3, 3)),
        ("denseblock3.denselayer24.norm1.bias", (992,)),
        ("transition1.conv.weight", (128, 256, 1, 1)),
        ("transition3.norm.weight", (1024,)),
        ("denseblock4.denselayer16.conv1.weight", (128, 992, 1, 1)),
        ("norm5.weight", (1024,)),
    ],
)
def test_shapes_are_those_of_the_published_file(name, shape):
    assert tuple(_build("121").state_dict()[f"features.{name}"].shape) == shape


def test_forward_by_hand():
    """One block of one layer, written out."""
    torch.manual_seed(0)
    net = DenseNet(2, (1,)).eval()
    f = net.features
    pictures = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        maps = torch.relu(f.norm0(f.conv0(pictures)))
        maps = torch.nn.functional.max_pool2d(maps, 3, 2, 1)
        layer = f.denseblock1.denselayer1
        new = layer.conv1(torch.relu(layer.norm1(maps)))
        new = layer.conv2(torch.relu(layer.norm2(new)))
        last = torch.relu(f.norm5(torch.cat([maps, new], 1)))
        assert last.shape == (2, 6, 8, 8)
        assert_allclose(net(pictures), last.mean(3).mean(2), rtol=1e-5, atol=1e-7)


def test_a_transition_halves_maps_and_picture():
    transition = DenseNet(4, (1, 1)).features.transition1
    assert transition(torch.zeros(1, 12, 8, 8)).shape == (1, 6, 4, 4)


@pytest.mark.parametrize(
    ("n_frozen", "parts"),
    [
        (0, set()),
        (1, {"conv0", "norm0", "denseblock1", "transition1"}),
        (2, {"conv0", "norm0", "denseblock1", "transition1", "denseblock2", "transition2"}),
        (3, None),
    ],
)
def test_frozen_parts(n_frozen, parts):
    net = DenseNet(2, (1, 1, 1), n_frozen)
    frozen = {n.split(".")[1] for n, p in net.named_parameters() if not p.requires_grad}
    free = {n.split(".")[1] for n, p in net.named_parameters() if p.requires_grad}
    assert frozen == (frozen | free if parts is None else parts)
    assert not frozen & free
    before = {name: values.clone() for name, values in net.named_buffers()}
    net.eval().train()
    net(torch.randn(4, 3, 32, 32))
    moved = {n.split(".")[1] for n, values in net.named_buffers() if not values.equal(before[n])}
    assert not moved & frozen
    assert moved == {part for part in free if not part.startswith("conv")}
