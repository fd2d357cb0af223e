"""
What the features hear
======================

One speaker, two emotions, four views: the waveform, a mel spectrogram, the cepstral coefficients,
and two descriptors of each frame. With ``functionals=None`` an extractor gives the sequence of
frames that it would otherwise pool into one row.
"""

# %%
# Two clips of one voice
# ----------------------

from sersk.datasets import make_emotional_speech

sample_rate = 16000
signals, emotions, _ = make_emotional_speech(
    n_speakers=1,
    n_clips_per_class=1,
    classes=("anger", "sadness"),
    sample_rate=sample_rate,
    random_state=2,
)

# %%
# The sequences
# -------------
# Frames of 32 ms, one every 10 ms. Each sequence has the shape (frames, descriptors).

from sersk.features import MFCC, RMS, MelSpectrogram, SpectralShape

framing = dict(sample_rate=sample_rate, n_fft=512, hop_length=160, functionals=None)
mel = MelSpectrogram(n_mels=40, scale="db", **framing).fit_transform(signals)
mfcc = MFCC(n_mfcc=13, n_mels=40, **framing).fit_transform(signals)
rms = RMS(**framing).fit_transform(signals)
shape = SpectralShape(**framing).fit_transform(signals)
for emotion, sequence in zip(emotions, mfcc, strict=True):
    print(f"{emotion}: {sequence.shape[0]} frames of {sequence.shape[1]} coefficients")

# %%
# Side by side
# ------------
# Both columns share every axis and every colour scale, so what differs is the voice. The first two
# coefficients of the MFCC follow the loudness and the tilt of the spectrum. They are much larger
# than the others and would hide them, so the picture begins with coefficient 2. The
# dashed lines are medians over the frames with speech, those within 20 dB of the loudest.

import matplotlib.pyplot as plt
import numpy as np

blue, orange = "#0072B2", "#D55E00"
end_s = max(len(signal) for signal in signals) / sample_rate
fig, axes = plt.subplots(5, 2, figsize=(10, 11), sharex=True, sharey="row", layout="constrained")
loudest_db = max(sequence.max() for sequence in mel)
largest = np.percentile(np.abs(np.vstack(mfcc)[:, 2:]), 99)
for column, emotion in enumerate(emotions):
    wave, bands, cepstrum, level, centroid = axes[:, column]
    signal = signals[column]
    n_frames = len(mel[column])
    frame_times = np.arange(n_frames) * 160 / sample_rate
    edges = (frame_times[0] - 0.005, frame_times[-1] + 0.005)

    wave.plot(np.arange(len(signal)) / sample_rate, signal, color="0.25", linewidth=0.6)
    wave.set_title(f"{emotion}, {len(signal) / sample_rate:.2f} s", fontsize=14)
    mel_image = bands.imshow(
        mel[column].T,
        extent=(*edges, -0.5, 39.5),
        vmin=loudest_db - 70,
        vmax=loudest_db,
        origin="lower",
        aspect="auto",
        cmap="magma",
    )
    mfcc_image = cepstrum.imshow(
        mfcc[column][:, 2:].T,
        extent=(*edges, 1.5, 12.5),
        vmin=-largest,
        vmax=largest,
        origin="lower",
        aspect="auto",
        cmap="PuOr_r",
    )
    level_db = 20 * np.log10(np.maximum(rms[column][:, 0], 1e-5))
    is_speech = level_db > level_db.max() - 20
    level.plot(frame_times, level_db, color=blue)
    centroid.plot(frame_times, shape[column][:, 0] / 1000, color=orange)
    for ax, values, text in (
        (level, level_db, "median of speech {:.0f} dB"),
        (centroid, shape[column][:, 0] / 1000, "median of speech {:.1f} kHz"),
    ):
        middle = np.median(values[is_speech])
        ax.axhline(middle, color="0.4", linestyle="--", linewidth=1)
        ax.text(
            0.98,
            0.95,
            text.format(middle).replace("-", "−"),
            transform=ax.transAxes,
            ha="right",
            va="top",
        )
    centroid.set_xlabel("Time (s)")

axes[0, 0].set(ylabel="Amplitude", xlim=(0, end_s))
axes[1, 0].set(ylabel="Mel band, 0 to 8 kHz")
axes[2, 0].set(ylabel="MFCC, coefficient", yticks=(2, 4, 6, 8, 10, 12))
axes[3, 0].set(ylabel="RMS (dB re full scale)", ylim=(None, -12))
axes[4, 0].set(ylabel="Spectral centroid (kHz)", ylim=(0, None))
fig.colorbar(mel_image, ax=axes[1], label="Level (dB)")
fig.colorbar(mfcc_image, ax=axes[2], label="Value")
fig.align_ylabels(axes[:, 0])
plt.show()

# %%
# What to see
# -----------
# The angry clip is shorter and louder, and its speech is brighter: the upper bands carry more, and
# the centroid lies higher. The sad clip is soft, slow and dull. In pauses the centroid jumps up
# although nobody speaks, because it follows the noise of the room: a descriptor hears all that is
# in a clip. A classifier gets the mean and the standard deviation of such curves:

from sersk.features import AudioFeatures

pooled = AudioFeatures(
    [("rms", RMS()), ("shape", SpectralShape())], sample_rate=sample_rate
).set_output(transform="pandas")
pooled.fit_transform(signals).set_axis(emotions).T.round(3)
