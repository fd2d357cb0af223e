"""What a model says of one clip."""

import numpy as np

from sersk.display._figure import (
    BLUE,
    VERMILION,
    check_matplotlib,
    make_axes,
    make_polar_axes,
    name_ticks,
    set_title,
    shorten,
    show_percent,
    tidy,
)
from sersk.display._labels import check_columns
from sersk.utils._sklearn import StrOptions, validate_parameter_constraints

# Of the highest bar, what makes room for the percentages behind it.
_ROOM = 1.16


class ProbabilityDisplay:
    """Probabilities of one clip, the highest one pointed out.

    Parameters
    ----------
    classes : array-like of shape (n_classes,)
        Names of the classes.
    probabilities : array-like of shape (n_classes,)
        Probability of each.
    name : str or None, default=None
        What to write above the picture.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it is drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    patches_ : list of matplotlib Patch
        The bars, in the order of `classes`; those of a polar plot as well.
    texts_ : list of matplotlib Text
        The percentages; those of a polar plot with the names of the classes.

    Examples
    --------
    >>> from sersk.display import ProbabilityDisplay
    >>> display = ProbabilityDisplay.from_probabilities([0.7, 0.3], ["sad", "happy"])
    >>> [text.get_text() for text in display.texts_]
    ['70.0%', '30.0%']
    """

    def __init__(self, classes, probabilities, *, name=None):
        self.classes = classes
        self.probabilities = probabilities
        self.name = name

    @classmethod
    def from_probabilities(cls, probabilities, classes, *, name=None, kind="bar", ax=None):
        """Draw probabilities.

        Parameters
        ----------
        probabilities : array-like of shape (n_classes,)
            Of each class, summing to 1.
        classes : array-like of shape (n_classes,)
            Names of the classes, in the order of the probabilities.
        name : str or None, default=None
            What to write above the picture.
        kind : {"bar", "polar"}, default="bar"
            Form of the picture.
        ax : matplotlib Axes, default=None
            Where to draw; polar axes for a polar plot. None makes a new figure.

        Returns
        -------
        display : ProbabilityDisplay
            The picture, drawn.

        Raises
        ------
        ValueError
            When the two differ in length, or there are no probabilities from 0 to 1.
        """
        caller = f"{cls.__name__}.from_probabilities"
        columns = check_columns(caller, classes=classes, probabilities=probabilities)
        if not np.all((columns[1] >= 0) & (columns[1] <= 1)):
            raise ValueError(
                f"The 'probabilities' parameter of {caller} must be from 0 to 1. Got "
                f"{columns[1].tolist()} instead."
            )
        return cls(*columns, name=name).plot(ax, kind=kind)

    @classmethod
    def from_estimator(cls, estimator, clip, *, name=None, kind="bar", ax=None):
        """Ask a model about one clip, and draw what it says.

        Parameters
        ----------
        estimator : estimator
            A fitted classifier with `predict_proba`.
        clip : str, path-like or ndarray
            One clip, as the classifier takes a list of them.
        name : str or None, default=None
            What to write above the picture.
        kind : {"bar", "polar"}, default="bar"
            Form of the picture.
        ax : matplotlib Axes, default=None
            Where to draw; polar axes for a polar plot. None makes a new figure.

        Returns
        -------
        display : ProbabilityDisplay
            The picture, drawn.
        """
        check_matplotlib()
        [row] = estimator.predict_proba([clip])
        return cls.from_probabilities(row, estimator.classes_, name=name, kind=kind, ax=ax)

    def plot(self, ax=None, *, kind="bar", color=BLUE, best_color=VERMILION):
        """Draw the probabilities.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; polar axes for a polar plot. None makes a new figure.
        kind : {"bar", "polar"}, default="bar"
            Horizontal bars, the first class on top; or rays from a centre, the first one upwards
            and the others clockwise, for three to eight classes.
        color, best_color : matplotlib color, default="#0072B2", "#D55E00"
            Colours of the bars, and of that of the highest probability.

        Returns
        -------
        display : ProbabilityDisplay
            The picture, drawn.

        Raises
        ------
        ValueError
            When axes for a polar plot are not polar.
        """
        validate_parameter_constraints(
            {"kind": [StrOptions({"bar", "polar"})]}, dict(kind=kind), type(self).__name__
        )
        probabilities = np.asarray(self.probabilities, dtype=float)
        colors = [color] * len(probabilities)
        colors[int(probabilities.argmax())] = best_color
        draw = self._draw_bars if kind == "bar" else self._draw_rays
        draw(ax, probabilities, colors)
        self.figure_ = self.ax_.figure
        set_title(self.ax_, self.name)
        return self

    def _draw_bars(self, ax, probabilities, colors):
        n_classes = len(probabilities)
        self.ax_ = ax = make_axes(ax, (7, 0.42 * n_classes + 1.2))
        bars = ax.barh(np.arange(n_classes), probabilities, height=0.7, color=colors)
        self.patches_ = list(bars)
        self.texts_ = ax.bar_label(bars, [f"{p:.1%}" for p in probabilities], padding=4)
        name_ticks(ax.yaxis, self.classes)
        ax.set(xlim=(0, max(0.01, probabilities.max()) * _ROOM), xlabel="Probability")
        ax.set_ylim(n_classes - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
        show_percent(ax.xaxis)
        tidy(ax)

    def _draw_rays(self, ax, probabilities, colors):
        n_classes = len(probabilities)
        self.ax_ = ax = make_polar_axes(ax, (5.2, 5.2))
        if ax.name != "polar":
            raise ValueError(
                f"The 'ax' parameter of {type(self).__name__} must be polar axes for kind "
                "'polar'. Make them with subplot_kw={'projection': 'polar'}."
            )
        angles = 2 * np.pi * np.arange(n_classes) / n_classes
        ax.set_theta_zero_location("N")
        ax.set_theta_direction(-1)
        rays = ax.bar(angles, probabilities, width=0.8 * 2 * np.pi / n_classes, color=colors)
        self.patches_ = list(rays)
        ax.set(ylim=(0, max(0.01, probabilities.max()) * 1.05), yticks=[])
        ax.spines["polar"].set_color("0.85")
        ax.set_axisbelow(True)
        ax.grid(color="0.9", linewidth=0.8)
        names = zip(shorten(self.classes), probabilities, strict=True)
        ax.set_xticks(angles, [f"{name}\n{p:.1%}" for name, p in names], parse_math=False)
        self.texts_ = ax.get_xticklabels()
        for angle, label in zip(angles, self.texts_, strict=True):
            label.set_horizontalalignment(_find_side(angle))


def _find_side(angle):
    """Which side of a name is at the end of its ray."""
    sideways = np.sin(angle)
    return "center" if abs(sideways) < 0.1 else "left" if sideways > 0 else "right"
