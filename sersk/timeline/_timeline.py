"""A timeline: which class is heard when in one recording."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sersk.timeline._decoding import find_runs, label_cells, make_cells, spread
from sersk.timeline._parts import Cells, Segment, Windows

# Two ways of reading one file may differ by some samples.
_TOLERANCE_S = 0.1


@dataclass(frozen=True, eq=False)
class Timeline:
    """Which class is heard when in one recording; `make_timeline` makes it.

    Attributes
    ----------
    filename : str
        What the recording is called.
    duration_s : float
        Length of the recording, in seconds.
    window_s : float
        Length of a window, in seconds.
    hop_s : float
        Step between windows, and length of a cell, in seconds.
    classes : list of str
        The classes, in the order of the probabilities.
    windows : Windows
        Overlapping stretches, each judged on its own.
    cells : Cells
        Steps of `hop_s` without overlap, each with the class decided on.
    segments : list of Segment
        Runs of one class, silent ones among them, without gaps from 0 to `duration_s`.
    """

    filename: str
    duration_s: float
    window_s: float
    hop_s: float
    classes: list
    windows: Windows
    cells: Cells
    segments: list

    @cached_property
    def _seconds(self):
        """How long each label is heard, the empty one being silence."""
        seconds = dict.fromkeys([*self.classes, ""], 0.0)
        for segment in self.segments:
            seconds[segment.label] += segment.stop_s - segment.start_s
        return seconds

    @property
    def silent_share(self):
        """Share of the recording that is silent."""
        return self._seconds[""] / self.duration_s

    @property
    def shares(self):
        """Share of each class in the time that is not silent; all 0 where everything is."""
        judged_s = sum(self._seconds[name] for name in self.classes)
        return {name: self._seconds[name] / (judged_s or 1.0) for name in self.classes}

    def to_frame(self):
        """Make a table of the segments.

        Returns
        -------
        table : pandas.DataFrame
            ``Filename``, ``Start`` and ``End`` in seconds, to the millisecond, ``Class``, empty
            where it is silent, and ``Probability``.
        """
        import pandas as pd

        rows = [
            (self.filename, round(s.start_s, 3), round(s.stop_s, 3), s.label, s.probability)
            for s in self.segments
        ]
        table = pd.DataFrame(rows, columns=["Filename", "Start", "End", "Class", "Probability"])
        return table.astype({"Start": float, "End": float, "Probability": float})

    def to_dict(self):
        """Make a dict of everything that JSON can hold.

        Returns
        -------
        content : dict
            ``filename``, ``duration_s``, ``window_s``, ``hop_s``, ``classes``, ``shares``,
            ``silent_share``, and ``segments``, ``cells`` and ``windows``, each a list of dicts.
            What is silent has no probabilities, but null.
        """
        return {
            "filename": self.filename,
            "duration_s": round(self.duration_s, 3),
            "window_s": self.window_s,
            "hop_s": self.hop_s,
            "classes": list(self.classes),
            "shares": {name: round(share, 6) for name, share in self.shares.items()},
            "silent_share": round(self.silent_share, 6),
            "segments": [segment.to_dict() for segment in self.segments],
            "cells": self.cells.to_list(),
            "windows": self.windows.to_list(),
        }

    def relabel(self, label_map):
        """Decide once more, on fewer classes; the sound is not needed.

        Parameters
        ----------
        label_map : LabelMap
            What the classes become. Probabilities are summed up, as those of a clip.

        Returns
        -------
        timeline : Timeline
            The same recording under those classes of the map that the model can give.

        Raises
        ------
        ManifestError
            When the map does not know a class, or has no place for any.
        """
        probabilities = self.windows.probabilities
        is_judged = ~np.isnan(probabilities).any(axis=1)
        judged, classes = label_map.map_output(probabilities[is_judged], self.classes)
        mapped = np.full((len(probabilities), len(classes)), np.nan)
        mapped[is_judged] = judged
        windows = Windows(self.windows.start_s, self.windows.stop_s, mapped)
        edges_s = np.append(self.cells.start_s, self.duration_s)
        form = dict(window_s=self.window_s, hop_s=self.hop_s)
        return _decide(self.filename, classes, windows, edges_s, self.cells.is_active, **form)


def make_timeline(filename, start_s, stop_s, probabilities, classes, activity, *, window_s, hop_s):
    """Make a timeline of what a model says of overlapping windows.

    Each step of `hop_s` gets the mean of the windows that cover it, the nearer ones counting more.
    Its class is that of the best path through all steps, on which a change of class has a price;
    so a class that only shows where a window lies across a change seldom wins. Silent steps have
    no class, but for pauses shorter than a window inside one class.

    Parameters
    ----------
    filename : str
        What the recording is called.
    start_s, stop_s : array-like of shape (n_windows,)
        Where each window begins and ends, in seconds: at 0, `hop_s`, 2 `hop_s`, … and `window_s`
        later, or at the end of the recording, which only the last one reaches.
    probabilities : array-like of shape (n_windows, n_classes)
        What the model says; rows of NaN for windows that were not judged. What is said of a silent
        window is not used.
    classes : sequence of str
        Names of the classes, by column.
    activity : Activity
        Where there is something to hear, from `measure_activity`.
    window_s, hop_s : float
        Length of a window, and the step between windows, in seconds.

    Returns
    -------
    timeline : Timeline
        The timeline.

    Raises
    ------
    ValueError
        When the windows do not cover the recording, or the probabilities do not fit them.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.timeline import make_timeline, measure_activity
    >>> activity = measure_activity(np.sin(np.arange(5 * 8000)), 8000)
    >>> says = [[0.9, 0.1], [0.6, 0.4], [0.1, 0.9], [0.1, 0.9]]
    >>> windows = [0.0, 1.0, 2.0, 3.0], [2.0, 3.0, 4.0, 5.0], says, ["sad", "happy"]
    >>> made = make_timeline("a.wav", *windows, activity, window_s=2, hop_s=1)
    >>> [(segment.start_s, segment.stop_s, segment.label) for segment in made.segments]
    [(0.0, 2.0, 'sad'), (2.0, 5.0, 'happy')]
    """
    windows = Windows(*(np.array(a, dtype=float) for a in (start_s, stop_s, probabilities)))
    classes = [str(name) for name in classes]
    _check_form(window_s, hop_s)
    _check_windows(windows, classes, activity.duration_s)
    windows.probabilities[activity.is_silent(windows.start_s, windows.stop_s)] = np.nan
    edges_s = make_cells(activity.duration_s, hop_s)
    is_active = ~activity.is_silent(edges_s[:-1], edges_s[1:])
    form = dict(window_s=float(window_s), hop_s=float(hop_s))
    return _decide(str(filename), classes, windows, edges_s, is_active, **form)


def _check_form(window_s, hop_s):
    if not 0 < hop_s <= window_s:
        raise ValueError(
            "The step between windows must be more than 0 s and at most as long as a window. Got "
            f"hop_s={hop_s} and window_s={window_s} instead."
        )


def _check_windows(windows, classes, duration_s):
    n_windows = len(windows.start_s)
    if windows.stop_s.shape != (n_windows,) or windows.probabilities.shape != (
        n_windows,
        len(classes),
    ):
        raise ValueError(
            f"The probabilities must have a row for each of the {n_windows} windows and a column "
            f"for each of the {len(classes)} classes. Got an array of shape "
            f"{windows.probabilities.shape} instead."
        )
    end_s = windows.stop_s[-1] if n_windows else 0.0
    if abs(end_s - duration_s) > _TOLERANCE_S:
        raise ValueError(
            f"The windows must reach the end of the recording, at {duration_s:.3f} s. Got windows "
            f"up to {end_s:.3f} s instead."
        )


def _decide(filename, classes, windows, edges_s, is_active, *, window_s, hop_s):
    """Make a timeline of checked parts."""
    form = dict(window_s=window_s, hop_s=hop_s)
    probabilities = spread(windows.start_s, windows.stop_s, windows.probabilities, edges_s, **form)
    places = label_cells(probabilities, is_active, edges_s, **form)
    probabilities[places < 0] = np.nan
    labels = np.array([*classes, ""])[places]
    segments = [
        Segment(
            float(edges_s[start]),
            float(edges_s[stop]),
            str(labels[start]),
            _mean_probability(probabilities[start:stop], places[start]),
        )
        for start, stop in find_runs(places)
    ]
    cells = Cells(edges_s[:-1], edges_s[1:], is_active, labels, probabilities)
    return Timeline(
        filename,
        float(edges_s[-1]),
        **form,
        classes=classes,
        windows=windows,
        cells=cells,
        segments=segments,
    )


def _mean_probability(probabilities, place):
    # The middle of a pause inside one class may have no window that was judged.
    return None if place < 0 else float(np.nanmean(probabilities[:, place]))
