"""Which stretches of a recording, and which blocks of features, carried a decision."""

from pathlib import Path

import numpy as np

from sersk.display._figure import (
    BLUE,
    GREY,
    VERMILION,
    check_matplotlib,
    make_axes,
    name_ticks,
    set_title,
    show_percent,
    show_time,
    tidy,
)
from sersk.display._pooling import Columns

# Of a new figure, in inches: its width, and the height of each of the axes.
_WIDTH, _HEIGHTS = 10, (2.2, 2.2, 1.8)
_N_COLUMNS = 2000
# The change that has the full colour, where none is larger: what is next to nothing stays pale.
_FULL = 0.1
_OPACITY = 0.55


def measure_figure(blocks):
    """Give the size of a new figure, and the heights of its axes.

    Parameters
    ----------
    blocks : sequence
        The blocks of features to draw, if any.

    Returns
    -------
    size : tuple of float
        Width and height, in inches.
    heights : tuple of float
        Of each of the axes.
    """
    heights = _HEIGHTS if len(blocks) else _HEIGHTS[:-1]
    return (_WIDTH, sum(heights)), heights


class ExplanationDisplay:
    """The waveform coloured by what each stretch does, the probability without it, and the blocks.

    What speaks for the class is vermilion: without it the probability falls. What speaks against
    it is blue.

    Parameters
    ----------
    signal : ndarray of shape (n_times,)
        The samples of what is explained.
    sample_rate : int
        Their rate, in Hz.
    stretches : array-like of shape (n_stretches, 2)
        Where each stretch begins and ends, in seconds.
    changes : array-like of shape (n_stretches,)
        How the probability changes without it, from -1 to 1.
    probability : float
        The probability with everything there.
    label : str
        The class that it is of.
    blocks : sequence of str, default=()
        Names of blocks of features.
    block_changes : array-like of shape (n_blocks,), default=()
        How the probability changes without each of them.
    marked : int or None, default=None
        Place of a stretch whose length is to be shown, such as the most important one.
    start_s : float, default=0.0
        Where the signal begins in its recording, in seconds.
    name : str or None, default=None
        What to write above the picture.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes
        Where it is drawn: the waveform, the curve, and the bars where there are blocks.
    figure_ : matplotlib Figure
        The figure of these axes.
    spans_ : list of matplotlib artist
        The coloured steps of time behind the waveform.
    curve_ : matplotlib Line2D
        The probability without each stretch, at its middle.
    bars_ : matplotlib BarContainer or None
        The changes by the blocks, the largest on top; None without blocks.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.display import ExplanationDisplay
    >>> spans, changes = [[0.0, 0.5], [0.5, 1.0]], [-0.5, 0.1]
    >>> display = ExplanationDisplay(np.zeros(8000), 8000, spans, changes, 0.75, label="angry")
    >>> display.plot().curve_.get_ydata().round(2).tolist()
    [0.25, 0.85]
    """

    def __init__(
        self,
        signal,
        sample_rate,
        stretches,
        changes,
        probability,
        *,
        label,
        blocks=(),
        block_changes=(),
        marked=None,
        start_s=0.0,
        name=None,
    ):
        self.signal = signal
        self.sample_rate = sample_rate
        self.stretches = stretches
        self.changes = changes
        self.probability = probability
        self.label = label
        self.blocks = blocks
        self.block_changes = block_changes
        self.marked = marked
        self.start_s = start_s
        self.name = name

    @classmethod
    def from_explanation(cls, explanation, signal, sample_rate, *, axes=None):
        """Draw an explanation.

        Parameters
        ----------
        explanation : Explanation
            What `sersk.workflows.explain` gives.
        signal : ndarray of shape (n_times,)
            The samples of what was explained, from its ``start_s`` to its ``stop_s``.
        sample_rate : int
            Their rate, in Hz.
        axes : array-like of matplotlib Axes, default=None
            Where to draw, two of them, or three where there are blocks. None makes a new figure.

        Returns
        -------
        display : ExplanationDisplay
            The picture, drawn.
        """
        check_matplotlib()
        display = cls(
            signal,
            sample_rate,
            explanation.stretches,
            explanation.stretch_changes,
            explanation.probability,
            label=str(explanation.label),
            blocks=explanation.blocks,
            block_changes=explanation.block_changes,
            marked=explanation.most_important if explanation.stands_out else None,
            start_s=explanation.start_s,
            name=Path(explanation.filename).name,
        )
        return display.plot(axes)

    def plot(self, axes=None):
        """Draw the waveform, the curve and the bars.

        Parameters
        ----------
        axes : array-like of matplotlib Axes, default=None
            Where to draw, two of them, or three where there are blocks. None makes a new figure.

        Returns
        -------
        display : ExplanationDisplay
            The picture, drawn.

        Raises
        ------
        ValueError
            When there are more or fewer axes.
        """
        size, heights = measure_figure(self.blocks)
        self.axes_ = np.ravel(make_axes(axes, size, heights=heights))
        if len(self.axes_) != len(heights):
            raise ValueError(
                f"The 'axes' parameter of {type(self).__name__} must have {len(heights)} "
                f"axes here. Got {len(self.axes_)} instead."
            )
        waveform, curve, *rest = self.axes_
        self.figure_ = waveform.figure
        self._draw_waveform(waveform)
        self._draw_curve(curve)
        for ax in (waveform, curve):
            show_time(ax, self.start_s, self.start_s + len(self.signal) / self.sample_rate)
            tidy(ax, grid="y" if ax is curve else None)
        waveform.set_xlabel("")
        set_title(waveform, self.name)
        self.bars_ = self._draw_blocks(*rest) if rest else None
        return self

    def _draw_waveform(self, ax):
        minima, maxima = Columns(np.minimum, _N_COLUMNS), Columns(np.maximum, _N_COLUMNS)
        for columns in (minima, maxima):
            columns.add(np.asarray(self.signal))
        low, high = minima.result(), maxima.result()
        times = self.start_s + np.arange(len(low)) * minima.step / self.sample_rate
        ax.fill_between(times, low, high, color="0.25", linewidth=0.4, zorder=2)
        highest = max(float(np.abs([low, high]).max()), 1e-4)
        ax.set(ylim=(-1.08 * highest, 1.08 * highest), ylabel="Amplitude")
        edges, means = self._average()
        full = max(_FULL, *np.abs(means)) if len(means) else _FULL
        self.spans_ = [
            ax.axvspan(
                *(start, stop),
                color=VERMILION if mean < 0 else BLUE,
                alpha=_OPACITY * abs(mean) / full,
                linewidth=0,
                zorder=1,
            )
            for start, stop, mean in zip(edges[:-1], edges[1:], means, strict=True)
        ]

    def _average(self):
        """Edges of the steps of time, and the mean change by the stretches over each of them."""
        stretches, changes = np.reshape(self.stretches, (-1, 2)), np.asarray(self.changes)
        if not len(stretches):
            return np.zeros(1), np.zeros(0)
        # Edges that differ by rounding are one.
        edges = np.unique(stretches.ravel().round(6))
        middles = (edges[1:] + edges[:-1]) / 2
        covers = (stretches[:, :1] < middles) & (middles < stretches[:, 1:])
        return edges, changes @ covers / np.maximum(covers.sum(axis=0), 1)

    def _draw_curve(self, ax):
        stretches = np.reshape(self.stretches, (-1, 2))
        without = self.probability + np.asarray(self.changes, dtype=float)
        middles = stretches.mean(axis=1)
        ax.axhline(self.probability, color=GREY, linewidth=1.2, linestyle="--", zorder=1)
        for worse, color in ((True, VERMILION), (False, BLUE)):
            ax.fill_between(
                *(middles, without, self.probability),
                where=(without < self.probability) == worse,
                interpolate=True,
                color=color,
                alpha=0.25,
                linewidth=0,
            )
        (self.curve_,) = ax.plot(middles, without, color="0.15", marker="o", markersize=4)
        if self.marked is not None:
            color = VERMILION if self.changes[self.marked] < 0 else BLUE
            ax.hlines(without[self.marked], *stretches[self.marked], color=color, linewidth=3)
        ax.set(ylim=(0, 1.03))
        ax.set_ylabel(f"{self.label}\nwithout it", parse_math=False)
        show_percent(ax.yaxis)

    def _draw_blocks(self, ax):
        changes = np.asarray(self.block_changes, dtype=float)
        order = np.argsort(np.abs(changes), kind="stable")
        colors = [VERMILION if change < 0 else BLUE for change in changes[order]]
        bars = ax.barh(np.arange(len(order)), changes[order], color=colors, height=0.7)
        name_ticks(ax.yaxis, [self.blocks[i] for i in order])
        ax.axvline(0, color="0.3", linewidth=0.8)
        reach = 1.1 * max(_FULL, np.abs(changes).max())
        ax.set(xlim=(-reach, reach))
        ax.set_xlabel(
            f"Change of the probability of {self.label} with features as on average",
            parse_math=False,
        )
        # In whole percents.
        ax.locator_params(axis="x", nbins=8, steps=[1, 2, 5, 10])
        show_percent(ax.xaxis)
        tidy(ax, grid="x")
        return bars
