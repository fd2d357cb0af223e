"""Telling of several clips in one line."""

import warnings

from sersk.exceptions import ClipWarning


def summarise_warnings(found, names):
    """Say in one line how many clips have warnings, and what the first, or only, one has.

    Parameters
    ----------
    found : list of dict of str to str
        Sentences of each clip, by what they are about.
    names : sequence of str
        What to call each clip.

    Returns
    -------
    line : str or None
        The line; None where no clip has any.

    Examples
    --------
    >>> from sersk.guards._telling import summarise_warnings
    >>> summarise_warnings([{}, {"level": "It is quiet."}], ["a.wav", "b.wav"])
    '1 of 2 clips has warnings (first: b.wav: It is quiet.)'
    >>> summarise_warnings([{"level": "It is quiet."}], ["a.wav"])
    'a.wav: It is quiet.'
    """
    first = next((i for i, sentences in enumerate(found) if sentences), None)
    if first is None:
        return None
    said = f"{names[first]}: {' '.join(found[first].values())}"
    if len(found) == 1:
        return said
    n_warned = sum(bool(sentences) for sentences in found)
    verb = "has" if n_warned == 1 else "have"
    return f"{n_warned} of {len(found)} clips {verb} warnings (first: {said})"


def warn_of_clips(found, names):
    """Warn in one line of all clips that have sentences, on behalf of a transformer.

    Parameters
    ----------
    found : list of dict of str to str
        Sentences of each clip, by what they are about.
    names : sequence of str
        What to call each clip.
    """
    line = summarise_warnings(found, names)
    if line is not None:
        # Of the caller of `transform`, which scikit-learn may wrap.
        warnings.warn(line, ClipWarning, stacklevel=3)
