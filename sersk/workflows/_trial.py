"""A recipe on a corpus under folds: scored, and fitted on all clips."""

import time
from dataclasses import dataclass
from functools import cached_property

from sklearn.pipeline import Pipeline

from sersk.model_selection import (
    Protocol,
    cross_validate_predictions,
    fit_with_groups,
    make_search,
)
from sersk.utils._parallel import run_single_threaded
from sersk.workflows._clips import Corpus
from sersk.workflows._diagnosis import draw_learning_curve, measure_importance
from sersk.workflows._fold_memory import open_fold_memory, trim_fold_memory
from sersk.workflows._learning import Learning
from sersk.workflows._normalization import (
    normalize_learning,
    pick_transductive,
    warn_of_few_clips,
)
from sersk.workflows._scoring import keep_whole, score_folds


@dataclass(frozen=True)
class Trial:
    """What is scored and fitted, on what, and how.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        The recipe's, from clips to classes.
    learning : Learning
        What is fitted in each fold.
    corpus : Corpus
        Clips and features.
    folds : Protocol
        The folds.
    is_searched : bool
        Whether each fit searches parameters.
    random_state : int
        Seed of everything random.
    n_jobs : int or None
        Number of workers.
    show_progress : bool
        Show progress bars on stderr, when that is a terminal, and say what long work will cost.
    """

    pipeline: Pipeline
    learning: Learning
    corpus: Corpus
    folds: Protocol
    is_searched: bool
    random_state: int
    n_jobs: int | None
    show_progress: bool

    @property
    def groups(self):
        """The speakers that a learner is told of; None where folds share them.

        What is optimistic anyway is fitted without a look at who speaks.
        """
        return None if self.folds.optimistic else self.corpus.manifest.speakers

    @cached_property
    def learner(self):
        """What is fitted: the learning's estimator, or a search over its parameters."""
        return self._search(self.learning.estimator, self.learning.search_space)

    @cached_property
    def _normalizing(self):
        return normalize_learning(self.learning)

    def _search(self, estimator, space):
        if not self.is_searched:
            return estimator
        return make_search(estimator, space, random_state=self.random_state)

    @property
    def _progress(self):
        return dict(n_jobs=self.n_jobs, show_progress=self.show_progress)

    def cross_validate(self, memory=None):
        """Predict each clip by a learner that was fitted to other folds.

        Parameters
        ----------
        memory : path-like, FeatureStore or None, default=None
            Where predictions of finished folds are kept.

        Returns
        -------
        out_of_fold : OutOfFold
            The predictions.
        fold_s : float
            How long a fold took, in seconds.
        """
        started = time.perf_counter()
        out_of_fold = self._predict_folds(self.learner, self.learning.X, self.groups, memory)
        return out_of_fold, (time.perf_counter() - started) / len(self.folds.splits)

    def score_normalized(self):
        """Score the same folds with speakers normalised, those of a test part by its clips.

        Returns
        -------
        transductive : dict
            What is to be shown of it.
        """
        normalizing, speakers = self._normalizing, self.corpus.manifest.speakers
        out_of_fold = self._predict_folds(normalizing.estimator, normalizing.X, speakers)
        scores = score_folds(*keep_whole(self.corpus.manifest, self.folds, out_of_fold))
        return pick_transductive(scores, "the recipe without that")

    def _predict_folds(self, learner, X, groups, memory=None):
        manifest = self.corpus.manifest
        fold_memory = open_fold_memory(memory)
        out_of_fold = cross_validate_predictions(
            learner,
            X,
            manifest.labels,
            self.folds.splits,
            groups,
            sample_weight=manifest.weights,
            n_jobs=self.n_jobs,
            memory=fold_memory,
            progress="Cross-validating" if self.show_progress else None,
        )
        trim_fold_memory(fold_memory)
        return out_of_fold

    def draw_learning_curve(self, fold_s):
        """Score the learner with fewer speakers as well.

        Parameters
        ----------
        fold_s : float
            How long a fold takes, in seconds.

        Returns
        -------
        curve : dict
            As `sersk.model_selection.LearningCurve.to_dict` gives it.
        """
        how = dict(fold_s=fold_s, random_state=self.random_state, **self._progress)
        return draw_learning_curve(self.learner, self.learning.X, self.corpus.manifest, **how)

    def measure_importance(self, space, fold_s):
        """Measure what extractors, blocks and descriptors contribute, without copies.

        Parameters
        ----------
        space : dict of str to list
            Parameters of the pipeline worth trying.
        fold_s : float
            How long a fold takes, in seconds.

        Returns
        -------
        importance : dict
            Importance by each, and ``without_copies``: whether the recipe has copies otherwise.
        """
        how = dict(fold_s=fold_s, random_state=self.random_state, **self._progress)
        bare = self._search(self.pipeline[1:], space)
        measured = measure_importance(bare, self.pipeline, self.corpus, **how)
        return {**measured, "without_copies": self.learning.augment is not None}

    def fit_on_all(self):
        """Fit the learner, in place, to all clips.

        Returns
        -------
        model : sklearn.pipeline.Pipeline
            All steps from clips to classes.
        """
        return self._fit(self.learner, self.learning, self.groups)

    def fit_normalized_on_all(self):
        """Do the same with speakers normalised.

        Returns
        -------
        model : sklearn.pipeline.Pipeline
            All steps from clips to classes.
        """
        normalizing, speakers = self._normalizing, self.corpus.manifest.speakers
        model = self._fit(normalizing.estimator, normalizing, speakers)
        # Of the caller of `fit`, which is wrapped.
        warn_of_few_clips(model, speakers, stacklevel=5)
        return model

    def _fit(self, learner, learning, groups):
        manifest = self.corpus.manifest
        run_single_threaded(
            fit_with_groups, learner, learning.X, manifest.labels, groups, manifest.weights
        )
        steps = learning.get_steps(getattr(learner, "best_estimator_", learner))
        return Pipeline([("features", self.pipeline[0]), *steps])
