"""Folds that keep speakers apart."""

import warnings
from collections import Counter

import numpy as np
from sklearn.model_selection import (
    BaseCrossValidator,
    GroupKFold,
    StratifiedGroupKFold,
    StratifiedKFold,
)


class SpeakerKFold(BaseCrossValidator):
    """Folds stratified by class that never split a speaker, where speakers are known.

    With groups, no speaker is on both sides of a split. Without them, or with a single one, the
    folds are merely stratified. Where there are fewer speakers than folds (or, without speakers,
    a class with fewer clips), there are as many folds as that, so the splitter also serves inside
    the training part of another split.

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds at most; at least two are made.
    random_state : int, RandomState instance or None, default=None
        Controls the shuffling.

    See Also
    --------
    sklearn.model_selection.StratifiedGroupKFold : The folds behind it; raises without groups.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.model_selection import SpeakerKFold
    >>> speakers = np.repeat(["ann", "bob", "eve"], 4)
    >>> y = np.tile(["sad", "sad", "happy", "happy"], 3)
    >>> for train, test in SpeakerKFold(random_state=0).split(speakers, y, speakers):
    ...     print(*np.unique(speakers[train]), "|", *np.unique(speakers[test]))
    ann bob | eve
    ann eve | bob
    bob eve | ann
    """

    # scikit-learn's metadata routing then brings the groups here without being asked.
    __metadata_request__split = {"groups": True}

    def __init__(self, n_splits=5, *, random_state=None):
        self.n_splits = n_splits
        self.random_state = random_state

    def split(self, X, y, groups=None):
        """Generate the indices of each split.

        Parameters
        ----------
        X : array-like of shape (n_samples, …)
            The clips; only their number matters.
        y : array-like of shape (n_samples,)
            Their classes.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers.

        Yields
        ------
        train : ndarray
            Indices of the training part.
        test : ndarray
            Indices of the test part.
        """
        splitter = self._splitter(y, groups)
        if isinstance(splitter, StratifiedKFold):
            # Those of a single speaker; scikit-learn would warn that it ignores them.
            groups = None
        with warnings.catch_warnings():
            # Said by the protocol, in words about speakers and clips.
            warnings.filterwarnings("ignore", message="The least populated class")
            splits = list(splitter.split(X, y, groups))
            if any(len(test) == 0 for _, test in splits):
                # The greedy stratification may leave a fold without a speaker.
                splits = GroupKFold(splitter.n_splits).split(X, y, groups)
        yield from splits

    def get_n_splits(self, X=None, y=None, groups=None):
        """Tell the number of splits.

        Parameters
        ----------
        X : object
            Ignored.
        y : array-like of shape (n_samples,) or None, default=None
            Classes of the clips; None tells the number asked for.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers.

        Returns
        -------
        n_splits : int
            The number of splits.
        """
        return self.n_splits if y is None else self._splitter(y, groups).n_splits

    def _splitter(self, y, groups):
        n_groups = 0 if groups is None else len(np.unique(groups))
        counts = Counter(y).values()
        n_possible = n_groups if n_groups > 1 else min(counts)
        n_splits = max(2, min(self.n_splits, n_possible))
        if n_groups < 2:
            kind = StratifiedKFold
        else:
            # Where every class has fewer clips than there are folds, nothing can be stratified.
            kind = StratifiedGroupKFold if n_splits <= max(counts) else GroupKFold
        return kind(n_splits, shuffle=True, random_state=self.random_state)
