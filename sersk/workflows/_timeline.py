"""Labels over time, for long recordings."""

import warnings
from itertools import islice

import numpy as np
import pandas as pd

from sersk.exceptions import AudioReadError, DataWarning
from sersk.timeline import make_timeline, measure_activity
from sersk.utils._failures import Failure
from sersk.utils._parallel import map_chunks, run_single_threaded
from sersk.utils._progress import progress_bar
from sersk.workflows._clips import check_on_error, handle_failures, stack_rows
from sersk.workflows._guards import check_clips, warn_of_found
from sersk.workflows._normalization import normalizes_speakers
from sersk.workflows._parts import split_model
from sersk.workflows._relabel import find_labels

WINDOW_S, HOP_S = 3.0, 1.0
# Windows that a model is asked at a time: few enough for sequences and pictures, too.
_BATCH_SIZE = 64


def predict_timeline(
    pipeline,
    path,
    *,
    filename=None,
    window_s=WINDOW_S,
    hop_s=HOP_S,
    labels=None,
    progress=None,
):
    """Tell which class is heard when in a recording, however long.

    Overlapping windows are judged one by one, each as a clip would be, and their probabilities
    made into a timeline. The recording is walked through in blocks, and never in memory as a
    whole. Silence is not judged. A model that normalises speakers does without that: who speaks
    in a window is not known.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A fitted pipeline whose first step reads paths.
    path : path-like
        The recording.
    filename : str or None, default=None
        What to call it. None means `path`.
    window_s : float, default=3.0
        Length of a window, in seconds; best about that of the clips learned from.
    hop_s : float, default=1.0
        Step between windows, in seconds.
    labels : str, path-like, LabelMap or None, default=None
        Sum the probabilities up to fewer classes, as for `sersk.datasets.find_label_map`. None
        gives those of the model.
    progress : callable or None, default=None
        Is told, from time to time, which share of the recording was heard.

    Returns
    -------
    timeline : Timeline
        Windows, steps and segments, with their probabilities.

    Raises
    ------
    AudioReadError
        When the recording cannot be read.
    ValueError
        When window or step are not as they must be.
    """
    _warn_of_strangers(pipeline)
    form = dict(window_s=window_s, hop_s=hop_s)
    return _hear(pipeline, path, filename=filename, labels=labels, progress=progress, **form)


def _warn_of_strangers(pipeline):
    if normalizes_speakers(pipeline):
        warnings.warn(
            "The model normalises speakers, and who speaks when is not known: it judges windows "
            "without that, and likely worse. Take a model fitted without --normalize-speakers.",
            DataWarning,
            stacklevel=3,
        )


def _hear(pipeline, path, *, filename, window_s=WINDOW_S, hop_s=HOP_S, labels=None, progress=None):
    label_map = find_labels(labels)
    filename = str(path) if filename is None else filename
    form = dict(window_s=window_s, hop_s=hop_s)
    made = run_single_threaded(_predict_timeline, pipeline, path, filename, form, progress)
    return made if label_map is None else made.relabel(label_map)


def _predict_timeline(pipeline, path, filename, form, progress):
    activity = measure_activity(path)
    extractor, judge = split_model(pipeline)
    windows = extractor.extract_windows(path, **form)
    spans, probabilities = [], []
    while batch := list(islice(windows, _BATCH_SIZE)):
        spans += [(window.start_s, window.stop_s) for window in batch]
        probabilities.append(_judge(judge, batch, activity))
        if progress is not None:
            progress(min(1.0, batch[-1].stop_s / activity.duration_s))
    start_s, stop_s = np.array(spans).T
    classes = pipeline.classes_.tolist()
    said = np.concatenate(probabilities)
    return make_timeline(filename, start_s, stop_s, said, classes, activity, **form)


def _judge(judge, batch, activity):
    """Ask the model about the windows in which there is something to hear."""
    spans = np.array([(window.start_s, window.stop_s) for window in batch])
    is_heard = ~activity.is_silent(*spans.T)
    probabilities = np.full((len(batch), len(judge.classes_)), np.nan)
    if is_heard.any():
        heard = [window.row for window, keep in zip(batch, is_heard, strict=True) if keep]
        probabilities[is_heard] = judge.predict_proba(stack_rows(heard))
    return probabilities


def predict_timelines(
    pipeline,
    filenames,
    paths=None,
    *,
    on_error="raise",
    n_jobs=None,
    show_progress=False,
    **how,
):
    """Tell which class is heard when in each of several recordings.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A fitted pipeline whose first step reads paths.
    filenames : sequence of str
        What to call each recording.
    paths : sequence of str or None, default=None
        Where each recording is. None means `filenames` themselves.
    on_error : {"raise", "skip"}, default="raise"
        What to do about a recording that cannot be read; "skip" leaves it out.
    n_jobs : int or None, default=None
        Number of workers, which share the recordings; the result does not depend on it.
    show_progress : bool, default=False
        Show a progress bar on stderr, when that is a terminal.
    **how : dict
        Further arguments of `predict_timeline`: `window_s`, `hop_s` and `labels`.

    Returns
    -------
    timelines : list of Timeline
        One per recording that can be read, in the order given.

    Raises
    ------
    AudioReadError
        When a recording cannot be read, or none can.
    """
    check_on_error(on_error)
    _warn_of_strangers(pipeline)
    filenames = list(filenames)
    jobs = list(zip(filenames, filenames if paths is None else paths, strict=True))
    description = "Listening" if show_progress else None
    if len(jobs) == 1:
        with progress_bar(None, total=100, description=description, unit="%") as bar:

            def advance(share):
                bar.update(round(100 * share) - bar.n)

            results = _listen(jobs, pipeline, how, progress=advance)
    else:
        results = map_chunks(
            _listen,
            jobs,
            pipeline,
            how,
            n_jobs=n_jobs,
            chunk_size=1,
            progress=description,
            unit="file",
        )
    failures = [
        Failure(i, filenames[i], result)
        for i, result in enumerate(results)
        if isinstance(result, str)
    ]
    handle_failures(failures, len(jobs), on_error)
    heard = [job for job, result in zip(jobs, results, strict=True) if not isinstance(result, str)]
    names, paths = zip(*heard, strict=True)
    # Of the recording as a whole: a window is not compared with the clips learned from.
    found = check_clips(pipeline, list(paths), over_time=True, n_jobs=n_jobs)
    warn_of_found(found, names)
    return [result for result in results if not isinstance(result, str)]


def _listen(jobs, pipeline, how, progress=None):
    """Give the timeline of each recording, or why there is none."""
    results = []
    for filename, path in jobs:
        try:
            made = _hear(pipeline, path, filename=filename, progress=progress, **how)
        except AudioReadError as error:
            made = error.reason or str(error)
        results.append(made)
    return results


def summarise_timelines(timelines):
    """Make a table of the share of time that each class takes.

    Parameters
    ----------
    timelines : sequence of Timeline
        The recordings, all with the same classes.

    Returns
    -------
    table : pandas.DataFrame
        ``Filename``; ``Class``, that which is heard longest, empty where all is silent;
        ``Duration`` in seconds; ``Silence``, its share of the recording; and the share of each
        class in what is not silent, under its name. One row per recording.
    """
    rows = []
    for timeline in timelines:
        shares = timeline.shares
        longest = max(shares, key=shares.get) if any(shares.values()) else None
        rows.append([timeline.filename, longest, timeline.duration_s, timeline.silent_share])
        rows[-1] += shares.values()
    own = ["Filename", "Class", "Duration", "Silence"]
    classes = timelines[0].classes
    # A class that is called like a column of ours would hide it.
    return pd.DataFrame(rows, columns=own + [f"P({n})" if n in own else n for n in classes])
