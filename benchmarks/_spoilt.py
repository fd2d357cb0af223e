"""Clips made worse in known ways, and sounds that are no speech."""

import numpy as np

from sersk.audio import resample

LOW_RATE, HIGH_RATE = 8000, 48000


def _upsample(signal, rate, rng):
    return resample(resample(signal, rate, LOW_RATE), LOW_RATE, HIGH_RATE), HIGH_RATE


def _upsample_by_lines(signal, rate, rng):
    low = resample(signal, rate, LOW_RATE)
    times = np.arange(len(low) * HIGH_RATE // LOW_RATE) * LOW_RATE / HIGH_RATE
    return np.interp(times, np.arange(len(low)), low), HIGH_RATE


def _clip(share):
    def clip(signal, rate, rng):
        peak = np.abs(signal).max()
        return np.clip(signal / peak / share, -1, 1), rate

    return clip


def _soften(signal, rate, rng):
    # What is left of 16 bits.
    return np.round(0.01 * signal * 32768) / 32768, rate


def _cut(signal, rate, rng):
    length = min(len(signal), round(0.2 * rate))
    start = (len(signal) - length) // 2
    return signal[start : start + length], rate


def _play(signal, rate, rng):
    """Play a melody over chords, each note with eight overtones and a decay."""
    music = np.zeros(len(signal))
    step = max(1, round(rng.uniform(0.15, 0.5) * rate))
    root = 110 * 2 ** (rng.integers(24) / 12)
    for start in range(0, len(music), step):
        t = np.arange(min(2 * step, len(music) - start)) / rate
        for semitone in rng.choice([0, 3, 4, 5, 7, 9, 12], size=3, replace=False):
            note = root * 2 ** (semitone / 12)
            for k in range(1, 9):
                wave = np.sin(2 * np.pi * k * note * t) * np.exp(-(2 + k) * t) / k
                music[start : start + len(t)] += wave if k * note < rate / 2 else 0
    return 0.5 * music / np.abs(music).max(), rate


def _hum(signal, rate, rng):
    frequency = rng.choice([200, 440, 1000, 3000])
    return 0.3 * np.sin(2 * np.pi * frequency * np.arange(len(signal)) / rate), rate


def _hiss(signal, rate, rng):
    return 0.1 * rng.normal(size=len(signal)), rate


SPOILINGS = {
    "upsampled": _upsample,
    "upsampled by lines": _upsample_by_lines,
    "clipped at 1/2": _clip(0.5),
    "clipped at 1/4": _clip(0.25),
    "40 dB softer": _soften,
    "0.2 s": _cut,
    "music": _play,
    "tone": _hum,
    "noise": _hiss,
}
