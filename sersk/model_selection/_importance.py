"""What a model on unseen speakers leans on: the score lost when descriptors are shuffled."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from sersk.metrics import difference_interval, unweighted_average_recall
from sersk.model_selection._cross_validation import fit_with_groups
from sersk.utils._parallel import map_chunks

# So much of shuffled copies is predicted at a time; more is no faster.
_BYTES_AT_A_TIME = 2**23


@dataclass(frozen=True)
class Importance:
    """How much a model leans on each descriptor, the most important first.

    Attributes
    ----------
    names : list of str
        The descriptors, or whatever sets of columns were asked for.
    losses : ndarray of shape (n_names, n_repeats)
        UAR lost when the columns of a descriptor are shuffled, as a fraction; below zero where
        the shuffled ones happened to score better.
    uar : float
        The UAR without shuffling.
    intervals : list of (tuple or None), or None, default=None
        Low and high end of the 95 % interval of each loss over further speakers, or None; None
        for none at all.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.model_selection import Importance
    >>> importance = Importance(["mfcc0", "rms"], np.array([[0.25, 0.75], [0.0, 0.0]]), 0.75)
    >>> importance.mean, importance.std
    (array([0.5, 0. ]), array([0.25, 0.  ]))
    """

    names: list
    losses: np.ndarray
    uar: float
    intervals: list | None = None

    @property
    def mean(self):
        """Mean loss over the repeats, of shape (n_names,)."""
        return self.losses.mean(axis=1)

    @property
    def std(self):
        """Standard deviation of the loss over the repeats, of shape (n_names,)."""
        return self.losses.std(axis=1)

    def to_dict(self):
        """Give the table as plain lists, numbers and text, for JSON.

        Returns
        -------
        importance : dict
            ``uar``, ``n_repeats``, and ``rows`` with the ``name``, ``loss``, ``std`` and
            ``interval`` ([low, high] or None) of each descriptor, in order.
        """
        intervals = self.intervals or [None] * len(self.names)
        ends = [None if pair is None else list(pair) for pair in intervals]
        columns = self.names, self.mean.tolist(), self.std.tolist(), ends
        return {
            "uar": self.uar,
            "n_repeats": self.losses.shape[1],
            "rows": [
                {"name": name, "loss": loss, "std": std, "interval": interval}
                for name, loss, std, interval in zip(*columns, strict=True)
            ],
        }

    def select(self, rows):
        """Keep some of the rows.

        Parameters
        ----------
        rows : sequence of int
            Which, in the order wanted.

        Returns
        -------
        importance : Importance
            The rows kept.
        """
        intervals = self.intervals and [self.intervals[i] for i in rows]
        names = [self.names[i] for i in rows]
        return Importance(names, self.losses[rows], self.uar, intervals)


def group_descriptors(names):
    """Put the columns together that pool the same descriptor over time.

    The functional is what follows the last underscore, as in ``mfcc0_mean`` of sersk and
    ``loudness_sma3_amean`` of openSMILE; a name without an underscore stands for itself.

    Parameters
    ----------
    names : sequence of str
        Names of the features, as `get_feature_names_out` gives them.

    Returns
    -------
    columns : dict of str to list of int
        Columns of each descriptor, in the order of the names.

    Examples
    --------
    >>> from sersk.model_selection import group_descriptors
    >>> group_descriptors(["mfcc0_mean", "chroma_C_mean", "mfcc0_std", "chroma_C_std"])
    {'mfcc0': [0, 2], 'chroma_C': [1, 3]}
    """
    columns = {}
    for i, name in enumerate(names):
        columns.setdefault(name.rpartition("_")[0] or name, []).append(i)
    return columns


def compute_importance(
    estimator,
    X,
    y,
    splits,
    columns,
    groups=None,
    *,
    n_repeats=5,
    random_state=0,
    n_jobs=None,
    progress=None,
):
    """Measure the UAR lost when the columns of a descriptor are shuffled among clips unseen.

    The permutation importance of Breiman [1]_, by groups of columns [2]_ and out of fold: each
    model is fitted once, on the training part of its split. In the test part, all columns of a
    descriptor are shuffled among the clips, together; the predictions of all parts are pooled and
    scored. Every descriptor is shuffled in the same ways, so none of them is important by the luck
    of the draw, and none depends on which others are asked for.

    Parameters
    ----------
    estimator : estimator
        A classifier, a pipeline, or a search; it stays unfitted.
    X : ndarray of shape (n_samples, n_features)
        Features of the clips.
    y : ndarray of shape (n_samples,)
        Their classes.
    splits : list of (train, test)
        Indices of both parts, as `make_protocol` gives them.
    columns : dict of str to sequence of int
        Columns to shuffle together, under a name; see `group_descriptors`. Those of the parts of
        an `AudioFeatures` follow each other as the parts do.
    groups : ndarray of shape (n_samples,) or None, default=None
        Their speakers, for the parts of the estimator that want them, and for the intervals: from
        how much the speakers differ, as in `sersk.metrics.difference_interval`.
    n_repeats : int, default=5
        How often each descriptor is shuffled.
    random_state : int, default=0
        Seed of the shuffling.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    progress : str or None, default=None
        Description of a progress bar; None for no bar.

    Returns
    -------
    importance : Importance
        The losses, the largest first.

    Raises
    ------
    ValueError
        When there is no repeat, or nothing to shuffle, or no such column.

    Notes
    -----
    It tells about the model, not the world: of a poor model nothing is important, and another
    model may lean on other descriptors. Descriptors that say the same stand in for each other, so
    each seems to matter less than both do together; sets of columns, such as those of a whole
    extractor, show that. Clips change places only within a test part: where that is a single
    speaker, what only tells speakers apart is never shuffled.

    Nearly all the time goes into predictions: of every clip once, and ``n_repeats`` times for each
    set of columns.

    References
    ----------
    .. [1] L. Breiman, "Random forests", Machine Learning, 45, 2001.
    .. [2] Q. Au, J. Herbinger, C. Stachl, B. Bischl and G. Casalicchio, "Grouped feature
       importance and combined features effect plot", Data Mining and Knowledge Discovery, 36,
       2022.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from sersk.model_selection import SpeakerKFold, compute_importance
    >>> speakers, y = np.repeat(np.arange(4), 10), np.tile(["happy", "sad"], 20)
    >>> X = np.c_[y == "sad", speakers] + np.random.default_rng(0).normal(0, 0.1, (40, 2))
    >>> splits = list(SpeakerKFold(4, random_state=0).split(X, y, speakers))
    >>> importance = compute_importance(GaussianNB(), X, y, splits, {"level": [0], "voice": [1]})
    >>> importance.names, importance.mean.round(1)
    (['level', 'voice'], array([0.6, 0. ]))
    """
    if n_repeats < 1:
        raise ValueError(
            "The 'n_repeats' parameter of compute_importance must be at least 1. "
            f"Got {n_repeats} instead."
        )
    _check_columns(columns, X.shape[1])
    rng = check_random_state(random_state)
    tasks = [
        (train, test, [rng.permutation(len(test)) for _ in range(n_repeats)])
        for train, test in splits
    ]
    parts = map_chunks(
        _fit_and_predict_shuffled,
        tasks,
        *(estimator, X, y, groups, [list(chosen) for chosen in columns.values()]),
        n_jobs=n_jobs,
        chunk_size=1,
        progress=progress,
        unit="fold",
    )
    y_true = np.concatenate([y[test] for _, test in splits])
    speakers = None if groups is None else np.concatenate([groups[test] for _, test in splits])
    y_pred, *shuffled = np.concatenate(parts, axis=1)
    uar = unweighted_average_recall(y_true, y_pred)
    uars = [unweighted_average_recall(y_true, labels) for labels in shuffled]
    intervals = [
        difference_interval(y_true, y_pred, shuffled[i : i + n_repeats], speakers)
        for i in range(0, len(shuffled), n_repeats)
    ]
    losses = uar - np.reshape(uars, (len(columns), n_repeats))
    order = np.argsort(-losses.mean(axis=1), kind="stable")
    return Importance(list(columns), losses, uar, intervals).select(order)


def _check_columns(columns, n_features):
    if not columns:
        raise ValueError("The columns to shuffle must be at least one set. Got none.")
    for name, chosen in columns.items():
        if len(chosen) == 0 or not all(0 <= column < n_features for column in chosen):
            raise ValueError(
                f"The columns of {name!r} must be at least one index from 0 to {n_features - 1}, "
                f"as X has {n_features} columns. Got {list(chosen)} instead."
            )


def _fit_and_predict_shuffled(tasks, estimator, X, y, groups, column_sets):
    results = []
    for train, test, permutations in tasks:
        speakers = None if groups is None else groups[train]
        model = fit_with_groups(clone(estimator), X[train], y[train], speakers)
        results.append(_predict_shuffled(model, X[test], column_sets, permutations))
    return results


def _predict_shuffled(model, X, column_sets, permutations):
    """Predict clips as they are, then with each set of columns in each permutation.

    Returns an array of shape (1 + n_sets * n_permutations, n_samples).
    """
    shuffles = [(columns, rows) for columns in column_sets for rows in permutations]
    n_at_a_time = max(1, _BYTES_AT_A_TIME // X.nbytes)
    predicted = [model.predict(X)[np.newaxis]]
    for i in range(0, len(shuffles), n_at_a_time):
        batch = shuffles[i : i + n_at_a_time]
        copies = np.repeat(X[np.newaxis], len(batch), axis=0)
        for copy, (columns, rows) in zip(copies, batch, strict=True):
            copy[:, columns] = X[np.ix_(rows, columns)]
        y_pred = model.predict(copies.reshape(-1, X.shape[1]))
        predicted.append(y_pred.reshape(len(batch), len(X)))
    return np.concatenate(predicted)
