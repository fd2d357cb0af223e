"""The scores, and what each of them means."""

from statistics import mean, stdev

from sersk.report._blocks import facts, section, table
from sersk.report._html import join, tag
from sersk.report._words import SCORE_WORDS, format_interval

_MEANINGS = {
    "uar": "Unweighted average recall: the share of a class that is recognised, averaged over "
    "classes. Each class counts the same.",
    "accuracy": "Share of all clips that is right. Frequent classes count more.",
    "macro_f1": "As the UAR, and it falls as well where a class is said too often.",
    "weighted_f1": "The same, where frequent classes count more.",
    "roc_auc": "How well clips of a class are ranked before others; 0.5 is guessing, 1 is "
    "perfect.",
    "log_loss": "How much the right class surprises the model, in nats. Lower is better.",
    "calibration_error": "How far its probabilities are off on average. Lower is better.",
}


def make_scores(results):
    """Make the section of the scores.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit` or `evaluate` gives, whole.

    Returns
    -------
    section : Markup
        The section.
    """
    how = "The first line is the main score. All go from 0 to 1, the log loss apart."
    if results["interval"]["uar"] is not None:
        how += (
            " The interval tells how far the score may be off for other speakers of the same "
            "kind: it goes by how much these ones differ."
        )
    return section(
        "Scores", how, make_score_table(results), _make_transductive(results["transductive"])
    )


def make_score_table(results):
    """Make the table of all scores.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit` or `evaluate` gives, whole.

    Returns
    -------
    html : Markup
        The table.
    """
    folds = results["folds"] or []
    has_interval = results["interval"]["uar"] is not None
    header = ["score", "all clips"]
    header += ["95 % interval"] if has_interval else []
    header += ["folds: mean ± sd (range)"] if len(folds) > 1 else []
    rows = []
    for key, name in SCORE_WORDS.items():
        if results[key] is None:
            continue
        row = [join([tag("b", name), tag("small", _MEANINGS[key])]), f"{results[key]:.3f}"]
        if has_interval:
            row.append(format_interval(results["interval"].get(key)))
        if len(folds) > 1:
            row.append(_spread([fold[key] for fold in folds]) if key in folds[0] else "")
        rows.append(row)
    return table(header, rows, kind="scores cards")


def _spread(values):
    return f"{mean(values):.3f} ± {stdev(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def _make_transductive(scores):
    """Apart from all others, as it must never be taken for one of them."""
    if scores is None:
        return None
    interval = format_interval((scores.get("interval") or {}).get("uar"))
    text = f"{scores['uar']:.3f}" + (f" ({interval})" if interval else "")
    pairs = [("Transductive UAR", text), ("What that is", scores["note"])]
    return tag("div", facts(pairs), class_="apart")
