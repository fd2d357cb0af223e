"""What was scored and how, in words: clips, speakers, folds, and what the model learned from."""

from sersk.report._words import PROTOCOL_WORDS, count

KIND_WORDS = {
    "cross-corpus": "cross-corpus: no clip and no speaker of it was learned from",
    "same corpus": "of the same corpus as the training clips",
}


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


def explain_optimism(results):
    """Say why a score is optimistic.

    Parameters
    ----------
    results : dict
        With ``n_speakers`` and ``protocol``.

    Returns
    -------
    why : str
        Half a sentence.
    """
    if results["n_speakers"] is None:
        return "no speakers are known (name their column with --group-column)"
    if results["protocol"] == "published":
        return "the given folds share speakers"
    return "the protocol ignores the speakers"


def describe_learning(results):
    """Say how the model was set up, beyond its recipe.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit` gives.

    Returns
    -------
    sentences : list of str
        Parameters set by hand, augmentation, normalisation and network, as far as there are any.
    """
    return [
        *_describe_params(results["params"] or {}),
        *_describe_augment(results["augment"]),
        *_describe_normalization(results["normalize_speakers"]),
        *_describe_network(results["network"]),
    ]


def _describe_params(params):
    values = ", ".join(f"{name}={value}" for name, value in params.items())
    return [f"Set by hand: {values}"] if params else []


def _describe_augment(augment):
    if augment is None:
        return []
    names = ", ".join(augment["augmentations"])
    if "probability" in augment:
        what = "Augmentation: each training clip changed anew in each epoch, with probability"
        return [f"{what} {augment['probability']:g}, none that is scored: {names}"]
    copies = "1 changed copy" if augment["copies"] == 1 else f"{augment['copies']} changed copies"
    rare = ", and more of rare classes" if augment["oversample"] else ""
    what = f"Augmentation: {copies} of each training clip{rare}, none of a clip that is scored"
    return [f"{what}: {names}"]


def _describe_normalization(normalizes_speakers):
    if not normalizes_speakers:
        return []
    return [
        "Speakers: the saved model measures each by all of their own clips. Scores are of the "
        "recipe without that, unless they are called transductive"
    ]


def _describe_network(network):
    if network is None:
        return []
    form = " in its original form" if network["input"] == "original" else ""
    return [
        f"Network{form} of {network['n_parameters']} weights: at most {network['max_epochs']} "
        f"epochs in batches of {network['batch_size']}. The saved one is from epoch "
        f"{network['best_epoch']} of {network['epochs']}, the best on speakers or clips set aside."
    ]


def note_chance(test):
    """Say so where a score on another corpus is no better than guessing.

    Parameters
    ----------
    test : dict
        What the results have under ``test``.

    Returns
    -------
    note : str or None
        A sentence; None where it is better.
    """
    chance, interval = 1 / len(test["classes"]), test["interval"]["uar"]
    if (test["uar"] if interval is None else interval[0]) > chance:
        return None
    return (
        f"On that corpus the model is no better than chance, {chance:.3f}: what it learned holds "
        "for the one it learned from."
    )


def describe_training_budgets(rows):
    """Say how long each network could train, and whether that is less than it is meant to.

    Parameters
    ----------
    rows : list of dict
        The leaderboard of a comparison.

    Returns
    -------
    sentence : str or None
        None where there is no network.
    """
    parts = []
    for row in rows:
        network = row.get("network")
        if network is None:
            continue
        part = f"{row['recipe']}, {network['max_epochs']} epochs"
        if network["max_epochs"] < network["usual_max_epochs"]:
            part += f" (of {network['usual_max_epochs']}: it may not be done)"
        if network["input"] == "original":
            part += " in its original form"
        parts.append(part)
    return f"Networks, at most: {'; '.join(parts)}." if parts else None
