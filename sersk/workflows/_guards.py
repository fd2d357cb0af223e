"""The guards of a model: fitted, put in, asked."""

import warnings
from collections import Counter

import numpy as np
from sklearn.pipeline import Pipeline

from sersk.exceptions import ClipWarning
from sersk.guards import NoveltyGuard, SoundGuard, measure_clips
from sersk.guards._telling import summarise_warnings
from sersk.utils._parallel import run_single_threaded
from sersk.workflows._parts import find_guards, split_model


def fit_guards(extractor, corpus, reports):
    """Fit the guards of a model.

    Parameters
    ----------
    extractor : AudioFeatures
        What it hears.
    corpus : Corpus
        The training clips, with their features.
    reports : list of (ClipReport or None)
        How they sound.

    Returns
    -------
    sound : SoundGuard
        What comes before the extractor.
    novelty : NoveltyGuard or None
        What comes after it; None where it gives sequences or pictures.
    """
    rates = [part.sample_rate for _, part in extractor.extractors]
    sound = SoundGuard(sample_rate=max(rates)).fit_reports(reports)
    if corpus.matrix.ndim != 2:
        return sound, None
    novelty = NoveltyGuard()
    run_single_threaded(novelty.fit, corpus.matrix, None, corpus.manifest.speakers)
    return sound, novelty


def insert_guards(model, sound, novelty):
    """Put guards around the first step of a model.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline
        The model, fitted.
    sound : SoundGuard
        What comes before its extractor.
    novelty : NoveltyGuard or None
        What comes after it.

    Returns
    -------
    model : sklearn.pipeline.Pipeline
        The same with the guards as its steps ``sound`` and ``novelty``.
    """
    after = [] if novelty is None else [("novelty", novelty)]
    return Pipeline([("sound", sound), model.steps[0], *after, *model.steps[1:]])


def describe_guards(sound, novelty):
    """Say what is usual for a model.

    Parameters
    ----------
    sound : SoundGuard
        Its guard of clips.
    novelty : NoveltyGuard or None
        Its guard of features.

    Returns
    -------
    guards : dict
        Least length and bandwidth, levels of the training clips and the least, and the greatest
        distance from them; None where there is no guard of features, or too few clips for it.
    """
    limits = sound.limits_
    has_threshold = novelty is not None and novelty.threshold_ < float("inf")
    return {
        "min_duration_s": round(limits.min_duration_s, 3),
        "min_bandwidth_hz": limits.min_bandwidth_hz,
        "usual_level_db": [round(level, 1) for level in limits.usual_level_db or ()],
        "min_level_db": round(limits.min_level_db, 1),
        "max_distance": round(float(novelty.threshold_), 3) if has_threshold else None,
    }


def check_clips(pipeline, paths, matrix=None, is_readable=None, *, over_time=False, **how):
    """Ask the guards of a model about clips.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        The model. One without guards of its own is asked by what holds for any speech.
    paths : list of str
        Where each clip is.
    matrix : ndarray of shape (n_readable, n_features) or None, default=None
        Features of those that can be read. None leaves out what needs features.
    is_readable : ndarray of shape (n_samples,), dtype bool, or None, default=None
        Which clips can be read; None means all.
    over_time : bool, default=False
        Whether the answers are timelines.
    **how : dict
        `n_jobs` and `memory`, as for `sersk.guards.measure_clips`.

    Returns
    -------
    found : list of dict of str to str
        For each clip sentences by what they are about.
    """
    _, novelty = find_guards(pipeline)
    found = find_sound_guard(pipeline).check(paths, over_time=over_time, **how)
    if matrix is None or novelty is None:
        return found
    unusual = iter(run_single_threaded(novelty.check, matrix))
    readable = [True] * len(paths) if is_readable is None else is_readable
    return [
        {**said, **next(unusual)} if is_one else said
        for said, is_one in zip(found, readable, strict=True)
    ]


def check_signal(pipeline, signal, sample_rate, row):
    """Ask the guards of a model about one signal.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        The model.
    signal : ndarray of shape (n_times,)
        Its samples.
    sample_rate : int
        Their rate, in Hz.
    row : ndarray of shape (n_features,) or (n_frames, n_features)
        What the model hears of it.

    Returns
    -------
    said : dict of str to str
        Sentences by what they are about.
    """
    reports = measure_clips([signal], sample_rate=sample_rate)
    (said,) = find_sound_guard(pipeline).check_reports(reports)
    _, novelty = find_guards(pipeline)
    if novelty is None:
        return said
    (unusual,) = run_single_threaded(novelty.check, row[np.newaxis])
    return {**said, **unusual}


def find_sound_guard(pipeline):
    """Find the guard of clips of a model, or make one for a model that has none.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        The model.

    Returns
    -------
    guard : SoundGuard
        Its own, or one that knows what holds for any speech.
    """
    own, _ = find_guards(pipeline)
    if own is not None:
        return own
    extractor, _ = split_model(pipeline)
    parts = getattr(extractor, "extractors", [(None, extractor)])
    rates = [part.sample_rate for _, part in parts if hasattr(part, "sample_rate")]
    guard = SoundGuard(sample_rate=max(rates)) if rates else SoundGuard()
    return guard.fit_reports([])


def warn_of_found(found, names, advice="", *, stacklevel=3):
    """Warn in one line of clips that guards found something about.

    Parameters
    ----------
    found : list of dict of str to str
        What `check_clips` gives.
    names : list of str
        What the user calls each clip.
    advice : str, default=""
        What to add.
    stacklevel : int, default=3
        Whose line the warning names.
    """
    line = summarise_warnings(found, names)
    if line is not None:
        warnings.warn(line + advice, ClipWarning, stacklevel=stacklevel)


def count_found(found):
    """Count clips that guards found something about.

    Parameters
    ----------
    found : list of dict of str to str
        What `check_clips` gives.

    Returns
    -------
    counts : dict
        ``n_warned``, how many, and ``warned_of``, how many by what it is about.
    """
    kinds = Counter(kind for said in found for kind in said)
    return {"n_warned": sum(map(bool, found)), "warned_of": dict(sorted(kinds.items()))}
