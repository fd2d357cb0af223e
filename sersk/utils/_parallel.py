"""Work on many items with the same numbers whatever the number of workers."""

import functools
import time

from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import ThreadpoolController

from sersk.utils._progress import progress_bar

_PROCESS_START_S = 3.0


def map_chunks(
    function, items, *shared, n_jobs, chunk_size, prefer=None, progress=None, unit="clip"
):
    """Apply a function to chunks of items, in order, in parallel.

    Parameters
    ----------
    function : callable
        Takes a list of items, and what is shared, and returns a list of results of the same
        length.
    items : list
        The items.
    *shared : object
        More arguments, the same for every chunk; large arrays are handed over by memory map.
    n_jobs : int or None
        Number of workers, as in joblib.
    chunk_size : int
        Items handed over at a time.
    prefer : {"threads", "processes"} or None, default=None
        Kind of workers, as in joblib.
    progress : str or None, default=None
        Description of a progress bar; None for no bar.
    unit : str, default="clip"
        What the bar counts.

    Returns
    -------
    results : list
        One result per item, in the order of the items.
    """
    chunks = [items[i : i + chunk_size] for i in range(0, len(items), chunk_size)]
    return run_chunks(
        function, chunks, *shared, n_jobs=n_jobs, prefer=prefer, progress=progress, unit=unit
    )


def run_chunks(function, chunks, *shared, n_jobs, prefer=None, progress=None, unit="clip"):
    """Apply a function to chunks that are made already, as `map_chunks` does.

    Parameters
    ----------
    function : callable
        Takes a chunk, and what is shared, and returns a list of results of the same length.
    chunks : list of list
        The items, chunk by chunk.
    *shared : object
        More arguments, the same for every chunk; large arrays are handed over by memory map.
    n_jobs : int or None
        Number of workers, as in joblib.
    prefer : {"threads", "processes"} or None, default=None
        Kind of workers, as in joblib.
    progress : str or None, default=None
        Description of a progress bar; None for no bar.
    unit : str, default="clip"
        What the bar counts.

    Returns
    -------
    results : list
        One result per item, in the order of the items.
    """
    results = []
    n_items = sum(len(chunk) for chunk in chunks)
    with progress_bar(None, total=n_items, description=progress, unit=unit) as bar:
        for done in _run_in_order(function, chunks, shared, n_jobs, prefer):
            results += done
            bar.update(len(done))
    return results


def _run_in_order(function, chunks, shared, n_jobs, prefer):
    """Yield the results of each chunk, in order."""
    if chunks and prefer != "threads":
        # Starting worker processes takes seconds. The first chunk shows whether that would pay.
        started = time.perf_counter()
        yield run_single_threaded(function, chunks[0], *shared)
        chunks = chunks[1:]
        if (time.perf_counter() - started) * len(chunks) < _PROCESS_START_S:
            n_jobs = 1
    if not chunks:
        return
    parallel = Parallel(n_jobs=n_jobs, prefer=prefer, return_as="generator")
    yield from parallel(delayed(run_single_threaded)(function, c, *shared) for c in chunks)


def run_single_threaded(function, *args):
    """Call a function with BLAS and OpenMP held to one thread.

    A BLAS that splits its work over more threads rounds differently, and results must not depend
    on the number of cores or workers. The matrices are small, so it is also the fastest.

    Parameters
    ----------
    function : callable
        What to call.
    *args : object
        Its arguments.

    Returns
    -------
    result : object
        What the function returns.
    """
    with _find_thread_pools().limit(limits=1):
        return function(*args)


@functools.cache
def _find_thread_pools():
    # Looking for the libraries takes longer than analysing a clip; scikit-learn, imported above,
    # has loaded those that matter.
    return ThreadpoolController()
