"""Sequences of frames as pictures, for networks that look at photographs."""

import numpy as np
import torch
from torch import nn
from torch.nn.functional import interpolate

# Mean and standard deviation of ImageNet's photographs, per channel.
_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_STD = (0.229, 0.224, 0.225)


def make_pictures(samples, size):
    """Stretch or shrink each sequence to a square.

    Bilinear, and averaged where it shrinks, so that no frame is passed over. Time runs to the
    right and the first column of the frames, the lowest band, is the bottom row. Each picture is
    of its own sequence only.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_features), or list of ndarray
        Sequences of shape (n_frames, n_bands). The rows of a table are sequences of n_features
        frames with one band.
    size : int
        Height and width wanted.

    Returns
    -------
    pictures : ndarray of shape (n_samples, size, size), dtype float32
        The pictures.
    """
    if isinstance(samples, np.ndarray):
        samples = samples[:, :, np.newaxis]
    pictures = np.empty((len(samples), size, size), dtype=np.float32)
    for picture, sequence in zip(pictures, samples, strict=True):
        upright = torch.from_numpy(sequence.T[::-1].copy())
        picture[:] = interpolate(
            upright[None, None], (size, size), mode="bilinear", antialias=True
        )[0, 0]
    return pictures


def expose(pictures):
    """Bring pictures of standardised values to the range of photographs.

    Parameters
    ----------
    pictures : ndarray of shape (n_samples, size, size)
        Values whose mean is about 0 and whose standard deviation is about 1.

    Returns
    -------
    pictures : ndarray of shape (n_samples, size, size)
        0 for what is three standard deviations or more below the mean, 1 for as far above.
    """
    return np.clip(0.5 + pictures / 6, 0.0, 1.0)


class ThreeChannels(nn.Module):
    """Give the one channel of pictures three times, as red, green and blue.

    Parameters
    ----------
    like_imagenet : bool
        Whether the pictures are in [0, 1] and to be normalised as ImageNet's were.
    """

    def __init__(self, like_imagenet):
        super().__init__()
        self.mean, self.std = (
            (_IMAGENET_MEAN, _IMAGENET_STD) if like_imagenet else ((0.0,), (1.0,))
        )

    def forward(self, pictures):
        # No buffers: all that a module holds is its weights, which are what is saved.
        mean, std = (pictures.new_tensor(x)[:, None, None] for x in (self.mean, self.std))
        return (pictures[:, None].expand(-1, 3, -1, -1) - mean) / std
