"""
When a network has learnt enough
================================

A network goes through its clips again and again. At first it learns what emotions sound like, and
after a while it learns the clips by heart. A picture of its training shows where the one ends and
the other begins. This example needs torch and skorch: ``pip install "sersk[torch]"``.
"""

# %%
# A corpus
# --------
# Sixteen speakers. Six of them are kept for the test, and neither training nor the choice of the
# epoch has anything to do with these. The other ten are the training set.

import numpy as np

from sersk.datasets import make_emotional_speech
from sersk.features import MFCC

signals, emotions, speakers = make_emotional_speech(
    n_speakers=16, n_clips_per_class=4, duration_s=0.6
)
is_test = np.isin(speakers, np.unique(speakers)[10:])
clips = {True: [], False: []}
for signal, is_kept in zip(signals, is_test, strict=True):
    clips[is_kept].append(signal)
print(f"{len(clips[False])} clips to learn from, {len(clips[True])} of other speakers")

# %%
# The network
# -----------
# ``functionals=None`` leaves the frames as they are: a sequence per clip, which a bidirectional
# LSTM reads forwards and backwards. Of the ten speakers the network holds two out by itself, those
# of about a fifth of the clips; for that it is told who speaks. After five epochs in which the
# loss on these two does not fall, it halves the learning rate; after fifteen it stops.

from sklearn.pipeline import make_pipeline

from sersk.neural import BiLSTMClassifier

network = BiLSTMClassifier(
    hidden_sizes=(24,), lr=5e-3, lr_patience=5, patience=15, device="cpu", random_state=0
)
model = make_pipeline(MFCC(n_mfcc=13, sample_rate=16000, functionals=None), network)
model.fit(clips[False], emotions[~is_test], bilstmclassifier__groups=speakers[~is_test])
print(f"{network.n_parameters_} weights, best epoch {network.best_epoch_}")

# %%
# The training
# ------------
# The loss on clips trained on falls to the end. That on the two speakers held out falls with it
# for some epochs, then rises: from there on the network learns its clips by heart. The weights
# kept are those of the lowest point, at the line. The triangles are where the learning rate fell.

import matplotlib.pyplot as plt

from sersk.display import TrainingCurveDisplay

TrainingCurveDisplay.from_estimator(model)
plt.show()

# %%
# The score
# ---------
# At the line the right panel says how many clips of the two speakers held out were recognised. But
# these had a say in where the line is, and two speakers are few. The score to report is on the six
# that had none; beside it stands what a support vector machine makes of means and standard
# deviations of the same coefficients.

from sklearn.metrics import balanced_accuracy_score
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

pooled = MFCC(n_mfcc=13, sample_rate=16000)
machine = make_pipeline(pooled, StandardScaler(), SVC(C=10))
machine.fit(clips[False], emotions[~is_test])

best = network.best_epoch_ - 1
print(f"UAR, held out of training:  {network.history_['valid_uar'][best]:.2f}")
for name, fitted in (("network", model), ("SVM", machine)):
    uar = balanced_accuracy_score(emotions[is_test], fitted.predict(clips[True]))
    print(f"UAR, six further speakers, {name}: {uar:.2f}")

# %%
# Synthetic voices differ less from each other than people do, and have no words. Which of the two
# is better on a corpus of yours is a question for ``sersk compare``, with folds of speakers and
# intervals around each score.
