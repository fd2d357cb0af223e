import json

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.special import expit, logit
from sklearn.metrics import f1_score

from sersk.metrics import (
    MIN_SPEAKERS_FOR_INTERVAL,
    speaker_interval,
    summarise_predictions,
    summarise_uncertainty,
)

SCORES = ("uar", "accuracy", "macro_f1")


def draw_predictions(rng, n_speakers, *, logits=(0.9, -0.4, 0.2, -1.0), n_clips=8, spread=1.3):
    """Draw clips of speakers who differ, each by class, on the logit scale."""
    n_classes = len(logits)
    speakers = np.repeat(np.arange(n_speakers), n_classes * n_clips)
    y_true = np.tile(np.repeat(np.arange(n_classes), n_clips), n_speakers)
    offsets = rng.normal(scale=spread, size=(n_speakers, n_classes))
    is_right = rng.random(len(y_true)) < expit(logits + offsets)[speakers, y_true]
    other = (y_true + rng.integers(1, n_classes, size=len(y_true))) % n_classes
    return y_true, np.where(is_right, y_true, other), speakers


def draw_unequal(seed, n_speakers=9):
    """Draw speakers with unequal numbers of clips, classes that some lack, and names."""
    rng = np.random.default_rng(seed)
    y_true, y_pred, speakers = draw_predictions(rng, n_speakers)
    kept = rng.random(len(y_true)) < rng.uniform(0.1, 1, size=n_speakers)[speakers]
    kept &= ~((speakers == 0) & (y_true == 1)) & ~((speakers != 3) & (y_true == 2))
    names = np.array([f"speaker {number}" for number in rng.permutation(n_speakers)])
    classes = np.array(["angry", "happy", "neutral", "sad"])
    return classes[y_true][kept], classes[y_pred][kept], names[speakers][kept]


def brute_force(y_true, y_pred, groups, name, confidence):
    """Do the jackknife clip by clip, with scikit-learn's scores."""

    def score(kept):
        return summarise_predictions(y_true[kept], y_pred[kept], np.unique(y_true[kept]))[name]

    estimate = score(np.full(len(y_true), True))
    left_out = [score(groups != group) for group in set(groups)]
    n = len(left_out)
    deviations = [(one - sum(left_out) / n) ** 2 for one in left_out]
    error = np.sqrt((n - 1) / n * sum(deviations)) / (estimate * (1 - estimate))
    quantile = stats.t.ppf(1 - (1 - confidence) / 2, n - 1)
    return [expit(logit(estimate) + sign * quantile * error) for sign in (-1, 1)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("confidence", [0.95, 0.8])
def test_interval_against_a_loop(seed, confidence):
    y_true, y_pred, groups = draw_unequal(seed)
    interval = speaker_interval(y_true, y_pred, groups, confidence=confidence)
    assert (interval.n_speakers, interval.confidence, interval.reason) == (9, confidence, None)
    for name in SCORES:
        expected = brute_force(y_true, y_pred, groups, name, confidence)
        assert_allclose(getattr(interval, name), expected, rtol=1e-10)


def test_interval_by_hand():
    """With as many clips of each class by each speaker it is Student's of the speakers' scores."""
    shares = np.array([0.2, 0.4, 0.5, 0.6, 0.9])
    y_true = np.tile([0] * 10 + [1] * 10, 5)
    y_pred = np.concatenate(
        [[0] * 10 + [1] * n + [0] * (10 - n) for n in (10 * shares).astype(int)]
    )
    scores = (1 + shares) / 2
    error = stats.sem(scores)
    assert error == pytest.approx(0.0578, abs=1e-4)
    mean = scores.mean()
    half = 2.7764 * error / (mean * (1 - mean))
    expected = expit([logit(mean) - half, logit(mean) + half])
    interval = speaker_interval(y_true, y_pred, np.repeat(list("abcde"), 20))
    assert_allclose(interval.uar, expected, atol=1e-4)
    assert_allclose(interval.accuracy, expected, atol=1e-4)


def test_order_of_clips_does_not_matter():
    y_true, y_pred, groups = draw_unequal(0)
    order = np.random.default_rng(1).permutation(len(y_true))
    first = speaker_interval(y_true, y_pred, groups)
    assert speaker_interval(y_true[order], y_pred[order], groups[order]) == first


def test_lists_and_numbers_give_the_same():
    y_true, y_pred, groups = draw_predictions(np.random.default_rng(0), 6)
    first = speaker_interval(y_true, y_pred, groups)
    assert speaker_interval(y_true.tolist(), y_pred.tolist(), groups.tolist()) == first
    names = np.array(["a", "b", "c", "d"])
    assert speaker_interval(names[y_true], names[y_pred], groups.astype(str)) == first


def coverage(interval_of, n_data_sets, n_speakers, **settings):
    """Give the share of intervals that hold the scores of the population of speakers."""
    population = draw_predictions(np.random.default_rng(99), 5000, **settings)
    truth = summarise_predictions(*population[:2], range(4))
    n_held = dict.fromkeys(SCORES, 0)
    for seed in range(n_data_sets):
        data = draw_predictions(np.random.default_rng(seed), n_speakers, **settings)
        interval = interval_of(*data)
        for name in SCORES:
            # Where there is no interval, all clips are right.
            low, high = getattr(interval, name) or (1, 1)
            n_held[name] += low <= truth[name] <= high
    return np.array(list(n_held.values())) / n_data_sets


@pytest.mark.parametrize(("n_speakers", "low"), [(24, 0.93), (5, 0.92)])
def test_coverage(n_speakers, low):
    held = coverage(speaker_interval, 300, n_speakers)
    assert np.all((held >= low) & (held <= 0.98))


def test_coverage_near_one():
    """The UAR is .98 here, and an interval that is not on the logit scale falls short of this."""
    held = coverage(speaker_interval, 300, 10, logits=(5.5, 3.5, 4.5, 3.0))
    assert np.all((held >= 0.93) & (held <= 0.98))


def test_clips_taken_for_speakers_do_not_cover():
    """The fault that the tests of coverage are to find."""

    def interval_of(y_true, y_pred, _):
        return speaker_interval(y_true, y_pred, np.arange(len(y_true)))

    assert np.all(coverage(interval_of, 150, 24) < 0.89)


def test_interval_stays_within_bounds_and_around_the_score():
    """One error among 6 speakers: towards 1 there is little room, towards 0 there is much."""
    y_true = np.tile([0, 0, 0, 1, 1, 1], 6)
    y_pred = y_true.copy()
    y_pred[0] = 1
    score = summarise_predictions(y_true, y_pred, [0, 1])["uar"]
    low, high = speaker_interval(y_true, y_pred, np.repeat(np.arange(6), 6)).uar
    assert 0.7 < low < score < high < 1
    assert score - low > 2 * (high - score)


def test_one_class_for_all_clips_has_no_width():
    y_true = np.tile([0, 1, 2, 3], 6)
    interval = speaker_interval(y_true, np.zeros(24, dtype=int), np.repeat(np.arange(6), 4))
    assert_allclose(interval.uar, (0.25, 0.25))


def test_more_speakers_and_less_confidence_make_it_narrower():
    def width(n_speakers, confidence=0.95):
        data = draw_predictions(np.random.default_rng(0), n_speakers)
        low, high = speaker_interval(*data, confidence=confidence).uar
        return high - low

    assert 0.4 < width(96) / width(24) < 0.6
    assert width(24, 0.8) < 0.7 * width(24)


@pytest.mark.parametrize(
    ("n_speakers", "start"),
    [(1, "1 speaker is too few for an interval: at least 5 "), (4, "4 speakers are too few ")],
)
def test_too_few_speakers(n_speakers, start):
    interval = speaker_interval(*draw_predictions(np.random.default_rng(0), n_speakers))
    assert interval.reason.startswith(start)
    assert (interval.uar, interval.accuracy, interval.macro_f1) == (None, None, None)
    assert interval.n_speakers == n_speakers


def test_enough_speakers():
    data = draw_predictions(np.random.default_rng(0), MIN_SPEAKERS_FOR_INTERVAL)
    assert speaker_interval(*data).reason is None


def test_no_speakers():
    interval = speaker_interval([0, 1], [0, 1], None)
    assert (interval.n_speakers, interval.uar) == (None, None)
    assert interval.reason.startswith("The speakers are not known, so there is no interval")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("y_pred", "word"), [([0, 1] * 6, "right"), ([1, 0] * 6, "wrong")])
def test_speakers_without_a_difference(y_pred, word):
    interval = speaker_interval([0, 1] * 6, y_pred, np.repeat(np.arange(6), 2))
    assert (interval.uar, interval.macro_f1) == (None, None)
    assert interval.reason.startswith(f"Every clip is {word}, so the speakers do not differ")


def test_uncertainty_is_the_interval_as_json():
    data = draw_predictions(np.random.default_rng(0), 6)
    interval = speaker_interval(*data, confidence=0.9)
    summary = summarise_uncertainty(*data, confidence=0.9)
    assert summary == {
        "confidence": 0.9,
        "unit": "speaker",
        "n_units": 6,
        **{name: list(getattr(interval, name)) for name in SCORES},
        "reason": None,
    }
    assert json.loads(json.dumps(summary)) == summary


def test_uncertainty_without_speakers():
    summary = summarise_uncertainty([0, 1], [0, 1], None)
    reason = summary.pop("reason")
    assert reason.startswith("The speakers are not known")
    assert summary == {
        "confidence": 0.95,
        "unit": "speaker",
        "n_units": None,
        **dict.fromkeys(SCORES),
    }


def test_macro_f1_is_over_classes_with_clips():
    """As in `summarise_predictions`: a class that is only ever predicted adds errors, no term."""
    y_true = np.tile([0, 0, 1, 1], 8)
    y_pred = np.where(np.arange(32) % 5, y_true, 2)
    y_pred[::7] = 1
    low, high = speaker_interval(y_true, y_pred, np.repeat(np.arange(8), 4)).macro_f1
    score = f1_score(y_true, y_pred, labels=[0, 1], average="macro")
    assert logit(low) + logit(high) == pytest.approx(2 * logit(score))


@pytest.mark.parametrize("function", [speaker_interval, summarise_uncertainty])
@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_out_of_range(function, confidence):
    match = rf"'confidence' parameter of {function.__name__} .* \(0.0, 1.0\)\. Got {confidence} "
    with pytest.raises(ValueError, match=match):
        function([0, 1], [0, 1], ["a", "b"], confidence=confidence)
