"""What a timeline is made of: windows, cells and segments."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Windows:
    """What the model was asked.

    Attributes
    ----------
    start_s : ndarray of shape (n_windows,)
        Where each window begins, in seconds.
    stop_s : ndarray of shape (n_windows,)
        Where it ends, in seconds.
    probabilities : ndarray of shape (n_windows, n_classes)
        What the model said; a row of NaN for a window that was not judged.
    """

    start_s: np.ndarray
    stop_s: np.ndarray
    probabilities: np.ndarray

    def to_list(self):
        """Make what JSON can hold.

        Returns
        -------
        content : list of dict
            ``start_s``, ``stop_s`` and ``probabilities`` of each, null where it was not judged.
        """
        columns = _plain(self.start_s), _plain(self.stop_s), _plain_rows(self.probabilities)
        names = ("start_s", "stop_s", "probabilities")
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


@dataclass(frozen=True, eq=False)
class Cells:
    """What was decided, step by step.

    Attributes
    ----------
    start_s : ndarray of shape (n_cells,)
        Where each step begins, in seconds.
    stop_s : ndarray of shape (n_cells,)
        Where it ends, in seconds.
    is_active : ndarray of bool, shape (n_cells,)
        Whether there is anything to hear.
    labels : ndarray of str, shape (n_cells,)
        Class of each step, empty for a silent one.
    probabilities : ndarray of shape (n_cells, n_classes)
        Mean of the windows that cover the step; a row of NaN for a silent one.
    """

    start_s: np.ndarray
    stop_s: np.ndarray
    is_active: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray

    def to_list(self):
        """Make what JSON can hold.

        Returns
        -------
        content : list of dict
            ``start_s``, ``stop_s``, ``label`` and ``probabilities`` of each, null where it is
            silent.
        """
        times = _plain(self.start_s), _plain(self.stop_s)
        columns = *times, self.labels.tolist(), _plain_rows(self.probabilities)
        names = ("start_s", "stop_s", "label", "probabilities")
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Segment:
    """A stretch of one class.

    Attributes
    ----------
    start_s : float
        Where it begins, in seconds.
    stop_s : float
        Where it ends, in seconds.
    label : str
        Its class, empty for a silent one.
    probability : float or None
        Mean probability of that class; None for a silent one.
    """

    start_s: float
    stop_s: float
    label: str
    probability: float | None

    def to_dict(self):
        """Make what JSON can hold.

        Returns
        -------
        content : dict
            ``start_s``, ``stop_s``, ``label`` and ``probability``.
        """
        return {
            "start_s": round(self.start_s, 3),
            "stop_s": round(self.stop_s, 3),
            "label": self.label,
            "probability": None if self.probability is None else round(self.probability, 6),
        }


def _plain(times_s):
    return [round(time_s, 3) for time_s in times_s.tolist()]


def _plain_rows(probabilities):
    return [
        None if any(np.isnan(row)) else [round(value, 6) for value in row]
        for row in probabilities.tolist()
    ]
