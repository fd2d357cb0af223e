"""What carried the decision about a clip."""

import copy
from numbers import Real
from pathlib import Path

import numpy as np

from sersk.audio import find_sound, read_audio, resample
from sersk.exceptions import AudioReadError, ExplanationError
from sersk.explanation import (
    Explanation,
    find_background,
    place_stretches,
    remove_stretch,
    replace_columns,
)
from sersk.features import AudioFeatures
from sersk.features._base import BaseExtractor
from sersk.utils._sklearn import Interval, StrOptions, validate_params
from sersk.workflows._clips import stack_rows
from sersk.workflows._guards import check_signal, warn_of_found
from sersk.workflows._normalization import predict_rows
from sersk.workflows._parts import find_guards, locate_blocks, locate_extractors, split_model

LONGEST_S = 30.0
# Stretches: half a second, or less of what is short and more of what is long; each begins a
# quarter of that after the one before.
_WINDOW_S, _LEAST_SHARE, _GREATEST_SHARE = 0.5, 1 / 20, 1 / 3
_SHORTEST_S = 0.05
_HOPS_PER_WINDOW = 4


@validate_params(
    {
        "window_s": [Interval(Real, 0, None, closed="neither"), None],
        "removal": [StrOptions({"cut", "silence"})],
        "offset_s": [Interval(Real, 0, None, closed="left")],
        "duration_s": [Interval(Real, 0, None, closed="neither"), None],
    },
    prefer_skip_nested_validation=True,
)
def explain(
    pipeline,
    path,
    *,
    label=None,
    filename=None,
    window_s=None,
    removal="cut",
    offset_s=0.0,
    duration_s=None,
    background=None,
    n_jobs=None,
    show_progress=False,
):
    """Tell which stretches of a recording, and which blocks of features, carried a decision.

    By occlusion [1]_: stretch by stretch is taken out of the recording, what is left is heard
    anew, and the probabilities are compared. Then the features of the whole recording, block by
    block, are replaced by those of the average training clip.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A fitted pipeline whose first step is an extractor. One that normalises speakers does
        without.
    path : path-like
        The recording, of at most 30 s.
    label : str or None, default=None
        The class to explain. None means the most likely one.
    filename : str or None, default=None
        What to call the recording. None means `path`.
    window_s : float or None, default=None
        Length of a stretch, in seconds. None means 0.5, but at most a third and at least a
        twentieth of what is heard. They begin a quarter of it one after the other.
    removal : {"cut", "silence"}, default="cut"
        Cut a stretch out, so that what was before meets what comes after; or put noise as faint
        as the quietest of the recording in its place, which a model may take for a pause.
    offset_s : float, default=0.0
        Where in the recording to begin, in seconds.
    duration_s : float or None, default=None
        How much of it to explain at most, in seconds. None means all.
    background : array-like of shape (n_features,) or None, default=None
        What to put in the place of features. None means the average of the training clips, which
        the step that scales features knows.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    show_progress : bool, default=False
        Show a progress bar on stderr, when that is a terminal.

    Returns
    -------
    explanation : Explanation
        The probabilities, with everything there and without each stretch and block; and what the
        guards of the model warn of.

    Raises
    ------
    AudioReadError
        When the recording cannot be read.
    ExplanationError
        When it is too long, there is no such class, or a stretch would be more than half of it.

    Notes
    -----
    The probability of the whole clip is the one that `predict` gives. Where the model cuts off
    silence before and after, stretches lie between. A stretch without which nothing changes may
    still say the same as another one that is left; and what is left may sound like no training
    clip. It is about this model, not about what makes a voice sound sad.

    References
    ----------
    .. [1] M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks",
       ECCV, 2014.
    """
    extractor, _ = split_model(pipeline)
    if not isinstance(extractor, BaseExtractor):
        raise TypeError(
            "The first step of the pipeline must be an extractor of sersk.features. "
            f"Got {type(extractor).__name__} instead."
        )
    filename = str(path) if filename is None else filename
    classes = pipeline.classes_.tolist()
    if label is not None and label not in classes:
        raise ExplanationError(
            f"The model has no class {label!r}. Its classes are: {', '.join(map(str, classes))}."
        )
    signal, sample_rate, start_s = _read(extractor, path, filename, offset_s, duration_s)
    listener = _make_listener(extractor, sample_rate)
    stretches = _place(extractor, signal, sample_rate, window_s, filename)
    versions = [remove_stretch(signal, sample_rate, *span, removal) for span in stretches]
    rows, failures, _ = listener.extract_each(
        [signal, *versions], n_jobs=n_jobs, progress="Explaining" if show_progress else None
    )
    if failures:
        raise AudioReadError(
            f"Cannot read {filename!r}: {failures[0].reason}.", filename, failures[0].reason
        )
    probabilities, *without = predict_rows(pipeline, stack_rows(rows))
    blocks, without_blocks, reason = _explain_features(pipeline, rows[0], background)
    said = check_signal(pipeline, signal, sample_rate, rows[0])
    warn_of_found([said], [filename])
    return Explanation(
        filename=filename,
        classes=classes,
        label=classes[int(np.argmax(probabilities))] if label is None else label,
        probabilities=probabilities,
        start_s=start_s,
        stop_s=start_s + len(signal) / sample_rate,
        removal=removal,
        stretches=start_s + stretches,
        without_stretches=np.reshape(without, (len(stretches), len(classes))),
        blocks=blocks,
        without_blocks=without_blocks,
        reason=reason,
        warnings=said,
    )


def _read(extractor, path, filename, offset_s, duration_s):
    """Read what the model would hear of a file, before it trims silence, at the file's rate."""
    use = extractor._part_of_clip
    start_s = offset_s + (use.get("offset_s") or 0.0)
    wanted = [length for length in (duration_s, use.get("duration_s")) if length is not None]
    asked_s = min(wanted, default=None)
    # A little more than is allowed tells that there is more; hours are never read.
    read_s = min([*wanted, LONGEST_S + 1])
    signal, sample_rate = read_audio(path, offset_s=start_s, duration_s=read_s)
    if len(signal) > LONGEST_S * sample_rate:
        length = "more" if asked_s is None else f"{asked_s:g} s"
        raise ExplanationError(
            f"An explanation is of at most {LONGEST_S:g} s of sound, and {Path(filename).name!r} "
            f"has {length}. Name a part with --offset and --duration, or see what is heard when "
            "with sersk predict --timeline."
        )
    return signal, sample_rate, start_s


def _make_listener(extractor, sample_rate):
    """Give an extractor that hears signals at their own rate as the model's hears files.

    What it was told of the part of a file to use has been done; parts, and what these have
    learned, are the same ones.
    """
    if not isinstance(extractor, AudioFeatures):
        return AudioFeatures([("features", extractor)], sample_rate=sample_rate)
    listener = copy.copy(extractor)
    listener.sample_rate = sample_rate
    listener.offset_s, listener.duration_s = 0.0, None
    return listener


def _place(extractor, signal, sample_rate, window_s, filename):
    """Place stretches where the model hears something."""
    start_s, stop_s = 0.0, len(signal) / sample_rate
    trim_db = extractor._part_of_clip.get("trim_db")
    if trim_db is not None:
        rate = extractor._parts[0][1].sample_rate
        sound = find_sound(resample(signal, sample_rate, rate), trim_db)
        start_s, stop_s = sound.start / rate, min(stop_s, sound.stop / rate)
    heard_s = stop_s - start_s
    if window_s is None:
        window_s = min(max(_WINDOW_S, _LEAST_SHARE * heard_s), _GREATEST_SHARE * heard_s)
    elif window_s > heard_s / 2:
        raise ExplanationError(
            f"A stretch must be at most half of what is heard in {Path(filename).name!r}, which "
            f"is {heard_s:.2f} s. Got {window_s:g} s. Give a shorter --window, or leave it out."
        )
    if window_s < _SHORTEST_S:
        return np.empty((0, 2))
    return place_stretches(start_s, stop_s, window_s, window_s / _HOPS_PER_WINDOW)


def _explain_features(pipeline, row, background):
    """Names of the blocks, the probabilities without each, and why there are none."""
    extractor, judge = split_model(pipeline)
    none = [], np.empty((0, len(pipeline.classes_)))
    if row.ndim > 1:
        return *none, "The model hears sequences, which have no blocks of features."
    columns = locate_blocks(pipeline, len(row))
    if len(columns) < 2:
        columns = locate_extractors(extractor)
    if len(columns) < 2:
        return *none, "The model's features are all of one kind."
    if background is None:
        _, novelty = find_guards(pipeline)
        background = find_background(judge[0] if novelty is None else novelty, len(row))
    if background is None:
        return *none, "The model does not know the average of the features it learned from."
    rows = replace_columns(row, background, list(columns.values()))
    return list(columns), predict_rows(pipeline, rows), None
