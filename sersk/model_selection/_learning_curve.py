"""The score on unseen speakers against the number of speakers learnt from."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit
from sklearn.base import clone
from sklearn.utils import check_random_state

from sersk.exceptions import ManifestError
from sersk.metrics import unweighted_average_recall
from sersk.model_selection._cross_validation import fit_with_groups
from sersk.model_selection._splits import SpeakerKFold
from sersk.utils._parallel import map_chunks

_MIN_SPEAKERS = 6
_SMALLEST_SIZE = 2
_N_SIZES = 5
# The smallest sizes are off the straight line, and say little about what comes after the largest.
_FITTED_SHARE = 0.25
_CONFIDENCE = 0.95
# The advice names the gain of so many points of UAR, and of no less than a quarter more speakers.
_NAMED_GAIN = 0.02
_NAMED_SHARE = 0.25


@dataclass(frozen=True)
class LearningCurve:
    """How well unseen speakers are recognised, by the number of speakers learnt from.

    Attributes
    ----------
    n_speakers : ndarray of shape (n_sizes,)
        Numbers of speakers learnt from, ascending.
    scores : ndarray of shape (n_sizes, n_repeats)
        UAR of the pooled predictions for unseen speakers, in [0, 1].

    Notes
    -----
    `advice` fits the mean UAR by ``a + b * log(n_speakers)``, by least squares over the sizes from
    a quarter of the largest upwards. The curve counts as rising where the slopes of the single
    repeats are, at 95 %, above zero. Their standard deviation is not divided by the root of their
    number, as repeats that share speakers are not independent [1]_. Where they scatter so much
    that even a gain of more than two points by twice the speakers is not clear, it says so.

    No gain is named beyond twice the largest size, or a UAR of 1. A model fitted on all speakers
    has learnt from more than the largest size already, as the curve always leaves some to test on.
    Whether speakers to come will be like those at hand, no curve knows.

    References
    ----------
    .. [1] C. Nadeau and Y. Bengio, "Inference for the generalization error", Machine Learning,
       52, 2003.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.model_selection import LearningCurve
    >>> curve = LearningCurve(np.array([3, 6, 12]), np.array([[0.5], [0.54], [0.58]]) + [0, 0.01])
    >>> print(curve.advice)
    With 12 speakers to learn from the UAR is 0.58. The curve is still rising: 5 more speakers \
should bring about +2 points.
    """

    n_speakers: np.ndarray
    scores: np.ndarray

    @property
    def mean(self):
        """Mean UAR over the repeats, of shape (n_sizes,)."""
        return self.scores.mean(axis=1)

    @property
    def advice(self):
        """What to expect of more speakers to learn from, in plain words."""
        n, uar = int(self.n_speakers[-1]), float(self.mean[-1])
        return f"With {n} speakers to learn from the UAR is {uar:.2f}. " + self._advise(n, uar)

    def _advise(self, n, uar):
        slope, is_clear = self._fit_slope()
        if not is_clear and slope * np.log(2) > _NAMED_GAIN:
            return "Whether more would help is not clear: the repeats differ too much."
        n_more = _count_missing(n, slope) if is_clear else n
        points = round(100 * slope * np.log1p(n_more / n))
        if not is_clear or points < 1:
            return "The curve is flat: more speakers of this kind should bring little."
        # No UAR exceeds 1.
        points = min(points, int(100 * (1 - uar)))
        if points < 1:
            return "Hardly anything is left to gain."
        gain = f"should bring about +{points} {'points' if points > 1 else 'point'}."
        if n_more == n:
            return f"Doubling them, to {2 * n}, {gain}"
        more = f"{n_more} more {'speakers' if n_more > 1 else 'speaker'}"
        return f"The curve is still rising: {more} {gain}"

    def _fit_slope(self):
        """Fit the slope over log(n_speakers), and tell whether it is clearly above zero."""
        n_fitted = np.sum(self.n_speakers >= _FITTED_SHARE * self.n_speakers[-1])
        fitted = slice(-max(2, n_fitted), None)
        slopes = np.polyfit(np.log(self.n_speakers[fitted]), self.scores[fitted], 1)[0]
        slope = slopes.mean()
        return slope, slope > stdtrit(len(slopes) - 1, _CONFIDENCE) * slopes.std(ddof=1)

    def to_dict(self):
        """Give the curve and its advice as plain lists, numbers and text, for JSON.

        Returns
        -------
        curve : dict
            ``n_speakers``, ``scores``, ``mean`` and ``advice``.
        """
        return {
            "n_speakers": self.n_speakers.tolist(),
            "scores": self.scores.tolist(),
            "mean": self.mean.tolist(),
            "advice": self.advice,
        }


def _count_missing(n, slope):
    """Count the speakers to add to n for a gain worth naming; n where that takes more."""
    # In logarithms, as the exponential of a nearly flat slope would overflow.
    growth = min(_NAMED_GAIN / slope, np.log(2))
    # What one or two speakers bring depends on who they are.
    n_named = max(np.expm1(growth), _NAMED_SHARE) * n
    return min(n, int(np.ceil(n_named)))


def compute_learning_curve(
    estimator,
    X,
    y,
    groups,
    *,
    sizes=None,
    n_repeats=5,
    n_splits=5,
    random_state=0,
    n_jobs=None,
    progress=None,
):
    """Score an estimator on unseen speakers after learning from few, more and most of the others.

    In each repeat the speakers are dealt into folds anew. Of the training speakers of each fold,
    random subsets are learnt from, each larger one holding the smaller ones; the subsets start
    with speakers who bring classes not yet met, so that all classes are there as early as the
    corpus allows. The clips of a class that is absent all the same can only be wrong. The curve
    tells whether more speakers would help [1]_, which for speech is another question than whether
    more clips of the same speakers would.

    Parameters
    ----------
    estimator : estimator
        A classifier, a pipeline, or a search; it stays unfitted.
    X : ndarray of shape (n_samples, n_features)
        Features of the clips.
    y : ndarray of shape (n_samples,)
        Their classes.
    groups : ndarray of shape (n_samples,)
        Their speakers.
    sizes : sequence of int or None, default=None
        Numbers of speakers to learn from. None means about five from 2 to the number of training
        speakers that every fold has, evenly spaced on a logarithmic scale.
    n_repeats : int, default=5
        How often everything is drawn anew, at least twice.
    n_splits : int, default=5
        Number of folds at most.
    random_state : int, default=0
        Seed of the folds and the subsets.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    progress : str or None, default=None
        Description of a progress bar; None for no bar.

    Returns
    -------
    curve : LearningCurve
        The scores, and what they advise.

    Raises
    ------
    ManifestError
        When there are fewer than 6 speakers, or the training speakers of a fold are fewer than 3
        or all of one class.
    ValueError
        When there are fewer than two repeats, or fewer than two different sizes, or one that is
        below 2 or above what every fold has.

    Notes
    -----
    Only labels are asked of the models. Where a classifier is calibrated without a change of its
    labels, as by `SpeakerCalibratedClassifier`, the one inside gives the same curve several times
    as fast.

    References
    ----------
    .. [1] R. L. Figueroa, Q. Zeng-Treitler, S. Kandula and L. H. Ngo, "Predicting sample size
       required for classification performance", BMC Medical Informatics and Decision Making, 12,
       2012.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sersk.model_selection import compute_learning_curve
    >>> speakers, y = np.repeat(np.arange(10), 10), np.tile(["happy", "sad"], 50)
    >>> X = np.c_[speakers % 3, y == "sad"] + np.random.default_rng(0).normal(size=(100, 2))
    >>> curve = compute_learning_curve(LogisticRegression(), X, y, speakers)
    >>> curve.n_speakers, curve.scores.shape
    (array([2, 3, 4, 6, 8]), (5, 5))
    """
    if n_repeats < 2:
        raise ValueError(
            "The 'n_repeats' parameter of compute_learning_curve must be at least 2, as their "
            f"scatter tells whether the curve rises. Got {n_repeats} instead."
        )
    check_speakers_for_curve(groups)
    seeds = check_random_state(random_state).randint(2**31 - 1, size=n_repeats)
    repeats = [_draw_orders(y, groups, n_splits, seed) for seed in seeds]
    sizes = _choose_sizes(sizes, min(len(order) for folds in repeats for order, _ in folds))
    # The longest work first: it shows whether workers pay, and none is left with it at the end.
    tasks = [
        (order[:size], test) for size in sizes[::-1] for folds in repeats for order, test in folds
    ]
    predicted = map_chunks(
        _fit_and_predict,
        tasks,
        *(estimator, X, y, groups),
        n_jobs=n_jobs,
        chunk_size=1,
        progress=progress,
        unit="model",
    )
    remaining, scores = iter(predicted), np.empty((len(sizes), n_repeats))
    for i in reversed(range(len(sizes))):
        for j, folds in enumerate(repeats):
            tested = np.concatenate([test for _, test in folds])
            y_pred = np.concatenate([next(remaining) for _ in folds])
            scores[i, j] = unweighted_average_recall(y[tested], y_pred)
    return LearningCurve(sizes, scores)


def check_speakers_for_curve(groups):
    """Raise where there are too few speakers for a learning curve.

    Parameters
    ----------
    groups : ndarray of shape (n_samples,) or None
        The speakers of the clips; None where they are not known.

    Raises
    ------
    ManifestError
        When there are fewer than 6.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.model_selection import check_speakers_for_curve
    >>> check_speakers_for_curve(np.arange(6))
    """
    n_speakers = 0 if groups is None else len(np.unique(groups))
    if n_speakers < _MIN_SPEAKERS:
        raise ManifestError(
            f"A learning curve needs at least {_MIN_SPEAKERS} speakers, some to learn from and "
            f"some to be tested on. Got {n_speakers}. Add speakers, or do without the curve."
        )


def _draw_orders(y, groups, n_splits, seed):
    """Deal the speakers into folds; per fold, give its training speakers in order, and its test.

    The first n of an order are the subset of n.
    """
    rng = check_random_state(int(seed))
    folds = []
    for train, test in SpeakerKFold(n_splits, random_state=rng).split(y, y, groups):
        order = _order_speakers(y[train], groups[train], rng)
        if len(order) <= _SMALLEST_SIZE:
            raise ManifestError(
                f"A learning curve needs folds with more than {_SMALLEST_SIZE} speakers to learn "
                f"from. Got one with {len(order)}. Make more folds, or add speakers."
            )
        if len(np.unique(y[train])) < 2:
            raise ManifestError(
                f"Without the {len(test)} clips of one fold, only the class "
                f"{str(y[train][0])!r} is left to learn from. Every training part must have at "
                "least two classes: add speakers with more than one class."
            )
        folds.append((order, test))
    return folds


def _order_speakers(y, groups, rng):
    """Shuffle speakers, but put first, while classes are missing, who brings most of them."""
    waiting = rng.permutation(np.unique(groups)).tolist()
    classes = {speaker: set(y[groups == speaker]) for speaker in waiting}
    missing, order = set(y), []
    while waiting:
        # Of several who bring as many, the first.
        brings = [len(classes[speaker] & missing) for speaker in waiting]
        order.append(waiting.pop(int(np.argmax(brings))))
        missing -= classes[order[-1]]
    return order


def _choose_sizes(sizes, largest):
    if sizes is None:
        sizes = np.geomspace(_SMALLEST_SIZE, largest, _N_SIZES).round()
    chosen = np.unique(np.asarray(sizes, dtype=int))
    if len(chosen) < 2 or chosen[0] < _SMALLEST_SIZE or chosen[-1] > largest:
        raise ValueError(
            "The 'sizes' parameter of compute_learning_curve must be at least two different "
            f"numbers of speakers from {_SMALLEST_SIZE} to {largest}, what every fold has to "
            f"learn from. Got {list(sizes)} instead."
        )
    return chosen


def _fit_and_predict(tasks, estimator, X, y, groups):
    predicted = []
    for speakers, test in tasks:
        train = np.flatnonzero(np.isin(groups, speakers))
        model = fit_with_groups(clone(estimator), X[train], y[train], groups[train])
        predicted.append(model.predict(X[test]))
    return predicted
