"""Copies of a recording as they come about: by codecs, editing, the telephone and noise.

Every function takes a signal of shape (n_times,), its sampling rate in Hz and a random generator,
and gives the copy with its sampling rate.
"""

import io

import numpy as np
import soundfile
from scipy.signal import butter, sosfilt

from sersk.audio import resample


def _store(signal, sample_rate, **how):
    file = io.BytesIO()
    soundfile.write(file, signal, sample_rate, **how)
    file.seek(0)
    return soundfile.read(file, dtype="float32")


def compress_mp3(signal, sample_rate, rng):
    """Store as MP3 of 64 kbit/s."""
    # libsndfile spreads its levels, 0 to 1, over the bit rates that MP3 has at this rate.
    level = 0.87 if sample_rate >= 32000 else 0.6 if sample_rate >= 16000 else 0.0
    how = dict(format="MP3", bitrate_mode="CONSTANT", compression_level=level)
    return _store(signal, sample_rate, **how)


def compress_ogg(signal, sample_rate, rng):
    """Store as OGG Vorbis."""
    return _store(signal, sample_rate, format="OGG", subtype="VORBIS")


def halve_band(signal, sample_rate, rng):
    """Resample to 8 kHz and back."""
    return resample(resample(signal, sample_rate, 8000), 8000, sample_rate), sample_rate


def trim(signal, sample_rate, rng):
    """Cut 0.25 s off both ends."""
    n_cut = round(0.25 * sample_rate)
    return signal[n_cut:-n_cut], sample_rate


def pad(signal, sample_rate, rng):
    """Put 0.3 s of silence at both ends."""
    return np.pad(signal, round(0.3 * sample_rate)), sample_rate


def attenuate(signal, sample_rate, rng):
    """Turn down by 12 dB."""
    return np.float32(10 ** (-12 / 20)) * signal, sample_rate


def _add_noise(signal, rng, snr_db):
    deviation = np.sqrt(np.mean(np.square(signal))) * 10 ** (-snr_db / 20)
    return signal + deviation * rng.standard_normal(len(signal), dtype=np.float32)


def add_noise(signal, sample_rate, rng):
    """Add white noise at a signal-to-noise ratio of 20 dB."""
    return _add_noise(signal, rng, 20.0), sample_rate


def store_24_bit(signal, sample_rate, rng):
    """Store as WAV of 24 bits."""
    return _store(signal, sample_rate, format="WAV", subtype="PCM_24")


def telephone(signal, sample_rate, rng):
    """Keep the band of a telephone, 300 to 3400 Hz."""
    band = butter(4, (300, 3400), "bandpass", fs=sample_rate, output="sos")
    return sosfilt(band, signal).astype(np.float32), sample_rate


def invert(signal, sample_rate, rng):
    """Invert the polarity and delay by 7 ms."""
    return np.pad(-signal, (round(0.007 * sample_rate), 0)), sample_rate


# What the auditor is held to.
KINDS = {
    "MP3, 64 kbit/s": compress_mp3,
    "OGG Vorbis": compress_ogg,
    "8 kHz and back": halve_band,
    "0.25 s cut at both ends": trim,
    "0.3 s of silence added": pad,
    "12 dB softer": attenuate,
    "white noise, 20 dB SNR": add_noise,
    "24 bits": store_24_bit,
    "telephone band": telephone,
    "inverted, 7 ms later": invert,
}


def _pad_start(signal, sample_rate, rng):
    return np.pad(signal, (round(0.3 * sample_rate), 0)), sample_rate


def _pad_end(signal, sample_rate, rng):
    return np.pad(signal, (0, round(0.3 * sample_rate))), sample_rate


def _pad_with_hiss(signal, sample_rate, rng):
    padded, _ = pad(signal, sample_rate, rng)
    return padded + 1e-3 * rng.standard_normal(len(padded), dtype=np.float32), sample_rate


def _noise_15_db(signal, sample_rate, rng):
    return _add_noise(signal, rng, 15.0), sample_rate


def _noise_10_db(signal, sample_rate, rng):
    return _add_noise(signal, rng, 10.0), sample_rate


def _mp3_trim_noise(signal, sample_rate, rng):
    copy, sample_rate = compress_mp3(signal, sample_rate, rng)
    return add_noise(*trim(copy, sample_rate, rng), rng)


def _telephone_loud(signal, sample_rate, rng):
    copy, _ = telephone(signal, sample_rate, rng)
    return np.clip(np.float32(10 ** (10 / 20)) * copy, -1, 1), sample_rate


def _mp3_44100(signal, sample_rate, rng):
    return compress_mp3(resample(signal, sample_rate, 44100), 44100, rng)


def _keep_1_s(signal, sample_rate, rng):
    first = max(0, (len(signal) - sample_rate) // 2)
    return signal[first : first + sample_rate], sample_rate


# What it is not held to, but had better find.
HARDER_KINDS = {
    "silence added at the start": _pad_start,
    "silence added at the end": _pad_end,
    "faint noise added, 0.3 s": _pad_with_hiss,
    "white noise, 15 dB SNR": _noise_15_db,
    "white noise, 10 dB SNR": _noise_10_db,
    "MP3, cut and 20 dB noise": _mp3_trim_noise,
    "telephone, 10 dB louder": _telephone_loud,
    "MP3 at 44.1 kHz": _mp3_44100,
    "1 s out of the middle": _keep_1_s,
}
