"""Features of clips and of copies of them, extracted once, and learners that take both."""

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from sersk.augmentation import make_augmentations
from sersk.augmentation._copies import make_copies
from sersk.datasets import Manifest
from sersk.features import FeatureStore
from sersk.model_selection import Protocol, cross_validate_predictions, fit_with_groups
from sersk.workflows._clips import read_labelled_clips
from sersk.workflows._relabel import find_labels
from sersk.workflows._scoring import plan_folds


@dataclass(frozen=True)
class Bench:
    """A corpus and its folds, to try several things on under the same conditions."""

    manifest: Manifest
    folds: Protocol
    store: FeatureStore
    seed: int
    n_jobs: int

    @property
    def speakers(self):
        """The speakers that a learner is told of; None where folds share them."""
        return None if self.folds.optimistic else self.manifest.speakers

    def extract(self, extractor, augment=None):
        """Extract clips and their copies, as `sersk.workflows.fit` does; the store knows most.

        Gives an array of shape (n_samples, 1 + n_copies, n_features): the clips come first.
        """
        paths = self.manifest.paths
        extractor.fit(paths)
        augmentations = [] if augment is None else make_augmentations(augment)
        n_copies = len(augmentations)
        made = make_copies(paths, augmentations, [n_copies] * len(paths), self.seed)
        clips = [
            clip for path, copies in zip(paths, made, strict=True) for clip in (path, *copies)
        ]
        rows, failures, _ = extractor.extract_each(clips, n_jobs=self.n_jobs, memory=self.store)
        if failures:
            raise SystemExit(f"Cannot read {failures[0].path}: {failures[0].reason}.")
        # Filled one by one, as there may not be room for everything twice.
        matrix = np.empty((len(clips), len(rows[0])), dtype=np.float32)
        for i in range(len(rows)):
            matrix[i], rows[i] = rows[i], None
        return matrix.reshape(len(paths), 1 + n_copies, -1)

    def cross_validate(self, learner, X):
        """Predict each clip by a learner fitted to other clips and their copies."""
        return cross_validate_predictions(
            CopiesLearner(learner),
            X,
            self.manifest.labels,
            self.folds.splits,
            self.speakers,
            n_jobs=self.n_jobs,
        )

    def fit(self, learner, X):
        """Fit a learner to all clips and their copies."""
        return fit_with_groups(CopiesLearner(learner), X, self.manifest.labels, self.speakers)


def open_bench(csv, *, labels, protocol, store, seed, n_jobs, **columns):
    """Read a corpus, and plan its folds as `sersk.workflows.fit` does."""
    how = dict(protocol=protocol, label_map=find_labels(labels), **columns)
    manifest = read_labelled_clips(csv, on_error="raise", **how)
    # What counts in part to several classes is not scored, so it teaches nothing here either.
    manifest = manifest.select(manifest.is_whole)
    folds = plan_folds(manifest, protocol=protocol, n_splits=None, random_state=seed)
    return Bench(manifest, folds, store, seed, n_jobs)


class CopiesLearner(ClassifierMixin, BaseEstimator):
    """Learn from rows of clips and of their copies; predict clips by their own rows alone.

    What `sersk.augmentation.AugmentedEstimator` does with sound, and in its order.
    """

    __metadata_request__fit = {"groups": True}

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y, groups=None):
        """Fit to an array of shape (n_samples, 1 + n_copies, n_features)."""
        numbers = np.arange(len(X))
        n_copies = X.shape[1] - 1
        origins = np.concatenate([numbers, np.repeat(numbers, n_copies)])
        if groups is None and n_copies:
            groups = numbers
        rows = np.concatenate([X[:, 0], X[:, 1:].reshape(-1, X.shape[2])])
        groups = None if groups is None else groups[origins]
        self.estimator_ = fit_with_groups(clone(self.estimator), rows, y[origins], groups)
        self.classes_ = self.estimator_.classes_
        return self

    def predict_proba(self, X):
        """Probability of each class."""
        return self.estimator_.predict_proba(X[:, 0])


class PlainProbabilities(ClassifierMixin, BaseEstimator):
    """Take the softmax of scores for probabilities: what calibration starts from."""

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y):
        """Fit the classifier."""
        self.estimator_ = clone(self.estimator).fit(X, y)
        self.classes_ = self.estimator_.classes_
        return self

    def predict_proba(self, X):
        """Probability of each class."""
        scores = self.estimator_.decision_function(X)
        if scores.ndim == 1:
            scores = np.column_stack([-scores, scores]) / 2
        return softmax(scores, axis=1)
