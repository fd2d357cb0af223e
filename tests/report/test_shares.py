"""Sentences about shares of time."""

import pytest

from sersk.report import describe_shares


@pytest.mark.parametrize(
    ("shares", "silence", "sentence"),
    [
        ({"a": 1.0, "b": 0.0}, 0.0, "Over time: a 100 %."),
        ({"a": 0.3, "b": 0.7}, 0.0, "Over time: b 70 %, a 30 %."),
        (
            {"a": 0.35, "b": 0.4, "c": 0.25},
            0.0,
            "Over time: b 40 %, a 35 %, c 25 %.",
        ),
        (
            {"a": 0.3, "b": 0.25, "c": 0.2, "d": 0.25},
            0.09,
            "Over time: a 30 %, b 25 %, d 25 %.",
        ),
        (
            {"a": 0.95, "b": 0.05},
            0.1,
            "Over time: a 95 %. Silence, 10 % of the recording, is left out.",
        ),
        (dict.fromkeys("abcdefghijkl", 1 / 12), 0.0, "Over time: a 8 %."),
        ({"a": 0.0, "b": 0.0}, 1.0, "There is nothing to hear in this recording."),
        ({}, 1.0, "There is nothing to hear in this recording."),
    ],
)
def test_longest_classes_are_named(shares, silence, sentence):
    assert describe_shares(shares, silence) == sentence
