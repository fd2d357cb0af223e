"""What the summary says of judging only the clips that a model is sure of."""

from sersk.cli._summary import _describe_coverage


def _row(coverage, accuracy, threshold, n_clips):
    return dict(coverage=coverage, accuracy=accuracy, threshold=threshold, n_clips=n_clips)


WHOLE = _row(1.0, 0.71, 0.2, 200)
HALF = _row(0.5, 0.86, 0.6, 100)


def test_half_and_all():
    (line,) = _describe_coverage(
        [WHOLE, _row(0.75, 0.8, 0.4, 150), HALF, _row(0.25, 0.88, 0.8, 50)]
    )
    assert line == "Of the surest 50 % of the clips 86 % are right; of all 71 %."


def test_nine_in_ten_by_the_lowest_threshold_that_gives_them():
    rows = [WHOLE, HALF, _row(0.3, 0.91, 0.739, 60), _row(0.2, 0.95, 0.8, 40)]
    text = " ".join(_describe_coverage(rows))
    # Rounded down, so that the clips of the row reach it.
    assert text.endswith("90 % are right with --abstain-below 0.73, which leaves 30 %.")


def test_a_handful_of_clips_promises_nothing():
    (line,) = _describe_coverage([WHOLE, HALF, _row(0.1, 1.0, 0.9, 20)])
    assert "abstain" not in line


def test_nothing_where_all_are_equally_sure_or_right_anyway():
    assert _describe_coverage([WHOLE]) == []
    rows = [_row(1.0, 0.95, 0.3, 200), _row(0.5, 0.99, 0.8, 100)]
    assert "abstain" not in _describe_coverage(rows)[0]
