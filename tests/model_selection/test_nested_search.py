"""Nested search never shows a test speaker to any fit: every fit and predict is recorded."""

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import SelectKBest
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.datasets import make_emotional_speech
from sersk.exceptions import ManifestError
from sersk.features import RMS, AudioFeatures, ZeroCrossingRate
from sersk.model_selection import NestedSearch, SpeakerKFold, make_search, search_nested

N_SPEAKERS = 4
LOG = []


class LoggingClassifier(ClassifierMixin, BaseEstimator):
    """Logs the speakers of every fit and predict; the first column of X holds their numbers."""

    def __init__(self, sharpness=1.0):
        self.sharpness = sharpness

    def fit(self, X, y):
        self.classes_, self.speakers_ = np.unique(y), frozenset(X[:, 0].tolist())
        self.means_ = np.stack([X[y == name, 1:].mean(axis=0) for name in self.classes_])
        LOG.append(("fit", self.speakers_, None))
        return self

    def decision_function(self, X):
        LOG.append(("predict", self.speakers_, frozenset(X[:, 0].tolist())))
        distances = np.square(X[:, np.newaxis, 1:] - self.means_).sum(axis=2)
        return -self.sharpness * distances

    def predict_proba(self, X):
        scores = np.exp(self.decision_function(X))
        return scores / scores.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self.classes_[self.decision_function(X).argmax(axis=1)]


class LoggingScaler(StandardScaler):
    """Leaves the first column as it is, and logs whose clips it was fitted to."""

    def fit(self, X, y=None):
        self.speakers_ = frozenset(X[:, 0].tolist())
        LOG.append(("fit", self.speakers_, None))
        return super().fit(X[:, 1:])

    def transform(self, X):
        # Every pipeline scales its own training clips as well; those are no test.
        seen = frozenset(X[:, 0].tolist())
        if seen != self.speakers_:
            LOG.append(("predict", self.speakers_, seen))
        return np.column_stack([X[:, 0], super().transform(X[:, 1:])])


class SpeakerCentring(TransformerMixin, BaseEstimator):
    """A step that wants the groups, and fails where they are not those of its clips."""

    __metadata_request__fit = {"groups": True}

    def fit(self, X, y=None, groups=None):
        assert groups is not None, "The groups did not arrive."
        assert_array_equal(groups, X[:, 0].astype(int))
        LOG.append(("groups", "asked", None))
        LOG.append(("fit", frozenset(X[:, 0].tolist()), None))
        return self

    def transform(self, X):
        return X


@pytest.fixture(autouse=True)
def log():
    LOG.clear()
    return LOG


@pytest.fixture
def clips():
    """X, y and speakers; every speaker has every class, so that all folds can be grouped."""
    rng = np.random.default_rng(0)
    speakers = np.repeat(np.arange(N_SPEAKERS), 9)
    y = np.tile(["angry", "happy", "sad"], 3 * N_SPEAKERS)
    clues = (y[:, None] == np.unique(y)) + rng.normal(scale=0.7, size=(len(y), 3))
    order = rng.permutation(len(y))
    return np.column_stack([speakers, clues])[order], y[order], speakers[order]


def _make_model(*, calibrated):
    classifier, name = LoggingClassifier(), "classifier__sharpness"
    if calibrated:
        classifier = SpeakerCalibratedClassifier(classifier, random_state=0)
        name = "classifier__estimator__sharpness"
    return Pipeline([("scaler", LoggingScaler()), ("classifier", classifier)]), {name: [0.5, 2.0]}


def check_apart(log):
    """Fail unless, in a nested search leaving out one of all speakers, all was kept apart."""
    everyone = frozenset().union(*(speakers for _, speakers, _ in log))
    assert len(everyone) == N_SPEAKERS
    for kind, fitted, seen in log:
        shared = fitted & seen if kind == "predict" else ()
        assert not shared, f"Speakers {sorted(shared)} are in both parts."
    tested, seen_by_fits = [], []
    for kind, fitted, seen in log:
        if kind == "fit":
            seen_by_fits.append(fitted)
        elif fitted == everyone - seen and len(seen) == 1 and len(tested) < N_SPEAKERS:
            # An outer fold ends with the predictions for its test speaker, the only ones that are
            # of a model of all others: what comes before is of that fold.
            if seen_by_fits:
                (speaker,) = seen
                leaks = [fit for fit in seen_by_fits if speaker in fit]
                assert not leaks, f"Speaker {speaker} was shown to {len(leaks)} fits."
                # Inner fits have yet fewer speakers; else there was no inner cross-validation.
                assert any(len(fit) < N_SPEAKERS - 1 for fit in seen_by_fits)
                tested.append(speaker)
            seen_by_fits = []
    assert sorted(tested) == sorted(everyone), "Not every speaker was left out once."
    # What comes after the outer folds is the search on all clips.
    assert seen_by_fits[-1] == everyone


@pytest.mark.parametrize("calibrated", [False, True])
def test_no_fit_is_shown_a_test_speaker(clips, log, calibrated):
    model, space = _make_model(calibrated=calibrated)
    result = search_nested(model, space, *clips)
    assert isinstance(result, NestedSearch)
    assert result.protocol.name == "leave-one-speaker-out"
    check_apart(log)
    assert len(result.out_of_fold.best_params) == N_SPEAKERS


@pytest.mark.parametrize("calibrated", [False, True])
class TestTheRecordFails:
    """Proof that the test above could: with the grouping taken away it does not hold."""

    def test_where_the_inner_folds_ignore_speakers(self, clips, log, calibrated, monkeypatch):
        split = SpeakerKFold.split
        monkeypatch.setattr(
            SpeakerKFold, "split", lambda self, X, y, groups=None: split(self, X, y, None)
        )
        search_nested(*_make_model(calibrated=calibrated), *clips)
        with pytest.raises(AssertionError, match="are in both parts"):
            check_apart(log)

    def test_where_no_groups_are_given(self, clips, log, calibrated):
        X, y, _ = clips
        result = search_nested(*_make_model(calibrated=calibrated), X, y, groups=None)
        assert result.protocol.optimistic
        with pytest.raises(AssertionError, match="are in both parts"):
            check_apart(log)

    def test_where_groups_do_not_reach_the_search(self, clips, log, calibrated, monkeypatch):
        """The outer folds are of speakers still."""
        name = "sersk.model_selection._cross_validation.fit_with_metadata"
        monkeypatch.setattr(name, lambda estimator, X, y, **metadata: estimator.fit(X, y))
        search_nested(*_make_model(calibrated=calibrated), *clips)
        with pytest.raises(AssertionError, match="are in both parts"):
            check_apart(log)

    def test_where_the_search_is_not_nested(self, clips, log, calibrated):
        """The usual mistake: parameters chosen on all clips, then scored by speakers."""
        model, space = _make_model(calibrated=calibrated)
        X, y, speakers = clips
        with sklearn.config_context(enable_metadata_routing=True):
            search = make_search(model, space).fit(X, y, groups=speakers)
            for train, test in LeaveOneGroupOut().split(X, y, speakers):
                wanted = {"groups": speakers[train]} if calibrated else {}
                sklearn.clone(search.best_estimator_).fit(X[train], y[train], **wanted).predict(
                    X[test]
                )
        with pytest.raises(AssertionError, match=r"was shown to|left out once"):
            check_apart(log)


@pytest.mark.parametrize("protocol", ["grouped", "leave-one-speaker-out"])
def test_protocols_keep_inner_and_outer_speakers_apart(clips, log, protocol):
    model, space = _make_model(calibrated=False)
    result = search_nested(model, space, *clips, protocol=protocol)
    assert result.protocol.name == protocol
    assert not any(fitted & seen for kind, fitted, seen in log if kind == "predict")


def test_a_user_who_wants_stratified_folds_gets_them(clips, log):
    result = search_nested(*_make_model(calibrated=False), *clips, protocol="stratified")
    assert result.protocol.optimistic
    assert any(fitted & seen for kind, fitted, seen in log if kind == "predict")


class TestRouting:
    @pytest.mark.parametrize("calibrated", [False, True])
    def test_parts_that_want_groups_get_them(self, clips, log, calibrated):
        """In every inner and outer fold and in the end; the step itself compares them."""
        model, space = _make_model(calibrated=calibrated)
        model.steps.insert(0, ("centring", SpeakerCentring()))
        result = search_nested(model, space, *clips)
        # Per outer fold 2 candidates × 3 inner folds and a refit, and once more on all clips.
        n_asked = sum(fitted == "asked" for _, fitted, _ in log)
        assert n_asked == N_SPEAKERS * (2 * 3 + 1) + 2 * 3 + 1
        log[:] = [entry for entry in log if entry[1] != "asked"]
        assert result.search.best_estimator_[0].__class__ is SpeakerCentring
        check_apart(log)

    def test_the_step_fails_without(self, clips):
        model = make_pipeline(SpeakerCentring(), GaussianNB())
        with pytest.raises(AssertionError, match="did not arrive"):
            search_nested(model, {"gaussiannb__var_smoothing": [1e-9]}, *clips[:2])

    @pytest.mark.parametrize("is_on", [False, True])
    def test_configuration_of_scikit_learn_stays(self, clips, is_on):
        with sklearn.config_context(enable_metadata_routing=is_on, assume_finite=is_on):
            before = sklearn.get_config()
            search_nested(*_make_model(calibrated=False), *clips)
            assert sklearn.get_config() == before
        assert before["enable_metadata_routing"] is is_on

    @pytest.mark.parametrize("where", ["fit", "predict", "folds"])
    def test_configuration_stays_after_an_exception(self, clips, where, monkeypatch):
        X, y, speakers = clips
        before, n_splits = sklearn.get_config(), None
        error, message = RuntimeError, "planned failure"
        if where == "folds":
            n_splits, error, message = 99, ManifestError, "the number of speakers"
        else:

            def fail(*args):
                assert sklearn.get_config() != before
                raise RuntimeError(message)

            monkeypatch.setattr(LoggingClassifier, where, fail)
        with pytest.raises(error, match=message):
            search_nested(*_make_model(calibrated=False), X, y, speakers, n_splits=n_splits)
        assert sklearn.get_config() == before


class TestResult:
    def test_is_that_of_loops_by_hand(self, clips):
        X, y, speakers = clips
        model = make_pipeline(StandardScaler(), GaussianNB())
        space = {"gaussiannb__var_smoothing": [1e-9, 10.0]}
        result = search_nested(model, space, X[:, 1:], y, speakers)
        for test_speaker in range(N_SPEAKERS):
            train, test = speakers != test_speaker, speakers == test_speaker
            with sklearn.config_context(enable_metadata_routing=True):
                search = make_search(model, space)
                search.fit(X[train, 1:], y[train], groups=speakers[train])
            assert_allclose(
                result.out_of_fold.probabilities[test], search.predict_proba(X[test, 1:])
            )
            assert result.out_of_fold.best_params[test_speaker] == search.best_params_

    def test_search_is_refitted_on_all_clips(self, clips):
        X, y, speakers = clips
        model = make_pipeline(StandardScaler(), GaussianNB())
        space = {"gaussiannb__var_smoothing": [1e-9, 1e3]}
        result = search_nested(model, space, X[:, 1:], y, speakers)
        best = result.search.best_estimator_
        assert best[0].n_samples_seen_ == len(y)
        assert_allclose(best[0].mean_, X[:, 1:].mean(axis=0))
        assert result.search.best_params_ in result.search.cv_results_["params"]
        assert result.search.n_splits_ == 3
        assert best.predict(X[:3, 1:]).shape == (3,)
        assert not hasattr(model[0], "mean_")

    @pytest.mark.usefixtures("workers_at_once")
    def test_does_not_depend_on_the_number_of_workers(self, clips):
        X, y, speakers = clips
        model = make_pipeline(
            StandardScaler(), SelectKBest(k=2), SpeakerCalibratedClassifier(SVC(), random_state=0)
        )
        space = {"speakercalibratedclassifier__estimator__C": [0.1, 10.0]}
        one, two = (search_nested(model, space, X[:, 1:], y, speakers, n_jobs=n) for n in (1, 2))
        assert_array_equal(one.out_of_fold.probabilities, two.out_of_fold.probabilities)
        assert one.out_of_fold.best_params == two.out_of_fold.best_params
        assert one.search.best_params_ == two.search.best_params_
        assert_array_equal(one.search.predict_proba(X[:, 1:]), two.search.predict_proba(X[:, 1:]))

    @pytest.mark.parametrize("protocol", ["grouped", "leave-one-speaker-out"])
    def test_seed_reaches_outer_and_inner_folds(self, clips, log, protocol):
        def run(seed):
            log.clear()
            model, space = _make_model(calibrated=False)
            kwargs = dict(protocol=protocol, random_state=seed)
            result = search_nested(model, space, *clips, **kwargs)
            return [test.tolist() for _, test in result.protocol.splits], log.copy()

        (outer, record), again, (other_outer, other_record) = run(0), run(0), run(1)
        assert (outer, record) == again
        # Leaving out one at a time leaves nothing to chance but the inner folds.
        assert (outer != other_outer) is (protocol == "grouped")
        assert record != other_record


class TestKindsOfInput:
    @pytest.fixture(scope="class")
    @classmethod
    def speech(cls):
        return make_emotional_speech(
            3, 2, classes=("anger", "sadness"), duration_s=0.3, random_state=0
        )

    @pytest.fixture(scope="class")
    @classmethod
    def paths(cls, speech, tmp_path_factory):
        import soundfile

        folder = tmp_path_factory.mktemp("clips")
        paths = [str(folder / f"{i}.wav") for i in range(len(speech[0]))]
        for path, signal in zip(paths, speech[0], strict=True):
            soundfile.write(path, signal, 16000, subtype="FLOAT")
        return paths

    @pytest.mark.parametrize("kind", ["paths", "signals", "array of paths", "series of paths"])
    def test_same_as_from_features(self, speech, paths, kind):
        signals, y, speakers = speech
        parts = [("zcr", ZeroCrossingRate(sample_rate=16000)), ("rms", RMS(sample_rate=16000))]
        X = {"paths": paths, "signals": signals, "array of paths": np.array(paths)}.get(kind)
        if kind == "series of paths":
            import pandas as pd

            # An index that is not the place of the clip.
            X = pd.Series(paths, index=np.arange(len(paths))[::-1])
        learner = [("scaler", StandardScaler()), ("nb", GaussianNB())]
        space = {"nb__var_smoothing": [1e-9, 1.0]}
        pipeline = Pipeline([("features", AudioFeatures(parts)), *learner])
        found = search_nested(pipeline, space, X, y.tolist(), speakers.tolist())
        matrix = AudioFeatures(parts).transform(signals)
        expected = search_nested(Pipeline(learner), space, matrix, y, speakers)
        assert found.protocol.fold_names == ["S01", "S02", "S03"]
        assert_allclose(
            found.out_of_fold.probabilities, expected.out_of_fold.probabilities, atol=1e-4
        )
        assert found.search.best_params_ == expected.search.best_params_
        assert found.search.predict(X).tolist() == expected.search.predict(matrix).tolist()


def test_groups_pass_by_a_step_that_cannot_use_them(clips, log):
    model, space = _make_model(calibrated=True)
    columns = [("speaker", "passthrough", [0]), ("clues", StandardScaler(), [1, 2, 3])]
    model.steps[0] = ("scaler", ColumnTransformer(columns))
    search_nested(model, space, *clips)
    check_apart(log)
