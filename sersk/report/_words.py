"""Numbers, names, choices, scores and protocols in words."""

from collections import Counter

PROTOCOL_WORDS = {
    "leave-one-speaker-out": "each speaker left out in turn",
    "grouped": "folds of unseen speakers",
    "published": "given folds",
    "speaker-and-sentence": "speakers and sentences both unseen",
    "stratified": "folds that share speakers",
}
SCORE_WORDS = {
    "uar": "UAR",
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "weighted_f1": "weighted F1",
    "roc_auc": "ROC AUC",
    "log_loss": "log loss",
    "calibration_error": "calibration error",
}


def count(n, word):
    """Write a number and what it counts.

    Parameters
    ----------
    n : int
        The number.
    word : str
        What it counts, in the singular.

    Returns
    -------
    text : str
        Such as ``"2 clips"``.
    """
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def format_choice(best_params):
    """Write what a search chose.

    Parameters
    ----------
    best_params : dict of str to object
        Parameters by their full names.

    Returns
    -------
    text : str
        Each with the last part of its name.
    """
    return ", ".join(f"{name.split('__')[-1]}={value}" for name, value in best_params.items())


def format_interval(interval, form=".3f"):
    """Write an interval.

    Parameters
    ----------
    interval : sequence of two floats, or None
        Its ends.
    form : str, default=".3f"
        Format of each.

    Returns
    -------
    text : str
        Such as ``"0.432 to 0.501"``; empty for None.
    """
    return "" if interval is None else f"{interval[0]:{form}} to {interval[1]:{form}}"


def list_names(names, limit=4):
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
        Such as ``"a, b and c"``, or ``"a, b and 3 more"``.
    """
    shown = [str(name) for name in names[:limit]]
    if len(names) > limit:
        shown.append(f"{len(names) - limit} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def count_findings(findings):
    """Count findings of an audit by level.

    Parameters
    ----------
    findings : list of dict
        The findings.

    Returns
    -------
    text : str
        Such as ``"2 errors, 1 note"``.
    """
    counts = Counter(finding["level"] for finding in findings)
    listed = [count(counts[level], level) for level in ("error", "warning", "note")]
    return ", ".join(text for text in listed if not text.startswith("0 ")) or "No finding"
