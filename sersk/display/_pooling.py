"""Making hours of sound fit the width of a picture."""

import numpy as np


class Columns:
    """Values over time, merged so that there are never many of them.

    Each time there are as many columns as allowed and more is to come, neighbours are merged in
    pairs. So nothing needs to be known of the length beforehand, and a recording that fits is kept
    as it is.

    Parameters
    ----------
    ufunc : ufunc
        How two values make one: `np.minimum`, `np.maximum` or `np.add`.
    limit : int
        Greatest number of columns, even; a last one, not yet full, may come on top.

    Attributes
    ----------
    step : int
        How many rows a column stands for.
    """

    def __init__(self, ufunc, limit):
        self.ufunc = ufunc
        self.limit = limit
        self.step = 1
        self._columns = None
        self._rest = None

    def add(self, rows):
        """Take in what comes next.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, ...)
            One row per sample or frame.
        """
        if self._columns is None:
            self._columns = self._rest = rows[:0]
        rest = np.concatenate([self._rest, rows])
        while len(rest) >= self.step:
            if len(self._columns) == self.limit:
                self._columns = self._merge(self._columns, 2)
                self.step *= 2
                continue
            n_new = min(len(rest) // self.step, self.limit - len(self._columns))
            new = self._merge(rest[: n_new * self.step], self.step)
            self._columns = np.concatenate([self._columns, new])
            rest = rest[n_new * self.step :]
        self._rest = rest

    def _merge(self, rows, n_rows):
        return self.ufunc.reduce(rows.reshape(-1, n_rows, *rows.shape[1:]), axis=1)

    def result(self):
        """Give the columns.

        Returns
        -------
        columns : ndarray of shape (n_columns, ...)
            Each stands for `step` rows; the last one for what is left.
        """
        if not len(self._rest):
            return self._columns
        return np.concatenate([self._columns, self._merge(self._rest, len(self._rest))])


def pool_mean(blocks, limit):
    """Average rows over time until they fit.

    Parameters
    ----------
    blocks : iterable of ndarray of shape (n_rows, n_values)
        The rows, one part after the other.
    limit : int
        Greatest number of columns.

    Returns
    -------
    means : ndarray of shape (n_columns, n_values)
        Mean of the rows of each column.
    step : int
        How many rows a column stands for; the last one may stand for fewer.
    """
    sums, n_rows = Columns(np.add, limit), 0
    for rows in blocks:
        sums.add(rows)
        n_rows += len(rows)
    columns = sums.result()
    counts = np.full(len(columns), sums.step)
    counts[-1] = n_rows - sums.step * (len(columns) - 1)
    return columns / counts.astype(columns.dtype)[:, np.newaxis], sums.step
