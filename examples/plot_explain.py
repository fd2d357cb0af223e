"""
What carried the decision?
==========================

A label for a whole clip does not say what in the clip it rests on. Here a clip is made of which
that is known, neutral speech with an angry part, and an explanation finds the part again. Then the
same is asked of a model that has learned nothing.
"""

# %%
# A model
# -------
# Twelve speakers, angry and neutral.

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from sersk import workflows
from sersk.audio import read_audio
from sersk.datasets import make_emotional_speech
from sersk.display import ExplanationDisplay
from sersk.explanation import describe_explanation
from sersk.recipes import make_custom_recipe

rate, folder = 16000, Path(tempfile.mkdtemp())
voices = dict(classes=("anger", "neutral"), sample_rate=rate)
signals, emotions, speakers = make_emotional_speech(12, 4, **voices)
names = [f"{i}.wav" for i in range(len(signals))]
for name, signal in zip(names, signals, strict=True):
    soundfile.write(folder / name, signal, rate)
table = pd.DataFrame({"Filename": names, "Class": emotions, "Speaker": speakers})
table.to_csv(folder / "TRAIN.csv", index=False)
recipe = make_custom_recipe(["mfcc", "shape", "f0", "quality"])
fitted = workflows.fit(folder / "TRAIN.csv", recipe=recipe)
print(f"UAR on speakers not heard: {fitted.results['uar']:.2f}")

# %%
# A clip
# ------
# Another speaker: neutral, angry for 0.7 s, and neutral again.

signals, emotions, _ = make_emotional_speech(1, 2, **voices, random_state=100)
angry, calm = ([signals[i] for i in np.flatnonzero(emotions == e)] for e in ("anger", "neutral"))
part = angry[0][: int(0.7 * rate)]
soundfile.write(folder / "mixed.wav", np.concatenate([calm[0], part, calm[1]]), rate)
start_s = len(calm[0]) / rate
print(f"Angry from {start_s:.2f} to {start_s + 0.7:.2f} s")

# %%
# Its explanation
# ---------------
# Half a second after the other is taken out, and the model asked again. On the command line this
# is ``sersk explain --class anger mixed.wav -o mixed.png``.

explanation = workflows.explain(fitted.pipeline, folder / "mixed.wav", label="anger")
print(*describe_explanation(explanation), sep="\n")

# %%
# What speaks for anger is vermilion: without it the probability falls. What speaks against it is
# blue.

sound = read_audio(folder / "mixed.wav")
ExplanationDisplay.from_explanation(explanation, *sound)

# %%
# A model that has learned nothing
# --------------------------------
# The same clips with shuffled labels. Of such a model there is nothing to explain, and the
# explanation says so.

table["Class"] = np.random.default_rng(0).permutation(table["Class"])
table.to_csv(folder / "SHUFFLED.csv", index=False)
random = workflows.fit(folder / "SHUFFLED.csv", recipe=recipe)
nothing = workflows.explain(random.pipeline, folder / "mixed.wav", label="anger")
print(*describe_explanation(nothing), sep="\n")

# %%

ExplanationDisplay.from_explanation(nothing, *sound)
