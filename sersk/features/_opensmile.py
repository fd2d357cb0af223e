"""The feature sets of openSMILE."""

import threading
import warnings
from numbers import Integral
from os import PathLike

import numpy as np

from sersk.exceptions import DataWarning, LicenceWarning
from sersk.features._base import BaseExtractor
from sersk.features._smile import compute_functionals, list_features
from sersk.features._store import FeatureStore
from sersk.utils._sklearn import Interval, StrOptions

# Below this length openSMILE finds no frame to pool and gives NaN.
_MIN_DURATION_S = 0.1
_TOO_SHORT = "too short for openSMILE"

_FEATURE_SETS = (
    "ComParE_2016",
    "GeMAPS",
    "GeMAPSv01a",
    "GeMAPSv01b",
    "eGeMAPS",
    "eGeMAPSv01a",
    "eGeMAPSv01b",
    "eGeMAPSv02",
    "emobase",
)

_licence_was_said = threading.Event()


class OpenSMILE(BaseExtractor):
    """Functionals of an openSMILE feature set, such as eGeMAPS or ComParE.

    openSMILE [1]_ is free for research, personal and educational use only; commercial use needs a
    licence from audEERING. The first use in a process says so.

    Parameters
    ----------
    feature_set : str, default="eGeMAPSv02"
        Name of the set: eGeMAPSv02 [2]_ with 88 values, ComParE_2016 with 6373, GeMAPSv01b with
        62, emobase with 988, or an older version of these.
    sample_rate : int, default=16000
        Sampling rate that files are brought to and arrays are taken to be at, in Hz. The values
        depend on it: compare only models with the same rate.
    n_jobs : int or None, default=None
        Number of threads.
    memory : path-like, FeatureStore or None, default=None
        Where to keep features between calls, runs and processes. None computes them every time.

    Notes
    -----
    The values are those of `opensmile.Smile.process_signal` on the same samples, with three
    repairs: samples are clipped to the 16-bit range, because openSMILE turns +1.0 into -1.0;
    channels are averaged, because openSMILE reads the first alone; and a clip under 0.1 s, for
    which openSMILE gives NaN, is padded with zeros to 0.1 s, with a warning.

    References
    ----------
    .. [1] F. Eyben, M. Wöllmer and B. Schuller, "openSMILE: the Munich versatile and fast
       open-source audio feature extractor", ACM Multimedia, 2010.
    .. [2] F. Eyben et al., "The Geneva minimalistic acoustic parameter set (GeMAPS) for voice
       research and affective computing", IEEE Transactions on Affective Computing 7(2), 2016.

    Examples
    --------
    >>> import warnings
    >>> warnings.simplefilter("ignore")
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import OpenSMILE
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=1, n_clips_per_class=1)
    >>> OpenSMILE().fit_transform(signals).shape
    (4, 88)
    """

    _parameter_constraints = {
        "feature_set": [StrOptions(set(_FEATURE_SETS))],
        "sample_rate": [Interval(Integral, 8000, None, closed="left")],
        "n_jobs": [Integral, None],
        "memory": [str, PathLike, FeatureStore, None],
    }
    _prefers_threads = True
    _libraries = ("soundfile", "soxr", "opensmile")

    def __init__(self, *, feature_set="eGeMAPSv02", sample_rate=16000, n_jobs=None, memory=None):
        self.feature_set = feature_set
        self.sample_rate = sample_rate
        self.n_jobs = n_jobs
        self.memory = memory

    def _check(self):
        super()._check()
        if not _licence_was_said.is_set():
            _licence_was_said.set()
            warnings.warn(
                "openSMILE is free for non-commercial use only; commercial use needs a licence "
                "from audEERING.",
                LicenceWarning,
                stacklevel=3,
            )

    def _row(self, clip):
        # The largest value that does not wrap around in openSMILE's 16 bits.
        signal = np.clip(clip.signal(self.sample_rate), -1.0, 32767 / 32768)
        n_missing = int(np.ceil(_MIN_DURATION_S * self.sample_rate)) - len(signal)
        if n_missing > 0:
            clip.notes.add(_TOO_SHORT)
            signal = np.pad(signal, (0, n_missing))
        return compute_functionals(self.feature_set, signal, self.sample_rate)

    def _report(self, notes):
        n_short = notes.count(_TOO_SHORT)
        if n_short:
            warnings.warn(
                f"{n_short} clip(s) shorter than {_MIN_DURATION_S} s were padded with zeros for "
                "openSMILE. Their values mean little; consider leaving them out.",
                DataWarning,
                stacklevel=4,
            )

    def _names(self):
        return list_features(self.feature_set)
