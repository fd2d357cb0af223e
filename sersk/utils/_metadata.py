"""Handing groups, weights and the like to those parts of an estimator that want them."""

from inspect import signature

from sklearn import config_context
from sklearn.base import BaseEstimator
from sklearn.utils.metadata_routing import get_routing_for_object


def fit_with_metadata(estimator, X, y, *, sample_weight=None, **metadata):
    """Fit an estimator, handing metadata to those of its parts that want them.

    Parameters
    ----------
    estimator : estimator
        A classifier, pipeline or search; fitted in place.
    X : array-like of shape (n_samples, …), or list
        The clips or their features.
    y : array-like of shape (n_samples,)
        Their classes.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        Their weights, for all parts that take any.
    **metadata : dict of str to array-like of shape (n_samples,) or None
        What else is known of them: `groups`, their speakers, or `copy_index`, the numbers of
        changed copies. An estimator that has no use for them does without.

    Returns
    -------
    estimator : estimator
        The same, fitted.

    Raises
    ------
    ValueError
        When there are weights, and no part of the estimator takes them.
    """
    metadata["sample_weight"] = sample_weight
    return _hand_on(estimator, "fit", (X, y), metadata)


def call_with_metadata(estimator, method, *args, sample_weight=None, **metadata):
    """Call a method of a fitted estimator, handing metadata to those parts that want them.

    Parameters
    ----------
    estimator : estimator
        A classifier, pipeline or search, fitted.
    method : str
        What to call, such as "predict_proba".
    *args : tuple
        What it takes: the clips or their features, and to score them also their classes.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        Weights of the clips, to score them.
    **metadata : dict of str to array-like of shape (n_samples,) or None
        What else is known of them, such as `groups`, their speakers. An estimator that has no use
        for them does without.

    Returns
    -------
    result : object
        What the method gives.

    Raises
    ------
    ValueError
        When there are weights, and no part of the estimator takes them.
    """
    if method != "score":
        # A search predicts by its best estimator, but hands nothing on to it.
        estimator = getattr(estimator, "best_estimator_", estimator)
    metadata["sample_weight"] = sample_weight
    return _hand_on(estimator, method, args, metadata)


def needs_to_predict(estimator, name):
    """Tell whether a part of an estimator asks for metadata when it transforms or predicts.

    Parameters
    ----------
    estimator : estimator
        A classifier, pipeline or search.
    name : str
        Name of the metadata, such as "groups".

    Returns
    -------
    is_needed : bool
        Whether predictions may depend on it.
    """
    parts = (estimator, *estimator.get_params(deep=True).values())
    with config_context(enable_metadata_routing=True):
        return any(
            name in _find_wanted(part, method, {name})
            for part in parts
            if isinstance(part, BaseEstimator)
            for method in ("transform", "predict_proba")
        )


def _hand_on(estimator, method, args, metadata):
    given = {name: value for name, value in metadata.items() if value is not None}
    with config_context(enable_metadata_routing=True):
        if "sample_weight" in given:
            _ask_for_weights(estimator, method)
        wanted = _find_wanted(estimator, method, given)
        if "sample_weight" in given and "sample_weight" not in wanted:
            raise ValueError(
                f"No part of {type(estimator).__name__} takes a sample_weight. Use a classifier "
                "that does, or leave the weights out."
            )
        return getattr(estimator, method)(*args, **{name: given[name] for name in wanted})


def _find_wanted(estimator, method, given):
    if not given:
        return set()
    try:
        return get_routing_for_object(estimator).consumes(method, given)
    except NotImplementedError:
        # Some of scikit-learn's estimators, such as AdaBoost, hand no metadata on.
        return set()


def _ask_for_weights(estimator, method):
    """Let every part that takes weights, and was not told to do without, ask for them."""
    for part in (estimator, *estimator.get_params().values()):
        ask = getattr(part, f"set_{method}_request", None)
        if ask is not None and "sample_weight" in signature(getattr(part, method)).parameters:
            try:
                routing = part.get_metadata_routing()
            except NotImplementedError:
                continue
            # What only hands metadata on has no request of its own.
            own = getattr(routing, method, None)
            if own is not None and own.requests.get("sample_weight") is None:
                ask(sample_weight=True)


def find_blind_folds(estimator):
    """Find a part of an estimator that splits what it is fitted on without looking at groups.

    Parameters
    ----------
    estimator : estimator
        A classifier, pipeline or search.

    Returns
    -------
    part : estimator or None
        The first such part, from the outside in; None where there is none.
    """
    for part in (estimator, *estimator.get_params(deep=True).values()):
        # A class may stand for a parameter, too.
        if isinstance(part, BaseEstimator) and _has_blind_folds(part):
            return part
    return None


def _has_blind_folds(part):
    params = part.get_params(deep=False)
    cv = params.get("cv", "prefit")
    if isinstance(cv, str):
        # Fitted already: nothing is split.
        return False
    if not hasattr(cv, "split"):
        # A number of folds, or splits made of other rows.
        return True
    with config_context(enable_metadata_routing=True):
        return not get_routing_for_object(cv).consumes("split", {"groups"})
