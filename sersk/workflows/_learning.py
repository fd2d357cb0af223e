"""What is fitted in each fold: to rows of features, or to clips and changed copies of them."""

import functools
import tempfile
from dataclasses import dataclass
from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline

from sersk.features import FeatureStore


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
        How copies are made; None where there are none.
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
        It takes ``augment`` and ``memory`` by name.

    Returns
    -------
    workflow : callable
        The same, wrapped.
    """

    @functools.wraps(workflow)
    def wrapped(*args, augment=None, memory=None, **params):
        if augment is None or memory is not None:
            return workflow(*args, augment=augment, memory=memory, **params)
        with tempfile.TemporaryDirectory(prefix="sersk-") as folder:
            return workflow(*args, augment=augment, memory=FeatureStore(folder), **params)

    return wrapped


def find_augmentations(augment, copies=None, *, oversample=False):
    """Turn what is asked for into augmentations.

    Parameters
    ----------
    augment : str, sequence or None
        Augmentations, or their names, as for `sersk.augmentation.make_augmentations`.
    copies : int or None, default=None
        Copies of each clip.
    oversample : bool, default=False
        Whether clips of rare classes get more of them.

    Returns
    -------
    augmentations : list of BaseAugmentation or None
        The augmentations; None where none are asked for.

    Raises
    ------
    ValueError
        When copies are asked for and no augmentation, or fewer than one.
    """
    if augment is None:
        if copies is not None or oversample:
            raise ValueError(
                "Copies of clips, and more of them for rare classes, need an augmentation. Name "
                "some with --augment, such as noise,pitch."
            )
        return None
    if copies is not None and (not isinstance(copies, Integral) or copies < 1):
        raise ValueError(
            f"The number of copies must be an int in the range [1, inf). Got {copies!r} instead."
        )
    # Only here, as most fits make no copies.
    from sersk.augmentation import make_augmentations

    return make_augmentations(augment)


def prepare_learning(
    pipeline,
    search_space,
    corpus,
    augmentations,
    *,
    copies,
    oversample,
    random_state,
    memory,
    n_jobs,
    show_progress,
):
    """Say what to fit, and to what.

    Without augmentations that is to the features of the clips: these learn nothing, and so are
    extracted once. With them it is to the clips and to copies, which are made inside each fit;
    the features of the copies are extracted into the store before, on all workers.

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
    random_state : int
        Seed of the copies.
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
    from sersk.augmentation import AugmentedEstimator

    learner = AugmentedEstimator(
        Pipeline([("features", clone(pipeline[0])), *pipeline[1:].steps]),
        augmentations,
        copies=len(augmentations) if copies is None else copies,
        balance=oversample,
        random_state=random_state,
    ).set_params(estimator__features__memory=memory)
    progress = "Augmenting" if show_progress else None
    _extract_copies(learner, corpus.manifest.paths, n_jobs=n_jobs, progress=progress)
    return Learning(
        learner,
        np.array(corpus.manifest.paths, dtype=object),
        {f"estimator__{name}": values for name, values in search_space.items()},
        {
            "augmentations": [repr(augmentation) for augmentation in augmentations],
            "copies": learner.copies,
            "oversample": oversample,
        },
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
