"""What a training tells people: a bar for its epochs, and once how long all may take."""

import math
from contextlib import contextmanager
from contextvars import ContextVar

from skorch.callbacks import Callback

from sersk.utils._progress import announce, progress_bar

_expected = ContextVar("expected", default=None)


class _Trainings:
    def __init__(self, n_trainings, n_workers):
        self.n_trainings = n_trainings
        self.n_workers = n_workers
        self.is_told = False


@contextmanager
def expect_trainings(n_trainings, n_workers=1):
    """Let the trainings of this process show their epochs, and the first tell what all may take.

    Those in worker processes stay silent.

    Parameters
    ----------
    n_trainings : int
        How many networks will be trained.
    n_workers : int, default=1
        How many at a time.
    """
    token = _expected.set(_Trainings(n_trainings, n_workers))
    try:
        yield
    finally:
        _expected.reset(token)


@contextmanager
def show_epochs(network):
    """Show the epochs of one training, where that is asked for.

    Parameters
    ----------
    network : NeuralClassifier
        What is trained.

    Yields
    ------
    callbacks : list of skorch Callback
        What the training loop has to call.
    """
    trainings = _expected.get() or (_Trainings(1, 1) if network.verbose else None)
    if trainings is None:
        yield []
        return
    with progress_bar(None, total=network.max_epochs, description="Training", unit="epoch") as bar:
        yield [_Epochs(network, trainings, bar)]


class _Epochs(Callback):
    """Move a bar on, and tell after the first epoch how long all trainings may take."""

    def __init__(self, network, trainings, bar):
        self.network = network
        self.trainings = trainings
        self.bar = bar

    def on_epoch_end(self, net, **kwargs):
        if not self.trainings.is_told:
            self.trainings.is_told = True
            announce(_tell_duration(self.network, self.trainings, net.history[-1, "dur"]))
        self.bar.update()


def _tell_duration(network, trainings, epoch_s):
    n_epochs = network.max_epochs
    n_rounds = math.ceil(trainings.n_trainings / trainings.n_workers)
    whole = _format_s(n_rounds * n_epochs * epoch_s)
    begin = f"An epoch takes {_format_s(epoch_s)};"
    if trainings.n_trainings == 1:
        return f"{begin} this training of at most {n_epochs} takes up to {whole}."
    often = ", early stopping often less" if network.early_stopping else ""
    return (
        f"{begin} {trainings.n_trainings} trainings of at most {n_epochs} epochs take up to "
        f"{whole}{often}."
    )


def _format_s(seconds):
    if seconds < 10:
        return f"{seconds:.2g} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
