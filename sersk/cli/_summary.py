"""What results look like in a terminal."""

from datetime import datetime
from statistics import mean, stdev

PROTOCOL_WORDS = {
    "leave-one-speaker-out": "each speaker left out in turn",
    "grouped": "folds of unseen speakers",
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
        f"Recipe {results['recipe']}: {_count_clips(results)}",
        f"Cross-validation: {results['protocol']}, {len(folds)} folds "
        f"({PROTOCOL_WORDS[results['protocol']]})",
        "",
        *_format_scores(results, folds),
        "",
        *_format_classes(results),
        "",
        *_format_confusion(results),
        "",
    ]
    if results["optimistic"]:
        why = (
            "no speakers are known (name their column with --group-column)"
            if results["n_speakers"] is None
            else "the protocol ignores the speakers"
        )
        lines += [
            f"This score is optimistic: {why},",
            "so a clip's own speaker may be in the training part. Expect less on new speakers.",
            "",
        ]
    if results["search"]:
        lines += [f"The search chose {_format_choice(results['search']['best_params'])}.", ""]
    return "\n".join(lines)


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
        _count_clips(results).capitalize(),
        "",
        *_format_scores(results, []),
        "",
        *_format_classes(results),
        "",
        *_format_confusion(results),
        "",
    ]
    return "\n".join(lines)


def format_description(path, description):
    """Describe a saved model.

    Parameters
    ----------
    path : path-like
        The model.
    description : dict
        What `sersk.persistence.read_description` gives.

    Returns
    -------
    text : str
        Several lines.
    """
    rows = {"Model": path, "Recipe": description.get("recipe")}
    # A description that somebody saved from Python may lack any of these parts.
    if "classes" in description:
        rows["Classes"] = ", ".join(description["classes"])
    if "sample_rate" in description:
        rates = description["sample_rate"]
        rates = rates if isinstance(rates, list) else [rates]
        rows["Sampling rate"] = ", ".join(f"{rate} Hz" for rate in rates)
    if "features" in description:
        rows["Features"] = _describe_features(description["features"])
    if "training" in description:
        rows |= _describe_training(description["training"])
    if "scores" in description:
        rows["Scores"] = _describe_scores(description["scores"])
    rows["Seed"] = description.get("seed")
    rows["Command"] = description.get("command")
    versions = description.get("versions", {})
    rows["Versions"] = ", ".join(f"{name} {version}" for name, version in versions.items()) or None
    rows["SHA-256"] = description["sha256"]
    return "\n".join(f"{key + ':':<15}{value}" for key, value in rows.items() if value is not None)


def format_store(info):
    """Describe a feature store.

    Parameters
    ----------
    info : StoreInfo
        What `sersk.features.FeatureStore.info` gives.

    Returns
    -------
    text : str
        A few lines, and one per extractor.
    """
    size = f"{info.n_bytes / 1e6:.1f} MB of at most {info.max_bytes / 1e6:.0f} MB"
    lines = [f"Store: {info.path}", f"Size:  {size}"]
    if info.parts:
        lines += ["", f"{'clips':>8} {'computed':>9} {'reused':>9}  {'last used':<16}  extractor"]
    for part in info.parts:
        used = datetime.fromtimestamp(part.last_used).isoformat(" ", "minutes")
        counts = f"{part.n_clips:>8} {part.n_computed:>9} {part.n_reused:>9}"
        lines.append(f"{counts}  {used}  {part.name}")
    return "\n".join(lines)


def _describe_features(features):
    text = f"{len(features['names'])} ({', '.join(features['extractors'])})"
    return text + (f", {features['select']} selected" if features["select"] else "")


def _describe_training(training):
    clips = ", ".join(f"{name} {n}" for name, n in training["clips_per_class"].items())
    speakers = training["n_speakers"]
    known = "speakers not known" if speakers is None else f"{speakers} speakers"
    rows = {"Trained on": f"{training['data']}: {training['n_clips']} clips ({clips}), {known}"}
    if training["search"]:
        rows["Search chose"] = _format_choice(training["search"]["best_params"])
    return rows


def _describe_scores(scores):
    honest = "optimistic: speakers shared" if scores["optimistic"] else "unseen speakers"
    return (
        f"UAR {scores['uar']:.3f}, accuracy {scores['accuracy']:.3f} "
        f"({scores['protocol']}, {honest})"
    )


def _format_choice(best_params):
    return ", ".join(f"{name.split('__')[-1]}={value}" for name, value in best_params.items())


def _count_clips(results):
    speakers = results["n_speakers"]
    known = "speakers not known" if speakers is None else _plural(speakers, "speaker")
    counts = f"{_plural(results['n_clips'], 'clip')}, {len(results['classes'])} classes, {known}"
    skipped = len(results["skipped"])
    return f"{counts}; {_plural(skipped, 'file')} left out" if skipped else counts


def _plural(n, word):
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def _format_scores(results, folds):
    lines = [f"{'':<10}{'all clips':>10}"]
    if folds:
        lines[0] += "   folds: mean ± sd (lowest to highest)"
    for key, title in (("uar", "UAR"), ("accuracy", "accuracy"), ("macro_f1", "macro F1")):
        line = f"{title:<10}{results[key]:>10.3f}"
        if folds and key in folds[0]:
            values = [fold[key] for fold in folds]
            line += (
                f"   {mean(values):>11.3f} ± {stdev(values):.3f} "
                f"({min(values):.3f} to {max(values):.3f})"
            )
        lines.append(line)
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
