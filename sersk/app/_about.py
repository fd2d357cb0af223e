"""What the page is for, and what becomes of a recording."""

import streamlit as st

from sersk.workflows._timeline import HOP_S, WINDOW_S

_TEXT = """
## What this is

A voice carries more than words. The model behind this page has heard recordings of people who
spoke in different moods, mostly actors, and was told which mood was meant. For a new recording it
says which of these moods the voice is most like, and how sure it is.

## How it works

1. The recording is brought to one sampling rate and cut into short frames, some 40 a second.
2. From each frame numbers are computed: how loud it is, what shape its spectrum has, how much of
   it is tone or noise. The pictures below an answer show the same.
3. Their mean and spread over the recording, or with some models the frames one after the other,
   go to a classifier, which gives each class a probability.
4. A long recording is judged in windows of {window:g} seconds, one every {hop:g} s; silence is
   not judged.

## What becomes of your recording

It is sent to the computer that serves this page, and nowhere else. It is held in memory while the
page is open, lies on disk only for the moment in which it is decoded, and nothing learns from it.
At most {size} MB and {minutes:g} minutes are taken.

## When not to use it

A model recognises how something *sounds*, not what anybody *feels*. It errs often, most of all
with voices, languages, microphones and situations unlike those that it has learned from; its card
says how often. It is no ground to judge people, at work, at school, in care or anywhere else. In
the European Union such systems are forbidden at work and at school, with few exceptions.

## The same without this page

sersk is a command and a Python library: `sersk fit` trains such a model on your own recordings
and says honestly how good it is, `sersk predict` applies it to folders and to hours of speech.
"""


def show_about(options):
    """Show the part of the page that says what it is.

    Parameters
    ----------
    options : Options
        Choices of the operator.
    """
    st.markdown(
        _TEXT.format(
            window=WINDOW_S,
            hop=HOP_S,
            size=st.get_option("server.maxUploadSize"),
            minutes=options.max_duration_s / 60,
        )
    )
