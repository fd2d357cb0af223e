"""What is said of judging only the clips that a model is sure of, and of its guards."""

from sersk.report._coverage import describe_abstention, describe_coverage, describe_warned


def _row(coverage, accuracy, threshold, n_clips):
    return dict(coverage=coverage, accuracy=accuracy, threshold=threshold, n_clips=n_clips)


WHOLE = _row(1.0, 0.71, 0.2, 200)
HALF = _row(0.5, 0.86, 0.6, 100)


def test_half_and_all():
    rows = [WHOLE, _row(0.75, 0.8, 0.4, 150), HALF, _row(0.25, 0.88, 0.8, 50)]
    told = "Of the surest 50 % of the clips 86 % are right; of all 71 %."
    assert describe_coverage(rows) == told


def test_nine_in_ten_by_the_lowest_threshold_that_gives_them():
    rows = [WHOLE, HALF, _row(0.3, 0.91, 0.739, 60), _row(0.2, 0.95, 0.8, 40)]
    # Rounded down, so that the clips of the row reach it.
    end = "90 % are right with --abstain-below 0.73, which leaves 30 %."
    assert describe_coverage(rows).endswith(end)


def test_a_handful_of_clips_promises_nothing():
    assert "abstain" not in describe_coverage([WHOLE, HALF, _row(0.1, 1.0, 0.9, 20)])


def test_nothing_where_all_are_equally_sure_or_right_anyway():
    assert describe_coverage([WHOLE]) is None
    rows = [_row(1.0, 0.95, 0.3, 200), _row(0.5, 0.99, 0.8, 100)]
    assert "abstain" not in describe_coverage(rows)


def test_abstention():
    scores = dict(abstain_below=0.6, coverage=0.5, n_clips=100, accuracy=0.86, uar=0.8)
    assert describe_abstention(scores) == (
        "Judged with a probability of 0.6 or more: 50 %, 100 clips; of these accuracy 0.860, "
        "UAR 0.800."
    )
    none = dict(scores, coverage=0.0, n_clips=0, accuracy=None, uar=None)
    assert describe_abstention(none).endswith("or more: 0 %, 0 clips.")


def test_warned():
    told = describe_warned(dict(n_warned=3, n_clips=20, warned_of={"level": 1, "novelty": 2}))
    assert told.startswith("The guards of the model warn of 3 of 20 clips (level 1, novelty 2);")
    assert describe_warned(dict(n_warned=0, n_clips=20, warned_of={})) is None
    assert describe_warned(dict(n_warned=None, n_clips=20, warned_of=None)) is None
