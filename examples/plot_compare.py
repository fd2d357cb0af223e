"""
Comparing recipes
=================

Four recipes on one corpus, under the same folds. The picture shows their scores with intervals
over speakers, and the p-values of paired tests against the best: what of the order may be chance.
"""

# %%
# A corpus
# --------
# Ten speakers say 24 sentences each. ``compare`` takes a CSV, as ``sersk compare`` does.

import tempfile
from pathlib import Path

import pandas as pd
import soundfile

from sersk.datasets import make_emotional_speech

sample_rate = 16000
signals, emotions, speakers = make_emotional_speech(
    n_speakers=10,
    n_clips_per_class=4,
    classes=("anger", "disgust", "fear", "happiness", "neutral", "sadness"),
    duration_s=1.0,
    sample_rate=sample_rate,
    random_state=4,
)
temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)
names = [f"clip{i + 1:03d}.wav" for i in range(len(signals))]
for name, signal in zip(names, signals, strict=True):
    soundfile.write(folder / name, signal, sample_rate)
table = pd.DataFrame({"Filename": names, "Class": emotions, "Speaker": speakers})
table.to_csv(folder / "TRAIN.csv", index=False)

# %%
# The leaderboard
# ---------------
# Named recipes and one put together, all scored on each speaker in turn. The best comes first;
# every other has its difference to the best, and how likely as large a one would be if the two
# were equally good, adjusted for the number of tests.

from sersk import workflows
from sersk.recipes import make_custom_recipe

fewer = make_custom_recipe(["mfcc", "contrast"], "svm")
comparison = workflows.compare(folder / "TRAIN.csv", ["default", "svm", "ann", fewer])
for row in comparison["leaderboard"]:
    test = row["difference"]
    text = "best" if test is None else f"{test['uar']:+.3f}, p = {test['p_adjusted']:.3f}"
    print(f"{row['recipe']:<20} UAR {row['uar']:.3f}   {text}")
temporary.cleanup()

# %%
# The picture
# -----------
# On the left the scores, each with its interval. On the right the differences to the best recipe,
# with intervals of their own.

import matplotlib.pyplot as plt

blue, orange = "#0072B2", "#D55E00"
line, background = dict(linewidth=3, solid_capstyle="butt"), dict(fc="white", ec="none", pad=1)
rows = comparison["leaderboard"]
fig, (left, right) = plt.subplots(
    1, 2, figsize=(9.5, 3.4), sharey=True, layout="constrained", width_ratios=(3, 2)
)
for place, row in enumerate(rows):
    left.plot(row["interval"], [place, place], color=blue, **line)
    left.plot(row["uar"], place, "o", color=blue, markersize=9, markeredgecolor="white")
    test = row["difference"]
    if test is None:
        right.annotate("the best ", (0, place), ha="right", va="center", color="0.35")
        continue
    right.plot(test["interval"], [place, place], color=orange, **line)
    right.plot(test["uar"], place, "o", color=orange, markersize=9, markeredgecolor="white")
    text = f"p = {test['p_adjusted']:.3f}"
    above = (test["uar"], place - 0.2)
    right.annotate(text, above, ha="center", va="bottom", bbox=background)
left.axvline(1 / 6, color="0.5", linestyle="--")
left.annotate("guessing", (1 / 6 + 0.01, len(rows) - 0.6), va="bottom", color="0.35")
right.axvline(0, color="0.5", linestyle="--", zorder=0)
left.set(yticks=range(len(rows)), yticklabels=[row["recipe"] for row in rows])
left.set(ylim=(len(rows) - 0.5, -0.6), xlim=(0, 1), xlabel="UAR on unseen speakers")
right.set(xlabel="Difference in UAR to the best")
for ax in (left, right):
    ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %%
# How to read it
# --------------
# The intervals on the left overlap, and yet two of the differences on the right are clear. A
# speaker who is hard for one recipe is hard for the others, so much of what makes a score
# uncertain is the same in all rows and drops out of their differences.
#
# The first two rows are not told apart: on ten other speakers their order may be reversed. Then
# take the simpler one, or more speakers. That the p-value is large does not show that they are
# equal.
