"""Sentences about shares of time."""

import pytest

from sersk.report import describe_shares


@pytest.mark.parametrize(
    ("shares", "silence", "sentence"),
    [
        ({"a": 1.0, "b": 0.0}, 0.0, "Sounds a for 100 % of the time."),
        ({"a": 0.3, "b": 0.7}, 0.0, "Sounds b for 70 % of the time and a for 30 %."),
        (
            {"a": 0.35, "b": 0.4, "c": 0.25},
            0.0,
            "Sounds b for 40 % of the time, a for 35 % and c for 25 %.",
        ),
        (
            {"a": 0.3, "b": 0.25, "c": 0.2, "d": 0.25},
            0.09,
            "Sounds a for 30 % of the time, b for 25 % and d for 25 %.",
        ),
        (
            {"a": 0.95, "b": 0.05},
            0.1,
            "Sounds a for 95 % of the time. Silence, 10 % of the recording, is left out.",
        ),
        (dict.fromkeys("abcdefghijkl", 1 / 12), 0.0, "Sounds a for 8 % of the time."),
        ({"a": 0.0, "b": 0.0}, 1.0, "There is nothing to hear in this recording."),
        ({}, 1.0, "There is nothing to hear in this recording."),
    ],
)
def test_longest_classes_are_named(shares, silence, sentence):
    assert describe_shares(shares, silence) == sentence
