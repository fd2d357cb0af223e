"""Pictures as PNG files; matplotlib draws one at a time."""

import io
import threading

from sersk import display
from sersk.display._figure import make_figure, set_title

_DPI = 144
# Narrow enough for its letters to be read on a phone.
_SIZE = (6.4, 2.8)
_drawing = threading.Lock()

SOUND_PICTURES = {
    "Waveform": display.WaveformDisplay,
    "Mel spectrogram": display.MelSpectrogramDisplay,
    "MFCC": display.MFCCDisplay,
}


def draw_sound(path, name):
    """Draw a sound file in each of the ways of `SOUND_PICTURES`.

    Parameters
    ----------
    path : path-like
        The file.
    name : str
        What to call it.

    Returns
    -------
    pictures : dict of str to bytes
        PNG files by what they show.
    """

    def paint(ax, cls):
        # The file on disk has no name of its own.
        set_title(cls.from_file(path, ax=ax).ax_, name)

    return {kind: draw(lambda ax, cls=cls: paint(ax, cls)) for kind, cls in SOUND_PICTURES.items()}


def draw(paint, size=_SIZE, **axes):
    """Draw a picture.

    Parameters
    ----------
    paint : callable
        Gets the axes, and draws on them.
    size : tuple of float, default=(6.4, 2.8)
        Width and height, in inches.
    **axes : dict
        Further arguments of `matplotlib.figure.Figure.subplots`.

    Returns
    -------
    png : bytes
        The picture.
    """
    with _drawing:
        figure = make_figure(size)
        paint(figure.subplots(**axes))
        buffer = io.BytesIO()
        figure.savefig(buffer, dpi=_DPI, format="png", bbox_inches="tight", pad_inches=0.1)
    return buffer.getvalue()
