"""Cells, the mean of windows, and the best path: by hand and by brute force."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sersk.timeline._decoding import find_path, find_runs, label_cells, make_cells, spread


@pytest.mark.parametrize(
    ("duration_s", "hop_s", "expected"),
    [
        (3.0, 1.0, [0, 1, 2, 3]),
        (3.4, 1.0, [0, 1, 2, 3, 3.4]),
        (3.004, 1.0, [0, 1, 2, 3.004]),
        (0.2, 1.0, [0, 0.2]),
        (0.3, 0.1, [0, 0.1, 0.2, 0.3]),
    ],
)
def test_cells_cover_the_recording(duration_s, hop_s, expected):
    assert_allclose(make_cells(duration_s, hop_s), expected)


class TestSpread:
    form = dict(window_s=2.0, hop_s=1.0)

    def test_nearer_windows_count_more(self):
        # Middles of the windows are 1, 2 and 3 s: each cell has two of them at 0.5 s.
        says = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
        start_s = np.arange(3.0)
        cells = spread(start_s, start_s + 2, says, np.arange(5.0), **self.form)
        assert_allclose(cells[:, 0], [1, 0.5, 0, 0])
        cells = spread(start_s, start_s + 3, says, np.arange(6.0), window_s=3.0, hop_s=1.0)
        # Weights fall from 1 by a half for each second between the middles.
        assert_allclose(cells[:, 0], [1, 1 / 1.5, 0.5 / 2, 0, 0])

    def test_agreement_stays(self, rng):
        row = rng.dirichlet(np.ones(4))
        start_s = np.arange(7) * 0.5
        stop_s = np.minimum(start_s + 2, 4.7)
        edges_s = make_cells(4.7, 0.5)
        cells = spread(start_s, stop_s, np.tile(row, (7, 1)), edges_s, window_s=2.0, hop_s=0.5)
        assert_allclose(cells, np.tile(row, (10, 1)))

    def test_last_bits_of_times_do_not_matter(self, rng):
        says = rng.dirichlet(np.ones(3), size=30)
        exact_s = np.arange(30) * 0.1
        added_s = np.cumsum(np.full(30, 0.1)) - 0.1
        assert (exact_s != added_s).any()
        form = dict(window_s=0.3, hop_s=0.1)
        cells = [
            spread(s, s + 0.3, says, make_cells(3.2, 0.1), **form) for s in (exact_s, added_s)
        ]
        assert_allclose(*cells)

    def test_windows_without_judgement_are_left_out(self):
        says = np.array([[0.8, 0.2], [np.nan, np.nan], [0.4, 0.6]])
        start_s = np.arange(3.0) * 2
        cells = spread(start_s, start_s + 2, says, np.arange(7.0), **self.form)
        assert_allclose(cells[:, 0], [0.8, 0.8, np.nan, np.nan, 0.4, 0.4])


class TestPath:
    @pytest.mark.parametrize("price", [0.0, 0.4, 1.5])
    def test_no_path_is_better(self, price, rng):
        says = rng.dirichlet(np.ones(3), size=6)

        def gain(path):
            changes = sum(a != b for a, b in zip(path[1:], path[:-1], strict=True))
            return np.log(says[np.arange(6), path]).sum() - price * changes

        best = max(product(range(3), repeat=6), key=gain)
        assert find_path(says, price).tolist() == list(best)

    def test_price_of_nothing_is_the_most_probable(self, rng):
        says = rng.dirichlet(np.ones(5), size=40)
        assert find_path(says, 0.0).tolist() == says.argmax(axis=1).tolist()

    def test_certainty_is_finite(self):
        assert find_path(np.array([[1.0, 0.0], [0.0, 1.0]]), 1.0).tolist() == [0, 1]

    def test_nothing(self):
        assert find_path(np.empty((0, 3)), 1.0).tolist() == []


class TestLabels:
    def label(self, places, is_active, window_s=3.0):
        says = np.full((len(places), 2), 0.1)
        says[np.arange(len(places)), places] = 0.9
        edges_s = np.arange(len(places) + 1.0)
        is_active = np.array(is_active, dtype=bool)
        return label_cells(says, is_active, edges_s, window_s=window_s, hop_s=1.0).tolist()

    def test_short_pause_inside_one_class(self):
        assert self.label([0] * 6, [1, 1, 0, 0, 1, 1]) == [0] * 6

    def test_pause_as_long_as_a_window(self):
        assert self.label([0] * 7, [1, 1, 0, 0, 0, 1, 1]) == [0, 0, -1, -1, -1, 0, 0]

    def test_short_pause_between_classes(self):
        labels = self.label([0, 0, 0, 1, 1, 1], [1, 1, 0, 0, 1, 1])
        assert labels == [0, 0, -1, -1, 1, 1]

    def test_pauses_at_the_ends(self):
        assert self.label([0] * 4, [0, 1, 1, 0]) == [-1, 0, 0, -1]

    def test_silence_only(self):
        assert self.label([0] * 4, [0] * 4) == [-1] * 4

    def test_cell_without_judged_window(self):
        says = np.array([[0.9, 0.1], [np.nan, np.nan], [np.nan, np.nan]])
        labels = label_cells(says, np.ones(3, dtype=bool), np.arange(4.0), window_s=1.0, hop_s=1.0)
        assert labels.tolist() == [0, -1, -1]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1], [(0, 1)]), ([1, 1, 2], [(0, 2), (2, 3)]), ([1, 2, 1], [(0, 1), (1, 2), (2, 3)])],
)
def test_runs(values, expected):
    assert find_runs(np.array(values)) == expected
