"""What is won by judging only the clips that a model is sure of, and what its guards say."""

import math

from sersk.report._words import count

# Below this many clips a share depends on single ones.
_MIN_CLIPS = 30
_WANTED = 0.9


def describe_coverage(rows):
    """Tell in plain words what abstaining would win.

    Parameters
    ----------
    rows : list of dict
        What results have under ``risk_coverage``.

    Returns
    -------
    text : str or None
        How many of the surest half are right, and the threshold that makes nine of ten right where
        enough clips are left; None where all clips are equally sure.
    """
    whole = rows[0]
    half = min(rows, key=lambda row: abs(row["coverage"] - 0.5))
    if half is whole:
        return None
    text = (
        f"Of the surest {_percent(half['coverage'])} of the clips {_percent(half['accuracy'])} "
        f"are right; of all {_percent(whole['accuracy'])}."
    )
    enough = [row for row in rows if row["accuracy"] >= _WANTED and row["n_clips"] >= _MIN_CLIPS]
    if enough and enough[0] is not whole:
        text += (
            f" {_percent(_WANTED)} are right with --abstain-below "
            f"{_round_down(enough[0]['threshold']):.2f}, which leaves "
            f"{_percent(enough[0]['coverage'])}."
        )
    return text


def describe_abstention(scores):
    """Tell in plain words how the clips were judged that a model was sure of.

    Parameters
    ----------
    scores : dict
        What results have under ``abstention``.

    Returns
    -------
    text : str
        How many these are, and how many are right.
    """
    text = (
        f"Judged with a probability of {scores['abstain_below']:g} or more: "
        f"{_percent(scores['coverage'])}, {count(scores['n_clips'], 'clip')}"
    )
    if scores["n_clips"]:
        text += f"; of these accuracy {scores['accuracy']:.3f}, UAR {scores['uar']:.3f}"
    return f"{text}."


def describe_warned(results):
    """Tell in plain words of how many clips the guards of a model warn.

    Parameters
    ----------
    results : dict
        With ``n_warned`` and ``warned_of``.

    Returns
    -------
    text : str or None
        How many, and what it is about; None where it is none, or not known.
    """
    if not results["n_warned"]:
        return None
    of = ", ".join(f"{kind} {n}" for kind, n in results["warned_of"].items())
    n_warned, n_clips = results["n_warned"], results["n_clips"]
    return (
        f"The guards of the model warn of {n_warned} of {count(n_clips, 'clip')} ({of}); sersk "
        "predict says of which, and why."
    )


def _round_down(threshold):
    """Two digits, so that no clip of its row is lost."""
    return math.floor(threshold * 100) / 100


def _percent(share):
    return f"{100 * share:.0f} %"
