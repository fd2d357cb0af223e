"""reStructuredText, made of words and numbers."""


def heading(title, mark):
    """Set a title with a line below."""
    return f"{title}\n{mark * len(title)}\n"


def code(words):
    """Set words as literals."""
    return ", ".join(f"``{word}``" for word in words)


def make_list_table(header, rows):
    """Write a list-table."""
    lines = [".. list-table::", "   :header-rows: 1", ""]
    return "\n".join([*lines, *_write_rows((header, *rows))]) + "\n"


def make_pairs(pairs, *, header=None):
    """Write a table of names and what belongs to each; without a header the names stand out."""
    if header:
        return make_list_table(header, [(f"``{name}``", value) for name, value in pairs.items()])
    lines = [".. list-table::", "   :stub-columns: 1", "   :widths: 20 80", ""]
    return "\n".join([*lines, *_write_rows(pairs.items())]) + "\n"


def _write_rows(rows):
    return [
        f"   {'* -' if i == 0 else '  -'} {cell}".rstrip()
        for row in rows
        for i, cell in enumerate(row)
    ]
