"""Figures that the pages on accuracy and on networks give, to be shown elsewhere."""

import re
from itertools import pairwise
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]


def read_tables(page):
    """Read the list-tables of a page.

    Parameters
    ----------
    page : str
        Its name below ``docs``, with the suffix.

    Returns
    -------
    tables : list of (list of str, list of list of str)
        The header and the rows of each, cells as they are written. A cell of the first column that
        is empty repeats the one above it.
    """
    text = (DOCS / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^\.\. list-table::\n((?:(?:   .*)?\n)+)", text, re.M)
    return [_read_table(block) for block in blocks]


def _read_table(block):
    rows = []
    for mark, cell in re.findall(r"^   (\* -|  -)(.*(?:\n     (?! ?-).*)*)", block, re.M):
        if mark == "* -":
            rows.append([])
        rows[-1].append(" ".join(cell.split()))
    for above, row in pairwise(rows[1:]):
        row[0] = row[0] or above[0]
    return rows[0], rows[1:]


def _find_table(page, *columns):
    for header, rows in read_tables(page):
        if header[: len(columns)] == list(columns):
            return [dict(zip(header, row, strict=False)) for row in rows]
    raise ValueError(f"{page} has no table with the columns {', '.join(columns)}.")


def read_scores():
    """Give a dict for each measured score: Protocol, Recipe, UAR, interval, Transductive."""
    return _find_table("accuracy.rst", "Protocol", "Recipe", "UAR")


def read_network_scores():
    """Give a dict for each network on RAVDESS: Recipe, UAR, interval."""
    rows = _find_table("user_guide/networks.rst", "Recipe", "UAR", "95 % interval")
    # Footnotes belong to the page.
    return [{**row, "Recipe": re.sub(r" \[\d\]_", "", row["Recipe"])} for row in rows]


def read_costs():
    """Give a dict for each recipe of which the time is known."""
    return _find_table("accuracy.rst", "Recipe", "ms per second", "of eGeMAPS")
