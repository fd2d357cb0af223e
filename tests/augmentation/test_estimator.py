"""What the estimator hands to the one inside, and to whom else it passes for one."""

import pickle
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone, is_classifier, is_regressor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, Ridge
from sklearn.metrics import get_scorer
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    LeaveOneGroupOut,
    StratifiedKFold,
    cross_val_score,
    cross_validate,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from sersk.audio import LoadAudio
from sersk.augmentation import AddNoise, AugmentedEstimator, ShiftPitch
from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.exceptions import AudioReadError
from sersk.features import MFCC, AudioFeatures, FeatureStore, ZeroCrossingRate
from sersk.model_selection import SpeakerKFold, fit_with_groups
from sersk.preprocessing import SpeakerNormalizer
from sersk.utils._changed_clips import ChangedClip, find_origin
from sersk.utils._metadata import call_with_metadata
from tests.augmentation._stand_ins import Noise, Reverse, global_states

RATE = 8000
N_CLIPS = 12


class Recorder(ClassifierMixin, BaseEstimator):
    """Keeps what it is handed; wants groups and weights."""

    __metadata_request__fit = {"groups": True, "sample_weight": True, "copy_index": True}

    def __init__(self, size=1):
        self.size = size

    def fit(self, X, y, groups=None, sample_weight=None, copy_index=None):
        self.X_, self.y_, self.groups_, self.weights_ = X, y, groups, sample_weight
        self.copy_index_ = copy_index
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        self.seen_ = X
        return np.full(len(X), self.classes_[0])

    def predict_proba(self, X):
        self.seen_ = X
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))

    def predict_log_proba(self, X):
        return np.log(self.predict_proba(X))

    def decision_function(self, X):
        return self.predict_proba(X)

    def score(self, X, y, sample_weight=None):
        self.seen_, self.weights_of_score_ = X, sample_weight
        return 0.25


@pytest.fixture
def clips():
    """Signals, classes and speakers; angry clips are louder."""
    rng = np.random.default_rng(0)
    y = np.array(["angry", "sad", "sad"] * (N_CLIPS // 3))
    signals = rng.normal(scale=0.1, size=(N_CLIPS, 600)) * np.where(y == "angry", 3, 1)[:, None]
    return list(signals.astype(np.float32)), y, np.arange(N_CLIPS) // 4


@pytest.fixture
def paths(clips, write_audio):
    signals, y, speakers = clips
    files = [write_audio(f"{i}.wav", s, RATE, subtype="FLOAT") for i, s in enumerate(signals)]
    return [str(file) for file in files], y, speakers


def make_learner(last=None, **params):
    return make_pipeline(MFCC(n_mfcc=3, sample_rate=RATE, **params), last or GaussianNB())


def augment(estimator=None, augmentations=None, **params):
    params = {"random_state": 0, **params}
    return AugmentedEstimator(estimator or make_learner(), augmentations or Noise(), **params)


def origins_of(rows, signals):
    """Give the places of the clips that rows are, or are copies of."""
    places = {signal.tobytes(): i for i, signal in enumerate(signals)}
    return [places[find_origin(row).tobytes()] for row in rows]


# What is learnt from


@pytest.mark.parametrize("copies", [None, 0, 1, 4])
def test_clips_come_first_and_then_their_copies(clips, copies):
    signals, y, groups = clips
    weights = np.linspace(1, 2, N_CLIPS)
    model = augment(Recorder(), [Noise(), Reverse()], copies=copies)
    inner = model.fit(signals, y, groups=groups, sample_weight=weights).estimator_
    n_copies = 2 if copies is None else copies
    assert [isinstance(row, ChangedClip) for row in inner.X_] == (
        [False] * N_CLIPS + [True] * N_CLIPS * n_copies
    )
    origins = origins_of(inner.X_, signals)
    assert origins[:N_CLIPS] == list(range(N_CLIPS))
    assert Counter(origins) == dict.fromkeys(range(N_CLIPS), 1 + n_copies)
    np.testing.assert_array_equal(inner.y_, y[origins])
    np.testing.assert_array_equal(inner.groups_, groups[origins])
    np.testing.assert_array_equal(inner.weights_, weights[origins])


def test_copies_are_all_different_from_their_clips_and_each_other(clips):
    signals, y, _ = clips
    inner = augment(Recorder(), copies=3).fit(signals, y).estimator_
    heard = LoadAudio(sample_rate=RATE).transform(inner.X_)
    assert len({signal.tobytes() for signal in heard}) == 4 * N_CLIPS


@pytest.mark.parametrize("form", [list, tuple, np.array, pd.Series])
def test_groups_and_weights_in_any_form(clips, form):
    signals, y, groups = clips
    model = augment(Recorder(), copies=1)
    inner = model.fit(signals, form(y), form(groups), form(np.ones(N_CLIPS))).estimator_
    np.testing.assert_array_equal(inner.y_, np.tile(y, 2))
    np.testing.assert_array_equal(inner.groups_, np.tile(groups, 2))
    np.testing.assert_array_equal(inner.weights_, np.ones(2 * N_CLIPS))


def test_without_groups_each_clip_is_one_with_its_copies(clips):
    signals, y, _ = clips
    inner = augment(Recorder(), copies=2).fit(signals, y).estimator_
    assert inner.groups_.tolist() == origins_of(inner.X_, signals)
    assert inner.weights_ is None


def test_without_copies_there_is_nothing_to_keep_together(clips):
    signals, y, _ = clips
    assert augment(Recorder(), copies=0).fit(signals, y).estimator_.groups_ is None


def test_without_copies_it_is_the_estimator_itself(clips):
    signals, y, _ = clips
    found = augment(copies=0).fit(signals, y).predict_proba(signals)
    np.testing.assert_array_equal(found, make_learner().fit(signals, y).predict_proba(signals))


def test_it_is_what_one_would_do_by_hand(clips):
    signals, y, _ = clips
    model = augment(augmentations=Reverse()).fit(signals, y)
    by_hand = make_learner().fit(signals + [s[::-1] for s in signals], np.tile(y, 2))
    np.testing.assert_array_equal(model.predict_proba(signals), by_hand.predict_proba(signals))


def test_the_estimator_given_stays_unfitted(clips):
    signals, y, _ = clips
    recorder = Recorder()
    augment(recorder).fit(signals, y)
    assert not hasattr(recorder, "X_")


def test_weights_that_nobody_takes(clips):
    signals, y, _ = clips
    model = augment(make_learner(KNeighborsClassifier()))
    with pytest.raises(ValueError, match=r"^No part of Pipeline takes a sample_weight"):
        model.fit(signals, y, sample_weight=np.ones(N_CLIPS))


def test_a_class_that_is_missing(clips):
    signals, y, _ = clips
    model = augment(balance=True).fit(signals, np.where(y == "sad", "sad", "happy"))
    assert model.classes_.tolist() == ["happy", "sad"]
    with pytest.raises(ValueError, match="at least 2 classes"):
        augment(make_learner(LogisticRegression())).fit(signals, ["sad"] * N_CLIPS)


# Balance


@pytest.mark.parametrize("copies", [0, 1, 3])
@pytest.mark.parametrize("counts", [(9, 4, 2), (5, 5, 5), (7, 1, 6), (10, 3, 3)])
def test_balance_gives_classes_as_many_rows_as_the_largest(counts, copies, rng):
    y = rng.permutation(np.repeat(["a", "b", "c"], counts))
    signals = list(rng.uniform(size=(len(y), 10)).astype(np.float32))
    inner = augment(Recorder(), copies=copies, balance=True).fit(signals, y).estimator_
    assert Counter(inner.y_.tolist()) == dict.fromkeys("abc", max(counts) * (1 + copies))
    n_rows = np.bincount(origins_of(inner.X_, signals))
    np.testing.assert_array_equal(y[origins_of(inner.X_, signals)], inner.y_)
    for name in "abc":
        # Dealt evenly, and none has fewer than without.
        assert np.ptp(n_rows[y == name]) <= 1
        assert n_rows[y == name].min() >= 1 + copies
    heard = LoadAudio(sample_rate=RATE).transform(inner.X_)
    assert len({signal.tobytes() for signal in heard}) == len(heard)


def test_balance_begins_with_the_same_copies(clips):
    signals, y, _ = clips
    plain, balanced = (
        augment(Recorder(), copies=2, balance=is_balanced).fit(signals, y).estimator_
        for is_balanced in (False, True)
    )
    told = {(origin, row.key) for origin, row in _tell_copies(plain.X_, signals)}
    more = {(origin, row.key) for origin, row in _tell_copies(balanced.X_, signals)}
    assert told < more
    assert len(more) == 2 * 8 * 3 - N_CLIPS


def _tell_copies(rows, signals):
    pairs = zip(origins_of(rows, signals), rows, strict=True)
    return [(origin, row) for origin, row in pairs if isinstance(row, ChangedClip)]


@pytest.mark.parametrize("shape", [(N_CLIPS,), (N_CLIPS, 2)])
@pytest.mark.parametrize("last", [Ridge(), KNeighborsClassifier()])
def test_balance_needs_one_class_per_clip(clips, last, shape):
    model, y = augment(make_learner(last), balance=True), np.ones(shape, dtype=int)
    if is_classifier(last) and len(shape) == 1:
        assert model.fit(clips[0], y).classes_.tolist() == [1]
        return
    with pytest.raises(ValueError, match=r"'balance' parameter of AugmentedEstimator must be F"):
        model.fit(clips[0], y)


# What is predicted


@pytest.mark.parametrize(
    "method", ["predict", "predict_proba", "predict_log_proba", "decision_function", "score"]
)
def test_predictions_are_of_clips_as_they_are(clips, method):
    signals, y, _ = clips
    model = augment(Recorder()).fit(signals, y)
    found = getattr(model, method)(signals, *([y] if method == "score" else []))
    seen = model.estimator_.seen_
    assert origins_of(seen, signals) == list(range(N_CLIPS))
    assert not any(isinstance(clip, ChangedClip) for clip in seen)
    if method == "score":
        assert found == 0.25
        assert model.estimator_.weights_of_score_ is None
        model.score(signals, y, sample_weight=np.arange(N_CLIPS))
        assert model.estimator_.weights_of_score_.tolist() == list(range(N_CLIPS))
    else:
        np.testing.assert_array_equal(found, getattr(model.estimator_, method)(signals))


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function", "score"])
def test_nothing_is_predicted_before_fit(clips, method):
    signals, y, _ = clips
    model = augment(Recorder())
    with pytest.raises(NotFittedError, match="not fitted yet"):
        getattr(model, method)(signals, *([y] if method == "score" else []))
    assert not hasattr(model, "classes_")


def test_it_has_the_methods_of_its_estimator():
    methods = ["predict", "predict_proba", "predict_log_proba", "decision_function", "score"]

    def find(last):
        return [name for name in methods if hasattr(augment(make_learner(last)), name)]

    assert find(LogisticRegression()) == methods
    assert find(SVC()) == ["predict", "decision_function", "score"]
    assert find(SVR()) == ["predict", "score"]
    with pytest.raises(AttributeError, match="has no attribute 'predict_proba'"):
        _ = augment(make_learner(SVC())).predict_proba


def test_it_is_what_its_estimator_is():
    classifier, regressor = augment(make_learner(SVC())), augment(make_learner(Ridge()))
    assert (is_classifier(classifier), is_regressor(classifier)) == (True, False)
    assert (is_classifier(regressor), is_regressor(regressor)) == (False, True)


def test_several_targets(clips):
    signals, _, _ = clips
    targets = np.random.default_rng(0).normal(size=(N_CLIPS, 2))
    model = augment(make_learner(Ridge()), augmentations=Reverse()).fit(signals, targets)
    reversed_ = [signal[::-1] for signal in signals]
    by_hand = make_learner(Ridge()).fit(signals + reversed_, np.tile(targets, (2, 1)))
    np.testing.assert_array_equal(model.predict(signals), by_hand.predict(signals))
    with pytest.raises(ValueError, match="y should be a 1d array"):
        augment(make_learner(GaussianNB())).fit(signals, targets)


# Forms of input


def test_every_form_of_clips(paths, clips):
    files, y, _ = paths
    signals, _, _ = clips
    expected = augment().fit(signals, y).predict_proba(signals)
    forms = [
        files,
        np.array(files),
        pd.Series(files, index=np.arange(N_CLIPS)[::-1]),
        pd.DataFrame({"path": files}),
        tuple(signals),
        np.stack(signals),
    ]
    for X in forms:
        np.testing.assert_array_equal(augment().fit(X, y).predict_proba(X), expected)


def test_a_matrix_fixes_the_width(clips):
    signals, y, _ = clips
    matrix = np.stack(signals)
    model = augment().fit(matrix, y)
    assert model.n_features_in_ == 600
    with pytest.raises(ValueError, match="X has 599 features, but AugmentedEstimator is expec"):
        model.predict(matrix[:, 1:])
    assert not hasattr(model.fit(signals, y), "n_features_in_")


def test_augmentation_of_augmentation(clips):
    signals, y, _ = clips
    twice = augment(augment(Recorder(), Reverse()), Reverse()).fit(signals, y)
    heard = LoadAudio(sample_rate=RATE).transform(twice.estimator_.estimator_.X_)
    once = [signal[::-1] for signal in signals]
    for found, expected in zip(heard, signals + once + once + signals, strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("params", [{"copies": 0}, {"copies": 3}, {"balance": True}])
def test_rows_say_which_copy_they_are(clips, params):
    """The number is that of the copy, by which its change is drawn, not that of the clip."""
    signals, y, _ = clips
    inner = augment(Recorder(), [Noise(), Reverse()], **params).fit(signals, y).estimator_
    expected, seen = [], {}
    for row, origin in zip(inner.X_, origins_of(inner.X_, signals), strict=True):
        expected.append(seen.get(origin, 0))
        assert isinstance(row, ChangedClip) == (expected[-1] > 0)
        seen[origin] = expected[-1] + 1
    assert inner.copy_index_.dtype.kind == "i"
    np.testing.assert_array_equal(inner.copy_index_, expected)


def test_copies_are_normalised_apart(clips):
    signals, y, groups = clips
    learner = make_pipeline(MFCC(n_mfcc=3, sample_rate=RATE), SpeakerNormalizer(min_clips=2))
    learner = make_pipeline(*learner, Recorder())
    inner = augment(learner, [Noise(3.0), Reverse()]).fit(signals, y, groups).estimator_[-1]
    for number in range(3):
        for speaker in range(3):
            rows = (inner.copy_index_ == number) & (inner.groups_ == speaker)
            assert rows.sum() == 4
            np.testing.assert_allclose(inner.X_[rows].mean(axis=0), 0, atol=1e-4)


@pytest.mark.parametrize(
    "method", ["predict", "predict_proba", "predict_log_proba", "decision_function", "score"]
)
def test_groups_reach_the_parts_that_predict(clips, method):
    signals, y, groups = clips
    learner = make_pipeline(MFCC(n_mfcc=3, sample_rate=RATE), SpeakerNormalizer(min_clips=2))
    learner = make_pipeline(*learner, LogisticRegression())
    model = augment(learner, copies=1).fit(signals, y, groups)
    features, normalizer, classifier = model.estimator_
    Z = normalizer.transform(features.transform(signals), groups=groups)
    args = (y,) if method == "score" else ()
    expected = getattr(classifier, method)(Z, *args)
    found = getattr(model, method)(signals, *args, groups=groups)
    np.testing.assert_array_equal(found, expected)
    wrapped = make_pipeline("passthrough", model)
    routed = call_with_metadata(wrapped, method, signals, *args, groups=groups)
    np.testing.assert_array_equal(routed, expected)
    if method == "predict_proba":
        assert not np.allclose(model.predict_proba(signals), expected)


def test_behind_load_audio(paths):
    files, y, groups = paths
    alone = augment().fit(files, y).predict_proba(files)
    model = Pipeline([("load", LoadAudio(sample_rate=RATE)), ("model", augment())])
    np.testing.assert_array_equal(fit_with_groups(model, files, y).predict_proba(files), alone)
    recorder = model.set_params(model=augment(Recorder(), copies=1))
    weights = np.arange(float(N_CLIPS))
    inner = fit_with_groups(recorder, files, y, groups, weights)[-1].estimator_
    np.testing.assert_array_equal(inner.groups_, np.tile(groups, 2))
    np.testing.assert_array_equal(inner.weights_, np.tile(weights, 2))


def test_unreadable_files_are_named(paths, tmp_path):
    files, y, _ = paths
    files[3] = str(tmp_path / "absent.wav")
    with pytest.raises(AudioReadError, match=r"2 of 24 files \(first: '.*absent\.wav': no such"):
        augment().fit(files, y)


# Randomness


def test_the_same_seed_gives_the_same_numbers(clips):
    signals, y, _ = clips

    def fit(random_state):
        return augment(random_state=random_state).fit(signals, y).predict_proba(signals).tolist()

    assert fit(0) == fit(0) == fit(np.int64(0))
    assert fit(0) != fit(1)
    generator = np.random.RandomState(0)
    first, second = fit(generator), fit(generator)
    assert first == fit(np.random.RandomState(0)) != second
    assert fit(None) != fit(None)


@pytest.mark.parametrize("random_state", [0, None])
def test_no_global_generator_is_touched(clips, random_state):
    signals, y, _ = clips
    before = global_states()
    augment(random_state=random_state).fit(signals, y).predict(signals)
    assert global_states() == before


def test_the_order_of_the_clips_does_not_matter_to_their_copies(clips):
    signals, y, _ = clips
    one = augment(Recorder()).fit(signals, y).estimator_.X_
    two = augment(Recorder()).fit(signals[::-1], y[::-1]).estimator_.X_
    load = LoadAudio(sample_rate=RATE)
    for a, b in zip(load.transform(one[N_CLIPS:]), load.transform(two[:11:-1]), strict=True):
        np.testing.assert_array_equal(a, b)


def test_number_of_workers_does_not_matter(paths, workers_at_once):
    files, y, groups = paths

    def run(n_extracting, n_folds):
        model = augment(make_learner(n_jobs=n_extracting), [Noise(), Reverse()], copies=3)
        how = dict(groups=groups, cv=LeaveOneGroupOut(), return_estimator=True, n_jobs=n_folds)
        fitted = cross_validate(model, files, y, error_score="raise", **how)["estimator"]
        return [model.predict_proba(files).tolist() for model in fitted]

    one = run(1, 1)
    assert one[0] != one[1]
    assert one == run(2, 1) == run(1, 2)


def test_clones_and_pickles(clips):
    signals, y, _ = clips
    model = augment(augmentations=[Noise(), Reverse()]).fit(signals, y)
    expected = model.predict_proba(signals)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(signals), expected)
    refitted = clone(model).fit(signals, y)
    np.testing.assert_array_equal(refitted.predict_proba(signals), expected)
    # No clip stays in the fitted model.
    assert len(pickle.dumps(model)) < signals[0].nbytes * N_CLIPS / 2


# The store


def test_every_copy_is_extracted_once_over_all_folds(paths, tmp_path):
    files, y, groups = paths
    store = FeatureStore(tmp_path / "store")
    features = AudioFeatures(
        [("mfcc", MFCC(n_mfcc=3, sample_rate=RATE)), ("zcr", ZeroCrossingRate(sample_rate=RATE))]
    )

    def score(memory, **params):
        learner = make_pipeline(clone(features).set_params(memory=memory), GaussianNB())
        model = augment(learner, **{"augmentations": [Noise(), Reverse()], **params})
        folds = dict(groups=groups, cv=LeaveOneGroupOut(), error_score="raise")
        return cross_val_score(model, files, y, **folds).tolist()

    def count_new(**params):
        before = store.info().n_computed
        assert score(store, **params) == score(None, **params)
        return (store.info().n_computed - before) // 2

    assert count_new(copies=2) == N_CLIPS * 3
    assert count_new(copies=2) == 0
    assert count_new(copies=3) == N_CLIPS
    assert count_new(copies=1) == 0
    assert count_new(copies=1, random_state=1) == N_CLIPS
    assert count_new(augmentations=[Noise(0.2), Reverse()], copies=1) == N_CLIPS
    # What was computed serves a search over anything that comes later.
    before = store.info().n_computed
    learner = make_pipeline(clone(features).set_params(memory=store), StandardScaler(), SVC())
    model = augment(learner, [Noise(), Reverse()])
    space = {"copies": [0, 1, 2], "estimator__svc__C": [1, 10]}
    GridSearchCV(model, space, cv=3).fit(files, y)
    assert store.info().n_computed == before


# In searches and cross-validation


def test_searches_over_all_of_it(clips):
    signals, y, groups = clips
    model = augment(make_pipeline(MFCC(sample_rate=RATE), GaussianNB()))
    space = [
        {"estimator__mfcc__n_mfcc": [2, 5], "copies": [0, 2]},
        {"augmentations": [Reverse(), [Noise(), Reverse()]], "balance": [True]},
        {"augmentations__scale": [0.01, 1.0]},
    ]
    search = GridSearchCV(model, space, cv=GroupKFold(3), error_score="raise", refit=False)
    scores = search.fit(signals, y, groups=groups).cv_results_
    for params, score in zip(scores["params"], scores["mean_test_score"], strict=True):
        alone = clone(model).set_params(**params)
        expected = cross_val_score(alone, signals, y, groups=groups, cv=GroupKFold(3)).mean()
        assert score == pytest.approx(expected)
    assert len(scores["params"]) == 8


@pytest.mark.parametrize("is_routed", [False, True])
def test_groups_and_weights_under_routing(clips, is_routed):
    signals, y, groups = clips
    weights = np.linspace(1, 2, N_CLIPS)
    numbers = np.arange(N_CLIPS)
    with config_context(enable_metadata_routing=is_routed):
        given = {"groups": groups, **({"sample_weight": weights} if is_routed else {})}
        how = dict(cv=SpeakerKFold(3, random_state=0), return_estimator=True, return_indices=True)
        how |= {"params": given} if is_routed else given
        model, scorer = augment(Recorder(), copies=1), get_scorer("accuracy")
        if is_routed:
            scorer = scorer.set_score_request(sample_weight=False)
        result = cross_validate(model, signals, y, scoring=scorer, **how)
        search = GridSearchCV(model, {"copies": [1]}, cv=SpeakerKFold(3), scoring=scorer)
        fitted = [*result["estimator"], search.fit(signals, y, **given).best_estimator_]
    for model, train in zip(fitted, [*result["indices"]["train"], numbers], strict=True):
        inner = model.estimator_
        # Only routing brings them here; else the clips number themselves.
        expected = groups[train] if is_routed else np.arange(len(train))
        np.testing.assert_array_equal(inner.groups_, np.tile(expected, 2))
        if is_routed:
            np.testing.assert_array_equal(inner.weights_, np.tile(weights[train], 2))


def _search(cv):
    return GridSearchCV(make_learner(SVC()), {"svc__C": [1, 10]}, cv=cv)


BLIND = {
    "number": _search(3),
    "none": _search(None),
    "stratified": _search(StratifiedKFold(3)),
    "splits": _search([(np.arange(6), np.arange(6, 12))]),
    "calibration": make_learner(CalibratedClassifierCV(SVC(), cv=3)),
    "path": make_learner(LogisticRegressionCV(cv=3)),
    "stack": make_learner(StackingClassifier([("nb", GaussianNB())], cv=3)),
    "deep": make_learner(SpeakerCalibratedClassifier(GridSearchCV(SVC(), {"C": [1]}))),
}


@pytest.mark.parametrize("case", BLIND)
def test_folds_that_do_not_look_at_groups_are_refused(clips, case):
    signals, y, groups = clips
    message = (
        r"must not hold a \w+ whose folds do not look at groups: clips and their copies would be "
        r"in both parts\. Put AugmentedEstimator inside \w+, or give it cv=SpeakerKFold\(\)\.$"
    )
    with pytest.raises(ValueError, match=message):
        augment(BLIND[case]).fit(signals, y, groups)


@pytest.mark.parametrize("cv", [SpeakerKFold(2), GroupKFold(2), LeaveOneGroupOut()])
@pytest.mark.parametrize("has_groups", [False, True])
def test_folds_that_look_at_groups_are_not(clips, cv, has_groups):
    signals, y, groups = clips
    model = augment(_search(cv)).fit(signals, y, groups if has_groups else None)
    n_groups = 3 if has_groups else N_CLIPS
    expected = n_groups if isinstance(cv, LeaveOneGroupOut) else 2
    assert model.estimator_.n_splits_ == expected
    assert model.score(signals, y) > 0.5


# Names and errors


def test_names_stand_for_augmentations(clips):
    signals, y, _ = clips
    model = augment(Recorder(), "noise,pitch").fit(signals, y)
    assert list(map(type, model.augmentations_)) == [AddNoise, ShiftPitch]
    assert len(model.estimator_.X_) == 3 * N_CLIPS
    assert model.get_params()["augmentations"] == "noise,pitch"


WRONG = {
    "no augmentation": ({"augmentations": []}, ValueError, r"at least one.*Pass copies=0 to"),
    "number": ({"augmentations": 3}, ValueError, "'augmentations' parameter of Augment"),
    "function": ({"augmentations": [abs]}, TypeError, "Got <built-in function abs> in it"),
    "class": ({"augmentations": [Noise]}, TypeError, "Got <class .*Noise'> in it"),
    "negative": ({"copies": -1}, ValueError, r"'copies' parameter .* in the range \[0, inf\)"),
    "half": ({"copies": 1.5}, ValueError, "'copies' parameter of AugmentedEstimator must be"),
    "text": ({"balance": "yes"}, ValueError, "'balance' parameter of AugmentedEstimator must"),
    "seed": ({"random_state": -1}, ValueError, "'random_state' parameter of AugmentedEstim"),
    "estimator": ({"estimator": "svm"}, ValueError, "'estimator' parameter of AugmentedEstim"),
}


@pytest.mark.parametrize("case", WRONG)
def test_nonsense_is_explained(clips, case):
    params, error, message = WRONG[case]
    with pytest.raises(error, match=message):
        augment().set_params(**params).fit(*clips[:2])


@pytest.mark.parametrize("what", ["y", "groups", "sample_weight"])
def test_lengths_must_agree(clips, what):
    signals, y, groups = clips
    given = {"y": y, "groups": groups, "sample_weight": np.ones(N_CLIPS)}
    given[what] = given[what][1:]
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        augment(Recorder()).fit(signals, **given)


def test_a_single_path_is_refused():
    with pytest.raises(TypeError, match=r"AugmentedEstimator expects a list of paths or signals"):
        augment().fit("a.wav", ["sad"])
