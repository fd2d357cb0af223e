"""What more speakers would bring."""

import numpy as np

from sersk.display._figure import BLUE, make_axes, show_percent, tidy


class LearningCurveDisplay:
    """Score on unseen speakers by the number of speakers trained on.

    Where the curve still rises at its end, more speakers would help more than another model.

    Parameters
    ----------
    n_speakers : array-like of shape (n_sizes,)
        Numbers of speakers trained on.
    scores : array-like of shape (n_sizes, n_repeats)
        Unweighted average recall of each repetition, in [0, 1].

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it is drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    line_ : matplotlib Line2D
        The means.
    range_ : matplotlib PolyCollection
        From the lowest to the highest repetition.

    Examples
    --------
    >>> from sersk.display import LearningCurveDisplay
    >>> display = LearningCurveDisplay([2, 4, 8], [[0.3, 0.4], [0.4, 0.5], [0.55, 0.55]]).plot()
    >>> display.line_.get_ydata().round(2).tolist()
    [0.35, 0.45, 0.55]
    """

    def __init__(self, n_speakers, scores):
        self.n_speakers = n_speakers
        self.scores = scores

    @classmethod
    def from_curve(cls, curve, *, ax=None):
        """Draw a learning curve that has been computed.

        Parameters
        ----------
        curve : object
            With the attributes `n_speakers`, of shape (n_sizes,), and `scores`, of shape
            (n_sizes, n_repeats).
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : LearningCurveDisplay
            The picture, drawn.
        """
        return cls(curve.n_speakers, curve.scores).plot(ax)

    def plot(self, ax=None, *, color=BLUE):
        """Draw the mean and the range of the repetitions.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        color : matplotlib color, default="#0072B2"
            Colour of the curve.

        Returns
        -------
        display : LearningCurveDisplay
            The picture, drawn.

        Raises
        ------
        ValueError
            When there is not one row of scores per number of speakers.
        """
        sizes, scores = np.asarray(self.n_speakers), np.asarray(self.scores, dtype=float)
        if sizes.ndim != 1 or scores.ndim != 2 or len(sizes) != len(scores) or not scores.size:
            raise ValueError(
                f"The 'scores' parameter of {type(self).__name__} must have a row per value of "
                f"'n_speakers' and a column per repetition. Got shapes {scores.shape} and "
                f"{sizes.shape} instead."
            )
        order = np.argsort(sizes)
        sizes, scores = sizes[order], scores[order]
        self.ax_ = ax = make_axes(ax, (7, 4.2))
        self.figure_ = ax.figure
        n_repeats = scores.shape[1]
        means = scores.mean(axis=1)
        self.range_ = ax.fill_between(
            sizes,
            scores.min(axis=1),
            scores.max(axis=1),
            color=color,
            alpha=0.18,
            linewidth=0,
            label=f"lowest to highest of {n_repeats}",
        )
        (self.line_,) = ax.plot(sizes, means, color=color, marker="o", linewidth=2, label="mean")
        ax.annotate(
            f"{means[-1]:.1%}",
            (sizes[-1], means[-1]),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=color,
            annotation_clip=False,
        )
        ax.xaxis.get_major_locator().set_params(integer=True)
        show_percent(ax.yaxis)
        ax.set(xlabel="Speakers trained on", ylabel="UAR on unseen speakers")
        tidy(ax, grid="both")
        if n_repeats > 1:
            ax.legend(loc="lower right", frameon=False)
        return self
