"""What is not marked as HTML is text."""

from sersk.report._html import Markup, join, prose, tag


def test_texts_and_attributes_are_escaped():
    html = tag("p", "<b>&", tag("i", 3), Markup("<br>"), None, title='"><script>', data_x=None)
    assert html == '<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;<i>3</i><br></p>'


def test_names_of_attributes():
    assert tag("meta", name="a", class_="b", data_label="c") == (
        '<meta name="a" class="b" data-label="c">'
    )


def test_join_escapes_what_is_text():
    assert join(["<", tag("br"), None], " ") == "&lt; <br>"


def test_options_are_kept_together():
    option = '<span class="option">{}</span>'.format
    text = f"with {option('--cv')} &lt; 3 - or {option('--no-copies')}."
    assert prose("with --cv < 3 - or --no-copies.") == text
    assert prose(Markup("<i>--cv</i>")) == "<i>--cv</i>"
