"""No copy of a test clip, or of a test speaker, is ever learnt from: every fit is recorded.

Each signal says in its first samples which clip it is, whose, and whether it is a copy. The same
checker is shown arrangements that are wrong on purpose, and finds the leaks.
"""

from dataclasses import dataclass
from itertools import chain

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, cross_validate
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

import sersk.augmentation._estimator
from sersk.audio import LoadAudio, Recording
from sersk.augmentation import AugmentedEstimator
from sersk.augmentation._copies import make_copies
from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.model_selection import (
    SpeakerKFold,
    cross_validate_predictions,
    fit_with_groups,
    make_protocol,
    search_nested,
)

RATE = 8000
# A number this small goes through all that reads samples as it is.
UNIT = 2**-12
LOG = []


@pytest.fixture(autouse=True)
def log():
    LOG.clear()
    return LOG


class Mark(BaseEstimator):
    """Changes all samples but those that say whose copy this is, and says that it is one."""

    def __call__(self, signal, sample_rate, random_state):
        noise = np.random.default_rng(random_state).uniform(-0.1, 0.1, size=len(signal) - 3)
        return np.concatenate([signal[:2], [UNIT], signal[3:] + noise])

    def describe(self):
        return "Mark"


@dataclass(frozen=True)
class Rows:
    """What some rows are: clips, speakers, and the clips of those that are copies."""

    clips: frozenset
    speakers: frozenset
    originals: frozenset
    n_copies: int


def read_rows(X):
    signals = [Recording(row, RATE).signal(RATE) for row in X]
    marks = np.rint([signal[:3] / UNIT for signal in signals]).astype(int)
    is_copy = marks[:, 2] == 1
    clips = [frozenset(column.tolist()) for column in (marks[:, 0], marks[:, 1])]
    return Rows(*clips, frozenset(marks[~is_copy, 0].tolist()), int(is_copy.sum()))


class Witness(ClassifierMixin, BaseEstimator):
    """Guesses by how frequent the classes are, and records what it is shown."""

    def __init__(self, sharpness=1.0):
        self.sharpness = sharpness

    def fit(self, X, y):
        self.classes_, self.counts_ = np.unique(y, return_counts=True)
        self.rows_ = read_rows(X)
        LOG.append((self.rows_, None))
        return self

    def predict_proba(self, X):
        LOG.append((self.rows_, read_rows(X)))
        return np.tile(self.counts_ / self.counts_.sum(), (len(X), 1))

    def decision_function(self, X):
        scores = self.sharpness * np.log(self.predict_proba(X))
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def find_leaks(log, everything=None):
    """Say what kinds of leaks a record shows.

    Where `everything`, the set of all clips, is given, all fits before the predictions of a model
    that learnt from all other clips, since the last such predictions, count as one: nothing of an
    outer fold may reach any fit within it.
    """
    leaks, outer = set(), []
    for fitted, seen in log:
        if seen is None:
            outer.append(fitted)
            if not fitted.clips <= fitted.originals:
                leaks.add("copies without their clips")
            continue
        if seen.n_copies:
            leaks.add("copies predicted")
        learnt = [fitted]
        if everything is not None and fitted.clips | seen.clips == everything:
            learnt, outer = [fitted, *outer], []
        for rows in learnt:
            leaks |= {"clips"} if rows.clips & seen.clips else set()
            leaks |= {"speakers"} if rows.speakers & seen.speakers else set()
    return leaks


def allowed(groups):
    """Say what leak there may be: speakers where these are not known."""
    return {"speakers"} if groups is None else set()


class Corpus:
    """Clips of random speakers and classes, folds, and how to augment, drawn from a seed."""

    def __init__(self, seed, n_splits=None):
        rng = np.random.default_rng(seed)
        n_clips, n_speakers = rng.integers(12, 25), rng.integers(3, 6)
        self.speakers = rng.permutation(np.arange(n_clips) % n_speakers)
        self.y = rng.choice(["angry", "happy", "sad"], size=n_clips, p=[0.5, 0.3, 0.2])
        self.signals = list(rng.uniform(-0.5, 0.5, size=(n_clips, 16)).astype(np.float32))
        for i, signal in enumerate(self.signals):
            signal[:3] = i * UNIT, self.speakers[i] * UNIT, 0.0
        self.n_splits = n_splits or int(rng.integers(2, min(n_speakers, 4) + 1))
        self.seed = seed
        self.params = dict(
            augmentations=[Mark()] * int(rng.integers(1, 4)),
            copies=[None, 1, 2, 4][rng.integers(4)],
            balance=bool(rng.integers(2)),
            random_state=seed,
        )

    @property
    def everything(self):
        return frozenset(range(len(self.y)))

    @property
    def folds(self):
        """Random folds, and two kinds that keep speakers apart."""
        shuffled = dict(shuffle=True, random_state=self.seed)
        yield KFold(self.n_splits, **shuffled), None
        yield GroupKFold(self.n_splits, **shuffled), self.speakers
        yield SpeakerKFold(self.n_splits, random_state=self.seed), self.speakers

    def make_copies(self):
        """Make the copies at once, as one may not: signals, classes and speakers of all rows."""
        copies = make_copies(self.signals, [Mark()], [2] * len(self.y), self.seed)
        copies = LoadAudio(sample_rate=RATE).transform([*chain.from_iterable(copies)])
        origins = np.concatenate([np.arange(len(self.y)), np.repeat(np.arange(len(self.y)), 2)])
        return self.signals + copies, self.y[origins], self.speakers[origins]


def make_learner():
    return Pipeline([("witness", Witness())])


def cross_validate_with(model, X, y, groups, folds, *, is_routed):
    LOG.clear()
    with config_context(enable_metadata_routing=is_routed):
        given = {"groups": groups}
        if is_routed:
            given = {"params": {} if groups is None else given}
        cross_validate(model, X, y, cv=folds, scoring="accuracy", error_score="raise", **given)
    return LOG.copy()


every_corpus = pytest.mark.parametrize("seed", range(10))


@every_corpus
def test_folds_of_random_corpora(seed):
    corpus = Corpus(seed)
    model = AugmentedEstimator(make_learner(), **corpus.params)
    for folds, groups in corpus.folds:
        for is_routed in (False, True):
            log = cross_validate_with(
                model, corpus.signals, corpus.y, groups, folds, is_routed=is_routed
            )
            assert find_leaks(log, corpus.everything) <= allowed(groups)
            # All folds were there, and copies in each.
            assert [seen is None for _, seen in log] == [True, False] * corpus.n_splits
            tested = [seen.originals for _, seen in log if seen is not None]
            assert frozenset().union(*tested) == corpus.everything
            assert sum(map(len, tested)) == len(corpus.y)
            for fitted, _ in log:
                assert fitted.n_copies >= len(fitted.originals)


@every_corpus
def test_copies_made_before_the_folds_are_found_out(seed):
    """What a test that cannot fail would pass."""
    corpus = Corpus(seed)
    X, y, speakers = corpus.make_copies()
    for folds, groups in corpus.folds:
        groups = None if groups is None else speakers
        log = cross_validate_with(make_learner(), X, y, groups, folds, is_routed=False)
        leaks = find_leaks(log, corpus.everything)
        assert "copies predicted" in leaks
        assert ("clips" in leaks) == (groups is None)


@pytest.mark.parametrize("seed", range(3))
def test_searches_within_folds(seed):
    # So that no training part is of one speaker, whom no fold can keep apart.
    corpus = Corpus(seed, n_splits=3)
    space = {"copies": [1, 3], "estimator__witness__sharpness": [1.0, 2.0]}
    for folds, groups in corpus.folds:
        inner = KFold(2) if groups is None else SpeakerKFold(2, random_state=0)
        model = AugmentedEstimator(make_learner(), **corpus.params)
        search = GridSearchCV(model, space, cv=inner, scoring="accuracy")
        log = cross_validate_with(
            search, corpus.signals, corpus.y, groups, folds, is_routed=groups is not None
        )
        assert find_leaks(log, corpus.everything) <= allowed(groups)
        n_fits = sum(seen is None for _, seen in log)
        assert n_fits == corpus.n_splits * (4 * 2 + 1)


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("where", ["alone", "in a pipeline"])
def test_nested_search(seed, where):
    corpus = Corpus(seed)
    model, space = AugmentedEstimator(make_learner(), **corpus.params), {"copies": [1, 2]}
    if where == "in a pipeline":
        model = Pipeline([("load", LoadAudio(sample_rate=RATE)), ("model", model)])
        space = {"model__copies": [1, 2]}
    how = dict(protocol="leave-one-speaker-out", random_state=seed)
    result = search_nested(model, space, corpus.signals, corpus.y, corpus.speakers, **how)
    n_folds = len(result.protocol.splits)
    assert n_folds == len(set(corpus.speakers.tolist()))
    assert find_leaks(LOG, corpus.everything) == set()
    outer = [seen for fit, seen in LOG if seen and fit.clips | seen.clips == corpus.everything]
    assert sum(len(seen.speakers) == 1 for seen in outer) >= n_folds


@pytest.mark.parametrize("seed", range(3))
def test_cross_validated_predictions(seed):
    corpus = Corpus(seed)
    splits = make_protocol(
        corpus.y, corpus.speakers, name="grouped", n_splits=corpus.n_splits, random_state=seed
    ).splits
    model = make_pipeline(LoadAudio(sample_rate=RATE), Witness())
    model = AugmentedEstimator(model, **corpus.params)
    cross_validate_predictions(model, corpus.signals, corpus.y, splits, corpus.speakers)
    assert find_leaks(LOG, corpus.everything) == set()
    assert len(LOG) == 2 * len(splits)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("has_groups", [False, True])
def test_calibration_inside_keeps_copies_with_their_clips(seed, has_groups):
    corpus = Corpus(seed)
    # The calibration takes a matrix.
    learner = make_pipeline(
        LoadAudio(sample_rate=RATE),
        FunctionTransformer(np.float64),
        SpeakerCalibratedClassifier(Witness(), random_state=0),
    )
    model = AugmentedEstimator(learner, **corpus.params)
    fit_with_groups(model, corpus.signals, corpus.y, corpus.speakers if has_groups else None)
    leaks = find_leaks(LOG)
    assert len(LOG) > 4
    assert "clips" not in leaks
    # It is calibrated on scores of copies, too; they are in its training part.
    assert leaks == {"copies predicted"} | allowed(corpus.speakers if has_groups else None)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("has_groups", [False, True])
def test_a_search_inside_needs_folds_that_look_at_groups(seed, has_groups, monkeypatch):
    corpus = Corpus(seed)
    groups = corpus.speakers if has_groups else None

    def fit(cv):
        LOG.clear()
        space = {"witness__sharpness": [1.0, 2.0]}
        search = GridSearchCV(make_learner(), space, cv=cv, scoring="accuracy")
        AugmentedEstimator(search, **corpus.params).fit(corpus.signals, corpus.y, groups)
        return find_leaks(LOG)

    assert fit(SpeakerKFold(3)) == {"copies predicted"} | allowed(groups)
    with pytest.raises(ValueError, match="whose folds do not look at groups"):
        fit(KFold(3, shuffle=True, random_state=0))
    assert LOG == []
    # What it is saved from.
    monkeypatch.setattr(sersk.augmentation._estimator, "find_blind_folds", lambda estimator: None)
    assert "clips" in fit(KFold(3, shuffle=True, random_state=0))
