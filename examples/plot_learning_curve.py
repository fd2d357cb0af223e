"""
More speakers, or other features?
=================================

A score alone does not say what to do next. Two pictures do: how the score grows with the number of
speakers to learn from, and which descriptors the model leans on. Both are about speakers that the
model has not heard.
"""

# %%
# A corpus and a model
# --------------------
# Sixteen speakers say 24 sentences each, in six emotions. Extracting features learns nothing, so
# it is done once, ahead of everything that is fitted.

from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.datasets import make_emotional_speech
from sersk.features import MFCC, RMS, AudioFeatures, SpectralContrast, ZeroCrossingRate

signals, emotions, speakers = make_emotional_speech(
    n_speakers=16,
    n_clips_per_class=4,
    classes=("anger", "disgust", "fear", "happiness", "neutral", "sadness"),
    duration_s=1.0,
)
rate = {"sample_rate": 16000}
features = AudioFeatures(
    [
        ("mfcc", MFCC(n_mfcc=20, **rate)),
        ("rms", RMS(**rate)),
        ("zcr", ZeroCrossingRate(**rate)),
        ("contrast", SpectralContrast(**rate)),
    ]
)
X = features.fit_transform(signals)
model = make_pipeline(StandardScaler(), SVC(C=10))
print(f"{X.shape[0]} clips, {X.shape[1]} features")

# %%
# The learning curve
# ------------------
# In each of five repeats the speakers are dealt into folds, and of the training speakers of every
# fold ever larger subsets are learnt from. Below the scores stands what they support.

from sersk.model_selection import compute_learning_curve

curve = compute_learning_curve(model, X, emotions, speakers)
for n, uar in zip(curve.n_speakers, curve.mean, strict=True):
    print(f"{n:2d} speakers: UAR {uar:.3f}")
print(curve.advice)

# %%
# Every dot is one repeat. On a logarithmic axis a curve that has not levelled off is about a
# straight line: what the first doubling of the speakers brought, the next brings as well, or a
# little less.

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import NullLocator

blue, orange = "#0072B2", "#D55E00"
fig, ax = plt.subplots(figsize=(7.5, 4.4), layout="constrained")
ax.plot(curve.n_speakers, curve.mean, color=blue, linewidth=2)
ax.plot(curve.n_speakers, curve.scores, "o", color=blue, alpha=0.45, markeredgecolor="white")
ax.axhline(1 / 6, color="0.5", linestyle="--")
ax.annotate("guessing", (curve.n_speakers[0], 1 / 6 + 0.01), va="bottom", color="0.35")
ax.set_xscale("log", base=2)
ax.set_xticks(curve.n_speakers, curve.n_speakers)
ax.xaxis.set_minor_locator(NullLocator())
ax.set(xlabel="Speakers to learn from", ylabel="UAR on other speakers", ylim=(0, None))
before, _, after = curve.advice.partition(". ")
ax.set_title(f"{before}.\n{after}", fontsize=10.5, loc="left")
ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %%
# What the model leans on
# -----------------------
# The columns of one descriptor, here its mean and its standard deviation over time, are shuffled
# together among the clips of the speakers left out. The score that this costs is the importance of
# the descriptor. The same is asked of whole extractors, whose columns follow each other.

from sersk.model_selection import compute_importance, group_descriptors, make_protocol

splits = make_protocol(emotions, speakers, name="grouped").splits
descriptors = group_descriptors(features.get_feature_names_out())
by_descriptor = compute_importance(model, X, emotions, splits, descriptors)

widths = [len(part.get_feature_names_out()) for _, part in features.extractors]
names = [name for name, _ in features.extractors]
parts = dict(zip(names, np.split(np.arange(X.shape[1]), np.cumsum(widths)[:-1]), strict=True))
by_extractor = compute_importance(model, X, emotions, splits, parts)

fig, (left, right) = plt.subplots(
    1, 2, figsize=(9.5, 4.4), layout="constrained", width_ratios=(3, 2)
)
for ax, importance, color, title in (
    (left, by_descriptor, blue, "The twelve descriptors most leant on"),
    (right, by_extractor, orange, "Whole extractors"),
):
    shown = importance.names[:12]
    loss, spread = 100 * importance.mean[:12], 100 * importance.std[:12]
    ax.barh(shown, loss, xerr=spread, color=color, alpha=0.85, ecolor="0.3")
    ax.invert_yaxis()
    ax.axvline(0, color="0.3", linewidth=0.8)
    ax.set(xlabel="UAR lost when shuffled (points)", title=title)
    ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %%
# How to read it
# --------------
# Each single coefficient seems to matter little, and all MFCC together matter much: they say in
# part the same, so when one is shuffled the others stand in for it. A short bar in the left
# picture is therefore no reason to throw a descriptor out. A bar a little below zero is chance.
#
# And the bars are about this model. Another may lean on other descriptors, and neither knows what
# makes a voice sound sad.
