"""Searching a recipe's space without a look at the test speakers."""

from dataclasses import dataclass

import numpy as np
from sklearn import config_context
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV

from sersk.model_selection._cross_validation import (
    OutOfFold,
    cross_validate_predictions,
    fit_with_groups,
)
from sersk.model_selection._protocols import Protocol, make_protocol
from sersk.model_selection._splits import SpeakerKFold
from sersk.utils._parallel import run_single_threaded

_N_INNER_FOLDS = 3


def make_search(estimator, search_space, *, random_state=0):
    """Wrap an estimator in a grid search over speaker-independent folds, scored by UAR.

    Cross-validating the search gives a nested estimate: each outer fold searches within its own
    training speakers.

    Parameters
    ----------
    estimator : estimator
        A classifier or pipeline.
    search_space : dict of str to list
        Parameters to try, as for `sklearn.model_selection.GridSearchCV`.
    random_state : int, default=0
        Seed of the inner folds.

    Returns
    -------
    search : GridSearchCV
        Fit it with `fit_with_groups`.

    Examples
    --------
    >>> from sklearn.svm import SVC
    >>> from sersk.model_selection import make_search
    >>> search = make_search(SVC(), {"C": [1, 10]})
    >>> search.scoring
    make_scorer(balanced_accuracy_score, response_method='predict')
    """
    folds = SpeakerKFold(_N_INNER_FOLDS, random_state=random_state)
    with config_context(enable_metadata_routing=True):
        # Where clips have weights, these count in the score as well.
        scorer = get_scorer("balanced_accuracy").set_score_request(sample_weight=True)
    return GridSearchCV(estimator, search_space, scoring=scorer, cv=folds, error_score="raise")


@dataclass(frozen=True)
class NestedSearch:
    """A search, its honest score, and what it chose from all clips.

    Attributes
    ----------
    search : GridSearchCV
        Fitted on all clips; `best_estimator_` is the model to use.
    out_of_fold : OutOfFold
        Predictions for each clip by a search that has not seen its speaker.
    protocol : Protocol
        The outer folds.
    """

    search: GridSearchCV
    out_of_fold: OutOfFold
    protocol: Protocol


def search_nested(
    estimator,
    search_space,
    X,
    y,
    groups=None,
    *,
    protocol=None,
    n_splits=None,
    random_state=0,
    n_jobs=None,
):
    """Search parameters by speakers, score the search by other speakers, and refit on all.

    Nothing has to be switched on in scikit-learn, and its configuration stays as it is: the
    groups reach the outer folds, the inner folds, and every part of the estimator that wants them.

    Parameters
    ----------
    estimator : estimator
        A classifier or pipeline with `predict_proba`; it stays unfitted.
    search_space : dict of str to list
        Parameters to try, as for `sklearn.model_selection.GridSearchCV`.
    X : array-like of shape (n_samples, …), or list
        The clips, or their features.
    y : array-like of shape (n_samples,)
        Their classes.
    groups : array-like of shape (n_samples,) or None, default=None
        Their speakers.
    protocol : str or None, default=None
        Name of the outer folds, as for `make_protocol`.
    n_splits : int or None, default=None
        Number of outer folds. None leaves it to the protocol.
    random_state : int, default=0
        Seed of outer and inner folds.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.

    Returns
    -------
    result : NestedSearch
        The search fitted on all clips, and the predictions that score it.

    Raises
    ------
    ManifestError
        When the clips do not allow the folds asked for.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from sersk.model_selection import search_nested
    >>> X, y = np.arange(12.0).reshape(-1, 1) % 2, np.array(["sad", "happy"] * 6)
    >>> speakers = np.repeat(["ann", "bob", "eve"], 4)
    >>> result = search_nested(GaussianNB(), {"var_smoothing": [1e-9, 1e-3]}, X, y, speakers)
    >>> result.protocol.fold_names, bool(np.all(result.out_of_fold.predictions == y))
    (['ann', 'bob', 'eve'], True)
    """
    y, groups = np.asarray(y), None if groups is None else np.asarray(groups)
    outer = make_protocol(y, groups, name=protocol, n_splits=n_splits, random_state=random_state)
    groups = None if outer.optimistic else groups
    search = make_search(estimator, search_space, random_state=random_state)
    out_of_fold = cross_validate_predictions(search, X, y, outer.splits, groups, n_jobs=n_jobs)
    run_single_threaded(fit_with_groups, search, X, y, groups)
    return NestedSearch(search, out_of_fold, outer)
