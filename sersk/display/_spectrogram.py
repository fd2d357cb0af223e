"""Pictures of what a signal holds over time and frequency."""

from numbers import Real

import numpy as np

from sersk.display._image import N_COLUMNS, ImageDisplay, choose_framing
from sersk.display._pooling import pool_mean
from sersk.features import MelSpectrogram
from sersk.features._base import find_mel_range
from sersk.features._filters import mel_edges
from sersk.features._framing import Grid, cut_blocks, power_to_db
from sersk.utils._sklearn import Interval, validate_parameter_constraints

_RANGE_DB = 80.0
# Below that, power counts as silence.
_LEAST_POWER = 1e-10
_MEL_TICKS_HZ = (32000, 16000, 8000, 4000, 2000, 1000, 500, 250, 125)
# Marks nearer to one another than this share of the axis would touch.
_LEAST_GAP = 0.055

_FMAX = {"fmax": [Interval(Real, 0, None, closed="neither"), None]}


def _level_db(power):
    """Level below the maximum, in dB; silence has none, and is as far below as can be."""
    peak = power.max()
    if peak <= _LEAST_POWER:
        return np.full_like(power, -_RANGE_DB)
    return power_to_db(power, peak, top_db=_RANGE_DB) - 10 * np.log10(peak)


class SpectrogramDisplay(ImageDisplay):
    """Level over time and frequency.

    Power of the short-time Fourier transform in dB below its maximum, down to 80 dB. Of a long
    recording the power is averaged over time until it has at most 2000 columns.

    Parameters
    ----------
    level_db : ndarray of shape (n_columns, 1 + n_fft // 2)
        Level, in dB re the maximum.
    frequencies : ndarray of shape (1 + n_fft // 2,)
        Frequencies of the values, in Hz.
    hop_s : float
        Time from one frame to the next, in seconds.
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
    image_ : matplotlib AxesImage
        The image.
    colorbar_ : matplotlib Colorbar
        The scale.

    Notes
    -----
    `from_signal` and `from_file` take `n_fft` and `hop_length`, in samples: by default the power
    of two that makes 32 ms or more, and a quarter of it. As the last line of a notebook's cell the
    display shows a player below the picture.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.display import SpectrogramDisplay
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000)
    >>> display = SpectrogramDisplay.from_signal(tone, 16000)
    >>> print(display.frequencies[display.level_db[10].argmax()])
    1000.0
    """

    _kind = "Spectrogram"

    def __init__(self, level_db, frequencies, hop_s, step_s, *, sound):
        self.level_db = level_db
        self.frequencies = frequencies
        self.hop_s = hop_s
        self.step_s = step_s
        self.sound = sound

    @classmethod
    def _analyse(cls, pieces, sample_rate, *, n_fft=None, hop_length=None):
        framing = choose_framing(cls, sample_rate, n_fft, hop_length)
        grid = Grid(sample_rate, **framing, center=True)
        blocks = (block.power("hann", grid.n_fft) for block in cut_blocks(pieces, grid))
        power, step = pool_mean(blocks, N_COLUMNS)
        frequencies = np.fft.rfftfreq(grid.n_fft, 1 / sample_rate)
        hop_s = grid.hop_length / sample_rate
        return _level_db(power), frequencies, hop_s, step * hop_s

    def plot(self, ax=None, *, cmap="magma", fmax=None):
        """Draw the spectrogram.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        cmap : str or matplotlib Colormap, default="magma"
            Colours.
        fmax : float or None, default=None
            Highest frequency shown, in Hz. None shows all.

        Returns
        -------
        display : SpectrogramDisplay
            The picture, drawn.
        """
        validate_parameter_constraints(_FMAX, dict(fmax=fmax), caller_name=type(self).__name__)
        return self._plot(ax, cmap=cmap, fmax=fmax)

    def _draw(self, ax, *, cmap, fmax):
        half = self.frequencies[1] / 2
        self._show_image(
            ax,
            self.level_db,
            -half,
            self.frequencies[-1] + half,
            cmap=cmap,
            vmin=-_RANGE_DB,
            vmax=0,
        )
        top = min(self.frequencies[-1], fmax or np.inf)
        ax.set_ylim(0, top)
        in_khz = top >= 2000
        ax.set_ylabel("Frequency (kHz)" if in_khz else "Frequency (Hz)")
        if in_khz:
            from matplotlib.ticker import FuncFormatter

            ax.yaxis.set_major_formatter(FuncFormatter(lambda hz, _: f"{hz / 1000:g}"))
        self._add_colorbar(ax, "Level (dB re maximum)")


class MelSpectrogramDisplay(ImageDisplay):
    """Level over time in mel bands, which follow the ear: narrow below and wide above.

    The values are those of `MelSpectrogram` in dB, below their maximum. Of a long recording the
    power is averaged over time until it has at most 2000 columns.

    Parameters
    ----------
    level_db : ndarray of shape (n_columns, n_mels)
        Level, in dB re the maximum.
    frequencies : ndarray of shape (n_mels,)
        Centres of the bands, in Hz.
    hop_s : float
        Time from one frame to the next, in seconds.
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
    image_ : matplotlib AxesImage
        The image.
    colorbar_ : matplotlib Colorbar
        The scale.

    Notes
    -----
    `from_signal` and `from_file` take `n_mels`, `fmin`, `fmax`, `n_fft` and `hop_length` as in
    `MelSpectrogram`. Here `n_mels` is 64 by default, `n_fft` the power of two that makes 32 ms or
    more, and `hop_length` a quarter of it. As the last line of a notebook's cell the display shows
    a player below the picture.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.display import MelSpectrogramDisplay
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000)
    >>> display = MelSpectrogramDisplay.from_signal(tone, 16000, n_mels=40)
    >>> print(f"{display.frequencies[display.level_db[10].argmax()]:.0f} Hz")
    1031 Hz
    """

    _kind = "Mel spectrogram"

    def __init__(self, level_db, frequencies, hop_s, step_s, *, sound):
        self.level_db = level_db
        self.frequencies = frequencies
        self.hop_s = hop_s
        self.step_s = step_s
        self.sound = sound

    @classmethod
    def _analyse(
        cls,
        pieces,
        sample_rate,
        *,
        n_fft=None,
        hop_length=None,
        n_mels=64,
        fmin=0.0,
        fmax=None,
    ):
        framing = choose_framing(cls, sample_rate, n_fft, hop_length)
        bands = dict(n_mels=n_mels, fmin=fmin, fmax=fmax)
        mel = MelSpectrogram(sample_rate=sample_rate, **framing, **bands)
        mel._check()
        blocks = (mel._descriptors(block, None) for block in cut_blocks(pieces, mel._grid))
        power, step = pool_mean(blocks, N_COLUMNS)
        frequencies = mel_edges(n_mels, *find_mel_range(mel))[1:-1]
        hop_s = mel.hop_length / sample_rate
        return _level_db(power), frequencies, hop_s, step * hop_s

    def plot(self, ax=None, *, cmap="magma"):
        """Draw the mel spectrogram.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        cmap : str or matplotlib Colormap, default="magma"
            Colours.

        Returns
        -------
        display : MelSpectrogramDisplay
            The picture, drawn.
        """
        return self._plot(ax, cmap=cmap)

    def _draw(self, ax, *, cmap):
        n_mels = len(self.frequencies)
        self._show_image(ax, self.level_db, -0.5, n_mels - 0.5, cmap=cmap, vmin=-_RANGE_DB, vmax=0)
        ticks = {}
        for hz in _MEL_TICKS_HZ:
            place = np.interp(hz, self.frequencies, np.arange(n_mels), left=-1, right=np.inf)
            if 0 <= place <= min(ticks, default=n_mels) - _LEAST_GAP * n_mels:
                ticks[place] = f"{hz / 1000:g}"
        ax.set_yticks(list(ticks), list(ticks.values()))
        ax.set_ylabel("Frequency (kHz, mel scale)")
        self._add_colorbar(ax, "Level (dB re maximum)")
