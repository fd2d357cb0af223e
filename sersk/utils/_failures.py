"""Clips that could not be used, and how to speak of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """A clip that gave no features.

    Attributes
    ----------
    index : int
        Its place in the input.
    path : str or None
        Its path; None for an array.
    reason : str
        What is wrong with it.
    row : int or None
        Its row in the CSV that names it, the header being row 1.
    """

    index: int
    path: str | None
    reason: str
    row: int | None = None


def summarise_failures(failures, n_clips, *, did="Cannot read"):
    """Say in one sentence which clips cannot be used.

    Parameters
    ----------
    failures : sequence of Failure
        At least one.
    n_clips : int
        How many clips there were in all.
    did : str, default="Cannot read"
        The beginning of the sentence.

    Returns
    -------
    message : str
        The sentence, with its full stop.
    """
    first = failures[0]
    what = f"clip {first.index}" if first.path is None else repr(first.path)
    if first.row is not None:
        what += f", row {first.row}"
    if n_clips == 1:
        return f"{did} {what}: {first.reason}."
    return f"{did} {len(failures)} of {n_clips} files (first: {what}: {first.reason})."
