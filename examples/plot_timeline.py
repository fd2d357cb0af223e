"""
What is heard when?
===================

A call of an hour has no one label. It is judged in overlapping windows, their probabilities are
made into a timeline, and pauses are left out. Here an angry caller calms down, and then gets
angry again.
"""

# %%
# A model, and a recording
# ------------------------
# The model learns from the demo corpus of synthetic speech. The recording joins clips of a speaker
# that is not in it, with pauses between them.

import tempfile
from pathlib import Path

import numpy as np
import soundfile

from sersk import workflows
from sersk.datasets import make_emotional_speech

folder = Path(tempfile.mkdtemp())
model = workflows.fit(workflows.write_demo_corpus(folder / "demo")).pipeline

signals, emotions, _ = make_emotional_speech(
    n_speakers=1, n_clips_per_class=12, duration_s=2, random_state=7
)
pause = np.zeros(3 * 16000, dtype=np.float32)
parts = []
for emotion, turn in (("anger", 0), ("neutral", 0), ("anger", 1)):
    said = [signals[i] for i in np.flatnonzero(emotions == emotion)]
    parts += [*said[6 * turn : 6 * turn + 6], pause]
recording = folder / "call.wav"
soundfile.write(recording, np.concatenate(parts), 16000)

# %%
# The timeline
# ------------
# Windows of three seconds, one every second. On the command line this is ``sersk predict --window
# 3 --hop 1 --timeline call.csv call.wav``; the suffix ``.png`` gives the picture.

from sersk.display import TimelineDisplay

timeline = workflows.predict_timeline(model, recording, filename="call.wav")
TimelineDisplay.from_timeline(timeline)

# %%
# Its segments as a table, and the share of each class in what was heard.

timeline.to_frame()

# %%

workflows.summarise_timelines([timeline])
