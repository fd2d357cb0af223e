"""Sections on what to trust: probabilities, another test, and what the audit found."""

from collections import Counter

from sersk.report._blocks import facts, paragraphs, part, percent, section, table
from sersk.report._coverage import describe_abstention, describe_coverage
from sersk.report._groups import make_class_parts
from sersk.report._html import prose, tag
from sersk.report._pictures import draw_calibration, draw_risk_coverage
from sersk.report._scores import make_score_table
from sersk.report._setup import KIND_WORDS, describe_corpus, describe_labels
from sersk.report._words import count, count_findings

# Shares of the clips that are answered, the surest first.
_COVERAGES = (1.0, 0.8, 0.6, 0.4, 0.2)
_MAX_PER_KIND = 5


def make_probabilities(results):
    """Make the section of calibration, and of what is won by answering only where sure.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit` or `evaluate` gives, whole.

    Returns
    -------
    section : Markup or None
        The section; None where there are no probabilities.
    """
    bins = results["calibration"]
    picture = None if not bins else part("As said, and as found", draw_calibration(bins, "bins"))
    return section(
        "Probabilities",
        "Whether 70 % means that 70 of 100 such answers are right. Dots below the dashed line are "
        "too sure, dots above it not sure enough.",
        picture,
        _make_coverage(results["risk_coverage"], results["abstention"]),
    )


def _make_coverage(rows, abstention):
    if not rows:
        return None
    chosen = []
    for wanted in _COVERAGES:
        nearest = min(rows, key=lambda row: abs(row["coverage"] - wanted))
        if nearest not in chosen:
            chosen.append(nearest)
    cells = [
        [percent(row["coverage"]), percent(row["accuracy"]), row["n_clips"]] for row in chosen
    ]
    how = "Where it answers only the clips that it is surest of, and leaves the rest to a person:"
    header = ["clips answered", "of these right", "clips"]
    told = describe_coverage(rows)
    judged = None if abstention is None else describe_abstention(abstention)
    return part(
        "If it may say nothing",
        tag("p", how),
        draw_risk_coverage(rows, "coverage"),
        table(header, cells, kind="numbers"),
        paragraphs([text for text in (told, judged) if text]),
    )


def make_test(test):
    """Make the section of the test on further clips.

    Parameters
    ----------
    test : dict or None
        What the results have under ``test``, whole.

    Returns
    -------
    section : Markup or None
        The section; None where there was no such test.
    """
    if test is None:
        return None
    kind = KIND_WORDS.get(test["kind"], "other clips than those of the scores above")
    about = [
        *([("Data", test["data"])] if test["data"] else []),
        (
            "Kind",
            kind + (", optimistic: clips or speakers may be shared" if test["optimistic"] else ""),
        ),
        ("Clips", describe_corpus(test)),
        *(("Labels", text) for text in describe_labels(test["labels"], "not scored")),
    ]
    return section(
        "Another test",
        "The same model on clips that were not cross-validated. Another corpus is the harder and "
        "the more honest test: other speakers, other rooms, other acting.",
        facts(about),
        make_score_table(test),
        *make_class_parts(test),
    )


def make_audit(findings):
    """Make the section of what the audit found.

    Parameters
    ----------
    findings : list of dict or None
        What the results have under ``audit``; None where nothing was looked at.

    Returns
    -------
    section : Markup or None
        The section; None without an audit.
    """
    if findings is None:
        return None
    shown, items = Counter(), []
    for finding in findings:
        shown[finding["kind"]] += 1
        if shown[finding["kind"]] <= _MAX_PER_KIND:
            items.append(_make_finding(finding))
    left = [
        f"{count(n - _MAX_PER_KIND, 'further finding')} of the kind {kind.replace('_', ' ')}: "
        "sersk audit lists them."
        for kind, n in shown.items()
        if n > _MAX_PER_KIND
    ]
    return section(
        "The audit",
        "What was found in names, labels, speakers and exact duplicates. An error makes a score "
        "wrong, a warning may, a note explains.",
        tag("p", f"{count_findings(findings)}."),
        tag("ul", *items, class_="findings") if items else None,
        paragraphs(left),
    )


def _make_finding(finding):
    level = finding["level"]
    return tag(
        "li",
        tag("b", f"{level}: {finding['kind'].replace('_', ' ')}"),
        tag("p", prose(finding["message"])),
        tag("p", prose(finding["advice"]), class_="note"),
        class_=level,
    )
