"""A label map: the classes of a corpus made into others, such as emotions into sentiments."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sersk.datasets._emotions import find_emotion, plain_label
from sersk.datasets._label_weights import check_weights, place_sources
from sersk.exceptions import ManifestError

# Unknown words that a message names.
_MAX_NAMED = 5
# Classes of corpora that no common word covers, and what stands where listeners did not agree. A
# map that does not name them has no place for them.
_PLACELESS = {
    *("anxious", "apologetic", "assertive", "concerned", "encouraging", "fru", "frustrated"),
    *("frustration", "oth", "other", "undefined", "unknown", "xxx"),
}


def _check_probabilities(probabilities, n_classes):
    probabilities = np.asarray(probabilities, dtype=float)
    if probabilities.ndim != 2 or probabilities.shape[1] != n_classes:
        raise ValueError(
            f"The probabilities must have a column for each of the {n_classes} classes. Got an "
            f"array of shape {probabilities.shape} instead."
        )
    if not np.all(np.isfinite(probabilities) & (probabilities >= 0)):
        raise ValueError("The probabilities must be finite and not negative.")
    return probabilities


@dataclass(frozen=True)
class MappedLabels:
    """Clips under new classes: a row for each clip and each class that it counts for.

    Attributes
    ----------
    index : ndarray of int, shape (n_rows,)
        Which clip each row is of, in the order of the clips.
    labels : ndarray of str, shape (n_rows,)
        New class of each row.
    weights : ndarray of float, shape (n_rows,)
        Weight of each row, in (0, 1].
    left_out : dict of str to int
        Classes that have no place, in their own words, and how many clips each has.
    """

    index: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    left_out: dict


@dataclass(frozen=True)
class LabelMap:
    """Classes made of others, whole or in part.

    A source is one of `EMOTIONS`, which stands for that emotion under any name that `find_emotion`
    knows, or any other name of a class, which stands for itself alone.

    Attributes
    ----------
    name : str
        What it is called.
    weights : dict of str to dict of str to float
        For each new class, the target, what it is made of: each source, and the part of it that
        counts, in (0, 1]. The parts of one source must not sum to more than 1.

    Raises
    ------
    ManifestError
        When there are fewer than two targets, one without sources, or weights out of range.

    Examples
    --------
    >>> from sersk.datasets import LabelMap
    >>> label_map = LabelMap("valence", {"good": {"happiness": 1}, "bad": {"anger": 1, "fru": 1}})
    >>> label_map.find("Joy"), label_map.find("FRU"), label_map.find("Ekel")
    ({'good': 1.0}, {'bad': 1.0}, {})
    """

    name: str
    weights: dict

    def __post_init__(self):
        if not isinstance(self.name, str) or not self.name:
            raise ManifestError(f"A label map must have a name. Got {self.name!r} instead.")
        check_weights(self.name, self.weights)
        # A copy, so that nobody changes it from outside.
        copied = {
            target: {source: float(weight) for source, weight in sources.items()}
            for target, sources in self.weights.items()
        }
        object.__setattr__(self, "weights", copied)

    @cached_property
    def _places(self):
        """For each plain source, its targets and weights."""
        return place_sources(self.weights)

    @cached_property
    def _targets(self):
        """For each plain target, itself."""
        return {plain_label(target): {target: 1.0} for target in self.weights}

    @property
    def classes(self):
        """Give the targets.

        Returns
        -------
        classes : list of str
            Their names, in the order of the map.
        """
        return list(self.weights)

    def find(self, label):
        """Find the place of a class.

        A class is looked for as a source by its own name, then by the common word for its emotion;
        then in the same way among the targets, for a corpus that has them already.

        Parameters
        ----------
        label : str
            Its name, as a corpus writes it.

        Returns
        -------
        place : dict of str to float
            The targets it counts for, and with which weight; empty for an emotion that has no
            place in the map, and for such words as "other" and "frustration".

        Raises
        ------
        ManifestError
            When it is neither source, target nor emotion.

        Examples
        --------
        >>> from sersk.datasets import find_label_map
        >>> find_label_map("sentiment3").find("surprised")
        {'positive': 0.5, 'neutral': 0.5}
        """
        return self._find_all([label])[label]

    def check(self, labels):
        """Raise where classes are unknown, naming all of them at once.

        Parameters
        ----------
        labels : array-like of str
            Names of classes, any number of times.

        Raises
        ------
        ManifestError
            When one of them is neither source, target nor emotion.
        """
        self._find_all(labels)

    def _find_all(self, labels):
        """Find the place of each class, or raise naming those that are unknown."""
        found = {label: self._look_up(str(label)) for label in dict.fromkeys(labels)}
        unknown = [str(label) for label, place in found.items() if place is None]
        if unknown:
            raise self._miss(unknown)
        return {label: dict(place) for label, place in found.items()}

    def _look_up(self, label):
        emotion = find_emotion(label)
        for places in (self._places, self._targets):
            for word in (plain_label(label), emotion):
                if word in places:
                    return places[word]
        return None if emotion is None and plain_label(label) not in _PLACELESS else {}

    def _miss(self, unknown):
        named = ", ".join(map(repr, unknown[:_MAX_NAMED]))
        if len(unknown) > _MAX_NAMED:
            named += f" and {len(unknown) - _MAX_NAMED} more"
        sources = dict.fromkeys(source for made_of in self.weights.values() for source in made_of)
        return ManifestError(
            f"The label map {self.name!r} does not know the class{'es' * (len(unknown) > 1)} "
            f"{named}. It makes {', '.join(self.classes)} of {', '.join(sources)}, and knows the "
            "usual words for emotions. Take those rows out, or give each class a place in a YAML "
            f"file of your own, with a line such as '{self.classes[0]}: [{unknown[0]}, …]'."
        )

    def map_labels(self, labels):
        """Put clips under the new classes.

        Parameters
        ----------
        labels : array-like of str, shape (n_samples,)
            Class of each clip, as the corpus writes it.

        Returns
        -------
        mapped : MappedLabels
            A row for each clip and each of its targets, with its weight; no row for a clip whose
            emotion has no place, which is counted in ``left_out``.

        Raises
        ------
        ManifestError
            When a class is neither source, target nor emotion.

        Examples
        --------
        >>> from sersk.datasets import find_label_map
        >>> mapped = find_label_map("sentiment3").map_labels(["happy", "sad"])
        >>> mapped.index.tolist(), mapped.labels.tolist(), mapped.weights.tolist()
        ([0, 1, 1], ['positive', 'neutral', 'negative'], [1.0, 0.5, 0.5])
        """
        labels = [str(label) for label in labels]
        places = self._find_all(labels)
        rows = [(i, *row) for i, label in enumerate(labels) for row in places[label].items()]
        return MappedLabels(
            index=np.array([i for i, _, _ in rows], dtype=int),
            labels=np.array([target for _, target, _ in rows], dtype=str),
            weights=np.array([weight for _, _, weight in rows], dtype=float),
            left_out=dict(Counter(label for label in labels if not places[label])),
        )

    def map_probabilities(self, probabilities, classes):
        """Make probabilities of the new classes from those of the old.

        Parameters
        ----------
        probabilities : array-like of float, shape (n_samples, n_classes)
            Of each class.
        classes : sequence of str
            Names of the classes, by column.

        Returns
        -------
        mapped : ndarray of float, shape (n_samples, n_targets)
            Of each target, in the order of `classes` of the map, summing to 1 in each row.

        Raises
        ------
        ManifestError
            When a class is neither source, target nor emotion.
        ValueError
            When the probabilities are not finite, are negative, or their columns are not those of
            the classes.

        Notes
        -----
        What has no place in the map is left out, and the rest scaled to sum to 1. Where nothing is
        left, all targets are equally probable: the model has said nothing about them.

        Examples
        --------
        >>> from sersk.datasets import find_label_map
        >>> label_map = find_label_map("emotion4")
        >>> label_map.map_probabilities([[0.25, 0.25, 0.5]], ["angry", "sad", "fear"])
        array([[0.5, 0. , 0. , 0.5]])
        """
        probabilities = _check_probabilities(probabilities, len(classes))
        places = self._find_all(classes)
        shares = np.array([[places[c].get(t, 0.0) for t in self.classes] for c in classes])
        mapped = probabilities @ shares
        mass = mapped.sum(axis=1, keepdims=True)
        uniform = np.full_like(mapped, 1 / len(self.classes))
        return np.divide(mapped, mass, out=uniform, where=mass > 0)

    def map_output(self, probabilities, classes):
        """Sum the probabilities of a model up to those classes of the map that it can give.

        Parameters
        ----------
        probabilities : array-like of float, shape (n_samples, n_classes)
            Of each class.
        classes : sequence of str
            Names of the classes, by column.

        Returns
        -------
        mapped : ndarray of float, shape (n_samples, n_targets)
            Of each of those targets, summing to 1 in each row.
        targets : list of str
            Their names, in the order of the map.

        Raises
        ------
        ManifestError
            When a class is neither source, target nor emotion, or none of them has a place.

        Examples
        --------
        >>> from sersk.datasets import find_label_map
        >>> label_map = find_label_map("sentiment3")
        >>> label_map.map_output([[0.25, 0.75]], ["angry", "happy"])[1]
        ['positive', 'negative']
        """
        reached = {target for place in self._find_all(classes).values() for target in place}
        if not reached:
            raise ManifestError(
                f"The labels {self.name} have no place for any class of the model: "
                f"{', '.join(classes)}. Choose other labels."
            )
        is_reached = [target in reached for target in self.classes]
        mapped = self.map_probabilities(probabilities, classes)[:, is_reached]
        return mapped, [target for target in self.classes if target in reached]

    def to_dict(self):
        """Make a dict that JSON can hold.

        Returns
        -------
        content : dict
            ``name`` and ``weights``.
        """
        return {"name": self.name, "weights": {t: dict(s) for t, s in self.weights.items()}}

    @classmethod
    def from_dict(cls, content):
        """Make a label map from what `to_dict` gives.

        Parameters
        ----------
        content : dict
            ``name`` and ``weights``.

        Returns
        -------
        label_map : LabelMap
            The label map.

        Raises
        ------
        ManifestError
            When it is not such a dict.
        """
        if not isinstance(content, dict) or set(content) != {"name", "weights"}:
            raise ManifestError(
                f"A label map must be a dict with 'name' and 'weights'. Got {content!r} instead."
            )
        return cls(**content)
