"""What takes how much of a recording, in plain words."""


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
        The two longest classes, and the silence where it is a tenth or more.

    Examples
    --------
    >>> from sersk.report import describe_shares
    >>> describe_shares({"sad": 0.7, "happy": 0.3, "angry": 0.0})
    'Sounds sad for 70 % of the time, then happy for 30 %.'
    """
    heard = sorted((n for n in shares if shares[n] > 0), key=shares.get, reverse=True)
    if not heard:
        return "There is nothing to hear in this recording."
    text = f"Sounds {heard[0]} for {_percent(shares[heard[0]])} of the time"
    if len(heard) > 1:
        text += f", then {heard[1]} for {_percent(shares[heard[1]])}"
    if silent_share < 0.1:
        return f"{text}."
    return f"{text}. Silence, {_percent(silent_share)} of the recording, is left out."


def _percent(share):
    return f"{100 * share:.0f} %"
