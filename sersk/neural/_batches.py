"""Samples as the training loop takes them: whole batches at a time."""

import numpy as np
import torch
from torch.utils.data import Dataset


class Samples(Dataset):
    """Inputs of a network with the number and the weight of each sample's class.

    Parameters
    ----------
    inputs : dict of str to ndarray of shape (n_samples, …)
        What the network takes, by the names of its arguments.
    codes : ndarray of shape (n_samples,), dtype int64
        Numbers of the classes.
    weights : ndarray of shape (n_samples,), dtype float32
        Weights of the samples in the loss.
    """

    def __init__(self, inputs, codes, weights):
        self.inputs = inputs
        self.codes = codes
        self.weights = weights

    def __len__(self):
        return len(self.codes)

    def __getitem__(self, indices):
        inputs = {name: torch.from_numpy(values[indices]) for name, values in self.inputs.items()}
        # The weight is no argument of the network; the loss takes it out again.
        inputs["weight"] = torch.from_numpy(self.weights[indices])
        return inputs, torch.from_numpy(self.codes[indices])


class Batches:
    """What skorch's training loop walks over, once per epoch.

    Indexing the arrays once per batch is many times faster than gathering single samples, as
    torch's DataLoader does.

    Parameters
    ----------
    samples : Samples
        What to load.
    batch_size : int
        Samples at a time.
    shuffle : bool, default=False
        Whether each epoch has another order.
    """

    def __init__(self, samples, batch_size, shuffle=False):
        self.samples = samples
        self.batch_size = batch_size
        self.shuffle = shuffle

    def __iter__(self):
        n_samples = len(self.samples)
        order = torch.randperm(n_samples) if self.shuffle else torch.arange(n_samples)
        batches = [indices.numpy() for indices in order.split(self.batch_size)]
        for indices in _join_single(batches, self.batch_size):
            yield self.samples[indices]


def _join_single(batches, batch_size):
    """Join a last batch of one sample, of which batch normalisation could learn nothing."""
    if batch_size > 1 and len(batches) > 1 and len(batches[-1]) == 1:
        return [*batches[:-2], np.concatenate(batches[-2:])]
    return batches
