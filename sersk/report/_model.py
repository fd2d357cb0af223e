"""What is known about a saved model, a row per matter."""

from sersk.report._words import format_choice, format_interval


def summarise_model(description):
    """Tell what is known about a saved model, as ``sersk info`` does.

    Parameters
    ----------
    description : dict
        What `sersk.persistence.read_description` gives, or the attribute ``description_`` of a
        loaded model. One that was saved from Python may lack any part.

    Returns
    -------
    rows : dict of str to str
        In this order those that are known of: Recipe, Unfinished, Labels, Classes, Sampling rate,
        Features, Guards, Speakers, Trained on, Data, Augmentation, Network, Search chose, Scores,
        Transductive, Test, Seed, Command, Versions and SHA-256.

    Examples
    --------
    >>> from sersk.report import summarise_model
    >>> summarise_model({"recipe": "svm", "classes": ["angry", "sad"], "sample_rate": 22050})
    {'Recipe': 'svm', 'Classes': 'angry, sad', 'Sampling rate': '22050 Hz'}
    """
    training = description.get("training") or {}
    rows = {
        "Recipe": description.get("recipe"),
        "Unfinished": _describe_end(description),
        "Labels": (description.get("labels") or {}).get("name"),
        "Classes": _join(description.get("classes")),
        "Sampling rate": _describe_rates(description.get("sample_rate")),
        "Features": _describe_features(description.get("features") or {}),
        "Guards": _describe_guards(description.get("guards")),
        "Speakers": _describe_normalization(description),
        "Trained on": _describe_clips(training),
        "Data": _describe_data(description.get("data")),
        "Augmentation": _describe_augment(training.get("augment")),
        "Network": _describe_network(training.get("network")),
        "Search chose": _describe_search(training.get("search")),
        "Scores": _describe_scores(description.get("scores")),
        "Transductive": _describe_transductive(description),
        "Test": _describe_test(description.get("test")),
        "Seed": description.get("seed"),
        "Command": description.get("command"),
        "Versions": _describe_versions(description.get("versions") or {}),
        "SHA-256": description.get("sha256"),
    }
    return {key: str(value) for key, value in rows.items() if value is not None}


def _join(names):
    return ", ".join(map(str, names)) if names else None


def _describe_end(description):
    if description.get("unfinished"):
        return "the best epoch of a training that did not end"
    return None


def _describe_rates(rates):
    if not rates:
        return None
    return ", ".join(f"{rate} Hz" for rate in (rates if isinstance(rates, list) else [rates]))


def _describe_features(features):
    parts = []
    if features.get("names"):
        parts.append(str(len(features["names"])))
    if features.get("extractors"):
        parts.append(f"({', '.join(features['extractors'])})")
    text = " ".join(parts)
    if features.get("select"):
        text += f", {features['select']} selected"
    return text or None


def _describe_normalization(description):
    if not description.get("normalizes_speakers"):
        return None
    return "each measured by all of their own clips; scores are without, or called transductive"


def _describe_guards(guards):
    if not guards:
        return None
    levels = " to ".join(f"{level:.0f}" for level in guards["usual_level_db"])
    distance = guards["max_distance"]
    return (
        f"clips of {guards['min_duration_s']:.2g} s or more, {levels or 'any'} dB, "
        f"heard up to {guards['min_bandwidth_hz'] / 1000:.2g} kHz or further; "
        + ("no limit of distance" if distance is None else f"distance up to {distance:.2g}")
    )


def _describe_clips(training):
    if "n_clips" not in training:
        return training.get("data")
    clips = f"{training['n_clips']} clips"
    if training.get("clips_per_class"):
        counts = training["clips_per_class"].items()
        clips += f" ({', '.join(f'{name} {n}' for name, n in counts)})"
    speakers = training.get("n_speakers")
    known = "speakers not known" if speakers is None else f"{speakers} speakers"
    data = f"{training['data']}: " if "data" in training else ""
    return f"{data}{clips}, {known}"


def _describe_data(data):
    """Digests in short, to be compared by eye; sersk rerun --check compares them whole."""
    words = {"SHA-256": "sha256", "sound files": "digest"}
    known = {word: (data or {}).get(key) for word, key in words.items()}
    return ", ".join(f"{word} {text[:12]}…" for word, text in known.items() if text) or None


def _describe_augment(augment):
    if not augment or not augment.get("augmentations"):
        return None
    names = ", ".join(augment["augmentations"])
    if "probability" in augment:
        return f"{names} (in each epoch, with probability {augment['probability']:g})"
    if "copies" not in augment:
        return names
    rare = ", more of rare classes" if augment.get("oversample") else ""
    return f"{names} (copies per clip: {augment['copies']}{rare})"


def _describe_network(network):
    if not network or "n_parameters" not in network:
        return None
    text = f"{network['n_parameters']} weights"
    if network.get("input") == "original":
        text += ", in its original form"
    if "best_epoch" in network and "epochs" in network:
        text += f", of epoch {network['best_epoch']} of {network['epochs']}"
    return text


def _describe_search(search):
    return format_choice((search or {}).get("best_params") or {}) or None


def _describe_scores(scores):
    if not scores or scores.get("uar") is None:
        return None
    notes = [scores["protocol"]] if "protocol" in scores else []
    if "optimistic" in scores:
        notes.append("optimistic: speakers shared" if scores["optimistic"] else "unseen speakers")
    accuracy = f", accuracy {scores['accuracy']:.3f}" if "accuracy" in scores else ""
    return _format_uar(scores) + accuracy + (f" ({', '.join(notes)})" if notes else "")


def _describe_transductive(description):
    """Scores with each speaker's own clips known, apart from those without."""
    texts = []
    for part, on in (("scores", ""), ("test", " on the test")):
        scores = (description.get(part) or {}).get("transductive") or {}
        if scores.get("uar") is not None:
            texts.append(_format_uar(scores) + on)
    return f"{', '.join(texts)}, with each speaker's own clips known" if texts else None


def _describe_test(test):
    if not test or test.get("uar") is None:
        return None
    notes = [test["kind"]] if "kind" in test else []
    if test.get("optimistic"):
        notes.append("optimistic: clips or speakers may be shared")
    on = f" on {test['data']}" if "data" in test else ""
    return _format_uar(test) + on + (f" ({', '.join(notes)})" if notes else "")


def _format_uar(scores):
    interval = format_interval((scores.get("interval") or {}).get("uar"))
    return f"UAR {scores['uar']:.3f}" + (f" (95 %: {interval})" if interval else "")


def _describe_versions(versions):
    return ", ".join(f"{name} {version}" for name, version in versions.items()) or None
