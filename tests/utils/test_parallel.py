import os
import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from threadpoolctl import threadpool_info, threadpool_limits

from sersk.utils._parallel import map_chunks, run_single_threaded


def _add(chunk, *shared):
    return [item + sum(shared) for item in chunk]


def _chunk_sizes(chunk):
    return [len(chunk)] * len(chunk)


def _process(chunk):
    return [os.getpid() for _ in chunk]


def _n_threads(chunk):
    np.ones((4, 4)) @ np.ones((4, 4))
    # A worker may have been at other work before, which left OpenMP libraries of its own.
    pools = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    return [max(pools) for _ in chunk]


def _fail(chunk):
    raise ValueError(f"no such luck with {chunk}")


def _row_sums(chunk, matrix):
    return [float(matrix[i].sum()) for i in chunk]


@pytest.mark.parametrize("n_jobs", [None, 1, 2])
@pytest.mark.parametrize("chunk_size", [1, 3, 7, 100])
def test_order_is_kept(n_jobs, chunk_size):
    items = list(range(20))
    results = map_chunks(_add, items, 10, n_jobs=n_jobs, chunk_size=chunk_size, prefer="threads")
    assert results == list(range(10, 30))


def test_order_is_kept_between_processes(workers_at_once):
    assert map_chunks(_add, list(range(9)), n_jobs=2, chunk_size=2) == list(range(9))


def test_everything_shared_is_handed_to_every_chunk():
    assert map_chunks(_add, [1, 2, 3], 10, 100, n_jobs=1, chunk_size=2) == [111, 112, 113]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_large_arrays_can_be_shared(n_jobs, workers_at_once):
    matrix = np.random.default_rng(0).normal(size=(10, 30_000))
    sums = map_chunks(_row_sums, list(range(10)), matrix, n_jobs=n_jobs, chunk_size=1)
    assert_array_equal(sums, [float(row.sum()) for row in matrix])


def test_chunks_have_the_size_asked_for():
    assert map_chunks(_chunk_sizes, list(range(7)), n_jobs=1, chunk_size=3) == [3] * 6 + [1]


def test_no_items():
    assert map_chunks(_add, [], n_jobs=2, chunk_size=3) == []


def test_a_single_chunk_stays_in_this_process():
    assert map_chunks(_process, [1, 2], n_jobs=2, chunk_size=2) == [os.getpid()] * 2


def test_little_work_stays_in_the_process():
    assert map_chunks(_process, [1, 2, 3], n_jobs=2, chunk_size=1) == [os.getpid()] * 3


def test_the_first_chunk_stays_and_the_others_leave(workers_at_once):
    first, *others = map_chunks(_process, [1, 2, 3], n_jobs=2, chunk_size=1)
    assert first == os.getpid()
    assert os.getpid() not in others


@pytest.mark.parametrize(("n_jobs", "prefer"), [(1, None), (2, None), (2, "threads")])
def test_errors_reach_the_caller(n_jobs, prefer, workers_at_once):
    with pytest.raises(ValueError, match="no such luck with"):
        map_chunks(_fail, [1, 2, 3], n_jobs=n_jobs, chunk_size=1, prefer=prefer)


# Threads of BLAS


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_workers_have_single_threaded_blas(n_jobs, workers_at_once):
    with threadpool_limits(limits=2):
        assert map_chunks(_n_threads, [1, 2], n_jobs=n_jobs, chunk_size=1) == [1, 1]


def test_run_single_threaded():
    with threadpool_limits(limits=2):
        (before,) = _n_threads([0])
        assert before == 2
        assert run_single_threaded(_n_threads, [0]) == [1]
        assert _n_threads([0]) == [2]
    assert run_single_threaded(_add, [1], 2, 3) == [6]


# Progress


def test_bar_is_silent_where_stderr_is_no_terminal(capsys):
    map_chunks(_add, [1, 2, 3], n_jobs=1, chunk_size=1, progress="Adding")
    assert capsys.readouterr() == ("", "")


def test_bar_on_a_terminal_counts_items(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    map_chunks(_add, [1, 2, 3, 4], n_jobs=1, chunk_size=2, progress="Adding", unit="clip")
    out, err = capsys.readouterr()
    assert out == ""
    assert "Adding:" in err
    assert "/4" in err


def test_no_bar_without_a_description(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    map_chunks(_add, [1, 2, 3], n_jobs=1, chunk_size=1)
    assert capsys.readouterr() == ("", "")
