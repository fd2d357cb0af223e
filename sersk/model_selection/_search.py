"""Searching a recipe's space without a look at the test speakers."""

from sklearn.model_selection import GridSearchCV

from sersk.model_selection._splits import SpeakerKFold

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
    'balanced_accuracy'
    """
    folds = SpeakerKFold(_N_INNER_FOLDS, random_state=random_state)
    return GridSearchCV(
        estimator, search_space, scoring="balanced_accuracy", cv=folds, error_score="raise"
    )
