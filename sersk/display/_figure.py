"""Colours, axes and labels that all displays share. Only functions here import matplotlib."""

import math

import numpy as np

# The palette of Okabe and Ito, which people of all kinds of colour vision tell apart, with grey in
# place of black.
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PALETTE = (BLUE, ORANGE, GREEN, VERMILION, "#CC79A7", "#56B4E9", "#F0E442", "#999999")
GREY = "0.4"

# Steps between the marks of a time axis in minutes, in seconds.
_STEPS_S = (15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
# From here on seconds alone are hard to read.
_LONG_S = 180
_N_MARKS = 10
_N_CHARACTERS = 28
# In inches: the rim of a figure, and a letter of the usual size.
_PADDING = 0.1
_LETTER = 0.08
# More names than that are easier to read upright than slanted.
_N_SLANTED = 24


def check_matplotlib():
    """Raise unless matplotlib can be imported.

    Raises
    ------
    ImportError
        When it is not there: it tells how to install it.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ImportError(
            'sersk.display needs matplotlib. Install it with: pip install "sersk[plot]"'
        ) from error


def make_axes(ax, size, *, n_columns=1, heights=(1,)):
    """Give the axes to draw on.

    Parameters
    ----------
    ax : matplotlib Axes, array of them, or None
        Those of the user; None makes a new figure.
    size : tuple of float
        Width and height of a new figure, in inches.
    n_columns : int, default=1
        Number of axes of a new figure, side by side.
    heights : tuple of float, default=(1,)
        Relative heights of the axes of a new figure, one below the other.

    Returns
    -------
    ax : matplotlib Axes or array of them
        The axes.
    """
    check_matplotlib()
    if ax is not None:
        return ax
    # Only here: whoever brings axes need not have a screen, nor pyplot's list of figures.
    from matplotlib import pyplot

    figure = pyplot.figure(figsize=size, layout=_make_layout())
    return figure.subplots(len(heights), n_columns, height_ratios=heights)


def make_polar_axes(ax, size):
    """Give the polar axes to draw on.

    Parameters
    ----------
    ax : matplotlib Axes or None
        Those of the user; None makes a new figure.
    size : tuple of float
        Width and height of a new figure, in inches.

    Returns
    -------
    ax : matplotlib Axes
        The axes.
    """
    check_matplotlib()
    if ax is not None:
        return ax
    from matplotlib import pyplot

    return pyplot.figure(figsize=size, layout=_make_layout()).add_subplot(projection="polar")


def make_figure(size):
    """Make a figure that needs no screen and that pyplot does not know of.

    Parameters
    ----------
    size : tuple of float
        Width and height, in inches.

    Returns
    -------
    figure : matplotlib Figure
        The figure, without axes.
    """
    check_matplotlib()
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout=_make_layout())


def _make_layout():
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    # Without compress, names beside a square picture may leave the figure.
    return ConstrainedLayoutEngine(w_pad=_PADDING, h_pad=_PADDING, compress=True)


def tidy(ax, *, grid=None):
    """Take away the frame's upper and right line, and draw a faint grid behind the data.

    Parameters
    ----------
    ax : matplotlib Axes
        The axes.
    grid : {"x", "y", "both"} or None, default=None
        Along which axis to draw it.
    """
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)
    if grid is not None:
        ax.grid(axis=grid, color="0.9", linewidth=0.8)


def set_title(ax, title):
    """Write a title as it is; a dollar sign in the name of a file begins no formula.

    Parameters
    ----------
    ax : matplotlib Axes
        The axes.
    title : str or None
        The title; None for none.
    """
    if title is not None:
        ax.set_title(title, parse_math=False)


def shorten(names):
    """Cut long names of classes and speakers, so that they leave room for the picture.

    Parameters
    ----------
    names : sequence
        The names.

    Returns
    -------
    names : list of str
        The same, as text on one line of at most 28 characters.
    """
    texts = [" ".join(str(name).split()) for name in names]
    return [t if len(t) <= _N_CHARACTERS else t[: _N_CHARACTERS - 1] + "…" for t in texts]


def name_ticks(axis, names, *, share=1.1):
    """Put names at 0, 1, 2, … of an axis; those below the picture turned if they would touch.

    Parameters
    ----------
    axis : matplotlib Axis
        The x or y axis.
    names : sequence
        The names.
    share : float, default=1.1
        How much of the present width the axes will have when all else has found its place.
    """
    names = shorten(names)
    width = axis.axes.get_window_extent().width / axis.axes.figure.dpi
    wanted = len(names) * (1 + max(len(name) for name in names)) * _LETTER
    turned = {}
    if axis.axis_name == "x" and wanted > share * width:
        turned = dict(rotation=45, ha="right", rotation_mode="anchor")
        if len(names) > _N_SLANTED:
            turned = dict(rotation=90)
    axis.set_ticks(np.arange(len(names)), names, parse_math=False, **turned)


def show_percent(axis):
    """Show fractions along an axis in percent.

    Parameters
    ----------
    axis : matplotlib Axis
        The x or y axis.
    """
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1, decimals=0))


def contrast_color(color):
    """Choose black or white for text on a colour.

    Parameters
    ----------
    color : tuple of float
        Red, green and blue in [0, 1]; more is ignored.

    Returns
    -------
    color : str
        Whichever stands out more.
    """
    rgb = np.asarray(color[:3])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    # Where both have the same contrast by the definition of the WCAG.
    return "black" if linear @ (0.2126, 0.7152, 0.0722) > 0.179 else "white"


def show_time(ax, start_s, stop_s):
    """Make the x axis one of time, in seconds, with marks in minutes where it is long.

    Parameters
    ----------
    ax : matplotlib Axes
        The axes.
    start_s, stop_s : float
        What it shows, in seconds.
    """
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    ax.set_xlim(start_s, stop_s)
    if stop_s - start_s <= _LONG_S:
        ax.ticklabel_format(axis="x", style="plain", useOffset=False)
        ax.set_xlabel("Time (s)")
        return
    wanted_s = (stop_s - start_s) / _N_MARKS
    step_s = next((s for s in _STEPS_S if s >= wanted_s), 86400 * math.ceil(wanted_s / 86400))
    ax.xaxis.set_major_locator(MultipleLocator(step_s))
    has_hours = stop_s >= 3600
    ax.xaxis.set_major_formatter(FuncFormatter(lambda s, _: _format_clock(s, has_hours)))
    ax.set_xlabel("Time (h:min:s)" if has_hours else "Time (min:s)")


def _format_clock(time_s, has_hours):
    minutes, seconds = divmod(round(time_s), 60)
    if not has_hours:
        return f"{minutes}:{seconds:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


def format_duration(duration_s):
    """Write a duration for people.

    Parameters
    ----------
    duration_s : float
        The duration, in seconds.

    Returns
    -------
    text : str
        As in "3.7 s" or "1:02:03".
    """
    if duration_s <= _LONG_S:
        return f"{duration_s:.3g} s"
    return _format_clock(duration_s, duration_s >= 3600)


def format_count(count, noun):
    """Write a number of things.

    Parameters
    ----------
    count : int
        How many.
    noun : str
        What, in the singular.

    Returns
    -------
    text : str
        As in "1 clip" or "1,440 clips".
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
