"""
Faults that no score shows
==========================

Some faults of a corpus make every score wrong, and no score shows them. Here three are planted,
and ``audit`` finds them. It also measures by how much random folds flatter a model.
"""

# %%
# A corpus with faults
# --------------------
# Eight speakers say 32 sentences each. The clips of sadness are from another recorder, at another
# sampling rate. The files are numbered class by class. And one angry clip is there twice: cut,
# half as loud, by another speaker if the CSV is to be believed, and happy.

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from sersk.audio import resample
from sersk.datasets import make_emotional_speech

sample_rate, other_rate = 16000, 22050
signals, emotions, speakers = make_emotional_speech(
    n_speakers=8, n_clips_per_class=8, sample_rate=sample_rate, random_state=7
)
temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)
rows = []


def add(signal, rate, emotion, speaker):
    name = f"clip{len(rows) + 1:03d}.wav"
    soundfile.write(folder / name, signal, rate)
    rows.append((name, emotion, speaker))


for i in np.argsort(emotions, kind="stable"):
    if emotions[i] == "sadness":
        signal = resample(signals[i], sample_rate, other_rate)
        add(signal, other_rate, emotions[i], speakers[i])
    else:
        add(signals[i], sample_rate, emotions[i], speakers[i])

angry = np.flatnonzero((emotions == "anger") & (speakers == "S02"))[0]
add(0.5 * signals[angry][2000:], sample_rate, "happiness", "S07")

table = pd.DataFrame(rows, columns=["Filename", "Class", "Speaker"])
table.sample(frac=1, random_state=0).to_csv(folder / "TRAIN.csv", index=False)

# %%
# The findings
# ------------
# ``sersk audit --data TRAIN.csv --recipe svm`` prints the same, and what to do about each.

import textwrap

from sersk import workflows

report = workflows.audit(folder / "TRAIN.csv", recipe="svm")
temporary.cleanup()
for finding in report["findings"]:
    print(f"{finding['level']}: {finding['kind']}")
    print(textwrap.indent(textwrap.fill(finding["message"], 80), "    "))

# %%
# Findings about single files name them, and all say what to do.

copies = next(f for f in report["findings"] if f["kind"] == "near_duplicate")
print(", ".join(copies["files"]))
print(textwrap.fill(copies["advice"], 84))

# %%
# What random folds add
# ---------------------
# The audit has scored the recipe twice: under random folds, and on speakers that the model has not
# heard. Below are the UARs and their intervals over speakers, with what duration, level and
# silence reach without any spectrum at all.

import matplotlib.pyplot as plt

bars = {
    "random folds": ("random", "#D55E00"),
    "unseen speakers": ("independent", "#0072B2"),
    "duration, level and\nsilence alone,\nunseen speakers": ("sound_only", "#666666"),
}
fig, ax = plt.subplots(figsize=(8, 3.2), layout="constrained")
for row, (key, color) in enumerate(bars.values()):
    score = report["scores"][key]
    low, high = score["interval"]
    ax.plot([low, high], [row, row], color=color, linewidth=3, solid_capstyle="butt")
    ax.plot(score["uar"], row, "o", color=color, markersize=10, markeredgecolor="white")
    ax.annotate(
        f"{score['uar']:.2f}", (score["uar"], row - 0.14), ha="center", va="bottom", color=color
    )
ax.axvline(0.25, color="0.5", linestyle="--")
ax.annotate("guessing", (0.26, 2.45), va="bottom", color="0.35")
ax.set(yticks=range(len(bars)), yticklabels=list(bars), ylim=(2.5, -0.6), xlim=(0, 1.02))
ax.set(xlabel="Unweighted average recall, with 95 % interval over speakers")
ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %%
# What it means
# -------------
# The gap between the first two rows is what a model gains by knowing the voices; a score to report
# is the second. The third row says how far one gets by loudness and pace. Emotion is in these, and
# so is how a clip was recorded: here the model does hardly better with all its coefficients.
#
# None of the three planted faults shows in the scores. Had the other recorder coloured the sound,
# sadness would be known by its colour, and no fold could tell, for the speakers are apart as they
# should be. That is why an audit looks at the files as well.
