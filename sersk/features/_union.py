"""Several extractors over one pass."""

from numbers import Integral, Real
from os import PathLike

import numpy as np

from sersk.features._base import BaseExtractor
from sersk.features._store import FeatureStore
from sersk.utils._changed_clips import find_origin
from sersk.utils._sklearn import BaseComposition, Interval


class AudioFeatures(BaseComposition, BaseExtractor):
    """Concatenate the features of several extractors, reading and analysing each clip once.

    A `sklearn.pipeline.FeatureUnion` for sound: its parts share one reading, one resampling for
    each sampling rate, and one short-time Fourier transform for each framing.

    Parameters
    ----------
    extractors : list of (str, extractor) tuples
        The parts and their names. The string "drop" in place of an extractor leaves it out.
    sample_rate : int or None, default=None
        Sampling rate that arrays are taken to be at, in Hz. None means the parts' own, which must
        then agree. Files and arrays are resampled to the rate of each part.
    offset_s : float, default=0.0
        Where to start in each clip, in seconds.
    duration_s : float or None, default=None
        How much of each clip to use at most, in seconds. None means all.
    trim_db : float or None, default=None
        Cut leading and trailing silence this far below the loudest frame, in dB. None keeps all.
    verbose_feature_names_out : bool, default=False
        Put the name of its part before each feature, as in ``mfcc__mfcc0_mean``.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn; those of the parts are not used.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes; those of the parts are not used.
        None computes them every time.

    See Also
    --------
    sklearn.pipeline.FeatureUnion : The same for any transformers, without the shared pass.

    Examples
    --------
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MFCC, RMS, AudioFeatures
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=1, n_clips_per_class=1)
    >>> features = AudioFeatures([("mfcc", MFCC(n_mfcc=13)), ("rms", RMS())])
    >>> features.set_params(mfcc__sample_rate=16000, rms__sample_rate=16000)
    AudioFeatures(extractors=[('mfcc', MFCC(n_mfcc=13, sample_rate=16000)),
                              ('rms', RMS(sample_rate=16000))])
    >>> features.fit_transform(signals).shape
    (4, 28)
    """

    _parameter_constraints = {
        "extractors": [list, tuple],
        "sample_rate": [Interval(Integral, 1, None, closed="left"), None],
        "offset_s": [Interval(Real, 0, None, closed="left")],
        "duration_s": [Interval(Real, 0, None, closed="neither"), None],
        "trim_db": [Interval(Real, 0, None, closed="neither"), None],
        "verbose_feature_names_out": ["boolean"],
        "n_jobs": [Integral, None],
        "memory": [str, PathLike, FeatureStore, None],
    }

    def __init__(
        self,
        extractors,
        *,
        sample_rate=None,
        offset_s=0.0,
        duration_s=None,
        trim_db=None,
        verbose_feature_names_out=False,
        n_jobs=None,
        memory=None,
    ):
        self.extractors = extractors
        self.sample_rate = sample_rate
        self.offset_s = offset_s
        self.duration_s = duration_s
        self.trim_db = trim_db
        self.verbose_feature_names_out = verbose_feature_names_out
        self.n_jobs = n_jobs
        self.memory = memory

    def get_params(self, deep=True):
        """Get the parameters, those of the parts under ``name__parameter``.

        Parameters
        ----------
        deep : bool, default=True
            Whether to include the parts and their parameters.

        Returns
        -------
        params : dict
            Parameter names and values.
        """
        return self._get_params("extractors", deep=deep)

    def set_params(self, **params):
        """Set parameters, replace parts by name, or set parameters of parts.

        Parameters
        ----------
        **params : dict
            Parameter names and values.

        Returns
        -------
        self : AudioFeatures
            The transformer.
        """
        return self._set_params("extractors", **params)

    @property
    def _parts(self):
        return [(name, part) for name, part in self.extractors if part != "drop"]

    @property
    def _prefers_threads(self):
        return all(part._prefers_threads for _, part in self._parts)

    def _check(self):
        super()._check()
        for entry in self.extractors:
            _check_entry(entry)
        self._validate_names([name for name, _ in self.extractors])
        if not self._parts:
            raise ValueError("AudioFeatures must have at least one extractor. Got none.")
        for _, part in self._parts:
            part._check()
        pooled = {name: getattr(part, "functionals", ()) is not None for name, part in self._parts}
        if len(set(pooled.values())) > 1:
            raise ValueError(
                "The parts of AudioFeatures must either all pool over time or all have "
                f"functionals=None. Got {[name for name in pooled if not pooled[name]]} without."
            )
        self._check_names_differ()

    def _check_names_differ(self):
        """Raise when two parts give a column the same name."""
        if self.verbose_feature_names_out:
            return
        owner = {}
        for part_name, part in self._parts:
            for name in part._names():
                if name in owner:
                    raise ValueError(
                        f"The parts {owner[name]!r} and {part_name!r} of AudioFeatures both give "
                        f"the feature {name!r}. Pass verbose_feature_names_out=True to put the "
                        "name of the part before it."
                    )
                owner[name] = part_name

    @property
    def _part_of_clip(self):
        return dict(offset_s=self.offset_s, duration_s=self.duration_s, trim_db=self.trim_db)

    def _find_rate(self, source):
        return None if isinstance(find_origin(source), str) else self._array_rate()

    def _describe_reading(self, part, *, of_arrays):
        reading = {**self._part_of_clip, "offset_s": self.offset_s or None}
        if of_arrays and self._array_rate() != part.sample_rate:
            reading["array_rate"] = self._array_rate()
        # At the defaults nothing is left, and the part gives what it gives alone.
        return {name: value for name, value in reading.items() if value is not None}

    def _array_rate(self):
        rates = {name: part.sample_rate for name, part in self._parts}
        if self.sample_rate is None and len(set(rates.values())) > 1:
            raise ValueError(
                "The sampling rate of arrays must be known where the parts of AudioFeatures "
                f"differ in theirs. Got {rates}. Say what the arrays have with sample_rate=…"
            )
        return self.sample_rate or next(iter(rates.values()))

    def _join(self, rows):
        rows = [rows[i] for i in range(len(rows))]
        if rows[0].ndim == 2 and len({len(row) for row in rows}) > 1:
            frames = {name: len(row) for (name, _), row in zip(self._parts, rows, strict=True)}
            raise ValueError(
                "The parts of AudioFeatures must give the same number of frames. Got "
                f"{frames}. Give them one sample_rate, hop_length, n_fft and center."
            )
        return np.concatenate(rows, axis=-1)

    def _report(self, notes):
        # Parts of one kind note the same; one of them tells.
        for part in {type(part): part for _, part in self._parts}.values():
            part._report(notes)

    def _names(self):
        if not self.verbose_feature_names_out:
            return [name for _, part in self._parts for name in part._names()]
        return [f"{key}__{name}" for key, part in self._parts for name in part._names()]


def _check_entry(entry):
    if isinstance(entry, (tuple, list)) and len(entry) == 2 and isinstance(entry[0], str):
        part = entry[1]
        # A union inside a union would have its own idea of offset and trimming.
        if isinstance(part, BaseExtractor) and not isinstance(part, AudioFeatures):
            return
        if isinstance(part, str) and part == "drop":
            return
    raise TypeError(
        "The 'extractors' parameter of AudioFeatures must be a list of pairs of a name and an "
        f"extractor of sersk.features. Got {entry!r} in it instead."
    )
