"""Findings about voices: one speaker under two names."""

import itertools

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sersk.audit._speakers import describe_two_names

_MIN_CLIPS = 10
_N_FOLDS = 4
# Of the clips given to either of two names, the share that goes to the wrong one: half where the
# names are one person's, next to nothing where they are not.
_MIN_CONFUSION = 0.2


def check_voices(X, speakers):
    """Look for two names that a classifier of voices cannot tell apart.

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
    if len(names) < 3:
        return []
    kept = np.isin(speakers, names)
    folds = StratifiedKFold(_N_FOLDS, shuffle=True, random_state=0)
    voices = make_pipeline(
        StandardScaler(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
    )
    predicted = cross_val_predict(voices, X[kept], speakers[kept], cv=folds)
    findings = []
    for a, b in itertools.combinations(names.tolist(), 2):
        confusion = _confuse(speakers[kept], predicted, a, b)
        if confusion > _MIN_CONFUSION:
            why = (
                f"have one voice: of the clips of {a!r} and {b!r}, {confusion:.0%} are taken for "
            )
            findings.append(describe_two_names(a, b, f"{why}the other's", 2 * confusion))
    return findings


def _confuse(speakers, predicted, a, b):
    """Lower share of the clips of one name that are taken for the other's."""
    shares = [np.mean(predicted[speakers == here] == there) for here, there in ((a, b), (b, a))]
    return float(min(shares))
