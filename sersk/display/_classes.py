"""How many clips each class has."""

import numpy as np

from sersk.display._figure import (
    BLUE,
    PALETTE,
    contrast_color,
    format_count,
    make_axes,
    name_ticks,
    shorten,
    tidy,
)
from sersk.display._labels import check_columns
from sersk.utils._sklearn import StrOptions, validate_parameter_constraints

# The second time round the palette, slices are told apart by their pattern.
_HATCHES = ("", "//", "..", "xx")
# A narrower slice has no room for its share, which the legend gives as well.
_LEAST_SHARE = 0.04
# Beyond, counts above the bars touch one another unless they are turned.
_N_UPRIGHT = 14
# Of a new figure, in inches: what the pie, the numbers of the legend, and a letter take.
_PIE, _LEGEND, _LETTER = 4.2, 1.8, 0.085


class ClassDistributionDisplay:
    """Number and share of the clips of each class.

    Parameters
    ----------
    classes : array-like of shape (n_classes,)
        Names of the classes.
    counts : array-like of shape (n_classes,)
        Number of clips of each.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it is drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    patches_ : list of matplotlib Patch
        The bars or slices, in the order of `classes`.

    Examples
    --------
    >>> from sersk.display import ClassDistributionDisplay
    >>> display = ClassDistributionDisplay.from_labels(["sad", "happy", "sad"])
    >>> [text.get_text() for text in display.ax_.texts]
    ['1\\n33.3%', '2\\n66.7%']
    """

    def __init__(self, classes, counts):
        self.classes = classes
        self.counts = counts

    @classmethod
    def from_labels(cls, y, *, kind="bar", ax=None):
        """Count classes and draw them, in the order of their names.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            Classes of the clips.
        kind : {"bar", "pie"}, default="bar"
            Form of the picture.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : ClassDistributionDisplay
            The picture, drawn.

        Raises
        ------
        ValueError
            When there are no clips, or some have no class.
        """
        [labels] = check_columns(f"{cls.__name__}.from_labels", y=y)
        return cls(*np.unique(labels, return_counts=True)).plot(ax, kind=kind)

    def plot(self, ax=None, *, kind="bar"):
        """Draw the counts.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        kind : {"bar", "pie"}, default="bar"
            Bars with count and share above them, or a pie with a legend.

        Returns
        -------
        display : ClassDistributionDisplay
            The picture, drawn.
        """
        validate_parameter_constraints(
            {"kind": [StrOptions({"bar", "pie"})]}, dict(kind=kind), type(self).__name__
        )
        counts = np.asarray(self.counts)
        if kind == "bar":
            width = np.clip(0.9 * len(counts) + 1, 5, 12)
        else:
            n_characters = max(len(name) for name in shorten(self.classes))
            width = _PIE + (_LEGEND + _LETTER * n_characters) * _count_columns(len(counts))
        self.ax_ = make_axes(ax, (width, 4.2))
        self.figure_ = self.ax_.figure
        draw = self._draw_bars if kind == "bar" else self._draw_pie
        draw(self.ax_, counts, counts / max(1, counts.sum()))
        clips, classes = format_count(counts.sum(), "clip"), len(counts)
        self.ax_.set_title(f"{clips}, {classes} {'class' if classes == 1 else 'classes'}")
        return self

    def _draw_bars(self, ax, counts, shares):
        n_classes = len(counts)
        bars = ax.bar(np.arange(n_classes), counts, width=0.7, color=BLUE)
        self.patches_ = list(bars)
        is_crowded = n_classes > _N_UPRIGHT
        separator = "  " if is_crowded else "\n"
        ax.bar_label(
            bars,
            [
                f"{count:,}{separator}{share:.1%}"
                for count, share in zip(counts, shares, strict=True)
            ],
            padding=3,
            fontsize=8 if is_crowded else 9,
            rotation=90 if is_crowded else 0,
        )
        name_ticks(ax.xaxis, self.classes)
        # Room for the numbers above the highest bar.
        ax.set_ylim(0, max(1, counts.max()) * (1.35 if is_crowded else 1.18))
        ax.set_xlim(-0.6, n_classes - 0.4)
        ax.yaxis.get_major_locator().set_params(integer=True)
        ax.set_ylabel("Clips")
        ax.tick_params(axis="x", length=0)
        tidy(ax)

    def _draw_pie(self, ax, counts, shares):
        n_classes = len(counts)
        places = np.arange(n_classes)
        colors = [PALETTE[i % len(PALETTE)] for i in places]
        hatches = [_HATCHES[i // len(PALETTE) % len(_HATCHES)] for i in places]
        self.patches_ = ax.pie(
            counts,
            colors=colors,
            hatch=hatches,
            startangle=90,
            counterclock=False,
            wedgeprops=dict(edgecolor="white", linewidth=1.2),
        )[0]
        for wedge, share in zip(self.patches_, shares, strict=True):
            if share >= _LEAST_SHARE:
                self._write_share(ax, wedge, share)
        names = shorten(self.classes)
        legend = ax.legend(
            self.patches_,
            [
                f"{name}: {count:,} ({share:.1%})"
                for name, count, share in zip(names, counts, shares, strict=True)
            ],
            loc="center left",
            bbox_to_anchor=(1, 0.5),
            frameon=False,
            fontsize=10 if n_classes <= 12 else 8,
            ncols=_count_columns(n_classes),
        )
        for text in legend.get_texts():
            text.set_parse_math(False)

    @staticmethod
    def _write_share(ax, wedge, share):
        from matplotlib.colors import to_rgba

        angle = np.deg2rad((wedge.theta1 + wedge.theta2) / 2)
        # A dot of the slice's own colour keeps the number off the pattern.
        box = dict(boxstyle="round,pad=0.15", facecolor=wedge.get_facecolor(), edgecolor="none")
        ax.text(
            0.72 * np.cos(angle),
            0.72 * np.sin(angle),
            f"{share:.0%}",
            ha="center",
            va="center",
            fontsize=9,
            color=contrast_color(to_rgba(wedge.get_facecolor())),
            bbox=box if wedge.get_hatch() else None,
        )


def _count_columns(n_classes):
    """How many columns the legend takes so as not to be higher than the pie."""
    return 1 + (n_classes - 1) // 20
