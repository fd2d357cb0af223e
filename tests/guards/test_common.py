"""Both guards are transformers like any other, and change nothing."""

import os

# scikit-learn's checks of array input are skipped unless scipy finds this when it is imported.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

import pickle

import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.utils.estimator_checks import check_estimator

from sersk.exceptions import ClipWarning
from sersk.guards import NoveltyGuard, SoundGuard

GUARDS = [SoundGuard(), NoveltyGuard()]


@pytest.mark.filterwarnings("ignore::sersk.exceptions.ClipWarning")
@pytest.mark.parametrize("guard", GUARDS, ids=str)
def test_common_suite(guard):
    results = check_estimator(guard, on_skip=None, on_fail=None)
    others = {
        result["check_name"]: repr(result["exception"])
        for result in results
        if result["status"] != "passed"
    }
    assert others == {}
    assert len(results) >= 40


@pytest.mark.parametrize("guard", GUARDS, ids=str)
@pytest.mark.filterwarnings("ignore::sersk.exceptions.ClipWarning")
def test_rows_come_back(guard, rng):
    X = rng.normal(size=(30, 3))
    frame = pd.DataFrame(X, columns=["rms_mean", "rms_std", "mfcc0_mean"])
    fitted = clone(guard).fit(frame)
    assert fitted.transform(frame) is frame
    assert fitted.fit_transform(frame) is frame
    plain = clone(guard).fit(X)
    assert plain.transform(X) is X
    assert list(plain.set_output(transform="pandas").transform(X).columns) == ["x0", "x1", "x2"]
    assert list(fitted.get_feature_names_out()) == list(frame.columns)
    again = pickle.loads(pickle.dumps(fitted))
    assert again.check(frame) == fitted.check(frame)
    assert clone(fitted).get_params() == guard.get_params()
    assert_array_equal(frame, X)


def test_lists_of_signals_come_back_whatever_form_is_asked_for(speech):
    guard = SoundGuard(sample_rate=16000).set_output(transform="pandas").fit(speech[:6])
    assert guard.transform(speech[:6]) is not None
    signals = list(speech[:6])
    assert guard.transform(signals) is signals
    assert guard.get_feature_names_out() is None


@pytest.mark.parametrize("guard", GUARDS, ids=str)
def test_warns_in_one_line_when_transforming_and_not_when_fitting(guard, rng, recwarn):
    X = 0.1 * rng.normal(size=(40, 20))
    X[-1] = 0 if isinstance(guard, SoundGuard) else 10
    fitted = clone(guard).fit(X[:-1])
    clone(guard).fit_transform(X)
    assert not recwarn.list
    with pytest.warns(ClipWarning) as told:
        fitted.transform(X[-2:] if isinstance(guard, NoveltyGuard) else X[-1:])
    assert len(told) == 1
    assert "\n" not in str(told[0].message)
