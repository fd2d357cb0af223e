"""Pictures of explanations and of importance show the numbers behind them."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from numpy.testing import assert_allclose

from sersk.display import ExplanationDisplay, ImportanceDisplay
from sersk.display._figure import BLUE, VERMILION
from sersk.explanation import Explanation

RATE = 8000


@pytest.fixture
def explanation():
    starts = np.arange(4) * 0.25
    of_angry = np.array([0.7, 0.3, 0.55, 0.9])
    return Explanation(
        filename="clips/a$b$.wav",
        classes=["angry", "sad"],
        label="angry",
        probabilities=np.array([0.7, 0.3]),
        start_s=2.0,
        stop_s=4.0,
        removal="cut",
        stretches=2.5 + np.stack([starts, starts + 0.5], axis=1),
        without_stretches=np.stack([of_angry, 1 - of_angry], axis=1),
        blocks=["pitch", "spectrum"],
        without_blocks=np.array([[0.75, 0.25], [0.4, 0.6]]),
        reason=None,
    )


@pytest.fixture
def signal(rng):
    return rng.normal(0, 0.1, 2 * RATE).astype(np.float32)


class TestExplanation:
    def test_curve(self, explanation, signal):
        display = ExplanationDisplay.from_explanation(explanation, signal, RATE)
        assert_allclose(display.curve_.get_xdata(), explanation.stretches.mean(axis=1))
        assert_allclose(display.curve_.get_ydata(), [0.7, 0.3, 0.55, 0.9])
        assert display.axes_[1].get_ylabel() == "angry\nwithout it"
        assert display.axes_[0].get_title() == "a$b$.wav"
        assert display.axes_[0].get_xlim() == display.axes_[1].get_xlim() == (2, 4)

    def test_colours_are_means_over_time(self, explanation, signal):
        display = ExplanationDisplay.from_explanation(explanation, signal, RATE)
        spans = display.spans_
        assert [span.get_x() for span in spans] == pytest.approx([2.5, 2.75, 3, 3.25, 3.5])
        # Changes of 0, -.4, -.15 and .2, each over two steps of time.
        means = np.array([0, -0.2, -0.275, 0.025, 0.2])
        colors = [to_hex(span.get_facecolor()) for span in spans]
        assert colors[1:3] == [VERMILION.lower()] * 2
        assert colors[3:] == [BLUE.lower()] * 2
        alphas = np.array([span.get_alpha() for span in spans])
        assert_allclose(alphas / alphas.max(), np.abs(means) / 0.275)

    def test_next_to_nothing_stays_pale(self, signal):
        spans, changes = [[0, 0.5], [0.5, 1]], [-0.01, 0.002]
        display = ExplanationDisplay(signal, RATE, spans, changes, 0.3, label="sad").plot()
        assert max(span.get_alpha() for span in display.spans_) < 0.06

    def test_most_important_is_marked_where_it_stands_out(self, explanation, signal):
        display = ExplanationDisplay.from_explanation(explanation, signal, RATE)
        assert display.marked == 1
        other = ExplanationDisplay(signal, RATE, [[0, 1]], [-0.01], 0.3, label="sad").plot()
        n_lines = [len(d.axes_[1].collections) for d in (display, other)]
        assert n_lines[0] == n_lines[1] + 1

    def test_bars(self, explanation, signal):
        display = ExplanationDisplay.from_explanation(explanation, signal, RATE)
        # From the bottom up.
        assert_allclose([bar.get_width() for bar in display.bars_], [0.05, -0.3])
        names = [text.get_text() for text in display.axes_[2].get_yticklabels()]
        assert names == ["pitch", "spectrum"]
        colors = [to_hex(bar.get_facecolor()) for bar in display.bars_]
        assert colors == [BLUE.lower(), VERMILION.lower()]

    @pytest.mark.parametrize("has_blocks", [True, False])
    def test_text_is_inside(self, explanation, signal, text_inside, has_blocks):
        blocks = dict(blocks=["x" * 60, "y"], block_changes=[-0.2, 0.01]) if has_blocks else {}
        changes = explanation.stretch_changes
        display = ExplanationDisplay(
            *(signal, RATE, explanation.stretches, changes, 0.7), label="long " * 3, **blocks
        ).plot()
        assert len(display.axes_) == 2 + has_blocks
        assert (display.bars_ is not None) == has_blocks
        text_inside(display.figure_)

    def test_without_stretches(self, signal):
        display = ExplanationDisplay(signal, RATE, np.empty((0, 2)), [], 0.7, label="sad").plot()
        assert display.spans_ == []
        assert len(display.curve_.get_xdata()) == 0

    def test_wrong_number_of_axes(self, explanation, signal):
        from matplotlib.figure import Figure

        with pytest.raises(ValueError, match=r"must have 3 axes here\. Got 2 instead\."):
            ExplanationDisplay.from_explanation(
                explanation, signal, RATE, axes=Figure().subplots(2)
            )


class TestImportance:
    ROWS = (
        {"name": "mfcc0", "loss": 0.1, "std": 0.01, "interval": [0.05, 0.15]},
        {"name": "rms", "loss": -0.01, "std": 0.01, "interval": None},
        {"name": "f0", "loss": 0.2, "std": 0.02, "interval": [0.1, 0.3]},
    )

    def test_bars_and_intervals(self, text_inside):
        display = ImportanceDisplay.from_rows(self.ROWS)
        assert [bar.get_width() for bar in display.bars_] == [0.2, 0.1, -0.01]
        names = [text.get_text() for text in display.ax_.get_yticklabels()]
        assert names == ["f0", "mfcc0", "rms"]
        lines = [line.tolist() for line in display.intervals_.get_segments()]
        assert lines == [[[0.1, 0], [0.3, 0]], [[0.05, 1], [0.15, 1]]]
        # The largest is on top.
        assert display.ax_.yaxis_inverted()
        text_inside(display.figure_)

    def test_few_of_many(self):
        display = ImportanceDisplay.from_rows(self.ROWS, n_most=1)
        assert [bar.get_width() for bar in display.bars_] == [0.2]

    def test_no_intervals(self):
        assert ImportanceDisplay(["a"], [0.1]).plot().intervals_ is None
