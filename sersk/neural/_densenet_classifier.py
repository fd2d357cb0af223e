"""A DenseNet that looks at mel spectrograms."""

from collections import OrderedDict
from dataclasses import dataclass
from numbers import Integral
from os import PathLike

from torch import nn

from sersk.neural._base import NeuralClassifier
from sersk.neural._checks import check_all
from sersk.neural._dense import make_dense
from sersk.neural._densenet import VARIANTS, DenseNet
from sersk.neural._pictures import ThreeChannels, expose, make_pictures
from sersk.neural._weights import load_weights, read_weights
from sersk.utils._sklearn import Interval, StrOptions


@dataclass(kw_only=True, eq=False, repr=False)
class DenseNetClassifier(NeuralClassifier):
    """A densely connected convolutional network [1]_ that looks at mel spectrograms.

    The levels of a clip, as ``MelSpectrogram(scale="db", functionals=None)`` gives them, become
    a square picture, however long the clip is. What the network makes of it, averaged over the
    picture, goes to dense layers. The network is a small one that is trained from nothing; or an
    original, best one that has learned on the photographs of ImageNet [2]_, of which then only
    the last dense block is trained further.

    Parameters
    ----------
    variant : {"small", "121", "169", "201"}, default="small"
        The small network, or an original by its number of layers.
    growth_rate : int or None, default=None
        Maps that each layer adds. None means that of the variant: 12, or 32 in the originals.
    block_sizes : tuple of int or None, default=None
        Layers of each dense block. None means those of the variant: (4, 4, 4) in the small one.
    picture_size : int, default=96
        Height and width of the picture. The originals were trained on 224.
    weights : "imagenet", path-like or None, default=None
        "imagenet" downloads the weights that torchvision publishes for an original, once; a path
        names a file with the ``state_dict`` of one. None trains from nothing.
    n_frozen_blocks : int or None, default=None
        How many dense blocks, and what comes before them, stay as they are. None means all but
        the last with `weights`, and 0 without.
    dense_sizes : tuple of int, default=(256, 128)
        Units of the dense layers.
    dropouts : tuple of float, default=(0.2, 0.1)
        Share of values left out after each of them while training.
    **params : dict
        Those of `NeuralClassifier`; here ``class_weight="balanced"``.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        And others, as in `NeuralClassifier`.

    Notes
    -----
    The rows of a table, too, are taken for sequences, of one band. With `weights` the picture is
    brought to what photographs are like: from three standard deviations below the mean of each
    band to three above becomes 0 to 1, before the mean and standard deviation of ImageNet are
    taken out. With ``standardize=False`` the values must then lie in [0, 1] already.

    Weights are read in `fit` only. Reading them runs no code; those of "imagenet" are checked
    against their hash, and kept in the folder that the variable TORCH_HOME names.

    References
    ----------
    .. [1] G. Huang, Z. Liu, L. van der Maaten and K. Q. Weinberger, "Densely connected
       convolutional networks", CVPR, 2017.
    .. [2] J. Deng, W. Dong, R. Socher, L.-J. Li, K. Li and L. Fei-Fei, "ImageNet: A large-scale
       hierarchical image database", CVPR, 2009.

    Examples
    --------
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MelSpectrogram
    >>> from sersk.neural import DenseNetClassifier
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=3, n_clips_per_class=2)
    >>> frames = MelSpectrogram(scale="db", functionals=None).transform(signals)
    >>> model = DenseNetClassifier(picture_size=32, max_epochs=1, random_state=0)
    >>> model.fit(frames, emotions, groups=speakers).predict_proba(frames).shape
    (24, 4)
    """

    variant: str = "small"
    growth_rate: int | None = None
    block_sizes: tuple | None = None
    picture_size: int = 96
    weights: str | PathLike | None = None
    n_frozen_blocks: int | None = None
    dense_sizes: tuple = (256, 128)
    dropouts: tuple = (0.2, 0.1)
    class_weight: dict | str | None = "balanced"

    _parameter_constraints = {
        **NeuralClassifier._parameter_constraints,
        "variant": [StrOptions(set(VARIANTS))],
        "growth_rate": [Interval(Integral, 1, None, closed="left"), None],
        "block_sizes": [tuple, list, None],
        "picture_size": [Interval(Integral, 1, None, closed="left")],
        "weights": [str, PathLike, None],
        "n_frozen_blocks": [Interval(Integral, 0, None, closed="left"), None],
        "dense_sizes": [tuple, list],
        "dropouts": [tuple, list],
    }

    def _make_inputs(self, samples):
        return {"input": self._make_pictures(samples)}

    def _make_pictures(self, samples):
        pictures = make_pictures(samples, self.picture_size)
        must_expose = self.weights is not None and self.standardize
        return expose(pictures) if must_expose else pictures

    def _make_module(self, shapes, n_classes):
        branch = self._make_picture_branch()
        branch.add_module("output", nn.Linear(self.dense_sizes[-1], n_classes))
        return branch

    def _make_picture_branch(self):
        """Make what turns pictures into the values of the last dense layer."""
        growth_rate, block_sizes = self._find_architecture()
        densenet = DenseNet(growth_rate, block_sizes, self._count_frozen(len(block_sizes)))
        return nn.Sequential(
            OrderedDict(
                channels=ThreeChannels(like_imagenet=self.weights is not None),
                densenet=densenet,
                dense=make_dense(densenet.n_channels, self.dense_sizes, self.dropouts),
            )
        )

    def _find_architecture(self):
        growth_rate, block_sizes = VARIANTS[self.variant]
        if self.growth_rate is not None:
            growth_rate = self.growth_rate
        if self.block_sizes is not None:
            check_all(self, "block_sizes", "ints", 1)
            block_sizes = self.block_sizes
        check_all(self, "dense_sizes", "ints", 1)
        check_all(self, "dropouts", "floats", 0, 1)
        self._check_counts(len(block_sizes))
        return growth_rate, block_sizes

    def _check_counts(self, n_blocks):
        name = type(self).__name__
        if len(self.dropouts) != len(self.dense_sizes):
            raise ValueError(
                f"The 'dropouts' parameter of {name} must hold one value for each of the "
                f"{len(self.dense_sizes)} 'dense_sizes'. Got {self.dropouts!r} instead."
            )
        # Batch normalisation needs more than one value per map, even of a single clip.
        smallest = 8 * 2 ** (n_blocks - 1)
        if self.picture_size < smallest:
            raise ValueError(
                f"The 'picture_size' parameter of {name} must be at least {smallest} for "
                f"{n_blocks} dense blocks. Got {self.picture_size} instead."
            )
        if self.n_frozen_blocks is not None and self.n_frozen_blocks > n_blocks:
            raise ValueError(
                f"The 'n_frozen_blocks' parameter of {name} must be at most {n_blocks}, the "
                f"number of dense blocks. Got {self.n_frozen_blocks} instead."
            )

    def _count_frozen(self, n_blocks):
        if self.n_frozen_blocks is not None:
            return self.n_frozen_blocks
        return 0 if self.weights is None else n_blocks - 1

    def _initialise(self, module):
        if self.weights is not None:
            state = read_weights(self.weights, self.variant, progress=self.verbose)
            densenet = next(part for part in module.modules() if isinstance(part, DenseNet))
            load_weights(densenet, state, self.weights)
