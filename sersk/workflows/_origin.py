"""What the scores of a fit rest on, for ``results.json``."""

from sersk.audit import check_manifest, check_rows, sort_findings, summarise_sound
from sersk.persistence import library_versions
from sersk.workflows._relabel import describe_labels


def describe_origin(inputs, corpus, reports, asked):
    """Say what was fitted to what.

    Parameters
    ----------
    inputs : Inputs
        What the fit starts from.
    corpus : Corpus
        The clips that could be read.
    reports : list of (ClipReport or None)
        What was measured of each file.
    asked : dict
        The arguments of `sersk.workflows.fit`.

    Returns
    -------
    origin : dict
        Data, extraction, audit, recipe and versions; with None for what only the fit to all clips
        can tell.
    """
    return {
        "data": str(inputs.manifest.path),
        "data_sha256": inputs.manifest.sha256,
        "skipped": corpus.skipped,
        "extraction": {
            "computed": len(corpus.matrix) - corpus.n_reused,
            "reused": corpus.n_reused,
            "seconds": round(corpus.seconds, 3),
        },
        "labels": describe_labels(inputs.label_map, corpus.manifest),
        "recipe": inputs.recipe.name,
        "select": asked["select"],
        "params": {name: _plain(value) for name, value in (asked["params"] or {}).items()},
        "normalize_speakers": asked["normalize_speakers"],
        "search": None,
        "network": None,
        "sound": summarise_sound([report for report in reports if report is not None]),
        "audit": _audit(corpus.select(corpus.manifest.is_whole)),
        "test": None,
        "seed": asked["random_state"],
        "versions": library_versions(),
    }


def describe_search(search):
    """Say what a search found.

    Parameters
    ----------
    search : sklearn.model_selection.BaseSearchCV
        The fitted search.

    Returns
    -------
    description : dict
        The best parameters, and the unweighted average recall within its folds.
    """
    return {
        # Named as in the pipeline, which is inside another estimator where there are copies.
        "best_params": {
            k.removeprefix("estimator__"): _plain(v) for k, v in search.best_params_.items()
        },
        "inner_uar": float(search.best_score_),
    }


def _audit(corpus):
    """What can be found without decoding a file again."""
    findings = check_manifest(corpus.manifest) + check_rows(corpus.matrix, corpus.manifest)
    return [finding.to_dict() for finding in sort_findings(findings)]


def _plain(value):
    return list(value) if isinstance(value, tuple) else value
