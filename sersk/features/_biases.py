"""Thresholds of random kernels: quantiles of what they give for some speech."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sersk.audio import Recording
from sersk.features._convolution import N_ROWS, convolve
from sersk.features._framing import Clip
from sersk.features._kernels import Kernels, draw_kernels

QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9)
# A minute at usual settings.
_MAX_STEPS = 6000
_N_VOICES = 4
_EMOTIONS = ("anger", "happiness", "neutral", "sadness")
_DURATION_S = 1.5


@dataclass(frozen=True)
class Bank:
    """All that kernels and their synthetic biases depend on."""

    series: object
    kind: str
    n_kernels: int
    max_dilation: int
    random_state: int


@lru_cache(maxsize=16)
def make_kernels(bank):
    """Draw the kernels of a bank.

    Parameters
    ----------
    bank : Bank
        What to draw.

    Returns
    -------
    kernels : Kernels
        The kernels, shared and not to be written to.
    """
    return draw_kernels(
        bank.kind,
        bank.n_kernels,
        bank.series.n_channels,
        bank.series.draw_channels,
        bank.max_dilation,
        bank.random_state,
    )


@lru_cache(maxsize=16)
def make_synthetic_biases(bank):
    """Find the biases of a bank for synthetic speech.

    Parameters
    ----------
    bank : Bank
        The kernels, and their seed, which is that of the speech too.

    Returns
    -------
    biases : ndarray of shape (n_kernels, n_quantiles), dtype float32
        The thresholds, shared and not to be written to.
    """
    rate = bank.series.sample_rate
    clips = [Clip(Recording(signal, rate)) for signal in _make_speech(rate, bank.random_state)]
    return find_biases(make_kernels(bank), [bank.series.compute(clip) for clip in clips])


def find_biases(kernels, series):
    """Find the quantiles of each kernel's output.

    Parameters
    ----------
    kernels : Kernels
        The kernels.
    series : list of ndarray of shape (n_steps, n_channels)
        Some clips; of a long one, its beginning is used.

    Returns
    -------
    biases : ndarray of shape (n_kernels, n_quantiles), dtype float32
        The quantiles over all steps of all clips.
    """
    biases = np.empty((len(kernels.taps), len(QUANTILES)), dtype=np.float32)
    # As many kernels at a time as come out at once: their outputs for all clips are held.
    for first in range(0, len(biases), N_ROWS):
        some = Kernels(*(part[first : first + N_ROWS] for part in kernels))
        outputs = [
            output
            for clip in series
            for _, output in convolve(clip, some, 0, min(len(clip), _MAX_STEPS))
        ]
        quantiles = np.quantile(np.concatenate(outputs, axis=1), QUANTILES, axis=1)
        biases[first : first + N_ROWS] = quantiles.T
    return biases


@lru_cache(maxsize=4)
def _make_speech(sample_rate, random_state):
    """Let two women and two men say a sentence in each of four emotions."""
    # SciPy's filters take longer to import than many clips to analyse.
    from sersk.utils._synthesis import draw_voice, speak

    rng = np.random.default_rng(random_state)
    voices = [draw_voice(i, rng) for i in range(_N_VOICES)]
    return [
        speak(voice, emotion, _DURATION_S, sample_rate, rng)
        for voice in voices
        for emotion in _EMOTIONS
    ]
