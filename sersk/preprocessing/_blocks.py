"""Scaling that lets every block of columns weigh the same."""

from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from sersk.preprocessing._moments import measure_columns
from sersk.utils._blocks import slice_blocks
from sersk.utils._sklearn import Interval


class BlockScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Standardise columns, and let every block of them weigh the same.

    Each column is brought to mean 0 and standard deviation 1, clipped, and divided by the square
    root of the number of varying columns of its block. Blocks then have one variance in all,
    whatever their width. Multiple factor analysis [1]_ balances blocks to the same end, by
    their first singular values.

    Parameters
    ----------
    blocks : list of (str, int) or None
        Name and number of columns of each block, in the order of the columns. None takes all
        columns for one block.
    clip : float, default=10.0
        Largest magnitude of a standardised value, in standard deviations.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
        Means of the columns.
    scale_ : ndarray of shape (n_features,)
        What centred columns are multiplied by; 0 for columns that do not vary.
    bound_ : ndarray of shape (n_features,)
        Largest magnitude of the result.
    n_features_in_ : int
        Number of columns.

    See Also
    --------
    sklearn.preprocessing.StandardScaler : The same without blocks and clipping.

    Notes
    -----
    A column whose standard deviation is below the rounding of its mean becomes 0. Tables in
    single precision stay so; sums are taken in double precision.

    References
    ----------
    .. [1] H. Abdi, L. J. Williams and D. Valentin, "Multiple factor analysis: principal component
       analysis for multitable and multiblock data sets", WIREs Computational Statistics, 2013.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.preprocessing import BlockScaler
    >>> X = np.random.default_rng(0).normal(size=(50, 5))
    >>> Z = BlockScaler([("voice", 1), ("words", 4)]).fit_transform(X)
    >>> print(Z.var(axis=0).round(2))
    [1.   0.25 0.25 0.25 0.25]
    """

    _parameter_constraints = {
        "blocks": [list, tuple, None],
        "clip": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(self, blocks, *, clip=10.0):
        self.blocks = blocks
        self.clip = clip

    def fit(self, X, y=None):
        """Measure mean and standard deviation of each column.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.
        y : None
            Ignored.

        Returns
        -------
        self : BlockScaler
            The transformer.

        Raises
        ------
        ValueError
            When the blocks do not hold as many columns as `X`.
        """
        self._validate_params()
        X = validate_data(self, X, dtype=[np.float64, np.float32])
        slices = slice_blocks(self.blocks, X.shape[1], type(self).__name__)
        mean, variance = measure_columns(X)
        deviation = np.sqrt(variance)
        # A few units in the last place are what arithmetic leaves of a constant.
        varies = deviation > 10 * np.finfo(X.dtype).eps * np.abs(mean)
        factor = np.zeros(X.shape[1])
        for columns in slices.values():
            factor[columns] = varies[columns] / np.sqrt(max(varies[columns].sum(), 1))
        self.mean_ = mean
        self.scale_ = factor / np.where(varies, deviation, 1)
        self.bound_ = self.clip * factor
        return self

    def transform(self, X):
        """Scale the columns.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.

        Returns
        -------
        Z : ndarray of shape (n_samples, n_features)
            The scaled columns.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        bound = self.bound_.astype(X.dtype)
        Z = X - self.mean_.astype(X.dtype)
        Z *= self.scale_.astype(X.dtype)
        return np.clip(Z, -bound, bound, out=Z)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
