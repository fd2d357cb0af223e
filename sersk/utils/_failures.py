"""Clips that could not be used, and how to speak of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """A clip that gave no row: its place in the input, its path, and what is wrong with it."""

    index: int
    path: str | None
    reason: str


def summarise_failures(failures, n_clips, *, rows=None):
    """Say in one sentence which files cannot be used.

    Parameters
    ----------
    failures : sequence of Failure
        At least one.
    n_clips : int
        How many clips there were in all.
    rows : sequence of int or None, default=None
        Row of each clip in the table it comes from; None counts clips from 0.

    Returns
    -------
    message : str
        The sentence.
    """
    first = failures[0]
    where = f"clip {first.index}" if rows is None else f"row {rows[first.index]}"
    return (
        f"Cannot read {len(failures)} of {n_clips} files "
        f"(first: {str(first.path)!r}, {where}: {first.reason})."
    )
