"""Where a recording comes from: a file, the microphone, or the synthesiser."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from sersk.datasets import make_emotional_speech
from sersk.display._signal import encode_wav

SUFFIXES = ["wav", "mp3", "ogg", "flac"]
_SAMPLE_RATE = 16000
# A voice that the demo model has not learned from.
_SAMPLE_SEED = 2026
# Of one emotion after the other, so that there is something to hear over time.
_N_IN_A_ROW = 4
_ALL = "all in turn"


@dataclass(frozen=True)
class Source:
    """A recording as the visitor gave it.

    Attributes
    ----------
    key : str
        Tells it from the visitor's other recordings.
    name : str
        Name of its file.
    content : bytes
        That file.
    """

    key: str
    name: str
    content: bytes


def ask_for_recording():
    """Let the visitor choose a recording.

    Returns
    -------
    source : Source or None
        The recording; None as long as there is none.
    """
    way = st.segmented_control(
        "Where the recording comes from",
        ["Upload", "Record", "Sample"],
        default="Upload",
        required=True,
        label_visibility="collapsed",
    )
    return {"Upload": _ask_for_file, "Record": _ask_to_speak, "Sample": _ask_for_sample}[way]()


def _ask_for_file():
    upload = st.file_uploader(
        "A sound file with one voice",
        type=SUFFIXES,
        help="WAV, MP3, OGG or FLAC. It is looked at in memory and on a temporary file that is "
        "deleted before the answer is shown.",
    )
    return upload and Source(upload.file_id, upload.name, upload.getvalue())


def _ask_to_speak():
    take = st.audio_input("Press the microphone, speak for some seconds, and press again")
    return take and Source(take.file_id, "recording.wav", take.getvalue())


def _ask_for_sample():
    samples = make_samples()
    chosen = st.pills(
        "Synthetic voices, made by formulas and meant to sound like",
        list(samples),
        default=next(iter(samples)),
        required=True,
    )
    return Source(f"sample-{chosen}", f"{chosen}.wav", samples[chosen])


@st.cache_resource(show_spinner=False)
def make_samples():
    """Synthesise a clip of each emotion, and all of them as one recording; once for all visitors.

    Returns
    -------
    samples : dict of str to bytes
        WAV files by what they are meant to sound like.
    """
    signals, emotions, _ = make_emotional_speech(
        n_speakers=1,
        n_clips_per_class=_N_IN_A_ROW,
        sample_rate=_SAMPLE_RATE,
        random_state=_SAMPLE_SEED,
    )
    by_emotion = {}
    for emotion, signal in zip(emotions, signals, strict=True):
        by_emotion.setdefault(str(emotion), []).append(signal)
    samples = {emotion: clips[0] for emotion, clips in by_emotion.items()}
    samples[_ALL] = np.concatenate([clip for clips in by_emotion.values() for clip in clips])
    return {name: encode_wav(signal, _SAMPLE_RATE) for name, signal in samples.items()}
