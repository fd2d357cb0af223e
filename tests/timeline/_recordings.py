"""Timelines without sound, and their windows."""

import numpy as np

from sersk.timeline import Activity, make_timeline

FRAME_S = 0.025


def make_activity(duration_s, silences=()):
    """Make a recording that is loud but for some stretches, given as (start_s, stop_s)."""
    frames = np.arange(round(duration_s / FRAME_S)) * FRAME_S + FRAME_S / 2
    levels_db = np.full(len(frames), -20.0)
    for start_s, stop_s in silences:
        levels_db[(frames >= start_s) & (frames < stop_s)] = -100.0
    return Activity(levels_db, FRAME_S, duration_s)


def cut(duration_s, window_s, hop_s):
    """Give the windows of a recording."""
    start_s = [0.0]
    while start_s[-1] + window_s < duration_s:
        start_s.append(len(start_s) * hop_s)
    start_s = np.array(start_s)
    return start_s, np.minimum(start_s + window_s, duration_s)


def judge(truth, start_s, stop_s, n_classes, sure=0.9):
    """Let an ideal model judge windows: each class by its share of the time.

    `truth` has (stop_s, class) of each stretch.
    """
    probabilities = np.full((len(start_s), n_classes), (1 - sure) / n_classes)
    begin_s = 0.0
    for end_s, place in truth:
        overlap_s = np.minimum(stop_s, end_s) - np.maximum(start_s, begin_s)
        probabilities[:, place] += sure * np.maximum(0, overlap_s) / (stop_s - start_s)
        begin_s = end_s
    return probabilities


def make(truth, *, window_s=3.0, hop_s=1.0, silences=(), classes=("a", "b", "c"), name="x.wav"):
    """Make the timeline of a recording whose classes are known."""
    duration_s = truth[-1][0]
    windows = cut(duration_s, window_s, hop_s)
    says = judge(truth, *windows, len(classes))
    activity = make_activity(duration_s, silences)
    return make_timeline(name, *windows, says, classes, activity, window_s=window_s, hop_s=hop_s)
