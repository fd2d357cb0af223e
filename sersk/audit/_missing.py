"""Findings about files that are not there or cannot be read."""

from sersk.audit._findings import Finding, list_some


def describe_missing(kind, failures, n_files):
    """Report files that are not there, or cannot be read.

    Parameters
    ----------
    kind : {"missing_audio", "unreadable_audio"}
        Which of the two.
    failures : list of Failure
        The files.
    n_files : int
        How many files there are in all.

    Returns
    -------
    findings : list of Finding
        One, or none without failures.
    """
    if not failures:
        return []
    words = {
        "missing_audio": (
            "are not there",
            "Their sound was not checked. Name their folder with --audio-dir.",
        ),
        "unreadable_audio": ("cannot be read", "Mend or remove them."),
    }
    what, advice = words[kind]
    files = [failure.path for failure in failures]
    first = failures[0]
    return [
        Finding(
            kind,
            "warning",
            files,
            len(files) / n_files,
            f"{len(files)} of {n_files} files {what}: {list_some(files)} "
            f"(the first: {first.reason}).",
            advice,
        )
    ]
