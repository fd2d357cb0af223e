import torch
from numpy.testing import assert_allclose

from sersk.neural._dense import make_dense


def test_layers_by_hand():
    torch.manual_seed(0)
    layers = make_dense(5, (4, 3), (0.5, 0.5)).eval()
    (w1, b1, w2, b2), values = layers.parameters(), torch.randn(6, 5)
    by_hand = torch.relu(torch.relu(values @ w1.T + b1) @ w2.T + b2)
    assert (by_hand == 0).any()
    assert_allclose(layers(values).detach(), by_hand.detach(), atol=1e-6)


def test_each_layer_has_its_own_dropout():
    torch.manual_seed(0)
    layers = make_dense(1, (100, 100), (0.2, 0.6))
    with torch.no_grad():
        for parameter in layers.parameters():
            parameter.fill_(1.0)
        first = layers[:3](torch.ones(100, 1))
        second = layers(torch.ones(100, 1))
    assert_allclose((first == 0).float().mean(), 0.2, atol=0.02)
    assert_allclose((second == 0).float().mean(), 0.6, atol=0.02)


def test_last_size_comes_out():
    assert make_dense(7, (5, 2), (0, 0))(torch.zeros(3, 7)).shape == (3, 2)


def test_classes_come_out_of_one_more_layer():
    layers = make_dense(7, (5,), 0.5, n_classes=3)
    assert layers(torch.zeros(2, 7)).shape == (2, 3)
    assert isinstance(layers[-1], torch.nn.Linear)
