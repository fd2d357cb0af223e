"""What all augmentations share: checks, the draw of parameters, full scale, a description."""

import json
from abc import abstractmethod
from functools import cache
from importlib.metadata import version
from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state

from sersk.utils._sklearn import Interval

# To be raised whenever an augmentation gives other samples than before for the same parameters.
DEFINITIONS_VERSION = 1


class BaseAugmentation(BaseEstimator):
    """Changes a signal at random, and never so much that its label would be another.

    A subclass says how (`_change`). Its parameters are numbers, or pairs (low, high) from which a
    value is drawn uniformly for each signal. It has no `random_state`: the seed comes with the
    signal, so that a copy depends on nothing but the two and the parameters.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.augmentation import BaseAugmentation
    >>> class Invert(BaseAugmentation):
    ...     def _change(self, signal, sample_rate, rng):
    ...         return -signal
    >>> Invert()(np.array([0.5, -0.25]), 16000)
    array([-0.5 ,  0.25], dtype=float32)
    """

    _parameter_constraints = {}
    # Whose versions the samples depend on.
    _libraries = ("numpy",)

    def __call__(self, signal, sample_rate, random_state=None):
        """Make a changed copy of a signal.

        Parameters
        ----------
        signal : array-like of shape (n_times,)
            Floating-point samples, nominally in [-1, 1]; beyond that they are scaled down before.
            It is left as it is.
        sample_rate : int
            Their rate, in Hz; that of the copy too.
        random_state : int, RandomState instance or None, default=None
            Seed of what is drawn. None draws something else each time.

        Returns
        -------
        changed : ndarray of shape (n_times_out,), dtype float32
            The copy, at least one sample. Where it would exceed ±1 it is scaled down as a whole,
            so that what is in it keeps its proportions.

        Raises
        ------
        ValueError
            For a parameter, a signal or a sampling rate that cannot be used.
        """
        self._check()
        signal = _check_signal(signal, type(self).__name__)
        if not isinstance(sample_rate, Integral) or sample_rate < 1:
            raise ValueError(
                f"The sampling rate for {type(self).__name__} must be an int in the range "
                f"[1, inf). Got {sample_rate!r} instead."
            )
        # Not NumPy's global generator, which None stands for in scikit-learn.
        rng = np.random.RandomState() if random_state is None else check_random_state(random_state)
        changed = self._change(_fit_full_scale(signal), int(sample_rate), rng)
        return np.array(_fit_full_scale(changed), dtype=np.float32, order="C")

    @abstractmethod
    def _change(self, signal, sample_rate, rng):
        """Give the changed signal, of double precision as `signal` is, at any level."""

    def describe(self):
        """Describe everything but the signal and the seed that a copy depends on.

        Two augmentations with the same description make the same copies; it goes into the key
        under which features of copies are kept. Files of noise are read for it as a whole.

        Returns
        -------
        description : str
            Class, parameters, versions and the content of files, as JSON.

        Raises
        ------
        ValueError
            For a parameter that cannot be used.
        """
        self._check()
        content = {
            "augmentation": f"{type(self).__module__}.{type(self).__qualname__}",
            "params": self._describe_params(),
            "definitions": DEFINITIONS_VERSION,
            "libraries": {name: _find_version(name) for name in self._libraries},
        }
        return json.dumps(content, sort_keys=True, default=_to_plain)

    def _describe_params(self):
        return self.get_params(deep=False)

    def _check(self):
        """Check the parameters; subclasses add what no single constraint can express."""
        self._validate_params()
        for name, constraints in self._parameter_constraints.items():
            intervals = [c for c in constraints if isinstance(c, Interval)]
            if intervals and isinstance(getattr(self, name), (tuple, list)):
                _check_pair(getattr(self, name), intervals[0], name, type(self).__name__)


def number_or_pair(low, high):
    """Make the constraint of a parameter that may be drawn from a range.

    Parameters
    ----------
    low, high : float
        Limits of the values, included.

    Returns
    -------
    constraint : list
        An entry of `_parameter_constraints`.
    """
    return [Interval(Real, low, high, closed="both"), tuple, list]


def draw(value, rng):
    """Draw the value of a parameter.

    Parameters
    ----------
    value : float or (low, high) pair of float
        A number, or the range from which to draw one uniformly.
    rng : RandomState
        The generator; not used for a number.

    Returns
    -------
    drawn : float
        The value.
    """
    return float(rng.uniform(*value) if isinstance(value, (tuple, list)) else value)


def _check_signal(signal, name):
    signal = np.asarray(signal)
    if signal.ndim != 1 or signal.size == 0 or signal.dtype.kind != "f":
        raise ValueError(
            f"The signal for {name} must be floating-point samples of one channel, a 1-D array "
            f"with at least one. Got shape {signal.shape} and dtype {signal.dtype} instead."
        )
    # Single precision is what files are read in; a signal from memory makes the same copies.
    with np.errstate(over="ignore"):
        signal = signal.astype(np.float32)
    if not np.isfinite(signal).all():
        raise ValueError(
            f"The signal for {name} contains NaN, infinity or values too large for float32. "
            "Mend it, or leave it out."
        )
    return signal.astype(np.float64)


def _fit_full_scale(signal):
    peak = np.abs(signal).max()
    return signal / peak if peak > 1 else signal


def _check_pair(pair, interval, parameter, name):
    if (
        len(pair) != 2
        or not all(interval.is_satisfied_by(value) for value in pair)
        or pair[0] > pair[1]
    ):
        raise ValueError(
            f"The {parameter!r} parameter of {name} must be {interval}, or a pair (low, high) of "
            f"such. Got {pair!r} instead."
        )


def _to_plain(value):
    """Turn a numpy scalar, as a grid of parameters may hold, into Python's own."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"A parameter of type {type(value).__name__} cannot be described.")


_find_version = cache(version)
