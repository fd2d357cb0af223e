"""Two stacked bidirectional LSTM layers."""

from dataclasses import dataclass
from numbers import Integral, Real

from torch import nn

from sersk.neural._base import NeuralClassifier
from sersk.neural._checks import check_all
from sersk.neural._inputs import pad
from sersk.neural._recurrent import BidirectionalLSTM, average_steps, make_mask
from sersk.utils._sklearn import Interval


class _BiLSTM(nn.Module):
    def __init__(self, n_channels, n_classes, *, hidden_sizes, pool_size, dropout, input_dropout):
        super().__init__()
        self.pool_size = pool_size
        self.input_dropout = nn.Dropout1d(input_dropout)
        widths = [n_channels, *(2 * size for size in hidden_sizes)]
        self.layers = nn.ModuleList(
            BidirectionalLSTM(width, size)
            for width, size in zip(widths, hidden_sizes, strict=False)
        )
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(widths[-1], n_classes)

    def forward(self, sequence, length):
        # What no sequence of the batch reaches need not be computed.
        sequence, length = average_steps(sequence[:, : length.max()], length, self.pool_size)
        mask = make_mask(sequence, length)[:, :, None]
        sequence = self.input_dropout(sequence.mT).mT
        for layer in self.layers:
            sequence = layer(self.dropout(sequence), length)
        pooled = (sequence * mask).sum(dim=1) / length[:, None]
        return self.output(self.dropout(pooled))


@dataclass(kw_only=True, eq=False, repr=False)
class BiLSTMClassifier(NeuralClassifier):
    """Stacked bidirectional LSTM layers, averaged over time.

    Each layer reads the frames forwards and backwards [1]_; the mean of the last one over the
    frames of a clip, and of none after its end, goes to a dense layer. The result does not
    depend on how long other clips are.

    Parameters
    ----------
    hidden_sizes : tuple of int, default=(128, 64)
        Units per direction of each layer.
    pool_size : int, default=4
        Frames that are averaged into one step before the first layer. With fewer steps less is
        learned by heart, and it takes a fraction of the time.
    dropout : float, default=0.3
        Share of values left out before each layer while training, the first and the dense one
        included.
    input_dropout : float, default=0.2
        Share of columns left out of a whole clip while training.
    **params : dict
        Those of `NeuralClassifier`; here ``max_epochs=50``, ``gradient_clip=1.0``,
        ``label_smoothing=0.1`` and ``monitor="uar"``: on real speech the loss is best after a few
        epochs, long before the recall is.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        And others, as in `NeuralClassifier`.

    References
    ----------
    .. [1] A. Graves and J. Schmidhuber, "Framewise phoneme classification with bidirectional
       LSTM and other neural network architectures", Neural Networks, 2005.

    Examples
    --------
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MFCC
    >>> from sersk.neural import BiLSTMClassifier
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=3, n_clips_per_class=2)
    >>> frames = MFCC(functionals=None).transform(signals)
    >>> model = BiLSTMClassifier(hidden_sizes=(8,), max_epochs=2, random_state=0)
    >>> model.fit(frames, emotions, groups=speakers).predict_proba(frames).shape
    (24, 4)
    """

    hidden_sizes: tuple = (128, 64)
    pool_size: int = 4
    dropout: float = 0.3
    input_dropout: float = 0.2
    max_epochs: int = 50
    gradient_clip: float | None = 1.0
    label_smoothing: float = 0.1
    monitor: str = "uar"

    _parameter_constraints = {
        **NeuralClassifier._parameter_constraints,
        "hidden_sizes": [tuple, list],
        "pool_size": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "input_dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def _make_inputs(self, samples):
        return pad(samples)

    def _make_module(self, shapes, n_classes):
        check_all(self, "hidden_sizes", "ints", 1)
        return _BiLSTM(
            shapes["sequence"][-1],
            n_classes,
            hidden_sizes=self.hidden_sizes,
            pool_size=self.pool_size,
            dropout=self.dropout,
            input_dropout=self.input_dropout,
        )
