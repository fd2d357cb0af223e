"""Sections on what differs: classes, speakers and genders."""

from sersk.report._blocks import bars, part, percent, section, table
from sersk.report._confusion import list_confusions, make_matrix
from sersk.report._html import tag
from sersk.report._score import find_chance

# More bars than that stand in columns where there is room.
_MANY = 12


def make_classes(results, title="Classes"):
    """Make the section of classes and confusions.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit` or `evaluate` gives, whole.
    title : str, default="Classes"
        Its title.

    Returns
    -------
    section : Markup or None
        The section; None where nothing is known.
    """
    return section(
        title,
        "How many of 100 clips of a class are recognised, and what the others are taken for. "
        "Numbers in brackets are clips.",
        *make_class_parts(results),
    )


def make_class_parts(results):
    """Make recall, table, matrix and list of confusions.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit` or `evaluate` gives, whole.

    Returns
    -------
    parts : list of Markup
        As many as there are numbers for.
    """
    chance, parts = find_chance(results["classes"]), []
    if results["per_class"]:
        rows = results["per_class"]
        drawn = [
            {
                "name": name,
                "value": row["recall"],
                "text": f"{percent(row['recall'])} ({row['n_clips']})",
            }
            for name, row in rows.items()
        ]
        parts.append(
            part("Recall of each class", bars(drawn, chance=chance), note_chance_mark(chance))
        )
    if results["confusion_matrix"]:
        matrix = results["classes"], results["confusion_matrix"]
        parts.append(part("Confusion matrix", make_matrix(*matrix)))
        confusions = list_confusions(*matrix)
        if confusions is not None:
            parts.append(part("Most frequent confusions", confusions))
    if results["per_class"]:
        cells = [
            [name, *(f"{row[key]:.3f}" for key in ("precision", "recall", "f1")), row["n_clips"]]
            for name, row in results["per_class"].items()
        ]
        header = ["class", "precision", "recall", "F1", "clips"]
        parts.append(part("Each class in numbers", table(header, cells, kind="numbers")))
    return parts


def note_chance_mark(chance):
    """Say what the thin line in bars is.

    Parameters
    ----------
    chance : float
        What guessing reaches.

    Returns
    -------
    note : Markup
        A sentence.
    """
    return tag("p", f"The thin line is what guessing reaches, {percent(chance)}.", class_="note")


def make_speakers(results):
    """Make the section of speakers and genders.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit` or `evaluate` gives, whole.

    Returns
    -------
    section : Markup or None
        The section; None where neither is known.
    """
    chance = find_chance(results["classes"])
    parts = [
        _make_part(title, results[key], chance)
        for title, key in (("Each speaker", "per_speaker"), ("Genders", "per_gender"))
    ]
    how = (
        "The UAR of each, from the lowest to the highest. The average says little about the next "
        "speaker; the spread says how much to expect. Of a speaker without clips of a class, only "
        "the others count. Numbers in brackets are clips."
    )
    return section("Speakers", how, *parts)


def _make_part(title, rows, chance):
    if not rows:
        return None
    drawn = [
        {
            "name": name,
            "value": row["uar"],
            "text": f"{percent(row['uar'])} ({row['n_clips']})",
        }
        for name, row in sorted(rows.items(), key=lambda item: item[1]["uar"])
    ]
    kind = "many" if len(drawn) > _MANY else None
    return part(title, bars(drawn, chance=chance, kind=kind), note_chance_mark(chance))
