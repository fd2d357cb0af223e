"""Clips that could not be used, and how to speak of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """A clip that gave no row: its place in the input, its path, and what is wrong with it."""

    index: int
    path: str | None
    reason: str


def summarise_failures(failures, n_clips, *, rows=None, did="Cannot read"):
    """Say in one sentence which clips cannot be used.

    Parameters
    ----------
    failures : sequence of Failure
        At least one.
    n_clips : int
        How many clips there were in all.
    rows : sequence of int or None, default=None
        Row of each clip in the table it comes from; None where there is no table.
    did : str, default="Cannot read"
        The beginning of the sentence.

    Returns
    -------
    message : str
        The sentence, with its full stop.
    """
    first = failures[0]
    what = f"clip {first.index}" if first.path is None else repr(first.path)
    if rows is not None:
        what += f", row {rows[first.index]}"
    if n_clips == 1:
        return f"{did} {what}: {first.reason}."
    return f"{did} {len(failures)} of {n_clips} files (first: {what}: {first.reason})."
