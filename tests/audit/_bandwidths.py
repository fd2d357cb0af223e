"""Ways in which speech loses what lies above 4 kHz, and ways in which it does not."""

import io

import numpy as np
import soundfile
import soxr
from scipy.signal import butter, resample_poly, sosfilt


def _scale(signal, peak=0.5):
    return (signal * (peak / np.abs(signal).max())).astype(np.float32)


def _store(signal, sample_rate, subtype="PCM_16", format_="WAV"):
    """Write a signal to a file in memory, and read it back."""
    file = io.BytesIO()
    soundfile.write(file, signal, sample_rate, format=format_, subtype=subtype)
    file.seek(0)
    return soundfile.read(file, dtype="float32")[0]


def _resample(signal, sample_rate, target_rate, quality="HQ"):
    return _store(soxr.resample(signal, sample_rate, target_rate, quality=quality), target_rate)


def _add_noise(signal, level_db):
    noise = np.random.default_rng(0).normal(size=len(signal))
    rms = np.sqrt(np.mean(signal**2)) * 10 ** (level_db / 20)
    return (signal + rms * noise).astype(np.float32)


def _pass_band(signal):
    band = butter(6, [300, 3400], "band", fs=8000, output="sos")
    return _scale(sosfilt(band, signal))


def _draw_lines(signal, sample_rate, target_rate):
    times = np.arange(len(signal) * target_rate // sample_rate) * sample_rate / target_rate
    return np.interp(times, np.arange(len(signal)), signal).astype(np.float32)


def _hold(signal, sample_rate, target_rate):
    times = np.arange(len(signal) * target_rate // sample_rate)
    return signal[times * sample_rate // target_rate]


def make_narrow(signal, sample_rate):
    """Give a signal as telephones, codecs and resamplers leave it: by name, with its rate."""
    narrow = _scale(_resample(_scale(signal), sample_rate, 8000))
    coded = _store(_pass_band(narrow), 8000, "ULAW")
    mobile = _store(narrow, 8000, "GSM610")
    wide = _resample(narrow, 8000, 16000)
    return {
        "as it is": (narrow, 8000),
        **{f"soxr to {rate}": (_resample(narrow, 8000, rate), rate) for rate in (16000, 44100)},
        "soxr, low quality": (_resample(narrow, 8000, 16000, "LQ"), 16000),
        "soxr, quick": (_resample(narrow, 8000, 16000, "QQ"), 16000),
        "soxr, quick to 44100": (_resample(narrow, 8000, 44100, "QQ"), 44100),
        "scipy": (resample_poly(narrow, 2, 1).astype(np.float32), 16000),
        "straight lines": (_draw_lines(narrow, 8000, 48000), 48000),
        "held": (_hold(narrow, 8000, 16000), 16000),
        "mu-law": (_resample(coded, 8000, 48000), 48000),
        "mu-law, noise": (_add_noise(_resample(coded, 8000, 16000), -60), 16000),
        "GSM": (_resample(mobile, 8000, 16000), 16000),
        "GSM, noise": (_add_noise(_resample(mobile, 8000, 44100), -60), 44100),
        "quiet": (_store(0.03 * wide, 16000), 16000),
        "MP3": (_store(wide, 16000, "MPEG_LAYER_III", "MP3"), 16000),
        "long silence": (_wait(wide), 16000),
        "bang": (_bang(0.005 * wide), 16000),
        "clicks": (_click(wide), 16000),
    }


def _wait(signal):
    """Let silence follow, which is never that of zeros."""
    return np.concatenate([signal, _hiss(160000)])


def _hiss(n_times):
    return (1e-5 * np.random.default_rng(0).normal(size=n_times)).astype(np.float32)


def _bang(signal):
    loud = signal.copy()
    loud[8000:8160] = np.random.default_rng(0).uniform(-1, 1, 160)
    return loud


def _click(signal):
    clicks = signal.copy()
    clicks[[1000, len(signal) // 2]] = 0.9
    return clicks


def make_wide(signal, sample_rate):
    """Give a signal in forms that keep what lies above 4 kHz: by name, with its rate."""
    wide = _scale(_resample(_scale(signal), sample_rate, 16000))
    return {
        "as it is": (signal.astype(np.float32), sample_rate),
        "16 kHz": (wide, 16000),
        "22 kHz": (_resample(wide, 16000, 22050), 22050),
        "12 kHz": (_resample(wide, 16000, 12000), 12000),
        "quiet": (_store(0.02 * wide, 16000), 16000),
        "8 bits": (_store(wide, 16000, "PCM_U8"), 16000),
        "mu-law": (_store(wide, 16000, "ULAW"), 16000),
        "little noise": (_add_noise(wide, -40), 16000),
        "noise": (_add_noise(wide, -10), 16000),
        "MP3": (_store(wide, 16000, "MPEG_LAYER_III", "MP3"), 16000),
        "long silence": (_wait(wide), 16000),
        "without its sibilants": (_leave_out_sibilants(wide), 16000),
    }


def _leave_out_sibilants(signal):
    """Keep the 30 % of frames with the least above 4 kHz, of those that are not silent."""
    frames = signal[: len(signal) // 640 * 640].reshape(-1, 640)
    power = np.abs(np.fft.rfft(frames * np.hanning(640))) ** 2
    levels = power.sum(axis=1)
    share = power[:, 160:].sum(axis=1) / np.maximum(levels, 1e-12)
    is_loud = levels > 1e-3 * levels.max()
    kept = is_loud & (share <= np.quantile(share[is_loud], 0.3))
    # With the frames after them, so that there are more.
    kept[1:] |= kept[:-1]
    return frames[kept].ravel()
