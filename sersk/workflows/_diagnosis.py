"""What takes longer than the fit and is asked for by option: learning curve and importance."""

from sklearn.base import clone
from sklearn.pipeline import Pipeline

from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.features import RandomConvolutions, SpectrotemporalModulation
from sersk.model_selection import (
    Importance,
    SpeakerKFold,
    compute_importance,
    compute_learning_curve,
    group_descriptors,
)
from sersk.preprocessing import BlockScaler
from sersk.utils._blocks import slice_blocks
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


def measure_importance(learner, pipeline, corpus, *, fold_s, random_state, n_jobs, show_progress):
    """Measure what a learner leans on, by extractor, by block and by descriptor.

    Folds hold several speakers each, whatever the protocol: among the clips of one speaker nothing
    could be shuffled that tells speakers apart. It learns from no copies.

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
        ``by_extractor``, ``by_block`` (None where features are not in blocks) and
        ``by_descriptor``, each as `sersk.model_selection.Importance.to_dict` gives it.
    """
    corpus = corpus.select(corpus.manifest.is_whole)
    tables = {
        "by_extractor": _locate_extractors(pipeline[0]),
        "by_block": _locate_blocks(pipeline, corpus.matrix.shape[1]),
        "by_descriptor": _locate_descriptors(pipeline[0]),
    }
    # All at once, so that each fold is fitted once; the kind keeps equal names apart.
    columns = {(kind, name): chosen for kind, t in tables.items() for name, chosen in t.items()}
    y, speakers = corpus.manifest.labels, corpus.manifest.speakers
    splits = list(SpeakerKFold(_N_FOLDS, random_state=random_state).split(y, y, speakers))
    if show_progress:
        announce(
            f"Importance: {len(splits)} fits, {_format_s(len(splits) * fold_s)}, and predictions "
            f"for {_N_REPEATS * len(columns)} shuffled copies of the clips."
        )
    importance = compute_importance(
        _without_calibration(learner),
        corpus.matrix,
        y,
        splits,
        columns,
        speakers,
        n_repeats=_N_REPEATS,
        random_state=random_state,
        n_jobs=n_jobs,
        progress="Importance" if show_progress else None,
    )
    return {
        kind: _pick(importance, kind).to_dict() if table else None
        for kind, table in tables.items()
    }


def _pick(importance, kind):
    """Take the rows of one kind."""
    rows = [i for i, (of, _) in enumerate(importance.names) if of == kind]
    names = [importance.names[i][1] for i in rows]
    return Importance(names, importance.losses[rows], importance.uar)


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


def _locate_blocks(pipeline, n_features):
    """Columns of each block that is weighed as a whole."""
    scaler = pipeline.named_steps.get("scaler")
    if not isinstance(scaler, BlockScaler):
        return {}
    slices = slice_blocks(scaler.blocks, n_features, type(scaler).__name__)
    return {name: range(block.start, block.stop) for name, block in slices.items()}


def _locate_descriptors(extractor):
    """Columns of each descriptor; a bank of kernels or of filters is a single one."""
    names = extractor.get_feature_names_out().tolist()
    columns = _locate_extractors(extractor)
    for bank, part in extractor.extractors:
        if isinstance(part, (RandomConvolutions, SpectrotemporalModulation)):
            # With the underscore that ends the name of a descriptor.
            names[columns[bank].start : columns[bank].stop] = [f"{bank}_"] * len(columns[bank])
    return group_descriptors(names)


def _format_s(seconds):
    return f"about {seconds:.0f} s" if seconds < 90 else f"about {seconds / 60:.0f} min"
