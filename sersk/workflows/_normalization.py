"""Models that measure each speaker by their own clips, and the scores that rest on that."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from sersk.exceptions import DataWarning, ManifestError, RecipeError
from sersk.preprocessing import SpeakerNormalizer
from sersk.utils._metadata import call_with_metadata
from sersk.workflows._parts import split_model

_STEP = "speakers"
_KEPT = (
    *("uar", "accuracy", "macro_f1", "weighted_f1", "roc_auc", "log_loss", "calibration_error"),
    *("interval", "per_class", "per_speaker", "confusion_matrix"),
)


def check_normalization(recipe, **asked):
    """Raise where speakers cannot be normalised.

    Parameters
    ----------
    recipe : Recipe, VoiceRecipe or NetworkRecipe
        What would be fitted.
    **asked : dict of str to bool
        What else is asked for that predicts clips without knowing who speaks, by its name.

    Raises
    ------
    RecipeError
        When it is a network.
    ValueError
        When anything of that kind is asked for.
    """
    if recipe.is_network:
        raise RecipeError(
            f"Speakers are normalised before a classifier of single rows. Recipe {recipe.name!r} "
            "is a network. Leave out --normalize-speakers, or take another recipe, such as "
            "default or svm."
        )
    clashing = [f"--{name.replace('_', '-')}" for name, is_on in asked.items() if is_on]
    if clashing:
        raise ValueError(
            f"{clashing[0]} predicts clips without knowing who speaks, which a model that "
            f"normalises speakers needs. Leave out {clashing[0]} or --normalize-speakers."
        )


def require_speakers(manifest):
    """Raise where it is not known who speaks.

    Parameters
    ----------
    manifest : Manifest
        The clips.

    Raises
    ------
    ManifestError
        When they have no speakers.
    """
    if manifest.speakers is None:
        raise ManifestError(
            f"{manifest.path} does not say who speaks, and speakers are to be normalised. Name "
            "their column with --group-column or their place in the file names with "
            "--speaker-pattern, or leave out --normalize-speakers."
        )


def normalize_learning(learning):
    """Put the normalisation of speakers between features and what learns from them.

    Parameters
    ----------
    learning : Learning
        What to fit; it stays as it is.

    Returns
    -------
    learning : Learning
        The same with one more step.
    """
    learner = clone(learning.estimator)
    if learning.augment is None:
        return replace(learning, estimator=_insert(learner, 0))
    # Copies are made inside the fit, so that it is inside of that.
    return replace(learning, estimator=learner.set_params(estimator=_insert(learner.estimator, 1)))


def _insert(pipeline, place):
    steps = list(pipeline.steps)
    steps.insert(place, (_STEP, SpeakerNormalizer()))
    return Pipeline(steps)


def normalizes_speakers(pipeline):
    """Tell whether a model measures each speaker by their own clips.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A model, as `fit` gives it.

    Returns
    -------
    is_normalizing : bool
        Whether it wants to know who speaks.

    Examples
    --------
    >>> from sersk.recipes import make_recipe
    >>> from sersk.workflows import normalizes_speakers
    >>> normalizes_speakers(make_recipe("svm")[0])
    False
    """
    return _find_normalizer(pipeline) is not None


def _find_normalizer(pipeline):
    steps = (step for _, step in pipeline.steps)
    return next((step for step in steps if isinstance(step, SpeakerNormalizer)), None)


def predict_rows(pipeline, matrix, speakers=None):
    """Probability of each class for rows of features.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A model whose first step reads paths.
    matrix : ndarray of shape (n_samples, n_features), or (n_samples,) of sequences
        What that step gives.
    speakers : ndarray of shape (n_samples,) or None, default=None
        Who speaks, to normalise them; None does without.

    Returns
    -------
    probabilities : ndarray of shape (n_samples, n_classes)
        Columns in the order of the model's classes.
    """
    _, judge = split_model(pipeline)
    if speakers is None:
        return judge.predict_proba(matrix)
    return call_with_metadata(judge, "predict_proba", matrix, groups=speakers)


def warn_of_few_clips(pipeline, speakers, *, stacklevel=3):
    """Warn of speakers who cannot be normalised, for want of clips or of a name.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A model that normalises speakers, fitted or not.
    speakers : array-like of shape (n_samples,)
        Who speaks; None or NaN where that is not known.
    stacklevel : int, default=3
        Whose line the warning names.
    """
    min_clips = _find_normalizer(pipeline).min_clips
    counts = pd.Series(np.asarray(speakers, dtype=object), dtype=object).value_counts()
    n_few, n_nameless = int((counts < min_clips).sum()), len(speakers) - int(counts.sum())
    if n_few:
        warnings.warn(
            f"{n_few} of {len(counts)} speakers have fewer than {min_clips} clips: too few to "
            "measure a speaker by, so theirs are not normalised.",
            DataWarning,
            stacklevel=stacklevel,
        )
    if n_nameless:
        warnings.warn(
            f"Of {n_nameless} of {len(speakers)} clips it is not known who speaks: these are not "
            "normalised.",
            DataWarning,
            stacklevel=stacklevel,
        )


def pick_transductive(scores, other):
    """Keep of scores what is shown beside those that a stranger's single clip can have.

    Parameters
    ----------
    scores : dict
        What `sersk.workflows._scoring.score_predictions` gives.
    other : str
        What the other scores, beside these, are of.

    Returns
    -------
    transductive : dict
        Scores, intervals, and ``note``: what they rest on.
    """
    note = (
        "Transductive: each speaker's own unlabelled clips were used to judge each of them. The "
        f"other scores are of {other}."
    )
    return {**{key: scores[key] for key in _KEPT}, "note": note}
