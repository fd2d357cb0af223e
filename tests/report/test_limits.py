"""Sentences about what a model can do: they follow from its description, and claim no more."""

import re

import pytest

from sersk.report import describe_limits, describe_trust
from tests.report._descriptions import WHOLE, describe, list_without_a_part


def find(description, words):
    """Give the one sentence with these words."""
    (sentence,) = [text for text in describe_limits(description) if words in text]
    return sentence


def test_says_who_it_learned_from():
    assert "from 1440 clips; 24 speakers in all." in find(WHOLE, "learned from 1440")
    unknown = describe(training__n_speakers=None)
    assert "; who speaks in them is not known." in find(unknown, "learned from 1440")
    assert "1 clip; 1 speaker in all" in find(
        describe(training__n_clips=1, training__n_speakers=1), "It learned from"
    )


def test_score_in_plain_words():
    assert find(WHOLE, "not heard") == (
        "On speakers it had not heard, it gives the right class for 46 of 100 clips, on average "
        "over classes (95 %: 42 to 51); guessing would give 33."
    )


def test_trust_is_the_sentence_on_the_score():
    assert describe_trust(WHOLE) == find(WHOLE, "not heard")
    assert describe_trust({}) == (
        "How often it is right is not known: it was not tested, or nobody noted it."
    )


def test_half_is_rounded_up():
    eight = describe(classes=list("abcdefgh"), scores__uar=0.125, scores__interval__uar=None)
    assert "for 13 of 100" in find(eight, "not heard")
    assert "guessing would give 13." in find(eight, "not heard")


def test_optimistic_score_is_called_so():
    sentence = find(describe(scores__optimistic=True), "for 46 of 100")
    assert "On clips by speakers whom it may have heard before, " in sentence
    assert "This is optimistic" in sentence
    assert "optimistic" not in find(WHOLE, "for 46 of 100")


def test_score_of_unknown_honesty_claims_no_unseen_speakers():
    description = describe()
    del description["scores"]["optimistic"]
    assert "not heard" not in " ".join(describe_limits(description))


@pytest.mark.parametrize(
    ("uar", "interval", "told"),
    [
        (0.33, [0.28, 0.38], "So it is no better than guessing"),
        (0.36, [0.32, 0.4], "So it may be no better than guessing"),
        (0.36, [0.34, 0.4], None),
        (0.36, None, None),
        (0.2, None, "So it is no better than guessing"),
    ],
)
@pytest.mark.parametrize("part", ["scores", "test"])
def test_score_near_chance_is_called_so(part, uar, interval, told):
    other = {"scores__uar": 0.9, "scores__interval__uar": None} if part == "test" else {}
    other |= {"test": None} if part == "scores" else {}
    change = {f"{part}__uar": uar, f"{part}__interval__uar": interval}
    text = " ".join(describe_limits(describe(**other, **change)))
    assert ("guessing there" in text) == (told is not None)
    assert told is None or told in text


def test_few_speakers_have_no_interval():
    reason = "4 speakers are too few for an interval."
    few = describe(scores__interval={"uar": None, "reason": reason})
    assert reason in describe_limits(few)
    assert "95 %" not in find(few, "for 46 of 100")
    assert reason not in describe_limits(WHOLE)


def test_other_corpus():
    assert find(WHOLE, "OTHER.csv") == (
        "On another collection (OTHER.csv), it gives the right class for 35 of 100 clips, on "
        "average over classes (95 %: 31 to 40); guessing would give 33. So it may be no better "
        "than guessing there."
    )
    same = find(describe(test__kind="same corpus", test__optimistic=True), "OTHER.csv")
    assert same.startswith("On further clips of the collection that it learned from (OTHER.csv)")
    assert "This is optimistic" in same
    assert not any("collection (" in text for text in describe_limits(describe(test=None)))


@pytest.mark.parametrize(
    ("extractors", "is_bound"),
    [(["mfcc"], False), (["egemaps"], True), (["mfcc", "compare"], True), ([], False)],
)
def test_licence(extractors, is_bound):
    sentences = describe_limits(describe(features__extractors=extractors))
    assert any("audEERING" in text for text in sentences) == is_bound


def test_unfinished_network():
    assert find(WHOLE, "training did not end")
    assert "did not end" not in " ".join(describe_limits(describe(unfinished=False)))


def test_classes_are_named():
    assert "(angry, happy, sad)" in find(WHOLE, "always answers")


def test_nothing_known_is_said_to_be_unknown():
    sentences = describe_limits({})
    assert sum("not known" in text for text in sentences) == 2
    assert any("no ground to judge people" in text for text in sentences)
    assert any("not by what a person feels" in text for text in sentences)
    assert not any(re.search(r"\d", text) for text in sentences)


def test_any_part_may_be_missing():
    for description in list_without_a_part():
        sentences = describe_limits(description)
        assert all(re.fullmatch(r"[A-Z0-9].*\.", text) for text in sentences)
        assert not any("None" in text for text in sentences)


def test_model_that_normalises_speakers():
    own = {"uar": 0.77, "interval": {"uar": [0.71, 0.82], "reason": None}}
    description = describe(normalizes_speakers=True, scores__transductive=own)
    assert "wants to know who speaks" in find(description, "measures each speaker")
    assert find(description, "(transductive)") == (
        "With each speaker's own clips known (transductive), it gives the right class for 77 of "
        "100 clips, on average over classes (95 %: 71 to 82); guessing would give 33."
    )
    # What is believed first is the score without.
    assert describe_trust(description) == describe_trust(WHOLE)
    unknown = describe(normalizes_speakers=True)
    assert not [text for text in describe_limits(unknown) if "(transductive)" in text]
    assert "transductive" not in " ".join(describe_limits(WHOLE))
