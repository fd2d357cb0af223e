"""Out-of-fold probabilities for all classes, whatever a fold lacks."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import clone

from sersk.exceptions import ManifestError
from sersk.utils._metadata import call_with_metadata, fit_with_metadata, needs_to_predict
from sersk.utils._parallel import map_chunks
from sersk.utils._sklearn import safe_indexing


def fit_with_groups(estimator, X, y, groups=None, sample_weight=None):
    """Fit an estimator, handing groups and weights to those of its parts that want them.

    Parameters
    ----------
    estimator : estimator
        A classifier, pipeline or search; fitted in place.
    X : array-like of shape (n_samples, …)
        The clips or their features.
    y : array-like of shape (n_samples,)
        Their classes.
    groups : array-like of shape (n_samples,) or None, default=None
        Their speakers.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        Their weights.

    Returns
    -------
    estimator : estimator
        The same, fitted.

    Raises
    ------
    ValueError
        When there are weights, and no part of the estimator takes them.

    Examples
    --------
    >>> from sklearn.svm import SVC
    >>> from sersk.model_selection import fit_with_groups
    >>> fit_with_groups(SVC(), [[0.0], [1.0]], ["sad", "happy"], groups=["ann", "bob"])
    SVC()
    """
    return fit_with_metadata(estimator, X, y, groups=groups, sample_weight=sample_weight)


@dataclass(frozen=True)
class OutOfFold:
    """Predictions for each clip by a model that has not seen it.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
        All classes, sorted.
    probabilities : ndarray of shape (n_samples, n_classes)
        Probability of each class; 0 for one that the model of that fold has never met.
    best_params : list of dict
        What a search chose in each fold; empty without a search.
    """

    classes: np.ndarray
    probabilities: np.ndarray
    best_params: list

    @property
    def predictions(self):
        """The class with the highest probability, per clip."""
        return self.classes[self.probabilities.argmax(axis=1)]


def cross_validate_predictions(
    estimator,
    X,
    y,
    splits,
    groups=None,
    *,
    sample_weight=None,
    n_jobs=None,
    memory=None,
    progress=None,
):
    """Predict every clip by a clone fitted on the other part of its split.

    Parameters
    ----------
    estimator : estimator
        A classifier with `predict_proba`, a pipeline, or a search; it stays unfitted.
    X : array-like of shape (n_samples, …), or list
        The clips, or their features.
    y : ndarray of shape (n_samples,)
        Their classes.
    splits : list of (train, test)
        Indices of both parts; every clip is in exactly one test part.
    groups : ndarray of shape (n_samples,) or None, default=None
        Their speakers, for the parts of the estimator that want them; those of a test part for
        those that want them to predict.
    sample_weight : ndarray of shape (n_samples,) or None, default=None
        Their weights in training.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    memory : joblib.Memory or None, default=None
        Where the predictions of each fold are kept, so that a run that was interrupted goes on
        from there.
    progress : str or None, default=None
        Description of a progress bar; None for no bar.

    Returns
    -------
    out_of_fold : OutOfFold
        Probabilities aligned to all classes.

    Raises
    ------
    ManifestError
        When a training part has fewer than two classes.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from sersk.model_selection import SpeakerKFold, cross_validate_predictions
    >>> X, y = np.arange(8.0).reshape(-1, 1) % 2, np.array(["sad", "happy"] * 4)
    >>> splits = list(SpeakerKFold(2, random_state=0).split(X, y))
    >>> bool(np.all(cross_validate_predictions(GaussianNB(), X, y, splits).predictions == y))
    True
    """
    classes = np.unique(y)
    for train, test in splits:
        if len(train) == 0:
            raise ManifestError(
                f"Without the {len(test)} clips of one fold, and what they share with others, no "
                "clip is left to learn from. Use fewer folds (--cv), or another protocol."
            )
        if len(np.unique(y[train])) < 2:
            raise ManifestError(
                f"Without the {len(test)} clips of one fold, only the class "
                f"{str(y[train][0])!r} is left to learn from. Every training part "
                "must have at least two classes: use fewer folds (--cv), or add "
                "speakers with more than one class."
            )
    # Else the predictions in memory hold whoever the speakers of the test part are.
    is_told = groups is not None and needs_to_predict(estimator, "groups")
    folds = map_chunks(
        _fit_and_predict,
        splits,
        *(estimator, X, y, groups, is_told, sample_weight, memory),
        n_jobs=n_jobs,
        chunk_size=1,
        progress=progress,
        unit="fold",
    )
    probabilities = np.zeros((len(y), len(classes)))
    for (_, test), (known, fold_probabilities, _) in zip(splits, folds, strict=True):
        probabilities[np.ix_(test, np.searchsorted(classes, known))] = fold_probabilities
    # Some classifiers compute in float32, whose sum is only nearly 1.
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    best_params = [params for _, _, params in folds if params is not None]
    return OutOfFold(classes, probabilities, best_params)


def _fit_and_predict(splits, estimator, X, y, groups, is_told, sample_weight, memory):
    predict_fold = _predict_fold
    if memory is not None:
        predict_fold = memory.cache(_predict_fold)
        # joblib would log the traceback of a damaged entry, before it is computed again.
        predict_fold.warn = lambda message: None
    results = []
    for train, test in splits:
        metadata = {"groups": groups, "sample_weight": sample_weight}
        metadata = {name: None if v is None else v[train] for name, v in metadata.items()}
        X_train, X_test = safe_indexing(X, train), safe_indexing(X, test)
        test_groups = groups[test] if is_told else None
        results.append(predict_fold(estimator, X_train, y[train], metadata, X_test, test_groups))
    return results


def _predict_fold(estimator, X_train, y_train, metadata, X_test, test_groups):
    model = fit_with_metadata(clone(estimator), X_train, y_train, **metadata)
    probabilities = call_with_metadata(model, "predict_proba", X_test, groups=test_groups)
    return model.classes_, probabilities, getattr(model, "best_params_", None)
