"""Sections on what would make a model better: more speakers, and what it leans on."""

from sersk.report._blocks import bars, part, section
from sersk.report._html import tag
from sersk.report._pictures import draw_learning_curve

_N_DESCRIPTORS = 12
_TITLES = {
    "by_extractor": "By kind of feature",
    "by_block": "By block of features",
    "by_descriptor": "By descriptor",
    "by_feature": "By single feature of the first descriptors",
}


def make_curve(curve):
    """Make the section of the learning curve.

    Parameters
    ----------
    curve : dict or None
        What the results have under ``learning_curve``.

    Returns
    -------
    section : Markup or None
        The section; None where it was not drawn.
    """
    if curve is None:
        return None
    return section(
        "More speakers",
        "How the score on unseen speakers grows with the number of speakers to learn from.",
        tag("p", curve["advice"], class_="advice"),
        draw_learning_curve(curve, "curve"),
    )


def make_importance(importance):
    """Make the section of what the model leans on.

    Parameters
    ----------
    importance : dict or None
        What the results have under ``importance``.

    Returns
    -------
    section : Markup or None
        The section; None where it was not measured.
    """
    if importance is None:
        return None
    how = (
        "By how many points the UAR falls when a feature is shuffled among clips of unseen "
        "speakers. What two features both tell is missed little when one of them is shuffled. "
        "What is near 0, or below it, is nothing that could be measured."
    )
    if importance["without_copies"]:
        how += " It is measured on a model that learned from no copies."
    return section(
        "What it leans on",
        how,
        *(_make_part(_TITLES[key], importance[key]) for key in _TITLES if importance.get(key)),
    )


def _make_part(title, measured):
    rows = measured["rows"][:_N_DESCRIPTORS]
    if len(rows) < 2:
        return None
    if len(measured["rows"]) > len(rows):
        title += f", the first {len(rows)} of {len(measured['rows'])}"
    ends = [end for row in rows for end in (row["loss"], *(row.get("interval") or ()))]
    drawn = [
        {
            "name": row["name"],
            "value": row["loss"],
            "text": _write_loss(row),
            "interval": row.get("interval"),
        }
        for row in rows
    ]
    notes = []
    if any(row.get("interval") for row in rows):
        notes = [
            tag("p", "Where the interval (95 %) reaches 0, it may be nothing.", class_="note")
        ]
    return part(title, bars(drawn, scale=max(ends), kind="long"), *notes)


def _write_loss(row):
    if row.get("interval"):
        low, high = row["interval"]
        return f"{100 * row['loss']:.1f} ({100 * low:.1f} to {100 * high:.1f})"
    return f"{100 * row['loss']:.1f} ± {100 * row['std']:.1f}"
