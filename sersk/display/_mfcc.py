"""A picture of cepstral coefficients over time."""

from numbers import Integral

import numpy as np

from sersk.display._image import N_COLUMNS, ImageDisplay, choose_framing
from sersk.display._pooling import pool_mean
from sersk.features import MFCC
from sersk.features._deltas import DeltaStream
from sersk.features._framing import cut_blocks
from sersk.utils._sklearn import Interval, validate_parameter_constraints

_FIRST = {"first": [Interval(Integral, 0, None, closed="left")]}
_DELTA = {"delta": [Interval(Integral, 0, 2, closed="both")]}
_NAMES = ("MFCC, coefficient", "Delta of MFCC, coefficient", "Delta of delta, coefficient")


class MFCCDisplay(ImageDisplay):
    """Mel-frequency cepstral coefficients over time.

    The values are those of `MFCC`. Of a long recording they are averaged over time until there are
    at most 2000 columns.

    Parameters
    ----------
    mfcc : ndarray of shape (n_columns, n_mfcc)
        The coefficients.
    hop_s : float
        Time from one frame to the next, in seconds.
    step_s : float
        Time from one column to the next, in seconds.
    delta : {0, 1, 2}, default=0
        Which derivative over time they are of the coefficients; 0 for these themselves.
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
    `from_signal` and `from_file` take `n_mfcc`, `n_mels`, `fmin`, `fmax`, `n_fft` and `hop_length`
    as in `MFCC`, and `delta`. Here `n_mfcc` is 20 and `n_mels` 64 by default, `n_fft` the power of
    two that makes 32 ms or more, and `hop_length` a quarter of it. As the last line of a
    notebook's cell the display shows a player below the picture.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.display import MFCCDisplay
    >>> noise = np.random.default_rng(0).normal(scale=0.1, size=16000)
    >>> MFCCDisplay.from_signal(noise, 16000, n_mfcc=13).mfcc.shape
    (126, 13)
    """

    _kind = "Cepstral coefficients"

    def __init__(self, mfcc, hop_s, step_s, delta=0, *, sound):
        self.mfcc = mfcc
        self.hop_s = hop_s
        self.step_s = step_s
        self.delta = delta
        self.sound = sound

    @classmethod
    def _analyse(
        cls,
        pieces,
        sample_rate,
        *,
        n_fft=None,
        hop_length=None,
        n_mfcc=20,
        n_mels=64,
        fmin=0.0,
        fmax=None,
        delta=0,
    ):
        validate_parameter_constraints(_DELTA, dict(delta=delta), caller_name=cls.__name__)
        framing = choose_framing(cls, sample_rate, n_fft, hop_length)
        bands = dict(n_mels=n_mels, fmin=fmin, fmax=fmax)
        extractor = MFCC(n_mfcc=n_mfcc, sample_rate=sample_rate, **framing, **bands)
        extractor._check()
        peak = max(extractor._survey(block) for block in cut_blocks(pieces, extractor._grid))
        stream = DeltaStream(delta) if delta else None

        def describe(block):
            mfcc = extractor._descriptors(block, peak)
            if stream is None:
                return mfcc
            # The derivatives wanted stand behind the values and the lower ones.
            return stream.add(mfcc, is_last=block.is_last)[:, delta * n_mfcc :]

        blocks = (describe(block) for block in cut_blocks(pieces, extractor._grid))
        mfcc, step = pool_mean(blocks, N_COLUMNS)
        hop_s = extractor.hop_length / sample_rate
        return mfcc, hop_s, step * hop_s, delta

    def plot(self, ax=None, *, first=1, cmap="PuOr_r"):
        """Draw the coefficients.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw. None makes a new figure.
        first : int, default=1
            Lowest coefficient shown. Coefficient 0 follows the loudness, and is so much larger
            than the others that it would take all the colours.
        cmap : str or matplotlib Colormap, default="PuOr_r"
            Colours, the middle one for 0.

        Returns
        -------
        display : MFCCDisplay
            The picture, drawn.
        """
        validate_parameter_constraints(_FIRST, dict(first=first), caller_name=type(self).__name__)
        return self._plot(ax, first=first, cmap=cmap)

    def _draw(self, ax, *, first, cmap):
        from matplotlib.ticker import MaxNLocator

        # The last one is always there; alone, coefficient 0 hides no other.
        first = min(first, self.mfcc.shape[1] - 1)
        shown = self.mfcc[:, first:]
        # The lowest ones may leave the scale, so that the others have colours.
        scaled = self.mfcc[:, max(first, min(2, self.mfcc.shape[1] - 1)) :]
        largest = max(float(np.percentile(np.abs(scaled), 99)), 1e-6)
        last = self.mfcc.shape[1] - 1
        self._show_image(
            ax, shown, first - 0.5, last + 0.5, cmap=cmap, vmin=-largest, vmax=largest
        )
        ax.yaxis.set_major_locator(MaxNLocator(10, integer=True))
        ax.set_ylabel(_NAMES[self.delta])
        self._add_colorbar(ax, "Value", extend="both")
