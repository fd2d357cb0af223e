"""Reading sound files, bringing them to one sampling rate, and trimming silence."""

import os
from functools import cached_property
from numbers import Integral, Real
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from sersk.exceptions import AudioReadError
from sersk.utils._changed_clips import ChangedClip
from sersk.utils._clips import check_clips
from sersk.utils._iteration import mark_last
from sersk.utils._parallel import map_chunks
from sersk.utils._sklearn import Interval
from sersk.utils._sound_files import PIECE_LENGTH, read_pieces

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
    recording = Recording(path, offset_s=offset_s, duration_s=duration_s)
    sample_rate = sample_rate or recording.native_rate
    return recording.signal(sample_rate), sample_rate


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
    return np.ascontiguousarray(next(_resample_pieces([signal], sample_rate, target_rate)))


def _resample_pieces(pieces, sample_rate, target_rate):
    """Resample a signal that comes in pieces; the result is that of resampling it whole."""
    if sample_rate == target_rate:
        yield from pieces
        return
    import soxr

    stream = soxr.ResampleStream(sample_rate, target_rate, 1, dtype="float32", quality="HQ")
    n_in = n_out = 0
    for piece, is_last in mark_last(pieces):
        if is_last and n_in == 0:
            # The same values, a tenth faster.
            resampled = soxr.resample(piece, sample_rate, target_rate, quality="HQ")
        else:
            resampled = stream.resample_chunk(np.ascontiguousarray(piece), last=is_last)
        n_in += len(piece)
        if is_last:
            # soxr rounds the length its own way; librosa's convention keeps frame counts equal.
            resampled = _fit_length(resampled, -(-n_in * target_rate // sample_rate) - n_out)
        n_out += len(resampled)
        yield resampled


def _fit_length(signal, n_times):
    return np.pad(signal[:n_times], (0, max(0, n_times - len(signal))))


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
    return signal[find_sound(signal, top_db, frame_length=frame_length, hop_length=hop_length)]


def find_sound(signal, top_db, *, frame_length=2048, hop_length=512):
    """Find what lies between leading and trailing silence.

    Parameters
    ----------
    signal : ndarray of shape (n_times,), dtype float32
        The samples.
    top_db : float
        How far below the loudest frame silence begins, in dB.
    frame_length : int, default=2048
        Length of a frame, in samples.
    hop_length : int, default=512
        Step between frames, in samples.

    Returns
    -------
    found : slice
        The samples that `trim_silence` keeps.
    """
    padded = np.pad(signal, frame_length // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, frame_length)[::hop_length]
    power = np.einsum("ij,ij->i", frames, frames) / frame_length
    level_db = 10 * np.log10(np.maximum(1e-10, power))
    loud = np.flatnonzero(level_db > level_db.max() - top_db)
    start = min(loud[0] * hop_length, len(signal) - 1)
    return slice(start, min((loud[-1] + 1) * hop_length, len(signal)))


class Recording:
    """One clip as it comes in, at any sampling rate that extractors ask for.

    Parameters
    ----------
    source : path-like, ndarray of shape (n_times,) or ChangedClip
        A path, or the samples themselves, or a change of one of these.
    sample_rate : int or None, default=None
        Sampling rate of the samples, in Hz; not used for a path.
    offset_s : float, default=0.0
        Where to start, in seconds.
    duration_s : float or None, default=None
        How much to use at most, in seconds.
    trim_db : float or None, default=None
        Cut leading and trailing silence this far below the loudest frame, in dB; before a change,
        which may fill the silence.
    """

    def __init__(self, source, sample_rate=None, *, offset_s=0.0, duration_s=None, trim_db=None):
        self.source = source
        self.sample_rate = sample_rate
        self.offset_s = offset_s
        self.duration_s = duration_s
        self.trim_db = trim_db

        self._signals = {}

    def _read_native(self):
        """Yield the samples, piece by piece, and their own rate."""
        if isinstance(self.source, ChangedClip):
            yield self._change()
            return
        if not isinstance(self.source, np.ndarray):
            yield from read_pieces(self.source, self.offset_s, self.duration_s)
            return
        start = round(self.offset_s * self.sample_rate)
        if start and start >= len(self.source):
            length_s = len(self.source) / self.sample_rate
            raise AudioReadError(
                f"A signal lasts {length_s:.3g} s, the offset is {self.offset_s} s.",
                reason="it is shorter than the offset",
            )
        stop = len(self.source)
        if self.duration_s is not None:
            stop = min(stop, start + max(1, round(self.duration_s * self.sample_rate)))
        for i in range(start, stop, PIECE_LENGTH):
            yield self.source[i : min(i + PIECE_LENGTH, stop)], self.sample_rate

    def _change(self):
        """Give the changed samples, which are one piece however long, and their own rate."""
        part = dict(offset_s=self.offset_s, duration_s=self.duration_s, trim_db=self.trim_db)
        original = Recording(self.source.source, self.sample_rate, **part)
        rate = original.native_rate
        return self.source.apply(original.signal(rate), rate), rate

    @cached_property
    def _start(self):
        """The first piece, its rate, and whether more follow."""
        pieces = self._read_native()
        first, native_rate = next(pieces)
        return first, native_rate, next(pieces, None) is not None

    @property
    def native_rate(self):
        """Sampling rate of the source, in Hz."""
        return self._start[1]

    def _read_pieces(self, sample_rate):
        first, native_rate, is_long = self._start
        native = (piece for piece, _ in self._read_native()) if is_long else [first]
        return _resample_pieces(native, native_rate, sample_rate)

    def pieces(self, sample_rate):
        """Read the samples at a sampling rate, a long recording piece by piece.

        A recording of one piece is read and resampled once, however often it is asked for; a
        longer one is read again each time, so that it never lies in memory as a whole. Trimming
        has to know the whole signal and so keeps it.

        Parameters
        ----------
        sample_rate : int
            The rate wanted, in Hz.

        Yields
        ------
        piece : ndarray of shape (n_times,), dtype float32
            The next samples.
        """
        is_long = self._start[2]
        if is_long and self.trim_db is None:
            yield from self._read_pieces(sample_rate)
        else:
            yield self.signal(sample_rate)

    def signal(self, sample_rate):
        """Give the samples at a sampling rate as one array.

        Parameters
        ----------
        sample_rate : int
            The rate wanted, in Hz.

        Returns
        -------
        signal : ndarray of shape (n_times,), dtype float32
            The samples.
        """
        if sample_rate not in self._signals:
            pieces = list(self._read_pieces(sample_rate))
            signal = np.concatenate(pieces) if len(pieces) > 1 else np.ascontiguousarray(pieces[0])
            if self.trim_db is not None and not isinstance(self.source, ChangedClip):
                signal = trim_silence(signal, top_db=self.trim_db)
            self._signals[sample_rate] = signal
        return self._signals[sample_rate]


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
