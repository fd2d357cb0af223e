import numpy as np
import pytest

from sersk.utils._names import natural_key


@pytest.mark.parametrize(
    "names",
    [
        ["1", "2", "10", "11", "100"],
        ["clip2.wav", "clip10.wav", "clip10b.wav", "clip11.wav"],
        ["S2", "s10", "S11"],
        ["a1b2", "a1b10", "a2b1"],
        ["take", "take 1", "take 02", "take 3"],
        ["", "7", "a"],
    ],
)
def test_names_are_put_in_order(names):
    shuffled = np.random.default_rng(0).permutation(names).tolist()
    assert sorted(shuffled, key=natural_key) == names


def test_the_order_of_plain_text_is_another():
    """Else the tests above could not fail."""
    assert sorted(["2", "10"]) == ["10", "2"]


def test_leading_zeros_decide_between_equal_numbers():
    assert sorted(["a1", "a01", "a001"], key=natural_key) == ["a001", "a01", "a1"]
    assert natural_key("01") != natural_key("1")


def test_case_does_not_matter():
    assert natural_key("Fold 3") == natural_key("fold 3")


@pytest.mark.parametrize("name", ["٣", "12345678901234567890123", "a\n1", "½"])
def test_any_name_can_be_compared_with_any_other(name):
    others = ["", "1", "a", "a1", "1a", name]
    assert len(sorted(others, key=natural_key)) == len(others)
