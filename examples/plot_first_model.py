"""
A first model
=============

From signals to a confusion matrix with nothing but scikit-learn's own functions. An extractor of
``sersk`` is an ordinary transformer: it stands first in a pipeline, and every function that takes
an estimator takes that pipeline.
"""

# %%
# The clips
# ---------
# Six speakers say 24 sentences each, six in each of four emotions. A clip is a 1-D array, and
# clips may differ in length. Along with the signals come the classes and, just as important, who
# is speaking.

import numpy as np

from sersk.datasets import make_emotional_speech

signals, emotions, speakers = make_emotional_speech(n_speakers=6, n_clips_per_class=6)
print(f"{len(signals)} clips: {', '.join(np.unique(emotions))}")
print("The first three last", [round(len(signal) / 16000, 2) for signal in signals[:3]], "s")

# %%
# The pipeline
# ------------
# :class:`~sersk.features.AudioFeatures` puts several extractors side by side and analyses each
# clip once for all of them. The signals are at 16 kHz, which has to be said: an array does not
# know its sampling rate (a file does). Each row is then one clip, each column one descriptor
# pooled over time, here its mean and its standard deviation.

from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.features import MFCC, RMS, AudioFeatures, SpectralShape

features = AudioFeatures(
    [("mfcc", MFCC()), ("rms", RMS()), ("shape", SpectralShape())], sample_rate=16000
)
print(features.fit_transform(signals).shape)
print(*features.get_feature_names_out()[[0, 40, 80, 82]])

model = make_pipeline(features, StandardScaler(), SVC(C=10))

# %%
# The score
# ---------
# Each speaker is left out in turn, so every prediction is for a voice that the model has not
# heard. ``balanced_accuracy`` is the unweighted average recall (UAR) that the field reports; with
# four classes, guessing gives 0.25.

from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

predicted = cross_val_predict(model, signals, emotions, groups=speakers, cv=LeaveOneGroupOut())
uar = balanced_accuracy_score(emotions, predicted)
print(f"UAR {uar:.2f}")

# %%
# The mistakes
# ------------
# Each row of the matrix is a true class and adds up to 1; the diagonal holds the recall of each
# class, and the UAR is its mean. Emotions that are alike in loudness and pitch, such as anger and
# happiness, are taken for one another; anger and sadness hardly ever are.

import matplotlib.pyplot as plt
from sklearn.metrics import ConfusionMatrixDisplay

fig, ax = plt.subplots(figsize=(5.6, 5), layout="constrained")
ConfusionMatrixDisplay.from_predictions(
    emotions,
    predicted,
    normalize="true",
    values_format=".2f",
    cmap="Blues",
    im_kw={"vmin": 0, "vmax": 1},
    colorbar=False,
    text_kw={"fontsize": 12},
    ax=ax,
)
ax.set(title=f"Speakers not heard in training: UAR {uar:.2f}")
ax.set(xlabel="Predicted emotion", ylabel="True emotion (each row adds up to 1)")
plt.show()
