"""Several augmentations in one copy."""

import json

from sersk.augmentation._base import BaseAugmentation


class Chain(BaseAugmentation):
    """Make several changes to the same copy, one after the other.

    Parameters
    ----------
    augmentations : list of BaseAugmentation
        The changes, in their order.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.augmentation import AddNoise, Chain, StretchTime
    >>> tone = 0.5 * np.sin(2 * np.pi * 200 * np.arange(16000) / 16000)
    >>> Chain([StretchTime(0.8), AddNoise()])(tone, 16000).shape
    (20000,)
    """

    _parameter_constraints = {"augmentations": [list, tuple]}
    _libraries = ()

    def __init__(self, augmentations):
        self.augmentations = augmentations

    def _check(self):
        super()._check()
        if not self.augmentations:
            raise ValueError("Chain must have at least one augmentation. Got none.")
        for part in self.augmentations:
            if not isinstance(part, BaseAugmentation):
                raise TypeError(
                    "The 'augmentations' parameter of Chain must be a list of augmentations. Got "
                    f"{part!r} in it."
                )

    def _describe_params(self):
        return {"augmentations": [json.loads(part.describe()) for part in self.augmentations]}

    def _change(self, signal, sample_rate, rng):
        for part in self.augmentations:
            signal = part(signal, sample_rate, rng)
        return signal
