"""The card of a model: metadata that a parser reads, the sections of the template, no secrets."""

import re

import pytest
import yaml

from sersk.report import describe_limits, format_card
from tests.report._descriptions import WHOLE, describe, list_without_a_part

HEADINGS = (
    "# Model Card for mood",
    "## Model Details",
    "### Model Description",
    "## Uses",
    "### Direct Use",
    "### Out-of-Scope Use",
    "## Bias, Risks, and Limitations",
    "### Recommendations",
    "## How to Get Started with the Model",
    "## Training Details",
    "### Training Data",
    "### Training Procedure",
    "#### Preprocessing",
    "#### Training Hyperparameters",
    "## Evaluation",
    "### Testing Data, Factors & Metrics",
    "#### Testing Data",
    "#### Metrics",
    "### Results",
    "#### Summary",
    "## Technical Specifications",
    "### Compute Infrastructure",
    "#### Software",
    "## Citation",
)
PER_CLASS = {
    "an|gry*": {"recall": 0.5, "precision": 0.25, "f1": 0.333, "n_clips": 500},
    "sad": {"recall": 0.75, "precision": 0.5, "f1": 0.6, "n_clips": 440},
}


def read_metadata(card):
    start, metadata, _ = card.split("---\n", 2)
    assert start == ""
    return yaml.safe_load(metadata)


def test_sections_in_the_order_of_the_template():
    lines = format_card(WHOLE, "mood.joblib").splitlines()
    assert [line for line in lines if re.match("#+ ", line)] == list(HEADINGS)


def test_metadata():
    metadata = read_metadata(format_card(WHOLE, "mood.joblib"))
    assert metadata["library_name"] == "sersk"
    assert metadata["pipeline_tag"] == "audio-classification"
    assert metadata["metrics"] == ["recall", "accuracy"]
    assert not {"license", "language"} & set(metadata)
    (entry,) = metadata["model-index"]
    assert entry["name"] == "mood"
    own, other = entry["results"]
    task = {"type": "audio-classification", "name": "Speech emotion recognition"}
    assert own["task"] == other["task"] == task
    assert own["dataset"] == {
        "name": "TRAIN.csv",
        "type": "custom",
        "split": "leave-one-speaker-out",
    }
    assert own["metrics"][0] == {"type": "recall", "value": 0.461, "name": "UAR"}
    assert other["dataset"]["name"] == "OTHER.csv"
    assert other["metrics"] == [{"type": "recall", "value": 0.352, "name": "UAR"}]


def test_no_scores_no_index():
    metadata = read_metadata(format_card({"recipe": "svm"}))
    assert not {"model-index", "metrics"} & set(metadata)


def test_every_limit_is_told_once():
    card = format_card(describe(classes=["angry", "happy", "sad"]), "mood.joblib")
    uses, _, risks = card.partition("## Bias, Risks")
    for sentence in describe_limits(WHOLE):
        assert card.count(f"- {sentence}") == 1
    assert "- It is no ground to judge people" in uses.partition("### Out-of-Scope Use")[2]
    assert "not by what a person feels" in risks


def test_scores_with_intervals_and_classes():
    card = format_card(describe(scores__per_class=PER_CLASS))
    assert "| UAR | 0.461 | 0.420 to 0.510 |" in card
    assert "| accuracy | 0.470 | – |" in card
    assert "| sad | 0.750 | 0.500 | 0.600 | 440 |" in card
    assert "| UAR | 0.352 | 0.310 to 0.400 |" in card
    assert "optimistic" not in card
    assert "These scores are optimistic" in format_card(describe(scores__optimistic=True))


def test_class_names_are_escaped():
    counts = {"an|gry*": 3, "<b>": 4, "two\nlines": 5}
    changes = dict(scores__per_class=PER_CLASS, training__clips_per_class=counts)
    card = format_card(describe(**changes, classes=list(counts), labels={"name": "a: #b"}))
    assert "| an\\|gry\\* | 0.500 | 0.250 | 0.333 | 500 |" in card
    assert "| \\<b\\> | 4 |" in card
    assert "| two lines | 5 |" in card
    assert "**Classes:** an\\|gry\\*, \\<b\\>, two lines\n" in card
    # Every row of a table has as many cells as its head.
    for table in re.findall(r"(?:^\|.*\n)+", card, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


def test_metadata_of_odd_names():
    card = format_card(describe(training__data='a: "b" #c.csv'), "- yes: *x.joblib")
    (entry,) = read_metadata(card)["model-index"]
    assert entry["name"] == "- yes: *x"
    assert entry["results"][0]["dataset"]["name"] == 'a: "b" #c.csv'


def test_folders_command_clips_and_speakers_stay_private():
    secret = describe(
        command="sersk fit --data /home/me/TRAIN.csv",
        test__data="/home/me/OTHER.csv",
        training__params={"classifier__path": "'/home/me/x.txt'"},
        training__augment={"augmentations": ["AddNoise(noise='/home/me/hum.wav')"], "copies": 1},
    )
    secret["data"] = {"digest": "abc", "clips": {"me/ann.wav": "12"}}
    secret["folds"] = {"parts": [{"name": "ann", "test_speakers": ["ann"]}]}
    secret["arguments"] = {"data": "C:\\home\\me\\TRAIN.csv"}
    secret["scores"]["folds"] = [{"name": "ann", "uar": 0.5}]
    card = format_card(secret, "/home/me/mood.joblib")
    for word in ("home", "/me", "ann", "sersk fit"):
        assert word not in card
    assert "hum.wav" in card
    assert "1 fold." in card


@pytest.mark.parametrize("description", [{}, *list_without_a_part()])
def test_any_part_may_be_missing(description):
    card = format_card(description)
    assert read_metadata(card)["library_name"] == "sersk"
    assert "None" not in card
    assert card.endswith("```\n")
