"""What all extractors share: forms of input, the walk over clips, names, pooling."""

from abc import abstractmethod
from functools import cache
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from sersk.audio import Recording
from sersk.exceptions import AudioReadError
from sersk.features._extraction import extract_all
from sersk.features._filters import make_window
from sersk.features._framing import Grid, power_to_db
from sersk.features._functionals import check_functionals
from sersk.features._levels import active_level
from sersk.features._store import FeatureStore
from sersk.features._windows import check_placement, extract_windows
from sersk.utils._changed_clips import find_origin, make_absolute
from sersk.utils._clips import check_clips
from sersk.utils._failures import Failure, summarise_failures
from sersk.utils._sklearn import Interval, StrOptions, get_output_config

_valid_params = WeakKeyDictionary()
_DELTA_SUFFIXES = ("", "_delta", "_delta2")


class BaseExtractor(TransformerMixin, BaseEstimator):
    """Turns clips into rows of features.

    A subclass says how one clip becomes one row (`_row`) and what its columns are called
    (`_names`). Extraction learns nothing from the data, so no `fit` is needed before `transform`,
    unless the subclass says what it learns (`_learn`, `_learnt`).
    """

    # Whether the work leaves Python's lock, so that threads serve as well as processes.
    _prefers_threads = False
    # Whose versions the values depend on.
    _libraries = ("soundfile", "soxr")
    # How it cuts clips into frames; None for one that needs the clip as a whole.
    _grid = None
    # What `fit` learned that the values depend on: an array, or None for nothing.
    _learnt = None
    # Whether its columns are the answers of a bank of kernels or filters, which mean something
    # together and nothing alone: as one descriptor they are shuffled, or left out.
    _is_bank = False

    @classmethod
    @cache
    def _get_param_names(cls):
        # scikit-learn inspects the signature on every call.
        return super()._get_param_names()

    def _validate_params(self):
        # What was found right need not be looked at again for every call: checking the parameters
        # of six extractors takes as long as analysing a third of a clip.
        params = [getattr(self, name) for name in self._get_param_names()]
        valid = _valid_params.get(self, ())
        if len(valid) == 0 or any(a is not b for a, b in zip(params, valid, strict=True)):
            super()._validate_params()
            _valid_params[self] = params

    def fit(self, X, y=None):
        """Check the parameters and the form of the input.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips. A 2-D array fixes the number of samples of later 2-D arrays. Files are not
            read yet, except by an extractor that learns from them.
        y : None
            Ignored.

        Returns
        -------
        self : estimator
            The extractor.
        """
        self._check()
        sources = check_clips(self, X, reset=True)
        for _, part in self._parts:
            part._learn(sources, self._open)
        return self

    def transform(self, X):
        """Extract the features of every clip.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips. Arrays are taken to be at the extractor's sampling rate.

        Returns
        -------
        features : ndarray of shape (n_samples, n_features), dtype float32
            One row per clip. Without functionals a list with one array of shape
            (n_frames, n_features) per clip.

        Raises
        ------
        AudioReadError
            When files cannot be read: it counts them and names the first.
        ValueError
            When sequences are asked for as a data frame.
        """
        rows, failures, _ = self.extract_each(X, n_jobs=self.n_jobs, memory=self.memory)
        if failures:
            raise AudioReadError(
                summarise_failures(failures, len(rows)) + " Mend them, or leave them out.",
                failures[0].path,
                failures[0].reason,
            )
        if rows[0].ndim == 1:
            return np.stack(rows)
        if get_output_config("transform", self)["dense"] != "default":
            raise ValueError(
                f"The sequences of {type(self).__name__} do not fit in a data frame. Set its "
                "functionals, or leave set_output at its default."
            )
        return rows

    def extract_each(self, X, *, n_jobs=None, memory=None, progress=None):
        """Extract the features of every clip that can be read.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.
        n_jobs : int or None, default=None
            Number of workers, in place of the extractor's own.
        memory : path-like, FeatureStore or None, default=None
            Where features are kept between calls, in place of the extractor's own.
        progress : str or None, default=None
            Description of a progress bar on stderr; None for no bar.

        Returns
        -------
        rows : list of (ndarray or None)
            What `transform` gives, clip by clip; None for one that cannot be read.
        failures : list of Failure
            The clips that cannot be read, and why.
        n_reused : int
            How many rows were not computed but found in `memory`.
        """
        self._check()
        clips = check_clips(self, X, reset=False)
        # Workers may have been started in another folder.
        folder = Path.cwd()
        results = extract_all(
            self,
            [make_absolute(clip, folder) for clip in clips],
            store=FeatureStore(memory) if isinstance(memory, (str, PathLike)) else memory,
            n_jobs=n_jobs,
            progress=progress,
        )
        self._report([note for result in results for note in result.notes])
        origins = [find_origin(clip) for clip in clips]
        failures = [
            Failure(i, origin if isinstance(origin, str) else None, result.reason)
            for i, (origin, result) in enumerate(zip(origins, results, strict=True))
            if result.rows is None
        ]
        rows = [None if result.rows is None else self._join(result.rows) for result in results]
        return rows, failures, sum(result.is_reused for result in results)

    def extract_windows(self, source, *, window_s=3.0, hop_s=1.0):
        """Extract the features of windows of one recording, which may be of any length.

        The recording is read and analysed once, piece by piece, and its windows are cut from the
        same frames: around a window lies its recording, not silence. What an extractor judges by
        the whole clip, such as the loudest frame or the tuning, it judges by each window alone.

        Parameters
        ----------
        source : path-like or array-like of shape (n_times,)
            The recording. An array is taken to be at the extractor's sampling rate.
        window_s : float, default=3.0
            Length of a window, in seconds.
        hop_s : float, default=1.0
            Step from the beginning of a window to that of the next, in seconds; at most
            `window_s`.

        Returns
        -------
        windows : generator of Window
            The windows in order of time. The last is the first that reaches the end of the
            recording, where it stops.

        Raises
        ------
        AudioReadError
            When the recording cannot be read; while the windows are walked through, since it may
            be damaged anywhere.
        ValueError
            When `hop_s` exceeds `window_s`.

        Notes
        -----
        A window holds the frames whose centres lie in it; without centring, the frames that lie in
        it as a whole. At least one. `AudioFeatures` applies `duration_s` and then `trim_db` inside
        each window; `offset_s`, which skips the beginning of a file, is not applied. No store is
        used.
        """
        self._check()
        check_placement(window_s, hop_s)
        (clip,) = check_clips(self, [source], reset=False)
        recording = Recording(clip, self._find_rate(clip))
        return extract_windows(self, recording, window_s, hop_s)

    @property
    def _parts(self):
        """Name and extractor of each part that rows consist of."""
        return [(None, self)]

    def _join(self, rows):
        """Put the rows of the parts, by their place, together."""
        return rows[0]

    @property
    def _part_of_clip(self):
        """Which part of each clip is used, in the words of `Recording`."""
        return {}

    def _open(self, source):
        return Recording(source, self._find_rate(source), **self._part_of_clip)

    def _find_rate(self, source):
        """Sampling rate, in Hz, that a clip is taken to be at where it does not tell."""
        return self.sample_rate

    def _describe_reading(self, part, *, of_arrays):
        """Say what `_open` makes the values of a part depend on, beyond it and the clip."""
        return {}

    def _learn(self, sources, open_source):
        """Learn from clips, each of which becomes a `Recording` by `open_source`."""

    def _report(self, notes):
        """Tell the user, once per call, what was noted while extracting."""

    def _check(self):
        """Check the parameters; subclasses add what no single constraint can express."""
        self._validate_params()

    def _row(self, clip):
        """Compute the row of one clip from its whole signal."""
        raise NotImplementedError

    @abstractmethod
    def _names(self):
        """Name the columns."""

    def get_feature_names_out(self, input_features=None):
        """Name the columns of the output.

        Parameters
        ----------
        input_features : None
            Ignored; samples over time have no names.

        Returns
        -------
        names : ndarray of shape (n_features,), dtype object
            Descriptor, its index, and functional, as in ``mfcc0_mean``.
        """
        self._check()
        return np.asarray(self._names(), dtype=object)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


class FrameExtractor(BaseExtractor):
    """An extractor of values per frame, pooled over time by functionals.

    A subclass computes `_descriptors`, of shape (n_frames, n_descriptors), block by block, and
    names them. What these need to know of the whole clip is gathered before, by `_survey`.
    """

    # Whether the descriptors depend on the whole clip; and if so, how to merge what two parts of
    # it gave.
    _needs_survey = False
    _merge = staticmethod(np.maximum)

    _parameter_constraints = {
        "sample_rate": [Interval(Integral, 1, None, closed="left")],
        "n_fft": [Interval(Integral, 2, None, closed="left")],
        "hop_length": [Interval(Integral, 1, None, closed="left")],
        "win_length": [Interval(Integral, 1, None, closed="left"), None],
        "window": [str],
        "center": ["boolean"],
        "functionals": [tuple, list, None],
        "deltas": [Interval(Integral, 0, 2, closed="both")],
        "delta_functionals": [tuple, list, None],
        "n_jobs": [Integral, None],
        "memory": [str, PathLike, FeatureStore, None],
    }
    # The window of extractors that work on samples and so have no `window` of their own.
    win_length = None
    window = "boxcar"
    # How derivatives are pooled where that is no parameter: like the descriptors.
    delta_functionals = None

    @property
    def _grid(self):
        return Grid(self.sample_rate, self.n_fft, self.hop_length, self.center)

    @property
    def _windowing(self):
        """Name and length, in samples, of the window."""
        return self.window, self.win_length or self.n_fft

    def _check(self):
        super()._check()
        check_functionals(self.functionals, type(self).__name__)
        self._check_delta_functionals()
        check_win_length(self)
        make_window(*self._windowing, self.n_fft)

    def _check_delta_functionals(self):
        name = type(self).__name__
        check_functionals(self.delta_functionals, name, "delta_functionals")
        if self.delta_functionals is not None and (self.functionals is None or not self.deltas):
            raise ValueError(
                f"The 'delta_functionals' parameter of {name} must be None where there are no "
                f"deltas or no functionals. Got {self.delta_functionals!r} with "
                f"deltas={self.deltas} and functionals={self.functionals!r}."
            )

    def _names(self):
        own = self._descriptor_names()
        orders = _DELTA_SUFFIXES[1 : 1 + self.deltas]
        changes = [name + suffix for suffix in orders for name in own]
        if self.functionals is None:
            return own + changes
        if self.delta_functionals is None:
            return join_names(own + changes, self.functionals)
        return join_names(own, self.functionals) + join_names(changes, self.delta_functionals)

    def _survey(self, block):
        """Gather from `Frames` what the descriptors need to know of the whole clip."""
        raise NotImplementedError

    @abstractmethod
    def _descriptors(self, block, survey):
        """Compute the descriptors of `Frames`, of shape (n_frames, n_descriptors).

        Without a survey, of a `Block` with its samples.
        """

    def _describe(self, block, survey):
        """Give the descriptors of `Frames`; those that need no survey are each frame's own."""
        if self._needs_survey:
            return self._descriptors(block, survey)
        return block.per_frame(self, lambda block: self._descriptors(block, None))

    @abstractmethod
    def _descriptor_names(self):
        """Name the descriptors."""


def join_names(descriptors, functionals):
    """Name what pooling gives: all descriptors under the first functional, then the second, …

    Parameters
    ----------
    descriptors, functionals : sequence of str
        Their names.

    Returns
    -------
    names : list of str
        Descriptor and functional, as in ``mfcc0_mean``.
    """
    return [f"{name}_{functional}" for functional in functionals for name in descriptors]


class MelExtractor(FrameExtractor):
    """A frame extractor that starts from mel bands."""

    _parameter_constraints = {
        **FrameExtractor._parameter_constraints,
        "n_mels": [Interval(Integral, 1, None, closed="left")],
        "fmin": [Interval(Real, 0, None, closed="left")],
        "fmax": [Interval(Real, 0, None, closed="neither"), None],
        "level": [StrOptions({"absolute", "relative"})],
    }

    def _check(self):
        super()._check()
        check_mel_range(self)

    def _mel(self, block):
        return block.mel(*self._windowing, self.n_mels, *find_mel_range(self))

    def _survey(self, block):
        mel = self._mel(block)
        return _Loudness(mel.max(), mel.sum(axis=1) if self.level == "relative" else None)

    @staticmethod
    def _merge(before, after):
        peak = np.maximum(before.peak, after.peak)
        if before.power is None:
            return _Loudness(peak, None)
        return _Loudness(peak, np.concatenate([before.power, after.power]))

    def _level(self, block, survey):
        """Level of the mel bands, in dB within 80 dB of the clip's maximum."""
        level_db = power_to_db(self._mel(block), survey.peak)
        return level_db if survey.power is None else level_db - active_level(survey.power)


class _Loudness(NamedTuple):
    """The greatest power of a band in a clip; and the power of each frame, where that matters."""

    peak: float
    power: np.ndarray | None


def check_win_length(extractor):
    """Raise unless the window of an extractor fits into its FFT.

    Parameters
    ----------
    extractor : BaseExtractor
        The extractor, with `win_length` and `n_fft`.

    Raises
    ------
    ValueError
        When the window is longer.
    """
    if extractor.win_length is not None and extractor.win_length > extractor.n_fft:
        raise ValueError(
            f"The 'win_length' parameter of {type(extractor).__name__} must not exceed n_fft, "
            f"{extractor.n_fft}. Got {extractor.win_length} instead."
        )


def find_mel_range(extractor):
    """Give the range of an extractor's mel bands.

    Parameters
    ----------
    extractor : BaseExtractor
        The extractor, with `fmin`, `fmax` and `sample_rate`.

    Returns
    -------
    fmin, fmax : float
        Lower and upper end, in Hz; without `fmax` half the sampling rate.
    """
    fmax = extractor.sample_rate / 2 if extractor.fmax is None else extractor.fmax
    return float(extractor.fmin), float(fmax)


def check_mel_range(extractor):
    """Raise unless the mel bands of an extractor lie between 0 and half its sampling rate.

    Parameters
    ----------
    extractor : BaseExtractor
        The extractor, with `fmin`, `fmax` and `sample_rate`.

    Raises
    ------
    ValueError
        When they do not.
    """
    highest = extractor.sample_rate / 2
    fmin, fmax = find_mel_range(extractor)
    if not fmin < fmax <= highest:
        raise ValueError(
            f"The 'fmin' and 'fmax' parameters of {type(extractor).__name__} must satisfy "
            f"fmin < fmax <= sample_rate / 2 = {highest}. "
            f"Got fmin={extractor.fmin} and fmax={extractor.fmax} instead."
        )
