"""The card of each model: what it is, what it can, and what it cannot."""

import pandas as pd
import streamlit as st

from sersk.app._words import as_text, show_facts
from sersk.report import summarise_model

_MAIN = ("Recipe", "Sampling rate", "Features", "Speakers", "Scores", "Transductive")


def show_cards(models):
    """Show the cards of all models, one below the other.

    Parameters
    ----------
    models : list of Model
        Those of the operator.
    """
    for model in models:
        st.header(as_text(model.name), anchor=False)
        limits, training = st.columns([3, 2], gap="large")
        facts = summarise_model(model.description)
        # It may name folders of the operator.
        facts.pop("Command", None)
        with limits:
            st.markdown("**What to know before believing it**")
            st.markdown("\n".join(f"- {as_text(line)}" for line in model.limits))
        with training:
            st.markdown("**What it is**")
            show_facts({name: facts[name] for name in _MAIN if name in facts})
            _show_classes(model.description)
        with st.expander("All that is known of it"):
            show_facts(facts)


def _show_classes(description):
    counts = description.get("training", {}).get("clips_per_class")
    if counts:
        st.markdown("**Clips that it learned from**")
        table = pd.DataFrame({"Class": list(counts), "Clips": list(counts.values())})
        st.dataframe(table, hide_index=True, alt="Number of training clips of each class")
