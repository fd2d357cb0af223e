"""Densely connected convolutional networks, by the names of the published weights."""

from collections import OrderedDict
from itertools import takewhile

import torch
from torch import nn
from torch.nn.functional import relu

# Growth rate, and layers of each dense block. The first is ours; the others are the paper's.
VARIANTS = {
    "small": (12, (4, 4, 4)),
    "121": (32, (6, 12, 24, 16)),
    "169": (32, (6, 12, 32, 32)),
    "201": (32, (6, 12, 48, 32)),
}


class _DenseLayer(nn.Module):
    """A few new maps out of all those before it, which it hands on beside them."""

    def __init__(self, n_channels, growth_rate):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(n_channels)
        self.conv1 = nn.Conv2d(n_channels, 4 * growth_rate, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(4 * growth_rate)
        self.conv2 = nn.Conv2d(4 * growth_rate, growth_rate, 3, padding=1, bias=False)

    def forward(self, maps):
        narrow = self.conv1(relu(self.norm1(maps)))
        new = self.conv2(relu(self.norm2(narrow)))
        return torch.cat([maps, new], dim=1)


def _make_stem(n_channels):
    return {
        "conv0": nn.Conv2d(3, n_channels, 7, stride=2, padding=3, bias=False),
        "norm0": nn.BatchNorm2d(n_channels),
        "relu0": nn.ReLU(),
        "pool0": nn.MaxPool2d(3, stride=2, padding=1),
    }


def _make_block(n_channels, growth_rate, n_layers):
    widths = [n_channels + i * growth_rate for i in range(n_layers)]
    return nn.Sequential(
        OrderedDict(
            (f"denselayer{i}", _DenseLayer(width, growth_rate))
            for i, width in enumerate(widths, start=1)
        )
    )


def _make_transition(n_channels):
    return nn.Sequential(
        OrderedDict(
            norm=nn.BatchNorm2d(n_channels),
            relu=nn.ReLU(),
            conv=nn.Conv2d(n_channels, n_channels // 2, 1, bias=False),
            pool=nn.AvgPool2d(2),
        )
    )


class DenseNet(nn.Module):
    """DenseNet-BC without its classifier: the last maps, averaged over the picture.

    Parameters
    ----------
    growth_rate : int
        Maps that each layer adds. The stem makes twice as many, a bottleneck four times.
    block_sizes : sequence of int
        Layers of each dense block. Between two blocks maps and picture are halved.
    n_frozen_blocks : int, default=0
        Dense blocks that stay as they are, with the stem and the transitions after them: no
        gradient, and batch normalisation by its stored statistics, also in training. When all
        are named, the last batch normalisation stays too.

    Attributes
    ----------
    n_channels : int
        Values that come out per picture.
    """

    def __init__(self, growth_rate, block_sizes, n_frozen_blocks=0):
        super().__init__()
        n_channels = 2 * growth_rate
        parts = _make_stem(n_channels)
        for i, n_layers in enumerate(block_sizes, start=1):
            if i > 1:
                parts[f"transition{i - 1}"] = _make_transition(n_channels)
                n_channels //= 2
            parts[f"denseblock{i}"] = _make_block(n_channels, growth_rate, n_layers)
            n_channels += n_layers * growth_rate
        # It has this number whatever the number of blocks.
        parts["norm5"] = nn.BatchNorm2d(n_channels)
        self.n_channels = n_channels
        self.features = nn.Sequential(OrderedDict(parts))
        for layer in self.features.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight)
        self._frozen_parts = self._freeze(n_frozen_blocks)

    def _freeze(self, n_blocks):
        if n_blocks == 0:
            return []
        first_free = f"denseblock{n_blocks + 1}"
        names = takewhile(lambda name: name != first_free, dict(self.features.named_children()))
        parts = [self.features.get_submodule(name) for name in names]
        for part in parts:
            part.requires_grad_(False)
        return parts

    def train(self, mode=True):
        super().train(mode)
        for part in self._frozen_parts:
            part.eval()
        return self

    def forward(self, pictures):
        return relu(self.features(pictures)).mean(dim=(2, 3))
