"""What is fitted in each fold: to rows of features, or to clips and changed copies of them."""

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass

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


def learn_from_rows(pipeline, search_space, corpus):
    """Fit to the features of the clips: these learn nothing, and so are extracted once.

    Parameters
    ----------
    pipeline : Pipeline
        From clips to classes; it stays as it is.
    search_space : dict of str to list
        Its parameters worth trying.
    corpus : Corpus
        Clips and features.

    Returns
    -------
    learning : Learning
        What to fit, and to what.
    """
    return Learning(pipeline[1:], corpus.matrix, search_space)


def learn_from_copies(
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
    """Fit to the clips and to copies of them, which are made inside each fit.

    Their features are extracted into the store before, on all workers, as each fold needs them.

    Parameters
    ----------
    pipeline : Pipeline
        From clips to classes; it stays as it is.
    search_space : dict of str to list
        Its parameters worth trying.
    corpus : Corpus
        Clips and features.
    augmentations : list of BaseAugmentation
        How copies are changed.
    copies : int or None
        Copies of each clip; None makes one with each augmentation.
    oversample : bool
        Whether clips of rare classes get more of them.
    random_state : int
        Seed of the copies.
    memory : path-like or FeatureStore
        Where their features are kept.
    n_jobs : int or None
        Number of workers.
    show_progress : bool
        Show a progress bar on stderr, when that is a terminal.

    Returns
    -------
    learning : Learning
        What to fit, and to what.
    """
    # Only here, as most fits make no copies.
    from sersk.augmentation import AugmentedEstimator
    from sersk.augmentation._copies import make_copies

    n_copies = len(augmentations) if copies is None else copies
    extractor = clone(pipeline[0]).set_params(memory=memory)
    learner = AugmentedEstimator(
        Pipeline([("features", extractor), *pipeline[1:].steps]),
        augmentations,
        copies=n_copies,
        balance=oversample,
        random_state=random_state,
    )
    paths = corpus.manifest.paths
    made = make_copies(paths, augmentations, [n_copies] * len(paths), random_state)
    extractor.extract_each(
        [copy for of_clip in made for copy in of_clip],
        n_jobs=n_jobs,
        memory=memory,
        progress="Augmenting" if show_progress else None,
    )
    description = {
        "augmentations": [repr(augmentation) for augmentation in augmentations],
        "copies": n_copies,
        "oversample": oversample,
    }
    space = {f"estimator__{name}": values for name, values in search_space.items()}
    return Learning(learner, np.array(paths, dtype=object), space, description)


@contextmanager
def open_copy_store(memory):
    """Open a store for the features of copies.

    Parameters
    ----------
    memory : path-like, FeatureStore or None
        Where features are kept; None keeps those of the copies until the end of the block.

    Yields
    ------
    store : path-like or FeatureStore
        The store.
    """
    if memory is not None:
        yield memory
        return
    with tempfile.TemporaryDirectory(prefix="sersk-") as folder:
        yield FeatureStore(folder)
