"""What a comparison looks like, in a terminal and as a table."""

import pandas as pd

from sersk.cli._summary import wrap
from sersk.report._setup import (
    describe_corpus,
    describe_labels,
    describe_protocol,
    describe_training_budgets,
)
from sersk.report._words import format_interval


def format_leaderboard(comparison):
    """Describe a comparison.

    Parameters
    ----------
    comparison : dict
        What `sersk.workflows.compare` gives.

    Returns
    -------
    text : str
        Several lines.
    """
    rows = comparison["leaderboard"]
    has_inflation = "inflation" in rows[0]
    width = max(6, *(len(row["recipe"]) for row in rows))
    head = f"{'recipe':<{width}}    UAR  {'95 % interval':<16}  accuracy"
    head += f"  {'to the best':>11}  {'95 % interval':<17}       p"
    head += "  random folds  inflation" if has_inflation else ""
    lines = [
        describe_corpus(comparison),
        *describe_labels(comparison["labels"]),
        describe_protocol(comparison["protocol"], comparison["n_folds"]),
        "",
        head,
        *(_format_row(row, width, has_inflation) for row in rows),
        "",
        *_describe_networks(rows),
    ]
    if comparison["reason_without_interval"]:
        lines += [*wrap(comparison["reason_without_interval"]), ""]
    else:
        lines += [
            "Intervals and tests go by speakers. p is of a paired test against the best recipe,",
            "adjusted for their number (Holm); above 0.05 the two are not told apart.",
            "",
        ]
    if comparison["optimistic"]:
        lines += ["These scores are optimistic: a clip's own speaker may be in training.", ""]
    if has_inflation:
        lines += ["Random folds share speakers; only the first UAR is about new ones.", ""]
    return "\n".join(lines)


def _describe_networks(rows):
    text = describe_training_budgets(rows)
    return [] if text is None else [*wrap(text), ""]


def _format_row(row, width, has_inflation):
    line = f"{row['recipe']:<{width}}  {row['uar']:.3f}  {format_interval(row['interval']):<16}"
    line += f"  {row['accuracy']:>8.3f}"
    test = row["difference"]
    if test is None:
        line += f"  {'best':>11}  {'':<17}  {'':>6}"
    else:
        p_value = "" if test["p_adjusted"] is None else f"{test['p_adjusted']:.4f}"
        line += f"  {test['uar']:>+11.3f}  {format_interval(test['interval'], '+.3f'):<17}"
        line += f"  {p_value:>6}"
    if has_inflation:
        line += f"  {row['random_uar']:>12.3f}  {row['inflation']:>+9.3f}"
    return line.rstrip()


def make_table(comparison):
    """Put a comparison into a table.

    Parameters
    ----------
    comparison : dict
        What `sersk.workflows.compare` gives.

    Returns
    -------
    table : pandas.DataFrame
        A row per recipe, the best first.
    """
    rows = []
    for row in comparison["leaderboard"]:
        test = row["difference"] or {}
        low, high = row["interval"] or (None, None)
        difference_low, difference_high = test.get("interval") or (None, None)
        flat = {key: row[key] for key in row if key not in ("interval", "difference", "network")}
        rows.append(
            {
                **flat,
                "uar_low": low,
                "uar_high": high,
                "difference": test.get("uar"),
                "difference_low": difference_low,
                "difference_high": difference_high,
                "p_value": test.get("p_value"),
                "p_adjusted": test.get("p_adjusted"),
            }
        )
    return pd.DataFrame(rows)
