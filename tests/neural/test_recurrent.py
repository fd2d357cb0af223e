import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from sersk.neural._bilstm import _BiLSTM
from sersk.neural._recurrent import (
    BidirectionalLSTM,
    average_steps,
    make_mask,
    reverse_within,
)

LENGTH = torch.tensor([5, 1, 7, 3])


@pytest.fixture
def sequence():
    return torch.randn((4, 7, 3), generator=torch.Generator().manual_seed(0))


def test_mask_tells_own_steps(sequence):
    assert make_mask(sequence, LENGTH).sum(dim=1).tolist() == LENGTH.tolist()
    assert make_mask(sequence, LENGTH)[1].tolist() == [True] + [False] * 6


def test_reversing_leaves_the_filling_where_it_is(sequence):
    turned = reverse_within(sequence, LENGTH)
    for own, given, length in zip(turned, sequence, LENGTH, strict=True):
        assert torch.equal(own[:length], given[:length].flip(0))
        assert torch.equal(own[length:], given[length:])
    assert torch.equal(reverse_within(turned, LENGTH), sequence)


def test_same_as_torch_with_packed_sequences(sequence):
    ours = BidirectionalLSTM(3, 4)
    theirs = nn.LSTM(3, 4, batch_first=True, bidirectional=True)
    weights = dict(ours.forwards.state_dict())
    weights |= {f"{name}_reverse": w for name, w in ours.backwards.state_dict().items()}
    theirs.load_state_dict(weights)
    packed = pack_padded_sequence(sequence, LENGTH, batch_first=True, enforce_sorted=False)
    expected, _ = pad_packed_sequence(theirs(packed)[0], batch_first=True)
    mask = make_mask(sequence, LENGTH)
    torch.testing.assert_close(ours(sequence, LENGTH)[mask], expected[mask])


def _make(hidden_sizes, *, n_classes=2, pool_size=1):
    params = dict(hidden_sizes=hidden_sizes, pool_size=pool_size, dropout=0.0, input_dropout=0.0)
    return _BiLSTM(3, n_classes, **params)


@pytest.mark.parametrize("pool_size", [1, 2, 4])
@pytest.mark.parametrize("filling", [0.0, 3.0, -1e6])
def test_filling_changes_nothing(sequence, filling, pool_size):
    module = _make((4, 3), pool_size=pool_size).eval()
    expected = module(sequence, LENGTH)
    filled = torch.where(make_mask(sequence, LENGTH)[:, :, None], sequence, filling)
    torch.testing.assert_close(module(filled, LENGTH), expected, rtol=0, atol=1e-6)
    longer = torch.cat([filled, torch.full((4, 5, 3), filling)], dim=1)
    torch.testing.assert_close(module(longer, LENGTH), expected, rtol=0, atol=1e-6)


def test_output_is_the_mean_over_own_frames(sequence):
    module = _make((4,), n_classes=2).eval()
    states = module.layers[0](sequence, LENGTH)
    pooled = torch.stack([s[:n].mean(dim=0) for s, n in zip(states, LENGTH, strict=True)])
    torch.testing.assert_close(module(sequence, LENGTH), module.output(pooled))


def test_both_directions_count(sequence):
    module = _make((4,), n_classes=2).eval()
    turned = module(reverse_within(sequence, LENGTH), LENGTH)
    differs = (turned - module(sequence, LENGTH)).abs().amax(dim=1).detach() > 1e-4
    # A single frame is the same from both ends.
    assert np.array_equal(differs.numpy(), LENGTH.numpy() > 1)


def test_layers_have_the_sizes_asked_for():
    module = _make((4, 2), n_classes=5)
    assert [layer.forwards.hidden_size for layer in module.layers] == [4, 2]
    assert (module.layers[1].forwards.input_size, module.output.in_features) == (8, 4)
    assert module.output.out_features == 5


@pytest.mark.parametrize("pool_size", [1, 2, 3, 50])
def test_steps_are_averaged_within_each_sequence(sequence, pool_size):
    filled = torch.where(make_mask(sequence, LENGTH)[:, :, None], sequence, -1e6)
    averages, lengths = average_steps(filled, LENGTH, pool_size)
    for own, n, average, length in zip(sequence, LENGTH, averages, lengths, strict=True):
        expected = [part.mean(dim=0) for part in own[:n].split(pool_size)]
        assert length == len(expected)
        torch.testing.assert_close(average[:length], torch.stack(expected))


def test_whole_columns_are_left_out_while_training(sequence):
    torch.manual_seed(0)
    module = _make((4,))
    module.input_dropout.p = 0.5
    seen = []
    module.layers[0].forwards.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    module.train()(sequence, LENGTH)
    is_left_out = (seen[0] == 0).all(dim=1)
    assert 0 < is_left_out.sum() < is_left_out.numel()
    assert torch.equal((seen[0] == 0).any(dim=1), is_left_out)
    module.eval()(sequence, LENGTH)
    assert not (seen[1] == 0).all(dim=1).any()
