"""What an audit learns from scores: by how much random folds flatter, and what else scores."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sersk.audit import Finding, check_voices, score_by_category
from sersk.datasets import Manifest
from sersk.exceptions import ManifestError
from sersk.features import MFCC
from sersk.metrics import (
    compare_predictions,
    summarise_uncertainty,
    unweighted_average_recall,
)
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
    bench = _Bench(manifest, random_state, n_jobs, memory, show_progress)
    pipeline = recipe.make_pipeline(random_state=random_state)
    X = bench.extract(pipeline[0], "Extracting")
    scores = dict.fromkeys(("independent", "random", "speaker_only", "sound_only"))
    findings = []
    if manifest.speakers is not None:
        findings += check_voices(bench.extract(MFCC()), manifest.speakers)
        speaker_only = score_by_category(manifest.speakers, manifest.labels)
        scores["speaker_only"] = {"protocol": None, "uar": speaker_only, "interval": None}
    try:
        honest = bench.score(pipeline[1:], X, None, "Unseen speakers")
        scores["random" if honest.optimistic else "independent"] = honest.score
        sound = bench.score(_make_sound_model(), _list_sound(measurements), None).score
        scores["sound_only"] = sound
        findings.append(_describe_sound(sound, honest.score))
        if honest.optimistic:
            findings.append(_describe_unknown(honest.score))
        else:
            random = bench.score(pipeline[1:], X, "stratified", "Random folds")
            scores["random"] = random.score
            findings.append(_describe_gap(honest, random, manifest))
    except ManifestError as error:
        # A corpus with a class of one clip, say: what was measured by then is told all the same.
        # What follows the first sentence names options of sersk fit.
        message = str(error).partition(". ")[0].removesuffix(".") + "."
        advice = "The scores that need these folds are left out."
        findings.append(Finding("no_score", "note", [], 0.0, message, advice))
    return scores, findings


@dataclass(frozen=True)
class _Outcome:
    """A cross-validation: its predictions, its score, and whether speakers are shared."""

    predicted: np.ndarray
    score: dict
    optimistic: bool


@dataclass(frozen=True)
class _Bench:
    """One corpus, to try several things on under the same conditions."""

    manifest: Manifest
    random_state: int
    n_jobs: int | None
    memory: object
    show_progress: bool

    def extract(self, extractor, progress=None):
        return extract_clips(
            extractor,
            self.manifest.filenames,
            self.manifest.paths,
            n_jobs=self.n_jobs,
            memory=self.memory,
            on_error="skip",
            progress=progress if self.show_progress else None,
        ).matrix

    def score(self, learner, X, protocol, progress=None):
        y, speakers = self.manifest.labels, self.manifest.speakers
        folds = self._plan(protocol)
        predicted = cross_validate_predictions(
            learner,
            X,
            y,
            folds.splits,
            None if folds.optimistic else speakers,
            n_jobs=self.n_jobs,
            progress=progress if self.show_progress else None,
        ).predictions
        interval = summarise_uncertainty(y, predicted, speakers, cross_validated=True)["uar"]
        uar = unweighted_average_recall(y, predicted)
        score = {"protocol": folds.name, "uar": uar, "interval": interval}
        return _Outcome(predicted, score, folds.optimistic)

    def _plan(self, protocol):
        how = dict(protocol=protocol, n_splits=None, random_state=self.random_state)
        without_folds = replace(self.manifest, folds=None)
        if protocol is not None:
            return plan_folds(without_folds, **how)
        folds = plan_folds(self.manifest, **how)
        if folds.optimistic and self.manifest.speakers is not None:
            # Given folds that share speakers are an error of their own; these do not.
            return plan_folds(without_folds, **how)
        return folds


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


def _describe_gap(honest, random, manifest):
    test = compare_predictions(
        manifest.labels, random.predicted, honest.predicted, manifest.speakers
    )
    # As a reader subtracts them.
    gap = round(100 * random.score["uar"]) - round(100 * honest.score["uar"])
    points = f"{gap} points" if abs(gap) != 1 else f"{gap} point"
    if test.low is not None:
        points += f" ({100 * test.low:.0f} to {100 * test.high:.0f})"
    is_clear = test.low is None or test.low > 0
    what = "is what knowing the speakers brings" if is_clear else "may be chance"
    return Finding(
        "optimism_gap",
        "note",
        [],
        test.difference,
        f"Random folds give a UAR of {_format_score(random.score)}, unseen speakers "
        f"{_format_score(honest.score)}. The gap of {points} {what}.",
        "Report the score on unseen speakers.",
    )


def _describe_unknown(score):
    return Finding(
        "optimistic_folds",
        "warning",
        [],
        score["uar"],
        f"Speakers are not known, so the UAR of {_format_score(score)} may come from knowing the "
        "voices.",
        "Add a column of speakers (--group-column), or tell them from the file names with "
        "--speaker-pattern.",
    )


def _format_score(score):
    if score["interval"] is None:
        return f"{score['uar']:.2f}"
    low, high = score["interval"]
    return f"{score['uar']:.2f} ({low:.2f} to {high:.2f})"
