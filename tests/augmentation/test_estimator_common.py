"""The estimator must pass scikit-learn's common checks, as a classifier and as a regressor."""

import numpy as np
import pytest
from sklearn import config_context
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import check_estimator

from sersk.audio import LoadAudio
from sersk.augmentation import AugmentedEstimator
from tests.augmentation._stand_ins import Noise

LAST = {
    "classifier": LogisticRegression(solver="newton-cholesky", tol=1e-12),
    "regressor": Ridge(),
}


def make_model(last):
    with config_context(enable_metadata_routing=True):
        learner = LAST[last].set_fit_request(sample_weight=True)
    # In double precision, as some checks ask for; it makes a matrix of a list, too.
    pipeline = make_pipeline(LoadAudio(), FunctionTransformer(np.float64), learner)
    return AugmentedEstimator(pipeline, Noise(0.01), random_state=0)


@pytest.mark.filterwarnings("ignore:.*Linear Algebra")
@pytest.mark.filterwarnings("ignore:Newton solver did not converge")
@pytest.mark.filterwarnings("ignore:The inner solver of NewtonCholeskySolver")
@pytest.mark.parametrize("last", LAST)
def test_scikit_learn_checks(last):
    results = check_estimator(make_model(last), on_skip=None, on_fail=None)
    others = {
        result["check_name"]: (result["status"], repr(result["exception"]))
        for result in results
        if result["status"] != "passed"
    }
    assert others == {}
    # Weights, methods, labels, pickles, one sample, one feature, data frames and the like.
    assert sum(result["status"] == "passed" for result in results) >= 50
