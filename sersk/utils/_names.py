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
    # Split at digits, text and numbers take turns; the number decides, then its leading zeros.
    parts = re.split(r"(\d+)", name.lower())
    return [(int(p), p) if i % 2 else (-1, p) for i, p in enumerate(parts)]
