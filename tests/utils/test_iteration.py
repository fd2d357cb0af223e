import pytest

from sersk.utils._iteration import mark_last


@pytest.mark.parametrize(
    ("items", "marked"),
    [
        ([], []),
        ("a", [("a", True)]),
        ("abc", [("a", False), ("b", False), ("c", True)]),
        # Nothing that can be an item is taken for the end.
        ([None, 0, None], [(None, False), (0, False), (None, True)]),
    ],
)
def test_only_the_last_is_marked(items, marked):
    assert list(mark_last(items)) == marked


def test_no_more_than_one_item_is_read_ahead():
    """A recording of hours goes through it."""
    read = []
    for item, _ in mark_last(read.append(i) or i for i in range(9)):
        assert read == list(range(min(item + 2, 9)))


def test_an_error_of_the_source_comes_through():
    def fail():
        yield 1
        yield 2
        raise OSError("gone")

    marked = mark_last(fail())
    assert next(marked) == (1, False)
    with pytest.raises(OSError, match="gone"):
        next(marked)
