"""The card of a model in Markdown, in the layout of the Hugging Face Hub."""

from sersk.report._card_metadata import make_metadata
from sersk.report._limits import describe_limits, describe_misuse, describe_trust
from sersk.report._markdown import escape, file_name, hide_folders, make_list, make_table
from sersk.report._model import summarise_model
from sersk.report._words import PROTOCOL_WORDS, SCORE_WORDS, count, format_interval

_MACHINE_WORDS = {
    "system": "System",
    "processor": "Processor",
    "blas": "Linear algebra",
    "libsndfile": "Decoder of sound files, libsndfile",
    "device": "Device",
}
_CITATION = """\
```bibtex
@software{sersk,
  author = {{The sersk developers}},
  title = {sersk: speech emotion recognition with scikit-learn},
  version = {%s}
}
```"""
_START = """\
```python
from sersk.persistence import load_model

model = load_model("%s")
model.predict(["call.wav"])
model.predict_proba(["call.wav"])
```

It needs `sersk`, best in the versions below. A joblib file can run any code when it is loaded:
load it only where you trust its maker."""


def format_card(description, name="model.joblib"):
    r"""Write the card of a model in Markdown, from its description alone.

    It begins with metadata in YAML, and has the sections of the Hugging Face Hub's template, but
    for those of which nothing is known. No folder, command, clip or speaker is named.

    Parameters
    ----------
    description : dict
        What `sersk.persistence.read_description` gives, or the attribute ``description_`` of a
        loaded model. One that was saved from Python may lack any part.
    name : str, default="model.joblib"
        File name of the model.

    Returns
    -------
    text : str
        The card, with a line feed at the end.

    Examples
    --------
    >>> from sersk.report import format_card
    >>> card = format_card({"recipe": "svm", "classes": ["angry", "sad"]}, "mood.joblib")
    >>> print(*[line for line in card.splitlines() if line.startswith("# ")])
    # Model Card for mood
    """
    # Only here, as most of what is reported needs no YAML.
    import yaml

    title = file_name(name).rpartition(".")[0] or file_name(name)
    metadata = yaml.safe_dump(
        make_metadata(description, title), sort_keys=False, allow_unicode=True
    )
    lines = [
        *("---", metadata.rstrip("\n"), "---", ""),
        *(f"# Model Card for {escape(title)}", ""),
        *_describe_model(description),
        *_describe_uses(description),
        *_describe_risks(description),
        *("## How to Get Started with the Model", "", _START % file_name(name), ""),
        *_describe_training(description),
        *_describe_evaluation(description),
        *_describe_specifications(description),
        *("## Citation", "", _CITATION % _find_version(description)),
    ]
    return "\n".join(lines) + "\n"


def _find_version(description):
    return (description.get("versions") or {}).get("sersk", "unknown")


def _describe_model(description):
    rows = summarise_model(description)
    return [
        *("## Model Details", "", "### Model Description", ""),
        "A classifier of recorded speech, fitted with `sersk`: it says which of its classes a "
        "voice resembles most.",
        "",
        *make_list(
            {
                "Model type": _name_type(description),
                "Classes": rows.get("Classes"),
                "Labels": rows.get("Labels"),
                "Sampling rate": rows.get("Sampling rate"),
                "Speakers": rows.get("Speakers"),
                "Unfinished": rows.get("Unfinished"),
            }
        ),
        "Who made it, the languages of its speech and its licence are not noted. Add them before "
        "you publish it.",
        "",
    ]


def _name_type(description):
    return f"recipe {description['recipe']} of sersk" if description.get("recipe") else None


def _describe_uses(description):
    return [
        *("## Uses", "", "### Direct Use", ""),
        "To sort clips of speech like those that it learned from by how they sound: in research "
        "and teaching, and for overviews of many clips, which a person checks.",
        *("", "### Out-of-Scope Use", ""),
        *(f"- {escape(sentence)}" for sentence in describe_misuse(description)),
        "",
    ]


def _describe_risks(description):
    misuse = describe_misuse(description)
    risks = [text for text in describe_limits(description) if text not in misuse]
    return [
        *("## Bias, Risks, and Limitations", ""),
        *(f"- {escape(sentence)}" for sentence in risks),
        *("", "### Recommendations", ""),
        "Label some clips of the kind that it shall be used for, by several speakers, and score "
        "it on them with `sersk evaluate`. Look at each class, and at women and men, ages and "
        "languages for themselves. Tell people that a machine judged, and let them object.",
        "",
    ]


def _describe_training(description):
    training, data = description.get("training") or {}, description.get("data") or {}
    rows = summarise_model(description)
    params = ", ".join(f"{k}={v}" for k, v in (training.get("params") or {}).items())
    clips = {
        "Data": file_name(training["data"]) if training.get("data") else None,
        "Clips": training.get("n_clips"),
        "Speakers": training.get("n_speakers"),
        "SHA-256 of the table": training.get("data_sha256"),
        "Digest of the sound files (XXH3)": data.get("digest"),
    }
    counts = (training.get("clips_per_class") or {}).items()
    return [
        *("## Training Details", "", "### Training Data", ""),
        *make_list(clips),
        *(make_table(["Class", "Clips"], counts) if counts else []),
        *("### Training Procedure", "", "#### Preprocessing", ""),
        *make_list(
            {"Features": rows.get("Features"), "Augmentation": _hide(rows.get("Augmentation"))}
        ),
        *("#### Training Hyperparameters", ""),
        *make_list(
            {
                "Recipe": description.get("recipe"),
                "Seed": description.get("seed"),
                "Set by hand": _hide(params or None),
                "Search chose": rows.get("Search chose"),
                "Network": rows.get("Network"),
            }
        ),
    ]


def _hide(text):
    return None if text is None else hide_folders(text)


def _describe_evaluation(description):
    scores, test = description.get("scores") or {}, description.get("test") or {}
    return [
        *("## Evaluation", "", "### Testing Data, Factors & Metrics", ""),
        *("#### Testing Data", "", *_describe_testing(scores, test)),
        *("#### Metrics", ""),
        "UAR, the unweighted average recall, is the mean over classes of the share of their clips "
        "that is recognised; chance is one divided by the number of classes. Intervals are 95 % "
        "intervals over speakers.",
        *("", "### Results", ""),
        *_format_scores("Cross-validation", scores),
        *_format_transductive(scores),
        *_format_scores("Test", test),
        *("#### Summary", "", escape(describe_trust(description)), ""),
    ]


def _describe_testing(scores, test):
    lines = []
    if scores.get("protocol"):
        parts = f", {count(len(scores['folds']), 'fold')}" if scores.get("folds") else ""
        words = PROTOCOL_WORDS.get(scores["protocol"], scores["protocol"])
        lines.append(f"- Cross-validation on the training data: {escape(words)}{parts}.")
    if test.get("uar") is not None:
        named = f" {escape(file_name(test['data']))}" if test.get("data") else ""
        kind = f" ({escape(test['kind'])})" if test.get("kind") else ""
        lines.append(f"- The finished model on further clips{named}{kind}.")
    return [*(lines or ["Not noted."]), ""]


def _format_scores(title, scores):
    if scores.get("uar") is None:
        return []
    interval = scores.get("interval") or {}
    rows = [
        [words, f"{scores[key]:.3f}", format_interval(interval.get(key)) or "–"]
        for key, words in SCORE_WORDS.items()
        if scores.get(key) is not None
    ]
    classes = [
        [name, *(f"{row[key]:.3f}" for key in ("recall", "precision", "f1")), row["n_clips"]]
        for name, row in (scores.get("per_class") or {}).items()
    ]
    lines = make_table([title, "Value", "95 % interval"], rows)
    if scores.get("optimistic"):
        lines += ["These scores are optimistic: speakers may be shared with the training.", ""]
    if classes:
        lines += make_table(["Class", "Recall", "Precision", "F1", "Clips"], classes)
    return lines


def _format_transductive(scores):
    transductive = scores.get("transductive") or {}
    if transductive.get("uar") is None:
        return []
    text = f"With each speaker's own clips known (transductive): UAR {transductive['uar']:.3f}."
    return [text, ""]


def _describe_specifications(description):
    machine = description.get("machine") or {}
    versions = description.get("versions") or {}
    if not machine and not versions:
        return []
    lines = ["## Technical Specifications", "", "### Compute Infrastructure", ""]
    if machine:
        named = {_MACHINE_WORDS.get(name, name): text for name, text in machine.items()}
        lines += ["#### Hardware", "", *make_list(named)]
    if versions:
        software = ", ".join(f"{name} {version}" for name, version in versions.items())
        lines += ["#### Software", "", escape(software), ""]
    return lines
