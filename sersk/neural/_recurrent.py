"""Recurrent layers for sequences of unequal length, padded to one."""

import torch
from torch import nn


def make_mask(sequence, length):
    """Tell the steps of padded sequences that are not filling.

    Parameters
    ----------
    sequence : tensor of shape (n_samples, n_steps, n_channels)
        The padded sequences.
    length : tensor of shape (n_samples,)
        How many steps of each are its own.

    Returns
    -------
    mask : tensor of shape (n_samples, n_steps), dtype bool
        True for these.
    """
    steps = torch.arange(sequence.shape[1], device=sequence.device)
    return steps < length[:, None]


def reverse_within(sequence, length):
    """Turn each sequence round, and leave the filling after its end where it is.

    Parameters
    ----------
    sequence : tensor of shape (n_samples, n_steps, n_channels)
        The padded sequences.
    length : tensor of shape (n_samples,)
        How many steps of each are its own.

    Returns
    -------
    sequence : tensor of shape (n_samples, n_steps, n_channels)
        From the last own step to the first.
    """
    steps = torch.arange(sequence.shape[1], device=sequence.device).expand(len(sequence), -1)
    source = torch.where(steps < length[:, None], length[:, None] - 1 - steps, steps)
    return sequence.gather(1, source[:, :, None].expand_as(sequence))


def average_steps(sequence, length, pool_size):
    """Average every few steps of padded sequences into one, the filling left out.

    Parameters
    ----------
    sequence : tensor of shape (n_samples, n_steps, n_channels)
        The padded sequences.
    length : tensor of shape (n_samples,)
        How many steps of each are its own.
    pool_size : int
        How many steps become one. The last one of a sequence may be of fewer.

    Returns
    -------
    sequence : tensor of shape (n_samples, ceil(n_steps / pool_size), n_channels)
        The averages; 0 where there was filling only.
    length : tensor of shape (n_samples,)
        How many of them are a sequence's own.
    """
    if pool_size == 1:
        return sequence, length
    mask = make_mask(sequence, length)[:, :, None].to(sequence.dtype)
    filling = (0, 0, 0, -sequence.shape[1] % pool_size)
    sums, counts = (
        nn.functional.pad(values, filling).unflatten(1, (-1, pool_size)).sum(dim=2)
        for values in (sequence * mask, mask)
    )
    return sums / counts.clamp(min=1), (length + pool_size - 1) // pool_size


class BidirectionalLSTM(nn.Module):
    """A long short-term memory in both directions, for padded sequences.

    The second direction begins at the end of each sequence, not of its filling. torch does so
    for packed sequences only, which take six times as long on a CPU.

    Parameters
    ----------
    n_channels : int
        Values per step.
    hidden_size : int
        Units of each direction.
    """

    def __init__(self, n_channels, hidden_size):
        super().__init__()
        self.forwards = nn.LSTM(n_channels, hidden_size, batch_first=True)
        self.backwards = nn.LSTM(n_channels, hidden_size, batch_first=True)

    def forward(self, sequence, length):
        ahead, _ = self.forwards(sequence)
        back, _ = self.backwards(reverse_within(sequence, length))
        return torch.cat([ahead, reverse_within(back, length)], dim=2)
