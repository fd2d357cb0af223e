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
