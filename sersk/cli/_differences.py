"""What differs between two models, and between a model and what came out again, in a terminal."""

from sersk.cli._summary import WIDTH, wrap
from sersk.report._words import SCORE_WORDS, format_interval

_MAX_CLIPS = 5
_MAX_LINES = 12
_MAX_VALUE = 60
# Of a digest.
_DIGITS = 12
_TITLES = {
    "recipe": "Recipe",
    "data": "Data",
    "clip": "Sound files",
    "test data": "Test data",
    "test clip": "Sound files of the test",
    "labels": "Labels",
    "argument": "Arguments",
    "seed": "Seed",
    "parameter": "Parameters",
    "folds": "Folds",
    "version": "Versions",
    "machine": "Machine",
}


def format_differences(differences):
    """List what differs, kind by kind.

    Parameters
    ----------
    differences : list of Difference
        What `sersk.workflows.rerun` or `sersk.workflows.diff` found.

    Returns
    -------
    lines : list of str
        A heading and a line for each; of many files only the first few.
    """
    lines = []
    for kind, title in _TITLES.items():
        found = [difference for difference in differences if difference.kind == kind]
        if found:
            lines += [f"{title}:", *(f"  {line}" for line in _list_kind(kind, found))]
    return lines


def _list_kind(kind, found):
    if kind.endswith("clip"):
        return _list_clips(found)
    if kind.endswith("data"):
        return [f"{d.name}: {_cut(d.was)} → {_cut(d.now)}" for d in found]
    if kind == "folds":
        return ["which clip is in which fold has changed"]
    lines = [f"{d.name}: {_shorten(d.was)} → {_shorten(d.now)}" for d in found]
    more = len(lines) - _MAX_LINES
    return [*lines[:_MAX_LINES], *([f"and {more} more"] if more > 0 else [])]


def _cut(digest):
    text = str(digest)
    return text if len(text) <= _DIGITS else f"{text[:_DIGITS]}…"


def _list_clips(found):
    groups = {
        "changed": [d.name for d in found if d.was is not None and d.now is not None],
        "missing": [d.name for d in found if d.now is None],
        "new": [d.name for d in found if d.was is None],
    }
    lines = []
    for word, names in groups.items():
        if names:
            more = f", and {len(names) - _MAX_CLIPS} more" if len(names) > _MAX_CLIPS else ""
            lines.append(f"{len(names)} {word}: {', '.join(names[:_MAX_CLIPS])}{more}")
    return lines


def _shorten(value):
    text = "none" if value is None else str(value)
    return text if len(text) <= _MAX_VALUE else f"{text[: _MAX_VALUE - 1]}…"


def format_figures(figures):
    """List figures that are not the same, with all their digits.

    Parameters
    ----------
    figures : list of Difference
        What `sersk.workflows.rerun` found.

    Returns
    -------
    lines : list of str
        A table; of many figures only the first few.
    """
    shown = figures[:_MAX_LINES]
    width = max(len(figure.name) for figure in shown)
    lines = [f"{'Figure':<{width}}  {'was':<22}  is"]
    lines += [f"{f.name:<{width}}  {_shorten(f.was):<22}  {_shorten(f.now)}" for f in shown]
    if len(figures) > len(shown):
        lines.append(f"and {len(figures) - len(shown)} more")
    return lines


def format_diff(diff, names):
    """Describe where two models differ.

    Parameters
    ----------
    diff : ModelDiff
        What `sersk.workflows.diff` gives.
    names : tuple of (str, str)
        What to call the two.

    Returns
    -------
    text : str
        Several lines.
    """
    lines = [f"From {names[0]} to {names[1]}", ""]
    lines += format_differences(diff.differences) or ["Both rest on the same, as far as is told."]
    lines.append("")
    if diff.scores:
        lines += [*_format_scores(diff.scores), ""]
    if not diff.figures:
        lines.append("All figures are the same to the digit.")
        return "\n".join(lines)
    lines.append(f"Figures that are not the same to the digit: {len(diff.figures)}.")
    lines += wrap(_explain(diff.same_folds))
    return "\n".join(lines)


def _explain(same_folds):
    if same_folds is None:
        return (
            "Whether the folds are the same is not known, nor so whether scores can be compared."
        )
    if not same_folds:
        return (
            "The folds or the clips in them are not the same: these scores cannot be compared. "
            "Score both recipes under the same folds with sersk compare."
        )
    return (
        "The folds are the same. Intervals that overlap are no test of a difference; sersk "
        "compare makes one, over speakers."
    )


def _format_scores(scores):
    lines = [f"{'':<18}{'first':>8}  {'second':>8}  {'difference':>10}   95 % intervals"]
    for row in scores:
        both = [format_interval(row[key]) for key in ("a_interval", "b_interval")]
        intervals = "; ".join(text or "none" for text in both) if any(both) else ""
        line = (
            f"{SCORE_WORDS[row['name']]:<18}{row['a']:>8.4f}  {row['b']:>8.4f}  "
            f"{row['difference']:>+10.4f}   {intervals}"
        )
        lines.append(line.rstrip()[:WIDTH])
    return lines
