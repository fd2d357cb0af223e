"""
Copies that help, and copies that lie
=====================================

Changed copies of the training clips may teach a model what does not matter: noise, and the height
of the voice. First what such changes look like, then a model that learns from them as one should,
and last the mistake by which many published scores are too high: copies made before the split.
"""

# %%
# What changes
# ------------
# One angry clip, and what four augmentations make of it. Each is a function of signal, sampling
# rate and seed. The words stay, and so should the emotion.

import matplotlib.pyplot as plt

from sersk.augmentation import AddNoise, ChangeSpeed, ShiftPitch, StretchTime
from sersk.datasets import make_emotional_speech
from sersk.display import MelSpectrogramDisplay

sample_rate = 16000
signals, emotions, speakers = make_emotional_speech(
    n_speakers=8, n_clips_per_class=6, duration_s=1.0, sample_rate=sample_rate, random_state=3
)
effects = {
    "as it is": None,
    "noise, 10 dB below": AddNoise(snr_db=10, color="pink"),
    "four semitones up": ShiftPitch(4),
    "a quarter faster": StretchTime(1.25),
    "played a quarter faster": ChangeSpeed(1.25),
}
fig, axes = plt.subplots(
    len(effects), 1, figsize=(8, 12), sharex=True, sharey=True, layout="constrained"
)
for ax, (name, effect) in zip(axes, effects.items(), strict=True):
    changed = signals[0] if effect is None else effect(signals[0], sample_rate, random_state=0)
    MelSpectrogramDisplay.from_signal(changed, sample_rate, ax=ax)
    ax.set(title=name, facecolor="black", xlim=(0, len(signals[0]) / sample_rate))
    ax.label_outer()
plt.show()

# %%
# Shifted up, the lines of the harmonics move apart and the tempo stays; stretched, it is the
# other way round; played faster, both change. ``sersk augment clip.wav -o folder`` writes such
# pictures of a file, with the sounds to listen to.

# %%
# Copies of training clips only
# -----------------------------
# :class:`~sersk.augmentation.AugmentedEstimator` makes the copies inside ``fit``. A
# cross-validation fits it anew in each fold, with the training clips of that fold, so that a clip
# to be predicted, and its speaker, are in no copy. The store keeps the features of each copy, so
# that eight folds extract them once.

import tempfile

import numpy as np
from sklearn.model_selection import LeaveOneGroupOut, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.augmentation import AugmentedEstimator
from sersk.features import MFCC
from sersk.metrics import speaker_interval, unweighted_average_recall

temporary = tempfile.TemporaryDirectory()
changes = [AddNoise(), ShiftPitch()]
plain = make_pipeline(
    MFCC(sample_rate=sample_rate, memory=temporary.name), StandardScaler(), SVC(C=10)
)
augmented = AugmentedEstimator(plain, changes, random_state=0)

predictions = {}
for name, model in (("no copies", plain), ("copies of training clips", augmented)):
    predictions[name] = cross_val_predict(
        model, signals, emotions, groups=speakers, cv=LeaveOneGroupOut()
    )
    interval = speaker_interval(emotions, predictions[name], speakers, cross_validated=True).uar
    uar = unweighted_average_recall(emotions, predictions[name])
    print(f"{name:<25} UAR {uar:.3f}, 95 % interval {interval[0]:.3f} to {interval[1]:.3f}")

# %%
# Is it more than chance?

from sersk.metrics import compare_predictions

comparison = compare_predictions(
    emotions, predictions["copies of training clips"], predictions["no copies"], speakers
)
print(f"Difference {comparison.difference:+.3f}, p = {comparison.p_value:.3f}")

# %%
# Copies made before the split
# ----------------------------
# The mistake: change all clips first, put clips and copies into one heap, and cross-validate
# that. A copy of nearly every test clip is then among those learned from. Here it is done on
# purpose, with the same changes and the same model.

heap = list(signals)
for k, change in enumerate(changes):
    heap += [change(x, sample_rate, random_state=1000 * k + i) for i, x in enumerate(signals)]
labels_of_heap = np.tile(emotions, 1 + len(changes))
folds = StratifiedKFold(8, shuffle=True, random_state=0)
scores = {
    "copies made before the split,\nrandom folds": unweighted_average_recall(
        labels_of_heap, cross_val_predict(plain, heap, labels_of_heap, cv=folds)
    ),
    "no copies,\nrandom folds": unweighted_average_recall(
        emotions, cross_val_predict(plain, signals, emotions, cv=folds)
    ),
    "copies of training clips,\nunseen speakers": unweighted_average_recall(
        emotions, predictions["copies of training clips"]
    ),
    "no copies,\nunseen speakers": unweighted_average_recall(emotions, predictions["no copies"]),
}
temporary.cleanup()

fig, ax = plt.subplots(figsize=(8, 3.6), layout="constrained")
colors = ["#D55E00"] * 2 + ["#0072B2"] * 2
bars = ax.barh(range(len(scores)), scores.values(), color=colors, height=0.65)
ax.bar_label(bars, fmt="{:.2f}", padding=4)
ax.axvline(0.25, color="0.2", linestyle="--")
ax.annotate("guessing", (0.25, -0.5), xytext=(4, 0), textcoords="offset points", va="bottom")
ax.set(yticks=range(len(scores)), yticklabels=list(scores), ylim=(len(scores) - 0.5, -0.9))
ax.set(xlim=(0, 1.05), xlabel="Unweighted average recall")
ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %%
# What it means
# -------------
# The upper bar looks like a breakthrough. A copy is so near to its clip that the classifier need
# only find it again, for which nothing about emotion has to be learned. Random folds alone are
# too good as well, since they share the speakers. The lower two bars are the ones to report. They
# are nearer to each other than their intervals are wide, and the paired test tells whether the
# copies helped at all: here, with eight speakers, chance is not ruled out. On other corpora
# copies may do nothing, or harm.
#
# ``sersk fit --data TRAIN.csv --augment noise,pitch`` does what the third bar does. More on all
# of this is in :doc:`/user_guide/augmentation`.
