"""A prediction as a sentence: no surer than its numbers."""

import numpy as np
import pytest

from sersk.report import describe_answer


def describe(*probabilities):
    return describe_answer(dict(zip("abcdefghij", probabilities, strict=False)))


@pytest.mark.parametrize(
    ("probabilities", "sentence"),
    [
        ((0.21, 0.62, 0.17), "Most likely b (62 %); a is second (21 %)."),
        ((0.93, 0.05, 0.02), "Most likely a (93 %)."),
        ((0.8, 0.2), "Most likely a (80 %); b is second (20 %)."),
        ((0.81, 0.19), "Most likely a (81 %)."),
        ((0.57, 0.43), "Hardly more than a guess: a (57 %), or b (43 %)."),
        ((0.58, 0.42), "Most likely a (58 %); b is second (42 %)."),
        ((0.48, 0.44, 0.08), "Hardly more than a guess: a (48 %), or b (44 %)."),
        ((0.5, 0.44, 0.06), "Most likely a (50 %); b is second (44 %)."),
        ((1 / 3, 1 / 3, 1 / 3), "Hardly more than a guess: a (33 %), or b (33 %)."),
        ((0.25, *[0.75 / 7] * 7), "Hardly more than a guess: a (25 %), or b (11 %)."),
        ((0.26, *[0.74 / 7] * 7), "Most likely a (26 %); b is second (11 %)."),
        ((1.0, 0.0), "Most likely a (over 99 %)."),
        ((0.995, 0.005), "Most likely a (over 99 %)."),
        ((0.99, 0.01), "Most likely a (99 %)."),
        ((1.0,), "a is the only class there is."),
        ((), "There is no answer."),
        ((float("nan"), float("nan")), "There is no answer."),
    ],
)
def test_sentence(probabilities, sentence):
    assert describe(*probabilities) == sentence


def test_among_many_classes_a_small_share_is_no_nought():
    assert describe_answer(dict.fromkeys(map(str, range(200)), 0.005)) == (
        "Hardly more than a guess: 0 (under 1 %), or 1 (under 1 %)."
    )


def test_order_makes_no_difference(rng):
    for _ in range(20):
        values = dict(zip("abcde", rng.dirichlet(np.ones(5)), strict=True))
        turned = dict(reversed(values.items()))
        assert describe_answer(values) == describe_answer(turned)


def test_names_stay_as_they_are():
    assert describe_answer({"Sehr {wütend}, 100 %": 0.9, "": 0.1}) == (
        "Most likely Sehr {wütend}, 100 % (90 %)."
    )


def test_row_of_a_table():
    """As `sersk.workflows.predict` gives it, with the numbers of numpy."""
    assert describe_answer({"a": np.float64(0.7), "b": np.float32(0.3)}).startswith(
        "Most likely a"
    )
