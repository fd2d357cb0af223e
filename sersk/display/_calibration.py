"""Whether probabilities mean what they say."""

import numpy as np

from sersk.display._figure import (
    BLUE,
    GREY,
    check_matplotlib,
    format_count,
    make_axes,
    show_percent,
    tidy,
)
from sersk.display._labels import check_columns, predict_probabilities
from sersk.metrics import bin_by_confidence


class CalibrationDisplay:
    """Confidence in the predicted class against the share of predictions that were right.

    Clips are sorted by the probability of the class predicted and cut into bins of equally many. A
    model whose probabilities can be taken at their word stays on the diagonal; dots below it are
    too sure. The expected calibration error is the mean distance from it [1]_.

    Parameters
    ----------
    confidences : array-like of shape (n_bins,)
        Mean probability of the class predicted in each bin.
    accuracies : array-like of shape (n_bins,)
        Share of the predictions in each bin that were right.
    counts : array-like of shape (n_bins,)
        Number of clips in each bin.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it is drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    line_ : matplotlib Line2D
        A dot per bin.
    expected_calibration_error_ : float
        Mean distance between confidence and share, weighted by the clips, in [0, 1].

    Notes
    -----
    Clips of the same confidence stay together, so that bins may differ in size, and the picture
    does not depend on the order of the clips.

    References
    ----------
    .. [1] C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural
       networks", International Conference on Machine Learning, 2017.

    Examples
    --------
    >>> from sersk.display import CalibrationDisplay
    >>> probabilities = [[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.4, 0.6]]
    >>> y_true = ["a", "a", "b", "a"]
    >>> display = CalibrationDisplay.from_predictions(y_true, probabilities, ["a", "b"], n_bins=2)
    >>> display.confidences.round(2).tolist(), display.accuracies.tolist()
    ([0.6, 0.9], [0.5, 1.0])
    """

    def __init__(self, confidences, accuracies, counts):
        self.confidences = confidences
        self.accuracies = accuracies
        self.counts = counts

    @classmethod
    def from_predictions(cls, y_true, probabilities, classes, *, n_bins=10, ax=None):
        """Compare probabilities with what was right, and draw both.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Classes of the clips.
        probabilities : array-like of shape (n_samples, n_classes)
            Probability of each class.
        classes : array-like of shape (n_classes,)
            Names of the classes, in the order of the columns.
        n_bins : int, default=10
            Number of bins.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : CalibrationDisplay
            The picture, drawn.

        Raises
        ------
        ValueError
            When the probabilities are none, or do not fit the classes or the clips.
        """
        [y_true] = check_columns(f"{cls.__name__}.from_predictions", y_true=y_true)
        return cls.from_bins(bin_by_confidence(y_true, probabilities, classes, n_bins=n_bins), ax)

    @classmethod
    def from_bins(cls, bins, ax=None):
        """Draw bins of confidence that are there already.

        Parameters
        ----------
        bins : list of dict
            What `sersk.metrics.bin_by_confidence` gives, and what ``results.json`` holds as
            ``calibration``.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : CalibrationDisplay
            The picture, drawn.
        """
        columns = ([row[key] for row in bins] for key in ("confidence", "accuracy", "n_clips"))
        return cls(*(np.array(column) for column in columns)).plot(ax)

    @classmethod
    def from_estimator(cls, estimator, X, y, *, n_bins=10, ax=None):
        """Predict probabilities, compare them with what was right, and draw both.

        Parameters
        ----------
        estimator : estimator
            A fitted classifier with `predict_proba`.
        X : array-like
            The clips, as the classifier takes them; not those it was fitted on.
        y : array-like of shape (n_samples,)
            Their classes.
        n_bins : int, default=10
            Number of bins.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : CalibrationDisplay
            The picture, drawn.

        Raises
        ------
        TypeError
            When the classifier gives no probabilities.
        """
        check_matplotlib()
        probabilities = predict_probabilities(cls, estimator, X)
        return cls.from_predictions(y, probabilities, estimator.classes_, n_bins=n_bins, ax=ax)

    def plot(self, ax=None, *, color=BLUE):
        """Draw the bins and the diagonal.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        color : matplotlib color, default="#0072B2"
            Colour of the dots.

        Returns
        -------
        display : CalibrationDisplay
            The picture, drawn.
        """
        confidences, accuracies, counts = (
            np.asarray(a) for a in (self.confidences, self.accuracies, self.counts)
        )
        gaps = np.abs(accuracies - confidences)
        error = self.expected_calibration_error_ = float(np.average(gaps, weights=counts))
        self.ax_ = ax = make_axes(ax, (5.4, 5.4))
        self.figure_ = ax.figure
        ax.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1.4, label="as it should be")
        few, many = counts.min(), counts.max()
        size = format_count(many, "clip") if few == many else f"{few:,} to {many:,} clips"
        (self.line_,) = ax.plot(
            confidences,
            accuracies,
            color=color,
            marker="o",
            markersize=7,
            markeredgecolor="white",
            linewidth=1.6,
            label=f"bins of {size}",
        )
        ax.set(xlim=(0, 1.02), ylim=(0, 1.02), aspect="equal")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_ticks(np.linspace(0, 1, 6))
            show_percent(axis)
        ax.set(xlabel="Probability of the class predicted", ylabel="Share of those that was right")
        ax.set_title(f"Expected calibration error {error:.1%}, {counts.sum():,} clips")
        ax.legend(loc="upper left", frameon=False)
        tidy(ax, grid="both")
        return self
