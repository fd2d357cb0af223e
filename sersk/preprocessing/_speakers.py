"""Features measured against the mean and the spread of their own speaker."""

from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import check_is_fitted, validate_data

from sersk.preprocessing._moments import measure_columns
from sersk.utils._sklearn import Interval


class SpeakerNormalizer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Centre and scale the features of each speaker by what the speaker's own clips show.

    What a voice has in all its clips, such as its pitch, says nothing about an emotion; taking it
    away leaves what changes. The source [1]_ measures a speaker by clips that sound neutral; here
    all of them count, and labels are not used.

    Parameters
    ----------
    min_clips : int, default=10
        Clips that a speaker must have among the rows given. Rows of one with fewer, or of none,
        are centred by the mean met in `fit` and divided by the typical deviation instead.
    prior_clips : float, default=20.0
        How many clips the typical variance counts for beside the n clips of a speaker: what
        divides is the root of ``(n * variance + prior_clips * typical) / (n + prior_clips)``.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
        Means of all rows met in `fit`.
    typical_variance_ : ndarray of shape (n_features,)
        Variances within speakers, averaged over those with enough clips; over all rows where
        there is no such speaker.
    n_features_in_ : int
        Number of columns.

    Notes
    -----
    `transform` takes the mean and the variance of a speaker from the rows it is given, and from
    no others, training rows of the same speaker included. So its results, and scores obtained
    with them, are transductive: a clip is judged knowing the other clips of its speaker, though
    not their labels. Such scores must be labelled so, and do not hold for single clips. Transform
    the rows of a speaker together, not one by one: fewer than `min_clips` are not normalised by
    speaker at all. Where a speaker has clips of few emotions, what these have in common is taken
    away, too.

    With metadata routing, `groups` and `copy_index` come here without being asked for. Scorers of
    scikit-learn given by name or made by `make_scorer` predict without groups, even then; an
    estimator's own `score` takes them.

    References
    ----------
    .. [1] C. Busso, A. Metallinou and S. Narayanan, "Iterative feature normalization for emotional
       speech detection", ICASSP, 2011.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.preprocessing import SpeakerNormalizer
    >>> speakers = np.repeat(["ann", "bob"], 30)
    >>> X = np.random.default_rng(0).normal(size=(60, 2)) + 5 * (speakers == "bob")[:, None]
    >>> Z = SpeakerNormalizer().fit_transform(X, groups=speakers)
    >>> bool(np.allclose(Z[30:].mean(axis=0), 0))
    True
    """

    # scikit-learn's metadata routing then brings both here without being asked.
    __metadata_request__fit = {"groups": True, "copy_index": True}
    __metadata_request__transform = {"groups": True, "copy_index": True}

    _parameter_constraints = {
        "min_clips": [Interval(Integral, 1, None, closed="left")],
        "prior_clips": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(self, *, min_clips=10, prior_clips=20.0):
        self.min_clips = min_clips
        self.prior_clips = prior_clips

    def fit(self, X, y=None, groups=None, copy_index=None):
        """Measure the mean of all rows, and the variance that is typical within a speaker.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.
        y : None
            Ignored.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers; None or NaN for one that is not known.
        copy_index : array-like of int of shape (n_samples,) or None, default=None
            Which changed copy of its clip each row is, 0 for the clip itself. A changed voice is
            another voice: copies of one number are a speaker apart.

        Returns
        -------
        self : SpeakerNormalizer
            The transformer.
        """
        self._validate_params()
        X = validate_data(self, X, dtype=[np.float64, np.float32])
        self.mean_, variance = measure_columns(X)
        within = [measure_columns(X, rows)[1] for rows in self._units(X, groups, copy_index)]
        self.typical_variance_ = np.mean(within, axis=0) if within else variance
        return self

    def fit_transform(self, X, y=None, groups=None, copy_index=None):
        """Fit, and normalise the same rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.
        y : None
            Ignored.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers.
        copy_index : array-like of int of shape (n_samples,) or None, default=None
            Which changed copy of its clip each row is, 0 for the clip itself.

        Returns
        -------
        Z : ndarray of shape (n_samples, n_features)
            The normalised features.
        """
        fitted = self.fit(X, groups=groups, copy_index=copy_index)
        return fitted.transform(X, groups=groups, copy_index=copy_index)

    def transform(self, X, groups=None, copy_index=None):
        """Normalise rows by the speakers among them.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips, those of a speaker together.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers; None or NaN for one that is not known.
        copy_index : array-like of int of shape (n_samples,) or None, default=None
            Which changed copy of its clip each row is, 0 for the clip itself.

        Returns
        -------
        Z : ndarray of shape (n_samples, n_features)
            The normalised features.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        Z = X - self.mean_.astype(X.dtype)
        Z *= _invert_roots(self.typical_variance_).astype(X.dtype)
        for rows in self._units(X, groups, copy_index):
            mean, variance = measure_columns(X, rows)
            total = len(rows) * variance + self.prior_clips * self.typical_variance_
            scale = _invert_roots(total / (len(rows) + self.prior_clips))
            Z[rows] = (X[rows] - mean.astype(X.dtype)) * scale.astype(X.dtype)
        return Z

    def _units(self, X, groups, copy_index):
        """Give the rows of each speaker, and of each number of their copies, that has enough."""
        check_consistent_length(X, groups, copy_index)
        if groups is None:
            return []
        speakers = pd.factorize(np.asarray(groups))[0]
        copies = np.zeros(len(speakers)) if copy_index is None else np.asarray(copy_index)
        known = np.flatnonzero(speakers >= 0)
        units = np.column_stack([speakers, copies])[known]
        _, codes = np.unique(units, axis=0, return_inverse=True)
        codes = codes.ravel()
        rows = np.split(known[codes.argsort(kind="stable")], np.bincount(codes).cumsum()[:-1])
        return [unit for unit in rows if len(unit) >= self.min_clips]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _invert_roots(variance):
    """Inverse square roots; 1 where there is no variance, and so nothing to scale."""
    return 1 / np.sqrt(np.where(variance > 0, variance, 1))
