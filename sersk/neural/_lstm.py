"""One LSTM layer, read at the end of each sequence."""

from dataclasses import dataclass
from numbers import Integral, Real

import torch
from torch import nn

from sersk.neural._base import NeuralClassifier
from sersk.neural._checks import check_all
from sersk.neural._dense import average_over_time, make_dense
from sersk.neural._inputs import pad
from sersk.utils._sklearn import Interval, StrOptions


class _LSTM(nn.Module):
    def __init__(self, n_channels, hidden_size, dense_sizes, dropout, n_classes):
        super().__init__()
        self.lstm = nn.LSTM(n_channels, hidden_size, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.dense = make_dense(hidden_size, dense_sizes, dropout, n_classes)

    def forward(self, sequence, length):
        # What no sequence of the batch reaches need not be computed.
        states, _ = self.lstm(sequence[:, : length.max()])
        last = states[torch.arange(len(length), device=length.device), length - 1]
        return self.dense(self.dropout(last))


@dataclass(kw_only=True, eq=False, repr=False)
class LSTMClassifier(NeuralClassifier):
    """A long short-term memory, then dense layers.

    The memory [1]_ reads a clip from its beginning to its end, and what it holds after the last
    frame goes to the dense layers. The result does not depend on how long other clips are.

    Parameters
    ----------
    axis : {"time", "coefficient"}, default="time"
        What it walks along: the frames of a clip, or the means of its coefficients over time as
        n_features steps of one value. Rows of a table are always walked along their columns.
    hidden_size : int, default=256
        Units of the memory.
    dense_sizes : tuple of int, default=(128, 64)
        Units of each dense layer.
    dropout : float, default=0.2
        Share of values left out after each layer while training.
    **params : dict
        Those of `NeuralClassifier`; here ``max_epochs=50`` and ``batch_size=64``.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        And others, as in `NeuralClassifier`.

    Notes
    -----
    ``axis="coefficient"`` is what the original did, with 40 means and the seven emotions of two
    speakers. Its validation part was the last fifth of rows ordered by class, and the labels it
    showed stood in another order than those it had learned: both were wrong, and are not done
    here. It has 305 799 weights in Keras, and 1 024 more here: torch adds a second bias to the
    memory.

    References
    ----------
    .. [1] S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation, 1997.

    Examples
    --------
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MFCC
    >>> from sersk.neural import LSTMClassifier
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=3, n_clips_per_class=2)
    >>> frames = MFCC(functionals=None).transform(signals)
    >>> model = LSTMClassifier(hidden_size=8, max_epochs=2, random_state=0)
    >>> model.fit(frames, emotions, groups=speakers).predict_proba(frames).shape
    (24, 4)
    """

    axis: str = "time"
    hidden_size: int = 256
    dense_sizes: tuple = (128, 64)
    dropout: float = 0.2
    max_epochs: int = 50
    batch_size: int = 64

    _parameter_constraints = {
        **NeuralClassifier._parameter_constraints,
        "axis": [StrOptions({"time", "coefficient"})],
        "hidden_size": [Interval(Integral, 1, None, closed="left")],
        "dense_sizes": [tuple, list],
        "dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def _arrange(self, samples):
        return average_over_time(samples) if self.axis == "coefficient" else samples

    def _make_inputs(self, samples):
        return pad(samples)

    def _make_module(self, shapes, n_classes):
        check_all(self, "dense_sizes", "ints", 1, at_least=0)
        n_channels = shapes["sequence"][-1]
        return _LSTM(n_channels, self.hidden_size, self.dense_sizes, self.dropout, n_classes)
