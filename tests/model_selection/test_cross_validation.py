import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import get_config
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.validation import check_is_fitted

from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.exceptions import ManifestError
from sersk.model_selection import (
    SpeakerKFold,
    cross_validate_predictions,
    fit_with_groups,
    make_protocol,
)
from sersk.preprocessing import SpeakerNormalizer

# fit_with_groups


def test_groups_go_to_those_who_want_them(corpus, groups_recorder):
    X, y, speakers = corpus
    model = fit_with_groups(groups_recorder, X, y, speakers)
    assert model is groups_recorder
    assert_array_equal(model.groups_, speakers)


def test_groups_pass_through_a_pipeline(corpus, groups_recorder):
    X, y, speakers = corpus
    pipeline = make_pipeline("passthrough", groups_recorder)
    assert_array_equal(fit_with_groups(pipeline, X, y, speakers)[-1].groups_, speakers)


def test_groups_pass_by_those_who_do_not_want_them(corpus, recorder):
    X, y, speakers = corpus
    for model in (recorder, SVC(), make_pipeline(StandardScaler(), LogisticRegression())):
        check_is_fitted(fit_with_groups(model, X, y, speakers))


def test_no_groups_where_none_are_known(corpus, groups_recorder):
    X, y, _ = corpus
    assert fit_with_groups(groups_recorder, X, y).groups_ is None
    pipeline = make_pipeline("passthrough", groups_recorder)
    assert fit_with_groups(pipeline, X, y)[-1].groups_ is None


def test_the_routing_of_the_user_is_left_alone(corpus, groups_recorder):
    before = get_config()["enable_metadata_routing"]
    fit_with_groups(groups_recorder, *corpus)
    assert get_config()["enable_metadata_routing"] is before


# cross_validate_predictions


def _loso(y, speakers):
    return make_protocol(y, speakers, name="leave-one-speaker-out").splits


def test_predictions_are_those_of_a_loop_by_hand(corpus):
    X, y, speakers = corpus
    model = LogisticRegression()
    result = cross_validate_predictions(model, X[:, 1:], y, _loso(y, speakers), speakers)
    assert_array_equal(result.classes, ["angry", "happy", "sad"])
    assert result.best_params == []
    for speaker in np.unique(speakers):
        train, test = speakers != speaker, speakers == speaker
        expected = LogisticRegression().fit(X[train, 1:], y[train])
        assert_allclose(result.probabilities[test], expected.predict_proba(X[test, 1:]), rtol=1e-6)
        assert_array_equal(result.predictions[test], expected.predict(X[test, 1:]))


def test_estimator_stays_unfitted(corpus):
    X, y, speakers = corpus
    model = LogisticRegression()
    cross_validate_predictions(model, X, y, _loso(y, speakers))
    with pytest.raises(NotFittedError, match="not fitted yet"):
        check_is_fitted(model)


@pytest.mark.parametrize("name", ["leave-one-speaker-out", "grouped"])
def test_no_clip_is_predicted_by_a_model_that_knows_its_speaker(corpus, recorder, name):
    X, y, speakers = corpus
    splits = make_protocol(y, speakers, name=name).splits
    result = cross_validate_predictions(recorder, X, y, splits, speakers)
    assert_allclose(result.probabilities.sum(axis=1), 1)


def test_the_recorder_fails_on_splits_without_speakers(corpus, recorder):
    X, y, _ = corpus
    splits = make_protocol(y, name="stratified").splits
    with pytest.raises(AssertionError, match="are in both parts"):
        cross_validate_predictions(recorder, X, y, splits)


def test_each_fit_gets_the_groups_of_its_own_part(corpus, groups_recorder):
    """The recorder compares them with the first column of X."""
    X, y, speakers = corpus
    cross_validate_predictions(groups_recorder, X, y, _loso(y, speakers), speakers)
    with pytest.raises(AssertionError, match="are not those of the clips"):
        cross_validate_predictions(groups_recorder, X, y, _loso(y, speakers), speakers[::-1])


def test_each_test_part_is_predicted_with_its_own_groups(corpus):
    """What measures clips against their speaker gets the test clips of that speaker alone."""
    X, y, speakers = corpus
    X = X[:, 1:] + 5 * speakers[:, None]
    splits = make_protocol(y, speakers, name="grouped").splits
    model = make_pipeline(SpeakerNormalizer(min_clips=2), LogisticRegression())
    result = cross_validate_predictions(model, X, y, splits, speakers)
    for train, test in splits:
        normalizer = SpeakerNormalizer(min_clips=2)
        Z = normalizer.fit_transform(X[train], groups=speakers[train])
        expected = LogisticRegression().fit(Z, y[train])
        Z_test = normalizer.transform(X[test], groups=speakers[test])
        assert_allclose(result.probabilities[test], expected.predict_proba(Z_test), rtol=1e-6)
    plain = cross_validate_predictions(model, X, y, splits)
    assert not np.allclose(plain.probabilities, result.probabilities, atol=0.05)


def test_class_that_a_training_part_lacks_has_probability_zero():
    """Only speaker 0 is ever disgusted: without them the class is unknown, not shifted."""
    rng = np.random.default_rng(0)
    y = np.array(["angry", "disgust", "sad"] * 4 + ["angry", "sad"] * 12)
    speakers = np.r_[np.zeros(12), np.repeat([1, 2, 3], 8)]
    X = (y[:, None] == np.unique(y)) + rng.normal(scale=0.1, size=(36, 3))
    result = cross_validate_predictions(LogisticRegression(), X, y, _loso(y, speakers), speakers)
    assert result.probabilities.shape == (36, 3)
    assert_allclose(result.probabilities.sum(axis=1), 1)
    assert np.all(result.probabilities[speakers == 0, 1] == 0)
    assert np.all(result.probabilities[speakers != 0] > 0)
    is_known = y != "disgust"
    assert_array_equal(result.predictions[is_known], y[is_known])


def test_training_part_of_a_single_class():
    y = np.array(["angry", "sad", "angry", "angry"])
    splits = [(np.array([0, 2]), np.array([1, 3])), (np.array([1, 3]), np.array([0, 2]))]
    with pytest.raises(
        ManifestError,
        match=r"^Without the 2 clips of one fold, only the class 'angry' is left to learn from\. "
        r"Every training part must have at least two classes: use fewer folds \(--cv\), or add",
    ):
        cross_validate_predictions(LogisticRegression(), np.zeros((4, 1)), y, splits)


def test_result_does_not_depend_on_the_number_of_workers(corpus, workers_at_once):
    X, y, speakers = corpus
    model = make_pipeline(StandardScaler(), SpeakerCalibratedClassifier(SVC(), random_state=0))
    one, two = (
        cross_validate_predictions(model, X, y, _loso(y, speakers), speakers, n_jobs=n_jobs)
        for n_jobs in (1, 2)
    )
    assert_array_equal(one.probabilities, two.probabilities)
    assert_array_equal(one.classes, two.classes)


def test_classes_need_not_be_text(corpus):
    X, y, speakers = corpus
    numbers = np.searchsorted(np.unique(y), y) * 10
    result = cross_validate_predictions(LogisticRegression(), X, numbers, _loso(y, speakers))
    assert_array_equal(result.classes, [0, 10, 20])
    assert set(result.predictions) <= {0, 10, 20}


def test_no_bar_where_stderr_is_no_terminal(corpus, capsys):
    X, y, speakers = corpus
    cross_validate_predictions(
        LogisticRegression(), X, y, _loso(y, speakers), progress="Cross-validating"
    )
    assert capsys.readouterr() == ("", "")


def test_stratified_folds_of_the_splitter_serve_too(corpus):
    X, y, _ = corpus
    splits = list(SpeakerKFold(3, random_state=0).split(X, y))
    result = cross_validate_predictions(LogisticRegression(), X[:, 1:], y, splits)
    assert np.mean(result.predictions == y) > 0.7
