"""One openSMILE instance for many clips.

Building an instance parses the configuration of a whole feature set, which takes longer than the
analysis of a short clip. The Python wrapper builds one for each clip; this resets one.
"""

import threading
from functools import cache

import numpy as np

from sersk.exceptions import AudioReadError

_SOURCE, _SINK = "extsource", "extsink"
_sessions = threading.local()


def compute_functionals(feature_set, signal, sample_rate):
    """Compute the functionals of a feature set from one clip.

    Parameters
    ----------
    feature_set : str
        Name in `opensmile.FeatureSet`.
    signal : ndarray of shape (n_times,), dtype float32
        The samples, in [-1, 1).
    sample_rate : int
        Sampling rate, in Hz.

    Returns
    -------
    values : ndarray of shape (n_features,), dtype float32
        What `opensmile.Smile.process_signal` gives.
    """
    # An instance must not be shared between threads.
    key = (feature_set, sample_rate)
    cached = _sessions.__dict__
    if key not in cached:
        cached[key] = _Session(feature_set, sample_rate)
    # One that failed is left in an unknown state, and is not used again.
    session = cached.pop(key)
    values = session.process(signal)
    cached[key] = session
    return values


class _Session:
    """An openSMILE instance that waits for samples."""

    def __init__(self, feature_set, sample_rate):
        smile = _make_smile(feature_set)
        source = f"{smile.default_config_root}/shared/standard_external_wave_input.conf.inc"
        form = {"source": source, "sampleRate": sample_rate, "nBits": 16}
        # What the wrapper's own method for a single clip does.
        self._smile = smile._smile({**smile._options(), **form})

    def process(self, signal):
        """Analyse one clip, and be ready for the next."""
        found = []
        # A reset forgets the callback; the wrapper would keep each one.
        self._smile._callbacks.clear()
        self._smile.external_sink_set_callback(_SINK, lambda values: found.append(values.copy()))
        pcm = (signal * 32768).astype(np.int16)
        self._smile.external_audio_source_write_data(_SOURCE, pcm.tobytes())
        self._smile.external_audio_source_set_eoi(_SOURCE)
        self._smile.run()
        self._smile.reset()
        if not found:
            raise AudioReadError("openSMILE finds no frame.", reason="too short for openSMILE")
        return np.concatenate(found)


@cache
def list_features(feature_set):
    """Name the functionals of a feature set.

    Parameters
    ----------
    feature_set : str
        Name in `opensmile.FeatureSet`.

    Returns
    -------
    names : list of str
        Their names in openSMILE.
    """
    return _make_smile(feature_set).feature_names


def _make_smile(feature_set):
    import opensmile

    return opensmile.Smile(
        feature_set=opensmile.FeatureSet[feature_set],
        feature_level=opensmile.FeatureLevel.Functionals,
    )
