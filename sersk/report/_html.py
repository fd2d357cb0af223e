"""HTML from plain functions: what is not marked as HTML is text, and is escaped."""

import re
from html import escape

# Those that HTML closes itself.
_VOID = {"br", "col", "meta"}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name, /, *children, **attributes):
    """Write an element.

    Parameters
    ----------
    name : str
        Its name.
    *children : str, Markup, int, float or None
        What it holds; None is left out, and what is not `Markup` is escaped.
    **attributes : str or None
        Its attributes, a trailing underscore left out and others made hyphens; None is left out.

    Returns
    -------
    element : Markup
        The element.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(children)}</{name}>")


def join(children, between=""):
    """Put elements and texts one after the other.

    Parameters
    ----------
    children : iterable of (str, Markup, int, float or None)
        As for `tag`.
    between : str, default=""
        What stands between them, as HTML.

    Returns
    -------
    html : Markup
        All of them.
    """
    return Markup(between.join(_write(child) for child in children if child is not None))


def prose(text):
    """Keep the names of options in a text from being broken at their hyphens.

    Parameters
    ----------
    text : str or Markup
        The text.

    Returns
    -------
    html : Markup
        The text with each option in an element of its own.
    """
    if isinstance(text, Markup):
        return text
    parts = re.split(r"(--[a-z][a-z-]+)", text)
    return join(tag("span", p, class_="option") if i % 2 else p for i, p in enumerate(parts))


def _write(child):
    return child if isinstance(child, Markup) else escape(str(child), quote=False)
