"""Names with numbers in them."""

import re


def natural_key(name):
    """Make a sort key that counts: clip 2 comes before clip 10.

    Parameters
    ----------
    name : str
        The name.

    Returns
    -------
    key : list of tuple
        What to sort by.

    Examples
    --------
    >>> from sersk.utils._names import natural_key
    >>> sorted(["10.wav", "9.wav"], key=natural_key)
    ['9.wav', '10.wav']
    """
    # Split at digits, text and numbers take turns.
    parts = re.split(r"(\d+)", name.lower())
    return [number_key(part) if i % 2 else (-1, part) for i, part in enumerate(parts)]


def number_key(digits):
    """Make a sort key of a number of any length.

    Parameters
    ----------
    digits : str
        The number.

    Returns
    -------
    key : tuple
        Its length, its figures, and the figures with leading zeros.

    Examples
    --------
    >>> from sersk.utils._names import number_key
    >>> number_key("010") > number_key("9")
    True
    """
    significant = digits.lstrip("0")
    return len(significant), significant, digits


def plain_name(name):
    """Give a name without case, marks at its end, and marks that only join its parts.

    A mark between two figures parts numbers, and one at the beginning may be a sign: these stay.

    Parameters
    ----------
    name : str
        The name.

    Returns
    -------
    name : str
        The plain name.

    Examples
    --------
    >>> from sersk.utils._names import plain_name
    >>> plain_name("Actor_01 "), plain_name("S1_10"), plain_name("-1")
    ('actor01', 's1-10', '-1')
    """

    def join(match):
        before, after = match.string[match.start() - 1], match.string[match.end()]
        return "-" if before.isdigit() and after.isdigit() else ""

    name = name.casefold().strip()
    return re.sub(r"(?<=[^\W_])[\s_.-]+(?=[^\W_])", join, name.rstrip(" .,;:!?") or name)
