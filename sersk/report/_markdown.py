"""Words, lists and tables in Markdown."""

import re

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#&~$])")
# A quoted text with a folder in it.
_QUOTED_PATH = re.compile(r"""(['"])[^'"]*[/\\]([^'"/\\]*)\1""")


def escape(text):
    """Make of any text one that Markdown shows as it is, in a line or in the cell of a table.

    Parameters
    ----------
    text : object
        What to show.

    Returns
    -------
    escaped : str
        On one line.
    """
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def file_name(path):
    """Give the name of a file without its folders, which may be private.

    Parameters
    ----------
    path : str
        A path of any system.

    Returns
    -------
    name : str
        Its last part.
    """
    return re.split(r"[/\\]", str(path))[-1]


def hide_folders(text):
    """Leave the folders out of paths that a text quotes.

    Parameters
    ----------
    text : object
        Such as a parameter as Python writes it.

    Returns
    -------
    text : str
        The same with the names of files only.
    """
    return _QUOTED_PATH.sub(r"\1\2\1", str(text))


def make_table(head, rows):
    """Make a table.

    Parameters
    ----------
    head : list of str
        Title of each column; all but the first are set to the right.
    rows : list of list
        Cells, not yet escaped.

    Returns
    -------
    lines : list of str
        The table, and an empty line.
    """
    rules = [":--", *["--:"] * (len(head) - 1)]
    lines = [[escape(cell) for cell in row] for row in (head, *rows)]
    return [f"| {' | '.join(cells)} |" for cells in (lines[0], rules, *lines[1:])] + [""]


def make_list(items):
    """Make a list with a bold word before each item.

    Parameters
    ----------
    items : dict of str to object
        Items by their word; those that are None are left out.

    Returns
    -------
    lines : list of str
        The list, and an empty line; nothing where no item is known.
    """
    lines = [f"- **{word}:** {escape(text)}" for word, text in items.items() if text is not None]
    return [*lines, ""] if lines else []
