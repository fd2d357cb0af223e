"""Reading sound files, bringing them to one sampling rate, and trimming silence."""

import os
from functools import cached_property
from numbers import Integral, Real
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from sersk.exceptions import AudioReadError
from sersk.utils._clips import check_clips
from sersk.utils._parallel import map_chunks
from sersk.utils._riff import read_pcm16
from sersk.utils._sklearn import Interval

__all__ = ["LoadAudio", "Recording", "find_audio", "read_audio", "resample", "trim_silence"]

AUDIO_SUFFIXES = (
    *(".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus"),
    *(".aif", ".aiff", ".aifc", ".au", ".snd", ".caf", ".w64", ".rf64"),
)


def find_audio(folder):
    """List the sound files below a folder, by their suffix.

    Parameters
    ----------
    folder : path-like
        Where to look; folders inside it are walked too.

    Returns
    -------
    paths : list of str
        `folder` joined to the way below it, sorted. Hidden files are left out.

    Examples
    --------
    >>> from sersk.audio import find_audio
    >>> find_audio("no-such-folder")
    []
    """
    found = [
        path
        for path in Path(folder).rglob("*")
        if path.suffix.lower() in AUDIO_SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    ]
    return [os.fspath(path) for path in sorted(found)]


def read_audio(path, *, sample_rate=None, offset_s=0.0, duration_s=None):
    """Read a sound file as one channel.

    Channels are averaged, then the signal is resampled where its rate differs: the order and the
    resampler of `librosa.load`.

    Parameters
    ----------
    path : path-like
        A file in any format that libsndfile reads, such as WAV (8 to 32 bit, or float), FLAC,
        OGG and MP3.
    sample_rate : int or None, default=None
        Sampling rate wanted, in Hz. None keeps the file's own.
    offset_s : float, default=0.0
        Where to start, in seconds.
    duration_s : float or None, default=None
        How much to read at most, in seconds. None reads to the end.

    Returns
    -------
    signal : ndarray of shape (n_times,), dtype float32
        The samples, nominally in [-1, 1].
    sample_rate : int
        The sampling rate of `signal`, in Hz.

    Raises
    ------
    AudioReadError
        When the file is missing, empty, not a sound file, or holds NaN.

    Examples
    --------
    >>> import tempfile, soundfile, numpy as np
    >>> from sersk.audio import read_audio
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     soundfile.write(f"{folder}/stereo.wav", np.zeros((48000, 2)), 48000)
    ...     signal, sample_rate = read_audio(f"{folder}/stereo.wav", sample_rate=16000)
    >>> signal.shape, sample_rate
    ((16000,), 16000)
    """
    samples, native_rate = _decode(path, offset_s, duration_s)
    signal = samples.mean(axis=1) if samples.shape[1] > 1 else samples[:, 0]
    if not np.isfinite(signal).all():
        raise _unreadable(path, "it contains NaN or infinite samples")
    if sample_rate is None:
        return np.ascontiguousarray(signal), native_rate
    return resample(signal, native_rate, sample_rate), sample_rate


def _decode(path, offset_s, duration_s):
    """Read the samples of a file, shape (n_times, n_channels), and its rate."""
    import soundfile

    path = Path(path)
    if not path.exists():
        raise _unreadable(path, "no such file")
    if path.is_dir():
        raise _unreadable(path, "it is a folder")
    try:
        if path.stat().st_size == 0:
            raise _unreadable(path, "the file is empty")
        samples, sample_rate = read_pcm16(path, offset_s, duration_s)
        if samples is not None:
            return samples, sample_rate
        with soundfile.SoundFile(path) as file:
            start = round(offset_s * file.samplerate)
            n_times = -1 if duration_s is None else max(1, round(duration_s * file.samplerate))
            if start and start >= file.frames:
                length_s = file.frames / file.samplerate
                raise _unreadable(path, f"it lasts {length_s:.3g} s, the offset is {offset_s} s")
            file.seek(start)
            samples, sample_rate = file.read(n_times, "float32", always_2d=True), file.samplerate
    # soundfile raises TypeError for a file of raw samples, which does not tell its own rate.
    except (soundfile.LibsndfileError, TypeError) as error:
        detail = getattr(error, "error_string", str(error)).rstrip(".")
        raise _unreadable(path, f"not a sound file that can be decoded ({detail})") from error
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    if len(samples) == 0:
        raise _unreadable(path, "it has no samples")
    return samples, sample_rate


def _unreadable(path, reason):
    # As plain text: the paths of an array are strings of numpy's own type, and show it.
    path = str(path)
    return AudioReadError(f"Cannot read {path!r}: {reason}.", path, reason)


def resample(signal, sample_rate, target_rate):
    """Resample a signal with soxr's high-quality preset.

    Parameters
    ----------
    signal : ndarray of shape (n_times,), dtype float32
        The samples.
    sample_rate : int
        Their rate, in Hz.
    target_rate : int
        The rate wanted, in Hz.

    Returns
    -------
    resampled : ndarray of shape (ceil(n_times * target_rate / sample_rate),), dtype float32
        The samples at the new rate; `signal` itself where the rates agree.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.audio import resample
    >>> resample(np.zeros(44100, dtype=np.float32), 44100, 16000).shape
    (16000,)
    """
    if sample_rate == target_rate:
        return np.ascontiguousarray(signal)
    import soxr

    resampled = soxr.resample(signal, sample_rate, target_rate, quality="HQ")
    # soxr rounds the length its own way; librosa's convention keeps the frame counts equal.
    n_times = -(-len(signal) * target_rate // sample_rate)
    padded = np.zeros(n_times, dtype=np.float32)
    n_kept = min(n_times, len(resampled))
    padded[:n_kept] = resampled[:n_kept]
    return padded


def trim_silence(signal, *, top_db=60.0, frame_length=2048, hop_length=512):
    """Cut leading and trailing silence.

    Keeps everything from the first to the last frame whose level is less than `top_db` below the
    loudest frame. Equal to `librosa.effects.trim`, except that nothing is ever cut to length 0.

    Parameters
    ----------
    signal : ndarray of shape (n_times,), dtype float32
        The samples.
    top_db : float, default=60.0
        How far below the loudest frame silence begins, in dB.
    frame_length : int, default=2048
        Length of a frame, in samples.
    hop_length : int, default=512
        Step between frames, in samples.

    Returns
    -------
    trimmed : ndarray of shape (n_times_kept,), dtype float32
        A view of `signal`.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.audio import trim_silence
    >>> signal = np.zeros(16000, dtype=np.float32)
    >>> signal[6000:10000] = 0.5
    >>> 4000 <= len(trim_silence(signal)) < 8000
    True
    """
    padded = np.pad(signal, frame_length // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, frame_length)[::hop_length]
    power = np.einsum("ij,ij->i", frames, frames) / frame_length
    level_db = 10 * np.log10(np.maximum(1e-10, power))
    loud = np.flatnonzero(level_db > level_db.max() - top_db)
    start = min(loud[0] * hop_length, len(signal) - 1)
    return signal[start : (loud[-1] + 1) * hop_length]


class Recording:
    """One clip as it comes in: read once, and resampled once per sampling rate asked for.

    Parameters
    ----------
    source : str or ndarray of shape (n_times,)
        A path, or the samples themselves.
    sample_rate : int or None, default=None
        Sampling rate of the samples, in Hz; not used for a path.
    offset_s : float, default=0.0
        Where to start, in seconds.
    duration_s : float or None, default=None
        How much to use at most, in seconds.
    trim_db : float or None, default=None
        Cut leading and trailing silence this far below the loudest frame, in dB.
    """

    def __init__(self, source, sample_rate=None, *, offset_s=0.0, duration_s=None, trim_db=None):
        self.source = source
        self.sample_rate = sample_rate
        self.offset_s = offset_s
        self.duration_s = duration_s
        self.trim_db = trim_db

    @cached_property
    def _native(self):
        if isinstance(self.source, str):
            return read_audio(self.source, offset_s=self.offset_s, duration_s=self.duration_s)
        start = round(self.offset_s * self.sample_rate)
        if start and start >= len(self.source):
            length_s = len(self.source) / self.sample_rate
            raise AudioReadError(
                f"A signal lasts {length_s:.3g} s, the offset is {self.offset_s} s.",
                reason="it is shorter than the offset",
            )
        if self.duration_s is None:
            return self.source[start:], self.sample_rate
        n_times = max(1, round(self.duration_s * self.sample_rate))
        return self.source[start : start + n_times], self.sample_rate

    def signal(self, sample_rate):
        """Give the samples at a sampling rate.

        Parameters
        ----------
        sample_rate : int
            The rate wanted, in Hz.

        Returns
        -------
        signal : ndarray of shape (n_times,), dtype float32
            The samples.
        """
        signal = resample(*self._native, sample_rate)
        return signal if self.trim_db is None else trim_silence(signal, top_db=self.trim_db)


class LoadAudio(TransformerMixin, BaseEstimator):
    """Turn paths into signals at one sampling rate.

    For pipelines whose next step wants signals. Every extractor of `sersk.features` reads paths by
    itself and holds one clip at a time; this transformer holds them all in memory.

    Parameters
    ----------
    sample_rate : int, default=22050
        Sampling rate of the signals, in Hz. Arrays are taken to be at it already.
    offset_s : float, default=0.0
        Where to start in each clip, in seconds.
    duration_s : float or None, default=None
        How much of each clip to use at most, in seconds. None means all.
    trim_db : float or None, default=None
        Cut leading and trailing silence this far below the loudest frame, in dB. None keeps all.
    n_jobs : int or None, default=None
        Number of workers, as in scikit-learn.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.audio import LoadAudio
    >>> noise = np.random.default_rng(0).normal(scale=0.1, size=22050)
    >>> [signal.shape for signal in LoadAudio(duration_s=0.5).fit_transform([noise])]
    [(11025,)]
    """

    _parameter_constraints = {
        "sample_rate": [Interval(Integral, 1, None, closed="left")],
        "offset_s": [Interval(Real, 0, None, closed="left")],
        "duration_s": [Interval(Real, 0, None, closed="neither"), None],
        "trim_db": [Interval(Real, 0, None, closed="neither"), None],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self, *, sample_rate=22050, offset_s=0.0, duration_s=None, trim_db=None, n_jobs=None
    ):
        self.sample_rate = sample_rate
        self.offset_s = offset_s
        self.duration_s = duration_s
        self.trim_db = trim_db
        self.n_jobs = n_jobs

    def fit(self, X, y=None):
        """Check the parameters and the form of the input.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips. Nothing is read yet.
        y : None
            Ignored.

        Returns
        -------
        self : LoadAudio
            The transformer.
        """
        self._validate_params()
        check_clips(self, X, reset=True)
        return self

    def transform(self, X):
        """Read every clip.

        Parameters
        ----------
        X : array-like of paths, list of 1-D arrays, or array of shape (n_samples, n_times)
            The clips.

        Returns
        -------
        signals : list of ndarray of shape (n_times,), dtype float32
            One signal per clip, each with its own `n_times`.

        Raises
        ------
        AudioReadError
            When a file cannot be read.
        """
        self._validate_params()
        clips = check_clips(self, X, reset=False)
        return map_chunks(self._load, clips, n_jobs=self.n_jobs, chunk_size=16, prefer="threads")

    def _load(self, clips):
        part = dict(offset_s=self.offset_s, duration_s=self.duration_s, trim_db=self.trim_db)
        return [Recording(c, self.sample_rate, **part).signal(self.sample_rate) for c in clips]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.string = True
        return tags
