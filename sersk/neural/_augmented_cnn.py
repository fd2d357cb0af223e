"""Eight convolutions over time."""

from dataclasses import dataclass
from numbers import Integral, Real

from torch import nn

from sersk.neural._base import NeuralClassifier
from sersk.neural._checks import check_all
from sersk.neural._inputs import pad
from sersk.utils._sklearn import Interval, StrOptions


def _make_block(n_channels, width, depth, kernel_size, *, normalize):
    """Make convolutions that keep the number of steps, with ReLU after each."""
    for i in range(depth):
        yield nn.ZeroPad1d(((kernel_size - 1) // 2, kernel_size // 2))
        yield nn.Conv1d(width if i else n_channels, width, kernel_size)
        if normalize and i == depth - 1:
            yield nn.BatchNorm1d(width)
        yield nn.ReLU()


def _draw_weights(layer):
    # torch's own are so small that eight layers pass nearly nothing on: at this learning rate
    # the loss stayed at that of chance for 400 epochs.
    if isinstance(layer, (nn.Conv1d, nn.Linear)):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)


@dataclass(kw_only=True, eq=False, repr=False)
class AugmentedCNNClassifier(NeuralClassifier):
    """Blocks of convolutions over time, each on a coarser grid than the last.

    A block ends with batch normalisation [1]_, dropout and max-pooling, and the last one with
    the output. It is meant for clips with augmented copies, which `sersk.augmentation` makes
    inside the training part.

    Parameters
    ----------
    input : {"sequence", "original"}, default="sequence"
        What to read of each frame: its values, or as in the original their mean alone. Rows of
        a table are sequences of n_features steps with one value, so that both are the same.
    n_steps : int, default=259
        Length that sequences are cut to, or filled up to with zeros. 259 frames are 3 s at
        44 100 Hz with a hop of 512.
    filters : tuple of int, default=(256, 128, 64)
        Channels of the convolutions of each block.
    n_convolutions : tuple of int, default=(2, 4, 2)
        How many each block has.
    kernel_size : int, default=8
        Steps that a convolution sees at once.
    pool_size : int, default=8
        Steps of which the highest value is kept.
    dropout : float, default=0.25
        Share of values left out before each max-pooling while training.
    **params : dict
        Those of `NeuralClassifier`; here ``max_epochs=700``, ``batch_size=16``,
        ``optimizer="sgd"``, ``lr=1e-4``, ``lr_patience=20`` and ``lr_factor=0.9``.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        And others, as in `NeuralClassifier`.

    Notes
    -----
    The first weights are drawn as Keras does [2]_, from a wider range than torch's. The original
    made its copies before it split the clips, so that copies of one clip stood on both sides,
    and averaged precision and recall over batches: neither is done here.

    References
    ----------
    .. [1] S. Ioffe and C. Szegedy, "Batch normalization: Accelerating deep network training by
       reducing internal covariate shift", ICML, 2015.
    .. [2] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward
       neural networks", AISTATS, 2010.

    Examples
    --------
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MFCC
    >>> from sersk.neural import AugmentedCNNClassifier
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=3, n_clips_per_class=2)
    >>> frames = MFCC(n_mfcc=13, functionals=None).transform(signals)
    >>> model = AugmentedCNNClassifier(filters=(8, 8, 8), max_epochs=2, random_state=0)
    >>> model.fit(frames, emotions, groups=speakers).predict_proba(frames).shape
    (24, 4)
    """

    input: str = "sequence"
    n_steps: int = 259
    filters: tuple = (256, 128, 64)
    n_convolutions: tuple = (2, 4, 2)
    kernel_size: int = 8
    pool_size: int = 8
    dropout: float = 0.25
    max_epochs: int = 700
    batch_size: int = 16
    optimizer: str = "sgd"
    lr: float = 1e-4
    lr_patience: int | None = 20
    lr_factor: float = 0.9

    _parameter_constraints = {
        **NeuralClassifier._parameter_constraints,
        "input": [StrOptions({"sequence", "original"})],
        # Batch normalisation needs more than one value.
        "n_steps": [Interval(Integral, 2, None, closed="left")],
        "filters": [tuple, list],
        "n_convolutions": [tuple, list],
        "kernel_size": [Interval(Integral, 1, None, closed="left")],
        "pool_size": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def _arrange(self, samples):
        if self.is_sequence_ and self.input == "original":
            return [sequence.mean(axis=1, keepdims=True) for sequence in samples]
        return samples

    def _make_inputs(self, samples):
        return {"input": pad(samples, self.n_steps)["sequence"].transpose(0, 2, 1)}

    def _make_module(self, shapes, n_classes):
        self._check_blocks()
        n_channels, n_steps = shapes["input"]
        layers = []
        for i, (width, depth) in enumerate(zip(self.filters, self.n_convolutions, strict=True)):
            if i > 0:
                layers += [nn.Dropout(self.dropout), nn.MaxPool1d(self.pool_size)]
                n_steps //= self.pool_size
            is_last = i == len(self.filters) - 1
            layers += _make_block(
                n_channels, width, depth, self.kernel_size, normalize=not is_last
            )
            n_channels = width
        output = nn.Linear(n_channels * n_steps, n_classes)
        return nn.Sequential(*layers, nn.Flatten(), output).apply(_draw_weights)

    def _check_blocks(self):
        check_all(self, "filters", "ints", 1, at_least=0)
        check_all(self, "n_convolutions", "ints", 1, at_least=0)
        if not 0 < len(self.filters) == len(self.n_convolutions):
            raise ValueError(
                "The 'filters' and 'n_convolutions' parameters of AugmentedCNNClassifier must "
                "hold one value per block, and there must be a block. Got "
                f"{self.filters!r} and {self.n_convolutions!r} instead."
            )
        least = self.pool_size ** (len(self.filters) - 1)
        if self.n_steps < least:
            raise ValueError(
                "The 'n_steps' parameter of AugmentedCNNClassifier must be at least "
                f"{least}, or nothing is left after max-pooling. Got {self.n_steps} instead. "
                f"Raise it, or lower pool_size, now {self.pool_size}."
            )
