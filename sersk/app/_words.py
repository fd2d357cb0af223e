"""Text of visitors and models as HTML, which no name can break out of."""

from html import escape

import streamlit as st

from sersk.display._figure import BLUE

# Of what is not the answer; the answer is in the blue of the pictures.
PALE = "#A9C8DF"
_STYLE = """
<style>
/* The bars of Streamlit itself leave room for a page of one column. */
.block-container {padding-top: 2.2rem; padding-bottom: 3rem; max-width: 76rem}
h2 {font-size: 1.5rem !important}
.sersk-answer {font-size: 1.55rem; font-weight: 600; line-height: 1.3; margin: .2rem 0 .4rem}
.sersk-bars {width: 100%; border-collapse: collapse; margin: .3rem 0 .6rem}
.sersk-bars th {text-align: left; font-weight: 400; padding: .22rem .8rem .22rem 0; border: 0;
  min-width: 4rem; max-width: 12rem; overflow-wrap: break-word}
.sersk-bars td {padding: .22rem 0; border: 0}
.sersk-bars td.bar {width: 99%; min-width: 4rem}
.sersk-bars td.bar div {height: .95rem; border-radius: .2rem; min-width: 2px}
.sersk-bars td.number {text-align: right; padding-left: .7rem; white-space: nowrap;
  font-variant-numeric: tabular-nums}
.sersk-bars tr.first th, .sersk-bars tr.first td.number {font-weight: 700}
.sersk-facts {border-collapse: collapse; width: 100%}
.sersk-facts th {text-align: left; vertical-align: top; font-weight: 600; border: 0;
  padding: .3rem 1.2rem .3rem 0; white-space: nowrap}
.sersk-facts td {padding: .3rem 0; border: 0; overflow-wrap: anywhere}
/* The grey of Streamlit is too pale for small letters. */
[data-testid="stCaptionContainer"] {opacity: 1; color: #52606D}
[data-testid="stCaptionContainer"] p {color: inherit}
.sersk-brand {color: #0072B2; font-weight: 600; margin: 0; letter-spacing: .02em}
@media (max-width: 640px) {
  h1 {font-size: 1.8rem !important}
  .block-container {padding-top: 1.2rem}
  .sersk-answer {font-size: 1.3rem}
  .sersk-facts th, .sersk-facts td {display: block; padding: .1rem 0}
  .sersk-facts th {padding-top: .5rem}
}
</style>
"""


def show_style():
    """Add what the theme of Streamlit cannot say."""
    st.html(_STYLE)


def show_brand():
    """Say whose page this is."""
    st.html('<p class="sersk-brand">sersk · speech emotion recognition</p>')


def show_answer(sentence):
    """Show the answer, and let a screen reader tell it as soon as it is there.

    Parameters
    ----------
    sentence : str
        The answer in words.
    """
    # A number and its unit stay on one line.
    text = escape(sentence).replace(" %", "&nbsp;%")
    st.html(f'<p class="sersk-answer" role="status">{text}</p>')


def show_bars(shares, caption, colors=None):
    """Show shares as a table of names, bars and percentages.

    Parameters
    ----------
    shares : dict of str to float
        Share of each class.
    caption : str
        What the table shows, for those who do not see it.
    colors : dict of str to str or None, default=None
        Colour of each class. None sets the greatest share apart.
    """
    best = max(shares, key=shares.get) if any(shares.values()) else None
    if colors is None:
        colors = {name: BLUE if name == best else PALE for name in shares}
    rows = "".join(
        f'<tr{" class=first" if name == best else ""}><th scope="row">{escape(name)}</th>'
        f'<td class="bar" aria-hidden="true"><div style="width:{100 * share:.1f}%;'
        f'background:{colors[name]}"></div></td>'
        f'<td class="number">{100 * share:.1f} %</td></tr>'
        for name, share in shares.items()
    )
    st.html(f'<table class="sersk-bars" aria-label="{escape(caption)}">{rows}</table>')


def show_facts(facts):
    """Show names and what belongs to them.

    Parameters
    ----------
    facts : dict of str to str
        The facts.
    """
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(str(value))}</td></tr>'
        for name, value in facts.items()
    )
    st.html(f'<table class="sersk-facts">{rows}</table>')


def as_text(text):
    """Protect text from being read as Markdown.

    Parameters
    ----------
    text : str
        Any text, such as the name of a file.

    Returns
    -------
    markdown : str
        Shows as that text.
    """
    return "".join(f"\\{c}" if c in r"\`*_{}[]()<>#+-.!|~$:&" else c for c in text)


def tell_length(duration_s):
    """Say how long something lasts.

    Parameters
    ----------
    duration_s : float
        Its length, in seconds.

    Returns
    -------
    length : str
        In seconds, or in minutes where those would be many.
    """
    if duration_s < 120:
        return f"{round(duration_s, 2):g} s"
    return f"{duration_s / 60:.1f} min"
