"""What all pictures of one signal share: reading, and the player for notebooks."""

import base64
import html
import io
import os
from dataclasses import dataclass
from functools import partial
from numbers import Integral, Real
from pathlib import Path

import numpy as np

from sersk.audio import Recording
from sersk.display._figure import check_matplotlib, format_duration, make_axes, make_figure
from sersk.utils._clips import check_clips
from sersk.utils._parallel import run_single_threaded
from sersk.utils._sklearn import Interval, validate_parameter_constraints

# Width and height of a new figure, in inches.
SIGNAL_SIZE = (10, 4)
# A minute of CD quality already makes seven megabytes of text in a notebook.
_PLAYER_S = 60
_DPI = 110

_CONSTRAINTS = {
    "sample_rate": [Interval(Integral, 1, None, closed="left")],
    "offset_s": [Interval(Real, 0, None, closed="left")],
    "duration_s": [Interval(Real, 0, None, closed="neither"), None],
}


@dataclass(frozen=True)
class Sound:
    """What a picture of a signal knows of it beyond the data drawn.

    Attributes
    ----------
    sample_rate : int
        Sampling rate, in Hz.
    duration_s : float
        How much is shown, in seconds.
    start_s : float
        Where in the recording that begins, in seconds.
    excerpt : ndarray of shape (n_times,), dtype float32
        What the player plays: the samples, at most a minute of them.
    name : str or None
        What to write above the picture.
    """

    sample_rate: int
    duration_s: float
    start_s: float
    excerpt: np.ndarray
    name: str | None = None


class _Pieces:
    """The samples of a recording, to be walked through as often as wanted, and their number."""

    def __init__(self, recording, sample_rate):
        self.recording = recording
        self.sample_rate = sample_rate
        self.n_times = 0

    def __iter__(self):
        n_times = 0
        for piece in self.recording.pieces(self.sample_rate):
            n_times += len(piece)
            yield piece
        self.n_times = n_times


class SignalDisplay:
    """A picture of one signal.

    A subclass computes what is drawn (`_analyse`), draws it (`_draw`), and says what it is
    (`_kind`).
    """

    _kind = "Picture"

    @classmethod
    def from_signal(cls, signal, sample_rate, *, ax=None, **params):
        """Draw samples.

        Parameters
        ----------
        signal : array-like of shape (n_times,)
            One channel of floating-point samples, nominally in [-1, 1].
        sample_rate : int
            Their rate, in Hz.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        **params : dict
            How to analyse the signal; see the notes of the class.

        Returns
        -------
        display : display
            The picture, drawn.

        Raises
        ------
        ValueError
            When the signal is empty, not one channel, or holds NaN.
        """
        check_matplotlib()
        if isinstance(signal, (str, os.PathLike)):
            raise TypeError(
                f"The 'signal' parameter of {cls.__name__}.from_signal must be an array of "
                f"samples. Got the path {str(signal)!r} instead. Use from_file for a file."
            )
        _check(cls, sample_rate=sample_rate)
        [samples] = check_clips(cls, [np.asarray(signal)], reset=False)
        return cls._from_source(samples, sample_rate, **params).plot(ax)

    @classmethod
    def from_file(cls, path, *, offset_s=0.0, duration_s=None, ax=None, **params):
        """Draw a sound file at its own sampling rate.

        A long recording is read piece by piece and never lies in memory as a whole.

        Parameters
        ----------
        path : path-like
            The file, in any format that libsndfile reads. Its channels are averaged.
        offset_s : float, default=0.0
            Where to start, in seconds.
        duration_s : float or None, default=None
            How much to show at most, in seconds. None shows all.
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        **params : dict
            How to analyse the signal; see the notes of the class.

        Returns
        -------
        display : display
            The picture, drawn.

        Raises
        ------
        AudioReadError
            When the file cannot be read, or is shorter than the offset.
        """
        check_matplotlib()
        _check(cls, offset_s=offset_s, duration_s=duration_s)
        part = dict(offset_s=float(offset_s), duration_s=duration_s)
        return cls._from_source(path, None, name=Path(path).name, **part, **params).plot(ax)

    @classmethod
    def _from_source(
        cls, source, sample_rate, *, name=None, offset_s=0.0, duration_s=None, **params
    ):
        recording = Recording(source, sample_rate, offset_s=offset_s, duration_s=duration_s)
        sample_rate = sample_rate or recording.native_rate
        pieces = _Pieces(recording, sample_rate)
        data = run_single_threaded(partial(cls._analyse, **params), pieces, sample_rate)
        excerpt_s = min(_PLAYER_S, pieces.n_times / sample_rate)
        excerpt = Recording(source, sample_rate, offset_s=offset_s, duration_s=excerpt_s)
        sound = Sound(
            sample_rate,
            pieces.n_times / sample_rate,
            offset_s,
            excerpt.signal(sample_rate),
            name,
        )
        return cls(*data, sound=sound)

    @classmethod
    def _analyse(cls, pieces, sample_rate, **params):
        """Compute the arguments of the constructor, all but the sound."""
        raise NotImplementedError

    def _draw(self, ax, **style):
        """Draw on axes."""
        raise NotImplementedError

    def _plot(self, ax, **style):
        self._owns_figure = ax is None
        self.ax_ = make_axes(ax, SIGNAL_SIZE)
        self.figure_ = self.ax_.figure
        self._style = style
        self._draw(self.ax_, **style)
        return self

    def _repr_html_(self):
        """Show the picture and a player, for notebooks."""
        sound = self.sound
        seconds = format_duration(sound.duration_s)
        what = f"{self._kind} of {sound.name or 'a signal'}, {seconds}"
        played_s = len(sound.excerpt) / sound.sample_rate
        is_cut = played_s < sound.duration_s
        note = f"The player has the first {format_duration(played_s)} of {seconds}."
        picture = _make_uri("image/png", self._make_png())
        player = _make_uri("audio/wav", encode_wav(sound.excerpt, sound.sample_rate))
        self._close_own_figure()
        what, name = html.escape(what), html.escape(sound.name or "the signal")
        return (
            f'<figure role="group" aria-label="{what}" style="margin: 0">'
            f'<img alt="{what}" src="{picture}" style="max-width: 100%; height: auto">'
            f'<br><audio controls preload="metadata" aria-label="Play {name}" src="{player}">'
            "</audio>"
            + (f'<figcaption style="font-size: smaller">{note}</figcaption>' if is_cut else "")
            + "</figure>"
        )

    def _make_png(self):
        figure = make_figure(SIGNAL_SIZE)
        self._draw(figure.subplots(), **self._style)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=_DPI)
        return buffer.getvalue()

    def _close_own_figure(self):
        """Keep a notebook from showing the same picture once more below the player."""
        if self._owns_figure and self.figure_.canvas.required_interactive_framework is None:
            from matplotlib import pyplot

            pyplot.close(self.figure_)


def _check(cls, **params):
    validate_parameter_constraints(
        {name: _CONSTRAINTS[name] for name in params}, params, caller_name=cls.__name__
    )


def _make_uri(kind, content):
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def encode_wav(signal, sample_rate):
    """Encode samples as every browser plays them.

    Parameters
    ----------
    signal : ndarray of shape (n_times,), dtype float32
        The samples; what lies beyond [-1, 1] is clipped.
    sample_rate : int
        Their rate, in Hz.

    Returns
    -------
    content : bytes
        A WAV file of 16 bit.
    """
    import soundfile

    buffer = io.BytesIO()
    soundfile.write(buffer, np.clip(signal, -1, 1), sample_rate, format="WAV", subtype="PCM_16")
    return buffer.getvalue()
