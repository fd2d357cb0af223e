"""The page. Run it with ``sersk app``, or ``streamlit run sersk/app/main.py -- --model M``."""

import sys
import warnings

import streamlit as st

from sersk.app._about import show_about
from sersk.app._batch import show_batch
from sersk.app._card import show_cards
from sersk.app._choice import choose
from sersk.app._models import load_models, train_demo_model
from sersk.app._options import read_options
from sersk.app._recording import show_recording
from sersk.app._words import show_brand, show_style
from sersk.exceptions import ClipWarning, ModelError

# Five bars, as of a voice. A picture by its name would be fetched from another server.
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#0072B2" '
    'stroke-width="3.5" stroke-linecap="round">'
    '<path d="M4 13v6M10 8v16M16 3v26M22 10v12M28 13v6"/></svg>'
)
_TABS = ("One recording", "Many files", "The model", "About")


def show_page():
    """Show the page, as Streamlit does anew after each touch of a visitor."""
    # What is to be said of a clip stands on the page, not in the terminal of whoever serves it.
    warnings.simplefilter("ignore", ClipWarning)
    st.set_page_config("sersk", _ICON, layout="wide")
    show_style()
    options = read_options(sys.argv[1:])
    show_brand()
    st.title("What does this voice express?", anchor=False)
    models = _find_models(options)
    choice = choose(models)
    recording, batch, card, about = st.tabs(_TABS)
    with recording:
        show_recording(choice, options)
    with batch:
        show_batch(choice, options)
    with card:
        show_cards(models)
    with about:
        show_about(options)


def _find_models(options):
    if options.models:
        try:
            return load_models(options.models)
        except ModelError as error:
            st.error(str(error), icon=":material/error:")
            st.stop()
    with st.spinner("No model was given. Training one on synthetic speech: some ten seconds …"):
        demo = train_demo_model()
    st.info(
        "**This is a demonstration.** The model behind it learned, when this page was first "
        "opened, from voices that a formula makes. It shows how everything works; of real people "
        "it knows nothing. For a model of your own: sersk app --model model.joblib",
        icon=":material/science:",
    )
    return [demo]


# Streamlit runs this file as the main one; whoever imports it does not want the page.
if __name__ == "__main__":
    show_page()
