"""Pictures of timelines, and of the probabilities of one clip, show the numbers behind them."""

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.colors import to_hex
from numpy.testing import assert_allclose
from sklearn.dummy import DummyClassifier

from sersk.display import ProbabilityDisplay, TimelineDisplay
from sersk.display._figure import PALETTE
from tests.timeline._recordings import make

NAMES = ["anger", "boredom", "calm", "disgust", "fear", "happiness", "neutral", "sadness"]


@pytest.fixture
def timeline():
    return make([(6.0, 0), (11.0, 0), (17.0, 1)], silences=[(6, 11)], name="call $x$.wav")


def looks(patches):
    return [(to_hex(patch.get_facecolor()), patch.get_hatch()) for patch in patches]


class TestTimeline:
    def test_segments(self, timeline):
        display = TimelineDisplay.from_timeline(timeline)
        spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in display.bars_]
        assert spans == [(s.start_s, s.stop_s) for s in timeline.segments]
        assert [text.get_text() for text in display.axes_[0].texts] == ["a", "b"]
        assert looks(display.bars_)[::2] == [(PALETTE[0].lower(), ""), (PALETTE[1].lower(), "")]
        assert display.axes_[0].get_title() == "call $x$.wav"
        assert display.axes_[1].get_xlim() == display.axes_[0].get_xlim() == (0, 17)

    def test_areas_fill_the_height(self, timeline):
        display = TimelineDisplay.from_timeline(timeline)
        rows = timeline.cells.probabilities
        for place, area in enumerate(display.curves_):
            corners = np.concatenate([path.vertices for path in area.get_paths()])
            at_start = corners[corners[:, 0] == 0, 1]
            below = rows[0, :place].sum()
            assert_allclose([at_start.min(), at_start.max()], [below, below + rows[0, place]])
            # Nothing is drawn where it is silent.
            assert not ((corners[:, 0] > 6) & (corners[:, 0] < 11)).any()
        [silence] = display.silences_
        assert (silence.get_x(), silence.get_width()) == (6, 5)

    def test_lines(self, timeline):
        display = TimelineDisplay.from_timeline(timeline, kind="line")
        for place, line in enumerate(display.curves_):
            expected = np.repeat(timeline.cells.probabilities[:, place], 2)
            assert_allclose(line.get_ydata(), expected)
            assert line.get_xdata().tolist() == np.repeat(np.arange(18.0), 2)[1:-1].tolist()

    def test_many_steps_are_drawn_as_means(self):
        rows = np.tile([[0.2, 0.8], [0.4, 0.6], [np.nan, np.nan], [np.nan, np.nan]], (300, 1))
        display = TimelineDisplay(["a", "b"], [0], [1200], ["b"], np.arange(1201.0), rows).plot(
            kind="line"
        )
        heights = display.curves_[0].get_ydata()[::2]
        assert len(heights) == 600
        assert_allclose(heights[:4], [0.3, np.nan, 0.3, np.nan])

    def test_classes_beyond_the_palette_look_different(self):
        names = [f"class {i}" for i in range(20)]
        steps = np.arange(21.0), np.eye(20)
        display = TimelineDisplay(names, np.arange(20), np.arange(1, 21), names, *steps).plot()
        assert len(set(looks(display.bars_))) == 20
        lines = TimelineDisplay(names, [0], [20], ["class 0"], *steps).plot(kind="line").curves_
        assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 20

    def test_legend(self, timeline):
        def names(display):
            return [t.get_text() for t in display.axes_[1].get_legend().get_texts()]

        assert names(TimelineDisplay.from_timeline(timeline)) == ["a", "b", "c", "silence"]
        assert names(TimelineDisplay.from_timeline(make([(5.0, 0)]))) == ["a", "b", "c"]

    def test_narrow_segments_have_no_name(self):
        timeline = make([(3000.0, 0), (3010.0, 1), (3600.0, 0)])
        texts = TimelineDisplay.from_timeline(timeline).axes_[0].texts
        assert [text.get_text() for text in texts] == ["a", "a"]

    def test_silence_only(self):
        timeline = make([(60.0, 0)], silences=[(0, 60)])
        display = TimelineDisplay.from_timeline(timeline)
        assert len(display.silences_) == 1
        display.figure_.canvas.draw()

    @pytest.mark.parametrize(
        "classes", [NAMES[:3], NAMES, [f"rather long name {i}" for i in "ab"]]
    )
    @pytest.mark.parametrize("duration_s", [20, 3600])
    def test_text_lies_inside(self, classes, duration_s, text_inside):
        timeline = make(
            [(duration_s / 2, 0), (duration_s, 1)],
            classes=classes,
            silences=[(0, duration_s / 4)],
            hop_s=duration_s / 20,
            window_s=duration_s / 10,
        )
        text_inside(TimelineDisplay.from_timeline(timeline).figure_)

    def test_axes_of_the_user(self, timeline):
        axes = pyplot.figure().subplots(2, 1)
        display = TimelineDisplay.from_timeline(timeline, axes=axes)
        assert display.axes_.tolist() == axes.tolist()
        assert len(pyplot.get_fignums()) == 1

    def test_errors(self, timeline):
        with pytest.raises(ValueError, match="'kind' parameter of TimelineDisplay must be"):
            TimelineDisplay.from_timeline(timeline, kind="pie")
        with pytest.raises(ValueError, match=r"'axes' parameter of TimelineDisplay .* Got 1"):
            TimelineDisplay.from_timeline(timeline, axes=pyplot.figure().subplots())


class TestProbabilities:
    @pytest.mark.parametrize("kind", ["bar", "polar"])
    def test_bars(self, kind, rng):
        says = rng.dirichlet(np.ones(5))
        display = ProbabilityDisplay.from_probabilities(says, NAMES[:5], kind=kind, name="$a$.wav")
        extent = "get_width" if kind == "bar" else "get_height"
        assert_allclose([getattr(bar, extent)() for bar in display.patches_], says)
        assert all(f"{p:.1%}" in t.get_text() for p, t in zip(says, display.texts_, strict=True))
        colors = [to_hex(bar.get_facecolor()) for bar in display.patches_]
        assert [colors.count(color) for color in colors] == [
            1 if i == says.argmax() else 4 for i in range(5)
        ]
        assert display.ax_.get_title() == "$a$.wav"

    def test_order_of_the_model(self):
        display = ProbabilityDisplay.from_probabilities([0.2, 0.5, 0.3], ["c", "a", "b"])
        assert [t.get_text() for t in display.ax_.get_yticklabels()] == ["c", "a", "b"]
        low, high = display.ax_.get_ylim()
        assert low > high

    def test_rays_start_upwards_and_turn_clockwise(self):
        display = ProbabilityDisplay.from_probabilities([0.25] * 4, NAMES[:4], kind="polar")
        assert display.ax_.get_theta_offset() == np.pi / 2
        assert display.ax_.get_theta_direction() == -1
        middles = [ray.get_x() + ray.get_width() / 2 for ray in display.patches_]
        assert_allclose(middles, np.arange(4) * np.pi / 2, atol=1e-12)

    @pytest.mark.parametrize("n_classes", [3, 4, 8])
    @pytest.mark.parametrize("kind", ["bar", "polar"])
    @pytest.mark.parametrize("extreme", [False, True])
    def test_text_lies_inside(self, n_classes, kind, extreme, rng):
        says = np.eye(n_classes)[0] if extreme else rng.dirichlet(np.ones(n_classes))
        figure = ProbabilityDisplay(NAMES[:n_classes], says, name="a.wav").plot(kind=kind).figure_
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        width, height = figure.canvas.get_width_height()
        box = figure.axes[0].get_tightbbox(renderer)
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= width
        assert box.y1 <= height

    def test_estimator(self):
        model = DummyClassifier(strategy="prior").fit([[0]] * 4, ["a", "b", "a", "a"])
        display = ProbabilityDisplay.from_estimator(model, [0.0])
        assert [bar.get_width() for bar in display.patches_] == [0.75, 0.25]

    def test_axes_of_the_user(self):
        figure = pyplot.figure()
        ax = figure.add_subplot(projection="polar")
        display = ProbabilityDisplay(["a", "b"], [0.5, 0.5]).plot(ax, kind="polar")
        assert (display.ax_, display.figure_) == (ax, figure)
        assert ProbabilityDisplay(["a"], [1.0]).plot(figure.add_subplot()).figure_ is figure

    @pytest.mark.parametrize("says", [[0.5, 1.5], [-0.5, 1.5], [0.5, np.nan]])
    def test_no_probabilities(self, says):
        with pytest.raises(ValueError, match="'probabilities' parameter of ProbabilityDisplay"):
            ProbabilityDisplay.from_probabilities(says, ["a", "b"])

    def test_errors(self):
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            ProbabilityDisplay.from_probabilities([0.5, 0.5], ["a"])
        with pytest.raises(ValueError, match="'kind' parameter of ProbabilityDisplay"):
            ProbabilityDisplay.from_probabilities([1.0], ["a"], kind="pie")
        with pytest.raises(ValueError, match="must be polar axes"):
            ProbabilityDisplay(["a"], [1.0]).plot(pyplot.figure().subplots(), kind="polar")
