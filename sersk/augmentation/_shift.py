"""Moving a signal in time."""

import numpy as np

from sersk.augmentation._base import BaseAugmentation, draw, number_or_pair


class ShiftTime(BaseAugmentation):
    """Move a signal to and fro in time, keeping its length.

    What crosses one end comes back in at the other, or is replaced by silence. Where a clip was
    cut carries no emotion, but networks that see a fixed number of frames learn it.

    Parameters
    ----------
    shift_s : float or (low, high) pair, default=(-0.05, 0.05)
        How far to move, in seconds; later where positive. Rounded to whole samples.
    wrap : bool, default=True
        Whether what crosses one end comes in at the other. Else zeros come in, and no more than
        half of the clip is moved out.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.augmentation import ShiftTime
    >>> signal = np.array([0.1, 0.2, 0.3, 0.4])
    >>> print(ShiftTime(0.1)(signal, 10), ShiftTime(-0.1, wrap=False)(signal, 10))
    [0.4 0.1 0.2 0.3] [0.2 0.3 0.4 0. ]
    """

    _parameter_constraints = {"shift_s": number_or_pair(-60, 60), "wrap": ["boolean"]}

    def __init__(self, shift_s=(-0.05, 0.05), *, wrap=True):
        self.shift_s = shift_s
        self.wrap = wrap

    def _change(self, signal, sample_rate, rng):
        shift = round(draw(self.shift_s, rng) * sample_rate)
        if self.wrap:
            return np.roll(signal, shift)
        half = len(signal) // 2
        shift = min(max(shift, -half), half)
        kept = signal[max(0, -shift) : len(signal) - max(0, shift)]
        return np.pad(kept, (max(0, shift), max(0, -shift)))
