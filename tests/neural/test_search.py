import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.pipeline import Pipeline

from sersk.datasets import make_emotional_speech
from sersk.features import MFCC, RMS, AudioFeatures
from tests.neural._networks import LinearNetwork, make_bilstm, make_sequences

X, EMOTIONS, SPEAKERS = make_sequences()


def _search(estimator, grid, X, y, groups, n_jobs):
    search = GridSearchCV(estimator, grid, cv=GroupKFold(2), n_jobs=n_jobs, error_score="raise")
    return search.fit(X, y, groups=groups)


def _scores(search):
    results = pd.DataFrame(search.cv_results_)
    return results[[name for name in results if name.startswith("split")]].to_numpy()


def test_search_gives_the_same_with_workers():
    grid = {"lr": [0.003, 0.05], "hidden_sizes": [(3,), (4, 2)]}
    alone, together = (
        _search(make_bilstm(max_epochs=3), grid, X, EMOTIONS, SPEAKERS, n_jobs)
        for n_jobs in (1, 2)
    )
    np.testing.assert_array_equal(_scores(alone), _scores(together))
    assert len(np.unique(_scores(alone))) > 1
    np.testing.assert_array_equal(alone.predict_proba(X), together.predict_proba(X))


@pytest.mark.parametrize(
    ("extractor", "parameter"),
    [
        (MFCC(functionals=None), "features__n_mfcc"),
        (
            AudioFeatures([("mfcc", MFCC(functionals=None)), ("rms", RMS(functionals=None))]),
            "features__mfcc__n_mfcc",
        ),
    ],
)
def test_features_are_searched_as_well(extractor, parameter):
    signals, emotions, speakers = make_emotional_speech(n_speakers=2, n_clips_per_class=2)
    pipeline = Pipeline([("features", extractor), ("model", make_bilstm())])
    grid = {parameter: [3, 6], "model__lr": [0.01]}
    search = _search(pipeline, grid, signals, emotions, speakers, 1)
    n_features = search.best_estimator_["model"].n_features_in_
    n_others = 0 if isinstance(extractor, MFCC) else 1
    assert n_features == search.best_params_[parameter] + n_others
    assert search.predict(signals).shape == (len(signals),)


def test_groups_and_weights_are_routed_without_being_asked_for():
    seen = []

    class Spy(LinearNetwork):
        def fit(self, X, y, groups=None, sample_weight=None):
            seen.append((groups, sample_weight))
            return super().fit(X, y, groups, sample_weight)

    weights = np.arange(1.0, len(X) + 1)
    with config_context(enable_metadata_routing=True):
        params = dict(groups=SPEAKERS, sample_weight=weights)
        model = Spy().set_score_request(sample_weight=False)
        cross_val_score(model, X, EMOTIONS, cv=GroupKFold(2), params=params)
    assert len(seen) == 2
    for groups, sample_weight in seen:
        assert len(set(groups)) == 2
        assert set(SPEAKERS[sample_weight.astype(int) - 1]) == set(groups)
