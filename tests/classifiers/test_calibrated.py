import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.metrics import log_loss
from sklearn.model_selection import cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.model_selection import SpeakerKFold, fit_with_groups


class RecordingScorer(ClassifierMixin, BaseEstimator):
    """Has scores, and notes in a list each time it scores speakers it was fitted on.

    The first column of X holds the number of the speaker. The list survives cloning.
    """

    def __init__(self, log):
        self.log = log

    def __sklearn_clone__(self):
        return type(self)(self.log)

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.means_ = np.stack([X[y == name, 1:].mean(axis=0) for name in self.classes_])
        self.speakers_ = set(X[:, 0].tolist())
        self.n_fitted_ = len(X)
        return self

    def decision_function(self, X):
        known = self.speakers_ & set(X[:, 0].tolist())
        self.log.append((self.n_fitted_, len(X), sorted(known)))
        return -np.linalg.norm(X[:, None, 1:] - self.means_, axis=2)

    def predict(self, X):
        return self.classes_[self.decision_function(X).argmax(axis=1)]


def _draw(seed=0, n_speakers=6, n_clips=12, noise=1.0):
    rng = np.random.default_rng(seed)
    speakers = np.repeat(np.arange(float(n_speakers)), n_clips)
    y = np.tile(["angry", "happy", "sad"], n_speakers * n_clips // 3)
    clues = (y[:, None] == np.unique(y)) + rng.normal(scale=noise, size=(len(y), 3))
    clues += rng.normal(scale=noise / 2, size=(n_speakers, 3))[speakers.astype(int)]
    return np.column_stack([speakers, clues]), y, speakers


# Probabilities and predictions


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n_classes", [2, 3])
def test_prediction_is_the_most_probable_class(seed, n_classes):
    X, y, speakers = _draw(seed)
    keep = y != "sad" if n_classes == 2 else np.ones(len(y), dtype=bool)
    X, y, speakers = X[keep, 1:], y[keep], speakers[keep]
    model = SpeakerCalibratedClassifier(SVC(), random_state=seed).fit(X, y, groups=speakers)
    other = np.random.default_rng(seed).normal(scale=3, size=(200, 3))
    probabilities = model.predict_proba(other)
    assert probabilities.shape == (200, n_classes)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    assert_array_equal(model.predict(other), model.classes_[probabilities.argmax(axis=1)])
    assert_array_equal(model.classes_, np.unique(y))


def test_the_classifier_is_fitted_on_all_clips():
    """One temperature changes no ranking: the best class is that of the bare scores."""
    X, y, speakers = _draw()
    model = SpeakerCalibratedClassifier(SVC(), random_state=0).fit(X, y, groups=speakers)
    best = SVC().fit(X, y).decision_function(X).argmax(axis=1)
    assert_array_equal(model.predict(X), model.classes_[best])


def test_the_temperature_improves_the_log_loss():
    """Scores of a nearly hard-margin SVM are overconfident on speakers it does not know."""
    X, y, speakers = _draw(0, n_speakers=10, n_clips=30)
    X_new, y_new, _ = _draw(1, n_speakers=10, n_clips=30)
    X, X_new = X[:, 1:], X_new[:, 1:]
    svm = SVC(C=100.0)
    model = SpeakerCalibratedClassifier(svm, random_state=0).fit(X, y, groups=speakers)
    raw = softmax(clone(svm).fit(X, y).decision_function(X_new), axis=1)
    chance = np.log(3)
    calibrated = log_loss(y_new, model.predict_proba(X_new))
    assert calibrated < log_loss(y_new, raw) - 0.1
    assert calibrated < chance


def test_speakers_make_the_probabilities_less_sure():
    """Folds that mix speakers take voices for emotions: the temperature comes out too low."""
    rng = np.random.default_rng(0)
    speakers = np.repeat(np.arange(12), 10)
    y = np.where(rng.random(120) < 0.5, "angry", "sad")
    voices = rng.normal(size=(12, 20)) * 3
    y = np.where(rng.random(120) < 0.9, np.where(speakers % 2, "angry", "sad"), y)
    X = voices[speakers] + rng.normal(scale=0.3, size=(120, 20))
    model = SpeakerCalibratedClassifier(SVC(), random_state=0)
    with_speakers = clone(model).fit(X, y, groups=speakers).predict_proba(X)
    without = clone(model).fit(X, y).predict_proba(X)
    assert with_speakers.max(axis=1).mean() < without.max(axis=1).mean() - 0.1


def test_seed_decides():
    X, y, _ = _draw()

    def fit(seed):
        model = SpeakerCalibratedClassifier(SVC(), random_state=seed)
        return model.fit(X[:, 1:], y).predict_proba(X[:, 1:])

    assert_array_equal(fit(0), fit(0))
    assert not np.array_equal(fit(0), fit(1))


class SureTree(ClassifierMixin, BaseEstimator):
    """Has probabilities only, of 0 among them: the nearest mean, and how sure to be of it."""

    def __init__(self, sureness=6.0):
        self.sureness = sureness

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.means_ = np.stack([X[y == name].mean(axis=0) for name in self.classes_])
        return self

    def predict_proba(self, X):
        distances = np.linalg.norm(X[:, None] - self.means_, axis=2)
        probabilities = softmax(-self.sureness * distances, axis=1)
        probabilities[distances > 1.5 * distances.min(axis=1, keepdims=True) + 2] = 0
        return probabilities / probabilities.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities_alone_do(n_classes):
    """Labels stay, and probabilities that are too sure become less so."""
    X, y, speakers = _draw(0, n_speakers=10, n_clips=30, noise=0.8)
    X_new, y_new, _ = _draw(1, n_speakers=10, n_clips=30, noise=0.8)
    keep = np.isin(y, ["angry", "happy", "sad"][:n_classes])
    X, X_new, y, y_new, speakers = (
        X[keep, 1:],
        X_new[keep, 1:],
        y[keep],
        y_new[keep],
        speakers[keep],
    )
    bare = SureTree().fit(X, y)
    model = SpeakerCalibratedClassifier(SureTree(), random_state=0).fit(X, y, groups=speakers)
    probabilities = model.predict_proba(X_new)
    assert np.isfinite(probabilities).all()
    best = bare.predict_proba(X_new).argmax(axis=1)
    assert_array_equal(model.predict(X_new), model.classes_[best])
    before, after = (log_loss(y_new, p) for p in (bare.predict_proba(X_new), probabilities))
    assert after < before - 0.1


# Which folds


def _fold_log(X, y, groups, **params):
    log = []
    SpeakerCalibratedClassifier(RecordingScorer(log), random_state=0, **params).fit(
        X, y, groups=groups
    )
    return log


def test_folds_keep_speakers_apart():
    X, y, speakers = _draw()
    log = _fold_log(X, y, speakers)
    assert len(log) == 5
    assert sum(n_scored for _, n_scored, _ in log) == len(y)
    assert [known for _, _, known in log] == [[]] * 5


def test_folds_without_groups_mix_speakers():
    """Shows that the scorer above would notice."""
    X, y, _ = _draw()
    log = _fold_log(X, y, None)
    assert len(log) == 5
    assert all(known for _, _, known in log)


def test_number_of_folds():
    X, y, speakers = _draw()
    assert len(_fold_log(X, y, speakers, n_splits=3)) == 3
    assert len(_fold_log(X, y, None, n_splits=2)) == 2


def test_groups_reach_the_folds_through_routing():
    X, y, speakers = _draw()
    log = []
    scorer = SpeakerCalibratedClassifier(RecordingScorer(log), random_state=0)
    fit_with_groups(make_pipeline("passthrough", scorer), X, y, speakers)
    assert [known for _, _, known in log] == [[]] * 5


def test_grouped_folds_that_lose_a_class_become_stratified():
    """Speaker 0 alone is ever sad, so leaving them out leaves no sad clip to train on."""
    X, y, speakers = _draw()
    y = np.where((y == "sad") & (speakers != 0), "happy", y)
    log = _fold_log(X, y, speakers)
    assert len(log) == 4  # as many as there are sad clips
    assert sum(n_scored for _, n_scored, _ in log) == len(y)
    assert all(n_fitted + n_scored == len(y) for n_fitted, n_scored, _ in log)
    assert any(known for _, _, known in log)
    model = SpeakerCalibratedClassifier(SVC(), random_state=0).fit(X, y, groups=speakers)
    assert_array_equal(model.classes_, ["angry", "happy", "sad"])
    assert model.predict_proba(X).shape == (len(y), 3)


@pytest.mark.parametrize("with_groups", [True, False])
@pytest.mark.parametrize("n_other", [1, 2, 4, 20])
def test_class_with_one_clip(with_groups, n_other):
    rng = np.random.default_rng(0)
    y = np.array(["angry", "happy"] * n_other + ["sad"])
    X = (y[:, None] == np.unique(y)) + rng.normal(scale=0.1, size=(len(y), 3))
    groups = np.arange(len(y)) % 3 if with_groups else None
    model = SpeakerCalibratedClassifier(SVC(), random_state=0).fit(X, y, groups=groups)
    assert_array_equal(model.classes_, ["angry", "happy", "sad"])
    probabilities = model.predict_proba(X)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    best = SVC().fit(X, y).decision_function(X).argmax(axis=1)
    assert_array_equal(model.predict(X), model.classes_[best])


def test_one_clip_per_speaker():
    X, y, _ = _draw(n_clips=3)
    model = SpeakerCalibratedClassifier(SVC(), random_state=0)
    model.fit(X[:6], y[:6], groups=np.arange(6))
    assert model.predict_proba(X).shape == (len(X), 3)


def test_one_clip_per_class():
    model = SpeakerCalibratedClassifier(SVC(), random_state=0).fit(
        [[0.0], [1.0]], ["sad", "happy"]
    )
    assert_array_equal(model.predict([[0.0], [1.0]]), ["sad", "happy"])


@pytest.mark.filterwarnings("error")
def test_single_speaker_is_not_warned_about():
    X, y, _ = _draw()
    SpeakerCalibratedClassifier(SVC(), random_state=0).fit(X, y, groups=np.zeros(len(y)))


# As part of scikit-learn


def test_cross_validate_with_routing():
    """Both the splitter and the classifier ask for the groups themselves."""
    X, y, speakers = _draw()
    log = []
    model = make_pipeline(
        "passthrough", SpeakerCalibratedClassifier(RecordingScorer(log), n_splits=3)
    )
    with config_context(enable_metadata_routing=True):
        cross_validate(
            model,
            X,
            y,
            cv=SpeakerKFold(3, random_state=0),
            params={"groups": speakers},
            error_score="raise",
        )
    # Per outer fold three inner ones, and the scoring.
    assert len(log) == 12
    assert [known for _, _, known in log] == [[]] * 12


def test_string_labels_in_a_pipeline():
    X, y, speakers = _draw(noise=0.2)
    model = make_pipeline(StandardScaler(), SpeakerCalibratedClassifier(SVC(), random_state=0))
    fit_with_groups(model, X[:, 1:], y, speakers)
    assert np.mean(model.predict(X[:, 1:]) == y) > 0.95


def test_single_class():
    with pytest.raises(
        ValueError,
        match=r"^SpeakerCalibratedClassifier needs samples of at least 2 classes\. Got one class, "
        r"'sad'\.$",
    ):
        SpeakerCalibratedClassifier(SVC()).fit([[0.0], [1.0]], ["sad", "sad"])


def test_groups_of_another_length():
    X, y, speakers = _draw()
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        SpeakerCalibratedClassifier(SVC()).fit(X, y, groups=speakers[:-1])
