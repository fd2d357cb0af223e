"""What is fitted in each fold: to rows of features, or to clips and changed copies of them."""

import functools
import inspect
import tempfile
from dataclasses import dataclass
from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline

from sersk.exceptions import RecipeError
from sersk.features import FeatureStore
from sersk.recipes import find_recipe


@dataclass(frozen=True)
class Learning:
    """What is cross-validated, and searched.

    Attributes
    ----------
    estimator : estimator
        What to fit.
    X : ndarray of shape (n_samples, …)
        What it takes: rows of features, or paths.
    search_space : dict of str to list
        Its parameters worth trying.
    augment : dict or None
        How copies are made, or clips changed in each epoch; None where neither is.
    """

    estimator: BaseEstimator
    X: np.ndarray
    search_space: dict
    augment: dict | None = None

    def get_steps(self, fitted):
        """Give the steps that lead from features to classes.

        Parameters
        ----------
        fitted : estimator
            The estimator, fitted.

        Returns
        -------
        steps : list of (str, estimator)
            Those of a pipeline after the extractor.
        """
        return fitted.steps if self.augment is None else fitted.estimator_.steps[1:]


def with_store_for_copies(workflow):
    """Keep features until a workflow ends where it makes copies and nobody else keeps any.

    Each fold needs the features of clips and copies again.

    Parameters
    ----------
    workflow : callable
        It takes ``recipe`` or ``recipes``, ``augment``, ``copies`` and ``memory``.

    Returns
    -------
    workflow : callable
        The same, wrapped.
    """
    signature = inspect.signature(workflow)

    @functools.wraps(workflow)
    def wrapped(*args, **params):
        bound = signature.bind(*args, **params)
        bound.apply_defaults()
        given = bound.arguments
        if given["memory"] is not None or not _makes_copies(given):
            return workflow(*args, **params)
        with tempfile.TemporaryDirectory(prefix="sersk-") as folder:
            return workflow(*args, **{**params, "memory": FeatureStore(folder)})

    return wrapped


def _makes_copies(given):
    if given["copies"] == 0:
        return False
    recipes = given["recipes"] if "recipes" in given else [given["recipe"]]
    found = [find_recipe(recipe) if isinstance(recipe, str) else recipe for recipe in recipes]
    return given["augment"] is not None or any(recipe.augment is not None for recipe in found)


def find_augmentations(augment, copies=None, *, recipe=None, oversample=False):
    """Turn what is asked for into augmentations.

    Parameters
    ----------
    augment : str, sequence or None
        Augmentations, or their names, as for `sersk.augmentation.make_augmentations`. None takes
        those of the recipe.
    copies : int or None, default=None
        Copies of each clip; 0 for none.
    recipe : Recipe, VoiceRecipe, NetworkRecipe or None, default=None
        What may bring augmentations of its own.
    oversample : bool, default=False
        Whether clips of rare classes get more of them.

    Returns
    -------
    augmentations : list of BaseAugmentation or None
        The augmentations; None where no copies are to be made.

    Raises
    ------
    ValueError
        When copies are asked for and no augmentation, or a number that cannot be.
    """
    if copies is not None and (not isinstance(copies, Integral) or copies < 0):
        raise ValueError(
            f"The number of copies must be an int in the range [0, inf). Got {copies!r} instead."
        )
    if copies == 0:
        if augment is not None or oversample:
            raise ValueError(
                "Copies of clips are made to be changed, and more of them for rare classes. Got "
                "no copies together with one of these. Leave out --no-copies, or --augment and "
                "--oversample."
            )
        return None
    if augment is None:
        augment = None if recipe is None else recipe.augment
    if augment is None:
        if copies is not None or oversample:
            raise ValueError(
                "Copies of clips, and more of them for rare classes, need an augmentation. Name "
                "some with --augment, such as noise,pitch."
            )
        return None
    # Only here, as most fits make no copies.
    from sersk.augmentation import make_augmentations

    return make_augmentations(augment)


def check_each_epoch(pipeline, recipe, augment, copies=None, *, oversample=False):
    """Check that clips can be changed anew in each epoch.

    Parameters
    ----------
    pipeline : Pipeline
        What would be fitted.
    recipe : Recipe
        What it comes from.
    augment : str, sequence or None
        Augmentations, or their names.
    copies : int or None, default=None
        Copies of each clip, which exclude it.
    oversample : bool, default=False
        Whether clips of rare classes get more of them, which excludes it too.

    Raises
    ------
    RecipeError
        When the pipeline does not end in a network.
    ValueError
        When no augmentation is named, or copies are asked for as well.
    """
    if augment is None:
        raise ValueError(
            "Changing clips in each epoch needs an augmentation. Name some with --augment, such "
            "as noise,pitch."
        )
    if copies is not None or oversample:
        raise ValueError(
            "Clips are changed in each epoch in place of copies. Leave out --augment-each-epoch, "
            "or --copies and --oversample."
        )
    # Only here, as it takes torch.
    from sersk.neural import NeuralClassifier

    if not isinstance(pipeline[-1], NeuralClassifier):
        raise RecipeError(
            f"Clips can be changed in each epoch for a network only. Recipe {recipe.name!r} ends "
            f"in {type(pipeline[-1]).__name__}. Leave out --augment-each-epoch to learn from "
            "copies."
        )


def prepare_learning(
    pipeline,
    search_space,
    corpus,
    augmentations,
    *,
    copies,
    oversample,
    each_epoch=False,
    random_state,
    memory,
    n_jobs,
    show_progress,
):
    """Say what to fit, and to what.

    Without augmentations that is to the features of the clips: these learn nothing, and so are
    extracted once. With them it is to the clips and to copies, which are made inside each fit;
    the features of the copies are extracted into the store before, on all workers. In place of
    copies, each epoch may change the clips.

    Parameters
    ----------
    pipeline : Pipeline
        From clips to classes; it stays as it is.
    search_space : dict of str to list
        Its parameters worth trying.
    corpus : Corpus
        Clips and features.
    augmentations : list of BaseAugmentation or None
        How copies are changed; None makes none.
    copies : int or None
        Copies of each clip; None makes one with each augmentation.
    oversample : bool
        Whether clips of rare classes get more of them.
    each_epoch : bool, default=False
        Whether each epoch changes the clips, in place of copies.
    random_state : int
        Seed of the copies, or changes.
    memory : path-like, FeatureStore or None
        Where features are kept.
    n_jobs : int or None
        Number of workers.
    show_progress : bool
        Show a progress bar on stderr, when that is a terminal.

    Returns
    -------
    learning : Learning
        What to fit, and to what.
    """
    if augmentations is None:
        return Learning(pipeline[1:], corpus.matrix, search_space)
    if each_epoch:
        learner = _make_epoch_learner(pipeline, augmentations, random_state, memory)
        augment = {"copies": 0, "oversample": False, "probability": learner.probability}
        return _learn_from_clips(learner, search_space, corpus, augment)
    from sersk.augmentation import AugmentedEstimator

    learner = AugmentedEstimator(
        _name_features(pipeline),
        augmentations,
        copies=len(augmentations) if copies is None else copies,
        balance=oversample,
        random_state=random_state,
    ).set_params(estimator__features__memory=memory)
    progress = "Augmenting" if show_progress else None
    _extract_copies(learner, corpus.manifest.paths, n_jobs=n_jobs, progress=progress)
    augment = {"copies": learner.copies, "oversample": oversample}
    return _learn_from_clips(learner, search_space, corpus, augment)


def _make_epoch_learner(pipeline, augmentations, random_state, memory):
    from sersk.neural import EpochAugmentedClassifier

    learner = EpochAugmentedClassifier(
        _name_features(pipeline), augmentations, random_state=random_state
    )
    return learner.set_params(estimator__features__memory=memory)


def _name_features(pipeline):
    return Pipeline([("features", clone(pipeline[0])), *pipeline[1:].steps])


def _learn_from_clips(learner, search_space, corpus, augment):
    names = [repr(augmentation) for augmentation in learner.augmentations]
    return Learning(
        learner,
        np.array(corpus.manifest.paths, dtype=object),
        {f"estimator__{name}": values for name, values in search_space.items()},
        {"augmentations": names, **augment},
    )


def _extract_copies(learner, paths, *, n_jobs, progress):
    from sersk.augmentation._copies import make_copies

    n_copies = [learner.copies] * len(paths)
    made = make_copies(paths, learner.augmentations, n_copies, learner.random_state)
    extractor = learner.estimator[0]
    extractor.extract_each(
        [copy for of_clip in made for copy in of_clip],
        n_jobs=n_jobs,
        memory=extractor.memory,
        progress=progress,
    )
