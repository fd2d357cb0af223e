"""Sounds whose pitch and formants are known, and ways to measure them."""

from functools import cache

import numpy as np

from sersk.features import MelSpectrogram

FORMANTS = ((700, 80), (1150, 100), (2500, 150), (3400, 250))  # centre and bandwidth, Hz


@cache
def make_vowel(f0_hz=150.0, *, sample_rate=16000, duration_s=1.0, vibrato_hz=5.0, scale=1.0):
    """Make a vowel with vibrato, harmonic by harmonic; `scale` is that of the formants."""
    times = np.arange(round(duration_s * sample_rate)) / sample_rate
    f0 = f0_hz * 2 ** (50 / 1200 * np.sin(2 * np.pi * vibrato_hz * times))
    phase = 2 * np.pi * np.cumsum(f0) / sample_rate
    signal = np.zeros(len(times))
    for k in range(1, int(min(0.45 * sample_rate, 5000) / f0.max()) + 1):
        response = np.ones(len(times), dtype=complex)
        for centre_hz, bandwidth_hz in FORMANTS:
            pole = scale * complex(-bandwidth_hz / 2, centre_hz)
            response *= abs(pole) ** 2 / ((1j * k * f0 - pole) * (1j * k * f0 - pole.conjugate()))
        signal += (response * np.exp(1j * k * phase)).real / k
    signal *= np.minimum(1, np.minimum(times, times[::-1]) / 0.05)
    signal = (0.3 * signal / np.abs(signal).max()).astype(np.float32)
    signal.flags.writeable = False
    return signal


def make_harmonics(f0_hz=150.0, *, sample_rate=16000, duration_s=1.0):
    """Make a steady tone of five harmonics."""
    times = np.arange(round(duration_s * sample_rate)) / sample_rate
    waves = [np.sin(2 * np.pi * k * f0_hz * times) / k for k in range(1, 6)]
    return (0.2 * np.sum(waves, axis=0)).astype(np.float32)


def find_pitch_hz(signal, sample_rate):
    """Find the pitch whose first five harmonics hold most, to a cent, between 70 and 400 Hz."""
    signal = signal[len(signal) // 8 : -len(signal) // 8]
    n_fft = 2 ** int(np.ceil(np.log2(16 * len(signal))))
    spectrum = np.abs(np.fft.rfft(signal * np.hanning(len(signal)), n_fft))
    candidates = 70 * 2 ** np.arange(0, np.log2(400 / 70), 1 / 1200)
    bins = np.rint(np.outer(candidates, np.arange(1, 6)) * n_fft / sample_rate).astype(int)
    return candidates[spectrum[bins].sum(axis=1).argmax()]


def level_db(signal):
    """Mean power in dB."""
    return 10 * np.log10(np.mean(np.square(signal, dtype=np.float64)))


def mel_distance_db(signal, expected, sample_rate):
    """RMS difference of the mel spectra, where they are within 50 dB of the loudest."""
    mel = MelSpectrogram(
        n_mels=40,
        fmax=5000 if sample_rate > 10000 else None,
        sample_rate=sample_rate,
        n_fft=2 ** round(np.log2(0.064 * sample_rate)),
        hop_length=sample_rate // 100,
        functionals=None,
    )
    spectra = [10 * np.log10(x + 1e-12) for x in mel.transform([signal, expected])]
    n_frames = min(len(x) for x in spectra)
    ours, theirs = (x[10 : n_frames - 10] for x in spectra)
    is_loud = theirs > theirs.max() - 50
    return np.sqrt(np.mean((ours - theirs)[is_loud] ** 2))
