"""What the page is for, and what becomes of a recording."""

import streamlit as st

_TEXT = """
#### What this is

A voice carries more than words. The model behind this page has heard recordings of people who spoke in
different moods, mostly actors, and was told which mood was meant. For a new recording it says which
of these moods the voice is most like, and how sure it is.

#### How it works

1. The recording is brought to one sampling rate and cut into short frames, some 40 in a second.
2. From each frame numbers are computed: how loud it is, how its spectrum is shaped, how much of it is
   tone or noise. The pictures below an answer show the same.
3. Their mean and spread over the recording go to a classifier, which gives each class a probability.
4. A long recording is judged in windows of {window:g} seconds, every {hop:g} seconds; silence is not judged.

#### What becomes of your recording

It is sent to the computer that runs this page, and nowhere else. There it is held in memory while the page
is open, lies on disk only for the moment in which it is looked at, and is learned from by nobody. At most
{size} MB and {minutes:g} minutes are taken.

#### When not to use it

A model recognises how something *sounds*, not what anybody *feels*. It errs often, most of all with
voices, languages, microphones and situations unlike those it has learned from; the page of the model
says how often. It is no ground to judge people at work, at school, in care or anywhere else, and in
the European Union using such systems at work and at school is forbidden with few exceptions.

#### The same without this page

sersk is a command and a Python library: `sersk fit` trains such a model on your own recordings and says
honestly how good it is, `sersk predict` applies it to folders and to hours of speech.
"""


def show_about(options):
    """Show the part of the page that says what it is.

    Parameters
    ----------
    options : Options
        Choices of the operator.
    """
    from sersk.workflows import HOP_S, WINDOW_S

    st.markdown(
        _TEXT.format(
            window=WINDOW_S,
            hop=HOP_S,
            size=st.get_option("server.maxUploadSize"),
            minutes=options.max_duration_s / 60,
        )
    )
