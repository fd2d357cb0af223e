"""What happens between the epochs: scores, the best weights, and a stop before nonsense."""

import copy
import math

import numpy as np
import torch
from sklearn.metrics import accuracy_score, precision_recall_fscore_support
from skorch.callbacks import Callback

from sersk.exceptions import TrainingError

# Features brought to standard deviation 1 hardly reach it.
_LARGE = 100.0


class EpochScores(Callback):
    """Score each epoch over the whole part at once.

    A mean of the scores of batches is another number: most batches lack some class. Those of the
    training part are of the weights while they change, with dropout.
    """

    def on_epoch_begin(self, net, **kwargs):
        self._seen = {"train": [], "valid": []}

    def on_batch_end(self, net, batch, training, y_pred=None, **kwargs):
        part = "train" if training else "valid"
        self._seen[part].append((batch[1], y_pred.detach().argmax(dim=1).cpu()))

    def on_epoch_end(self, net, **kwargs):
        for part, seen in self._seen.items():
            if seen:
                true, predicted = (torch.cat(codes).numpy() for codes in zip(*seen, strict=True))
                for name, score in _score(true, predicted).items():
                    net.history.record(f"{part}_{name}", score)
        net.history.record("lr", net.optimizer_.param_groups[0]["lr"])
        self._seen = None


def _score(true, predicted):
    # Over the classes that are there, as in the unweighted average recall of sersk.metrics.
    precision, recall, f1, _ = precision_recall_fscore_support(
        true, predicted, average="macro", labels=sorted(set(true.tolist())), zero_division=0.0
    )
    return {
        "accuracy": float(accuracy_score(true, predicted)),
        "uar": float(recall),
        "precision": float(precision),
        "recall": float(recall),
        "f1": float(f1),
    }


class StopAtNaN(Callback):
    """Raise as soon as the loss or a weight is no number: every later one would be none either.

    Parameters
    ----------
    network : NeuralClassifier
        Whose parameters may be the cause.
    train_set : Samples
        What is learnt from.
    """

    def __init__(self, network, train_set):
        self.network = network
        self.train_set = train_set

    def on_batch_end(self, net, batch, training, loss=None, **kwargs):
        if not math.isfinite(loss.item()):
            self._raise(f"The loss became {loss.item()} in epoch {len(net.history)}.")

    def on_epoch_end(self, net, **kwargs):
        # The last step of an epoch may spoil the weights when all its losses are known.
        if not all(weights.isfinite().all() for weights in net.module_.parameters()):
            self._raise(f"A weight became infinite or NaN in epoch {len(net.history)}.")

    def _raise(self, what):
        network = self.network
        way_out = f"Lower lr, now {network.lr:g}"
        if not network.standardize and self._find_largest() > _LARGE:
            cause = f"the inputs, up to {self._find_largest():.3g}, are too large for a network"
            way_out = f"Pass standardize=True. If that does not help, lower lr, now {network.lr:g}"
        else:
            cause = "the learning rate is too high"
            if network.gradient_clip is None:
                way_out += ", or clip the gradient with gradient_clip=1"
        raise TrainingError(f"{what} Most likely {cause}. {way_out}.")

    def _find_largest(self):
        return max(
            float(np.abs(values).max())
            for values in self.train_set.inputs.values()
            if values.dtype.kind == "f"
        )


class Renew(Callback):
    """Let each epoch begin with other inputs.

    Parameters
    ----------
    make_inputs : callable
        It takes the number of the epoch, from 1, and gives the inputs of the training part.
    """

    def __init__(self, make_inputs):
        self.make_inputs = make_inputs

    def on_epoch_begin(self, net, dataset_train=None, **kwargs):
        dataset_train.inputs = self.make_inputs(len(net.history))


class EndOfTraining(Exception):
    """No better epoch is expected any more."""


class KeepBest(Callback):
    """Bring the weights of the best epoch back at the end, and end when none is better for long.

    Parameters
    ----------
    monitor : str
        The loss that decides, or the score.
    patience : int
        After how many epochs that are no better to raise `EndOfTraining`.
    on_best : callable or None
        What to do after each epoch that is the best so far; it takes the skorch net.

    Attributes
    ----------
    best_epoch : int
        Number of the best so far, from 1.
    """

    def __init__(self, monitor, patience, on_best):
        self.monitor = monitor
        self.patience = patience
        self.on_best = on_best
        self._best = -math.inf

    def on_epoch_end(self, net, **kwargs):
        epoch, value = len(net.history), net.history[-1, self.monitor]
        if self.monitor.endswith("_loss"):
            value = -value
        if value > self._best:
            self._best, self.best_epoch = value, epoch
            self._weights = copy.deepcopy(net.module_.state_dict())
            if self.on_best is not None:
                self.on_best(net)
        elif epoch - self.best_epoch >= self.patience:
            raise EndOfTraining

    def on_train_end(self, net, **kwargs):
        net.module_.load_state_dict(self._weights)
