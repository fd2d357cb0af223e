"""The report of a comparison: who is best, and whether that is more than chance."""

from sersk.report._blocks import bars, percent, section, table
from sersk.report._html import tag
from sersk.report._score import find_chance, of_100, tell_score
from sersk.report._setup import describe_training_budgets, explain_optimism
from sersk.report._verdict import Verdict, note_few_speakers
from sersk.report._words import count, format_interval, list_names

_ALPHA = 0.05


def judge_comparison(results):
    """Tell in words what to think of a comparison.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.compare` gives, whole.

    Returns
    -------
    verdict : Verdict
        The verdict.
    """
    best, *others = results["leaderboard"]
    chance = find_chance(results["classes"])
    is_lost = _low_end(best) <= chance
    faults = [*_find_faults(results, best, chance, is_lost=is_lost)]
    weaknesses = note_few_speakers(results["n_speakers"])
    is_clear = all(_is_told_apart(row) for row in others)
    level = "good" if is_clear and not faults and not weaknesses else "warning"
    return Verdict(
        level="bad" if is_lost else level,
        headline=_find_headline(best, others, faults, is_lost=is_lost),
        alarms=[*faults, *weaknesses],
        statements=[*_state(results, best, others, chance)],
    )


def _find_faults(results, best, chance, *, is_lost):
    if is_lost:
        yield (
            f"The best, {best['recipe']}, is right for {of_100(best['uar'])} of 100 clips, and "
            f"guessing for {of_100(chance)}: there is nothing to choose between."
        )
    if results["optimistic"]:
        yield (
            f"All scores are optimistic: {explain_optimism(results)}, so a clip's own speaker may "
            "be in the training part. Which recipe is best for new speakers they do not tell."
        )
    if results["reason_without_interval"]:
        yield results["reason_without_interval"]


def _find_headline(best, others, faults, *, is_lost):
    name = f"Recipe {best['recipe']}"
    level = [row["recipe"] for row in others if not _is_told_apart(row)]
    if is_lost:
        return "No recipe is clearly better than guessing"
    if faults:
        return f"{name} has the highest score, but do not choose by it yet"
    if level:
        return f"{name} has the highest score, but is not told apart from {list_names(level)}"
    return f"{name} is the best of {len(others) + 1}, beyond chance"


def _low_end(row):
    return row["uar"] if row["interval"] is None else row["interval"][0]


def _is_told_apart(row):
    p_value = (row["difference"] or {}).get("p_adjusted")
    return p_value is not None and p_value <= _ALPHA


def _state(results, best, others, chance):
    whom = "On speakers not heard before"
    if results["optimistic"]:
        whom = "On clips by speakers heard before"
    scores = {"uar": best["uar"], "interval": {"uar": best["interval"]}}
    yield "The highest", f"{best['recipe']}. {tell_score(whom, scores, chance)}"
    apart = [row for row in others if _is_told_apart(row)]
    level = [row["recipe"] for row in others if not _is_told_apart(row)]
    if apart:
        behind = [f"{row['recipe']} ({_points(-row['difference']['uar'])})" for row in apart]
        yield "Behind it beyond chance", f"{list_names(behind, 6)}."
    if level:
        yield (
            "Not told apart from it",
            f"{list_names(level, 6)}. The difference may be chance: choose by speed or "
            "simplicity, or bring more speakers.",
        )
    if others:
        yield (
            "Mind",
            "The highest of several scores is a little too high: it was picked for being the "
            "highest.",
        )
    if "inflation" in best:
        rows = [best, *others]
        low, high = min(r["inflation"] for r in rows), max(r["inflation"] for r in rows)
        yield (
            "Random folds",
            f"They share speakers, and would have promised {100 * low:+.0f} to {100 * high:+.0f} "
            "points. Only the first score is about new speakers.",
        )


def _points(difference):
    return count(of_100(difference), "point")


def make_leaderboard(results):
    """Make the section of all recipes.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.compare` gives, whole.

    Returns
    -------
    section : Markup
        The section.
    """
    rows, chance = results["leaderboard"], find_chance(results["classes"])
    drawn = [
        {
            "name": row["recipe"],
            "value": row["uar"],
            "text": percent(row["uar"])
            + (f" ({_range(row['interval'])})" if row["interval"] else ""),
            "interval": row["interval"],
        }
        for row in rows
    ]
    how = (
        "The UAR, the share of a class that is recognised averaged over classes, of each recipe "
        "under the same folds. The thin line is what guessing reaches."
    )
    if not results["reason_without_interval"]:
        how += (
            " Intervals (95 %) and tests go by speakers. p is of a paired test against the best, "
            "adjusted for the number of recipes (Holm); above 0.05 the two are not told apart. "
            "Two intervals may overlap and the recipes still differ: both are scored on the same "
            "speakers, and the test makes use of that."
        )
    budgets = describe_training_budgets(rows)
    return section(
        "Leaderboard",
        how,
        bars(drawn, chance=chance),
        _make_table(rows),
        None if budgets is None else tag("p", budgets),
    )


def _range(interval):
    return f"{of_100(interval[0])} to {of_100(interval[1])}"


def _make_table(rows):
    has_inflation = "inflation" in rows[0]
    header = ["recipe", "UAR", "95 % interval", "accuracy", "to the best", "95 % interval", "p"]
    header += ["random folds", "inflation"] if has_inflation else []
    cells = []
    for row in rows:
        test = row["difference"]
        line = [row["recipe"], f"{row['uar']:.3f}", _interval(row["interval"])]
        line.append(f"{row['accuracy']:.3f}")
        if test is None:
            line += ["best", "", ""]
        else:
            p_value = "–" if test["p_adjusted"] is None else f"{test['p_adjusted']:.4f}"
            line += [f"{test['uar']:+.3f}", _interval(test["interval"], "+.3f"), p_value]
        if has_inflation:
            line += [f"{row['random_uar']:.3f}", f"{row['inflation']:+.3f}"]
        cells.append(line)
    return table(header, cells, kind="cards")


def _interval(interval, form=".3f"):
    return format_interval(interval, form) or "–"
