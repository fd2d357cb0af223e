"""
When to believe an answer
=========================

A model gives a probability with each answer. Two pictures tell what it is worth: whether of the
clips given 0.8 eight in ten are right, and how much more often it is right where it is sure.
"""

# %%
# Probabilities for speakers unheard
# ----------------------------------
# The speech is noisy, so that there are errors to look at. Each clip is judged by a model that
# has not heard its speaker.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sersk.classifiers import ShrinkageLDA, SpeakerCalibratedClassifier
from sersk.datasets import make_emotional_speech
from sersk.features import MFCC
from sersk.model_selection import fit_with_groups

signals, emotions, speakers = make_emotional_speech(
    n_speakers=20, n_clips_per_class=4, sample_rate=16000, duration_s=0.6, random_state=0
)
rng = np.random.default_rng(0)
X = MFCC(n_mfcc=13, sample_rate=16000).transform(signals)
# Noise on the features, from a tenth of what clips differ by to all of it.
X += rng.normal(size=X.shape) * X.std(axis=0) * rng.uniform(0.1, 1, size=(len(X), 1))
model = make_pipeline(
    StandardScaler(), SpeakerCalibratedClassifier(ShrinkageLDA(), random_state=0)
)
probabilities = np.empty((len(X), 4))
for train, test in GroupKFold(5).split(X, emotions, speakers):
    fit_with_groups(model, X[train], emotions[train], speakers[train])
    probabilities[test] = model.predict_proba(X[test])

# %%
# Both pictures
# -------------
# On the left, dots on the diagonal mean what they say. On the right, the fewer clips are judged,
# the more of them are right: the confidence ranks the answers.

from sersk.display import CalibrationDisplay, RiskCoverageDisplay

fig, axes = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
CalibrationDisplay.from_predictions(emotions, probabilities, model.classes_, ax=axes[0])
RiskCoverageDisplay.from_predictions(emotions, probabilities, model.classes_, ax=axes[1])
plt.show()

# %%
# Abstaining
# ----------
# How sure must it be for nine in ten to be right? The rows give the answer, and what it costs.
# ``sersk predict --abstain-below`` takes the threshold.

from sersk.metrics import area_under_risk_coverage, risk_coverage_curve

rows = risk_coverage_curve(emotions, probabilities, model.classes_)
for row in rows[::4]:
    print("{coverage:.0%} judged, from {threshold:.2f} on: {accuracy:.0%} right".format(**row))
enough = next(row for row in rows if row["accuracy"] >= 0.9)
print("90% right from {threshold:.2f} on, which leaves {coverage:.0%}".format(**enough))
area = area_under_risk_coverage(emotions, probabilities, model.classes_)
print(f"area under the risk-coverage curve {area:.3f}, by chance {1 - rows[0]['accuracy']:.3f}")
