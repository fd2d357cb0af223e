import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.neural_network import MLPClassifier

from sersk.classifiers import SmallSampleMLPClassifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

PARAMS = dict(
    hidden_layer_sizes=(16,), early_stopping=True, max_iter=60, random_state=0, n_iter_no_change=5
)


def _draw(counts, seed=0):
    rng = np.random.default_rng(seed)
    # Numbers: scikit-learn 1.8 cannot stop early with labels that are text.
    y = np.repeat(np.arange(len(counts)), counts)
    return (y[:, None] == np.unique(y)) + rng.normal(scale=0.3, size=(len(y), len(counts))), y


def _assert_same(model, other, X):
    assert_array_equal(model.predict_proba(X), other.predict_proba(X))
    assert model.n_iter_ == other.n_iter_
    for ours, theirs in zip(model.coefs_, other.coefs_, strict=True):
        assert_array_equal(ours, theirs)


@pytest.mark.parametrize("counts", [(20, 20), (50, 30, 5, 2), (10, 10, 10, 10)])
def test_same_as_sklearn_where_clips_suffice(counts):
    X, y = _draw(counts)
    model = SmallSampleMLPClassifier(**PARAMS).fit(X, y)
    _assert_same(model, MLPClassifier(**PARAMS).fit(X, y), X)
    assert len(model.validation_scores_) == model.n_iter_


@pytest.mark.parametrize("counts", [(1, 1), (3, 3), (30, 1), (8, 8, 8), (20, 20, 1), (6, 6, 6, 6)])
def test_no_early_stopping_where_clips_do_not_suffice(counts):
    """As soon as not every class can be held out, whether or not scikit-learn insists on it."""
    X, y = _draw(counts)
    model = SmallSampleMLPClassifier(**{**PARAMS, "validation_fraction": 0.08}).fit(X, y)
    expected = MLPClassifier(**{**PARAMS, "early_stopping": False}).fit(X, y)
    _assert_same(model, expected, X)
    assert_array_equal(model.classes_, np.unique(y))


def _stops_early(model, X, y):
    return model.fit(X, y).validation_scores_ is not None


@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.5, 0.8, 0.9])
@pytest.mark.parametrize(
    "counts", [(1, 1), (2, 2), (3, 2), (4, 4), (10, 10), (2, 2, 2), (5, 5, 5), (40, 3, 2)]
)
def test_any_size_and_fraction(fraction, counts):
    params = {**PARAMS, "validation_fraction": fraction, "max_iter": 2}
    X, y = _draw(counts)
    stops_early = _stops_early(SmallSampleMLPClassifier(**params), X, y)
    try:
        expected = _stops_early(MLPClassifier(**params), X, y)
    except ValueError:
        expected = False
    if len(counts) == 2:
        assert stops_early is expected
    else:
        # scikit-learn stratifies two classes only; of more it may hold out all clips of one.
        assert stops_early <= expected


def test_early_stopping_off_stays_off():
    X, y = _draw((20, 20))
    params = {**PARAMS, "early_stopping": False}
    model = SmallSampleMLPClassifier(**params).fit(X, y)
    _assert_same(model, MLPClassifier(**params).fit(X, y), X)


@pytest.mark.parametrize("counts", [(3, 3), (20, 20)])
def test_parameters_are_unchanged_after_fit(counts):
    model = SmallSampleMLPClassifier(**PARAMS)
    before = clone(model).get_params()
    model.fit(*_draw(counts))
    assert model.get_params() == before
    assert model.early_stopping is True


def test_parameters_are_unchanged_after_a_failed_fit():
    model = SmallSampleMLPClassifier(**{**PARAMS, "alpha": -1.0})
    with pytest.raises(ValueError, match="The 'alpha' parameter of SmallSampleMLPClassifier"):
        model.fit(*_draw((3, 3)))
    assert model.early_stopping is True


@pytest.mark.parametrize("counts", [(3, 3), (20, 20)])
def test_parameter_of_the_wrong_kind_is_refused(counts):
    model = SmallSampleMLPClassifier(**{**PARAMS, "early_stopping": "yes"})
    with pytest.raises(ValueError, match="The 'early_stopping' parameter of SmallSampleMLPClass"):
        model.fit(*_draw(counts))


def test_no_clips_gives_sklearn_s_words():
    with pytest.raises(ValueError, match=r"Found array with 0 sample\(s\)"):
        SmallSampleMLPClassifier(**PARAMS).fit(np.zeros((0, 2)), np.array([], dtype=str))


@pytest.mark.parametrize("kind", [list, pd.Series, np.asarray])
def test_labels_of_any_container(kind):
    X, y = _draw((20, 20))
    model = SmallSampleMLPClassifier(**PARAMS).fit(X, kind(y))
    _assert_same(model, MLPClassifier(**PARAMS).fit(X, y), X)


def test_refit_after_a_small_corpus_stops_early_again():
    model = SmallSampleMLPClassifier(**PARAMS).fit(*_draw((3, 3)))
    assert model.validation_scores_ is None
    assert model.fit(*_draw((20, 20))).validation_scores_ is not None


def test_probabilities_sum_to_one():
    X, y = _draw((3, 3, 3))
    model = SmallSampleMLPClassifier(**PARAMS).fit(X, y)
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)
