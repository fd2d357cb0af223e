"""What an audit hears in each file: one decoding, and a handful of numbers."""

from dataclasses import dataclass

import numpy as np
import soundfile
import xxhash

from sersk.audio import Recording
from sersk.audit._fingerprint import Fingerprint, fingerprint_recording
from sersk.exceptions import AudioReadError
from sersk.utils._failures import Failure
from sersk.utils._levels import FRAME_S, measure_power, to_level
from sersk.utils._parallel import map_chunks

_CHUNK_SIZE = 16
_FULL_SCALE = 0.999
# Samples in a row at full scale that no microphone gives by chance.
_N_FLAT = 3
_SILENCE_DB = -40.0  # re the loudest frame


@dataclass(frozen=True)
class Measurement:
    """One decoded file.

    Attributes
    ----------
    digest : bytes
        Of the decoded samples; the same for the same sound in WAV and FLAC.
    fingerprint : Fingerprint
        To find copies that were converted, cut, or changed in level.
    sample_rate : int
        In Hz.
    n_channels : int
        Number of channels.
    format : str
        Container and coding, such as ``"WAV PCM_16"``.
    n_times : int
        Length in samples.
    level_db : float
        RMS re full scale.
    silence : float
        Share of frames 40 dB below the loudest, or more.
    clipped : float
        Share of samples in runs at full scale.
    """

    digest: bytes
    fingerprint: Fingerprint
    sample_rate: int
    n_channels: int
    format: str
    n_times: int
    level_db: float
    silence: float
    clipped: float

    @property
    def duration_s(self):
        """Length, in seconds."""
        return self.n_times / self.sample_rate


def measure_files(paths, *, n_jobs=None, progress=None):
    """Decode each file once and measure it.

    Parameters
    ----------
    paths : list of str
        The files.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    progress : str or None, default=None
        Description of a progress bar.

    Returns
    -------
    measurements : list of (Measurement or None)
        One per file; None for one that cannot be read.
    failures : list of Failure
        Why not.
    """
    results = map_chunks(
        _measure_chunk, paths, n_jobs=n_jobs, chunk_size=_CHUNK_SIZE, progress=progress
    )
    failures = [
        Failure(i, path, reason)
        for i, (path, (_, reason)) in enumerate(zip(paths, results, strict=True))
        if reason is not None
    ]
    return [measurement for measurement, _ in results], failures


def digest_sound(path):
    """Digest the decoded samples of a file.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    digest : bytes
        The same for the same sound in WAV and FLAC.
    """
    recording = Recording(path)
    sample_rate = recording.native_rate
    digest = _start_digest(sample_rate)
    for piece in recording.pieces(sample_rate):
        digest.update(_without_signed_zeros(piece))
    return digest.digest()


def _start_digest(sample_rate):
    return xxhash.xxh3_128(sample_rate.to_bytes(4))


def _without_signed_zeros(piece):
    """Make -0 of a float file the 0 that it sounds like."""
    return piece + np.float32(0)


def _measure_chunk(paths):
    return [_measure(path) for path in paths]


def _measure(path):
    try:
        recording = Recording(path)
        sample_rate = recording.native_rate
        digest, powers, n_times, n_clipped = _start_digest(sample_rate), [], 0, 0
        # A long recording comes in pieces, so that it never lies in memory at its own rate.
        for piece in recording.pieces(sample_rate):
            digest.update(_without_signed_zeros(piece))
            powers.append(_measure_power(piece, sample_rate))
            n_times += len(piece)
            n_clipped += _count_clipped(piece)
        fingerprint = fingerprint_recording(recording)
        info = soundfile.info(str(path))
    except AudioReadError as error:
        return None, error.reason
    except soundfile.LibsndfileError as error:
        return None, str(error)
    levels_db = to_level(np.concatenate(powers))
    measurement = Measurement(
        digest=digest.digest(),
        fingerprint=fingerprint,
        sample_rate=sample_rate,
        n_channels=info.channels,
        format=f"{info.format} {info.subtype}",
        n_times=n_times,
        level_db=float(10 * np.log10(np.mean(10 ** (levels_db / 10)))),
        silence=float(np.mean(levels_db <= levels_db.max() + _SILENCE_DB)),
        clipped=n_clipped / n_times,
    )
    return measurement, None


def _measure_power(signal, sample_rate):
    """Power of each frame, without a constant; of a signal shorter than one, of all of it."""
    return measure_power(signal, min(max(1, round(FRAME_S * sample_rate)), len(signal)))


def _count_clipped(signal):
    """Count the samples in runs at full scale."""
    is_full = np.abs(signal) >= _FULL_SCALE
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_full.astype(np.int8), [0]))))
    lengths = edges[1::2] - edges[::2]
    return int(lengths[lengths >= _N_FLAT].sum())
