"""What an audit looks like in a terminal."""

import shlex
from collections import Counter

from sersk.cli._summary import wrap
from sersk.report._setup import describe_speakers
from sersk.report._words import count, count_findings

_MAX_PER_KIND = 5


def format_report(report):
    """Describe what an audit found.

    Parameters
    ----------
    report : dict
        What `sersk.workflows.audit` gives.

    Returns
    -------
    text : str
        Several lines.
    """
    head = f"{report['data']}: {count(report['n_files'], 'file')}, "
    head += f"{len(report['classes'])} classes, {describe_speakers(report)}"
    return "\n".join([head, count_findings(report["findings"]), *_format_all(report["findings"])])


def _format_all(findings):
    lines, shown = [], Counter()
    totals = Counter((f["level"], f["kind"]) for f in findings)
    for finding in findings:
        key = (finding["level"], finding["kind"])
        shown[key] += 1
        if shown[key] <= _MAX_PER_KIND:
            lines += ["", *format_finding(finding)]
        elif shown[key] == totals[key]:
            more = totals[key] - _MAX_PER_KIND
            lines += ["", f"{'':<9}{more} more of {finding['kind']}; --format json lists them."]
    return lines


def format_finding(finding):
    """Describe one finding.

    Parameters
    ----------
    finding : dict
        The finding.

    Returns
    -------
    lines : list of str
        Level and kind, what was found, and what to do.
    """
    indent = " " * 9
    return [
        f"{finding['level']:<9}{finding['kind']}",
        *wrap(finding["message"], indent),
        *wrap(finding["advice"], indent),
    ]


def format_brief(findings, data):
    """Tell, after a fit, what its cheap checks found.

    Parameters
    ----------
    findings : list of dict
        The findings.
    data : path-like
        The CSV.

    Returns
    -------
    text : str
        A line, and one per error or warning.
    """
    serious = [finding for finding in findings if finding["level"] != "note"]
    found = count_findings(serious).lower()
    lines = [
        f"Audit of names, labels, speakers and exact duplicates: {found}.",
        f"Look further with: {shlex.join(['sersk', 'audit', '--data', str(data)])}",
    ]
    for finding in serious[:_MAX_PER_KIND]:
        lines += wrap(f"{finding['level']}: {finding['message']}", "  ", "    ")
    if len(serious) > _MAX_PER_KIND:
        lines.append(f"  and {len(serious) - _MAX_PER_KIND} more")
    return "\n".join(lines)
