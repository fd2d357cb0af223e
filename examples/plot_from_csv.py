"""
From a CSV to a saved model
===========================

What ``sersk fit`` and ``sersk predict`` do, from Python: a table of files, a cross-validated and
saved model, and predictions for new files.
"""

# %%
# A corpus on disk
# ----------------
# Ten speakers; the last two are kept for later. The CSV has a row per file. Its columns are
# recognised by their usual names, and its files are found beside it.

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from sersk.datasets import make_emotional_speech

temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)
signals, emotions, speakers = make_emotional_speech(n_speakers=10, n_clips_per_class=4)
is_new = np.isin(speakers, ["S09", "S10"])

names = np.array([f"clip{number:03d}.wav" for number in range(len(signals))])
(folder / "new").mkdir()
for name, signal, new in zip(names, signals, is_new, strict=True):
    soundfile.write(folder / "new" / name if new else folder / name, signal, 16000)

table = pd.DataFrame({"Filename": names, "Class": emotions, "Speaker": speakers})
table[~is_new].to_csv(folder / "corpus.csv", index=False)
table.head()

# %%
# Fit
# ---
# One call reads the CSV, extracts the features once, cross-validates, and fits a final pipeline on
# all clips. It knows the speakers, so it leaves each out in turn.

from sersk import workflows

fitted = workflows.fit(folder / "corpus.csv", recipe="svm")
results = fitted.results
print(f"{results['protocol']}: UAR {results['uar']:.2f}, accuracy {results['accuracy']:.2f}")

# %%
# The pipeline is a plain scikit-learn pipeline:

print(fitted.pipeline)

# %%
# Save and load
# -------------
# The model is a joblib file. Beside it goes a description in JSON, which can be read without
# loading the model.

from sersk.persistence import load_model, read_description, save_model

save_model(fitted.pipeline, folder / "model.joblib", fitted.description)
description = read_description(folder / "model.joblib")
print(description["recipe"], description["classes"], f"{description['sample_rate']} Hz")

model = load_model(folder / "model.joblib")

# %%
# Predict
# -------
# Two speakers that the model has never heard. The table is the one that ``sersk predict`` writes.

paths = workflows.find_clips([folder / "new"])
predictions = workflows.predict(model, [Path(path).name for path in paths], paths)
predictions.head().round(3)

# %%
# The ``pipeline`` also takes the paths directly: ``model.predict(paths)`` gives the same classes.

print((model.predict(paths) == predictions["Class"]).all())

# %%
# The synthesiser knows what the new clips should be, so the predictions can be checked. This is
# what ``sersk evaluate`` does.

true = table.set_index("Filename")["Class"].loc[predictions["Filename"]]
pd.crosstab(true.to_numpy(), predictions["Class"].to_numpy(), rownames=["true"], colnames=["said"])

# %%
# What to expect of a new speaker
# -------------------------------
# ``results["folds"]`` has the score of each speaker who was left out. Their spread says more about
# the next speaker than the mean does.

import matplotlib.pyplot as plt

folds = pd.DataFrame(results["folds"]).sort_values("uar")
fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
bars = ax.barh(folds["name"], folds["uar"], color="#0072B2")
ax.bar_label(bars, fmt="%.2f", label_type="center", color="white", fontweight="bold")
ax.axvline(folds["uar"].mean(), color="#D55E00", linewidth=2, label="mean")
ax.axvline(1 / len(results["classes"]), color="0.4", linestyle="--", label="guessing")
ax.set(xlabel="Unweighted average recall", ylabel="Speaker left out", xlim=(0, 1))
ax.legend(loc="lower right", frameon=False)
ax.spines[["top", "right"]].set_visible(False)
plt.show()

temporary.cleanup()
