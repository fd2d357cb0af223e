import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context, get_config
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.ensemble import AdaBoostClassifier
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

from sersk.classifiers import LabelEncodedClassifier, SpeakerCalibratedClassifier
from sersk.model_selection import make_search
from sersk.utils._metadata import call_with_metadata, fit_with_metadata, needs_to_predict

SEEN = []


class Listener(ClassifierMixin, BaseEstimator):
    """Notes the weights and groups that reach it."""

    __metadata_request__fit = {"groups": True}

    def fit(self, X, y, groups=None, sample_weight=None):
        SEEN.append((groups, sample_weight))
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[0], len(X))

    def predict_proba(self, X):
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))


@pytest.fixture
def data(rng):
    SEEN.clear()
    y = np.tile(["angry", "happy", "sad"], 20)
    X = (y[:, None] == np.unique(y)) + rng.normal(scale=0.8, size=(60, 3))
    return X, y, np.repeat(np.arange(6), 10), rng.uniform(0.1, 1, 60)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda model: model,
        lambda model: make_pipeline(StandardScaler(), model),
        lambda model: make_pipeline(MinMaxScaler(), make_pipeline(StandardScaler(), model)),
        LabelEncodedClassifier,
    ],
)
def test_weights_reach_the_part_that_learns(wrap, data):
    X, y, groups, weights = data
    fit_with_metadata(wrap(Listener()), X, y, groups=groups, sample_weight=weights)
    (seen_groups, seen_weights), *more = SEEN
    assert not more
    assert_array_equal(seen_weights, weights)
    assert seen_groups is None or list(seen_groups) == list(groups)


def test_nothing_given_nothing_handed_over(data):
    fit_with_metadata(make_pipeline(StandardScaler(), Listener()), *data[:2])
    assert SEEN == [(None, None)]


def test_search_hands_the_weights_of_each_fold(data):
    X, y, groups, weights = data
    pipeline = make_pipeline(StandardScaler(), Listener())
    search = make_search(pipeline, {"standardscaler__with_mean": [True]})
    fit_with_metadata(search, X, y, groups=groups, sample_weight=weights)
    assert [len(seen) for _, seen in SEEN] == [40, 40, 40, 60]
    assert np.isfinite(search.best_score_)


@pytest.mark.parametrize(
    "model",
    [
        SVC(),
        OneVsRestClassifier(SVC()),
        SpeakerCalibratedClassifier(OneVsRestClassifier(SVC()), random_state=0),
        SpeakerCalibratedClassifier(SVC(), random_state=0),
        make_pipeline(StandardScaler(), SpeakerCalibratedClassifier(SVC(), random_state=0)),
        LabelEncodedClassifier(GaussianNB()),
    ],
    ids=str,
)
def test_weights_have_an_effect(model, data):
    """A class of little weight is predicted less often."""
    X, y, groups, _ = data
    rare = np.where(y == "sad", 0.02, 1.0)
    plain = fit_with_metadata(clone(model), X, y, groups=groups).predict(X)
    level = fit_with_metadata(
        clone(model), X, y, groups=groups, sample_weight=np.ones(60)
    ).predict(X)
    weighted = fit_with_metadata(clone(model), X, y, groups=groups, sample_weight=rare).predict(X)
    assert np.sum(weighted == "sad") < np.sum(plain == "sad") - 5
    assert_array_equal(level, plain)


def test_a_part_that_was_told_to_do_without_does_without(data):
    X, y, _, weights = data
    with config_context(enable_metadata_routing=True):
        scaler = StandardScaler().set_fit_request(sample_weight=False)
    pipeline = make_pipeline(scaler, SVC())
    fit_with_metadata(pipeline, X, y, sample_weight=weights)
    assert_array_equal(pipeline[0].mean_, X.mean(axis=0))
    pipeline = make_pipeline(StandardScaler(), SVC())
    fit_with_metadata(pipeline, X, y, sample_weight=weights)
    np.testing.assert_allclose(pipeline[0].mean_, np.average(X, axis=0, weights=weights))


@pytest.mark.parametrize(
    "model", [KNeighborsClassifier(), make_pipeline(MinMaxScaler(), KNeighborsClassifier())]
)
def test_weights_are_never_lost_silently(model, data):
    X, y, _, weights = data
    with pytest.raises(ValueError, match=r"No part of \w+ takes a sample_weight\. Use a"):
        fit_with_metadata(model, X, y, sample_weight=weights)


@pytest.mark.parametrize("wrap", [lambda model: model, make_pipeline])
def test_what_hands_no_metadata_on(wrap, data):
    X, y, groups, weights = data
    model = wrap(AdaBoostClassifier(n_estimators=3, random_state=0))
    fit_with_metadata(model, X, y, groups=groups)
    assert_array_equal(model.predict(X), clone(model).fit(X, y).predict(X))
    with pytest.raises(ValueError, match=r"No part of .* takes a sample_weight"):
        fit_with_metadata(model, X, y, groups=groups, sample_weight=weights)


def test_groups_reach_splitters_and_the_configuration_stays(data):
    X, y, groups, _ = data
    search = GridSearchCV(SVC(), {"C": [1]}, cv=GroupKFold(3))
    assert fit_with_metadata(search, X, y, groups=groups).n_splits_ == 3
    assert get_config()["enable_metadata_routing"] is False


# Calls of what is fitted


class Eavesdropper(TransformerMixin, BaseEstimator):
    """Notes the groups and copies that come with what it transforms."""

    __metadata_request__fit = {"groups": True, "copy_index": True}
    __metadata_request__transform = {"groups": True}

    def fit(self, X, y=None, groups=None, copy_index=None):
        SEEN.append(("fit", groups, copy_index))
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X, groups=None):
        SEEN.append(("transform", groups))
        return X

    def fit_transform(self, X, y=None, groups=None, copy_index=None):
        return self.fit(X, y, groups, copy_index).transform(X, groups)


WRAPS = {
    "pipeline": lambda model: make_pipeline(Eavesdropper(), model),
    "inner pipeline": lambda model: make_pipeline(make_pipeline(Eavesdropper()), model),
    "search": lambda model: GridSearchCV(
        make_pipeline(Eavesdropper(), model), {"gaussiannb__var_smoothing": [1e-9]}, cv=2
    ),
}


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("method", ["predict", "predict_proba", "predict_log_proba"])
def test_groups_reach_the_parts_that_predict(wrap, method, data):
    X, y, groups, _ = data
    model = fit_with_metadata(WRAPS[wrap](GaussianNB()), X, y, groups=groups)
    SEEN.clear()
    result = call_with_metadata(model, method, X[:7], groups=groups[:7])
    assert [(name, list(seen)) for name, seen in SEEN] == [("transform", list(groups[:7]))]
    assert_array_equal(result, getattr(model, method)(X[:7]))


@pytest.mark.parametrize("wrap", WRAPS)
def test_who_needs_groups_to_predict(wrap):
    assert needs_to_predict(WRAPS[wrap](GaussianNB()), "groups")
    assert not needs_to_predict(WRAPS[wrap](GaussianNB()), "copy_index")
    assert not needs_to_predict(make_pipeline(StandardScaler(), Listener()), "groups")
    assert not needs_to_predict(make_pipeline(AdaBoostClassifier()), "groups")


def test_any_metadata_reaches_the_part_that_asks_for_it(data):
    X, y, groups, _ = data
    numbers = np.arange(60) % 3
    model = make_pipeline(Eavesdropper(), GaussianNB())
    fit_with_metadata(model, X, y, groups=groups, copy_index=numbers, nothing=None, unheard=X)
    _, seen_groups, seen_numbers = SEEN[0]
    assert_array_equal(seen_groups, groups)
    assert_array_equal(seen_numbers, numbers)


@pytest.mark.parametrize(
    "model", [GaussianNB(), make_pipeline(StandardScaler(), SVC()), AdaBoostClassifier()], ids=str
)
def test_groups_that_no_part_wants_are_left_out(model, data):
    X, y, groups, _ = data
    model.fit(X, y)
    assert_array_equal(call_with_metadata(model, "predict", X, groups=groups), model.predict(X))
    assert call_with_metadata(model, "score", X, y, groups=groups) == model.score(X, y)
    assert get_config()["enable_metadata_routing"] is False


def test_score_takes_weights_and_groups(data):
    X, y, groups, weights = data
    model = make_pipeline(Eavesdropper(), GaussianNB()).fit(X, y)
    SEEN.clear()
    given = {"groups": groups, "sample_weight": weights}
    expected = np.average(model[-1].predict(X) == y, weights=weights)
    assert call_with_metadata(model, "score", X, y, **given) == pytest.approx(expected)
    assert list(SEEN[0][1]) == list(groups)
    with pytest.raises(ValueError, match="No part of GaussianNB takes a sample_weight"):
        call_with_metadata(model[-1], "predict", X, sample_weight=weights)
