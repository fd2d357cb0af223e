"""Training that repeats itself and leaves everybody else's randomness alone."""

import threading
from contextlib import contextmanager

import torch

# torch has one generator for all threads of a process.
_generator_in_use = threading.Lock()


@contextmanager
def seeded(seed, device):
    """Seed torch's generators for a while, on one thread, and put all back as it was.

    Parameters
    ----------
    seed : int
        The seed.
    device : str
        Device whose generator is used besides that of the CPU.
    """
    devices = [torch.cuda.current_device()] if device == "cuda" else []
    with _generator_in_use, torch.random.fork_rng(devices), single_threaded():
        # torch.manual_seed would seed the GPUs as well that are not put back.
        torch.default_generator.manual_seed(seed)
        if devices:
            torch.cuda.manual_seed(seed)
        yield


@contextmanager
def single_threaded():
    """Let torch work on one thread for a while.

    Sums that are split over threads round differently, so that results would depend on the
    number of cores.
    """
    n_threads = torch.get_num_threads()
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
