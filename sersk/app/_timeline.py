"""The answer to a long recording: what was heard when."""

import tempfile
from pathlib import Path

import streamlit as st

from sersk.app._pictures import draw
from sersk.app._words import as_text, show_answer, show_bars
from sersk.display import TimelineDisplay
from sersk.display._figure import PALETTE
from sersk.report import describe_shares
from sersk.timeline import save_timeline

_DOWNLOADS = {
    "CSV": (".csv", "text/csv", "A row per segment, as sersk predict --timeline writes it."),
    "JSON": (".json", "application/json", "All windows, steps and segments."),
    "PNG": (".png", "image/png", "The picture."),
    "Audacity": (".txt", "text/plain", "Labels for the editor Audacity."),
    "Praat": (".TextGrid", "text/plain", "A TextGrid for Praat."),
    "WebVTT": (".vtt", "text/vtt", "Subtitles for a player."),
}


def show_timelines(analysis, choice):
    """Show what each of the chosen models hears over time, one below the other.

    Parameters
    ----------
    analysis : Analysis
        The recording.
    choice : Choice
        The models, and the labels.
    """
    for model in choice.models:
        if len(choice.models) > 1:
            st.markdown(f"**{as_text(model.name)}**")
        bar = st.progress(0.0, "Listening …")
        timeline = analysis.timeline(model, choice.view, progress=bar.progress)
        bar.empty()
        _show_one(timeline, model)


def _show_one(timeline, model):
    sentence = describe_shares(timeline.shares, timeline.silent_share)
    show_answer(sentence)
    st.caption(as_text(model.trust))
    files = {label: _write(timeline, suffix) for label, (suffix, _, _) in _DOWNLOADS.items()}
    st.image(_draw(timeline), alt=f"What was heard when: {sentence}", width="stretch")
    colors = {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(timeline.classes)}
    show_bars(timeline.shares, "Share of time of each class", colors)
    with st.expander("Segment by segment"):
        st.dataframe(
            timeline.to_frame().drop(columns="Filename"),
            hide_index=True,
            alt="Start, end, class and probability of each segment",
        )
    stem = f"{Path(timeline.filename).stem}-{model.name}"
    with st.container(horizontal=True):
        for label, (suffix, mime, what) in _DOWNLOADS.items():
            st.download_button(
                label,
                files[label],
                stem + suffix,
                mime,
                key=f"{label}-{model.name}",
                help=what,
                on_click="ignore",
            )


def _draw(timeline):
    """Draw a timeline, narrower than for a file, so that it can be read on a phone."""

    def paint(axes):
        TimelineDisplay.from_timeline(timeline, axes=axes)

    return draw(paint, (6.4, 4.6), nrows=2, height_ratios=(1, 4))


def _write(timeline, suffix):
    """Give the file that ``sersk predict --timeline`` writes."""
    with tempfile.TemporaryDirectory(prefix="sersk-app-") as folder:
        path = Path(folder) / f"timeline{suffix}"
        save_timeline(timeline, path)
        return path.read_bytes()
