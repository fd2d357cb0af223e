"""What is known about a model, a row per matter."""

import pytest

from sersk.report import summarise_model
from tests.report._descriptions import WHOLE, describe, list_without_a_part


def test_all_rows_in_order():
    assert summarise_model(WHOLE) == {
        "Recipe": "bilstm",
        "Unfinished": "the best epoch of a training that did not end",
        "Labels": "sentiment3",
        "Classes": "angry, happy, sad",
        "Sampling rate": "16000 Hz, 22050 Hz",
        "Features": "3 (mfcc, egemaps), 2 selected",
        "Trained on": "TRAIN.csv: 1440 clips (angry 500, happy 500, sad 440), 24 speakers",
        "Augmentation": "noise, pitch (copies per clip: 2, more of rare classes)",
        "Network": "99 weights, in its original form, of epoch 7 of 12",
        "Search chose": "C=10.0, gamma=auto",
        "Scores": "UAR 0.461 (95 %: 0.420 to 0.510), accuracy 0.470 "
        "(leave-one-speaker-out, unseen speakers)",
        "Test": "UAR 0.352 (95 %: 0.310 to 0.400) on far/OTHER.csv (cross-corpus)",
        "Seed": "0",
        "Command": "sersk fit --data TRAIN.csv",
        "Versions": "python 3.12.1, sersk 0.1.0",
        "SHA-256": "ab12",
    }
    assert list(summarise_model(WHOLE))[::5] == ["Recipe", "Features", "Scores", "SHA-256"]


@pytest.mark.parametrize(
    ("change", "row", "text"),
    [
        ({"training__n_speakers": None}, "Trained on", ", speakers not known"),
        ({"scores__optimistic": True}, "Scores", "out, optimistic: speakers shared)"),
        ({"test__optimistic": True}, "Test", "optimistic: clips or speakers may be shared)"),
        ({"scores__interval__uar": None}, "Scores", "UAR 0.461, accuracy"),
        ({"sample_rate": 8000}, "Sampling rate", "8000 Hz"),
        ({"features__select": None}, "Features", "3 (mfcc, egemaps)"),
        ({"training__network__input": "features"}, "Network", "99 weights, of epoch"),
        ({"training__augment__oversample": False}, "Augmentation", "(copies per clip: 2)"),
        (
            {"training__augment": {"augmentations": ["noise"], "probability": 0.5}},
            "Augmentation",
            "noise (in each epoch, with probability 0.5)",
        ),
    ],
)
def test_row(change, row, text):
    assert text in summarise_model(describe(**change))[row]


def test_what_is_not_there_has_no_row():
    none = {"unfinished": False, "labels": None, "test": None}
    none |= {"training__search": None, "training__augment": None, "training__network": None}
    rows = summarise_model(describe(**none))
    assert not {"Unfinished", "Labels", "Test"} & set(rows)
    assert not {"Search chose", "Augmentation", "Network"} & set(rows)


def test_nothing_known_is_no_row():
    assert summarise_model({}) == {}


def test_any_part_may_be_missing():
    descriptions = list(list_without_a_part())
    assert len(descriptions) > 50
    for description in descriptions:
        rows = summarise_model(description)
        assert all(isinstance(text, str) and text for text in rows.values())
        assert not any("None" in text for text in rows.values())


NORMALIZING = {
    "normalizes_speakers": True,
    "scores__transductive": {"uar": 0.77, "interval": {"uar": [0.71, 0.82], "reason": None}},
    "test__transductive": {"uar": 0.5, "interval": {"uar": None, "reason": "few"}},
}


def test_transductive_scores_have_a_row_of_their_own():
    rows = summarise_model(describe(**NORMALIZING))
    assert rows["Speakers"] == (
        "each measured by all of their own clips; scores are without, or called transductive"
    )
    assert rows["Transductive"] == (
        "UAR 0.770 (95 %: 0.710 to 0.820), UAR 0.500 on the test, with each speaker's own clips "
        "known"
    )
    without = summarise_model(WHOLE)
    assert not {"Speakers", "Transductive"} & set(without)
    assert all(rows[key] == without[key] for key in without)
    assert list(rows).index("Transductive") == list(rows).index("Scores") + 1
