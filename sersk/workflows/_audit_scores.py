"""What an audit learns from scores: by how much random folds flatter, and what else scores."""

from dataclasses import replace

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sersk.audit import Finding, check_voices, score_by_category
from sersk.exceptions import ManifestError
from sersk.features import MFCC
from sersk.metrics import summarise_uncertainty, unweighted_average_recall
from sersk.model_selection import cross_validate_predictions
from sersk.workflows._clips import extract_clips
from sersk.workflows._scoring import plan_folds


def score_corpus(recipe, manifest, measurements, *, random_state, n_jobs, memory, show_progress):
    """Score a recipe under both kinds of folds, and what knows next to nothing beside it.

    Parameters
    ----------
    recipe : Recipe
        What to score.
    manifest : Manifest
        Clips that can be read.
    measurements : list of Measurement
        What was measured of each.
    random_state : int
        Seed of everything random.
    n_jobs : int or None
        Number of workers.
    memory : path-like, FeatureStore or None
        Where features are kept.
    show_progress : bool
        Show progress bars on stderr, when that is a terminal.

    Returns
    -------
    scores : dict
        ``independent`` (speakers), ``random`` (folds), ``speaker_only`` and ``sound_only``: each
        None, or a dict with ``protocol``, ``uar`` and ``interval``.
    findings : list of Finding
        What follows from them.
    """

    def extract(extractor, progress=None):
        return extract_clips(
            extractor,
            manifest.filenames,
            manifest.paths,
            n_jobs=n_jobs,
            memory=memory,
            on_error="skip",
            progress=progress,
        ).matrix

    pipeline = recipe.make_pipeline(random_state=random_state)
    X = extract(pipeline[0], "Extracting" if show_progress else None)
    findings = []
    if manifest.speakers is not None:
        findings += check_voices(extract(MFCC()), manifest.speakers)

    def score(learner, X, protocol, progress=None):
        folds = plan_folds(
            replace(manifest, folds=None) if protocol == "stratified" else manifest,
            protocol=protocol,
            n_splits=None,
            random_state=random_state,
        )
        groups = None if folds.optimistic else manifest.speakers
        predicted = cross_validate_predictions(
            learner,
            X,
            manifest.labels,
            folds.splits,
            groups,
            n_jobs=n_jobs,
            progress=progress if show_progress else None,
        ).predictions
        return folds, _summarise(folds.name, manifest, predicted)

    scores = dict.fromkeys(("independent", "random", "speaker_only", "sound_only"))
    try:
        folds, honest = score(pipeline[1:], X, None, "Unseen speakers")
        if folds.optimistic:
            scores["random"] = honest
            findings.append(_describe_unknown(folds, honest))
        else:
            scores["independent"] = honest
        _, scores["sound_only"] = score(_make_sound_model(), _list_sound(measurements), None)
        findings.append(_describe_sound(scores["sound_only"], honest))
        if scores["random"] is None:
            _, scores["random"] = score(pipeline[1:], X, "stratified", "Random folds")
            findings.append(_describe_gap(honest, scores["random"]))
    except ManifestError as error:
        # A corpus with a class of one clip, say: what was measured by then is told all the same.
        findings.append(Finding("no_score", "note", [], 0.0, str(error), "Mend the corpus first."))
    if manifest.speakers is not None and scores["random"] is not None:
        uar = score_by_category(manifest.speakers, manifest.labels)
        scores["speaker_only"] = {"protocol": "leave-one-clip-out", "uar": uar, "interval": None}
    return scores, findings


def tell_scores(findings, scores):
    """Put the score of the model beside that of the speaker alone.

    Parameters
    ----------
    findings : list of Finding
        Findings so far.
    scores : dict
        What `score_corpus` gave.

    Returns
    -------
    findings : list of Finding
        Those about speakers with a single class tell the score of the model.
    """
    if scores["random"] is None:
        return findings
    beside = f" The recipe reaches {scores['random']['uar']:.2f} under random folds"
    if scores["independent"] is not None:
        beside += f", and {scores['independent']['uar']:.2f} on unseen speakers"
    return [
        replace(f, message=f"{f.message}{beside}.") if f.kind == "single_class_speaker" else f
        for f in findings
    ]


def _summarise(protocol, manifest, predicted):
    interval = summarise_uncertainty(
        manifest.labels, predicted, manifest.speakers, cross_validated=True
    )
    return {
        "protocol": protocol,
        "uar": unweighted_average_recall(manifest.labels, predicted),
        "interval": interval["uar"],
    }


def _make_sound_model():
    return make_pipeline(
        StandardScaler(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
    )


def _list_sound(measurements):
    """Duration, level and silence of each clip; what a meter tells without hearing a word."""
    rows = [(np.log(m.duration_s), m.level_db, m.silence) for m in measurements]
    return np.array(rows)


def _describe_sound(alone, model):
    return Finding(
        "sound_only",
        "note",
        [],
        alone["uar"],
        f"Duration, level and share of silence alone reach a UAR of {_format_score(alone)}; the "
        f"recipe reaches {_format_score(model)}.",
        "Loudness and pace do carry emotion. Where they also tell how a clip was recorded or cut, "
        "a model may lean on that.",
    )


def _describe_gap(honest, random):
    gap = random["uar"] - honest["uar"]
    return Finding(
        "optimism_gap",
        "note",
        [],
        gap,
        f"Random folds give a UAR of {_format_score(random)}, unseen speakers "
        f"{_format_score(honest)}: {100 * gap:.0f} points come from knowing the speakers.",
        "Report the score on unseen speakers.",
    )


def _describe_unknown(folds, score):
    why = (
        "Speakers are not known"
        if folds.name == "stratified"
        else "The given folds share speakers, or these are not known"
    )
    return Finding(
        "optimistic_folds",
        "warning",
        [],
        score["uar"],
        f"{why}, so the UAR of {_format_score(score)} may come from knowing the voices.",
        "Add a column of speakers (--group-column), or tell them from the file names with "
        "--speaker-pattern.",
    )


def _format_score(score):
    if score["interval"] is None:
        return f"{score['uar']:.2f}"
    low, high = score["interval"]
    return f"{score['uar']:.2f} ({low:.2f} to {high:.2f})"
