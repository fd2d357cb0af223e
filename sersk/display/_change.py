"""Pictures of a clip: by itself from all sides, and beside what an augmentation makes of it."""

import textwrap

from sersk.display._figure import make_figure, set_title
from sersk.display._mfcc import MFCCDisplay
from sersk.display._spectrogram import MelSpectrogramDisplay, SpectrogramDisplay
from sersk.display._waveform import WaveformDisplay

_FRAME_S, _HOP_S = 0.020, 0.010
_N_MELS = 128
_N_MFCC = 13
# Letters of a title above half of a figure.
_TITLE_WIDTH = 60


def draw_clip(signal, sample_rate, title):
    """Draw a clip: waveform, spectrogram, mel spectrogram, MFCC and their derivative.

    Parameters
    ----------
    signal : ndarray of shape (n_times,)
        The samples.
    sample_rate : int
        Their rate, in Hz.
    title : str
        What to write above.

    Returns
    -------
    figure : matplotlib Figure
        The pictures, one below the other.
    """
    figure = make_figure((10, 14))
    rows = figure.subplots(5, 1)
    framing = dict(
        n_fft=max(2, round(_FRAME_S * sample_rate)), hop_length=max(1, round(_HOP_S * sample_rate))
    )
    clip = (signal, sample_rate)
    WaveformDisplay.from_signal(*clip, ax=rows[0])
    SpectrogramDisplay.from_signal(*clip, ax=rows[1], **framing)
    MelSpectrogramDisplay.from_signal(*clip, ax=rows[2], n_mels=_N_MELS)
    for delta in (0, 1):
        MFCCDisplay.from_signal(*clip, ax=rows[3 + delta], n_mfcc=_N_MFCC, delta=delta)
    set_title(rows[0], title)
    return figure


def draw_change(signal, changed, sample_rate, titles):
    """Draw a clip and a changed copy side by side, on the same axes: waveforms and mel spectra.

    Parameters
    ----------
    signal, changed : ndarray of shape (n_times,)
        The samples before and after.
    sample_rate : int
        Their rate, in Hz.
    titles : (str, str)
        What to write above each.

    Returns
    -------
    figure : matplotlib Figure
        Two rows, waveforms and mel spectrograms.
    """
    figure = make_figure((12, 6))
    axes = figure.subplots(2, 2, sharex=True, sharey="row")
    for i, samples in enumerate((signal, changed)):
        WaveformDisplay.from_signal(samples, sample_rate, ax=axes[0, i])
        MelSpectrogramDisplay.from_signal(samples, sample_rate, ax=axes[1, i], n_mels=_N_MELS)
        set_title(axes[0, i], textwrap.fill(" ".join(titles[i].split()), _TITLE_WIDTH))
        axes[0, i].set_xlabel("")
        if i:
            for ax in axes[:, i]:
                ax.set_ylabel("")
    highest = max(float(abs(signal).max()), float(abs(changed).max()), 1e-4)
    longest_s = max(len(signal), len(changed)) / sample_rate
    axes[0, 0].set(ylim=(-1.08 * highest, 1.08 * highest), xlim=(0, longest_s))
    return figure
