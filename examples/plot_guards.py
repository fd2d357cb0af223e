"""
Clips unlike those learned from
===============================

A model names an emotion for whatever it hears. :class:`~sersk.guards.NoveltyGuard` learns how far
from the training clips a stranger's voice may lie, and tells what lies farther.
"""

# %%
# Eight synthetic speakers to learn from, and four new ones. Of the new clips there are spoilt
# versions; chords stand for music.

import matplotlib.pyplot as plt
import numpy as np

from sersk.datasets import make_emotional_speech
from sersk.features import MFCC
from sersk.guards import NoveltyGuard, SoundGuard

RATE = 16000
signals, _, speakers = make_emotional_speech(12, 4, random_state=0)
is_new = speakers >= np.unique(speakers)[8]
known = [signal for signal, new in zip(signals, is_new, strict=True) if not new]
clean = [signal for signal, new in zip(signals, is_new, strict=True) if new]
rng = np.random.default_rng(0)


def play_chord(root):
    t = np.arange(2 * RATE) / RATE
    notes = [root * 2 ** (step / 12) * k for step in (0, 4, 7) for k in (1, 2, 3)]
    return 0.1 * np.exp(-t) * sum(np.sin(2 * np.pi * note * t) for note in notes)


versions = {
    "clean": clean,
    "clipped": [np.clip(x, *np.quantile(x, [0.05, 0.95])) for x in clean],
    "40 dB softer": [0.01 * x for x in clean],
    "0.2 s": [x[len(x) // 2 :][: RATE // 5] for x in clean],
    "noise": [0.1 * rng.normal(size=len(x)) for x in clean],
    "chords": [play_chord(root) for root in rng.uniform(100, 400, len(clean))],
}

# %%
# The guard learns from rows of features, and from who speaks: its threshold is how far the clips
# of some speakers lie from those of the others.

extractor = MFCC(sample_rate=RATE)
novelty = NoveltyGuard().fit(extractor.transform(known), groups=speakers[~is_new])
sound = SoundGuard(sample_rate=RATE).fit(known)

_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for place, clips in enumerate(versions.values()):
    distances = novelty.measure_distances(extractor.transform(clips))
    ax.scatter(distances, place + rng.uniform(-0.25, 0.25, len(clips)), s=8)
    flagged = np.mean([bool(said) for said in sound.check(clips)])
    ax.text(1.02, place, f"{flagged:.0%}", va="center", transform=ax.get_yaxis_transform())
ax.axvline(novelty.threshold_, color="black", linestyle="--", label="threshold")
ax.text(1.02, 1.02, "sound", transform=ax.transAxes)
ax.set(xscale="log", xlabel="distance from the training clips", yticks=range(len(versions)))
ax.set_yticklabels(versions)
ax.invert_yaxis()
ax.legend()

# %%
# Chords lie far beyond the threshold. What was clipped, made softer or cut lies near: the other
# guard hears that in the sound itself; its share of warnings stands on the right. White noise
# shows the limit of both: synthetic speech holds much of it, so that it is nothing new here.

print(next(iter(sound.check(versions["clipped"][:1])[0].values())))
