"""Samples as the training loop takes them: whole batches at a time."""

import torch
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler, SequentialSampler


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


def make_batches(samples, batch_size, shuffle=False):
    """Make the loader of skorch's training loop.

    Indexing the arrays once per batch is many times faster than gathering single samples.

    Parameters
    ----------
    samples : Samples
        What to load.
    batch_size : int
        Samples at a time.
    shuffle : bool, default=False
        Whether each epoch has another order.

    Returns
    -------
    batches : torch DataLoader
        It yields batches of `Samples`.
    """
    sampler = RandomSampler(samples) if shuffle else SequentialSampler(samples)
    batches = BatchSampler(sampler, batch_size, drop_last=False)
    return DataLoader(samples, batch_size=None, sampler=batches)
