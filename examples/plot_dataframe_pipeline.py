"""
Sound and other columns in one table
====================================

Corpora come as tables: a column of paths, and columns about the clip. A ``ColumnTransformer``
sends each column where it belongs, and an extractor takes the paths.
"""

# %%
# A table
# -------
# Here the other column is the sex of the speaker. A pitch that is high for a man is low for a
# woman, so a classifier may gain from it; whether it does is what we look at.

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from sersk.datasets import make_emotional_speech

temporary = tempfile.TemporaryDirectory()
signals, emotions, speakers = make_emotional_speech(
    n_speakers=8, n_clips_per_class=4, duration_s=0.8
)
paths = [Path(temporary.name, f"{number:03d}.wav") for number in range(len(signals))]
for path, signal in zip(paths, signals, strict=True):
    soundfile.write(path, signal, 16000)

# The synthesiser makes women and men in turn: S01 is a woman, S02 a man.
is_woman = np.array([int(speaker[1:]) % 2 == 1 for speaker in speakers])
table = pd.DataFrame({"path": paths, "sex": np.where(is_woman, "female", "male")})
table.assign(path=[path.name for path in paths]).iloc[[0, 1, 16, 17]]

# %%
# A transformer for each column
# -----------------------------
# The column of the sound is named without brackets, ``"path"``: the extractor wants a list of
# paths, not a table with one column (it would take that as well). With ``set_output`` the features
# come as a data frame.

from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sersk.features import MFCC, RMS, AudioFeatures

sound = AudioFeatures(
    [("mfcc", MFCC(n_mfcc=20, sample_rate=16000)), ("rms", RMS(sample_rate=16000))]
)
columns = ColumnTransformer(
    [
        ("sound", sound, "path"),
        ("sex", OneHotEncoder(drop="if_binary", sparse_output=False), ["sex"]),
    ],
    verbose_feature_names_out=False,
)
columns.set_output(transform="pandas")
columns.fit_transform(table.iloc[[0, 1, 16, 17]]).iloc[:, [0, 1, 20, 40, 41, 42]].round(2)

# %%
# With and without the other column
# ---------------------------------
# A ``ColumnTransformer`` leaves out the columns that it does not name, so both models get the same
# table.

from sklearn.base import clone
from sklearn.model_selection import LeaveOneGroupOut, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

transformers = {
    "sound": ColumnTransformer([("sound", sound, "path")]),
    "sound and sex": clone(columns),
}
scores = pd.DataFrame(
    {
        name: cross_val_score(
            make_pipeline(transformer, StandardScaler(), SVC(C=10)),
            table,
            emotions,
            groups=speakers,
            cv=LeaveOneGroupOut(),
            scoring="balanced_accuracy",
        )
        for name, transformer in transformers.items()
    },
    index=np.unique(speakers),
)
temporary.cleanup()
scores.agg(["mean", "std"]).round(3)

# %%
# Speaker by speaker
# ------------------
# Two scores for each speaker who was left out, one for each model.

import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
rows = np.arange(len(scores))
for name, shift, color, marker in (
    ("sound", -0.13, "#0072B2", "o"),
    ("sound and sex", 0.13, "#D55E00", "D"),
):
    ax.scatter(scores[name], rows + shift, s=60, color=color, marker=marker, label=name)
    ax.axvline(scores[name].mean(), color=color, linestyle=":", linewidth=1.5)
ax.set(yticks=rows, yticklabels=scores.index, ylabel="Speaker left out")
ax.set(xlabel="Unweighted average recall (dotted: mean over speakers)", xlim=(0.15, 1.02))
ax.invert_yaxis()
ax.grid(axis="y", color="0.9")
ax.set_axisbelow(True)
ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.14), ncols=2, frameon=False)
ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %%
# A difference of a few points between the means is far within the spread from speaker to speaker.
# It is the honest answer to most questions of this kind: too few speakers to tell.
