"""A progress bar for people: on stderr, and only when that is a terminal."""

import sys


def progress_bar(iterable, *, total, description, unit):
    """Wrap an iterable in a progress bar.

    Parameters
    ----------
    iterable : iterable
        What is passed through.
    total : int
        How many units the whole work has.
    description : str or None
        The word before the bar; None shows no bar anywhere.
    unit : str
        What is counted.

    Returns
    -------
    bar : tqdm
        Iterates over `iterable`; the caller moves it on with ``bar.update(n)``.
    """
    from tqdm import tqdm

    # disable=None lets tqdm look whether stderr is a terminal.
    disable = True if description is None else None
    return tqdm(iterable, total=total, desc=description, unit=unit, disable=disable, leave=False)


def announce(message):
    """Say on stderr what is about to take long.

    Parameters
    ----------
    message : str
        One line.
    """
    from tqdm import tqdm

    tqdm.write(message, file=sys.stderr)
