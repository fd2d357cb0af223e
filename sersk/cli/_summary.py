"""What results look like in a terminal."""

import textwrap
from statistics import mean, stdev

from sersk.report._coverage import describe_abstention, describe_coverage, describe_warned
from sersk.report._setup import (
    KIND_WORDS,
    describe_corpus,
    describe_labels,
    describe_learning,
    describe_protocol,
    explain_optimism,
    note_chance,
)
from sersk.report._words import SCORE_WORDS, format_choice, format_interval

WIDTH = 96


def format_fit(results):
    """Describe a cross-validation.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit` gives.

    Returns
    -------
    text : str
        Several lines.
    """
    folds = results["folds"]
    lines = [
        f"Recipe {results['recipe']}: {describe_corpus(results)}",
        *describe_labels(results["labels"]),
        *(line for text in describe_learning(results) for line in wrap(text, further="  ")),
        describe_protocol(results["protocol"], len(folds)),
        *_warn_of_optimism(results),
        "",
        *_format_scores(results, folds),
        "",
        *_wrap_known(describe_coverage(results["risk_coverage"])),
        "",
        *_format_classes(results),
        "",
        *_format_confusion(results),
        "",
        *_format_groups(results),
    ]
    if results["search"]:
        lines += [f"The search chose {format_choice(results['search']['best_params'])}.", ""]
    if results["learning_curve"]:
        lines += [*_format_curve(results["learning_curve"]), ""]
    if results["importance"]:
        lines += [*_format_importance(results["importance"]), ""]
    if results["test"]:
        lines += _format_test(results["test"])
    return "\n".join(lines)


def _warn_of_optimism(results):
    if not results["optimistic"]:
        return []
    return [
        "",
        f"This score is optimistic: {explain_optimism(results)},",
        "so a clip's own speaker may be in the training part. Expect less on new speakers.",
    ]


def _format_test(test):
    title = f"Test on {test['data']} ({KIND_WORDS[test['kind']]})"
    if test["optimistic"]:
        title += ", optimistic: clips or speakers may be shared"
    return [title, "-" * min(len(title), WIDTH), format_evaluation(test), *_note_chance(test)]


def _note_chance(test):
    note = note_chance(test)
    return [] if note is None else [*wrap(note), ""]


def wrap(text, indent="", further=None):
    """Break a text into lines.

    Parameters
    ----------
    text : str
        The text.
    indent : str, default=""
        What the first line begins with.
    further : str or None, default=None
        What the others begin with; None for the same.

    Returns
    -------
    lines : list of str
        The lines.
    """
    further = indent if further is None else further
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=further)


def format_evaluation(results):
    """Describe the scores of a saved model.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.evaluate` gives.

    Returns
    -------
    text : str
        Several lines.
    """
    lines = [
        describe_corpus(results),
        *describe_labels(results["labels"], "not scored"),
        "",
        *_format_scores(results, []),
        "",
        *_wrap_known(describe_coverage(results["risk_coverage"])),
        *_wrap_known(results["abstention"] and describe_abstention(results["abstention"])),
        "",
        *_format_classes(results),
        "",
        *_format_confusion(results),
        "",
        *_format_groups(results),
        "",
        *_wrap_known(describe_warned(results)),
    ]
    return "\n".join(lines)


def _format_scores(results, folds):
    interval = results["interval"]
    lines = [f"{'':<18}{'all clips':>10}   {'95 % interval':<16}"]
    if folds:
        lines[0] += "   folds: mean ± sd (lowest to highest)"
    for key, title in SCORE_WORDS.items():
        if results[key] is None:
            continue
        line = f"{title:<18}{results[key]:>10.3f}   {format_interval(interval.get(key)):<16}"
        if folds and key in folds[0]:
            values = [fold[key] for fold in folds]
            line += (
                f"   {mean(values):>11.3f} ± {stdev(values):.3f} "
                f"({min(values):.3f} to {max(values):.3f})"
            )
        lines.append(line.rstrip())
    lines[0] = lines[0].rstrip()
    if interval["reason"]:
        lines += wrap(interval["reason"])
    return [*lines, *_format_transductive(results["transductive"])]


def _wrap_known(text):
    return wrap(text) if text else []


def _format_transductive(scores):
    """One score with each speaker's own clips known, which must never be taken for the other."""
    if scores is None:
        return []
    what = "UAR with each speaker's own clips known (transductive)"
    line = f"{what}  {scores['uar']:.3f}   {format_interval(scores['interval'].get('uar'))}"
    return ["", line.rstrip(), *wrap(scores["note"], indent="  ")]


_N_EXTREMES = 3


def _format_groups(results):
    """The best and worst speakers, and the genders."""
    lines = []
    speakers = results["per_speaker"]
    if speakers and len(speakers) > 1:
        ranked = sorted(speakers.items(), key=lambda item: item[1]["uar"])
        if len(ranked) > 2 * _N_EXTREMES:
            low, high = ranked[:_N_EXTREMES], ranked[-_N_EXTREMES:]
            lines.append(f"Speakers, UAR: lowest {_list_uars(low)}; highest {_list_uars(high)}")
        else:
            lines.append(f"Speakers, UAR: {_list_uars(ranked)}")
    if results["per_gender"]:
        lines.append(f"Genders, UAR: {_list_uars(results['per_gender'].items())}")
    return [*lines, ""] if lines else []


def _list_uars(rows):
    return ", ".join(f"{name} {row['uar']:.3f}" for name, row in rows)


def _format_curve(curve):
    lines = [f"{'speakers to learn from':<24}" + "".join(f"{n:>7}" for n in curve["n_speakers"])]
    lines.append(f"{'UAR on unseen ones':<24}" + "".join(f"{u:>7.3f}" for u in curve["mean"]))
    return [*lines, curve["advice"]]


_N_ROWS = 10


def _format_importance(importance):
    groups = {
        "extractor": importance["by_extractor"]["rows"],
        "block": importance["by_block"]["rows"] if importance["by_block"] else [],
    }
    tables = {title: rows for title, rows in groups.items() if len(rows) > 1}
    tables[f"descriptor (the first {_N_ROWS})"] = importance["by_descriptor"]["rows"][:_N_ROWS]
    if importance["by_feature"]:
        title = f"feature of the first descriptors (the first {_N_ROWS})"
        tables[title] = importance["by_feature"]["rows"][:_N_ROWS]
    width = 2 + max(len(row["name"]) for rows in tables.values() for row in rows)
    lines = ["UAR lost when shuffled among clips of unseen speakers, ± sd of repeats"]
    if importance["by_descriptor"]["rows"][0]["interval"]:
        lines[0] += ", 95 % interval"
    if importance["without_copies"]:
        lines += ["(by a model that learned from no copies)"]
    for title, rows in tables.items():
        lines.append(title)
        for row in rows:
            line = f"{'  ' + row['name']:<{width}}  {row['loss']:>6.3f} ± {row['std']:.3f}"
            lines.append(f"{line}   {format_interval(row['interval'])}".rstrip())
    return lines


def _format_classes(results):
    width = max(5, *(len(name) for name in results["per_class"]))
    lines = [f"{'class':<{width}}  precision  recall     F1  clips"]
    lines += [
        f"{name:<{width}}  {row['precision']:>9.3f}  {row['recall']:>6.3f}  {row['f1']:>5.3f}"
        f"  {row['n_clips']:>5}"
        for name, row in results["per_class"].items()
    ]
    return lines


def _format_confusion(results):
    classes, matrix = results["classes"], results["confusion_matrix"]
    name_width = max(len(name) for name in classes)
    widths = [max(min(len(name), 9), 5) for name in classes]
    head = "  ".join(f"{name[:9]:>{w}}" for name, w in zip(classes, widths, strict=True))
    lines = ["Confusion matrix: a row per true class, a column per prediction"]
    lines.append(f"{'':<{name_width}}  {head}")
    for name, row in zip(classes, matrix, strict=True):
        cells = "  ".join(f"{n:>{w}}" for n, w in zip(row, widths, strict=True))
        lines.append(f"{name:<{name_width}}  {cells}")
    return lines
