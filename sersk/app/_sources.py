"""Where a recording comes from: a file, the microphone, or the synthesiser."""

from dataclasses import dataclass

import streamlit as st

SUFFIXES = ["wav", "mp3", "ogg", "flac"]
_SAMPLE_RATE = 16000
# A voice that the demo model has not learned from.
_SAMPLE_SEED = 2026


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
        "A synthetic voice, made by formulas: no person said this",
        list(samples),
        default=next(iter(samples)),
        required=True,
    )
    return Source(f"sample-{chosen}", f"{chosen}.wav", samples[chosen])


@st.cache_resource(show_spinner=False)
def make_samples():
    """Synthesise one clip of each emotion, once for all visitors.

    Returns
    -------
    samples : dict of str to bytes
        WAV files by the emotion that they are meant to show.
    """
    from sersk.datasets import make_emotional_speech
    from sersk.display._signal import encode_wav

    signals, emotions, _ = make_emotional_speech(
        n_speakers=1, n_clips_per_class=1, sample_rate=_SAMPLE_RATE, random_state=_SAMPLE_SEED
    )
    return {
        emotion: encode_wav(signal, _SAMPLE_RATE)
        for signal, emotion in zip(signals, emotions, strict=True)
    }
