"""What a model leans on."""

import numpy as np

from sersk.display._figure import BLUE, check_matplotlib, make_axes, name_ticks, tidy

_N_MOST = 20


class ImportanceDisplay:
    """UAR lost when features are shuffled: a bar each, with its interval over speakers.

    Parameters
    ----------
    names : sequence of str of shape (n_names,)
        Extractors, blocks, descriptors or features.
    losses : array-like of shape (n_names,)
        UAR lost when each is shuffled, as a fraction.
    intervals : sequence of (low, high) or None, default=None
        Interval of each loss, or None for one without; None for none at all.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it is drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    bars_ : matplotlib BarContainer
        The bars, the largest loss first, which is on top.
    intervals_ : matplotlib LineCollection or None
        The intervals; None where there is none.

    Examples
    --------
    >>> from sersk.display import ImportanceDisplay
    >>> display = ImportanceDisplay(["rms", "f0"], [0.01, 0.12], [(-0.02, 0.04), (0.07, 0.17)])
    >>> [tick.get_text() for tick in display.plot().ax_.get_yticklabels()]
    ['f0', 'rms']
    """

    def __init__(self, names, losses, intervals=None):
        self.names = names
        self.losses = losses
        self.intervals = intervals

    @classmethod
    def from_rows(cls, rows, *, n_most=_N_MOST, ax=None):
        """Draw a table of the results of a fit.

        Parameters
        ----------
        rows : list of dict
            ``name``, ``loss`` and ``interval`` of each, as `sersk.model_selection.Importance`
            gives them.
        n_most : int, default=20
            How many to show at most, the largest losses first.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : ImportanceDisplay
            The picture, drawn.
        """
        check_matplotlib()
        columns = ([row[key] for row in rows] for key in ("name", "loss", "interval"))
        return cls(*columns).plot(ax, n_most=n_most)

    def plot(self, ax=None, *, n_most=_N_MOST, color=BLUE):
        """Draw the bars.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        n_most : int, default=20
            How many to show at most, the largest losses first.
        color : matplotlib color, default="#0072B2"
            Colour of the bars.

        Returns
        -------
        display : ImportanceDisplay
            The picture, drawn.
        """
        losses = np.asarray(self.losses, dtype=float)
        order = np.argsort(-losses, kind="stable")[:n_most]
        self.ax_ = ax = make_axes(ax, (8, 1.2 + 0.28 * len(order)))
        self.figure_ = ax.figure
        places = np.arange(len(order))
        self.bars_ = ax.barh(places, losses[order], color=color, height=0.7)
        self.intervals_ = self._draw_intervals(ax, order)
        name_ticks(ax.yaxis, [self.names[i] for i in order])
        ax.set(ylim=(len(order) - 0.4, -0.6), xlabel="UAR lost when shuffled")
        ax.axvline(0, color="0.3", linewidth=0.8)
        tidy(ax, grid="x")
        return self

    def _draw_intervals(self, ax, order):
        intervals = self.intervals or [None] * len(self.names)
        known = [(place, *intervals[i]) for place, i in enumerate(order) if intervals[i]]
        if not known:
            return None
        places, lows, highs = zip(*known, strict=True)
        return ax.hlines(places, lows, highs, color="0.15", linewidth=1.6)
