"""How the score differs between speakers."""

import numpy as np

from sersk.display._figure import (
    BLUE,
    GREY,
    VERMILION,
    check_matplotlib,
    make_axes,
    name_ticks,
    show_percent,
    tidy,
)
from sersk.display._labels import check_columns
from sersk.metrics import unweighted_average_recall

# More names than that below the picture cannot be read.
_N_NAMED = 60


class SpeakerRecallDisplay:
    """Unweighted average recall of each speaker, from the lowest to the highest.

    The mean over speakers says little about the next one; the spread says how much to expect.

    Parameters
    ----------
    speakers : array-like of shape (n_speakers,)
        Names of the speakers.
    recalls : array-like of shape (n_speakers,)
        Unweighted average recall of each, in [0, 1].
    chance : float
        What guessing among all classes reaches.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it is drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    dots_ : matplotlib Line2D
        A dot per speaker, sorted by recall.
    mean_line_, chance_line_ : matplotlib Line2D
        The mean over speakers, and chance.

    Notes
    -----
    The recall of a speaker who lacks a class is that over the classes that are there.

    Examples
    --------
    >>> from sersk.display import SpeakerRecallDisplay
    >>> y_true, y_pred = ["a", "b", "a", "b"], ["a", "b", "a", "a"]
    >>> display = SpeakerRecallDisplay.from_predictions(y_true, y_pred, ["01", "01", "02", "02"])
    >>> display.speakers.tolist(), display.recalls.tolist(), display.chance
    (['01', '02'], [1.0, 0.5], 0.5)
    """

    def __init__(self, speakers, recalls, *, chance):
        self.speakers = speakers
        self.recalls = recalls
        self.chance = chance

    @classmethod
    def from_predictions(cls, y_true, y_pred, groups, *, ax=None):
        """Score each speaker and draw the scores.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Classes of the clips.
        y_pred : array-like of shape (n_samples,)
            Classes predicted, by a model that has not heard the speaker.
        groups : array-like of shape (n_samples,)
            Speakers of the clips.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : SpeakerRecallDisplay
            The picture, drawn.

        Raises
        ------
        ValueError
            When the three differ in length, or hold nothing.
        """
        caller = f"{cls.__name__}.from_predictions"
        y_true, y_pred, groups = check_columns(caller, y_true=y_true, y_pred=y_pred, groups=groups)
        speakers = np.unique(groups)
        recalls = [
            unweighted_average_recall(y_true[groups == speaker], y_pred[groups == speaker])
            for speaker in speakers
        ]
        return cls(speakers, np.array(recalls), chance=1 / len(np.unique(y_true))).plot(ax)

    @classmethod
    def from_estimator(cls, estimator, X, y, groups, *, ax=None):
        """Predict clips, score each speaker and draw the scores.

        Parameters
        ----------
        estimator : estimator
            A fitted classifier, which should not have heard these speakers.
        X : array-like
            The clips, as the classifier takes them.
        y : array-like of shape (n_samples,)
            Their classes.
        groups : array-like of shape (n_samples,)
            Their speakers.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.

        Returns
        -------
        display : SpeakerRecallDisplay
            The picture, drawn.
        """
        check_matplotlib()
        return cls.from_predictions(y, estimator.predict(X), groups, ax=ax)

    def plot(self, ax=None, *, color=BLUE):
        """Draw the scores.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        color : matplotlib color, default="#0072B2"
            Colour of the dots.

        Returns
        -------
        display : SpeakerRecallDisplay
            The picture, drawn.
        """
        recalls = np.asarray(self.recalls)
        order = np.argsort(recalls, kind="stable")
        n_speakers = len(recalls)
        self.ax_ = ax = make_axes(ax, (np.clip(0.26 * n_speakers + 2, 5, 11), 4.2))
        self.figure_ = ax.figure
        mean = recalls.mean()
        self.mean_line_ = ax.axhline(
            mean, color=VERMILION, linewidth=1.6, label=f"mean of speakers, {mean:.1%}"
        )
        self.chance_line_ = ax.axhline(
            self.chance,
            color=GREY,
            linewidth=1.4,
            linestyle="--",
            label=f"chance, {self.chance:.1%}",
        )
        (self.dots_,) = ax.plot(
            np.arange(n_speakers),
            recalls[order],
            linestyle="none",
            marker="o",
            markersize=7 if n_speakers <= _N_NAMED else 5,
            markeredgecolor="white",
            color=color,
        )
        ax.set(xlim=(-0.8, n_speakers - 0.2), ylim=(0, 1.03))
        ax.set_yticks(np.linspace(0, 1, 6))
        show_percent(ax.yaxis)
        ax.set_ylabel("Unweighted average recall")
        self._name_speakers(ax, np.asarray(self.speakers)[order])
        tidy(ax, grid="y")
        # Above the axes, where no dot can be.
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, borderpad=0)
        return self

    @staticmethod
    def _name_speakers(ax, speakers):
        if len(speakers) > _N_NAMED:
            ax.set_xticks([])
            ax.set_xlabel(f"{len(speakers)} speakers, from the lowest to the highest")
            return
        name_ticks(ax.xaxis, speakers)
        if len(speakers) > 30:
            ax.tick_params(axis="x", labelsize=7)
        ax.set_xlabel("Speaker")
