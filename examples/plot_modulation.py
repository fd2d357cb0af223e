"""
Ripples of a spectrogram
========================

A voice that glides up or down leaves slanted lines in a spectrogram, syllables leave stripes, and
vowels leave broad bands. All of them are ripples: so many per second, so dense over frequency,
rising or falling. :class:`~sersk.features.SpectrotemporalModulation` measures how strong each is.
"""

# %%
# A buzz that glides
# ------------------
# Two buzzes whose pitch rises, or falls, by half an octave, over and over again. In bands as
# narrow as these the lines are harmonics.

import matplotlib.pyplot as plt
import numpy as np

from sersk.features import MelSpectrogram, SpectrotemporalModulation

sample_rate = 16000
times_s = np.arange(2 * sample_rate) / sample_rate


def glide(direction):
    """Two seconds of a buzz around 180 Hz, twice a second up or down."""
    f0_hz = 180 * 2 ** (direction * 0.5 * ((2 * times_s) % 1 - 0.5))
    phase = 2 * np.pi * np.cumsum(f0_hz) / sample_rate
    return sum(np.sin(k * phase) for k in range(1, 12)) / 12


narrow = dict(sample_rate=sample_rate, n_fft=1024, hop_length=160, win_length=640, fmax=2000.0)
bands = MelSpectrogram(n_mels=64, fmin=50.0, functionals=None, **narrow)
buzzes = {"rising": glide(1), "falling": glide(-1)}

fig, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True, layout="constrained")
for ax, name, power in zip(axes, buzzes, bands.transform(list(buzzes.values())), strict=True):
    level_db = 10 * np.log10(power.T + 1e-9)
    ax.imshow(
        level_db,
        aspect="auto",
        origin="lower",
        cmap="Greys",
        vmin=level_db.max() - 50,
        extent=(0, 2, 0, 64),
    )
    ax.set(title=name, xlabel="Time (s)")
axes[0].set_ylabel("Mel band, up to 2 kHz")
plt.show()

# %%
# How many, how dense, and which way
# ----------------------------------
# Mean strength of each ripple, averaged over frequency, relative to what falling and rising
# ripples of the same rate and density have in common. A buzz that rises leaves more on the right.
# Density is in periods per band: at 1/8, harmonics are eight bands apart.

rates, scales = (2.0, 4.0, 8.0, 16.0), (1 / 32, 1 / 16, 1 / 8, 1 / 4)
ripples = SpectrotemporalModulation(rates=rates, scales=scales, **narrow)


def map_ripples(rows):
    """Mean strengths of shape (clips, rates, scales, directions)."""
    strengths = rows.reshape(len(rows), len(rates), len(scales), 2, ripples.n_regions, 2)
    return strengths[..., 0].mean(axis=-1)


def show(ax, strengths, title):
    """Show falling ripples on the left, dense ones outside, and rising ones on the right."""
    both = np.hstack([strengths[:, ::-1, 0], strengths[:, :, 1]])
    common = (strengths[:, :, 0] * strengths[:, :, 1]) ** 0.5
    level_db = 20 * np.log10(both / np.hstack([common[:, ::-1], common]))
    image = ax.imshow(level_db, origin="lower", cmap="RdBu_r", vmin=-12, vmax=12, aspect="auto")
    names = ["1/32", "1/16", "1/8", "1/4"]
    ax.set_xticks(range(8), names[::-1] + names)
    ax.set_yticks(range(4), ["2", "4", "8", "16"])
    ax.axvline(3.5, color="black", linewidth=1)
    ax.set(title=title, xlabel="Falling   ←   periods per band   →   rising")
    return image


fig, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True, layout="constrained")
for ax, name, strengths in zip(
    axes, buzzes, map_ripples(ripples.transform(list(buzzes.values()))), strict=True
):
    image = show(ax, strengths, name)
axes[0].set_ylabel("Rate (Hz)")
fig.colorbar(image, ax=axes, label="dB re both directions")
plt.show()

# %%
# Two emotions
# ------------
# The same of synthetic speech: strength of each ripple in an angry clip against a sad one of the
# same voice. The angry voice moves more, above all its harmonics, at 1/8.

from sersk.datasets import make_emotional_speech

signals, emotions, _ = make_emotional_speech(
    n_speakers=1,
    n_clips_per_class=1,
    classes=("anger", "sadness"),
    sample_rate=sample_rate,
    random_state=2,
)
angry, sad = map_ripples(ripples.transform(signals)).mean(axis=-1)
fig, ax = plt.subplots(figsize=(6, 4), layout="constrained")
image = ax.imshow(20 * np.log10(angry / sad), origin="lower", cmap="RdBu_r", vmin=-12, vmax=12)
ax.set_xticks(range(4), ["1/32", "1/16", "1/8", "1/4"])
ax.set_yticks(range(4), ["2", "4", "8", "16"])
ax.set(title="Anger over sadness", xlabel="Periods per band", ylabel="Rate (Hz)")
fig.colorbar(image, label="dB")
plt.show()
