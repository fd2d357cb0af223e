"""One convolution over the coefficients."""

from dataclasses import dataclass
from numbers import Integral, Real

from torch import nn

from sersk.neural._base import NeuralClassifier
from sersk.neural._dense import average_over_time, make_dense
from sersk.neural._inputs import pad
from sersk.utils._sklearn import Interval


@dataclass(kw_only=True, eq=False, repr=False)
class CNNClassifier(NeuralClassifier):
    """A convolution over the columns of one row of features per clip.

    Neighbouring columns, such as those of one kind of coefficient, are read through the same
    small window [1]_; then come max-pooling and a dense layer. With 40 features and 3 classes it
    has 39 299 weights. Sequences are averaged over time first.

    Parameters
    ----------
    filters : int, default=32
        Channels of the convolution.
    kernel_size : int, default=3
        Columns that it sees at once.
    pool_size : int, default=2
        Columns of which the highest value is kept.
    hidden_size : int, default=64
        Units of the dense layer.
    dropout : float, default=0.5
        Share of values left out after the dense layer while training.
    **params : dict
        Those of `NeuralClassifier`; here ``lr_patience=5``.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        And others, as in `NeuralClassifier`.

    Notes
    -----
    Tables with too few columns for the convolution and the pooling are filled with zeros. The
    original did not scale its features, stopped with a patience of 10, and was scored on the
    very clips that had chosen the epoch to stop at.

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to
       document recognition", Proceedings of the IEEE, 1998.

    Examples
    --------
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MFCC
    >>> from sersk.neural import CNNClassifier
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=3, n_clips_per_class=2)
    >>> means = MFCC(functionals=("mean",)).transform(signals)
    >>> model = CNNClassifier(max_epochs=2, random_state=0)
    >>> model.fit(means, emotions, groups=speakers).predict_proba(means).shape
    (24, 4)
    """

    filters: int = 32
    kernel_size: int = 3
    pool_size: int = 2
    hidden_size: int = 64
    dropout: float = 0.5
    lr_patience: int | None = 5

    _parameter_constraints = {
        **NeuralClassifier._parameter_constraints,
        "filters": [Interval(Integral, 1, None, closed="left")],
        "kernel_size": [Interval(Integral, 1, None, closed="left")],
        "pool_size": [Interval(Integral, 1, None, closed="left")],
        "hidden_size": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def _arrange(self, samples):
        return average_over_time(samples)

    def _make_inputs(self, samples):
        n_steps = max(samples.shape[1], self.kernel_size + self.pool_size - 1)
        return {"input": pad(samples, n_steps)["sequence"].transpose(0, 2, 1)}

    def _make_module(self, shapes, n_classes):
        n_channels, n_steps = shapes["input"]
        n_pooled = (n_steps - self.kernel_size + 1) // self.pool_size
        return nn.Sequential(
            nn.Conv1d(n_channels, self.filters, self.kernel_size),
            nn.ReLU(),
            nn.MaxPool1d(self.pool_size),
            nn.Flatten(),
            *make_dense(self.filters * n_pooled, [self.hidden_size], self.dropout, n_classes),
        )
