"""The waveform."""

import numpy as np

from sersk.display._figure import BLUE, set_title, show_time, tidy
from sersk.display._pooling import Columns
from sersk.display._signal import SignalDisplay

# More than any screen or page has dots.
_N_COLUMNS = 4000


class WaveformDisplay(SignalDisplay):
    """Amplitude over time.

    What has more samples than a picture has dots is drawn as its envelope: the lowest and the
    highest sample of each column, so that no peak is lost.

    Parameters
    ----------
    minima, maxima : ndarray of shape (n_columns,)
        Lowest and highest sample of each column.
    step_s : float
        Time from one column to the next, in seconds.
    sound : Sound
        What else is known of the signal.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it is drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    line_ : matplotlib Line2D
        The waveform.

    Notes
    -----
    As the last line of a notebook's cell it shows a player below the picture. `from_signal` and
    `from_file` have no parameters of analysis.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.display import WaveformDisplay
    >>> tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    >>> display = WaveformDisplay.from_signal(tone, 16000)
    >>> display.ax_.get_xlabel(), display.ax_.get_ylabel()
    ('Time (s)', 'Amplitude')
    """

    _kind = "Waveform"

    def __init__(self, minima, maxima, step_s, *, sound):
        self.minima = minima
        self.maxima = maxima
        self.step_s = step_s
        self.sound = sound

    @classmethod
    def _analyse(cls, pieces, sample_rate):
        minima, maxima = Columns(np.minimum, _N_COLUMNS), Columns(np.maximum, _N_COLUMNS)
        for piece in pieces:
            minima.add(piece)
            maxima.add(piece)
        return minima.result(), maxima.result(), minima.step / sample_rate

    def plot(self, ax=None, *, color=BLUE):
        """Draw the waveform.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        color : matplotlib color, default="#0072B2"
            Colour of the line.

        Returns
        -------
        display : WaveformDisplay
            The picture, drawn.
        """
        return self._plot(ax, color=color)

    def _draw(self, ax, *, color):
        is_envelope = not np.array_equal(self.minima, self.maxima)
        # Up and down within each column; where these are single samples, the plain curve.
        n_dots = 2 if is_envelope else 1
        times = self.sound.start_s + np.arange(n_dots * len(self.minima)) * self.step_s / n_dots
        dots = np.stack([self.minima, self.maxima][:n_dots], axis=1).ravel()
        (self.line_,) = ax.plot(times, dots, color=color, linewidth=0.7)
        highest = max(float(np.abs(dots).max()), 1e-4)
        ax.axhline(0, color="0.6", linewidth=0.6, zorder=0)
        ax.set(ylim=(-1.08 * highest, 1.08 * highest), ylabel="Amplitude")
        show_time(ax, self.sound.start_s, self.sound.start_s + self.sound.duration_s)
        tidy(ax, grid="y")
        set_title(ax, self.sound.name)
