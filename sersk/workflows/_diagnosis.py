"""What takes longer than the fit and is asked for by option: learning curve and importance."""

from dataclasses import replace

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
from sersk.workflows._parts import locate_blocks, locate_extractors

_N_REPEATS = 5
_N_FOLDS = 5
_N_SIZES = 5
# Of so many descriptors the single features are shuffled, too.
_N_DESCRIPTORS = 10


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


def measure_importance(learner, pipeline, corpus, *, fold_s, random_state, n_jobs, show_progress):
    """Measure what a learner leans on, from whole extractors down to single features.

    Folds hold several speakers each, whatever the protocol: among the clips of one speaker nothing
    could be shuffled that tells speakers apart. It learns from no copies. Thousands of single
    features would be too dear: only those of the most important descriptors are shuffled, and none
    of a bank, whose columns mean nothing alone.

    Parameters
    ----------
    learner : estimator
        From rows of features to classes, or a search; it stays as it is.
    pipeline : Pipeline
        What it is of, from clips to classes.
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
        ``by_extractor``, ``by_block`` (None where features are not in blocks), ``by_descriptor``
        and ``by_feature`` (of the ten descriptors that matter most; None where there are only
        banks), each as `sersk.model_selection.Importance.to_dict` gives it.
    """
    corpus = corpus.select(corpus.manifest.is_whole)
    learner = _without_calibration(learner)
    y, speakers = corpus.manifest.labels, corpus.manifest.speakers
    splits = list(SpeakerKFold(_N_FOLDS, random_state=random_state).split(y, y, speakers))

    def shuffle(columns, what):
        if show_progress:
            announce(
                f"{what}: {len(splits)} fits, {_format_s(len(splits) * fold_s)}, and predictions "
                f"for {_N_REPEATS * len(columns)} shuffled copies of the clips."
            )
        return compute_importance(
            learner,
            corpus.matrix,
            y,
            splits,
            columns,
            speakers,
            n_repeats=_N_REPEATS,
            random_state=random_state,
            n_jobs=n_jobs,
            progress=what if show_progress else None,
        )

    descriptors = _locate_descriptors(pipeline[0])
    tables = {
        "by_extractor": locate_extractors(pipeline[0]),
        "by_block": locate_blocks(pipeline, corpus.matrix.shape[1]),
        "by_descriptor": descriptors,
    }
    # All at once, so that each fold is fitted once; the kind keeps equal names apart.
    columns = {(kind, name): chosen for kind, t in tables.items() for name, chosen in t.items()}
    importance = shuffle(columns, "Importance")
    measured = {kind: _pick(importance, kind) if table else None for kind, table in tables.items()}
    features = _locate_features(pipeline[0], descriptors, measured["by_descriptor"].names)
    measured["by_feature"] = shuffle(features, "Importance of features") if features else None
    return {kind: table and table.to_dict() for kind, table in measured.items()}


def _pick(importance, kind):
    """Take the rows of one kind, under their own names."""
    rows = [i for i, (of, _) in enumerate(importance.names) if of == kind]
    return replace(importance.select(rows), names=[importance.names[i][1] for i in rows])


def _without_calibration(learner):
    """Leave the temperature out: it takes several fits, and changes no label."""
    if isinstance(learner, Pipeline) and isinstance(learner[-1], SpeakerCalibratedClassifier):
        *steps, (name, classifier) = clone(learner).steps
        return Pipeline([*steps, (name, classifier.estimator)])
    if hasattr(learner, "augmentations"):
        return clone(learner).set_params(estimator=_without_calibration(learner.estimator))
    return learner


def _locate_descriptors(extractor):
    """Columns of each descriptor; a bank of kernels or of filters is a single one."""
    names = extractor.get_feature_names_out().tolist()
    for bank, chosen in _locate_banks(extractor).items():
        # With the underscore that ends the name of a descriptor.
        names[chosen.start : chosen.stop] = [f"{bank}_"] * len(chosen)
    return group_descriptors(names)


def _locate_banks(extractor):
    columns = locate_extractors(extractor)
    return {name: columns[name] for name, part in extractor._parts if part._is_bank}


def _locate_features(extractor, descriptors, ranked):
    """The column of each single feature of the first descriptors that are no banks."""
    banks = _locate_banks(extractor)
    first = [name for name in ranked if name not in banks][:_N_DESCRIPTORS]
    names = extractor.get_feature_names_out()
    return {names[i]: [i] for name in first for i in descriptors[name]}


def _format_s(seconds):
    return f"about {seconds:.0f} s" if seconds < 90 else f"about {seconds / 60:.0f} min"
