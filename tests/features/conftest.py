"""Signals for the tests of features."""

import numpy as np
import pytest
from scipy.signal import lfilter


def make_voice(seed=0, *, duration_s=1.0, sample_rate=22050, noise=0.003):
    """Harmonics of a moving pitch under syllables and two formants, plus a little noise."""
    rng = np.random.default_rng(seed)
    times = np.arange(round(duration_s * sample_rate)) / sample_rate
    wobble = sum(
        rng.normal() * np.sin(2 * np.pi * r * times + rng.uniform(0, 6)) for r in (0.7, 3)
    )
    f0_hz = rng.uniform(90, 260) * 2 ** (0.12 * wobble)
    phase = 2 * np.pi * np.cumsum(f0_hz) / sample_rate
    formants_hz = rng.uniform([300, 900], [800, 2500])
    signal = np.zeros_like(times)
    for k in range(1, 30):
        distance = (k * f0_hz.mean() - formants_hz) / [120, 250]
        gain = (0.05 + np.exp(-0.5 * distance**2).sum()) / np.sqrt(k)
        signal += gain * np.where(k * f0_hz < 0.45 * sample_rate, np.sin(k * phase), 0)
    envelope = np.clip(np.sin(2 * np.pi * rng.uniform(2, 4) * times + rng.uniform(0, 6)), 0, None)
    signal = 0.3 * signal * envelope / np.abs(signal).max(initial=1e-9)
    return (signal + noise * rng.normal(size=len(times))).astype(np.float32)


def make_vowel(
    f0_hz=120.0,
    formants_hz=(730, 1090, 2440),
    bandwidths_hz=(60, 90, 120),
    *,
    duration_s=0.6,
    sample_rate=16000,
    tilt=0.95,
):
    """Pulses of a given pitch, smoothed by the glottis, through resonators and out of the lips."""
    n_times = round(duration_s * sample_rate)
    f0_hz = np.broadcast_to(f0_hz, n_times)
    phase = 2 * np.pi * np.cumsum(f0_hz) / sample_rate
    n_harmonics = int(sample_rate / 2 / f0_hz.max())
    signal = sum(np.cos(k * phase) for k in range(1, n_harmonics))
    signal = lfilter([1], [1, -2 * tilt, tilt**2], signal)
    for frequency_hz, bandwidth_hz in zip(formants_hz, bandwidths_hz, strict=True):
        radius = np.exp(-np.pi * bandwidth_hz / sample_rate)
        pole = [1, -2 * radius * np.cos(2 * np.pi * frequency_hz / sample_rate), radius**2]
        signal = lfilter([sum(pole)], pole, signal)
    signal = lfilter([1, -1], [1], signal)
    return (0.5 * signal / np.abs(signal).max()).astype(np.float32)


@pytest.fixture(scope="session")
def vowel():
    """Make vowels of known pitch, formants and bandwidths."""
    return make_vowel


@pytest.fixture(scope="session")
def voice():
    """Make speech-like signals; the seed chooses the speaker and the syllables."""
    return make_voice


@pytest.fixture(scope="session")
def voices():
    """Twenty voices of unequal lengths, more than one chunk of the parallel walk (16)."""
    return [make_voice(seed, duration_s=0.15 + 0.02 * seed) for seed in range(20)]
