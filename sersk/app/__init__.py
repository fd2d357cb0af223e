"""The web application: a thin page over the functions that the command line uses, too.

`main` is the script that Streamlit runs. Only modules of this package import streamlit.
"""
