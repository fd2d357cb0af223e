"""What an audit finds."""

from dataclasses import asdict, dataclass

LEVELS = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing about a corpus that a reader of its scores should know.

    Attributes
    ----------
    kind : str
        What it is, such as ``"exact_duplicate"``.
    level : {"error", "warning", "note"}
        An error makes a score wrong, a warning may, a note explains.
    files : list of str
        Files that it is about, as the CSV names them; empty where it is about all.
    score : float
        How strong it is; what it measures depends on the kind, and the message says it.
    message : str
        What was found.
    advice : str
        What to do about it.
    """

    kind: str
    level: str
    files: list
    score: float
    message: str
    advice: str

    def to_dict(self):
        """Give it as plain values.

        Returns
        -------
        finding : dict
            Its attributes.
        """
        return {**asdict(self), "score": round(float(self.score), 4)}


def sort_findings(findings):
    """Sort findings: errors first, the strongest first within a kind.

    Parameters
    ----------
    findings : list of Finding
        In any order.

    Returns
    -------
    findings : list of Finding
        Sorted.
    """
    return sorted(findings, key=lambda f: (LEVELS.index(f.level), f.kind, -f.score, f.files))


def list_some(names, limit=4):
    """Write a list of names that stays short.

    Parameters
    ----------
    names : sequence of str
        At least one.
    limit : int, default=4
        How many to name at most.

    Returns
    -------
    text : str
        The names, and how many more there are.
    """
    text = ", ".join(str(name) for name in names[:limit])
    more = len(names) - limit
    return f"{text} and {more} more" if more > 0 else text
