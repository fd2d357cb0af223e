"""
How a voice is heard
====================

Five pictures of a synthetic voice, one for each way of listening to it: pitch, rhythm and level,
resonances, the balance of the spectrum, and how it changes. What is shown is what
:class:`~sersk.features.F0`, :class:`~sersk.features.Rhythm`, :class:`~sersk.features.Energy`,
:class:`~sersk.features.VoiceQuality` and :class:`~sersk.features.SpectralShape` measure.
"""

# %%
# One voice, two emotions
# -----------------------

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
# Pitch
# -----
# ``extract_windows`` gives rows of short windows, all cut from the same frames. Where most of a
# window is voiced, its pitch is shown. It lies on the lowest of the lines of the spectrogram,
# the harmonics. Semitones above 27.5 Hz are turned back into Hz.

import matplotlib.pyplot as plt
import numpy as np

from sersk.features import F0, AudioFeatures, Rhythm, VoiceQuality

voice = AudioFeatures(
    [
        ("f0", F0(functionals=("median",))),
        ("rhythm", Rhythm()),
        ("quality", VoiceQuality(functionals=("median",))),
    ]
)


def follow(signal):
    """Begin of each window of 60 ms, in seconds, and its columns by their names."""
    windows = list(voice.extract_windows(signal, window_s=0.06, hop_s=0.01))
    columns = np.transpose([window.row for window in windows])
    begin_s = np.array([window.start_s for window in windows])
    return begin_s, dict(zip(voice.get_feature_names_out(), columns, strict=True))


tracks = [follow(signal) for signal in signals]
blue, orange, green = "#0072B2", "#D55E00", "#009E73"
fig, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True, layout="constrained")
for ax, signal, emotion, (begin_s, track) in zip(axes, signals, emotions, tracks, strict=True):
    ax.specgram(signal, NFFT=1024, Fs=sample_rate, noverlap=960, cmap="Greys", vmin=-110, vmax=-40)
    pitch_hz = 27.5 * 2 ** (track["f0_median"] / 12)
    pitch_hz[track["voiced_share"] <= 0.5] = np.nan
    ax.plot(begin_s + 0.03, pitch_hz, color=orange, linewidth=2.5)
    ax.set(title=emotion, xlabel="Time (s)", ylim=(0, 1200))
axes[0].set_ylabel("Frequency (Hz)")
plt.show()

# %%
# Rhythm and level
# ----------------
# Energy is the level of each frame re the mean level at which the clip speaks. What lies 28 dB
# below its top is a pause. Shaded: the stretches of voice. Their number, length and share are the
# rhythm, with those of the gaps between them; the windows of 60 ms bridge the shortest gaps, which
# the rhythm counts. The peaks of level are about the syllables.

from sersk.features import Energy

framing = dict(sample_rate=sample_rate, n_fft=640, hop_length=160, functionals=None)
levels = Energy(**framing).transform(signals)
rows = Rhythm().set_output(transform="pandas").transform(signals)
fig, axes = plt.subplots(2, 1, figsize=(11, 6), sharex=True, sharey=True, layout="constrained")
for i, (ax, level_db) in enumerate(zip(axes, levels, strict=True)):
    begin_s, track = tracks[i]
    times_s = np.arange(len(level_db)) * 0.01
    ax.fill_between(
        begin_s + 0.03, -45, 15, where=track["voiced_share"] > 0.5, color=blue, alpha=0.2, lw=0
    )
    ax.plot(times_s, level_db[:, 0], color=blue)
    ax.axhline(level_db.max() - 28, color="0.4", linestyle="--", linewidth=1)
    row = rows.iloc[i]
    ax.set_title(
        f"{emotions[i]}: voiced {row['voiced_share']:.0%}, pauses {row['pause_share']:.0%}, "
        f"{row['peak_rate']:.1f} peaks per second, "
        f"stretches of {row['voiced_length_mean']:.2f} s on average"
    )
    ax.set(ylabel="Level (dB)", ylim=(-45, 15))
axes[1].set_xlabel("Time (s)")
plt.show()

# %%
# Resonances and the source
# -------------------------
# The most periodic moment of each clip. The comb is the source: harmonics of the pitch. Its
# envelope is the vocal tract: three formants, as wide as their bandwidths. The voice is pressed
# where the first harmonic is weak against the second and against higher ones, breathy where it is
# strong and where harmonics stand out little from noise. In the sad clip the first formant lies on
# the second harmonic and makes it strong; against 2.2 to 3.8 kHz the first harmonic shows
# how much less of the source there is above.

fig, axes = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True, layout="constrained")
for ax, signal, emotion, (begin_s, track) in zip(axes, signals, emotions, tracks, strict=True):
    clearest = np.argmax(np.where(track["voiced_share"] > 0.99, track["hnr_median"], -np.inf))
    moment = {name: values[clearest] for name, values in track.items()}
    start = round(begin_s[clearest] * sample_rate)
    frame = signal[start : start + 960] * np.hanning(960)
    level_db = 20 * np.log10(np.abs(np.fft.rfft(frame, 4096)) + 1e-9)
    level_db -= level_db.max()
    ax.plot(np.fft.rfftfreq(4096, 1 / sample_rate) / 1000, level_db, color="0.3", linewidth=1)
    for k in (1, 2, 3):
        centre = np.exp(moment[f"formant{k}_median"]) / 1000
        half = np.exp(moment[f"bandwidth{k}_median"]) / 2000
        ax.axvspan(centre - half, centre + half, color=orange, alpha=0.35, linewidth=0)
        ax.axvline(centre, color=orange)
        ax.text(centre + 0.05, 2, f"F{k}", color=orange, fontweight="bold")
    told = [
        f"first harmonic over second: {moment['h1_h2_median']:.0f} dB",
        f"over 350 to 1000 Hz: {moment['h1_a1_median']:.0f} dB",
        f"over 2.2 to 3.8 kHz: {moment['h1_a3_median']:.0f} dB",
        f"harmonics over noise: {moment['hnr_median']:.0f} dB",
    ]
    ax.text(
        4.9,
        -8,
        "\n".join(told).replace("-", "−"),
        ha="right",
        va="top",
        bbox=dict(facecolor="white", alpha=0.9, linewidth=0),
    )
    ax.set(title=emotion, xlabel="Frequency (kHz)", xlim=(0, 5), ylim=(-90, 10))
axes[0].set_ylabel("Level (dB re maximum)")
plt.show()

# %%
# Balance of the spectrum
# -----------------------
# The mean spectrum of the loud frames. The alpha ratio compares the two shaded ranges, the
# Hammarberg index the two dots, and the slopes are those of the lines. The angry
# voice loses less towards high frequencies.

from sersk.features import SpectralShape

descriptors = ("flux", "alpha_ratio", "hammarberg_index", "slope_0_500", "slope_500_1500")
shape = SpectralShape(descriptors=descriptors, **framing)
shapes = shape.transform(signals)
fig, axes = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True, layout="constrained")
for i, ax in enumerate(axes):
    is_loud = levels[i][:, 0] > -10
    alpha_db, hammarberg_db = np.median(shapes[i][is_loud, 1:3], axis=0)
    starts = np.flatnonzero(is_loud)[2:-2] * 160 - 320
    frames = np.stack([signals[i][start : start + 640] * np.hanning(640) for start in starts])
    level_db = 10 * np.log10(np.mean(np.abs(np.fft.rfft(frames)) ** 2, axis=0) + 1e-12)
    level_db -= level_db.max()
    hz = np.fft.rfftfreq(640, 1 / sample_rate)
    ax.plot(hz / 1000, level_db, color="0.3")
    ax.axvspan(0.05, 1, color=blue, alpha=0.15, linewidth=0)
    ax.axvspan(1, 5, color=green, alpha=0.15, linewidth=0)
    for low, high in ((0, 2000), (2000, 5000)):
        inside = np.flatnonzero((hz >= low) & (hz < high))
        strongest = inside[level_db[inside].argmax()]
        ax.plot(hz[strongest] / 1000, level_db[strongest], "o", color=orange)
    for low, high in ((0, 500), (500, 1500)):
        inside = (hz >= low) & (hz < high)
        line = np.polyfit(hz[inside], level_db[inside], 1)
        ax.plot(np.array([low, high]) / 1000, np.polyval(line, [low, high]), color=orange, lw=2.5)
    ax.set_title(
        f"{emotions[i]}: alpha ratio {alpha_db:.0f} dB, Hammarberg index {hammarberg_db:.0f} dB"
    )
    ax.set(xlabel="Frequency (kHz)", xlim=(0, 6), ylim=(-60, 5))
axes[0].set_ylabel("Level (dB re maximum)")
plt.show()

# %%
# Change of the spectrum
# ----------------------
# Flux is low while a vowel lasts and high where one sound follows another.

fig, axes = plt.subplots(2, 1, figsize=(11, 5), sharex=True, layout="constrained")
wave, change = axes
times_s = np.arange(len(signals[0])) / sample_rate
wave.plot(times_s, signals[0], color="0.25", linewidth=0.6)
wave.set(title=emotions[0], ylabel="Amplitude")
change.plot(np.arange(len(shapes[0])) * 0.01, shapes[0][:, 0], color=blue)
change.set(xlabel="Time (s)", ylabel="Flux", ylim=(0, 1.42), xlim=(0, times_s[-1]))
plt.show()

# %%
# The course of a curve
# ---------------------
# A classifier gets numbers, not curves. Of the level of the sad clip, its dashed mean aside: the
# slope and the curvature are the standard deviations of the two smooth curves, negative where the
# curve falls or bulges upwards; the thirds are the distances of the bars from the mean.

course = ("mean", "slope", "curvature", "third1", "third2", "third3")
framing["functionals"] = course
mean, slope, curvature, *thirds = Energy(**framing).transform(signals[1:])[0]
level_db = levels[1][:, 0]
at = np.linspace(-1, 1, len(level_db))
line, bow = at, at**2 - np.mean(at**2)
times_s = np.arange(len(level_db)) * 0.01
fig, ax = plt.subplots(figsize=(11, 4.2), layout="constrained")
ax.plot(times_s, level_db, color="0.6", linewidth=1)
ax.axhline(mean, color="0.4", linestyle="--", linewidth=1)
for curve, value, color, name in (
    (line, slope, orange, "slope"),
    (bow, curvature, blue, "curvature"),
):
    text = f"{name} {value:.1f} dB".replace("-", "−")
    ax.plot(times_s, mean + value * curve / np.std(curve), color=color, label=text)
edges_s = np.linspace(0, times_s[-1], 4)
for k, third in enumerate(thirds):
    ax.plot(edges_s[k : k + 2], [mean + third] * 2, color=green, linewidth=4, alpha=0.6)
told = ", ".join(f"{third:.1f}" for third in thirds).replace("-", "−")
ax.plot([], [], color=green, linewidth=4, alpha=0.6, label=f"thirds {told} dB")
ax.legend(loc="lower center", ncols=3)
ax.set(title="sadness", xlabel="Time (s)", ylabel="Level (dB)", ylim=(-35, 15))
plt.show()
