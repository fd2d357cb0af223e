"""Signals for the tests of features."""

import numpy as np
import pytest


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


@pytest.fixture(scope="session")
def voice():
    """Make speech-like signals; the seed chooses the speaker and the syllables."""
    return make_voice


@pytest.fixture(scope="session")
def voices():
    """Twenty voices of unequal lengths, more than one chunk of the parallel walk (16)."""
    return [make_voice(seed, duration_s=0.15 + 0.02 * seed) for seed in range(20)]
