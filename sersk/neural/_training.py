"""The training loop: skorch's, with what every network of ours wants of it."""

from contextlib import suppress

import numpy as np
import torch
from skorch import NeuralNet
from skorch.callbacks import GradientNormClipping, LRScheduler
from skorch.helper import predefined_split
from torch.optim.lr_scheduler import ReduceLROnPlateau

from sersk.neural._batches import Batches
from sersk.neural._callbacks import EndOfTraining, EpochScores, KeepBest, StopAtNaN
from sersk.neural._progress import show_epochs

_OPTIMIZERS = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
OPTIMIZERS = tuple(_OPTIMIZERS)


class _WeightedNet(NeuralNet):
    """A net whose samples have weights."""

    def infer(self, x, **fit_params):
        return super().infer({k: v for k, v in x.items() if k != "weight"}, **fit_params)

    def get_loss(self, y_pred, y_true, X=None, *args, **kwargs):
        losses = super().get_loss(y_pred, y_true, X, *args, **kwargs)
        return (losses * X["weight"].to(losses.device)).mean()


def train(network, module, train_set, valid_set, *, device, callbacks=(), on_best=None):
    """Train a module and leave it with the weights of its best epoch.

    Parameters
    ----------
    network : NeuralClassifier
        Whose parameters say how.
    module : torch.nn.Module
        What to train; changed in place.
    train_set : Samples
        What to learn from.
    valid_set : Samples or None
        What tells the best epoch; without it the loss of training does.
    device : str
        Where to compute.
    callbacks : sequence of skorch Callback, default=()
        Further things to do between the epochs.
    on_best : callable or None, default=None
        What to do after each epoch that is the best so far; it takes the history up to then.

    Returns
    -------
    history : dict of str to list
        For each epoch its number, duration, losses, scores and learning rate.
    best_epoch : int
        Number of the best epoch, from 1.

    Raises
    ------
    TrainingError
        When the loss or a weight is no number.
    """
    monitor = f"{'train' if valid_set is None else 'valid'}_{network.monitor}"
    # One that never stops training still brings the best weights back.
    patience = network.patience if network.early_stopping else network.max_epochs
    keep_best = KeepBest(
        monitor, patience, on_best and (lambda net: on_best(_tell_history(net.history)))
    )
    with show_epochs(network) as progress:
        net = _WeightedNet(
            module,
            criterion=torch.nn.CrossEntropyLoss(
                reduction="none", label_smoothing=network.label_smoothing
            ),
            optimizer=_OPTIMIZERS[network.optimizer],
            lr=network.lr,
            max_epochs=network.max_epochs,
            batch_size=network.batch_size,
            iterator_train=Batches,
            iterator_train__shuffle=True,
            iterator_valid=Batches,
            train_split=None if valid_set is None else predefined_split(valid_set),
            callbacks=[
                *callbacks,
                StopAtNaN(network, train_set),
                EpochScores(),
                *_adapt_steps(network, monitor),
                *progress,
                keep_best,
            ],
            callbacks__print_log=None,
            device=device,
            verbose=0,
            **_optimizer_params(network),
        )
        _run(net, train_set)
    return _tell_history(net.history), keep_best.best_epoch


def _run(net, train_set):
    """Fit the net; its own fit would take an interruption by the user for the end as well."""
    net.initialize()
    net.notify("on_train_begin", X=train_set, y=None)
    with suppress(EndOfTraining):
        net.fit_loop(train_set)
    net.notify("on_train_end", X=train_set, y=None)


def _optimizer_params(network):
    params = {"optimizer__weight_decay": network.weight_decay}
    if network.optimizer == "sgd":
        params["optimizer__momentum"] = network.momentum
    return params


def _adapt_steps(network, monitor):
    if network.gradient_clip is not None:
        yield GradientNormClipping(network.gradient_clip)
    if network.lr_patience is not None:
        yield LRScheduler(
            ReduceLROnPlateau,
            monitor=monitor,
            mode="min" if network.monitor == "loss" else "max",
            event_name=None,
            factor=network.lr_factor,
            patience=network.lr_patience,
            min_lr=network.min_lr,
            # Any improvement counts, as it does for the best epoch, and any learning rate.
            threshold=0.0,
            eps=0.0,
        )


def _tell_history(history):
    names = [
        name
        for name in history[-1]
        if name != "batches" and not name.endswith(("_best", "_count"))
    ]
    return {name: [_plain(row[name]) for row in history] for name in names}


def _plain(value):
    return value.item() if isinstance(value, np.generic) else value
