"""An explanation in words."""

import numpy as np

from sersk.explanation._explanation import NOTEWORTHY

# Less than so many times what guessing gives is hardly a decision.
_HARDLY = 1.5


def describe_explanation(explanation):
    """Say in sentences what carried a decision, or that nothing stands out.

    Parameters
    ----------
    explanation : Explanation
        What was measured.

    Returns
    -------
    sentences : list of str
        The decision, the stretches, the blocks.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.explanation import Explanation, describe_explanation
    >>> explanation = Explanation(
    ...     "a.wav", ["angry", "sad"], "angry", np.array([0.75, 0.25]), 0.0, 1.0, "cut",
    ...     np.array([[0.0, 0.5], [0.5, 1.0]]), np.array([[0.25, 0.75], [0.75, 0.25]]),
    ...     [], np.empty((0, 2)), None,
    ... )
    >>> for sentence in describe_explanation(explanation):
    ...     print(sentence)
    Most likely angry (75 %).
    0.00 to 0.50 s speaks most for angry: without it 25 %.
    """
    sentences = [*_say_decision(explanation), *_say_stretches(explanation)]
    return [*sentences, *_say_blocks(explanation)]


def _say_decision(explanation):
    likeliest = explanation.classes[int(np.argmax(explanation.probabilities))]
    if likeliest != explanation.label:
        yield (
            f"{explanation.label} has {_percent(explanation.probability)}; most likely is "
            f"{likeliest} ({_percent(explanation.probabilities.max())})."
        )
        return
    yield f"Most likely {likeliest} ({_percent(explanation.probability)})."
    n_classes = len(explanation.classes)
    if n_classes > 2 and explanation.probability < _HARDLY / n_classes:
        yield (
            f"The model hardly decides: a guess among {n_classes} classes has "
            f"{_percent(1 / n_classes)}."
        )


def _say_stretches(explanation):
    if not len(explanation.stretches):
        yield "Too little is heard to take stretches out of it."
        return
    changes = explanation.stretch_changes
    if not explanation.stands_out:
        window_s = np.diff(explanation.stretches[0])[0]
        yield (
            f"No stretch stands out: without any {window_s:.2f} s of it, the probability changes "
            f"by {_points(np.abs(changes).max())} at most."
        )
        return
    first = explanation.most_important
    for i, way in _pick_both(changes, first):
        start_s, stop_s = explanation.stretches[i]
        yield (
            f"{start_s:.2f} to {stop_s:.2f} s speaks most {way} {explanation.label}: without it "
            f"{_percent(explanation.probability + changes[i])}."
        )


def _say_blocks(explanation):
    if explanation.reason is not None:
        yield explanation.reason
        return
    changes = explanation.block_changes
    if not len(changes):
        return
    largest = int(np.abs(changes).argmax())
    if abs(changes[largest]) < NOTEWORTHY:
        yield (
            "No block of features stands out: with any of them as in the average training clip, "
            f"the probability changes by {_points(abs(changes[largest]))} at most."
        )
        return
    said = [
        f"{explanation.blocks[i]} speaks most {way} it (as in the average training clip: "
        f"{_percent(explanation.probability + changes[i])})"
        for i, way in _pick_both(changes, largest)
    ]
    yield f"Of the features, {', and '.join(said)}."


def _pick_both(changes, first):
    """The largest change, then the largest the other way where that is worth a word."""
    sign = np.sign(changes[first])
    yield first, "for" if sign < 0 else "against"
    other = int((-sign * changes).argmax())
    if -sign * changes[other] >= NOTEWORTHY:
        yield other, "against" if sign < 0 else "for"


def _percent(probability):
    return f"{100 * probability:.0f} %"


def _points(change):
    points = f"{100 * change:.1f}"
    return f"{points} point" if points == "1.0" else f"{points} points"
