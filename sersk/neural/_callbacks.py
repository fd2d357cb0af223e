"""What happens between the epochs: scores, the best weights, and a stop before nonsense."""

import math

import torch
from sklearn.metrics import accuracy_score, precision_recall_fscore_support
from skorch.callbacks import Callback

from sersk.exceptions import TrainingError


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
    """Raise as soon as the loss is no number: every later weight would be none either."""

    def on_batch_end(self, net, batch, training, loss=None, **kwargs):
        if math.isfinite(loss.item()):
            return
        largest = max(
            values.abs().max().item() for values in batch[0].values() if values.is_floating_point()
        )
        cause = "the learning rate is too high"
        way_out = f"Lower lr, now {net.optimizer_.param_groups[0]['lr']:g}"
        if largest > 100:
            cause = f"the inputs, up to {largest:.3g}, are not standardised"
            way_out = "Pass standardize=True"
        raise TrainingError(
            f"The loss became {loss.item()} in epoch {len(net.history)}. Most likely {cause}. "
            f"{way_out}, or clip the gradient with gradient_clip=1."
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


class OnBest(Callback):
    """Call a function with the network after each epoch that is the best so far.

    Parameters
    ----------
    monitor : str
        The loss that decides.
    function : callable
        It takes the skorch net.
    """

    def __init__(self, monitor, function):
        self.monitor = monitor
        self.function = function

    def on_epoch_end(self, net, **kwargs):
        if net.history[-1, f"{self.monitor}_best"]:
            self.function(net)
