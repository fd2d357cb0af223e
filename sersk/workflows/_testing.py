"""A further CSV as test set, and what it has in common with the one that was learned from."""

import warnings

import numpy as np

from sersk.datasets._source import read_source
from sersk.datasets._speakers import recognise_speakers
from sersk.exceptions import DataWarning
from sersk.features._keys import make_clip_key
from sersk.workflows._clips import read_labelled_clips
from sersk.workflows._evaluate import check_known, score_model


def read_test_clips(data, training, **how):
    """Read the CSV to test on, before anything that takes long.

    Its columns are those that were named for the other CSV where it has them, else the usual ones.

    Parameters
    ----------
    data : path-like
        The CSV.
    training : Manifest
        The clips to learn from.
    **how : dict
        Further arguments of `read_labelled_clips`.

    Returns
    -------
    manifest : Manifest
        The files that are there.

    Raises
    ------
    ManifestError
        When it has no class in common with the training clips.
    """
    foreign = _find_foreign_columns(data, how) | {"fold_column"}
    manifest = read_labelled_clips(data, **{k: v for k, v in how.items() if k not in foreign})
    check_known(manifest, np.unique(training.labels).tolist())
    return manifest


def _find_foreign_columns(data, options):
    """Tell which options name a column that the CSV does not have."""
    named = {k: v for k, v in options.items() if k.endswith("_column") and v is not None}
    if not named:
        return set()
    with warnings.catch_warnings():
        # What a folder leaves out is told when its clips are read.
        warnings.simplefilter("ignore", DataWarning)
        own = {column.lower() for column in read_source(data).table}
    return {option for option, column in named.items() if column.lower() not in own}


def score_test(pipeline, training, manifest, **how):
    """Score a model on another CSV than its own, and say how far the two are apart.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A fitted pipeline whose first step reads paths.
    training : Manifest
        The clips that it was fitted on.
    manifest : Manifest
        The clips to test it on.
    **how : dict
        Further arguments of `score_model`.

    Returns
    -------
    results : dict
        What `sersk.workflows.evaluate` gives, ``data``, ``kind`` ("cross-corpus" or "same
        corpus"), ``shared_clips``, ``shared_speakers`` and ``optimistic``.
    """
    scored = manifest.select(manifest.is_whole)
    n_shared = _count_shared_clips(training, scored)
    kind, shared_speakers = _compare_speakers(training, scored)
    if n_shared:
        _warn(
            f"{n_shared} of {len(scored.paths)} clips of {manifest.path} are among the training "
            "clips as well: the score on them is no test."
        )
    elif shared_speakers:
        names = ", ".join(shared_speakers[:5]) + (", …" if len(shared_speakers) > 5 else "")
        _warn(
            f"{len(shared_speakers)} speaker(s) of {manifest.path} have the name of a training "
            f"speaker ({names}). If they are the same people, the score is optimistic."
        )
    return {
        **score_model(pipeline, manifest, **how),
        "data": str(manifest.path),
        "kind": "same corpus" if n_shared else kind,
        "shared_clips": n_shared,
        "shared_speakers": shared_speakers,
        "optimistic": bool(n_shared or shared_speakers),
    }


def _count_shared_clips(training, manifest):
    """Count the files to test on that are, byte for byte, among those learned from."""
    known = {key.digest for key in map(make_clip_key, training.paths) if key is not None}
    keys = [make_clip_key(path) for path in manifest.paths]
    return sum(key is not None and key.digest in known for key in keys)


def _compare_speakers(training, manifest):
    """Tell whether two CSVs are of one corpus, and name the speakers that may be the same."""
    corpora = [set(recognise_speakers(m.filenames)[1]) for m in (training, manifest)]
    if all(corpora) and not corpora[0] & corpora[1]:
        # Every corpus numbers its speakers from the beginning; equal numbers mean nothing.
        return "cross-corpus", []
    speakers = [set() if m.speakers is None else set(m.speakers) for m in (training, manifest)]
    shared = np.array(sorted(speakers[0] & speakers[1]), dtype=str).tolist()
    return ("same corpus" if shared or all(corpora) else "cross-corpus"), shared


def _warn(message):
    warnings.warn(message, DataWarning, stacklevel=4)
