"""What an audit hears in each file: one decoding, and a handful of numbers."""

from dataclasses import dataclass

import numpy as np
import soundfile
import xxhash

from sersk.audio import Recording
from sersk.audit._fingerprint import Fingerprint, fingerprint_recording
from sersk.audit._levels import LevelMeter
from sersk.exceptions import AudioReadError
from sersk.utils._failures import Failure
from sersk.utils._parallel import map_chunks

_CHUNK_SIZE = 16


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
        digest, meter = _start_digest(sample_rate), LevelMeter(sample_rate)
        # A long recording comes in pieces, so that it never lies in memory at its own rate.
        for piece in meter.watch(recording.pieces(sample_rate)):
            digest.update(_without_signed_zeros(piece))
        fingerprint = fingerprint_recording(recording)
        info = soundfile.info(str(path))
    except AudioReadError as error:
        return None, error.reason
    except soundfile.LibsndfileError as error:
        return None, str(error)
    measurement = Measurement(
        digest=digest.digest(),
        fingerprint=fingerprint,
        sample_rate=sample_rate,
        n_channels=info.channels,
        format=f"{info.format} {info.subtype}",
        n_times=meter.n_times,
        level_db=meter.level_db,
        silence=meter.silence,
        clipped=meter.clipped,
    )
    return measurement, None
