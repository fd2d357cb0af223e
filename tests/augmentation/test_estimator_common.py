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
from sersk.features import RMS
from tests.augmentation._stand_ins import Noise

FIRST = {"samples": LoadAudio(), "features": RMS()}
LAST = {
    "classifier": LogisticRegression(solver="newton-cholesky", tol=1e-12),
    "regressor": Ridge(),
}
# The level of a clip says nothing of the classes and values of these checks.
TRAINED = ("check_classifiers_train", "check_regressors_train")


def make_model(first, last):
    with config_context(enable_metadata_routing=True):
        learner = LAST[last].set_fit_request(sample_weight=True)
    # In double precision, as some checks ask for; it makes a matrix of a list, too.
    pipeline = make_pipeline(FIRST[first], FunctionTransformer(np.float64), learner)
    return AugmentedEstimator(pipeline, Noise(0.01), random_state=0)


@pytest.mark.filterwarnings("ignore:.*Linear Algebra")
@pytest.mark.filterwarnings("ignore:Newton solver did not converge")
@pytest.mark.filterwarnings("ignore:The inner solver of NewtonCholeskySolver")
@pytest.mark.parametrize("last", LAST)
@pytest.mark.parametrize("first", FIRST)
def test_scikit_learn_checks(first, last):
    failing = dict.fromkeys(TRAINED, "RMS tells nothing") if first == "features" else None
    results = check_estimator(
        make_model(first, last), expected_failed_checks=failing, on_skip=None, on_fail=None
    )
    others = {
        result["check_name"]: (result["status"], repr(result["exception"]))
        for result in results
        if result["status"] != "passed" and result["check_name"] not in (failing or {})
    }
    assert others == {}
    # Weights, methods, labels, pickles, one sample, one feature, data frames and the like.
    assert sum(result["status"] == "passed" for result in results) >= 50
