"""Several recipes under the same folds."""

from dataclasses import dataclass, replace

from sersk.exceptions import RecipeError
from sersk.metrics import adjust_p_values, compare_predictions, unweighted_average_recall
from sersk.model_selection import cross_validate_predictions, make_search
from sersk.persistence import library_versions
from sersk.recipes import find_recipe
from sersk.workflows._clips import Corpus, extract_corpus, read_labelled_clips
from sersk.workflows._fold_memory import open_fold_memory, trim_fold_memory
from sersk.workflows._learning import find_augmentations, prepare_learning, with_store_for_copies
from sersk.workflows._networks import describe_network, expect_trainings
from sersk.workflows._relabel import describe_labels, find_labels
from sersk.workflows._scoring import keep_whole, plan_folds, score_folds, warn_of_absent_classes

# What a row of the leaderboard takes from the scores of its recipe.
_KEYS = ("uar", "accuracy", "macro_f1", "weighted_f1", "roc_auc", "log_loss", "calibration_error")


@dataclass(frozen=True)
class _Contender:
    """A row of the leaderboard."""

    name: str
    recipe: object
    corpus: Corpus
    augmentations: list | None
    copies: int | None


@with_store_for_copies
def compare(
    data,
    recipes,
    *,
    labels=None,
    augment=None,
    copies=None,
    protocol=None,
    n_splits=None,
    search=False,
    inflation=False,
    random_state=0,
    on_error="raise",
    n_jobs=None,
    memory=None,
    show_progress=False,
    **columns,
):
    """Score several recipes on one corpus under the same folds, and test them against the best.

    Parameters
    ----------
    data : path-like
        CSV of files, classes and, best, speakers; or a folder that `read_manifest` reads.
    recipes : sequence of (str, Recipe or NetworkRecipe)
        What to compare, at least two; with augmentations one is enough.
    labels : str, path-like, LabelMap or None, default=None
        What the classes become, as for `sersk.datasets.find_label_map`. None leaves them as they
        are.
    augment : str or None, default=None
        Names of augmentations, as for `sersk.augmentation.make_augmentations`: each recipe is
        scored with changed copies of its training clips as well. None makes those of the recipe,
        if it has any.
    copies : int or None, default=None
        Copies of each training clip. None makes one with each augmentation; 0 makes none, not
        even those of a recipe.
    protocol : str or None, default=None
        One of `sersk.model_selection.PROTOCOLS`. None chooses by what is known of the speakers.
    n_splits : int or None, default=None
        Number of folds. None leaves it to the protocol.
    search : bool, default=False
        Search the space of each recipe, within each fold.
    inflation : bool, default=False
        Score each recipe under random folds as well, to show by how much these flatter.
    random_state : int, default=0
        Seed of everything random.
    on_error : {"raise", "skip"}, default="raise"
        What to do about files that are missing or cannot be read.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    memory : path-like, FeatureStore or None, default=None
        Where features and the predictions of finished folds are kept, so that a comparison that
        was interrupted goes on from there. None computes everything.
    show_progress : bool, default=False
        Show progress bars on stderr, when that is a terminal.
    **columns : dict
        Further arguments of `sersk.datasets.read_manifest`.

    Returns
    -------
    comparison : dict
        ``leaderboard``, a list of dict, the best recipe first: its scores, its interval, and its
        ``difference`` to the best with ``interval``, ``p_value`` and ``p_adjusted`` (Holm);
        ``protocol``, folds and counts.

    Raises
    ------
    RecipeError
        When there are too few recipes, or one is there twice or unknown.
    ManifestError
        When the CSV, its classes or its speakers do not allow what is asked for.
    AudioReadError
        When a file cannot be read.
    """
    recipes = [find_recipe(r) if isinstance(r, str) else r for r in recipes]
    names = [recipe.name for recipe in recipes]
    if len(names) < (2 if augment is None else 1) or len(set(names)) < len(names):
        raise RecipeError(
            f"The recipes to compare must be two or more different ones. Got: {', '.join(names)}."
        )
    augmentations, own_copies = None, copies
    if augment is not None or all(recipe.augment is None for recipe in recipes):
        augmentations, own_copies = find_augmentations(augment, copies), None
    label_map = find_labels(labels)
    manifest = read_labelled_clips(
        data, on_error=on_error, protocol=protocol, label_map=label_map, **columns
    )
    is_network = any(recipe.is_network for recipe in recipes)
    how = dict(n_splits=n_splits, random_state=random_state, is_network=is_network)
    _plan_all(manifest, protocol, inflation, how)
    corpora = []
    for recipe in recipes:
        corpus = extract_corpus(
            recipe.make_pipeline(random_state=random_state)[0],
            manifest,
            n_jobs=n_jobs,
            memory=memory,
            on_error=on_error,
            show_progress=show_progress,
        )
        # A file that cannot be read fails for every recipe, and is told once.
        manifest = corpus.manifest
        corpora.append(corpus)
    folds, random_folds = _plan_all(manifest, protocol, inflation, how)
    contenders = [
        _contend(recipe, corpus, own_copies)
        for recipe, corpus in zip(recipes, corpora, strict=True)
    ]
    if augment is not None:
        contenders += [
            replace(c, name=f"{c.name} + {augment}", augmentations=augmentations, copies=copies)
            for c in contenders
        ]
    fold_memory = open_fold_memory(memory)

    def predict(contender, folds, what=""):
        learning = prepare_learning(
            contender.recipe.make_pipeline(random_state=random_state),
            contender.recipe.search_space,
            contender.corpus,
            contender.augmentations,
            copies=contender.copies,
            oversample=False,
            random_state=random_state,
            memory=memory,
            n_jobs=n_jobs,
            show_progress=show_progress,
        )
        learner = learning.estimator
        if search:
            learner = make_search(learner, learning.search_space, random_state=random_state)
        with expect_trainings(
            contender.recipe, len(folds.splits), n_jobs=n_jobs, show_progress=show_progress
        ):
            return cross_validate_predictions(
                learner,
                learning.X,
                manifest.labels,
                folds.splits,
                None if folds.optimistic else manifest.speakers,
                sample_weight=manifest.weights,
                n_jobs=n_jobs,
                # A path does not say what the file holds, as rows of features do.
                memory=fold_memory if contender.augmentations is None else None,
                progress=f"{contender.name}{what}" if show_progress else None,
            )

    outcomes = [predict(contender, folds) for contender in contenders]
    warn_of_absent_classes(manifest, folds)
    scored = [keep_whole(manifest, folds, outcome) for outcome in outcomes]
    scores = [score_folds(*whole) for whole in scored]
    rows = [
        {
            "recipe": contender.name,
            **{key: s[key] for key in _KEYS},
            "interval": s["interval"]["uar"],
            "network": describe_network(contender.recipe),
        }
        for contender, s in zip(contenders, scores, strict=True)
    ]
    if inflation:
        for row, contender in zip(rows, contenders, strict=True):
            outcome = predict(contender, random_folds, " (random folds)")
            whole, _, outcome = keep_whole(manifest, random_folds, outcome)
            row["random_uar"] = unweighted_average_recall(whole.labels, outcome.predictions)
            row["inflation"] = row["random_uar"] - row["uar"]
    reasons = [s["interval"]["reason"] for s in scores]
    _test_against_best(rows, [outcome for _, _, outcome in scored], scored[0][0])
    trim_fold_memory(fold_memory)
    return {
        "data": str(manifest.path),
        "data_sha256": manifest.sha256,
        "protocol": folds.name,
        "optimistic": folds.optimistic,
        "n_folds": len(folds.splits),
        "n_clips": scores[0]["n_clips"],
        "labels": describe_labels(label_map, manifest),
        "augment": augment,
        "copies": copies,
        "n_speakers": scores[0]["n_speakers"],
        "speakers_from": manifest.speaker_source,
        "classes": scores[0]["classes"],
        "skipped": corpora[0].skipped,
        "reason_without_interval": reasons[0] if all(reasons) else None,
        "search": search,
        "seed": random_state,
        "leaderboard": sorted(rows, key=lambda row: -row["uar"]),
        "versions": library_versions(),
    }


def _contend(recipe, corpus, copies):
    """Let a recipe contend with its own copies, if it has any."""
    copies = None if recipe.augment is None else copies
    augmentations = find_augmentations(None, copies, recipe=recipe)
    return _Contender(recipe.name, recipe, corpus, augmentations, copies)


def _plan_all(manifest, protocol, inflation, how):
    """Plan the folds asked for and, where inflation is, random ones."""
    folds = plan_folds(manifest, protocol=protocol, **how)
    if not inflation:
        return folds, None
    return folds, plan_folds(replace(manifest, folds=None), protocol="stratified", **how)


def _test_against_best(rows, outcomes, manifest):
    """Add to each row its difference to the best one, tested over speakers."""
    best = max(range(len(rows)), key=lambda i: rows[i]["uar"])
    others = [i for i in range(len(rows)) if i != best]
    tests = {
        i: compare_predictions(
            manifest.labels,
            outcomes[i].predictions,
            outcomes[best].predictions,
            manifest.speakers,
        )
        for i in others
    }
    rows[best]["difference"] = None
    tested = [i for i in others if tests[i].p_value is not None]
    adjusted = dict(zip(tested, adjust_p_values([tests[i].p_value for i in tested]), strict=True))
    for i, test in tests.items():
        rows[i]["difference"] = {
            "uar": test.difference,
            "interval": None if test.low is None else [test.low, test.high],
            "p_value": test.p_value,
            "p_adjusted": None if i not in adjusted else float(adjusted[i]),
        }
