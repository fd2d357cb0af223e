import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from tests.neural._networks import LinearNetwork, make_table

X, EMOTIONS, _ = make_table(noise=0.3)


def _rename(labels):
    """Give the three emotions other labels."""
    return np.array(labels)[np.unique(EMOTIONS, return_inverse=True)[1]]


@pytest.mark.parametrize(
    "labels",
    [
        ["sad", "ä", "Wut"],
        [7, -1, 100],
        [2.0, 0.0, 1.0],
        [True, False, True],
        np.array(["b", "a", "c"], dtype=object),
    ],
    ids=["text", "ints with gaps", "floats", "bools", "objects"],
)
def test_labels_come_back_as_they_are(labels):
    y = _rename(labels)
    model = LinearNetwork(max_epochs=20, lr=0.3).fit(X, y)
    assert model.classes_.tolist() == sorted(set(y.tolist()))
    assert model.classes_.dtype == y.dtype
    predicted = model.predict(X)
    assert predicted.dtype == y.dtype
    assert np.mean(predicted == y) > 0.8
    assert_array_equal(model.classes_[model.predict_proba(X).argmax(axis=1)], predicted)


@pytest.mark.parametrize("form", [list, tuple, lambda y: pd.Series(y, index=range(len(y), 0, -1))])
def test_labels_in_any_container(form):
    model = LinearNetwork().fit(X, form(EMOTIONS))
    expected = LinearNetwork().fit(X, EMOTIONS)
    assert_array_equal(model.predict_proba(X), expected.predict_proba(X))


def test_names_of_classes_do_not_change_the_weights():
    numbered = LinearNetwork().fit(X, _rename([0, 1, 2]))
    named = LinearNetwork().fit(X, EMOTIONS)
    assert_array_equal(numbered.weights_["weight"], named.weights_["weight"])


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["sad"] * len(X), "needs samples of at least 2 classes. Got one class, 'sad'"),
        (np.linspace(0, 1, len(X)), "Unknown label type: continuous"),
        (EMOTIONS[:-1], "inconsistent numbers of samples"),
        (np.zeros((len(X), 2)), "y should be a 1d array"),
        (None, "requires y to be passed"),
    ],
)
def test_labels_that_cannot_be_learnt_are_refused(y, message):
    with pytest.raises(ValueError, match=message):
        LinearNetwork().fit(X, y)


def test_groups_of_another_length_are_refused():
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        LinearNetwork().fit(X, EMOTIONS, groups=["ann"])
