"""What is won by judging only the clips that a model is sure of."""

import numpy as np

from sersk.display._figure import (
    BLUE,
    GREY,
    check_matplotlib,
    make_axes,
    set_title,
    show_percent,
    tidy,
)
from sersk.display._labels import check_columns, predict_probabilities
from sersk.metrics import risk_coverage_curve

# Normal quantile of the 95 % band.
_Z = 1.959964


class RiskCoverageDisplay:
    """Accuracy of the clips judged against their share, the surest clips first.

    A model whose probabilities rank its answers gets better from right to left, where it judges
    fewer and surer clips [1]_. The dashed line is what leaving clips out at random would give.

    Parameters
    ----------
    coverages : array-like of shape (n_points,)
        Share of the clips that is judged, in (0, 1].
    accuracies : array-like of shape (n_points,)
        Share of these that is right.
    counts : array-like of shape (n_points,)
        How many they are.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it is drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    line_ : matplotlib Line2D
        The curve.
    band_ : matplotlib PolyCollection
        Where the accuracy may lie, 95 %, by Wilson's interval [2]_.

    Notes
    -----
    The band takes each clip for one of its own. Clips of one speaker are alike, so the accuracy
    for other speakers may lie further out.

    References
    ----------
    .. [1] Y. Geifman and R. El-Yaniv, "Selective classification for deep neural networks",
       Advances in Neural Information Processing Systems, 30, 2017.
    .. [2] E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
       Journal of the American Statistical Association, 22, 209-212, 1927.

    Examples
    --------
    >>> from sersk.display import RiskCoverageDisplay
    >>> probabilities = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.5, 0.5]]
    >>> y_true = ["a", "a", "b", "b"]
    >>> display = RiskCoverageDisplay.from_predictions(y_true, probabilities, ["a", "b"])
    >>> display.coverages.tolist(), display.accuracies.tolist()
    ([1.0, 0.75, 0.5, 0.25], [0.75, 1.0, 1.0, 1.0])
    """

    def __init__(self, coverages, accuracies, counts):
        self.coverages = coverages
        self.accuracies = accuracies
        self.counts = counts

    @classmethod
    def from_predictions(cls, y_true, probabilities, classes, *, n_points=100, ax=None):
        """Rank clips by the highest of their probabilities, and draw how many are right.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Classes of the clips.
        probabilities : array-like of shape (n_samples, n_classes)
            Probability of each class.
        classes : array-like of shape (n_classes,)
            Names of the classes, in the order of the columns.
        n_points : int, default=100
            Number of points at most.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : RiskCoverageDisplay
            The picture, drawn.

        Raises
        ------
        ValueError
            When the probabilities are none, or do not fit the classes or the clips.
        """
        [y_true] = check_columns(f"{cls.__name__}.from_predictions", y_true=y_true)
        rows = risk_coverage_curve(y_true, probabilities, classes, n_points=n_points)
        return cls.from_rows(rows, ax)

    @classmethod
    def from_rows(cls, rows, ax=None):
        """Draw a curve that is there already.

        Parameters
        ----------
        rows : list of dict
            What `sersk.metrics.risk_coverage_curve` gives, and what ``results.json`` holds as
            ``risk_coverage``.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : RiskCoverageDisplay
            The picture, drawn.
        """
        columns = ([row[key] for row in rows] for key in ("coverage", "accuracy", "n_clips"))
        return cls(*(np.array(column) for column in columns)).plot(ax)

    @classmethod
    def from_estimator(cls, estimator, X, y, *, n_points=100, ax=None):
        """Predict probabilities, rank the clips by them, and draw how many are right.

        Parameters
        ----------
        estimator : estimator
            A fitted classifier with `predict_proba`.
        X : array-like
            The clips, as the classifier takes them; not those it was fitted on.
        y : array-like of shape (n_samples,)
            Their classes.
        n_points : int, default=100
            Number of points at most.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : RiskCoverageDisplay
            The picture, drawn.

        Raises
        ------
        TypeError
            When the classifier gives no probabilities.
        """
        check_matplotlib()
        probabilities = predict_probabilities(cls, estimator, X)
        return cls.from_predictions(y, probabilities, estimator.classes_, n_points=n_points, ax=ax)

    def plot(self, ax=None, *, color=BLUE):
        """Draw the curve and its band.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        color : matplotlib color, default="#0072B2"
            Colour of both.

        Returns
        -------
        display : RiskCoverageDisplay
            The picture, drawn.
        """
        coverages, accuracies, counts = (
            np.asarray(a) for a in (self.coverages, self.accuracies, self.counts)
        )
        self.ax_ = ax = make_axes(ax, (6.4, 4.6))
        self.figure_ = ax.figure
        whole = coverages.argmax()
        ax.axhline(
            accuracies[whole],
            color=GREY,
            linestyle="--",
            linewidth=1.4,
            label="left out at random",
        )
        low, high = _wilson(accuracies, counts)
        self.band_ = ax.fill_between(
            coverages, low, high, color=color, alpha=0.2, linewidth=0, label="95 % band, by clips"
        )
        (self.line_,) = ax.plot(
            coverages, accuracies, color=color, linewidth=1.8, label="surest kept"
        )
        ax.set(xlim=(0, 1.01), ylim=(min(0.9 * low.min(), 0.5), 1.01))
        for axis in (ax.xaxis, ax.yaxis):
            show_percent(axis)
        ax.set(
            xlabel="Share of the clips judged, the surest", ylabel="Share of those that is right"
        )
        set_title(ax, f"{accuracies[whole]:.0%} of all {counts[whole]:,} clips right")
        ax.legend(loc="lower left", frameon=False)
        tidy(ax, grid="both")
        return self


def _wilson(accuracies, counts):
    """Ends of Wilson's interval of a share."""
    weight = _Z**2 / counts
    middle = (accuracies + weight / 2) / (1 + weight)
    half = np.sqrt(accuracies * (1 - accuracies) * weight + weight**2 / 4) / (1 + weight)
    return middle - half, middle + half
