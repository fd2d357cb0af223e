"""Timelines: boundaries, time that adds up, silence, other labels."""

import json
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sersk.datasets import LabelMap, find_label_map
from sersk.exceptions import ManifestError
from sersk.timeline import make_timeline
from tests.timeline._recordings import cut, judge, make, make_activity

CLASSES = ["angry", "sad", "fear"]


def heard(timeline):
    return [(s.start_s, s.stop_s, s.label) for s in timeline.segments]


@pytest.mark.parametrize(("window_s", "hop_s"), [(3, 1), (2, 0.5), (4, 1), (1, 1), (3, 0.25)])
@pytest.mark.parametrize("shift_s", [0.0, 0.3, 0.7])
def test_boundaries_are_found_within_a_hop(window_s, hop_s, shift_s):
    truth = [(6 + shift_s, 0), (13.2, 1), (18.0, 2), (25.5 + shift_s, 0)]
    timeline = make(truth, window_s=window_s, hop_s=hop_s)
    assert [segment.label for segment in timeline.segments] == ["a", "b", "c", "a"]
    for segment, (stop_s, _) in zip(timeline.segments, truth, strict=True):
        assert abs(segment.stop_s - stop_s) <= hop_s


def test_class_between_others_does_not_show():
    # Where a window lies across the change, the model takes the mixture for something third.
    windows = cut(12.0, 3.0, 1.0)
    says = judge([(6.0, 0), (12.0, 2)], *windows, 3)
    across = (windows[0] < 6) & (windows[1] > 6)
    says[across] = [0.2, 0.6, 0.2]
    form = dict(window_s=3.0, hop_s=1.0)
    timeline = make_timeline("x", *windows, says, CLASSES, make_activity(12.0), **form)
    assert "sad" in np.array(CLASSES)[timeline.cells.probabilities.argmax(axis=1)]
    assert [segment.label for segment in timeline.segments] == ["angry", "fear"]


class TestTime:
    @pytest.mark.parametrize("duration_s", [0.4, 2.0, 3.0, 3.004, 9.99, 61.3])
    @pytest.mark.parametrize("silences", [[], [(0, 1.5)], [(4, 9)], [(0, 99)]])
    def test_adds_up(self, duration_s, silences):
        timeline = make([(duration_s / 2, 0), (duration_s, 1)], silences=silences)
        ends = [(s.start_s, s.stop_s) for s in timeline.segments]
        assert ends[0][0] == 0
        assert ends[-1][1] == timeline.duration_s == duration_s
        assert all(a[1] == b[0] for a, b in pairwise(ends))
        assert all(start < stop for start, stop in ends)
        labels = [s.label for s in timeline.segments]
        assert all(a != b for a, b in pairwise(labels))
        total = sum(timeline.shares.values())
        assert total == pytest.approx(0 if timeline.silent_share == 1 else 1)

    def test_shares(self):
        timeline = make([(6.0, 0), (10.0, 0), (16.0, 1)], silences=[(6, 10)])
        assert heard(timeline) == [(0, 6, "a"), (6, 10, ""), (10, 16, "b")]
        assert timeline.shares == {"a": 0.5, "b": 0.5, "c": 0.0}
        assert timeline.silent_share == 0.25


class TestSilence:
    def test_is_not_judged(self):
        timeline = make([(20.0, 0)], silences=[(8, 13)])
        assert heard(timeline) == [(0, 8, "a"), (8, 13, ""), (13, 20, "a")]
        assert timeline.segments[1].probability is None
        assert timeline.cells.labels.tolist() == ["a"] * 8 + [""] * 5 + ["a"] * 7
        assert np.isnan(timeline.cells.probabilities[8:13]).all()
        assert not np.isnan(timeline.cells.probabilities[13:]).any()
        is_silent = (timeline.windows.start_s >= 8) & (timeline.windows.stop_s <= 13)
        assert np.isnan(timeline.windows.probabilities).all(axis=1).tolist() == is_silent.tolist()

    def test_what_is_said_of_it_does_not_count(self):
        windows = cut(10.0, 2.0, 1.0)
        activity = make_activity(10.0, [(5, 10)])
        form = dict(window_s=2.0, hop_s=1.0)
        says = np.tile([0.9, 0.05, 0.05], (len(windows[0]), 1))
        expected = make_timeline("x", *windows, says, CLASSES, activity, **form)
        for silent in ([0.0, 0.0, 1.0], [np.nan] * 3):
            says[windows[0] >= 5] = silent
            made = make_timeline("x", *windows, says, CLASSES, activity, **form)
            assert made.segments == expected.segments

    def test_short_pause_does_not_tear(self):
        assert heard(make([(20.0, 0)], silences=[(8, 10)])) == [(0, 20, "a")]

    def test_nothing_else(self):
        timeline = make([(5.0, 0)], silences=[(0, 5)])
        assert heard(timeline) == [(0, 5, "")]
        assert timeline.shares == {"a": 0.0, "b": 0.0, "c": 0.0}
        assert timeline.silent_share == 1.0


def test_probability_is_the_mean_over_cells():
    timeline = make([(6.0, 0), (12.0, 1)])
    for segment in timeline.segments:
        place = timeline.classes.index(segment.label)
        inside = (timeline.cells.start_s >= segment.start_s) & (
            timeline.cells.stop_s <= segment.stop_s
        )
        expected = timeline.cells.probabilities[inside, place].mean()
        assert segment.probability == pytest.approx(expected)


def test_arguments_are_not_changed():
    windows = cut(6.0, 3.0, 1.0)
    says = np.full((4, 3), 1 / 3)
    activity = make_activity(6.0, [(0, 6)])
    make_timeline("x", *windows, says, CLASSES, activity, window_s=3, hop_s=1)
    assert not np.isnan(says).any()


class TestTable:
    def test_columns(self):
        table = make([(6.0, 0), (12.0, 0), (15.33333, 1)], silences=[(6, 11)]).to_frame()
        assert table.columns.tolist() == ["Filename", "Start", "End", "Class", "Probability"]
        assert table.Filename.tolist() == ["x.wav"] * len(table)
        assert table.End.iloc[-1] == 15.333
        assert table.Class.iloc[1] == ""
        assert table.Probability.isna().tolist() == [c == "" for c in table.Class]

    def test_silence_only_has_the_same_types(self):
        loud, silent = make([(6.0, 0)]).to_frame(), make([(6.0, 0)], silences=[(0, 6)]).to_frame()
        assert loud.dtypes.tolist() == silent.dtypes.tolist()


class TestDict:
    def test_is_json(self):
        timeline = make([(6.0, 0), (12.0, 1)], silences=[(0, 3)])
        content = json.loads(json.dumps(timeline.to_dict(), allow_nan=False))
        assert content == timeline.to_dict()
        assert content["classes"] == ["a", "b", "c"]
        assert content["segments"][0] == {
            "start_s": 0.0,
            "stop_s": 3.0,
            "label": "",
            "probability": None,
        }
        assert [cell["label"] for cell in content["cells"]] == timeline.cells.labels.tolist()
        assert content["cells"][0]["probabilities"] is None
        assert content["windows"][0]["probabilities"] is None
        assert_allclose(
            content["windows"][-1]["probabilities"], timeline.windows.probabilities[-1], atol=1e-6
        )
        assert content["silent_share"] == 0.25


class TestRelabel:
    def test_sums_windows_up_and_decides_again(self):
        truth = [(6.0, 0), (12.0, 1), (20.0, 2)]
        timeline = make(truth, classes=CLASSES, silences=[(12, 16)])
        label_map = LabelMap("two", {"bad": {"anger": 1, "fear": 1}, "low": {"sadness": 1}})
        relabelled = timeline.relabel(label_map)
        assert relabelled.classes == ["bad", "low"]
        assert heard(relabelled) == [
            (0, 6, "bad"), (6, 12, "low"), (12, 16, ""), (16, 20, "bad"),
        ]  # fmt: skip
        says = timeline.windows.probabilities
        assert_allclose(relabelled.windows.probabilities[:, 0], says[:, 0] + says[:, 2])
        assert timeline.classes == CLASSES

    def test_only_classes_that_can_be(self):
        relabelled = make([(6.0, 0)], classes=CLASSES).relabel(find_label_map("sentiment3"))
        assert relabelled.classes == ["neutral", "negative"]

    def test_of_silence(self):
        silent = make([(6.0, 0)], classes=CLASSES, silences=[(0, 6)])
        assert heard(silent.relabel(find_label_map("sentiment3"))) == [(0, 6, "")]

    def test_no_place(self):
        label_map = LabelMap("two", {"good": {"happiness": 1}, "calm": {"calm": 1}})
        with pytest.raises(ManifestError, match="have no place for any class of the model"):
            make([(6.0, 0)], classes=CLASSES).relabel(label_map)


class TestErrors:
    def make(self, says=None, *, duration_s=6.0, window_s=3.0, hop_s=1.0):
        windows = cut(6.0, 3.0, 1.0)
        says = np.full((4, 3), 1 / 3) if says is None else says
        activity = make_activity(duration_s)
        return make_timeline(
            "x", *windows, says, CLASSES, activity, window_s=window_s, hop_s=hop_s
        )

    @pytest.mark.parametrize("shape", [(4, 2), (3, 3), (12,)])
    def test_probabilities_of_another_shape(self, shape):
        with pytest.raises(ValueError, match="a row for each of the 4 windows and a column for"):
            self.make(np.zeros(shape))

    def test_windows_that_stop_before_the_end(self):
        with pytest.raises(ValueError, match=r"at 9.000 s. Got windows up to 6.000 s"):
            self.make(duration_s=9.0)

    @pytest.mark.parametrize("form", [dict(hop_s=0), dict(hop_s=4.0), dict(window_s=-1)])
    def test_form(self, form):
        with pytest.raises(ValueError, match="step between windows must be more than 0 s"):
            self.make(**form)
