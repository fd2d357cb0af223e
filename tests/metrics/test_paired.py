import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.metrics import recall_score

from sersk.metrics import adjust_p_values, compare_predictions, difference_interval
from tests.metrics.test_intervals import draw_predictions, draw_unequal


def draw_pair(seed, n_speakers, *, advantage=0.0):
    """Draw two models with the same recalls on average, but for the advantage of the first."""
    rng = np.random.default_rng(seed)
    logits = np.array([0.9, -0.4, 0.2, -1.0])
    y_true, first, speakers = draw_predictions(rng, n_speakers, logits=logits + advantage)
    _, second, _ = draw_predictions(rng, n_speakers, logits=logits)
    return y_true, first, second, speakers


def draw_unequal_pair(seed):
    y_true, first, groups = draw_unequal(seed)
    rng = np.random.default_rng(seed)
    second = np.where(
        rng.random(len(y_true)) < 0.4, rng.choice(np.unique(y_true), len(y_true)), first
    )
    return y_true, first, second, groups


def uar(y_true, y_pred):
    return recall_score(y_true, y_pred, labels=np.unique(y_true), average="macro")


def enumerate_p_value(y_true, first, second, groups):
    """Swap the very predictions for each subset of the speakers, and score them anew."""
    names = np.unique(groups)
    observed = abs(uar(y_true, first) - uar(y_true, second))
    n_extreme = 0
    for swapped in itertools.product([False, True], repeat=len(names)):
        is_swapped = np.isin(groups, names[list(swapped)])
        a = np.where(is_swapped, second, first)
        b = np.where(is_swapped, first, second)
        n_extreme += abs(uar(y_true, a) - uar(y_true, b)) >= observed - 1e-9
    return n_extreme / 2 ** len(names)


@pytest.mark.parametrize("seed", range(3))
def test_comparison_against_loops(seed):
    y_true, first, second, groups = draw_unequal_pair(seed)
    # Fewer speakers, for the sake of the enumeration.
    kept = ~np.isin(groups, np.unique(groups)[7:])
    data = [column[kept] for column in (y_true, first, second, groups)]
    y_true, first, second, groups = data
    comparison = compare_predictions(*data)
    assert comparison.difference == pytest.approx(uar(y_true, first) - uar(y_true, second))
    assert comparison.p_value == pytest.approx(enumerate_p_value(*data))
    left_out = []
    for name in np.unique(groups):
        is_kept = groups != name
        a, b = (uar(y_true[is_kept], y_pred[is_kept]) for y_pred in (first, second))
        left_out.append(a - b)
    half = stats.t.ppf(0.975, 6) * np.sqrt(6 * np.var(left_out))
    assert comparison.low == pytest.approx(comparison.difference - half)
    assert comparison.high == pytest.approx(comparison.difference + half)
    assert (comparison.n_speakers, comparison.reason) == (7, None)


def test_interval_by_hand():
    """With as many clips of each class by each speaker it is that of the paired t-test."""
    y_true, first, second, groups = draw_pair(0, 24, advantage=0.3)
    per_speaker = [
        uar(y_true[groups == name], first[groups == name])
        - uar(y_true[groups == name], second[groups == name])
        for name in range(24)
    ]
    expected = stats.ttest_1samp(per_speaker, 0).confidence_interval(0.9)
    comparison = compare_predictions(y_true, first, second, groups, confidence=0.9)
    assert_allclose([comparison.low, comparison.high], expected)


def test_drawn_swaps_come_near_all_of_them():
    y_true, first, second, groups = draw_pair(0, 15, advantage=0.4)
    shares = [
        uar(y_true[groups == name], first[groups == name])
        - uar(y_true[groups == name], second[groups == name])
        for name in range(15)
    ]
    signs = 1 - 2 * ((np.arange(2**15)[:, np.newaxis] >> np.arange(15)) & 1)
    exact = np.mean(np.abs(signs @ shares) >= abs(sum(shares)) - 1e-9)
    assert 0.1 < exact < 0.5
    drawn = compare_predictions(y_true, first, second, groups, n_resamples=50_000).p_value
    assert drawn != exact
    assert drawn == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 50_000))


def test_drawn_p_value_is_never_zero():
    y_true = np.tile([0, 1], 30)
    groups = np.repeat(np.arange(30), 2)
    comparison = compare_predictions(y_true, y_true, 1 - y_true, groups, n_resamples=999)
    assert comparison.p_value == 1 / 1000


def test_smallest_p_values():
    """Of n speakers who all favour one model, 2 in 2^n swaps are as extreme."""
    for n_speakers in (5, 6, 10, 14):
        y_true = np.tile([0, 1], n_speakers)
        groups = np.repeat(np.arange(n_speakers), 2)
        comparison = compare_predictions(y_true, y_true, 0 * y_true, groups)
        assert comparison.p_value == 2 / 2**n_speakers
        assert comparison.difference == comparison.low == comparison.high == 0.5


def test_speakers_on_whom_models_agree_do_not_count():
    """So 30 speakers are enumerated when only 5 make a difference."""
    y_true = np.tile([0, 1], 30)
    groups = np.repeat(np.arange(30), 2)
    y_pred = np.where(groups < 5, 0, y_true)
    assert compare_predictions(y_true, y_true, y_pred, groups).p_value == 2 / 2**5


@pytest.mark.parametrize("n_speakers", [5, 24])
def test_identical_predictions(n_speakers):
    y_true, first, _, groups = draw_pair(0, n_speakers)
    comparison = compare_predictions(y_true, first, first, groups)
    assert (comparison.difference, comparison.p_value) == (0, 1)
    assert (comparison.low, comparison.high) == (0, 0)


@pytest.mark.parametrize("n_speakers", [9, 24])
def test_models_change_places(n_speakers):
    y_true, first, second, groups = draw_pair(1, n_speakers)
    one = compare_predictions(y_true, first, second, groups)
    other = compare_predictions(y_true, second, first, groups)
    assert other.difference == -one.difference
    assert (other.low, other.high) == pytest.approx((-one.high, -one.low))
    assert other.p_value == one.p_value


def test_order_of_clips_does_not_matter():
    for data in (draw_unequal_pair(0), draw_pair(0, 24)):
        order = np.random.default_rng(1).permutation(len(data[0]))
        turned = [column[order] for column in data]
        assert compare_predictions(*turned) == compare_predictions(*data)


def test_seed_decides_and_the_global_generator_is_left_alone():
    data = draw_pair(0, 24)
    np.random.seed(0)  # noqa: NPY002
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    first, again, other = (
        compare_predictions(*data, n_resamples=500, random_state=seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002
    assert first == again
    assert first.p_value != other.p_value


def test_blocks_of_swaps_add_up(monkeypatch):
    data = draw_pair(3, 24, advantage=0.1)
    whole = compare_predictions(*data, n_resamples=20_000).p_value
    monkeypatch.setattr("sersk.metrics._paired._BLOCK_SIZE", 1000)
    in_blocks = compare_predictions(*data, n_resamples=20_000).p_value
    assert 0.02 < whole < 0.98
    assert in_blocks == pytest.approx(whole, abs=0.02)


@pytest.mark.parametrize("n_speakers", [8, 24])
def test_level_and_coverage_without_a_difference(n_speakers):
    comparisons = [
        compare_predictions(*draw_pair(seed, n_speakers), n_resamples=999) for seed in range(300)
    ]
    rejected = np.mean([comparison.p_value <= 0.05 for comparison in comparisons])
    assert 0.03 <= rejected <= 0.07
    held = np.mean([comparison.low <= 0 <= comparison.high for comparison in comparisons])
    assert 0.93 <= held <= 0.97


def test_power():
    found = [
        compare_predictions(*draw_pair(seed, 24, advantage=advantage), n_resamples=999).p_value
        <= 0.05
        for advantage in (0.25, 1.0)
        for seed in range(100)
    ]
    assert 0.15 < np.mean(found[:100]) < 0.6
    assert np.mean(found[100:]) > 0.98


def test_too_few_speakers():
    comparison = compare_predictions(*draw_pair(0, 4))
    assert (comparison.low, comparison.high, comparison.p_value) == (None, None, None)
    assert comparison.reason.startswith("4 speakers are too few for an interval: at least 5")
    assert comparison.n_speakers == 4
    assert comparison.difference != 0


def test_no_speakers():
    y_true, first, second, groups = draw_pair(0, 6)
    comparison = compare_predictions(y_true, first, second, None)
    assert comparison.difference == pytest.approx(
        compare_predictions(y_true, first, second, groups).difference
    )
    assert comparison.reason.startswith("The speakers are not known")
    assert (comparison.low, comparison.p_value, comparison.n_speakers) == (None, None, None)


def test_difference_has_bounds():
    """Student's interval would end above 1."""
    y_true = np.tile([0, 1], 6)
    y_pred = 1 - y_true
    y_pred[0] = 0
    comparison = compare_predictions(y_true, y_true, y_pred, np.repeat(np.arange(6), 2))
    assert comparison.high == 1
    assert compare_predictions(y_true, y_pred, y_true, np.repeat(np.arange(6), 2)).low == -1


def test_wrong_parameters():
    with pytest.raises(ValueError, match=r"y_true, y_pred_a and y_pred_b .* Got 2, 2, 1 instead"):
        compare_predictions([0, 1], [0, 1], [0], ["a", "b"])
    with pytest.raises(ValueError, match="'n_resamples' parameter of compare_predictions"):
        compare_predictions([0, 1], [0, 1], [0, 1], ["a", "b"], n_resamples=0)
    with pytest.raises(ValueError, match=r"range \(0.0, 1.0\)"):
        compare_predictions([0, 1], [0, 1], [0, 1], ["a", "b"], confidence=95)


def test_holm_by_hand():
    # Times 4, 3, 2, 1 from the smallest on; never below the one before; 1 at most.
    adjusted = adjust_p_values([0.04, 0.01, 0.9, 0.02])
    assert adjusted == pytest.approx([0.08, 0.04, 0.9, 0.06])
    assert adjust_p_values([0.02, 0.021]) == pytest.approx([0.04, 0.04])
    assert adjust_p_values([0.6, 0.7]) == [1, 1]
    assert adjust_p_values([0.3]) == [0.3]
    assert adjust_p_values([]) == []


@pytest.mark.parametrize("p_values", [[0.1, None], [0.1, 1.1], [-0.1], 0.1])
def test_what_are_no_p_values(p_values):
    with pytest.raises(ValueError, match=r"p_values must be a list of numbers from 0 to 1\. Got"):
        adjust_p_values(p_values)


class TestDifferenceInterval:
    def test_of_single_predictions_is_that_of_the_comparison(self):
        y_true, first, second, groups = draw_unequal_pair(0)
        comparison = compare_predictions(y_true, first, second, groups)
        found = difference_interval(y_true, first, second, groups)
        assert_allclose(found, (comparison.low, comparison.high))

    def test_of_repeats_against_loops(self):
        y_true, first, _, groups = draw_unequal_pair(1)
        rng = np.random.default_rng(0)
        repeats = [rng.permutation(first) for _ in range(3)]

        def difference(kept):
            means = [uar(y_true[kept], repeat[kept]) for repeat in repeats]
            return uar(y_true[kept], first[kept]) - np.mean(means)

        names = np.unique(groups)
        left_out = [difference(groups != name) for name in names]
        error = np.sqrt((len(names) - 1) * np.var(left_out))
        width = stats.t.ppf(0.95, len(names) - 1) * error
        whole = difference(groups == groups)
        found = difference_interval(y_true, first, repeats, groups, confidence=0.9)
        assert_allclose(found, (whole - width, whole + width))

    def test_none_without_enough_speakers(self):
        y_true, first, second, groups = draw_unequal_pair(2)
        assert difference_interval(y_true, first, second, None) is None
        four = np.isin(groups, np.unique(groups)[:4])
        data = [column[four] for column in (y_true, first, second, groups)]
        assert difference_interval(*data) is None

    def test_lengths(self):
        with pytest.raises(ValueError, match="must have the same number of clips"):
            difference_interval(["a", "b"], ["a", "b"], [["a"]], ["x", "y"])
