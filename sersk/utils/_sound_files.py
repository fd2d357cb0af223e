"""Decoding sound files, however long, piece by piece."""

import stat
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

import numpy as np

from sersk.exceptions import AudioReadError
from sersk.utils._riff import open_pcm16

# Samples per channel that are decoded at a time: half a minute to a minute of sound.
PIECE_LENGTH = 2**20

# Far above any recorder, in Hz. Frames of a fixed length would grow with what a header claims.
_MAX_RATE = 2_000_000
# Times full scale; a power, summed over a frame, is finite up to here.
_MAX_PEAK = 1e12
# libsndfile says so of a file that only looks like an MP3; that it is there was checked.
_FALSE_REASON = "File does not exist"


def read_pieces(path, offset_s=0.0, duration_s=None):
    """Decode a sound file as one channel, the mean of those it has.

    Parameters
    ----------
    path : path-like
        A file in any format that libsndfile reads.
    offset_s : float, default=0.0
        Where to start, in seconds.
    duration_s : float or None, default=None
        How much to read at most, in seconds. None reads to the end.

    Yields
    ------
    piece : ndarray of shape (n_times,), dtype float32
        The next samples, `PIECE_LENGTH` at most.
    sample_rate : int
        Their rate, in Hz.

    Raises
    ------
    AudioReadError
        When the file is missing, empty, not a sound file, or holds NaN or samples so large that
        nothing can be computed from them.
    """
    path = Path(path)
    with _raise_as_unreadable(path), _open(path) as (file, read):
        sample_rate = file.samplerate
        start = round(offset_s * sample_rate)
        if start and start >= file.frames:
            length_s = file.frames / sample_rate
            raise unreadable(path, f"it lasts {length_s:.3g} s, the offset is {offset_s} s")
        n_left = file.frames - start
        if duration_s is not None:
            n_left = min(n_left, max(1, round(duration_s * sample_rate)))
        if start:
            file.seek(start)
        is_empty = True
        while n_left > 0 and len(samples := read(min(n_left, PIECE_LENGTH))):
            is_empty = False
            n_left -= len(samples)
            piece = samples.mean(axis=1) if samples.shape[1] > 1 else samples[:, 0]
            _check_samples(piece, path)
            yield piece, sample_rate
        if is_empty:
            raise unreadable(path, "it has no samples")


def read_duration_s(path):
    """Read how long a sound file lasts, without decoding it.

    Parameters
    ----------
    path : path-like
        A file in any format that libsndfile reads.

    Returns
    -------
    duration_s : float
        Its length, in seconds.

    Raises
    ------
    AudioReadError
        When the file is missing, empty or not a sound file.
    """
    path = Path(path)
    with _raise_as_unreadable(path), _open(path) as (file, _):
        return file.frames / file.samplerate


@contextmanager
def _open(path):
    """Open a file by the faster of two ways; give it, and how to read samples and channels."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise unreadable(path, "no such file") from error
    if stat.S_ISDIR(status.st_mode):
        raise unreadable(path, "it is a folder")
    if status.st_size == 0:
        raise unreadable(path, "the file is empty")
    file = open_pcm16(path)
    if file is not None:
        with file:
            _check_rate(file, path)
            yield file, file.read
        return
    with _make_stream_type()(path) as file:
        _check_rate(file, path)
        yield file, partial(file.read, dtype="float32", always_2d=True)


def _check_rate(file, path):
    if file.samplerate > _MAX_RATE:
        raise unreadable(path, f"its sampling rate, {file.samplerate} Hz, cannot be meant")


def _check_samples(piece, path):
    # Either extreme is NaN when any sample is.
    peak = max(piece.max(), -piece.min())
    if not np.isfinite(peak):
        raise unreadable(path, "it contains NaN or infinite samples")
    if peak > _MAX_PEAK:
        raise unreadable(path, f"its samples reach {peak:.0e} times full scale")


@cache
def _make_stream_type():
    import soundfile

    class Stream(soundfile.SoundFile):
        def seekable(self):
            # Else soundfile seeks after each piece, and the decoder of an MP3 loses its memory.
            return False

    return Stream


@contextmanager
def _raise_as_unreadable(path):
    try:
        yield
    except AudioReadError:
        raise
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error
    # soundfile raises TypeError for a file of raw samples, which does not tell its own rate.
    except (RuntimeError, TypeError) as error:
        detail = getattr(error, "error_string", str(error)).rstrip(".")
        what = "not a sound file that can be decoded"
        if not detail.startswith(_FALSE_REASON):
            what += f" ({detail})"
        raise unreadable(path, what) from error


def unreadable(path, reason):
    """Make the error for a file that cannot be used.

    Parameters
    ----------
    path : path-like
        The file.
    reason : str
        What is wrong with it.

    Returns
    -------
    error : AudioReadError
        To be raised.
    """
    # As plain text: the paths of an array are strings of numpy's own type, and show it.
    path = str(path)
    return AudioReadError(f"Cannot read {path!r}: {reason}.", path, reason)
