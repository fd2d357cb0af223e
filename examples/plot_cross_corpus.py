"""
From one corpus to another
==========================

Two corpora with other speakers, other words for the classes and another recorder. A label map
brings their classes together; then a model of each is tested on the other. How well it does on
unseen speakers of its own corpus says little about that.
"""

# %%
# Two corpora
# -----------
# The first has five classes with English names. The second has five with German names, one of
# them another emotion, and was recorded over the telephone: nothing above 4 kHz, and some noise.

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from sersk.audio import resample
from sersk.augmentation import AddNoise
from sersk.datasets import make_emotional_speech

sample_rate = 16000
temporary = tempfile.TemporaryDirectory()
add_noise = AddNoise(snr_db=15)


def over_the_telephone(signal, seed):
    narrow = resample(resample(signal, sample_rate, 8000), 8000, sample_rate)
    return add_noise(narrow, sample_rate, random_state=seed)


def write_corpus(name, words, random_state, record=None):
    signals, emotions, speakers = make_emotional_speech(
        n_speakers=8,
        n_clips_per_class=4,
        classes=tuple(words),
        duration_s=1.0,
        random_state=random_state,
    )
    folder = Path(temporary.name, name)
    folder.mkdir()
    files = [f"{i + 1:03d}.wav" for i in range(len(signals))]
    for i, file in enumerate(files):
        signal = signals[i] if record is None else record(signals[i], i)
        soundfile.write(folder / file, signal, sample_rate)
    table = pd.DataFrame({"Filename": files, "Class": [words[emotion] for emotion in emotions]})
    table["Speaker"] = [f"{name} {speaker}" for speaker in speakers]
    table.to_csv(folder / "TRAIN.csv", index=False)
    return folder / "TRAIN.csv"


english = {"anger": "angry", "fear": "fearful", "happiness": "happy"}
english |= {"neutral": "neutral", "sadness": "sad"}
german = {"anger": "Wut", "disgust": "Ekel", "happiness": "Freude"}
german |= {"neutral": "neutral", "sadness": "Trauer"}
studio = write_corpus("studio", english, 11)
telephone = write_corpus("telephone", german, 12, over_the_telephone)

# %%
# What becomes of the classes
# ---------------------------
# A label map knows the words that corpora and languages have for an emotion. What it has no place
# for is left out: fear and disgust in ``emotion4``. In ``sentiment3``, sadness counts half to two
# classes.

from sersk.datasets import find_label_map

for name in ("emotion4", "sentiment3"):
    label_map = find_label_map(name)
    print(f"{name}: {', '.join(label_map.classes)}")
    for word in sorted({*english.values(), *german.values()}):
        place = [f"{target} {weight:g}" for target, weight in label_map.find(word).items()]
        print(f"    {word:<8}  {', '.join(place) or 'left out'}")

# %%
# Each tested on the other
# ------------------------
# ``sersk fit --data A.csv --test B.csv --labels emotion4`` does the same. Each model is first
# scored on unseen speakers of its own corpus, by cross-validation, and once it is fitted on the
# whole of the other one. What is left out is said in warnings, collected here.

import warnings

from sersk import workflows

corpora = {"studio": studio, "telephone": telephone}
results = {}
for name, other in (("studio", "telephone"), ("telephone", "studio")):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fitted = workflows.fit(corpora[name], test=corpora[other], recipe="svm", labels="emotion4")
    results[name, name], results[name, other] = fitted.results, fitted.results["test"]
    test = fitted.results["test"]
    print(f"{name}: UAR {fitted.results['uar']:.3f} on its own unseen speakers")
    print(f"    {test['uar']:.3f} on {other} ({test['kind']})")
    print(f"    {len(caught)} warnings; the first: {str(caught[0].message).split(':')[0]}")
temporary.cleanup()

# %%
# The picture
# -----------
# Dots are scores, lines their 95 % intervals over speakers.

import matplotlib.pyplot as plt

blue, orange = "#0072B2", "#D55E00"
fig, ax = plt.subplots(figsize=(8, 3.2), layout="constrained")
for row, ((trained, tested), result) in enumerate(results.items()):
    color = blue if trained == tested else orange
    low, high = result["interval"]["uar"]
    ax.plot([low, high], [row, row], color=color, linewidth=3, solid_capstyle="butt")
    ax.plot(result["uar"], row, "o", color=color, markersize=10, markeredgecolor="white")
    ax.annotate(
        f"{result['uar']:.2f}", (result["uar"], row - 0.16), ha="center", va="bottom", color=color
    )
names = [f"{trained} → {'itself' if tested == trained else tested}" for trained, tested in results]
ax.axvline(0.25, color="0.5", linestyle="--")
ax.annotate("guessing", (0.26, 3.45), va="bottom", color="0.35")
ax.set(yticks=range(len(names)), yticklabels=names, ylim=(3.5, -0.7), xlim=(0, 1.02))
ax.set(xlabel="Unweighted average recall", ylabel="Trained → tested")
ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %%
# Where they go
# -------------
# Which classes the model of the studio takes telephone speech for. What is wrong is wrong in one
# direction: the recording moves all clips at once, and the model takes that for emotion.

from sersk.display import ConfusionMatrixDisplay

test = results["studio", "telephone"]
ConfusionMatrixDisplay(np.array(test["confusion_matrix"]), test["classes"]).plot()
plt.show()

# %%
# What it means
# -------------
# Within a corpus, leaving speakers out answers how well a model does on somebody new who is
# recorded in the same way. Here both models are far above guessing by that measure, and near to
# it on each other: an interval over speakers says nothing about another recorder. The voices and
# the emotions are made in the same way in both corpora, so that the loss is due to the recording.
# Between real corpora, languages and ways of acting differ as well; from RAVDESS to EmoDB,
# :doc:`/user_guide/labels` has the figures.
#
# Whoever wants to know how a model does in another place has to label some clips of that place,
# and test it there.
