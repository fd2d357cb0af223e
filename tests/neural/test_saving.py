import copy
import gc
import io
import pickle
import weakref

import joblib
import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from torch import nn

from sersk.datasets import make_emotional_speech
from sersk.features import MFCC
from sersk.persistence import library_versions, load_model, save_model
from tests.neural._networks import LinearNetwork, make_bilstm, make_sequences, make_table

X, EMOTIONS, SPEAKERS = make_sequences()


@pytest.fixture
def model():
    return make_bilstm().fit(X, EMOTIONS, SPEAKERS)


def _dump_and_load(model, folder, **how):
    joblib.dump(model, folder / "model.joblib")
    return joblib.load(folder / "model.joblib", **how)


@pytest.mark.parametrize("predicts_before", [True, False])
@pytest.mark.parametrize("copy_it", ["pickle", "deepcopy", "copy", "joblib", "mapped"])
def test_copies_predict_the_same(model, copy_it, predicts_before, tmp_path):
    expected = clone(model).fit(X, EMOTIONS, SPEAKERS).predict_proba(X)
    if predicts_before:
        model.predict_proba(X)
    copied = {
        "pickle": lambda: pickle.loads(pickle.dumps(model)),
        "deepcopy": lambda: copy.deepcopy(model),
        "copy": lambda: copy.copy(model),
        "joblib": lambda: _dump_and_load(model, tmp_path),
        # Read-only arrays, as in joblib's workers.
        "mapped": lambda: _dump_and_load(model, tmp_path, mmap_mode="r"),
    }[copy_it]()
    assert_array_equal(copied.predict_proba(X), expected)
    assert_array_equal(model.predict_proba(X), expected)
    assert copied.history_ == model.history_


@pytest.mark.filterwarnings("error")
def test_read_only_weights_warn_of_nothing(model, tmp_path):
    # torch says it once per process otherwise.
    torch.set_warn_always(True)
    try:
        _dump_and_load(model, tmp_path, mmap_mode="r").predict(X)
    finally:
        torch.set_warn_always(False)


def test_clone_is_unfitted(model):
    cloned = clone(model)
    assert cloned.get_params() == model.get_params()
    with pytest.raises(NotFittedError, match="not fitted yet"):
        cloned.predict(X)


class _WithoutTorch(pickle.Unpickler):
    def find_class(self, module, name):
        if module.split(".")[0] in ("torch", "skorch"):
            raise pickle.UnpicklingError(f"holds {module}.{name}")
        return super().find_class(module, name)


def test_pickle_holds_nothing_of_torch(model):
    model.predict(X)
    loaded = _WithoutTorch(io.BytesIO(pickle.dumps(model))).load()
    assert_array_equal(loaded.predict(X), model.predict(X))
    with pytest.raises(pickle.UnpicklingError, match="holds torch"):
        _WithoutTorch(io.BytesIO(pickle.dumps(torch.zeros(1)))).load()
    assert {type(weights) for weights in model.weights_.values()} == {np.ndarray}


def test_network_for_a_gpu_predicts_without_one(model, monkeypatch):
    expected = model.predict_proba(X)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    loaded = pickle.loads(pickle.dumps(model.set_params(device="cuda")))
    assert_array_equal(loaded.predict_proba(X), expected)


def test_second_fit_forgets_the_first(model):
    expected = make_bilstm(hidden_sizes=(2,), random_state=1).fit(X[:30], EMOTIONS[:30])
    for other in (model, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        other.predict(X)
        other.set_params(hidden_sizes=(2,), random_state=1).fit(X[:30], EMOTIONS[:30])
        assert_array_equal(other.predict_proba(X), expected.predict_proba(X))
        assert set(vars(other)) == set(vars(expected))


def test_fit_of_a_copy_leaves_the_original(model):
    expected = model.predict_proba(X)
    copy.copy(model).set_params(random_state=1).fit(X[:30], EMOTIONS[:30])
    assert_array_equal(model.predict_proba(X), expected)


def test_weights_are_what_is_predicted_with():
    rows, emotions, _ = make_table()
    model = LinearNetwork().fit(rows, emotions)
    inputs = (rows - model.mean_) / model.scale_
    logits = inputs @ model.weights_["weight"].T + model.weights_["bias"]
    logits /= model.temperature_
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(rows), expected, rtol=1e-5)
    model.weights_["bias"][:] = [0, 0, 100]
    assert set(model.predict(rows)) == {"sad"}


def _count_modules():
    gc.collect()
    return sum(type(thing) is nn.LSTM for thing in gc.get_objects())


def test_nothing_stays_in_memory(model):
    model.predict(X)
    # A fitted network holds arrays only.
    assert _count_modules() == 0


def test_deleted_network_is_released():
    model = make_bilstm().fit(X, EMOTIONS)
    model.predict(X)
    alive = [weakref.ref(model), weakref.ref(model.weights_["output.weight"])]
    del model
    gc.collect()
    assert [reference() for reference in alive] == [None, None]


def test_pipeline_from_sound_is_saved_and_loaded(tmp_path):
    signals, emotions, _ = make_emotional_speech(n_speakers=2, n_clips_per_class=2)
    pipeline = make_pipeline(MFCC(n_mfcc=5, functionals=None), make_bilstm())
    pipeline.fit(signals, emotions)
    save_model(pipeline, tmp_path / "model.joblib", {"recipe": "bilstm"})
    loaded = load_model(tmp_path / "model.joblib")
    assert_array_equal(loaded.predict_proba(signals), pipeline.predict_proba(signals))


def test_versions_of_the_libraries_are_told():
    assert {"torch", "skorch"} <= set(library_versions())
