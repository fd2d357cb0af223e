"""Two descriptions side by side: what differs, and whether scores can be compared."""

import copy
import json

import pytest

from sersk.workflows import diff, fit
from tests.report._descriptions import WHOLE, list_without_a_part
from tests.workflows._copies import NaiveRecipe


@pytest.fixture(scope="module")
def plain(spoken_csv):
    fitted = fit(spoken_csv, recipe=NaiveRecipe(), n_splits=2, n_jobs=1)
    return json.loads(json.dumps(fitted.description))


def test_nothing_differs(plain):
    found = diff(plain, plain)
    assert found.is_same
    assert found.same_folds is True
    assert {row["difference"] for row in found.scores} == {0}
    assert [row["name"] for row in found.scores][:2] == ["uar", "accuracy"]


@pytest.mark.parametrize(
    ("part", "name", "value", "kind"),
    [
        ((), "recipe", "other", "recipe"),
        (("data", "clips"), "003.wav", "00", "clip"),
        (("arguments",), "oversample", True, "argument"),
        (("arguments", "columns"), "label_column", "Class", "argument"),
        (("arguments",), "random_state", 5, "seed"),
        (("parameters",), "classifier__var_smoothing", 3.0, "parameter"),
        (("folds",), "digest", "00", "folds"),
        (("versions",), "numpy", "0", "version"),
        (("machine",), "system", "Other", "machine"),
        (("scores",), "uar", 0.0, None),
    ],
)
def test_one_thing_differs(part, name, value, kind, plain):
    other = copy.deepcopy(plain)
    place = other
    for key in part:
        place = place[key]
    place[name] = value
    found = diff(other, plain)
    assert [d.kind for d in found.differences] == ([] if kind is None else [kind])
    assert [f.name for f in found.figures] == (["scores.uar"] if kind is None else [])
    assert found.same_folds is (kind != "folds")
    assert not found.is_same


def test_further_csv_in_one_of_them(plain):
    (difference,) = diff(plain, {**plain, "test_data": plain["data"]}).differences
    assert (difference.kind, difference.was, difference.now) == ("test data", None, "clips.csv")


def test_any_part_may_be_missing():
    for description in list_without_a_part():
        found = diff(description, WHOLE)
        assert found.same_folds is None
        assert diff(WHOLE, description).differences is not None
