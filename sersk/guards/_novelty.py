"""How far a clip's features lie from those that a model learned from."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.model_selection import GroupKFold, KFold
from sklearn.utils.extmath import randomized_svd
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from sersk.guards._passing import PassingMixin
from sersk.guards._telling import warn_of_clips

# Neighbouring columns tell much the same, and more of them cost time only.
_MAX_COLUMNS = 2000
_N_COMPONENTS = 30
_ROWS_PER_COMPONENT = 5
# Deviations from the mean count in full up to about here, and by their logarithm beyond.
_FAR = 10.0
# Of standardised columns, whose variance is 1: so little is rounding.
_MIN_VARIANCE = 1e-4

_N_FOLDS = 5
# Fewer clips do not say how far the next may lie.
_MIN_CLIPS = 20
_QUANTILE = 0.99
# The fewer speakers there were, the less they say of the next; without any, all clips count as
# those of one.
_MARGIN = 0.5


class NoveltyGuard(PassingMixin, BaseEstimator, auto_wrap_output_keys=None):
    """Warn of clips whose features are unlike those learned from, and pass all rows on.

    The step after the extractor. `fit` learns the mean, the spread and the main directions of the
    training rows, and how far from these a stranger's clip may lie; `transform` gives the rows
    back as they are, and warns in one line of those that lie farther: music, noise, or recordings
    of another kind.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
        Mean of the training rows, in their own units.
    threshold_ : float
        Distance above which a row is unusual; infinite where fewer than 20 rows, or rows that
        are all the same, do not tell.
    n_features_in_ : int
        Number of columns.

    See Also
    --------
    SoundGuard : The same for the sound of clips.

    Notes
    -----
    Columns are standardised, what is farther than about ten deviations off counts by its
    logarithm, and at most 2000 columns, evenly spaced, are used. The distance is the root mean
    square along up to 30 principal components, each in its own deviations, plus that of all that
    these leave, in the deviations of the training rows there. The threshold is what 99 of 100
    training clips keep to when they are measured by other speakers' clips, times 1 + 0.5 / √n for
    n speakers. Without `groups` clips of one speaker are measured by each other, which makes
    strangers look farther away than they are; the margin is then 1.5.

    With metadata routing, `groups` come here without being asked for.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.guards import NoveltyGuard
    >>> X = np.random.default_rng(0).normal(size=(100, 5))
    >>> guard = NoveltyGuard().fit(X)
    >>> [list(sentences) for sentences in guard.check([X[0], X[0] + 9])]
    [[], ['novelty']]
    """

    # scikit-learn's metadata routing then brings them here without being asked.
    __metadata_request__fit = {"groups": True}

    def fit(self, X, y=None, groups=None):
        """Learn what is usual.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the training clips.
        y : None
            Ignored.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers; those of None or NaN count as one.

        Returns
        -------
        self : NoveltyGuard
            The guard.
        """
        X = validate_data(self, X, dtype=[np.float64, np.float32])
        check_consistent_length(X, groups)
        self.mean_ = X.mean(axis=0, dtype=np.float64)
        n_columns = min(_MAX_COLUMNS, X.shape[1])
        self._columns = np.linspace(0, X.shape[1] - 1, n_columns).round().astype(int)
        Z = self._pick(X)
        self._cloud = _Cloud(Z)
        self.threshold_ = _find_threshold(Z, groups)
        return self

    def fit_transform(self, X, y=None, groups=None):
        """Learn what is usual, and give the rows back without a warning.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the training clips.
        y : None
            Ignored.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers.

        Returns
        -------
        X : as it came
            The rows.
        """
        self.fit(X, groups=groups)
        return self._give_back(X)

    def transform(self, X):
        """Give the rows back, and warn of those that are unlike the training rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of clips.

        Returns
        -------
        X : as it came
            The rows.
        """
        found = self.check(X)
        warn_of_clips(found, [f"row {i}" for i in range(len(found))])
        return self._give_back(X)

    def check(self, X):
        """Say of each row whether it is unlike the training rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of clips.

        Returns
        -------
        found : list of dict of str to str
            For each clip nothing, or a sentence under ``novelty``.
        """
        ratios = self.measure_distances(X) / self.threshold_
        return [{"novelty": _say(ratio)} if ratio > 1 else {} for ratio in ratios.tolist()]

    def measure_distances(self, X):
        """Measure how far each row lies from the training rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of clips.

        Returns
        -------
        distances : ndarray of shape (n_samples,)
            To be compared with `threshold_`; typical training rows have about 2.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return self._cloud.measure(self._pick(X))

    def _pick(self, X):
        return X[:, self._columns]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


class _Cloud:
    """Mean, spread and main directions of rows."""

    def __init__(self, X):
        self._mean = X.mean(axis=0, dtype=np.float64)
        variance = X.var(axis=0, dtype=np.float64)
        # What never changed says nothing of how far is far.
        is_constant = variance <= 1e-12 * np.maximum(self._mean**2, 1e-12)
        self._weight = np.where(is_constant, 0, 1 / np.sqrt(np.where(is_constant, 1, variance)))
        Z = self._standardise(X)
        n_rows, n_columns = Z.shape
        self.is_empty = bool(is_constant.all())
        n_components = min(_N_COMPONENTS, n_rows // _ROWS_PER_COMPONENT, n_columns // 2)
        self._axes, self._variances = np.zeros((0, n_columns)), np.zeros(0)
        if n_components and not self.is_empty:
            how = dict(power_iteration_normalizer="QR", random_state=0)
            _, roots, self._axes = randomized_svd(Z, n_components, **how)
            self._variances = np.maximum(roots**2 / n_rows, _MIN_VARIANCE)
        left = np.sum(Z**2) / n_rows - self._variances.sum()
        self._rest = max(left / (n_columns - n_components), _MIN_VARIANCE)

    def _standardise(self, X):
        # Half the time in single precision, and as good: the mean is taken away before.
        Z = ((X - self._mean) * (self._weight / _FAR)).astype(np.float32)
        return np.arcsinh(Z) * np.float32(_FAR)

    def measure(self, X):
        """Measure the distance of rows, of shape (n_samples, n_columns)."""
        Z = self._standardise(X)
        along = Z @ self._axes.T
        left = np.maximum(np.sum(Z**2, axis=1) - np.sum(along**2, axis=1), 0)
        rest = np.sqrt(left / self._rest / (Z.shape[1] - len(self._axes)))
        if not len(self._axes):
            return rest
        return rest + np.sqrt(np.mean(along**2 / self._variances, axis=1))


def _find_threshold(X, groups):
    """Find how far rows of speakers lie from those of others."""
    if len(X) < _MIN_CLIPS or _Cloud(X).is_empty:
        return np.inf
    speakers = np.zeros(len(X), dtype=int) if groups is None else pd.factorize(groups)[0]
    n_speakers = len(np.unique(speakers))
    if n_speakers > 1:
        folds = GroupKFold(min(_N_FOLDS, n_speakers)).split(X, groups=speakers)
    else:
        folds = KFold(_N_FOLDS, shuffle=True, random_state=0).split(X)
    distances = np.concatenate([_Cloud(X[train]).measure(X[test]) for train, test in folds])
    usual = float(np.quantile(distances, _QUANTILE, method="higher"))
    return usual * (1 + _MARGIN / np.sqrt(n_speakers))


def _say(ratio):
    how_far = f"{ratio:.1f} times as far" if ratio >= 1.1 else "farther"
    than = "as nearly all other voices do" if ratio >= 1.1 else "than nearly all other voices do"
    return (
        f"The clip is unlike those that the model learned from: it lies {how_far} from them "
        f"{than}. It may be music, noise, or speech recorded in another way, and the answer may "
        "mean nothing. Listen to it before you believe the answer."
    )
