"""From the probabilities of overlapping windows to a label for each step of time."""

from itertools import pairwise

import numpy as np

# A shorter rest at the end of a recording belongs to the step before it.
_LEAST_CELL_S = 0.01
# What a change of label costs, in the logarithm of a probability, for each window that covers a
# cell: these say nearly the same, and so say it several times.
_PRICE = 0.25
_LEAST_PROBABILITY = 1e-6


def make_cells(duration_s, hop_s):
    """Cut a recording into steps.

    Parameters
    ----------
    duration_s : float
        Its length, in seconds.
    hop_s : float
        Length of a step, in seconds.

    Returns
    -------
    edges_s : ndarray of shape (n_cells + 1,)
        Where the steps begin, and where the last one ends, which may be a shorter one.
    """
    n_cells = max(1, int(np.ceil((duration_s - _LEAST_CELL_S) / hop_s)))
    return np.append(np.arange(n_cells) * hop_s, duration_s)


def spread(start_s, stop_s, probabilities, edges_s, *, window_s, hop_s):
    """Take the mean of the windows that cover each cell.

    A window counts the more, the nearer its middle is to that of the cell: from 1 for the same
    middle down to 0 where they would only touch.

    Parameters
    ----------
    start_s, stop_s : ndarray of shape (n_windows,)
        The windows, in seconds, in their order.
    probabilities : ndarray of shape (n_windows, n_classes)
        What a model says of each; a row of NaN for one that was not judged.
    edges_s : ndarray of shape (n_cells + 1,)
        Edges of the cells, in seconds.
    window_s, hop_s : float
        Length of a whole window and of a whole cell, in seconds.

    Returns
    -------
    cells : ndarray of shape (n_cells, n_classes)
        Probabilities of each cell; a row of NaN where no window was judged.
    """
    middles = (edges_s[:-1] + edges_s[1:]) / 2
    reach = (window_s + hop_s) / 2
    sums, weights = np.zeros((len(middles), probabilities.shape[1])), np.zeros(len(middles))
    for i in np.flatnonzero(~np.isnan(probabilities).any(axis=1)):
        near = slice(*np.searchsorted(edges_s[:-1], [start_s[i] - hop_s, stop_s[i]]))
        weight = 1 - np.abs(middles[near] - (start_s[i] + stop_s[i]) / 2) / reach
        # A cell that ends where the window begins has none, but for the last bits of a float.
        weight = np.where(weight > 1e-9, weight, 0.0)
        sums[near] += weight[:, None] * probabilities[i]
        weights[near] += weight
    covered = np.where(weights > 0, weights, np.nan)
    return sums / covered[:, None]


def find_path(probabilities, price):
    """Find the most probable sequence of classes when each change has a price: Viterbi's path.

    Parameters
    ----------
    probabilities : ndarray of shape (n_cells, n_classes)
        Of each cell.
    price : float
        What a change costs, in the logarithm of a probability.

    Returns
    -------
    path : ndarray of int, shape (n_cells,)
        Class of each cell, by its column.
    """
    if len(probabilities) == 0:
        return np.empty(0, dtype=int)
    gains = np.log(np.maximum(probabilities, _LEAST_PROBABILITY))
    before = np.empty(gains.shape, dtype=int)
    best = gains[0]
    for i, gain in enumerate(gains[1:], start=1):
        leader = best.argmax()
        stays = best >= best[leader] - price
        before[i] = np.where(stays, np.arange(len(best)), leader)
        best = np.where(stays, best, best[leader] - price) + gain
    path = [int(best.argmax())]
    for step in before[:0:-1]:
        path.append(step[path[-1]])
    return np.array(path[::-1])


def label_cells(probabilities, is_active, edges_s, *, window_s, hop_s):
    """Decide on the class of each cell.

    Parameters
    ----------
    probabilities : ndarray of shape (n_cells, n_classes)
        Of each cell; a row of NaN where there are none.
    is_active : ndarray of bool, shape (n_cells,)
        Whether there is anything to hear.
    edges_s : ndarray of shape (n_cells + 1,)
        Edges of the cells, in seconds.
    window_s, hop_s : float
        Length of a whole window and of a whole cell, in seconds.

    Returns
    -------
    places : ndarray of int, shape (n_cells,)
        Class of each cell, by its column; -1 for a silent one. A pause that is shorter than a
        window, between cells of one class, has that class.
    """
    is_judged = is_active & ~np.isnan(probabilities).any(axis=1)
    places = np.full(len(probabilities), -1)
    places[is_judged] = find_path(probabilities[is_judged], _PRICE * window_s / hop_s)
    for start, stop in find_runs(places):
        if places[start] >= 0 or start == 0 or stop == len(places):
            continue
        is_short = edges_s[stop] - edges_s[start] < window_s - _LEAST_CELL_S
        if is_short and places[start - 1] == places[stop]:
            places[start:stop] = places[stop]
    return places


def find_runs(values):
    """Find the runs of one value.

    Parameters
    ----------
    values : ndarray of shape (n_values,)
        The values.

    Returns
    -------
    runs : list of (int, int)
        Where each begins, and where it has ended.
    """
    edges = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(values)]
    return list(pairwise(edges))
