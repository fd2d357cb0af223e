import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics import balanced_accuracy_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.model_selection import (
    SpeakerKFold,
    cross_validate_predictions,
    fit_with_groups,
    make_protocol,
    make_search,
)


def _loso(y, speakers):
    return make_protocol(y, speakers, name="leave-one-speaker-out").splits


def test_search_keeps_speakers_apart(corpus, recorder):
    X, y, speakers = corpus
    search = fit_with_groups(make_search(recorder, {"width": [1, 2]}), X, y, speakers)
    assert search.n_splits_ == 3
    assert search.best_params_["width"] in (1, 2)


def test_search_without_groups_is_caught_by_the_recorder(corpus, recorder):
    X, y, _ = corpus
    with pytest.raises(AssertionError, match="are in both parts"):
        fit_with_groups(make_search(recorder, {"width": [1]}), X, y, groups=None)


@pytest.mark.parametrize("is_in_pipeline", [False, True])
def test_nested_search_keeps_speakers_apart(corpus, recorder, is_in_pipeline):
    X, y, speakers = corpus
    model, space = recorder, {"width": [1, 2]}
    if is_in_pipeline:
        model = make_pipeline("passthrough", recorder)
        space = {"recordingclassifier__width": [1, 2]}
    search = make_search(model, space)
    result = cross_validate_predictions(search, X, y, _loso(y, speakers), speakers)
    assert len(result.best_params) == 8
    assert all(set(params) == set(space) for params in result.best_params)


def test_nested_search_without_groups_is_caught_by_the_recorder(corpus, recorder):
    """The outer splits are of speakers; without the groups the inner ones are not."""
    X, y, speakers = corpus
    search = make_search(recorder, {"width": [1]})
    with pytest.raises(AssertionError, match="are in both parts"):
        cross_validate_predictions(search, X, y, _loso(y, speakers), groups=None)


def test_groups_reach_splitter_and_classifier_at_once(corpus, groups_recorder):
    X, y, speakers = corpus
    search = make_search(make_pipeline("passthrough", groups_recorder), {})
    fitted = fit_with_groups(search, X, y, speakers)
    assert np.array_equal(fitted.best_estimator_[-1].groups_, speakers)


def test_search_is_scored_by_uar(corpus):
    X, y, speakers = corpus
    keep = (y != "sad") | (np.arange(len(y)) % 3 == 0)
    X, y, speakers = X[keep], y[keep], speakers[keep]
    search = fit_with_groups(make_search(SVC(), {"C": [0.1, 1.0]}), X[:, 1:], y, speakers)
    folds = SpeakerKFold(3, random_state=0)
    expected = [
        balanced_accuracy_score(
            y[test], SVC(C=1.0).fit(X[train, 1:], y[train]).predict(X[test, 1:])
        )
        for train, test in folds.split(X, y, speakers)
    ]
    assert_allclose(search.cv_results_["mean_test_score"][1], np.mean(expected))


def test_search_finds_the_better_value(corpus):
    X, y, speakers = corpus
    search = fit_with_groups(make_search(SVC(), {"gamma": [1e4, 0.3]}), X[:, 1:], y, speakers)
    assert search.best_params_ == {"gamma": 0.3}


def test_errors_are_raised_not_scored(corpus):
    X, y, speakers = corpus
    with pytest.raises(ValueError, match="The 'C' parameter of SVC must be a float"):
        fit_with_groups(make_search(SVC(), {"C": [1.0, -1.0]}), X, y, speakers)


def test_seed_decides_the_inner_folds(corpus):
    X, y, speakers = corpus

    def scores(seed):
        search = make_search(SVC(C=0.5), {}, random_state=seed)
        results = fit_with_groups(search, X[:, 1:], y, speakers).cv_results_
        return [results[f"split{i}_test_score"][0] for i in range(3)]

    assert scores(0) == scores(0)
    assert scores(0) != scores(1)


@pytest.mark.filterwarnings("error")
def test_nested_search_with_two_speakers():
    """One speaker is left to search on: stratified folds, and not a word of groups ignored."""
    rng = np.random.default_rng(0)
    speakers = np.repeat([0.0, 1.0], 12)
    y = np.tile(["angry", "sad"], 12)
    X = (y[:, None] == ["angry"]) + rng.normal(scale=0.2, size=(24, 1))
    model = SpeakerCalibratedClassifier(SVC(), random_state=0)
    search = make_search(model, {"estimator__C": [1.0, 10.0]})
    result = cross_validate_predictions(search, X, y, _loso(y, speakers), speakers)
    assert np.mean(result.predictions == y) > 0.9
