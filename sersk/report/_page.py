"""The page that holds a report: one file, which asks nobody for anything."""

from functools import cache
from importlib import resources

from sersk.report._blocks import facts
from sersk.report._html import Markup, prose, tag

# In the page's own words: what a level means, for those who see no colour.
_LEVEL_WORDS = {"bad": "Warning", "warning": "Caution", "good": "Verdict"}


def make_page(title, about, verdict, sections, footer):
    """Put a report together.

    Parameters
    ----------
    title : str
        What it is about.
    about : str
        A line below the title.
    verdict : Verdict
        What to think of it.
    sections : list of Markup
        The rest, in order.
    footer : str
        The last line.

    Returns
    -------
    page : str
        The HTML.
    """
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", Markup(_read_style())),
    )
    body = tag(
        "body",
        tag("header", tag("h1", title), tag("p", about)),
        tag("main", _make_verdict(verdict), *sections),
        tag("footer", tag("p", footer)),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _make_verdict(verdict):
    alarms = [tag("li", prose(text)) for text in verdict.alarms]
    return tag(
        "section",
        tag(
            "div",
            tag("p", _LEVEL_WORDS[verdict.level], class_="level"),
            tag("h2", f"{verdict.headline}."),
            tag("ul", *alarms) if alarms else None,
            class_=f"verdict {verdict.level}",
        ),
        facts(verdict.statements),
        id="verdict",
    )


@cache
def _read_style():
    return resources.files("sersk.report").joinpath("report.css").read_text(encoding="utf-8")
