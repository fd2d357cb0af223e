"""Findings about voices: one speaker under two names."""

import itertools

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sersk.audit._speakers import describe_two_names
from sersk.metrics import unweighted_average_recall

_MIN_CLIPS = 10
_N_FOLDS = 4
# Of the clips given to either of two names, the share that a classifier of all voices gives to the
# other: half where both are one person's, next to nothing where they are not.
_MIN_CONFUSION = 0.2
# What a classifier of these two alone then reaches: 0.4 to 0.7 where both are one person's, above
# 0.9 for the most alike of actors, and more where each name has moods of its own.
_MAX_RECALL = 0.7
# Below this share of all clips the features tell voices apart too badly to judge any.
_MIN_RECALL = 0.3


def check_voices(X, speakers):
    """Look for two names that no classifier of voices can tell apart.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Features that tell voices apart, such as MFCC statistics.
    speakers : ndarray of shape (n_samples,)
        Who speaks, by the CSV.

    Returns
    -------
    findings : list of Finding
        One of the kind ``speaker_under_two_names`` per pair of names.
    """
    names, counts = np.unique(speakers, return_counts=True)
    names = names[counts >= _MIN_CLIPS]
    if len(names) < 2:
        return []
    predicted = _recognise(X, speakers, names)
    judged = np.isin(speakers, names)
    recall = unweighted_average_recall(speakers[judged], predicted[judged])
    # Of two or three names even guessing is right often.
    if len(names) > 3 and recall < _MIN_RECALL:
        return []
    findings = []
    for a, b in itertools.combinations(names.tolist(), 2):
        if _confuse(speakers, predicted, a, b) < _MIN_CONFUSION:
            continue
        alone = _recognise(X, speakers, [a, b])
        is_theirs = np.isin(speakers, [a, b])
        recall = unweighted_average_recall(speakers[is_theirs], alone[is_theirs])
        if recall < _MAX_RECALL:
            why = f"seem to have one voice: a classifier of {a!r} and {b!r} is right for "
            why += f"{recall:.0%} of their clips, where guessing is for 50%"
            findings.append(describe_two_names(a, b, why, min(1.0, 2 * (1 - recall))))
    return findings


def _recognise(X, speakers, names):
    """Predict who speaks, of some names, by voices heard in other clips; none for other names."""
    kept = np.isin(speakers, names)
    folds = StratifiedKFold(_N_FOLDS, shuffle=True, random_state=0)
    # Equal priors: else a name with few clips would hardly ever be guessed.
    priors = np.full(len(names), 1 / len(names))
    voices = make_pipeline(
        StandardScaler(), LinearDiscriminantAnalysis("lsqr", shrinkage="auto", priors=priors)
    )
    predicted = np.full(len(speakers), "", dtype=speakers.dtype)
    predicted[kept] = cross_val_predict(voices, X[kept], speakers[kept], cv=folds)
    return predicted


def _confuse(speakers, predicted, a, b):
    """Share of the clips of one name that are given to the other, the lower of both directions."""
    shares = [np.mean(predicted[speakers == here] == there) for here, there in ((a, b), (b, a))]
    return float(min(shares))
