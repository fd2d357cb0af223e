"""Handing groups and weights to those parts of an estimator that want them."""

from sklearn import config_context
from sklearn.base import BaseEstimator
from sklearn.utils.metadata_routing import get_routing_for_object
from sklearn.utils.validation import has_fit_parameter


def fit_with_metadata(estimator, X, y, *, groups=None, sample_weight=None):
    """Fit an estimator, handing groups and weights to those of its parts that want them.

    Parameters
    ----------
    estimator : estimator
        A classifier, pipeline or search; fitted in place.
    X : array-like of shape (n_samples, …), or list
        The clips or their features.
    y : array-like of shape (n_samples,)
        Their classes.
    groups : array-like of shape (n_samples,) or None, default=None
        Their speakers. An estimator that has no use for them does without.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        Their weights, for all parts that take any.

    Returns
    -------
    estimator : estimator
        The same, fitted.

    Raises
    ------
    ValueError
        When there are weights, and no part of the estimator takes them.
    """
    given = {"groups": groups, "sample_weight": sample_weight}
    given = {name: value for name, value in given.items() if value is not None}
    with config_context(enable_metadata_routing=True):
        if sample_weight is not None:
            _ask_for_weights(estimator)
        wanted = _find_wanted(estimator, given)
        if sample_weight is not None and "sample_weight" not in wanted:
            raise ValueError(
                f"No part of {type(estimator).__name__} takes a sample_weight. Use a classifier "
                "that does, or leave the weights out."
            )
        return estimator.fit(X, y, **{name: given[name] for name in wanted})


def _find_wanted(estimator, given):
    try:
        return get_routing_for_object(estimator).consumes("fit", given)
    except NotImplementedError:
        # Some of scikit-learn's estimators, such as AdaBoost, hand no metadata on.
        return set()


def _ask_for_weights(estimator):
    """Let every part that takes weights, and was not told to do without, ask for them."""
    for part in (estimator, *estimator.get_params().values()):
        if hasattr(part, "set_fit_request") and has_fit_parameter(part, "sample_weight"):
            try:
                routing = part.get_metadata_routing()
            except NotImplementedError:
                continue
            # What only hands metadata on has no request of its own.
            own = getattr(routing, "fit", None)
            if own is not None and own.requests.get("sample_weight") is None:
                part.set_fit_request(sample_weight=True)


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
