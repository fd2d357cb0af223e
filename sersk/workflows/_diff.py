"""Two saved models side by side."""

from dataclasses import dataclass

from sersk.report._words import SCORE_WORDS
from sersk.workflows._differences import compare_figures, compare_inputs


@dataclass(frozen=True)
class ModelDiff:
    """Where two models differ.

    Attributes
    ----------
    differences : list of Difference
        In what they rest on, the recipe included.
    scores : list of dict
        ``name``, ``a``, ``b`` and ``difference`` of each score of the cross-validations that both
        have, and as ``a_interval`` and ``b_interval`` their intervals or None.
    figures : list of Difference
        All figures that are not the same to the digit.
    same_folds : bool or None
        Whether both were scored under the same folds of the same clips; None where that is not
        known.
    """

    differences: list
    scores: list
    figures: list
    same_folds: bool | None

    @property
    def is_same(self):
        """Whether nothing differs."""
        return not (self.differences or self.figures)


def diff(a, b):
    """Compare the descriptions of two models.

    Parameters
    ----------
    a, b : dict
        What ``model.json`` holds, as `sersk.persistence.find_description` reads it, or the
        attribute ``description_`` of a loaded model. One may lack any part.

    Returns
    -------
    diff : ModelDiff
        What differs from the first to the second.

    Examples
    --------
    >>> from sersk.workflows import diff
    >>> a = {"recipe": "svm", "versions": {"numpy": "2.3.0"}, "scores": {"uar": 0.5}}
    >>> b = {"recipe": "svm", "versions": {"numpy": "2.4.0"}, "scores": {"uar": 0.625}}
    >>> found = diff(a, b)
    >>> found.differences
    [Difference(kind='version', name='numpy', was='2.3.0', now='2.4.0')]
    >>> found.scores[0]["difference"]
    0.125
    """
    differences = compare_inputs(a, b)
    return ModelDiff(differences, _compare_scores(a, b), compare_figures(a, b), _same_folds(a, b))


def _compare_scores(a, b):
    a, b = a.get("scores") or {}, b.get("scores") or {}
    rows = []
    for name in SCORE_WORDS:
        if a.get(name) is None or b.get(name) is None:
            continue
        intervals = [(scores.get("interval") or {}).get(name) for scores in (a, b)]
        rows.append(
            {
                "name": name,
                "a": a[name],
                "b": b[name],
                "difference": b[name] - a[name],
                "a_interval": intervals[0],
                "b_interval": intervals[1],
            }
        )
    return rows


def _same_folds(a, b):
    digests = [(description.get("folds") or {}).get("digest") for description in (a, b)]
    return None if None in digests else digests[0] == digests[1]
