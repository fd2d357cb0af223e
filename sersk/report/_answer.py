"""A prediction as a sentence."""

import math

# How far from chance to certainty an answer must lie to be more than a guess: of two classes at
# 58 %, of eight at 26 %.
_MIN_SURPLUS = 0.15
_MIN_MARGIN = 0.05
# Where the second is less than a quarter as likely as the first, nobody misses it.
_MIN_RATIO = 0.25


def describe_answer(probabilities):
    """Tell in plain words what a model makes of a clip.

    Parameters
    ----------
    probabilities : dict of str to float
        Probability of each class, from 0 to 1.

    Returns
    -------
    sentence : str
        The class, how sure the model is, and the second class where that is not far. It says so
        where the first is hardly likelier than by chance or than the second.

    Examples
    --------
    >>> from sersk.report import describe_answer
    >>> describe_answer({"happy": 0.21, "angry": 0.62, "sad": 0.17})
    'Most likely angry (62 %); happy is second (21 %).'
    >>> describe_answer({"happy": 0.3, "angry": 0.36, "sad": 0.34})
    'Hardly more than a guess: angry (36 %), or sad (34 %).'
    """
    known = {name: p for name, p in probabilities.items() if math.isfinite(p)}
    if not known:
        return "There is no answer."
    (first, p_first), *others = sorted(known.items(), key=lambda item: -item[1])
    if not others:
        return f"{first} is the only class there is."
    second, p_second = others[0]
    chance = 1 / len(known)
    is_guess = p_first - chance < _MIN_SURPLUS * (1 - chance)
    if is_guess or p_first - p_second < _MIN_MARGIN:
        return (
            f"Hardly more than a guess: {first} ({_percent(p_first)}), or {second} "
            f"({_percent(p_second)})."
        )
    if p_second < _MIN_RATIO * p_first:
        return f"Most likely {first} ({_percent(p_first)})."
    return f"Most likely {first} ({_percent(p_first)}); {second} is second ({_percent(p_second)})."


def _percent(probability):
    # No model is certain, whatever rounding makes of it.
    if probability > 0.99:
        return "over 99 %"
    return "under 1 %" if probability < 0.01 else f"{100 * probability:.0f} %"
