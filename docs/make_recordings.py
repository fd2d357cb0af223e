"""Write synthetic speech to try things on: a folder per emotion, the speaker in the name."""

from pathlib import Path

import numpy as np
import soundfile

from sersk.datasets import make_emotional_speech

SAMPLE_RATE = 16000

signals, emotions, speakers = make_emotional_speech(10, 5, sample_rate=SAMPLE_RATE)
call = []
for number, (signal, emotion, speaker) in enumerate(zip(signals, emotions, speakers, strict=True)):
    # The model will never hear S09 and S10: takes 1 to 5 of them are anger, 6 to 10 happiness,
    # 11 to 15 neutral and 16 to 20 sadness.
    is_new = speaker in ("S09", "S10")
    folder = Path("new") if is_new else Path("recordings", emotion)
    take = 1 + number % (20 if is_new else 5)
    folder.mkdir(parents=True, exist_ok=True)
    soundfile.write(folder / f"{speaker}_{take:02d}.wav", signal, SAMPLE_RATE)
    if speaker == "S10":
        call += [signal, np.zeros(SAMPLE_RATE // 4)]
soundfile.write("call.wav", np.concatenate(call), SAMPLE_RATE)
