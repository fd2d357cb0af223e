import hashlib
import os
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from joblib import Parallel, delayed
from sklearn.base import clone

from sersk.exceptions import TrainingError
from sersk.neural._seeding import find_device, seeded, single_threaded
from tests.neural._networks import LinearNetwork, make_bilstm, make_sequences, make_table

X, EMOTIONS, SPEAKERS = make_sequences()


def hash_weights(seed=0, **params):
    """Train a network with dropout, early stopping and a plateau, and sum its weights up."""
    params = dict(dropout=0.3, batch_size=8, lr_patience=0, random_state=seed) | params
    weights = make_bilstm(**params).fit(X, EMOTIONS, SPEAKERS).weights_
    return hashlib.sha256(
        b"".join(weights[name].tobytes() for name in sorted(weights))
    ).hexdigest()


@pytest.fixture(scope="module")
def expected():
    return hash_weights()


def test_same_seed_same_bits(expected):
    assert hash_weights() == expected
    assert hash_weights(np.int64(0)) == expected


def test_other_seed_other_weights(expected):
    assert hash_weights(1) != expected


def test_no_seed_is_another_each_time():
    assert hash_weights(None) != hash_weights(None)


def test_state_of_the_process_does_not_matter(expected):
    n_threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        torch.rand(3)
        assert hash_weights() == expected
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(n_threads)


def hash_weights_elsewhere(is_changed):
    """Do the same in a process whose state is another, and tell which process that is."""
    if is_changed:
        torch.set_num_threads(2)
        torch.rand(3)
    return os.getpid(), hash_weights()


def test_same_bits_in_other_processes(expected):
    calls = [delayed(hash_weights_elsewhere)(is_changed) for is_changed in (False, True)]
    found = Parallel(n_jobs=2)(calls)
    assert os.getpid() not in {process for process, _ in found}
    assert {weights for _, weights in found} == {expected}


def test_same_bits_in_threads(expected):
    # torch has one generator for all of them.
    state = torch.get_rng_state()
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(hash_weights, [0, 1, 0]))
    assert found[0] == found[2] == expected != found[1]
    assert torch.equal(torch.get_rng_state(), state)


def test_random_state_instance_goes_on():
    draw = np.random.RandomState
    first = hash_weights(draw(3))
    assert hash_weights(draw(3)) == first
    going_on = draw(3)
    assert hash_weights(going_on) == first
    assert hash_weights(going_on) != first


def test_clone_trains_to_the_same_bits():
    model = LinearNetwork().fit(X, EMOTIONS)
    again = clone(model).fit(X, EMOTIONS)
    assert np.array_equal(model.weights_["weight"], again.weights_["weight"])


def _states():
    state = torch.get_rng_state(), random.getstate(), np.random.get_state()  # noqa: NPY002
    return repr((state[0].tolist(), state[1], state[2][1].tolist(), state[2][2:])) + str(
        (torch.get_num_threads(), torch.is_grad_enabled(), torch.get_default_dtype())
    )


def test_fit_and_predict_leave_the_generators_alone():
    before = _states()
    model = make_bilstm(dropout=0.5, random_state=None).fit(X, EMOTIONS)
    assert _states() == before
    model.predict_proba(X)
    assert _states() == before


def test_failed_fit_leaves_the_generators_alone():
    before = _states()
    with pytest.raises(TrainingError, match="epoch"):
        make_bilstm(lr=1e30, weight_decay=0.1, optimizer="sgd").fit(X, EMOTIONS)
    assert _states() == before
    # The next one is not kept waiting.
    LinearNetwork().fit(X, EMOTIONS)


def test_changed_generators_are_seen_by_the_test_itself():
    before = _states()
    torch.rand(1)
    assert _states() != before


def test_seeding_is_torchs_and_on_one_thread():
    with seeded(5, "cpu"):
        drawn = torch.rand(3)
        assert torch.get_num_threads() == 1
    assert torch.equal(drawn, torch.rand(3, generator=torch.Generator().manual_seed(5)))


def test_threads_come_back_after_an_error():
    n_threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with pytest.raises(KeyError), single_threaded():
            raise KeyError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(n_threads)


def test_missing_gpu_is_named(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert find_device("auto") == find_device("cpu") == "cpu"
    X, emotions, _ = make_table()
    with pytest.raises(ValueError, match=r"must be 'cpu' or 'auto' .* no GPU .* Got 'cuda' inst"):
        LinearNetwork(device="cuda").fit(X, emotions)


def test_gpu_is_used_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert find_device("auto") == find_device("cuda") == "cuda"
    assert find_device("cpu") == "cpu"
