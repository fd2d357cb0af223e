"""The answer to a long recording: what was heard when."""

import tempfile
from pathlib import Path

import streamlit as st

from sersk.app._analysis import HOP_S, WINDOW_S
from sersk.app._pictures import draw
from sersk.app._words import as_text, show_answer, show_bars
from sersk.display import TimelineDisplay
from sersk.timeline import save_timeline


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
        _show_one(analysis, model, choice)


def _show_one(analysis, model, choice):
    bar = st.progress(0.0, "Listening …")
    timeline = analysis.timeline(model, choice.view, progress=bar.progress)
    bar.empty()
