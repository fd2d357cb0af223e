"""From a CSV to a cross-validated, fitted pipeline."""

from dataclasses import dataclass

from sklearn.pipeline import Pipeline

from sersk.guards import measure_clips
from sersk.workflows._clips import extract_corpus
from sersk.workflows._facts import describe_folds
from sersk.workflows._guards import describe_guards, fit_guards, insert_guards
from sersk.workflows._inputs import describe_inputs, read_inputs
from sersk.workflows._learning import prepare_learning, with_store_for_copies
from sersk.workflows._model_description import describe_model
from sersk.workflows._networks import (
    describe_training,
    expect_trainings,
    keep_best_epoch,
)
from sersk.workflows._origin import describe_origin, describe_search
from sersk.workflows._scoring import (
    keep_whole,
    plan_folds,
    score_folds,
    warn_of_absent_classes,
)
from sersk.workflows._testing import score_test
from sersk.workflows._trial import Trial


@dataclass(frozen=True)
class FitResult:
    """A fitted pipeline and how it was scored.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Fitted on all clips.
    results : dict
        Scores, folds, and what they rest on; what ``results.json`` holds.
    description : dict
        What to know about the model; what ``model.json`` holds.
    """

    pipeline: Pipeline
    results: dict
    description: dict


@with_store_for_copies
def fit(
    data,
    *,
    recipe="default",
    select=None,
    params=None,
    labels=None,
    test=None,
    augment=None,
    copies=None,
    oversample=False,
    augment_each_epoch=False,
    protocol=None,
    n_splits=None,
    search=False,
    learning_curve=False,
    importance=False,
    normalize_speakers=False,
    random_state=0,
    on_error="raise",
    n_jobs=None,
    memory=None,
    checkpoint=None,
    show_progress=False,
    **columns,
):
    """Cross-validate a recipe on a corpus, then fit it on all of it.

    Features are extracted once; they learn nothing, so that is no leak. Everything that learns
    (scaler, selection, search, calibration, classifier) is fitted inside each fold.

    Parameters
    ----------
    data : path-like
        CSV of files, classes and, best, speakers; or a folder that `read_manifest` reads.
    recipe : str, Recipe, VoiceRecipe or NetworkRecipe, default="default"
        What to fit.
    select : int or None, default=None
        Keep this many features, those with the highest F value. None keeps all.
    params : dict or None, default=None
        Parameters of the recipe's pipeline, by their names in it, such as ``classifier__lr``.
    labels : str, path-like, LabelMap or None, default=None
        What the classes become, as for `sersk.datasets.find_label_map`. None leaves them as they
        are.
    test : path-like or None, default=None
        A further CSV, best of another corpus, to score the model on once it is fitted.
    augment : str, sequence or None, default=None
        Augmentations, or their names, as for `sersk.augmentation.make_augmentations`. Training
        clips then come with changed copies; clips to score never do. None makes those of the
        recipe, if it has any.
    copies : int or None, default=None
        Copies of each training clip. None makes one with each augmentation; 0 makes none.
    oversample : bool, default=False
        Make more copies of clips of rare classes, until all classes are equally frequent.
    augment_each_epoch : bool, default=False
        Change the training clips anew in each epoch, in place of copies; for networks only.
    protocol : str or None, default=None
        One of `sersk.model_selection.PROTOCOLS`. None chooses by what is known of the speakers;
        for a network it makes at most five folds.
    n_splits : int or None, default=None
        Number of folds. None leaves it to the protocol.
    search : bool, default=False
        Search the recipe's space, within each fold and for the final model.
    learning_curve : bool, default=False
        Score the recipe with fewer speakers as well, to tell what more of them would bring.
    importance : bool, default=False
        Measure what each extractor, block and descriptor contributes, to the recipe without
        copies.
    normalize_speakers : bool, default=False
        Measure the features of each speaker by all clips of that speaker. The model that is saved
        does so; its scores, which rest on that, stand apart under ``transductive``, beside those
        of the recipe without. Takes twice as long.
    random_state : int, default=0
        Seed of everything random.
    on_error : {"raise", "skip"}, default="raise"
        What to do about files that are missing or cannot be read.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    memory : path-like, FeatureStore or None, default=None
        Where features, and for networks the predictions of finished folds, are kept between
        calls, runs and processes. None computes them every time.
    checkpoint : path-like or None, default=None
        Where a network, while it is fitted on all clips, is saved as a model after each epoch
        that is the best so far. None saves none.
    show_progress : bool, default=False
        Show progress bars on stderr, when that is a terminal, and say what long work will cost.
    **columns : dict
        Further arguments of `sersk.datasets.read_manifest`.

    Returns
    -------
    result : FitResult
        Pipeline and scores.

    Raises
    ------
    ManifestError
        When the CSV, its classes or its speakers do not allow what is asked for.
    AudioReadError
        When a file cannot be read.
    RecipeError
        When there is no such recipe, it has fewer features than `select`, it is no network where
        each epoch is to change the clips, or it is one where speakers are to be normalised.
    """
    asked = dict(
        recipe=recipe,
        select=select,
        params=params,
        labels=labels,
        test=test,
        augment=augment,
        copies=copies,
        oversample=oversample,
        augment_each_epoch=augment_each_epoch,
        protocol=protocol,
        n_splits=n_splits,
        search=search,
        learning_curve=learning_curve,
        importance=importance,
        normalize_speakers=normalize_speakers,
        random_state=random_state,
        on_error=on_error,
    )
    inputs = read_inputs(data, **asked, **columns)
    facts = describe_inputs(inputs, data, asked, columns)
    recipe, pipeline = inputs.recipe, inputs.pipeline
    extractor = pipeline[0]
    reading = dict(on_error=on_error, n_jobs=n_jobs, memory=memory, show_progress=show_progress)
    corpus = extract_corpus(extractor, inputs.manifest, **reading)
    reports = measure_clips(
        list(dict.fromkeys(corpus.manifest.paths)),
        n_jobs=n_jobs,
        memory=memory,
        progress="Measuring" if show_progress else None,
    )
    learning = prepare_learning(
        pipeline,
        recipe.search_space,
        corpus,
        inputs.augmentations,
        copies=copies,
        oversample=oversample,
        each_epoch=augment_each_epoch,
        random_state=random_state,
        memory=memory,
        n_jobs=n_jobs,
        show_progress=show_progress,
    )
    folds = plan_folds(corpus.manifest, **inputs.split)
    facts["folds"] = describe_folds(corpus.manifest, folds)
    progress = dict(n_jobs=n_jobs, show_progress=show_progress)
    trial = Trial(pipeline, learning, corpus, folds, search, random_state, **progress)
    with expect_trainings(recipe, len(folds.splits) + 1, **progress):
        results = {
            **_score(trial, inputs, memory, asked),
            **describe_origin(inputs, corpus, reports, asked),
            "augment": learning.augment,
        }
        extractor.fit(corpus.manifest.paths)
        if recipe.is_network and not search:
            description = describe_model(extractor, corpus.manifest, results, facts)
            keep_best_epoch(trial.learner, extractor, checkpoint, description)
        guards = fit_guards(extractor, corpus, reports)
        plain = normalizing = None
        if test is not None or not normalize_speakers:
            plain = insert_guards(trial.fit_on_all(), *guards)
        if normalize_speakers:
            normalizing = insert_guards(trial.fit_normalized_on_all(), *guards)
    model = plain if normalizing is None else normalizing
    if search:
        results["search"] = describe_search(trial.learner)
    if recipe.is_network:
        model[-1].set_params(checkpoint=None)
        results["network"] = describe_training(recipe, model[-1])
    if test is not None:
        how = dict(label_map=inputs.label_map, normalizing=normalizing)
        results["test"] = score_test(plain, corpus.manifest, inputs.test, **how, **reading)
    description = describe_model(extractor, corpus.manifest, results, facts)
    return FitResult(model, results, {**description, "guards": describe_guards(*guards)})


def _score(trial, inputs, memory, asked):
    """Cross-validate, and measure what else was asked for under folds."""
    manifest, folds = trial.corpus.manifest, trial.folds
    # Folds are kept where they take long. A path does not say what the file holds, as rows of
    # features do.
    keeps_folds = inputs.recipe.is_network and inputs.augmentations is None
    out_of_fold, fold_s = trial.cross_validate(memory if keeps_folds else None)
    warn_of_absent_classes(manifest, folds)
    scores = score_folds(*keep_whole(manifest, folds, out_of_fold))
    transductive = learning_curve = importance = None
    if asked["normalize_speakers"]:
        transductive = trial.score_normalized()
    if asked["learning_curve"]:
        learning_curve = trial.draw_learning_curve(fold_s)
    if asked["importance"]:
        importance = trial.measure_importance(inputs.recipe.search_space, fold_s)
    return {
        **scores,
        "transductive": transductive,
        "learning_curve": learning_curve,
        "importance": importance,
    }
