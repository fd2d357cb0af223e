"""
What is heard when?
===================

A call of an hour has no one label. It is judged in overlapping windows, their probabilities are
made into a timeline, and pauses are left out. Here an angry caller calms down, and then gets
angry again.
"""

# %%
# A model
# -------
# Sixteen speakers, three classes, clips of some two seconds: about as long as the windows will be.

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from sersk import workflows
from sersk.datasets import make_emotional_speech

rate, folder = 16000, Path(tempfile.mkdtemp())
voices = dict(classes=("anger", "neutral", "sadness"), duration_s=2.5, sample_rate=rate)
signals, emotions, speakers = make_emotional_speech(16, 3, **voices)
names = [f"{i}.wav" for i in range(len(signals))]
for name, signal in zip(names, signals, strict=True):
    soundfile.write(folder / name, signal, rate)
table = pd.DataFrame({"Filename": names, "Class": emotions, "Speaker": speakers})
table.to_csv(folder / "TRAIN.csv", index=False)
fitted = workflows.fit(folder / "TRAIN.csv")
print(f"UAR on speakers not heard: {fitted.results['uar']:.2f}")

# %%
# A recording
# -----------
# Clips of another speaker in a row, with pauses where the mood changes.

signals, emotions, _ = make_emotional_speech(1, 8, **voices, random_state=100)
angry, calm = ([signals[i] for i in np.flatnonzero(emotions == e)] for e in ("anger", "neutral"))
pause = [np.zeros(3 * rate, dtype=np.float32)]
call = np.concatenate(angry[:4] + pause + calm[:4] + pause + angry[4:])
soundfile.write(folder / "call.wav", call, rate)

# %%
# The timeline
# ------------
# Windows of three seconds, one every second. On the command line this is ``sersk predict --window
# 3 --hop 1 --timeline call.csv call.wav``; the suffix ``.png`` gives the picture.

from sersk.display import TimelineDisplay

timeline = workflows.predict_timeline(fitted.pipeline, folder / "call.wav", filename="call.wav")
TimelineDisplay.from_timeline(timeline)

# %%
# Its segments as a table, and the share of each class in what was heard.

timeline.to_frame()

# %%

workflows.summarise_timelines([timeline])
