"""A DenseNet on mel spectrograms beside convolutions over MFCC."""

import math
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np
import torch
from torch import nn

from sersk.neural._checks import check_all
from sersk.neural._dense import make_dense
from sersk.neural._densenet_classifier import DenseNetClassifier
from sersk.neural._inputs import pad
from sersk.utils._sklearn import Interval, StrOptions


class _Concatenate(nn.Module):
    """One output on the embeddings side by side."""

    def __init__(self, width, n_classes):
        super().__init__()
        self.output = nn.Linear(2 * width, n_classes)

    def forward(self, *embeddings):
        return self.output(torch.cat(embeddings, dim=1))


class _Mean(nn.Module):
    """The mean of the probabilities of an output on each embedding, as its logarithm."""

    def __init__(self, width, n_classes):
        super().__init__()
        self.outputs = nn.ModuleList(nn.Linear(width, n_classes) for _ in range(2))

    def forward(self, *embeddings):
        logs = [
            output(embedding).log_softmax(dim=1)
            for output, embedding in zip(self.outputs, embeddings, strict=True)
        ]
        return torch.stack(logs).logsumexp(dim=0) - math.log(2)


_FUSIONS = {"mean": _Mean, "concatenate": _Concatenate}


class _Hybrid(nn.Module):
    def __init__(self, mfcc, mel, fusion):
        super().__init__()
        self.mfcc = mfcc
        self.mel = mel
        self.fusion = fusion

    def forward(self, sequence, picture):
        return self.fusion(self.mfcc(sequence), self.mel(picture))


def _make_convolutions(n_channels, filters, kernel_size, pool_size, dropout):
    layers = []
    # As many steps come out as went in, which an even kernel needs unequal filling for.
    filling = ((kernel_size - 1) // 2, kernel_size // 2)
    for n_filters in filters:
        layers += [
            nn.ZeroPad1d(filling),
            nn.Conv1d(n_channels, n_filters, kernel_size),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.MaxPool1d(pool_size),
        ]
        n_channels = n_filters
    return [*layers, nn.Flatten()]


@dataclass(kw_only=True, eq=False, repr=False)
class HybridClassifier(DenseNetClassifier):
    """A DenseNet [1]_ that looks at mel spectrograms, beside convolutions over MFCC.

    The first columns of each frame are MFCC: cut or filled with zeros to one length, they go
    through convolutions over time and dense layers. The others are levels in mel bands, and go
    through a `DenseNetClassifier` without its output. Both are made in one pass by
    ``AudioFeatures([("mfcc", MFCC(n_mfcc=40, functionals=None)), ("mel",
    MelSpectrogram(scale="db", functionals=None))])``.

    Parameters
    ----------
    fusion : {"mean", "concatenate"}, default="mean"
        "mean" gives each branch an output, and takes the mean of their probabilities.
        "concatenate" gives the last dense layers of both, side by side, to one output.
    n_mfcc : int, default=40
        Columns that are MFCC. Where there are no others, the picture is of the same.
    n_steps : int, default=300
        Frames of the MFCC that are looked at. What comes after is cut.
    filters : tuple of int, default=(64, 64)
        Channels of each convolution.
    kernel_size : int, default=10
        Frames that a convolution sees at once.
    pool_size : int, default=4
        Frames, after each convolution, of which the highest value is kept.
    conv_dropout : float, default=0.1
        Share of values left out after each convolution while training.
    **params : dict
        Those of `DenseNetClassifier` and of `NeuralClassifier`. Both branches have dense layers
        of `dense_sizes` and `dropouts`.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        And others, as in `NeuralClassifier`.

    Notes
    -----
    The loss with ``fusion="mean"`` is that of the mean, not the mean of two losses: a branch
    that knows a clip leaves the other little to learn from it.

    References
    ----------
    .. [1] G. Huang, Z. Liu, L. van der Maaten and K. Q. Weinberger, "Densely connected
       convolutional networks", CVPR, 2017.

    Examples
    --------
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MFCC, AudioFeatures, MelSpectrogram
    >>> from sersk.neural import HybridClassifier
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=3, n_clips_per_class=2)
    >>> mel = MelSpectrogram(scale="db", functionals=None)
    >>> features = AudioFeatures([("mfcc", MFCC(n_mfcc=40, functionals=None)), ("mel", mel)])
    >>> model = HybridClassifier(n_steps=64, picture_size=32, max_epochs=1, random_state=0)
    >>> frames = features.fit_transform(signals)
    >>> model.fit(frames, emotions, groups=speakers).predict_proba(frames).shape
    (24, 4)
    """

    fusion: str = "mean"
    n_mfcc: int = 40
    n_steps: int = 300
    filters: tuple = (64, 64)
    kernel_size: int = 10
    pool_size: int = 4
    conv_dropout: float = 0.1

    _parameter_constraints = {
        **DenseNetClassifier._parameter_constraints,
        "fusion": [StrOptions(set(_FUSIONS))],
        "n_mfcc": [Interval(Integral, 1, None, closed="left")],
        "n_steps": [Interval(Integral, 1, None, closed="left")],
        "filters": [tuple, list],
        "kernel_size": [Interval(Integral, 1, None, closed="left")],
        "pool_size": [Interval(Integral, 1, None, closed="left")],
        "conv_dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def _make_inputs(self, samples):
        if isinstance(samples, np.ndarray):
            samples = samples[:, :, np.newaxis]
        mfcc = [sequence[:, : self.n_mfcc] for sequence in samples]
        has_mel = samples[0].shape[1] > self.n_mfcc
        mel = [sequence[:, self.n_mfcc :] for sequence in samples] if has_mel else mfcc
        return {
            "sequence": pad(mfcc, self.n_steps)["sequence"].transpose(0, 2, 1),
            "picture": self._make_pictures(mel),
        }

    def _make_module(self, shapes, n_classes):
        mel = self._make_picture_branch()
        mfcc = self._make_mfcc_branch(shapes["sequence"][0])
        return _Hybrid(mfcc, mel, _FUSIONS[self.fusion](self.dense_sizes[-1], n_classes))

    def _make_mfcc_branch(self, n_channels):
        check_all(self, "filters", "ints", 1)
        n_pooled = self.n_steps // self.pool_size ** len(self.filters)
        if n_pooled == 0:
            raise ValueError(
                f"The 'n_steps' parameter of {type(self).__name__} must be at least "
                f"{self.pool_size ** len(self.filters)}, pool_size={self.pool_size} times itself "
                f"for each of the 'filters'. Got {self.n_steps} instead."
            )
        return nn.Sequential(
            *_make_convolutions(
                n_channels, self.filters, self.kernel_size, self.pool_size, self.conv_dropout
            ),
            *make_dense(n_pooled * self.filters[-1], self.dense_sizes, self.dropouts),
        )
