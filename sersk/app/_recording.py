"""One recording: heard, seen, and judged by one model or two."""

from pathlib import Path

import streamlit as st

from sersk.app._analysis import Analysis
from sersk.app._answer import show_answers
from sersk.app._sources import ask_for_recording
from sersk.app._timeline import show_timelines
from sersk.app._uploads import explain
from sersk.app._words import as_text, tell_length
from sersk.exceptions import AudioReadError

_FORMATS = {".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".flac": "audio/flac"}
_EMPTY = (
    "Upload or record somebody speaking, or take a sample. The answer appears here: what the "
    "voice most likely expresses, how sure the model is, and what speaks against it."
)


def show_recording(choice, options):
    """Show the part of the page for one recording.

    Parameters
    ----------
    choice : Choice
        The models to ask, and the labels to answer in.
    options : Options
        Choices of the operator.
    """
    left, right = st.columns([5, 7], gap="large")
    with left:
        source = ask_for_recording()
    if source is None:
        right.info(_EMPTY, icon=":material/hearing:")
        return
    try:
        with right, st.spinner("Listening …"):
            analysis = _recall(source, options)
            show = show_timelines if analysis.is_long else show_answers
            show(analysis, choice)
    except AudioReadError as error:
        right.error(as_text(explain(error)), icon=":material/error:")
        return
    with left:
        _show_player(analysis, choice)
    _show_pictures(analysis)


def _recall(source, options):
    """Give what is known of the recording; one visitor, one recording at a time."""
    known = st.session_state.get("analysis")
    if known is None or known.source.key != source.key:
        known = Analysis(source, max_duration_s=options.max_duration_s)
        st.session_state["analysis"] = known
    return known


def _show_player(analysis, choice):
    source, report = analysis.source, analysis.report
    kind = _FORMATS.get(Path(source.name).suffix.lower(), "audio/wav")
    st.audio(source.content, format=kind, alt=f"Player of {source.name}")
    channels = "1 channel" if report.n_channels == 1 else f"{report.n_channels} channels"
    length = as_text(tell_length(report.duration_s))
    st.caption(f"{as_text(source.name)}: {length}, {report.sample_rate} Hz, {channels}")
    for warning in analysis.find_warnings(choice.models[0], choice.view):
        st.warning(as_text(warning), icon=":material/warning:")


def _show_pictures(analysis):
    st.header("What the model hears", anchor=False)
    with st.spinner("Drawing …"):
        pictures = analysis.pictures
    stem = Path(analysis.source.name).stem
    for tab, (kind, png) in zip(st.tabs(list(pictures)), pictures.items(), strict=True):
        picture, words = tab.columns([7, 4], gap="large", vertical_alignment="center")
        picture.image(png, alt=f"{kind} of {analysis.source.name}", width="stretch")
        words.markdown(_EXPLANATIONS[kind])
        name = f"{stem}-{kind.lower().replace(' ', '-')}.png"
        words.download_button(
            "Download PNG", png, name, "image/png", key=f"png-{kind}", on_click="ignore"
        )


_EXPLANATIONS = {
    "Waveform": "Air pressure over time: where it is loud, and where nothing is said.",
    "Mel spectrogram": "Strength of each pitch region over time, spaced as the ear does. Even "
    "lines are the harmonics of the voice; the hiss of an s lies high up.",
    "MFCC": "The same as a few numbers per moment, which say what shape the spectrum has. From "
    "these, and their like, most models learn.",
}
