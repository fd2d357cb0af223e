"""What takes longer than the fit and is asked for by option: learning curve and importance."""

from sklearn.base import clone
from sklearn.pipeline import Pipeline

from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.model_selection import (
    SpeakerKFold,
    compute_importance,
    compute_learning_curve,
    group_descriptors,
)
from sersk.utils._progress import announce

_N_REPEATS = 5
_N_FOLDS = 5
_N_SIZES = 5


def draw_learning_curve(learner, X, manifest, *, fold_s, random_state, n_jobs, show_progress):
    """Score a learner after learning from few, more and most speakers.

    Parameters
    ----------
    learner : estimator
        Classifier, pipeline or search; it stays as it is.
    X : ndarray of shape (n_samples, …)
        What it takes: rows of features, or paths.
    manifest : Manifest
        The clips. Those that count in part to several classes are left out.
    fold_s : float
        How long a fold of the cross-validation took, in seconds.
    random_state : int
        Seed of folds and subsets.
    n_jobs : int or None
        Number of workers.
    show_progress : bool
        Say what it costs, and show a bar, on stderr.

    Returns
    -------
    curve : dict
        As `sersk.model_selection.LearningCurve.to_dict` gives it.
    """
    if show_progress:
        n_fits = _N_REPEATS * _N_FOLDS * _N_SIZES
        announce(f"Learning curve: {n_fits} fits, {_format_s(n_fits * fold_s)} at most.")
    whole = manifest.select(manifest.is_whole)
    curve = compute_learning_curve(
        _without_calibration(learner),
        X[manifest.is_whole],
        whole.labels,
        whole.speakers,
        n_repeats=_N_REPEATS,
        n_splits=_N_FOLDS,
        random_state=random_state,
        n_jobs=n_jobs,
        progress="Learning curve" if show_progress else None,
    )
    return curve.to_dict()


def measure_importance(learner, extractor, corpus, *, fold_s, random_state, n_jobs, show_progress):
    """Measure what a learner leans on, by extractor and by descriptor.

    Folds hold several speakers each, whatever the protocol: among the clips of one speaker nothing
    could be shuffled that tells speakers apart.

    Parameters
    ----------
    learner : estimator
        Classifier, pipeline or search; it stays as it is.
    extractor : AudioFeatures
        What the features are from.
    corpus : Corpus
        Clips and features. Those that count in part to several classes are left out.
    fold_s : float
        How long a fold of the cross-validation took, in seconds.
    random_state : int
        Seed of folds and shuffling.
    n_jobs : int or None
        Number of workers.
    show_progress : bool
        Say what it costs, and show a bar, on stderr.

    Returns
    -------
    importance : dict
        ``by_extractor`` and ``by_descriptor``, each as
        `sersk.model_selection.Importance.to_dict` gives it.
    """
    corpus = corpus.select(corpus.manifest.is_whole)
    descriptors = group_descriptors(extractor.get_feature_names_out())
    extractors = _locate_extractors(extractor)
    y, speakers = corpus.manifest.labels, corpus.manifest.speakers
    splits = list(SpeakerKFold(_N_FOLDS, random_state=random_state).split(y, y, speakers))
    if show_progress:
        n_copies = _N_REPEATS * (len(descriptors) + len(extractors))
        announce(
            f"Importance: {2 * len(splits)} fits, {_format_s(2 * len(splits) * fold_s)}, and "
            f"predictions for {n_copies} shuffled copies of the clips."
        )

    def measure(columns, what):
        return compute_importance(
            _without_calibration(learner),
            corpus.matrix,
            y,
            splits,
            columns,
            speakers,
            n_repeats=_N_REPEATS,
            random_state=random_state,
            n_jobs=n_jobs,
            progress=f"Importance of {what}" if show_progress else None,
        ).to_dict()

    return {
        "by_extractor": measure(extractors, "extractors"),
        "by_descriptor": measure(descriptors, "descriptors"),
    }


def _without_calibration(learner):
    """Leave the temperature out: it takes several fits, and changes no label."""
    if isinstance(learner, Pipeline) and isinstance(learner[-1], SpeakerCalibratedClassifier):
        *steps, (name, classifier) = clone(learner).steps
        return Pipeline([*steps, (name, classifier.estimator)])
    if hasattr(learner, "augmentations"):
        return clone(learner).set_params(estimator=_without_calibration(learner.estimator))
    return learner


def _locate_extractors(extractor):
    """Columns of each part of a union."""
    columns, start = {}, 0
    for name, part in extractor.extractors:
        stop = start + len(part.get_feature_names_out())
        columns[name] = range(start, stop)
        start = stop
    return columns


def _format_s(seconds):
    return f"about {seconds:.0f} s" if seconds < 90 else f"about {seconds / 60:.0f} min"
