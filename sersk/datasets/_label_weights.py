"""The weights of a label map: what they must be, and how they are looked up."""

import math
from numbers import Real

from sersk.datasets._emotions import plain_label
from sersk.exceptions import ManifestError

# Thirds and the like sum to 1 but for rounding.
_TOLERANCE = 1e-9


def check_weights(name, weights):
    """Raise where the weights of a label map are not what they must be.

    Parameters
    ----------
    name : str
        Name of the map, for messages.
    weights : dict of str to dict of str to float
        For each target, its sources and their weights.

    Raises
    ------
    ManifestError
        When they are not.
    """
    try:
        _check_targets(weights)
        for target, sources in weights.items():
            _check_sources(target, sources)
        _check_sums(weights)
    except ManifestError as error:
        raise ManifestError(f"The label map {name!r} {error} instead.") from None


def _check_targets(weights):
    if not isinstance(weights, dict) or not all(map(_is_word, weights)):
        raise ManifestError(f"must be a dict from classes to sources. Got {weights!r}")
    if len(weights) < 2:
        raise ManifestError(f"must have at least two classes. Got {list(weights)}")
    if _has_twins(weights):
        raise ManifestError(f"must have each class once. Got {', '.join(weights)}")


def _check_sources(target, sources):
    if not isinstance(sources, dict) or not sources or not all(map(_is_word, sources)):
        raise ManifestError(f"must make {target!r} of words with weights. Got {sources!r}")
    if _has_twins(sources):
        raise ManifestError(f"must make {target!r} of each word once. Got {', '.join(sources)}")
    for source, weight in sources.items():
        if isinstance(weight, bool) or not isinstance(weight, Real) or not 0 < weight <= 1:
            raise ManifestError(
                f"must give {source!r} a weight in (0, 1] in {target!r}. Got {weight!r}"
            )


def _check_sums(weights):
    for source, place in place_sources(weights).items():
        total = math.fsum(place.values())
        if total > 1 + _TOLERANCE:
            raise ManifestError(
                f"must give {source!r} weights that sum to at most 1. Got {total:g} in "
                f"{', '.join(place)}"
            )


def _is_word(word):
    return isinstance(word, str) and plain_label(word) != ""


def _has_twins(words):
    return len({plain_label(word) for word in words}) < len(words)


def place_sources(weights):
    """Turn weights round.

    Parameters
    ----------
    weights : dict of str to dict of str to float
        For each target, its sources and their weights.

    Returns
    -------
    places : dict of str to dict of str to float
        For each source, by its plain name, its targets and their weights.
    """
    places = {}
    for target, sources in weights.items():
        for source, weight in sources.items():
            places.setdefault(plain_label(source), {})[target] = weight
    return places
