"""
Pictures of signals and scores
==============================

A look at a clip, at a corpus and at a model, each in one line. The displays are those of
scikit-learn's manner: ``from_*`` computes and draws, ``plot`` draws again, and ``ax_`` and
``figure_`` are there to change the rest.
"""

# %%
# One clip
# --------
# As the last line of a notebook's cell, a display of a signal also plays it. ``from_file`` does
# the same for a sound file, at its own sampling rate. (A notebook closes the figure by itself.)

import matplotlib.pyplot as plt

from sersk.datasets import make_emotional_speech
from sersk.display import MelSpectrogramDisplay, WaveformDisplay

sample_rate = 16000
signals, emotions, speakers = make_emotional_speech(
    n_speakers=12, n_clips_per_class=4, sample_rate=sample_rate, random_state=1
)
display = WaveformDisplay.from_signal(signals[0], sample_rate)
plt.close()
display

# %%
# Several pictures share a figure when each is given its axes. Here the sad clip is the longer one,
# and the axis of time is made to fit both.

fig, axes = plt.subplots(2, 1, figsize=(10, 6), layout="constrained")
for ax, emotion in zip(axes, ("anger", "sadness"), strict=True):
    clip = list(emotions).index(emotion)
    MelSpectrogramDisplay.from_signal(signals[clip], sample_rate, ax=ax)
    ax.set(title=emotion, xlim=(0, 2), facecolor="black")
plt.show()

# %%
# The corpus
# ----------

from sersk.display import ClassDistributionDisplay

ClassDistributionDisplay.from_labels(emotions)
plt.show()

# %%
# A model
# -------
# Each clip is predicted by a model that has not heard its speaker. What the pictures show is then
# what to expect of somebody new.

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sersk.features import MFCC

X = MFCC(sample_rate=sample_rate).fit_transform(signals)
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
probabilities = cross_val_predict(
    model, X, emotions, groups=speakers, cv=GroupKFold(6), method="predict_proba"
)
classes = np.unique(emotions)
predictions = classes[probabilities.argmax(axis=1)]

# %%
# Which emotions are taken for which? The colour is the share of the true class, so that each row
# sums to 100 percent.

from sersk.display import ConfusionMatrixDisplay

ConfusionMatrixDisplay.from_predictions(emotions, predictions)
plt.show()

# %%
# For whom does it work? The spread between people says more than the mean.

from sersk.display import SpeakerRecallDisplay

SpeakerRecallDisplay.from_predictions(emotions, predictions, speakers)
plt.show()

# %%
# Can its probabilities be taken at their word? Dots below the diagonal are too sure.

from sersk.display import CalibrationDisplay

CalibrationDisplay.from_predictions(emotions, probabilities, classes, n_bins=6)
plt.show()
