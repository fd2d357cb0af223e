"""How the training of a network went."""

import numpy as np

from sersk.display._figure import (
    BLUE,
    GREY,
    ORANGE,
    check_matplotlib,
    make_axes,
    show_percent,
    tidy,
)
from sersk.utils._sklearn import StrOptions, validate_parameter_constraints

_METRICS = {
    "uar": "UAR",
    "accuracy": "Accuracy",
    "precision": "Macro precision",
    "recall": "Macro recall",
    "f1": "Macro F1",
}
_PARTS = {
    "train": dict(label="training", color=BLUE, linestyle="--"),
    "valid": dict(label="validation", color=ORANGE, linestyle="-"),
}
# From so many epochs on, lines of the usual width run into each other.
_N_CROWDED = 300


class TrainingCurveDisplay:
    """Loss and score of each epoch, on the clips trained on and on those held out.

    Where the loss of validation rises again, the network began to learn its clips by heart. The
    best epoch, whose weights are kept, is the one with the lowest loss of validation, or of
    training where nothing was held out.

    Parameters
    ----------
    history : dict of str to list
        A list with a value per epoch for ``epoch``, ``train_loss`` and a score such as
        ``train_uar``; where clips were held out, also for ``valid_loss`` and ``valid_uar``; and,
        if it is to be shown, the learning rate as ``lr``. A fitted network has it as `history_`.
    best_epoch : int or None, default=None
        Epoch to point out. None points out none.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes
        Where it is drawn: the loss, then the scores.
    figure_ : matplotlib Figure
        The figure of these axes.
    lines_ : dict of str to matplotlib Line2D
        The curves, by their names in the history.
    best_lines_ : list of matplotlib Line2D
        One at the best epoch in each of the axes; empty without such an epoch.
    lr_marks_ : matplotlib Line2D or None
        The first epochs at another learning rate; None where it stayed the same.

    Notes
    -----
    Values of the training part are of the weights while they change, with dropout: those of
    validation can be better.

    Examples
    --------
    >>> from sersk.display import TrainingCurveDisplay
    >>> history = {"epoch": [1, 2], "train_loss": [1.4, 1.1], "train_uar": [0.25, 0.5]}
    >>> display = TrainingCurveDisplay(history, best_epoch=2).plot()
    >>> display.lines_["train_uar"].get_ydata().tolist()
    [0.25, 0.5]
    """

    def __init__(self, history, *, best_epoch=None):
        self.history = history
        self.best_epoch = best_epoch

    @classmethod
    def from_estimator(cls, estimator, *, metric="uar", axes=None):
        """Draw how a fitted network was trained.

        Parameters
        ----------
        estimator : estimator
            A fitted network of `sersk.neural`; or a pipeline, search or other estimator around
            one.
        metric : {"uar", "accuracy", "precision", "recall", "f1"} or list of these, default="uar"
            Scores to show.
        axes : array-like of matplotlib Axes, default=None
            Where to draw the loss and each score. None makes a new figure.

        Returns
        -------
        display : TrainingCurveDisplay
            The picture, drawn.

        Raises
        ------
        TypeError
            When there is no fitted network in it.
        """
        check_matplotlib()
        network = _find_innermost(estimator)
        if not hasattr(network, "history_"):
            got = type(estimator).__name__
            if network is not estimator:
                got += f" around {type(network).__name__}"
            raise TypeError(
                f"{cls.__name__} needs a fitted network, or a pipeline that ends in one. Got "
                f"{got}, which has no history_. Fit a network, such as that of the recipe bilstm."
            )
        display = cls(network.history_, best_epoch=getattr(network, "best_epoch_", None))
        return display.plot(axes, metric=metric)

    def plot(self, axes=None, *, metric="uar"):
        """Draw the curves, the best epoch, and where the learning rate changed.

        Parameters
        ----------
        axes : array-like of matplotlib Axes, default=None
            Where to draw the loss and each score. None makes a new figure.
        metric : {"uar", "accuracy", "precision", "recall", "f1"} or list of these, default="uar"
            Scores to show; precision, recall and F1 are unweighted means over classes, and this
            recall is the UAR.

        Returns
        -------
        display : TrainingCurveDisplay
            The picture, drawn.

        Raises
        ------
        ValueError
            When the history lacks what is to be drawn, or has no such epoch, or there is not one
            of `axes` for the loss and each score.
        """
        names = ("loss", *self._check_metrics(metric))
        self._check_history(names)
        self.axes_ = np.ravel(make_axes(axes, (5 * len(names), 4.2), n_columns=len(names)))
        if len(self.axes_) != len(names):
            raise ValueError(
                f"The 'axes' parameter of {type(self).__name__} must have one of the axes each "
                f"for {', '.join(names)}. Got {len(self.axes_)} instead."
            )
        self.figure_ = self.axes_[0].figure
        self.lines_, self.best_lines_ = {}, []
        for ax, name in zip(self.axes_, names, strict=True):
            self._draw_curves(ax, name)
            if self.best_epoch is not None:
                self._mark_best(ax, name)
            tidy(ax, grid="both")
        self._mark_learning_rate(self.axes_[0])
        return self

    def _check_metrics(self, metric):
        metrics = [metric] if isinstance(metric, str) else list(metric)
        for name in metrics:
            validate_parameter_constraints(
                {"metric": [StrOptions(set(_METRICS))]}, dict(metric=name), type(self).__name__
            )
        return metrics

    def _check_history(self, names):
        needed = ["epoch", *(f"train_{name}" for name in names)]
        missing = [name for name in needed if name not in self.history]
        if missing:
            raise ValueError(
                f"The 'history' parameter of {type(self).__name__} must have a list for each of "
                f"{', '.join(needed)}. It lacks {', '.join(missing)}. Pass the attribute history_ "
                "of a fitted network."
            )
        if self.best_epoch is not None and self.best_epoch not in self.history["epoch"]:
            raise ValueError(
                f"The 'best_epoch' parameter of {type(self).__name__} must be an epoch of the "
                f"history. Got {self.best_epoch} instead."
            )

    def _draw_curves(self, ax, name):
        epochs = self.history["epoch"]
        look = dict(
            linewidth=1.0 if len(epochs) > _N_CROWDED else 1.8,
            # A line through one point shows nothing.
            marker="o" if len(epochs) == 1 else None,
        )
        drawn = {f"{part}_{name}": own for part, own in _PARTS.items()}
        drawn = {key: own for key, own in drawn.items() if key in self.history}
        for key, own in drawn.items():
            [self.lines_[key]] = ax.plot(epochs, self.history[key], **look, **own)
        ax.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        ax.set_xlabel("Epoch")
        if name == "loss":
            ax.set_ylabel("Loss")
            return
        ax.set(ylabel=_METRICS[name], ylim=(0, 1.02))
        show_percent(ax.yaxis)
        highest = np.max([self.lines_[key].get_ydata() for key in drawn])
        corner = "lower right" if highest > 0.5 else "upper right"
        ax.legend(loc=corner, framealpha=0.85, edgecolor="none")

    def _mark_best(self, ax, name):
        best, epochs = self.best_epoch, list(self.history["epoch"])
        place = epochs.index(best)
        line = ax.axvline(best, color=GREY, linewidth=0.8, zorder=1)
        self.best_lines_.append(line)
        watched = self.lines_.get(f"valid_{name}", self.lines_[f"train_{name}"])
        value = watched.get_ydata()[place]
        written = f"{value:.3g}" if name == "loss" else f"{value:.1%}"
        # Text at either end of the axis must not leave the picture.
        share = (place + 0.5) / len(epochs)
        ax.annotate(
            f"best epoch {best}: {written}",
            (best, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="left" if share < 0.3 else "right" if share > 0.7 else "center",
            va="bottom",
            color=GREY,
            fontsize=9,
            annotation_clip=False,
        )

    def _mark_learning_rate(self, ax):
        self.lr_marks_ = None
        rates = np.asarray(self.history.get("lr", []))
        changes = np.flatnonzero(np.diff(rates)) + 1
        if not len(changes):
            return
        [self.lr_marks_] = ax.plot(
            np.asarray(self.history["epoch"])[changes],
            np.full(len(changes), 0.985),
            transform=ax.get_xaxis_transform(),
            color=GREY,
            linestyle="",
            marker="v",
            markersize=4,
        )
        # Below the axis, where no curve runs.
        ax.set_xlabel(f"Epoch\n▼ learning rate {rates[0]:.3g} to {rates[-1]:.3g}")


def _find_innermost(estimator):
    """Follow pipelines, searches and wrappers to a network, or as far as they go."""
    inner = estimator
    while inner is not None and not hasattr(inner, "history_"):
        estimator = inner
        if hasattr(estimator, "steps"):
            inner = estimator.steps[-1][1]
        else:
            names = ("best_estimator_", "estimator_")
            inner = next((getattr(estimator, n) for n in names if hasattr(estimator, n)), None)
    return estimator if inner is None else inner
