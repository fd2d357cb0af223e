"""Classifiers of blocks of columns, whose scores are added up."""

from itertools import pairwise

import numpy as np
from sklearn.base import ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from sersk.classifiers._means import average_classes
from sersk.classifiers._out_of_fold import FoldScores, fit_out_of_fold, score_classes
from sersk.utils._blocks import slice_blocks
from sersk.utils._metadata import fit_with_metadata
from sersk.utils._sklearn import BaseComposition, check_sample_weight


class BlockVotingClassifier(ClassifierMixin, MetaEstimatorMixin, BaseComposition):
    """Add up the scores of classifiers that see different blocks of columns.

    Each member is fitted on its own blocks. Its scores are centred over the classes and divided by
    their spread over the means of the training classes, so that none drowns the others; then all
    count the same, as in the sum rule [1]_.

    Parameters
    ----------
    estimators : list of (str, classifier, list of str or None) tuples
        Name of each member, a classifier with `decision_function`, and the names of its blocks;
        None for all columns.
    blocks : list of (str, int) or None
        Name and number of columns of each block, in the order of the columns. None takes all
        columns for one block, named "all".

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels met in `fit`, sorted.
    estimators_ : list of classifier
        The fitted members.
    spreads_ : ndarray of shape (n_estimators,)
        What the scores of each member are divided by.
    n_features_in_ : int
        Number of features.

    See Also
    --------
    sklearn.ensemble.VotingClassifier : Members that see all columns, and vote by probabilities.

    Notes
    -----
    A member whose blocks are neighbours gets a view of the columns; other columns are copied.

    References
    ----------
    .. [1] J. Kittler, M. Hatef, R. Duin and J. Matas, "On combining classifiers", IEEE
       Transactions on Pattern Analysis and Machine Intelligence 20, 1998.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.classifiers import BlockVotingClassifier, ShrinkageLDA
    >>> y = np.array(["angry", "happy", "sad"] * 4)
    >>> X = np.random.default_rng(0).normal(size=(12, 9)) + 2 * (y == "sad")[:, None]
    >>> members = [("few", ShrinkageLDA(), ["a"]), ("both", ShrinkageLDA(), ["a", "b"])]
    >>> model = BlockVotingClassifier(members, blocks=[("a", 3), ("b", 6)]).fit(X, y)
    >>> model.decision_function(X).shape
    (12, 3)
    """

    # scikit-learn's metadata routing then brings both here without being asked.
    __metadata_request__fit = {"groups": True, "sample_weight": True}

    _parameter_constraints = {"estimators": [list, tuple], "blocks": [list, tuple, None]}

    def __init__(self, estimators, *, blocks):
        self.estimators = estimators
        self.blocks = blocks

    @property
    def _named(self):
        try:
            return [(name, estimator) for name, estimator, _ in self.estimators]
        except (TypeError, ValueError):
            # What is no list of three is refused in `fit`, in words.
            return self.estimators

    @_named.setter
    def _named(self, named):
        wanted = [names for _, _, names in self.estimators]
        self.estimators = [(*pair, names) for pair, names in zip(named, wanted, strict=True)]

    def get_params(self, deep=True):
        """Get the parameters, those of the members under ``name__parameter``.

        Parameters
        ----------
        deep : bool, default=True
            Whether to include the members and their parameters.

        Returns
        -------
        params : dict
            Parameter names and values.
        """
        return self._get_params("_named", deep=deep)

    def set_params(self, **params):
        """Set parameters, replace members by name, or set parameters of members.

        Parameters
        ----------
        **params : dict
            Parameter names and values.

        Returns
        -------
        self : BlockVotingClassifier
            The classifier.
        """
        # Before the members that they name.
        if "estimators" in params:
            self.estimators = params.pop("estimators")
        return self._set_params("_named", **params)

    def fit(self, X, y, groups=None, sample_weight=None):
        """Fit every member on its blocks.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.
        y : array-like of shape (n_samples,)
            Their classes.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers, for the members that want them.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Their weights, for the members and for the means of classes.

        Returns
        -------
        self : BlockVotingClassifier
            The classifier.

        Raises
        ------
        ValueError
            When blocks and columns do not agree, a member names a block that is not there, there
            are fewer than two classes, or weights for a member that takes none.
        """
        X, y = self._start(X, y)
        weights = check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        given = {"groups": groups, "sample_weight": None if sample_weight is None else weights}
        self.estimators_ = [
            fit_with_metadata(clone(estimator), X[:, columns], y, **given)
            for (_, estimator), columns in zip(self._named, self._columns, strict=True)
        ]
        self._measure_spreads(X, y, weights)
        return self

    def fit_out_of_fold(self, X, y, splits, sample_weight=None):
        """Fit on all clips; and for each fold, give the scores of one that lacks it.

        Members that can do so share work between the folds.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.
        y : array-like of shape (n_samples,)
            Their classes.
        splits : list of (ndarray, ndarray) of int
            Rows to fit on, among them every class, and rows to score.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Their weights.

        Returns
        -------
        scores : list of FoldScores
            One per split: scores of its clips, and of the means of the classes.
        """
        X, y = self._start(X, y)
        weights = check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        given = None if sample_weight is None else weights
        self.estimators_, of_members = [], []
        for (_, estimator), columns in zip(self._named, self._columns, strict=True):
            member = clone(estimator)
            of_members.append(
                fit_out_of_fold(member, X[:, columns], y, splits, given, with_means=True)
            )
            self.estimators_.append(member)
        self._measure_spreads(X, y, weights)
        return [_add_fold(scores) for scores in zip(*of_members, strict=True)]

    def _start(self, X, y):
        """Check what is given, and find classes and columns."""
        self._validate_params()
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError(
                "BlockVotingClassifier needs samples of at least 2 classes. Got one class, "
                f"{self.classes_.tolist()[0]!r}."
            )
        self._columns = self._find_columns()
        return X, y

    def _measure_spreads(self, X, y, weights):
        """Find what the scores of each fitted member are divided by."""
        means = average_classes(X, np.searchsorted(self.classes_, y), self.classes_, weights)
        spreads = [_find_spread(scores) for scores in self._score_members(means)]
        self.spreads_ = np.array(spreads)

    def _find_columns(self):
        """Give the columns of each member: a slice where they are neighbours."""
        slices = slice_blocks(self.blocks, self.n_features_in_, type(self).__name__)
        if not self.estimators:
            raise ValueError("BlockVotingClassifier must have at least one member. Got none.")
        for entry in self.estimators:
            _check_entry(entry, slices)
        self._validate_names([name for name, _, _ in self.estimators])
        return [
            _join([slices[name] for name in (slices if names is None else names)])
            for _, _, names in self.estimators
        ]

    def decision_function(self, X):
        """Scores of the classes, added up over the members.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.

        Returns
        -------
        scores : ndarray of shape (n_samples, n_classes), or (n_samples,) with two classes
            Columns in the order of `classes_`; with two classes the score of the second less that
            of the first.
        """
        scores = self._add_scores(X)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X):
        """Class with the highest score.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The classes.
        """
        best = self._add_scores(X).argmax(axis=1)
        return self.classes_[best]

    def _add_scores(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        members = zip(self._score_members(X), self.spreads_, strict=True)
        return sum(scores / spread for scores, spread in members)

    def _score_members(self, X):
        """Yield the scores of each member, centred per row, a column for each class."""
        for estimator, columns in zip(self.estimators_, self._columns, strict=True):
            yield _centre(score_classes(estimator, X[:, columns]))


def _check_entry(entry, slices):
    if not (isinstance(entry, (tuple, list)) and len(entry) == 3 and isinstance(entry[0], str)):
        raise TypeError(
            "The 'estimators' parameter of BlockVotingClassifier must be a list of a name, a "
            f"classifier and a list of names of blocks. Got {entry!r} in it instead."
        )
    name, estimator, names = entry
    if not (hasattr(estimator, "fit") and hasattr(estimator, "decision_function")):
        raise TypeError(
            "The members of BlockVotingClassifier must be classifiers with decision_function. Got "
            f"{estimator!r} as {name!r} instead."
        )
    if names is None:
        return
    is_list = isinstance(names, (list, tuple)) and 0 < len(names) == len(set(names))
    if not is_list or not set(names) <= set(slices):
        raise ValueError(
            f"The blocks of the member {name!r} of BlockVotingClassifier must be different "
            f"names among {list(slices)}. Got {names!r} instead."
        )


def _centre(scores):
    return scores - scores.mean(axis=1, keepdims=True)


def _find_spread(of_means):
    """Spread of the centred scores of the classes' means; 1 for what tells no classes apart."""
    return of_means.std() or 1.0


def _add_fold(of_members):
    """Add the scores of a fold up over the members."""
    total = FoldScores(0.0, 0.0)
    for scores in of_members:
        means = _centre(scores.means)
        spread = _find_spread(means)
        held_out = total.held_out + _centre(scores.held_out) / spread
        total = FoldScores(held_out, total.means + means / spread)
    return total


def _join(slices):
    slices = sorted(slices, key=lambda columns: columns.start)
    if all(a.stop == b.start for a, b in pairwise(slices)):
        return slice(slices[0].start, slices[-1].stop)
    return np.concatenate([np.arange(columns.start, columns.stop) for columns in slices])
