"""Which classes are taken for which."""

import numpy as np

from sersk.display._figure import (
    check_matplotlib,
    contrast_color,
    format_count,
    make_axes,
    name_ticks,
    shorten,
    show_percent,
)
from sersk.display._labels import check_columns

# Of a new figure, in inches: what a cell, the scale, a letter of a name, and the rest take.
_CELL = 0.66
_SCALE = 1.0
_LETTER = 0.06
_MARGIN = 1.2
# Share of the axes' width that is left to the cells, and width of the widest text in letters.
_SHARE_OF_CELLS = 0.75
_TEXT_EMS = 3.2


class ConfusionMatrixDisplay:
    """Confusion matrix with the number of clips and their share of the true class in each cell.

    The colour follows the share, so that rare classes show as well as frequent ones.

    Parameters
    ----------
    confusion_matrix : array-like of shape (n_classes, n_classes)
        Numbers of clips, rows true and columns predicted.
    display_labels : array-like of shape (n_classes,)
        Names of the classes.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it is drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    image_ : matplotlib AxesImage
        The cells.
    text_ : ndarray of shape (n_classes, n_classes), dtype object
        What is written in them.
    colorbar_ : matplotlib Colorbar
        The scale.

    Examples
    --------
    >>> from sersk.display import ConfusionMatrixDisplay
    >>> display = ConfusionMatrixDisplay.from_predictions(["a", "b", "b"], ["a", "b", "a"])
    >>> [text.get_text() for text in display.text_.ravel()]
    ['1\\n100%', '0\\n0%', '1\\n50%', '1\\n50%']
    """

    def __init__(self, confusion_matrix, display_labels):
        self.confusion_matrix = confusion_matrix
        self.display_labels = display_labels

    @classmethod
    def from_predictions(cls, y_true, y_pred, *, labels=None, ax=None):
        """Count predictions and draw them.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Classes of the clips.
        y_pred : array-like of shape (n_samples,)
            Classes predicted.
        labels : array-like of shape (n_classes,) or None, default=None
            Which classes to show, in this order. None shows all, in the order of their names.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : ConfusionMatrixDisplay
            The picture, drawn.

        Raises
        ------
        ValueError
            When both differ in length, or hold nothing.
        """
        from sklearn.metrics import confusion_matrix
        from sklearn.utils.multiclass import unique_labels

        caller = f"{cls.__name__}.from_predictions"
        y_true, y_pred = check_columns(caller, y_true=y_true, y_pred=y_pred)
        labels = unique_labels(y_true, y_pred) if labels is None else np.asarray(labels)
        return cls(confusion_matrix(y_true, y_pred, labels=labels), labels).plot(ax)

    @classmethod
    def from_estimator(cls, estimator, X, y, *, labels=None, ax=None):
        """Predict clips, count the predictions and draw them.

        Parameters
        ----------
        estimator : estimator
            A fitted classifier.
        X : array-like
            The clips, as the classifier takes them.
        y : array-like of shape (n_samples,)
            Their classes.
        labels : array-like of shape (n_classes,) or None, default=None
            Which classes to show, in this order. None shows all, in the order of their names.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : ConfusionMatrixDisplay
            The picture, drawn.
        """
        check_matplotlib()
        return cls.from_predictions(y, estimator.predict(X), labels=labels, ax=ax)

    def plot(self, ax=None, *, cmap="Blues"):
        """Draw the matrix, with the unweighted average recall (UAR) above it.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        cmap : str or matplotlib Colormap, default="Blues"
            Colours, from nothing to everything.

        Returns
        -------
        display : ConfusionMatrixDisplay
            The picture, drawn.
        """
        counts = np.asarray(self.confusion_matrix)
        n_classes, totals = len(counts), counts.sum(axis=1, keepdims=True)
        rates = np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)
        names = shorten(self.display_labels)
        n_characters = max(len(name) for name in names)
        side = _CELL * n_classes + _MARGIN + _LETTER * n_characters
        self.ax_ = ax = make_axes(ax, (side + _SCALE, side))
        self.figure_ = ax.figure
        self.image_ = ax.imshow(np.nan_to_num(rates), cmap=cmap, vmin=0, vmax=1)
        self._write_cells(ax, counts, rates)
        name_ticks(ax.xaxis, names, share=_SHARE_OF_CELLS)
        name_ticks(ax.yaxis, names)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set(xlabel="Predicted class", ylabel="True class")
        # White lines between the cells.
        between = np.arange(n_classes - 1) + 0.5
        ax.hlines(between, -0.5, n_classes - 0.5, color="white", linewidth=1)
        ax.vlines(between, -0.5, n_classes - 0.5, color="white", linewidth=1)
        # Axes within the axes keep to the height of the cells, which are square.
        self.colorbar_ = ax.figure.colorbar(
            self.image_, cax=ax.inset_axes([1.03, 0, 0.04, 1]), label="Share of the true class"
        )
        show_percent(self.colorbar_.ax.yaxis)
        self.colorbar_.outline.set_visible(False)
        if totals.any():
            uar = np.nanmean(np.diag(rates))
            clips = format_count(counts.sum(), "clip")
            ax.set_title(f"UAR {uar:.1%}, {clips}")
        return self

    def _write_cells(self, ax, counts, rates):
        n_classes = len(counts)
        points = 72 / ax.figure.dpi * _SHARE_OF_CELLS * ax.get_window_extent().width / n_classes
        fontsize = np.clip(points / _TEXT_EMS, 4, 11)
        self.text_ = np.empty(counts.shape, dtype=object)
        for (row, column), count in np.ndenumerate(counts):
            rate = rates[row, column]
            # A class without a clip has no shares.
            share = "–" if np.isnan(rate) else f"{rate:.0%}"
            self.text_[row, column] = ax.text(
                column,
                row,
                f"{count:,}\n{share}",
                ha="center",
                va="center",
                fontsize=fontsize,
                color=contrast_color(self.image_.cmap(np.nan_to_num(rate))),
            )
