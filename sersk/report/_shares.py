"""What takes how much of a recording, in plain words."""

# Of the classes and of silence; less is not worth a word.
_LEAST = 0.1
_N_NAMED = 3


def describe_shares(shares, silent_share=0.0):
    """Tell in a plain sentence what is heard most in a recording.

    Parameters
    ----------
    shares : dict of str to float
        Share of each class in the time that is not silent, as `sersk.timeline.Timeline` gives it.
    silent_share : float, default=0.0
        Share of the recording that is silent.

    Returns
    -------
    sentence : str
        The longest classes, three at most, and the silence where it is a tenth or more.

    Examples
    --------
    >>> from sersk.report import describe_shares
    >>> describe_shares({"sad": 0.7, "happy": 0.3, "angry": 0.0})
    'Over time: sad 70 %, happy 30 %.'
    """
    ranked = sorted(shares, key=shares.get, reverse=True)
    if not ranked or shares[ranked[0]] == 0:
        return "There is nothing to hear in this recording."
    long = [name for name in ranked[:_N_NAMED] if shares[name] >= _LEAST] or ranked[:1]
    text = f"Over time: {', '.join(f'{name} {_percent(shares[name])}' for name in long)}."
    if silent_share < _LEAST:
        return text
    return f"{text} Silence, {_percent(silent_share)} of the recording, is left out."


def _percent(share):
    return f"{100 * share:.0f} %"
