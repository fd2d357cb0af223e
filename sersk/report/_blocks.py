"""What sections are put together from: tables, facts, bars and notes."""

from sersk.report._html import join, prose, tag


def section(title, how_to_read, *blocks):
    """Make a section of the page.

    Parameters
    ----------
    title : str
        Its title.
    how_to_read : str or None
        A sentence or two before all else.
    *blocks : Markup or None
        What it holds; None is left out.

    Returns
    -------
    section : Markup or None
        The section; None where it would hold nothing.
    """
    blocks = [block for block in blocks if block is not None]
    if not blocks:
        return None
    how = None if how_to_read is None else tag("p", how_to_read, class_="how")
    return tag("section", tag("h2", title), how, *blocks, id=make_id(title))


def make_id(title):
    """Make the id of a section from its title.

    Parameters
    ----------
    title : str
        The title.

    Returns
    -------
    id : str
        In small letters, with hyphens.
    """
    return title.lower().replace(" ", "-")


def part(title, *blocks):
    """Make a part of a section, which stays together on paper where it can.

    Parameters
    ----------
    title : str
        Its title.
    *blocks : Markup or None
        What it holds; None is left out.

    Returns
    -------
    part : Markup
        The part.
    """
    return tag("div", tag("h3", title), *blocks, class_="part")


def paragraphs(sentences):
    """Make a paragraph of each sentence.

    Parameters
    ----------
    sentences : sequence of str
        The sentences; without any there is nothing.

    Returns
    -------
    html : Markup or None
        The paragraphs.
    """
    return join(tag("p", prose(sentence)) for sentence in sentences) if sentences else None


def facts(pairs):
    """Make a list of matters, and what is to be said of each.

    Parameters
    ----------
    pairs : sequence of (str, str or Markup)
        The matters.

    Returns
    -------
    html : Markup or None
        The list; None where there are no matters.
    """
    rows = [tag("div", tag("dt", name), tag("dd", prose(text))) for name, text in pairs]
    return tag("dl", *rows, class_="facts") if rows else None


def table(header, rows, *, kind=None):
    """Make a table whose first column names the rows.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : sequence of sequence
        A sequence of cells per row.
    kind : str or None, default=None
        How it is set: ``"cards"`` makes each row a card where there is no room, ``"numbers"`` sets
        columns to the right.

    Returns
    -------
    html : Markup
        The table.
    """
    head = tag("tr", *(tag("th", name, scope="col") for name in header))
    body = [
        tag(
            "tr",
            tag("th", row[0], scope="row"),
            *(
                tag("td", cell, data_label=name)
                for name, cell in zip(header[1:], row[1:], strict=True)
            ),
        )
        for row in rows
    ]
    return tag("table", tag("thead", head), tag("tbody", *body), class_=kind)


def bars(rows, *, chance=None, scale=1.0, kind=None):
    """Make a list of bars, each with its number.

    Parameters
    ----------
    rows : sequence of dict
        ``name``; ``value``, what the bar shows; ``text``, what stands beside it; and, where it is
        known, ``interval``.
    chance : float or None, default=None
        Where to mark what guessing reaches.
    scale : float, default=1.0
        The value that fills the width.
    kind : str or None, default=None
        ``"many"`` puts them in columns where there is room; ``"long"`` leaves room for names.

    Returns
    -------
    html : Markup
        The list.
    """

    def share(value):
        # Where nothing is above 0, there is nothing to show.
        return min(1, max(0, value / scale)) if scale > 0 else 0

    def place(value):
        return f"{100 * share(value):.2f}%"

    items = []
    for row in rows:
        drawn = [tag("span", class_="bar", style=f"width:{place(row['value'])}")]
        if row.get("interval"):
            low, high = (share(end) for end in row["interval"])
            where = f"left:{100 * low:.2f}%;width:{100 * (high - low):.2f}%"
            drawn.append(tag("span", class_="whisker", style=where))
        if chance is not None:
            drawn.append(tag("span", class_="mark", style=f"left:{place(chance)}"))
        items.append(
            tag(
                "li",
                tag("span", row["name"], class_="name"),
                tag("span", *drawn, class_="track", aria_hidden="true"),
                tag("span", row["text"], class_="value"),
            )
        )
    return tag("ul", *items, class_=f"bars {kind}" if kind else "bars")


def percent(share):
    """Write a share in percent.

    Parameters
    ----------
    share : float
        From 0 to 1.

    Returns
    -------
    text : str
        Such as ``"43 %"``, which no line is broken in.
    """
    return f"{int(100 * share + 0.5)}\u00a0%"
