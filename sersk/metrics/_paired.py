"""Two models on the same clips: how far apart they are, and whether that may be chance."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from sersk.metrics._counts import Counts, check_lengths, count_by_speaker, find_groups
from sersk.metrics._intervals import CONSTRAINTS, explain_no_interval, half_width
from sersk.metrics._scores import unweighted_average_recall
from sersk.utils._sklearn import Interval, validate_params

# Up to here all swaps are tried: 16,384 of them.
_MAX_ENUMERATED = 14
# Swaps are drawn in blocks of at most this many values, so that 5,000 speakers fit into memory.
_BLOCK_SIZE = 2**22
# Differences of UAR that are equal on paper differ by this at most in floating point.
_TOLERANCE = 1e-12


@dataclass(frozen=True)
class PairedComparison:
    """The difference of two models, its interval and its p-value.

    Attributes
    ----------
    difference : float
        Unweighted average recall of the first model less that of the second, in [-1, 1].
    low : float or None
        Low end of the interval of the difference; None where there is none.
    high : float or None
        High end of the interval of the difference; None where there is none.
    p_value : float or None
        Of the two-sided test that the models do not differ; None where there is none.
    n_speakers : int or None
        Number of speakers; None where they are not known.
    reason : str or None
        Why there is neither interval nor p-value, as a sentence; None where there are.
    """

    difference: float
    low: float | None
    high: float | None
    p_value: float | None
    n_speakers: int | None
    reason: str | None


@validate_params(
    {**CONSTRAINTS, "n_resamples": [Interval(Integral, 1, None, closed="left")]},
    prefer_skip_nested_validation=True,
)
def compare_predictions(
    y_true, y_pred_a, y_pred_b, groups, *, n_resamples=10_000, confidence=0.95, random_state=0
):
    """Compare two models on the same clips, speaker by speaker.

    If the models were equally good, it would not matter which of them made which of a speaker's
    predictions. So the test swaps the models' predictions for some of the speakers, and counts how
    often the unweighted average recalls then lie as far apart as they do [1]_. The interval is
    Student's with the jackknife over speakers, as in `speaker_interval`.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Classes of the clips.
    y_pred_a : array-like of shape (n_samples,)
        Classes predicted by the first model, which has not heard the speaker.
    y_pred_b : array-like of shape (n_samples,)
        The same by the second model.
    groups : array-like of shape (n_samples,) or None
        The speakers; None where they are not known.
    n_resamples : int, default=10_000
        How many swaps to draw where there are too many to try all: with more than 14 speakers on
        whom the models differ.
    confidence : float, default=0.95
        The share of such intervals that should hold the true difference, between 0 and 1.
    random_state : int, numpy.random.Generator or None, default=0
        Seed of the swaps; None draws a fresh one.

    Returns
    -------
    comparison : PairedComparison
        Difference, interval and p-value; with fewer than 5 speakers a reason in place of the last
        two.

    Raises
    ------
    ValueError
        When the lengths differ, there is no clip, a clip has no speaker, classes are of mixed
        types, or a parameter is out of its range.

    See Also
    --------
    adjust_p_values : For several comparisons at once.

    Notes
    -----
    The p-value cannot be less than 2 / 2^n with n speakers on whom the models differ: .0625 with
    5 speakers, so it takes 6 to get below .05. Where swaps are drawn, the observed predictions
    count as one more [2]_, which keeps the test's level.

    With few speakers, or very unequal ones, the interval may leave out 0 while the p-value is
    above .05, or the other way around: one rests on Student's distribution, the other on swaps.

    References
    ----------
    .. [1] E. W. Noreen, "Computer-intensive methods for testing hypotheses", Wiley, 1989.
    .. [2] B. Phipson and G. K. Smyth, "Permutation P-values should never be zero", Statistical
       Applications in Genetics and Molecular Biology 9(1), article 39, 2010.

    Examples
    --------
    >>> from sersk.metrics import compare_predictions
    >>> y_true = ["sad", "angry"] * 6
    >>> groups = [name for name in "abcdef" for _ in range(2)]
    >>> comparison = compare_predictions(y_true, y_true, ["sad"] * 12, groups)
    >>> comparison.difference, comparison.p_value
    (0.5, 0.03125)
    """
    check_lengths(y_true=y_true, y_pred_a=y_pred_a, y_pred_b=y_pred_b)
    if groups is None:
        difference = unweighted_average_recall(y_true, y_pred_a)
        difference -= unweighted_average_recall(y_true, y_pred_b)
        return PairedComparison(difference, None, None, None, None, explain_no_interval(None))
    (names, a), (_, b) = (count_by_speaker(y_true, p, groups) for p in (y_pred_a, y_pred_b))
    difference = float(a.sum().uar() - b.sum().uar())
    reason = explain_no_interval(len(names))
    if reason is not None:
        return PairedComparison(difference, None, None, None, len(names), reason)
    left_out = a.leave_one_out().uar() - b.leave_one_out().uar()
    # What each speaker adds to the difference. Swapping the models for a speaker leaves the
    # numbers of clips as they are, and so changes no more than the sign of it.
    shares = ((a.hits - b.hits) / a.true.sum(axis=0)).mean(axis=1)
    return PairedComparison(
        difference,
        *_student(difference, left_out, confidence),
        _sign_flip_p_value(shares, n_resamples, np.random.default_rng(random_state)),
        len(names),
        None,
    )


@validate_params(CONSTRAINTS, prefer_skip_nested_validation=True)
def difference_interval(y_true, y_pred_a, y_pred_b, groups, *, confidence=0.95):
    """Give the interval of a difference of two models over further speakers, and nothing else.

    That of `compare_predictions`, for predictions that were repeated: it is of the mean over the
    repeats.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Classes of the clips.
    y_pred_a, y_pred_b : array-like of shape (n_samples,) or (n_repeats, n_samples)
        Classes predicted by either model, once or several times.
    groups : array-like of shape (n_samples,) or None
        The speakers; None where they are not known.
    confidence : float, default=0.95
        The share of such intervals that should hold the true difference, between 0 and 1.

    Returns
    -------
    interval : tuple of (float, float) or None
        Low and high end of the unweighted average recall of the first less that of the second;
        None with fewer than 5 speakers, or where they are not known.

    Raises
    ------
    ValueError
        When the lengths differ, there is no clip, or a clip has no speaker.

    Examples
    --------
    >>> from sersk.metrics import difference_interval
    >>> y_true, speakers = ["sad", "angry"] * 5, [name for name in "abcde" for _ in range(2)]
    >>> twice = [["sad"] * 10, ["sad", "angry"] * 2 + ["sad"] * 6]
    >>> [round(end, 2) for end in difference_interval(y_true, y_true, twice, speakers)]
    [0.23, 0.57]
    """
    if groups is None:
        return None
    y_true, groups = np.asarray(y_true), np.asarray(groups)
    y_preds = [np.atleast_2d(y_pred) for y_pred in (y_pred_a, y_pred_b)]
    for y_pred in y_preds:
        check_lengths(y_true=y_true, y_pred=y_pred[0], groups=groups)
    names, speakers = find_groups(groups)
    if explain_no_interval(len(names)) is not None:
        return None
    classes, labels = np.unique(y_true, return_inverse=True)
    cells = speakers * len(classes) + labels

    def sum_up(of_clips):
        summed = np.bincount(cells, of_clips, minlength=len(names) * len(classes))
        return summed.reshape(len(names), len(classes))

    true = sum_up(np.ones(len(y_true)))
    a, b = (Counts(sum_up(np.mean(y_pred == y_true, axis=0)), true, true) for y_pred in y_preds)
    difference = float(a.sum().uar() - b.sum().uar())
    return _student(difference, a.leave_one_out().uar() - b.leave_one_out().uar(), confidence)


def _student(difference, left_out, confidence):
    """Student's interval of a difference, from the differences without each of the speakers."""
    width = half_width(left_out, confidence)
    return max(-1.0, difference - width), min(1.0, difference + width)


def adjust_p_values(p_values):
    """Adjust p-values of several comparisons by Holm's method.

    The chance that any of the comparisons comes out below .05 while there is nothing to find is
    then .05 at most, however they depend on each other [1]_.

    Parameters
    ----------
    p_values : array-like of shape (n_comparisons,)
        Their p-values.

    Returns
    -------
    adjusted : list of float
        The adjusted p-values, in the same order.

    Raises
    ------
    ValueError
        When a p-value is missing or not from 0 to 1.

    References
    ----------
    .. [1] S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian
       Journal of Statistics 6(2), 65-70, 1979.

    Examples
    --------
    >>> from sersk.metrics import adjust_p_values
    >>> adjust_p_values([0.01, 0.5, 0.02])
    [0.03, 0.5, 0.04]
    """
    p_values = np.asarray(p_values, dtype=float)
    if p_values.ndim != 1 or not np.all((p_values >= 0) & (p_values <= 1)):
        raise ValueError(
            f"p_values must be a list of numbers from 0 to 1. Got {p_values.tolist()} instead. "
            "Leave out comparisons that have no p-value."
        )
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(len(p_values), 0, -1)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.maximum.accumulate(np.minimum(1, factors * p_values[order]))
    return adjusted.tolist()


def _sign_flip_p_value(shares, n_resamples, rng):
    """Give how often random signs make the sum of the shares as large as it is."""
    observed = abs(shares.sum()) - _TOLERANCE
    # Speakers on whom the models are equal change no sum, however often they are swapped.
    shares = shares[np.abs(shares) > _TOLERANCE]
    if len(shares) <= _MAX_ENUMERATED:
        numbers = np.arange(2 ** len(shares))[:, np.newaxis]
        swaps = (numbers >> np.arange(len(shares))) & 1
        return float(np.mean(_swapped_sums(shares, swaps) >= observed))
    n_rows = max(1, _BLOCK_SIZE // len(shares))
    n_extreme = 0
    for start in range(0, n_resamples, n_rows):
        size = (min(n_rows, n_resamples - start), len(shares))
        swaps = rng.integers(0, 2, size=size, dtype=np.int8)
        n_extreme += int(np.count_nonzero(_swapped_sums(shares, swaps) >= observed))
    return (1 + n_extreme) / (1 + n_resamples)


def _swapped_sums(shares, swaps):
    return np.abs(shares.sum() - 2 * (swaps.astype(float) @ shares))
