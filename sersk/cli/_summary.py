"""What results look like in a terminal."""

import textwrap
from statistics import mean, stdev

from sersk.report._words import count, format_choice, format_interval

WIDTH = 96

PROTOCOL_WORDS = {
    "leave-one-speaker-out": "each speaker left out in turn",
    "grouped": "folds of unseen speakers",
    "published": "given folds",
    "speaker-and-sentence": "speakers and sentences both unseen",
    "stratified": "folds that share speakers",
}


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
        *_describe_params(results["params"]),
        *_describe_augment(results["augment"]),
        *_describe_normalization(results),
        *_describe_network(results["network"]),
        describe_protocol(results["protocol"], len(folds)),
        *_warn_of_optimism(results),
        "",
        *_format_scores(results, folds),
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
    if results["n_speakers"] is None:
        why = "no speakers are known (name their column with --group-column)"
    elif results["protocol"] == "published":
        why = "the given folds share speakers"
    else:
        why = "the protocol ignores the speakers"
    return [
        "",
        f"This score is optimistic: {why},",
        "so a clip's own speaker may be in the training part. Expect less on new speakers.",
    ]


def _describe_params(params):
    values = ", ".join(f"{name}={value}" for name, value in params.items())
    return wrap(f"Set by hand: {values}", further="  ") if params else []


def _describe_augment(augment):
    if augment is None:
        return []
    names = ", ".join(augment["augmentations"])
    if "probability" in augment:
        what = "Augmentation: each training clip changed anew in each epoch, with probability"
        return wrap(
            f"{what} {augment['probability']:g}, none that is scored: {names}", further="  "
        )
    copies = "1 changed copy" if augment["copies"] == 1 else f"{augment['copies']} changed copies"
    rare = ", and more of rare classes" if augment["oversample"] else ""
    what = f"Augmentation: {copies} of each training clip{rare}, none of a clip that is scored"
    return wrap(f"{what}: {names}", further="  ")


def _describe_normalization(results):
    if not results["normalize_speakers"]:
        return []
    text = (
        "Speakers: the saved model measures each by all of their own clips. Scores are of the "
        "recipe without that, unless they are called transductive"
    )
    return wrap(text, further="  ")


def _describe_network(network):
    if network is None:
        return []
    form = " in its original form" if network["input"] == "original" else ""
    text = (
        f"Network{form} of {network['n_parameters']} weights: at most {network['max_epochs']} "
        f"epochs in batches of {network['batch_size']}. The saved one is from epoch "
        f"{network['best_epoch']} of {network['epochs']}, the best on speakers or clips set aside."
    )
    return wrap(text, further="  ")


_KIND_WORDS = {
    "cross-corpus": "cross-corpus: no clip and no speaker of it was learned from",
    "same corpus": "of the same corpus as the training clips",
}


def _format_test(test):
    title = f"Test on {test['data']} ({_KIND_WORDS[test['kind']]})"
    if test["optimistic"]:
        title += ", optimistic: clips or speakers may be shared"
    return [title, "-" * min(len(title), WIDTH), format_evaluation(test), *_note_chance(test)]


def _note_chance(test):
    """Say so where a score on another corpus is no better than guessing."""
    chance, interval = 1 / len(test["classes"]), test["interval"]["uar"]
    if (test["uar"] if interval is None else interval[0]) > chance:
        return []
    text = (
        f"On that corpus the model is no better than chance, {chance:.3f}: what it learned holds "
        "for the one it learned from."
    )
    return [*wrap(text), ""]


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


def describe_protocol(name, n_folds):
    """Describe a protocol in one line.

    Parameters
    ----------
    name : str
        One of `sersk.model_selection.PROTOCOLS`.
    n_folds : int
        Number of folds.

    Returns
    -------
    text : str
        One line.
    """
    return f"Cross-validation: {name}, {n_folds} folds ({PROTOCOL_WORDS[name]})"


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
        *_format_classes(results),
        "",
        *_format_confusion(results),
        "",
        *_format_groups(results),
        *_format_warned(results),
    ]
    return "\n".join(lines)


def _format_warned(results):
    if not results["n_warned"]:
        return []
    n_warned = results["n_warned"]
    of = ", ".join(f"{kind} {n}" for kind, n in results["warned_of"].items())
    return ["", f"The guards of the model warn of {n_warned} clips ({of}); see sersk predict."]


def describe_corpus(results):
    """Count clips, classes and speakers.

    Parameters
    ----------
    results : dict
        With ``n_clips``, ``classes``, ``n_speakers``, ``speakers_from`` and ``skipped``.

    Returns
    -------
    text : str
        One line.
    """
    counts = f"{count(results['n_clips'], 'clip')}, {len(results['classes'])} classes, "
    counts += describe_speakers(results)
    skipped = len(results["skipped"])
    return f"{counts}; {count(skipped, 'file')} left out" if skipped else counts


def describe_labels(labels, fate="trained on, not scored"):
    """Say what the classes of a corpus became.

    Parameters
    ----------
    labels : dict or None
        What the results have under ``labels``.
    fate : str, default="trained on, not scored"
        What happens to clips that count in part to several classes.

    Returns
    -------
    lines : list of str
        One line; none where the classes stayed as they were.
    """
    if labels is None:
        return []
    partial = labels["n_partial"]
    note = f" ({count(partial, 'clip')} of several classes in part: {fate})"
    return [f"Labels: {labels['name']}{note if partial else ''}"]


def describe_speakers(results):
    """Count the speakers, and say where they are from.

    Parameters
    ----------
    results : dict
        With ``n_speakers`` and ``speakers_from``.

    Returns
    -------
    text : str
        A few words.
    """
    if results["n_speakers"] is None:
        return "speakers not known"
    return f"{count(results['n_speakers'], 'speaker')} ({results['speakers_from']})"


def _format_scores(results, folds):
    interval = results["interval"]
    lines = [f"{'':<18}{'all clips':>10}   {'95 % interval':<16}"]
    if folds:
        lines[0] += "   folds: mean ± sd (lowest to highest)"
    for key, title in _SCORES.items():
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


def _format_transductive(scores):
    """One score with each speaker's own clips known, which must never be taken for the other."""
    if scores is None:
        return []
    what = "UAR with each speaker's own clips known (transductive)"
    line = f"{what}  {scores['uar']:.3f}   {format_interval(scores['interval'].get('uar'))}"
    return ["", line.rstrip(), *wrap(scores["note"], indent="  ")]


_SCORES = {
    "uar": "UAR",
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "weighted_f1": "weighted F1",
    "roc_auc": "ROC AUC",
    "log_loss": "log loss",
    "calibration_error": "calibration error",
}
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


_N_DESCRIPTORS = 10


def _format_importance(importance):
    groups = {
        "extractor": importance["by_extractor"]["rows"],
        "block": importance["by_block"]["rows"] if importance["by_block"] else [],
    }
    tables = {title: rows for title, rows in groups.items() if len(rows) > 1}
    descriptors = importance["by_descriptor"]["rows"][:_N_DESCRIPTORS]
    tables[f"descriptor (the first {_N_DESCRIPTORS})"] = descriptors
    width = 2 + max(len(row["name"]) for rows in tables.values() for row in rows)
    lines = ["UAR lost when shuffled among clips of unseen speakers, ± sd of repeats"]
    if importance["without_copies"]:
        lines += ["(by a model that learned from no copies)"]
    for title, rows in tables.items():
        lines.append(title)
        lines += [f"{'  ' + r['name']:<{width}}  {r['loss']:>6.3f} ± {r['std']:.3f}" for r in rows]
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
