"""How well a label follows from something that has nothing to do with it."""

import numpy as np
import pytest

from sersk.audit._predictability import (
    _count_runs,
    find_told_class,
    score_by_category,
    score_by_order,
)


class TestOrder:
    def test_blocks_tell_all(self):
        uar, z = score_by_order(np.arange(200), np.repeat(list("abcd"), 50))
        assert uar > 0.95
        assert z > 10

    def test_a_number_need_not_begin_at_nought_nor_be_in_order(self):
        order = np.random.default_rng(0).permutation(200)
        uar, z = score_by_order(5e9 + 3.0 * order, np.repeat(list("abcd"), 50)[order])
        assert (uar, z) == score_by_order(3.0 * order, np.repeat(list("abcd"), 50)[order])
        assert z > 10

    @pytest.mark.parametrize("n_classes", [2, 4, 8])
    def test_runs_of_a_random_order_are_standard_normal(self, n_classes):
        """Mean 0 and variance 1, also where classes are uneven."""
        rng = np.random.default_rng(0)
        y = np.repeat(list("abcdefgh")[:n_classes], 10 + 5 * np.arange(n_classes))
        z = [_count_runs(rng.permutation(y)) for _ in range(500)]
        assert abs(np.mean(z)) < 0.15
        assert 0.9 < np.std(z) < 1.1

    def test_alternation_is_the_opposite_of_runs(self):
        assert score_by_order(np.arange(200), np.tile(list("abcd"), 50))[1] < -5


class TestCategory:
    def test_tells_all(self):
        y = np.repeat(["a", "b", "c"], 10)
        assert score_by_category(np.repeat([8000, 16000, 48000], 10), y) == 1

    def test_tells_one_of_eight(self):
        """One class is told; of the others, the guess is the same for all."""
        y = np.repeat(list("abcdefgh"), 30)
        assert score_by_category(np.where(y == "a", 48000, 16000), y) == pytest.approx(2 / 8)

    def test_category_of_one_clip_tells_nothing(self):
        y = np.repeat(["a", "b"], 10)
        assert score_by_category(np.arange(20), y) <= 0.5

    def test_the_clip_itself_does_not_vote(self):
        """Pairs of one class each: nobody would know, had the other not been heard."""
        y = np.random.default_rng(0).choice(["a", "b"], 200)
        assert score_by_category(np.repeat(np.arange(200), 2), np.repeat(y, 2)) == 1
        assert score_by_category(np.repeat(np.arange(100), 2), y) < 0.6

    def test_rare_classes_count_as_much(self):
        """Nine in ten speak neutrally everywhere; anger is all in one room."""
        y = np.repeat(["neutral", "anger"], (180, 20))
        rooms = np.concatenate([np.resize(["hall", "studio"], 180), ["studio"] * 20])
        assert score_by_category(rooms, y) == pytest.approx(0.75)


class TestToldClass:
    def test_is_named_with_its_distance(self):
        y = np.repeat(list("abcdefgh"), 30)
        name, distance, p_value = find_told_class(np.where(y == "c", 48000, 16000), y)
        assert (name, distance) == ("c", 1)
        assert p_value < 1e-20

    def test_independent_categories(self):
        rng = np.random.default_rng(0)
        y = np.repeat(list("abcdefgh"), 100)
        _, distance, p_value = find_told_class(rng.choice([8000, 16000], 800), y)
        assert distance < 0.2
        assert p_value > 1e-3

    def test_half_of_a_class(self):
        y = np.repeat(["a", "b"], 40)
        rates = np.where(np.arange(80) < 20, 48000, 16000)
        _, distance, p_value = find_told_class(rates, y)
        assert distance == pytest.approx(0.5)
        assert p_value < 1e-4
