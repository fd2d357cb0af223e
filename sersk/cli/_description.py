"""What a saved model and a store of features look like in a terminal."""

from datetime import datetime

from sersk.cli._summary import format_choice, format_interval


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
    if description.get("unfinished"):
        rows["Unfinished"] = "the best epoch of a training that did not end"
    # A description that somebody saved from Python may lack any of these parts.
    if description.get("labels"):
        rows["Labels"] = description["labels"]["name"]
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
    if description.get("test"):
        rows["Test"] = _describe_test(description["test"])
    rows["Seed"] = description.get("seed")
    rows["Command"] = description.get("command")
    versions = description.get("versions", {})
    rows["Versions"] = ", ".join(f"{name} {version}" for name, version in versions.items()) or None
    rows["SHA-256"] = description["sha256"]
    return "\n".join(f"{key + ':':<15}{value}" for key, value in rows.items() if value is not None)


def format_store(info, n_fold_bytes):
    """Describe a feature store.

    Parameters
    ----------
    info : StoreInfo
        What `sersk.features.FeatureStore.info` gives.
    n_fold_bytes : int
        Size of the predictions of finished folds that are kept beside it.

    Returns
    -------
    text : str
        A few lines, and one per extractor.
    """
    size = f"{info.n_bytes / 1e6:.1f} MB of at most {info.max_bytes / 1e6:.0f} MB"
    lines = [f"Store: {info.path}", f"Size:  {size}"]
    if n_fold_bytes:
        lines.append(f"Folds: {n_fold_bytes / 1e6:.1f} MB, of comparisons and of networks")
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
    if training.get("augment"):
        augment = training["augment"]
        rare = ", more of rare classes" if augment["oversample"] else ""
        how = f"copies per clip: {augment['copies']}{rare}"
        if "probability" in augment:
            how = f"in each epoch, with probability {augment['probability']:g}"
        rows["Augmentation"] = f"{', '.join(augment['augmentations'])} ({how})"
    if training.get("network"):
        network = training["network"]
        form = ", in its original form" if network["input"] == "original" else ""
        rows["Network"] = (
            f"{network['n_parameters']} weights{form}, of epoch {network['best_epoch']} of "
            f"{network['epochs']}"
        )
    if training["search"]:
        rows["Search chose"] = format_choice(training["search"]["best_params"])
    return rows


def _describe_scores(scores):
    honest = "optimistic: speakers shared" if scores["optimistic"] else "unseen speakers"
    interval = format_interval(scores.get("interval", {}).get("uar"))
    uar = f"UAR {scores['uar']:.3f}" + (f" (95 %: {interval})" if interval else "")
    return f"{uar}, accuracy {scores['accuracy']:.3f} ({scores['protocol']}, {honest})"


def _describe_test(test):
    interval = format_interval(test["interval"]["uar"])
    uar = f"UAR {test['uar']:.3f}" + (f" (95 %: {interval})" if interval else "")
    honest = ", optimistic: clips or speakers may be shared" if test["optimistic"] else ""
    return f"{uar} on {test['data']} ({test['kind']}{honest})"
