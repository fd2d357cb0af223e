"""Training that repeats itself and leaves everybody else's randomness alone."""

from contextlib import contextmanager

import torch


@contextmanager
def seeded(seed, device):
    """Seed torch's generators for a while, on one thread, and put all back as it was.

    Sums that are split over threads round differently, so that the weights would depend on the
    number of cores.

    Parameters
    ----------
    seed : int
        The seed.
    device : str
        Device whose generator is used besides that of the CPU.
    """
    devices = [torch.cuda.current_device()] if device.startswith("cuda") else []
    n_threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(n_threads)


def find_device(device):
    """Turn what is asked for into a device of torch.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda"}
        "auto" means the GPU where there is one.

    Returns
    -------
    device : str
        "cpu" or "cuda".

    Raises
    ------
    ValueError
        When the GPU is asked for, and there is none.
    """
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            "The device must be 'cpu' or 'auto' on this machine: torch finds no GPU that it can "
            "use. Got 'cuda' instead."
        )
    return device
