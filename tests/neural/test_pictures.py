import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from sersk.neural._pictures import ThreeChannels, expose, make_pictures


@pytest.mark.parametrize("shape", [(1, 1), (7, 64), (300, 5), (24, 24)])
def test_a_constant_stays_one(shape):
    picture = make_pictures([np.full(shape, -3.5, dtype=np.float32)], 24)
    assert picture.shape == (1, 24, 24)
    assert picture.dtype == np.float32
    assert_allclose(picture, -3.5, rtol=1e-6)


def test_a_sequence_of_its_size_is_only_turned(rng):
    sequence = rng.normal(size=(16, 16)).astype(np.float32)
    assert_allclose(make_pictures([sequence], 16)[0], sequence.T[::-1], atol=1e-6)


@pytest.mark.parametrize(("n_frames", "n_bands"), [(10, 10), (200, 128), (16, 90)])
def test_time_goes_right_and_bands_go_up(n_frames, n_bands):
    rising_in_time = np.repeat(np.arange(n_frames, dtype=np.float32)[:, None], n_bands, axis=1)
    rising_in_bands = np.repeat(np.arange(n_bands, dtype=np.float32)[None], n_frames, axis=0)
    in_time, in_bands = make_pictures([rising_in_time, rising_in_bands], 16)
    assert (np.diff(in_time, axis=1) >= 0).all()
    assert in_time[0, -1] > in_time[0, 0]
    assert_allclose(in_time, in_time[:1].repeat(16, axis=0), rtol=1e-5, atol=1e-4)
    assert (np.diff(in_bands, axis=0) <= 0).all()
    assert in_bands[0, 0] > in_bands[-1, 0]


def test_enlarging_is_bilinear():
    """Four pixels out of two: their centres lie a quarter and three quarters of one apart."""
    picture = make_pictures([np.array([[0.0], [1.0]], dtype=np.float32)], 4)[0]
    assert_allclose(picture, np.tile([0, 0.25, 0.75, 1], (4, 1)), atol=1e-6)


def test_no_frame_is_passed_over():
    """A click of one frame out of 640 is seen wherever it is, and weighs about the same."""
    totals = []
    for frame in range(40, 600, 7):
        sequence = np.zeros((640, 4), dtype=np.float32)
        sequence[frame] = 1.0
        totals.append(make_pictures([sequence], 32).sum())
    assert_allclose(totals, 32 * 32 / 640, rtol=0.1)


def test_a_picture_is_of_its_own_sequence_only(rng):
    sequences = [rng.normal(size=(n, 12)).astype(np.float32) for n in (5, 80, 33)]
    together = make_pictures(sequences, 20)
    for sequence, picture in zip(sequences, together, strict=True):
        assert_array_equal(make_pictures([sequence], 20)[0], picture)


def test_rows_of_a_table_are_sequences_of_one_band(rng):
    table = rng.normal(size=(3, 10)).astype(np.float32)
    assert_array_equal(make_pictures(table, 8), make_pictures([row[:, None] for row in table], 8))


def test_exposed_pictures_are_like_photographs(rng):
    assert_allclose(expose(np.array([-9.0, -3, 0, 1.5, 3, 4])), [0, 0, 0.5, 0.75, 1, 1])


def test_channels_are_equal():
    pictures = torch.randn(2, 5, 5)
    channels = ThreeChannels(like_imagenet=False)(pictures)
    assert channels.shape == (2, 3, 5, 5)
    for i in range(3):
        assert channels[:, i].equal(pictures)


def test_channels_like_imagenet():
    """A photograph as dark as the mean of ImageNet becomes 0, per channel."""
    channels = ThreeChannels(like_imagenet=True)(torch.full((1, 2, 2), 0.485))[0, :, 0, 0]
    expected = [0.0, (0.485 - 0.456) / 0.224, (0.485 - 0.406) / 0.225]
    assert_allclose(channels, expected, atol=1e-6)
