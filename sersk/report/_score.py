"""A score as a sentence that needs no knowledge of scores."""


def find_chance(classes):
    """Tell what guessing reaches.

    Parameters
    ----------
    classes : sequence or None
        The classes to guess among.

    Returns
    -------
    chance : float or None
        The unweighted average recall of guesses; None where the classes are not known.
    """
    return 1 / len(classes) if classes else None


def of_100(share):
    """Write a share as a number of 100 clips.

    Parameters
    ----------
    share : float
        From 0 to 1.

    Returns
    -------
    number : int
        Halves go up, as most people round: 12.5 is 13, which Python's own rule makes 12.
    """
    return int(100 * share + 0.5)


def tell_score(whom, scores, chance):
    """Tell how often a model is right, and whether that is better than guessing.

    Parameters
    ----------
    whom : str
        On which clips, as the sentence begins.
    scores : dict
        With ``uar`` and, where there is one, ``interval``.
    chance : float or None
        What guessing reaches; None where that is not known.

    Returns
    -------
    text : str
        One or two sentences.
    """
    interval = (scores.get("interval") or {}).get("uar")
    ends = "" if interval is None else f" (95 %: {of_100(interval[0])} to {of_100(interval[1])})"
    text = (
        f"{whom}, it gives the right class for {of_100(scores['uar'])} of 100 clips, on average "
        f"over classes{ends}"
    )
    if chance is None:
        return f"{text}."
    text += f"; guessing would give {of_100(chance)}."
    if scores["uar"] <= chance:
        return f"{text} So it is no better than guessing there."
    if interval is not None and interval[0] <= chance:
        return f"{text} So it may be no better than guessing there."
    return text
