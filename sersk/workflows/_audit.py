"""What in a corpus makes its scores wrong, and by how much."""

from dataclasses import replace

import numpy as np

from sersk.audit import (
    check_exact_duplicates,
    check_manifest,
    check_near_duplicates,
    check_sound,
    describe_missing,
    measure_files,
    sort_findings,
)
from sersk.datasets import read_manifest
from sersk.recipes import find_recipe
from sersk.utils._progress import announce
from sersk.workflows._audit_scores import score_corpus, tell_scores


def audit(
    data,
    *,
    recipe="voice",
    random_state=0,
    n_jobs=None,
    memory=None,
    show_progress=False,
    **columns,
):
    """Look for what makes the scores of a corpus wrong.

    Names, labels, speakers and the order of rows are checked whether or not the files are there.
    Those that are there are decoded once, for duplicates and for how they sound. Then the recipe
    is scored under folds of unseen speakers and under random ones, to measure the difference.

    Parameters
    ----------
    data : path-like
        CSV of files, classes and, best, speakers; or a folder that `read_manifest` reads.
    recipe : str, Recipe or VoiceRecipe, default="voice"
        What to score.
    random_state : int, default=0
        Seed of everything random.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    memory : path-like, FeatureStore or None, default=None
        Where features are kept between calls, runs and processes. None computes them every time.
    show_progress : bool, default=False
        Show progress bars on stderr, when that is a terminal, and say what long work will cost.
    **columns : dict
        Further arguments of `sersk.datasets.read_manifest`.

    Returns
    -------
    report : dict
        ``findings``, a list of dict as `sersk.audit.Finding.to_dict` gives them, errors first;
        ``scores`` of the recipe under both kinds of folds, of the speaker alone and of duration,
        level and silence alone, each with its interval; and counts.

    Raises
    ------
    ManifestError
        When the CSV cannot be read, or has no class for each file.
    """
    recipe = find_recipe(recipe) if isinstance(recipe, str) else recipe
    manifest = read_manifest(data, keep_missing=True, **columns)
    manifest.require_labels()
    manifest.require_whole_speakers()
    findings = [
        *check_manifest(manifest),
        *describe_missing("missing_audio", manifest.missing, len(manifest.rows)),
    ]
    scores = {}
    there = manifest.select([path is not None for path in manifest.paths])
    if there.paths:
        if show_progress:
            announce(
                f"Decoding {len(there.paths)} files, then cross-validating the recipe "
                f"{recipe.name} twice."
            )
        workers = dict(n_jobs=n_jobs, show_progress=show_progress)
        readable, measurements, found = _listen(there, len(manifest.rows), **workers)
        findings += found
        if measurements:
            scores, found = score_corpus(
                recipe, readable, measurements, random_state=random_state, memory=memory, **workers
            )
            findings = [*tell_scores(findings, scores), *found]
    return {
        "data": str(manifest.path),
        "n_files": len(manifest.rows),
        "n_missing": len(manifest.missing),
        "n_speakers": None if manifest.speakers is None else len(np.unique(manifest.speakers)),
        "speakers_from": manifest.speaker_source,
        "classes": np.unique(manifest.labels).tolist(),
        "recipe": recipe.name,
        "scores": scores,
        "findings": [finding.to_dict() for finding in sort_findings(findings)],
    }


def _listen(manifest, n_files, *, n_jobs, show_progress):
    """Decode every file; give the readable rows, what was measured, and what was found."""
    measurements, failures = measure_files(
        manifest.paths, n_jobs=n_jobs, progress="Listening" if show_progress else None
    )
    failures = [replace(failure, path=manifest.filenames[failure.index]) for failure in failures]
    readable = manifest.select([m is not None for m in measurements])
    measurements = [m for m in measurements if m is not None]
    findings = describe_missing("unreadable_audio", failures, n_files)
    if measurements:
        findings += [
            *check_exact_duplicates([m.digest for m in measurements], readable),
            *check_near_duplicates(measurements, readable),
            *check_sound(measurements, readable.labels, readable.filenames),
        ]
    return readable, measurements, findings
