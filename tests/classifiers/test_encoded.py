import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.model_selection import LeaveOneGroupOut, cross_val_score
from sklearn.svm import SVC
from xgboost import XGBClassifier

from sersk.classifiers import LabelEncodedClassifier


@pytest.fixture
def model():
    return LabelEncodedClassifier(XGBClassifier(n_estimators=10, n_jobs=1, random_state=0))


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    y = np.tile(["angry", "happy", "neutral", "sad"], 15)
    return (y[:, None] == np.unique(y)) + rng.normal(scale=0.3, size=(60, 4)), y


@pytest.mark.parametrize(
    "names",
    [
        ["angry", "happy", "neutral", "sad"],
        ["sad", "neutral", "happy", "angry"],
        [1, 5, 10, 70],
        [-3, 0, 2, 4],
        ["1", "01", "NA", "Ärger"],
    ],
)
def test_labels_of_any_kind(model, data, names):
    X, y = data
    names = np.array(names)
    labels = names[np.searchsorted(np.unique(y), y)]
    assert model.fit(X, labels) is model
    assert_array_equal(model.classes_, np.unique(names))
    assert_array_equal(model.predict(X), labels)
    probabilities = model.predict_proba(X)
    assert probabilities.shape == (60, 4)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert_array_equal(model.classes_[probabilities.argmax(axis=1)], model.predict(X))


@pytest.mark.parametrize("n_classes", [2, 4])
def test_same_as_the_classifier_on_codes(model, data, n_classes):
    X, y = data
    codes = np.searchsorted(np.unique(y), y) % n_classes
    names = np.array(["d", "c", "b", "a"][:n_classes])[::-1]
    bare = XGBClassifier(n_estimators=10, n_jobs=1, random_state=0).fit(X, codes)
    model.fit(X, names[codes])
    assert_array_equal(model.predict_proba(X), bare.predict_proba(X))


def test_fold_without_a_class(model, data):
    """The first and the middle class missing leave gaps in codes made for the whole corpus."""
    X, y = data
    for absent in ("angry", "neutral", "sad"):
        keep = y != absent
        model.fit(X[keep], y[keep])
        assert absent not in model.classes_
        assert_array_equal(model.predict(X[keep]), y[keep])


def test_cross_validation_where_one_speaker_alone_has_a_class(model, data):
    X, y = data
    speakers = np.where(y == "happy", 0, np.arange(60) % 3)
    scores = cross_val_score(
        model, X, y, groups=speakers, cv=LeaveOneGroupOut(), error_score="raise"
    )
    assert np.all(np.isfinite(scores))


def test_weights_reach_the_classifier(data):
    X, y = data
    model = LabelEncodedClassifier(SVC())
    weights = np.where(y == "sad", 1e-6, 1.0)
    plain = model.fit(X, y).estimator_.n_support_
    weighted = model.fit(X, y, sample_weight=weights).estimator_.n_support_
    assert not np.array_equal(plain, weighted)


def test_estimator_given_stays_unfitted(model, data):
    model.fit(*data)
    assert model.estimator_ is not model.estimator
    assert not hasattr(model.estimator, "n_features_in_")


def test_single_class(model):
    with pytest.raises(
        ValueError,
        match=r"^LabelEncodedClassifier needs samples of at least 2 classes\. Got one class, "
        r"'sad'\.$",
    ):
        model.fit([[0.0], [1.0]], ["sad", "sad"])
