"""The confusion matrix as a table that is its own picture."""

from sersk.display._figure import contrast_color
from sersk.report._blocks import bars
from sersk.report._html import tag
from sersk.report._score import of_100
from sersk.report._verdict import find_confusions

# The blue of the other pictures, from 0 to 1.
_FULL = (0, 0.447, 0.698)
_N_LISTED = 6
# As many classes leave room for names on a phone, and as many letters stand side by side.
_N_FEW, _N_LETTERS = 4, 80


def make_matrix(classes, matrix):
    """Show which classes are taken for which.

    A picture of twelve classes could not be read on a phone; a table can, also aloud.

    Parameters
    ----------
    classes : list of str
        The classes.
    matrix : list of list of int
        Numbers of clips, rows true and columns predicted.

    Returns
    -------
    html : Markup
        The table.
    """
    head = tag(
        "tr",
        tag("td", "true ↓ predicted →", class_="corner"),
        *(tag("th", tag("span", name), scope="col") for name in classes),
    )
    body = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            *(_make_cell(n, sum(row), i == j) for j, n in enumerate(row)),
        )
        for i, (name, row) in enumerate(zip(classes, matrix, strict=True))
    ]
    return tag(
        "table",
        tag("caption", "Of 100 clips of each true class, and below it the number of clips"),
        tag("thead", head),
        tag("tbody", *body),
        class_=f"heat {_choose_form(classes)}".strip(),
    )


def _choose_form(classes):
    """Turn names that would not fit side by side above the columns."""
    if len(classes) * max(len(name) for name in classes) > _N_LETTERS:
        return "turned"
    return "few" if len(classes) <= _N_FEW else ""


def _make_cell(n, n_true, is_right):
    share = n / n_true if n_true else 0
    color = [1 + (full - 1) * share for full in _FULL]
    red, green, blue = (round(255 * part) for part in color)
    return tag(
        "td",
        tag("b", of_100(share) if n_true else "–"),
        tag("small", f"{n}"),
        style=f"background:rgb({red},{green},{blue});color:{contrast_color(color)}",
        class_="right" if is_right else None,
    )


def list_confusions(classes, matrix):
    """List the most frequent confusions.

    Parameters
    ----------
    classes : list of str
        The classes.
    matrix : list of list of int
        Numbers of clips, rows true and columns predicted.

    Returns
    -------
    html : Markup or None
        Bars; None where no class is often mistaken for another.
    """
    confusions = find_confusions(classes, matrix)[:_N_LISTED]
    if not confusions:
        return None
    return bars(
        [
            {
                "name": f"{c['true']} taken for {c['predicted']}",
                "value": c["share"],
                "text": f"{of_100(c['share'])} of 100 ({c['n_clips']})",
            }
            for c in confusions
        ],
        kind="long",
    )
