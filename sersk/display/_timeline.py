"""Which class is heard when in a long recording."""

import numpy as np

from sersk.display._figure import (
    PALETTE,
    check_matplotlib,
    contrast_color,
    make_axes,
    make_figure,
    set_title,
    shorten,
    show_percent,
    show_time,
    tidy,
)
from sersk.utils._sklearn import StrOptions, validate_parameter_constraints

# The second time round the palette, classes are told apart by their pattern, or their line.
_HATCHES = ("", "///", "...", "xxx")
_LINES = ("-", "--", ":", "-.")
_SILENCE = dict(facecolor="0.94", edgecolor="0.75", hatch="//", linewidth=0)
# Of a new figure, in inches, and the segments to the probabilities.
_SIZE, _HEIGHTS = (10, 4.8), (1, 4)
# In inches: a letter in a bar, the room beside its name, and the least bar that is set apart.
_LETTER, _MARGIN, _NARROW = 0.09, 0.1, 0.08
_N_COLUMNS = 5
# More steps than that run into each other.
_N_STEPS = 600


class TimelineDisplay:
    """Classes over time: a bar of segments, and below it the probabilities.

    Parameters
    ----------
    classes : sequence of str of shape (n_classes,)
        Names of the classes.
    start_s, stop_s : array-like of shape (n_segments,)
        Where each segment begins and ends, in seconds.
    labels : sequence of str of shape (n_segments,)
        Class of each segment; an empty one is silence.
    edges_s : array-like of shape (n_cells + 1,)
        Edges of the steps that have probabilities, in seconds.
    probabilities : array-like of shape (n_cells, n_classes)
        Probabilities in each step; a row of NaN for one that is silent. Of more than 600 steps,
        neighbours are drawn as their mean.
    name : str or None, default=None
        What to write above the picture.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes
        Where it is drawn: the segments, then the probabilities.
    figure_ : matplotlib Figure
        The figure of these axes.
    bars_ : list of matplotlib Rectangle
        The segments, in their order.
    curves_ : list of matplotlib artist
        The probabilities of each class, in the order of `classes`: areas or lines.
    silences_ : list of matplotlib artist
        The silent stretches among the probabilities.

    Examples
    --------
    >>> from sersk.display import TimelineDisplay
    >>> steps = [0, 1, 2, 3], [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]
    >>> display = TimelineDisplay(["sad", "happy"], [0, 2], [2, 3], ["sad", "happy"], *steps)
    >>> [text.get_text() for text in display.plot().axes_[0].texts]
    ['sad', 'happy']
    """

    def __init__(self, classes, start_s, stop_s, labels, edges_s, probabilities, *, name=None):
        self.classes = classes
        self.start_s = start_s
        self.stop_s = stop_s
        self.labels = labels
        self.edges_s = edges_s
        self.probabilities = probabilities
        self.name = name

    @classmethod
    def from_timeline(cls, timeline, *, kind="area", axes=None):
        """Draw a timeline.

        Parameters
        ----------
        timeline : Timeline
            What `sersk.timeline.make_timeline` gives.
        kind : {"area", "line"}, default="area"
            Form of the probabilities.
        axes : array-like of two matplotlib Axes, default=None
            Where to draw the segments and the probabilities. None makes a new figure.

        Returns
        -------
        display : TimelineDisplay
            The picture, drawn.
        """
        check_matplotlib()
        segments, cells = timeline.segments, timeline.cells
        display = cls(
            timeline.classes,
            [segment.start_s for segment in segments],
            [segment.stop_s for segment in segments],
            [segment.label for segment in segments],
            np.append(cells.start_s, cells.stop_s[-1]),
            cells.probabilities,
            name=timeline.filename,
        )
        return display.plot(axes, kind=kind)

    def plot(self, axes=None, *, kind="area"):
        """Draw the segments and the probabilities.

        Parameters
        ----------
        axes : array-like of two matplotlib Axes, default=None
            Where to draw the segments and the probabilities. None makes a new figure.
        kind : {"area", "line"}, default="area"
            Areas on top of each other, which fill the height where there is something to hear; or
            a line per class.

        Returns
        -------
        display : TimelineDisplay
            The picture, drawn.

        Raises
        ------
        ValueError
            When there are not two axes.
        """
        validate_parameter_constraints(
            {"kind": [StrOptions({"area", "line"})]}, dict(kind=kind), type(self).__name__
        )
        self.axes_ = np.ravel(make_axes(axes, _SIZE, heights=_HEIGHTS))
        if len(self.axes_) != 2:
            raise ValueError(
                f"The 'axes' parameter of {type(self).__name__} must have one of the axes for the "
                f"segments and one for the probabilities. Got {len(self.axes_)} instead."
            )
        segments, curves = self.axes_
        self.figure_ = segments.figure
        self._draw_segments(segments)
        self.curves_ = (self._draw_areas if kind == "area" else self._draw_lines)(curves)
        self._draw_silences(curves)
        curves.set(ylim=(0, 1), ylabel="Probability")
        show_percent(curves.yaxis)
        show_time(curves, self.edges_s[0], self.edges_s[-1])
        tidy(curves, grid="y" if kind == "line" else None)
        self._add_legend(curves)
        set_title(segments, self.name)
        return self

    def _look(self, label):
        """Give colour and pattern of a class, or those of silence."""
        if not label:
            return _SILENCE
        place = list(self.classes).index(label)
        turn = place // len(PALETTE) % len(_HATCHES)
        look = dict(facecolor=PALETTE[place % len(PALETTE)], hatch=_HATCHES[turn])
        return dict(look, edgecolor="white" if turn else "none", linewidth=0.0)

    def _draw_segments(self, ax):
        start_s, stop_s = np.asarray(self.start_s), np.asarray(self.stop_s)
        self.bars_ = [
            ax.barh(0, stop - start, left=start, height=1, **self._look(label))[0]
            for start, stop, label in zip(start_s, stop_s, self.labels, strict=True)
        ]
        ax.set(xlim=(self.edges_s[0], self.edges_s[-1]), ylim=(-0.5, 0.5))
        ax.set_yticks([])
        ax.tick_params(axis="x", bottom=False, labelbottom=False)
        ax.spines[:].set_visible(False)
        inches = ax.get_window_extent().width / ax.figure.dpi
        inch_s = (self.edges_s[-1] - self.edges_s[0]) / inches
        # White lines between narrow neighbours would leave nothing of these.
        widths = stop_s - start_s
        is_wide = np.minimum(widths[1:], widths[:-1]) > _NARROW * inch_s
        ax.vlines(start_s[1:][is_wide], -0.5, 0.5, color="white", linewidth=1.2)
        for bar, name in zip(self.bars_, shorten(self.labels), strict=True):
            if name and bar.get_width() > (_LETTER * len(name) + _MARGIN) * inch_s:
                _write_name(ax, bar, name)

    def _draw_silences(self, ax):
        self.silences_ = [
            ax.axvspan(start, stop, zorder=2.5, **_SILENCE)
            for start, stop, label in zip(self.start_s, self.stop_s, self.labels, strict=True)
            if not label
        ]

    def _steps(self):
        """Give the corners of stairs: each step keeps its values from one edge to the next."""
        edges_s, rows = np.asarray(self.edges_s), np.asarray(self.probabilities, dtype=float)
        firsts = np.arange(0, len(rows), -(-len(rows) // _N_STEPS))
        is_judged = ~np.isnan(rows).any(axis=1)
        n_judged = np.add.reduceat(is_judged, firsts, dtype=float)[:, None]
        sums = np.add.reduceat(np.where(is_judged[:, None], rows, 0.0), firsts)
        means = np.divide(sums, n_judged, out=np.full_like(sums, np.nan), where=n_judged > 0)
        times = np.repeat([*edges_s[firsts], edges_s[-1]], 2)[1:-1]
        return times, np.repeat(means, 2, axis=0)

    def _draw_areas(self, ax):
        times, rows = self._steps()
        sums = np.cumsum(np.insert(rows, 0, 0.0, axis=1), axis=1)
        return [
            ax.fill_between(times, sums[:, i], sums[:, i + 1], **self._look(name))
            for i, name in enumerate(self.classes)
        ]

    def _draw_lines(self, ax):
        times, rows = self._steps()
        looks = [
            dict(
                color=PALETTE[i % len(PALETTE)], linestyle=_LINES[i // len(PALETTE) % len(_LINES)]
            )
            for i in range(len(self.classes))
        ]
        return [
            ax.plot(times, rows[:, i], linewidth=1.8, **look)[0] for i, look in enumerate(looks)
        ]

    def _add_legend(self, ax):
        handles = [*self.curves_, *self.silences_[:1]]
        names = [*shorten(self.classes), *["silence"][: len(self.silences_)]]
        # Below the time axis, where no curve runs.
        legend = ax.legend(
            handles,
            names,
            loc="upper center",
            bbox_to_anchor=(0.5, -0.2),
            ncols=_N_COLUMNS,
            frameon=False,
        )
        for text in legend.get_texts():
            text.set_parse_math(False)


def _write_name(ax, bar, name):
    from matplotlib.colors import to_rgba

    color = bar.get_facecolor()
    # A patch of the bar's own colour keeps the name off the pattern.
    box = dict(boxstyle="round,pad=0.15", facecolor=color, edgecolor="none")
    ax.text(
        *bar.get_center(),
        name,
        ha="center",
        va="center",
        color=contrast_color(to_rgba(color)),
        bbox=box if bar.get_hatch() else None,
        parse_math=False,
    )


def draw_timeline(timeline):
    """Draw a timeline on a figure that needs no screen.

    Parameters
    ----------
    timeline : Timeline
        What `sersk.timeline.make_timeline` gives.

    Returns
    -------
    figure : matplotlib Figure
        The picture.
    """
    figure = make_figure(_SIZE)
    axes = figure.subplots(len(_HEIGHTS), 1, height_ratios=_HEIGHTS)
    TimelineDisplay.from_timeline(timeline, axes=axes)
    return figure
