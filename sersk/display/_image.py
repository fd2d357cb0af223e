"""What pictures of frames over time share: framing, the image, and its scale."""

from numbers import Integral

import numpy as np

from sersk.display._figure import set_title, show_time
from sersk.display._signal import SignalDisplay
from sersk.utils._sklearn import Interval, validate_parameter_constraints

# More columns than that cannot be told apart on a screen.
N_COLUMNS = 2000
# A frame of at least this length resolves the harmonics of a voice.
_FRAME_S = 0.032

_FRAMING = {
    "n_fft": [Interval(Integral, 2, None, closed="left"), None],
    "hop_length": [Interval(Integral, 1, None, closed="left"), None],
}


def choose_framing(cls, sample_rate, n_fft, hop_length):
    """Fill in what the user left open: the power of two from 32 ms on, and a quarter of it."""
    params = dict(n_fft=n_fft, hop_length=hop_length)
    validate_parameter_constraints(_FRAMING, params, caller_name=cls.__name__)
    if n_fft is None:
        n_fft = 2 ** max(4, int(np.ceil(np.log2(_FRAME_S * sample_rate))))
    return dict(n_fft=n_fft, hop_length=hop_length or max(1, n_fft // 4))


class ImageDisplay(SignalDisplay):
    """An image with a row per band and a column per stretch of time."""

    def _show_image(self, ax, values, bottom, top, **style):
        sound = self.sound
        # Frames are centred on their time, and a column begins half a frame before the first.
        left = sound.start_s - self.hop_s / 2
        right = left + len(values) * self.step_s
        self.image_ = ax.imshow(
            values.T,
            extent=(left, right, bottom, top),
            origin="lower",
            aspect="auto",
            **style,
        )
        show_time(ax, sound.start_s, sound.start_s + sound.duration_s)
        set_title(ax, sound.name)

    def _add_colorbar(self, ax, label, **style):
        self.colorbar_ = ax.figure.colorbar(self.image_, ax=ax, label=label, pad=0.015, **style)
        self.colorbar_.outline.set_visible(False)
