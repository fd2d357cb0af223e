import os

# scikit-learn's checks of array input are skipped unless scipy finds this when it is imported.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.utils.estimator_checks import check_estimator

from sersk.preprocessing import BlockScaler, SpeakerNormalizer

TRANSFORMERS = [BlockScaler(None), SpeakerNormalizer()]


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=str)
def test_common_suite(transformer):
    results = check_estimator(transformer, on_skip=None, on_fail=None)
    others = {
        result["check_name"]: repr(result["exception"])
        for result in results
        if result["status"] != "passed"
    }
    assert others == {}
    assert len(results) >= 40


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=str)
def test_names_clones_and_pickles(transformer, rng):
    X = pd.DataFrame(rng.normal(size=(30, 3)), columns=["rms_mean", "rms_std", "mfcc0_mean"])
    model = clone(transformer).set_output(transform="pandas").fit(X)
    Z = model.transform(X)
    assert list(Z.columns) == list(model.get_feature_names_out()) == list(X.columns)
    assert_array_equal(pickle.loads(pickle.dumps(model)).transform(X), Z)
    assert clone(model).get_params() == transformer.get_params()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=str)
def test_precision_stays_and_input_too(transformer, dtype, rng):
    X = rng.normal(size=(30, 3)).astype(dtype)
    before = X.copy()
    groups = {"groups": np.arange(30) // 15} if isinstance(transformer, SpeakerNormalizer) else {}
    assert clone(transformer).fit(X, **groups).transform(X, **groups).dtype == dtype
    assert_array_equal(X, before)
