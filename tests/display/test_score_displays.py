"""Pictures of classes and scores show the numbers that they stand for."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import binomtest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix

from sersk.display import (
    CalibrationDisplay,
    ClassDistributionDisplay,
    ConfusionMatrixDisplay,
    LearningCurveDisplay,
    RiskCoverageDisplay,
    SpeakerRecallDisplay,
)
from sersk.metrics import unweighted_average_recall


@pytest.fixture
def axes():
    return Figure(layout="constrained").subplots()


def _texts(items):
    return [item.get_text() for item in items]


def _draw(rng, n_classes, n_samples=600, accuracy=0.6):
    classes = np.array([f"emotion {i:02d}" for i in range(n_classes)])
    y_true = rng.choice(classes, n_samples)
    y_pred = np.where(rng.random(n_samples) < accuracy, y_true, rng.choice(classes, n_samples))
    return y_true, y_pred


class TestClassDistribution:
    y = ["sad"] * 6 + ["anger"] * 3 + ["joy"]

    def test_bars(self, axes):
        display = ClassDistributionDisplay.from_labels(self.y, ax=axes)
        assert _texts(axes.get_xticklabels()) == ["anger", "joy", "sad"]
        assert [bar.get_height() for bar in display.patches_] == [3, 1, 6]
        assert _texts(axes.texts) == ["3\n30.0%", "1\n10.0%", "6\n60.0%"]
        assert axes.get_title() == "10 clips, 3 classes"
        assert axes.get_ylim()[1] > 6

    def test_pie(self, axes):
        display = ClassDistributionDisplay.from_labels(self.y, kind="pie", ax=axes)
        angles = [abs(wedge.theta2 - wedge.theta1) for wedge in display.patches_]
        assert_allclose(angles, [108, 36, 216], rtol=1e-5)
        legend = _texts(axes.get_legend().get_texts())
        assert legend == ["anger: 3 (30.0%)", "joy: 1 (10.0%)", "sad: 6 (60.0%)"]
        assert "60%" in _texts(axes.texts)

    def test_many_slices_are_told_apart(self, axes):
        display = ClassDistributionDisplay(list("abcdefghijklmnopqrst"), [5] * 20)
        display.plot(axes, kind="pie")
        looks = {(to_hex(p.get_facecolor()), p.get_hatch()) for p in display.patches_}
        assert len(looks) == 20

    @pytest.mark.parametrize("kind", ["bar", "pie"])
    @pytest.mark.parametrize("n_classes", [1, 2, 8, 20])
    def test_text_lies_inside(self, kind, n_classes, rng, text_inside):
        classes = [f"class {i} $x$ with a long name" for i in range(n_classes)]
        counts = rng.integers(1, 5000, n_classes)
        text_inside(ClassDistributionDisplay(classes, counts).plot(kind=kind).figure_)

    def test_errors(self, axes):
        with pytest.raises(ValueError, match=r"one column with a value per clip\. Got shape"):
            ClassDistributionDisplay.from_labels([], ax=axes)
        with pytest.raises(ValueError, match=r"lacks 1 of 3 \(first: index 1\)"):
            ClassDistributionDisplay.from_labels(np.array(["a", None, "b"], object), ax=axes)
        with pytest.raises(ValueError, match="'kind' parameter of ClassDistributionDisplay"):
            ClassDistributionDisplay.from_labels(self.y, kind="cake", ax=axes)


def _check_cells(display):
    """Check that what is written in a cell does not leave it."""
    display.figure_.canvas.draw()
    renderer = display.figure_.canvas.get_renderer()
    cell = display.ax_.get_window_extent(renderer).width / len(display.text_)
    box = display.text_[0, 0].get_window_extent(renderer)
    assert box.width < cell
    assert box.height < cell


class TestConfusionMatrix:
    @pytest.mark.parametrize("n_classes", [2, 3, 12])
    def test_cells(self, n_classes, rng, axes):
        y_true, y_pred = _draw(rng, n_classes)
        display = ConfusionMatrixDisplay.from_predictions(y_true, y_pred, ax=axes)
        expected = confusion_matrix(y_true, y_pred)
        rates = expected / expected.sum(axis=1, keepdims=True)
        assert_array_equal(display.confusion_matrix, expected)
        assert_allclose(display.image_.get_array(), rates)
        for (row, column), text in np.ndenumerate(display.text_):
            count, rate = expected[row, column], rates[row, column]
            assert text.get_text() == f"{count}\n{rate:.0%}"
            assert text.get_position() == (column, row)
        assert display.image_.get_clim() == (0, 1)
        assert _texts(axes.get_yticklabels()) == sorted(set(y_true))
        assert _texts(axes.get_xticklabels()) == sorted(set(y_true))
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("Predicted class", "True class")
        uar = unweighted_average_recall(y_true, y_pred)
        assert axes.get_title() == f"UAR {uar:.1%}, 600 clips"

    def test_text_stands_out(self, axes):
        display = ConfusionMatrixDisplay([[9, 0], [0, 9]], ["a", "b"]).plot(axes)
        assert [text.get_color() for text in display.text_[0]] == ["white", "black"]

    @pytest.mark.filterwarnings("error")
    def test_class_without_clips(self, axes):
        display = ConfusionMatrixDisplay.from_predictions(["a", "a"], ["a", "b"], ax=axes)
        assert _texts(display.text_[1]) == ["0\n–", "0\n–"]
        assert axes.get_title() == "UAR 50.0%, 2 clips"

    def test_labels_give_the_order(self, axes):
        display = ConfusionMatrixDisplay.from_predictions(
            ["a", "b", "b"], ["a", "b", "a"], labels=["b", "a"], ax=axes
        )
        assert np.asarray(display.confusion_matrix).tolist() == [[1, 1], [0, 1]]

    @pytest.mark.parametrize("n_classes", [2, 8, 12])
    @pytest.mark.parametrize("name", ["c{}", "class {} with a rather long name"])
    def test_text_lies_inside_and_in_its_cell(self, n_classes, name, text_inside):
        names = [name.format(i) for i in range(n_classes)]
        display = ConfusionMatrixDisplay(np.full((n_classes, n_classes), 1234), names).plot()
        text_inside(display.figure_)
        _check_cells(display)

    def test_text_lies_in_its_cell_of_a_smaller_picture(self):
        axes = pyplot.figure(figsize=(10, 4.2), layout="constrained").subplots(1, 2)
        names = [f"emotion {i}" for i in range(7)]
        _check_cells(ConfusionMatrixDisplay(np.full((7, 7), 1234), names).plot(axes[0]))

    def test_estimator(self, rng, axes):
        X = rng.normal(size=(60, 2))
        y = np.where(X[:, 0] > 0, "up", "down")
        model = LogisticRegression().fit(X, y)
        display = ConfusionMatrixDisplay.from_estimator(model, X, y, ax=axes)
        assert_array_equal(display.confusion_matrix, confusion_matrix(y, model.predict(X)))

    def test_errors(self, axes):
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            ConfusionMatrixDisplay.from_predictions(["a", "b"], ["a"], ax=axes)
        with pytest.raises(ValueError, match="'y_true' parameter of ConfusionMatrixDisplay"):
            ConfusionMatrixDisplay.from_predictions([], [], ax=axes)


class TestSpeakerRecall:
    def test_dots_and_lines(self, rng, axes):
        y_true, y_pred = _draw(rng, 4)
        groups = rng.choice([f"{i:02d}" for i in range(10)], 600)
        display = SpeakerRecallDisplay.from_predictions(y_true, y_pred, groups, ax=axes)
        expected = {
            g: unweighted_average_recall(y_true[groups == g], y_pred[groups == g])
            for g in np.unique(groups)
        }
        shown = display.dots_.get_ydata()
        assert_array_equal(shown, sorted(expected.values()))
        assert [expected[name] for name in _texts(axes.get_xticklabels())] == list(shown)
        assert_allclose(display.mean_line_.get_ydata(), np.mean(list(expected.values())))
        assert_allclose(display.chance_line_.get_ydata(), 0.25)
        assert "chance, 25.0%" in _texts(axes.get_legend().get_texts())

    def test_speaker_who_lacks_a_class(self, axes):
        display = SpeakerRecallDisplay.from_predictions(
            ["a", "a", "a", "b"], ["a", "b", "a", "b"], [1, 1, 2, 2], ax=axes
        )
        assert display.recalls.tolist() == [0.5, 1.0]
        assert display.chance == 0.5

    @pytest.mark.parametrize("n_speakers", [1, 2, 24, 50, 91])
    def test_text_lies_inside(self, n_speakers, rng, text_inside):
        speakers = [f"actor_{i}" for i in range(n_speakers)]
        display = SpeakerRecallDisplay(speakers, rng.random(n_speakers), chance=0.2).plot()
        text_inside(display.figure_)
        assert len(display.dots_.get_ydata()) == n_speakers
        assert ("91 speakers" in display.ax_.get_xlabel()) == (n_speakers == 91)

    def test_estimator(self, axes):
        model = DummyClassifier(strategy="constant", constant="a").fit([[0], [0]], ["a", "b"])
        display = SpeakerRecallDisplay.from_estimator(
            model, [[0]] * 4, ["a", "b", "a", "b"], [1, 1, 2, 2], ax=axes
        )
        assert display.recalls.tolist() == [0.5, 0.5]

    def test_errors(self, axes):
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            SpeakerRecallDisplay.from_predictions(["a", "b"], ["a", "b"], [1], ax=axes)


class TestLearningCurve:
    def test_mean_and_range(self, axes):
        curve = SimpleNamespace(n_speakers=[8, 2, 4], scores=[[0.6, 0.7], [0.2, 0.4], [0.5, 0.5]])
        display = LearningCurveDisplay.from_curve(curve, ax=axes)
        assert display.line_.get_xdata().tolist() == [2, 4, 8]
        assert_allclose(display.line_.get_ydata(), [0.3, 0.5, 0.65])
        corners = display.range_.get_paths()[0].vertices
        for size, low, high in ((2, 0.2, 0.4), (4, 0.5, 0.5), (8, 0.6, 0.7)):
            heights = corners[corners[:, 0] == size, 1]
            assert_allclose([heights.min(), heights.max()], [low, high])
        assert axes.get_xlabel() == "Speakers trained on"

    def test_text_lies_inside(self, text_inside):
        text_inside(LearningCurveDisplay([1, 5], [[0.1, 0.2], [0.3, 0.9]]).plot().figure_)

    @pytest.mark.parametrize("scores", [[0.1, 0.2], [[0.1, 0.2]], [[], []]])
    def test_errors(self, scores, axes):
        with pytest.raises(ValueError, match="'scores' parameter of LearningCurveDisplay must"):
            LearningCurveDisplay([1, 2], scores).plot(axes)


class TestCalibration:
    def test_probabilities_that_are_right(self, rng, axes):
        confidence = rng.uniform(0.5, 1, 20000)
        y_true = np.where(rng.random(20000) < confidence, "a", "b")
        probabilities = np.stack([confidence, 1 - confidence], axis=1)
        display = CalibrationDisplay.from_predictions(y_true, probabilities, ["a", "b"], ax=axes)
        assert display.counts.tolist() == [2000] * 10
        assert_allclose(display.accuracies, display.confidences, atol=0.04)
        assert display.expected_calibration_error_ < 0.02
        assert_array_equal(display.line_.get_xdata(), display.confidences)
        assert_array_equal(display.line_.get_ydata(), display.accuracies)

    def test_error_by_hand(self, axes):
        probabilities = [[0.9, 0.1, 0.0]] * 4 + [[0.2, 0.6, 0.2]] * 6
        y_true = ["a", "a", "c", "c"] + ["b"] * 3 + ["a"] * 3
        display = CalibrationDisplay.from_predictions(
            y_true, probabilities, ["a", "b", "c"], n_bins=2, ax=axes
        )
        assert display.counts.tolist() == [6, 4]
        assert_allclose(display.confidences, [0.6, 0.9])
        assert_allclose(display.accuracies, [0.5, 0.5])
        assert_allclose(display.expected_calibration_error_, 0.6 * 0.1 + 0.4 * 0.4)
        assert axes.get_title() == "Expected calibration error 22.0%, 10 clips"

    def test_order_of_ties_does_not_matter(self, rng):
        probabilities = np.repeat([[0.7, 0.3], [0.8, 0.2]], 50, axis=0)
        y_true = rng.choice(["a", "b"], 100)
        order = rng.permutation(100)
        shown = [
            CalibrationDisplay.from_predictions(y, p, ["a", "b"])
            for y, p in ((y_true, probabilities), (y_true[order], probabilities[order]))
        ]
        assert_allclose(shown[0].accuracies, shown[1].accuracies)
        assert shown[0].counts.tolist() == [50, 50]

    def test_estimator(self, rng, axes):
        X = rng.normal(size=(80, 2))
        y = np.where(X[:, 0] + rng.normal(size=80) > 0, "up", "down")
        model = LogisticRegression().fit(X, y)
        display = CalibrationDisplay.from_estimator(model, X, y, n_bins=4, ax=axes)
        assert_allclose(np.average(display.accuracies, weights=display.counts), model.score(X, y))
        with pytest.raises(TypeError, match=r"has no predict_proba\. Wrap it in"):
            CalibrationDisplay.from_estimator(object(), X, y, ax=axes)

    def test_text_lies_inside(self, text_inside):
        text_inside(CalibrationDisplay([0.4, 0.9], [0.5, 1.0], [10, 12]).plot().figure_)

    @pytest.mark.parametrize(
        ("probabilities", "match"),
        [
            ([[0.5, 0.5]], "the same number of clips"),
            ([[0.5], [0.5]], r"a column for each .* for 2 classes"),
            ([[0.5, 0.6], [0.5, 0.5]], "sum to 1"),
            ([[1.5, -0.5], [0.5, 0.5]], "must be from 0 to 1"),
            ([[np.nan, 0.5], [0.5, 0.5]], "must be from 0 to 1"),
        ],
    )
    def test_errors(self, probabilities, match, axes):
        with pytest.raises(ValueError, match=match):
            CalibrationDisplay.from_predictions(["a", "b"], probabilities, ["a", "b"], ax=axes)
        with pytest.raises(ValueError, match="'n_bins' parameter of"):
            CalibrationDisplay.from_predictions(["a"], [[0.5, 0.5]], ["a", "b"], n_bins=0, ax=axes)


class TestRiskCoverage:
    def test_surest_first_by_hand(self, axes):
        probabilities = [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]]
        display = RiskCoverageDisplay.from_predictions(
            ["a", "b", "b", "b"], probabilities, ["a", "b"], ax=axes
        )
        assert_allclose(display.line_.get_xdata(), [1, 0.75, 0.5, 0.25])
        assert_allclose(display.line_.get_ydata(), [0.5, 2 / 3, 1, 1])
        assert axes.get_title() == "50% of all 4 clips right"
        # What is left when clips are left out at random.
        level = next(line for line in axes.lines if "random" in line.get_label())
        assert set(level.get_ydata()) == {0.5}

    def test_band_is_wilson_s(self, axes):
        display = RiskCoverageDisplay([1.0, 0.5], [0.7, 1.0], [100, 10]).plot(axes)
        corners = display.band_.get_paths()[0].vertices
        for coverage, n_right, n in ((1, 70, 100), (0.5, 10, 10)):
            heights = corners[corners[:, 0] == coverage, 1]
            expected = binomtest(n_right, n).proportion_ci(method="wilson")
            assert_allclose([heights.min(), heights.max()], [expected.low, expected.high])

    def test_estimator(self, rng, axes):
        X = rng.normal(size=(80, 2))
        y = np.where(X[:, 0] + rng.normal(size=80) > 0, "up", "down")
        model = LogisticRegression().fit(X, y)
        display = RiskCoverageDisplay.from_estimator(model, X, y, n_points=4, ax=axes)
        assert display.counts.tolist() == [80, 60, 40, 20]
        assert_allclose(display.accuracies[0], model.score(X, y))
        with pytest.raises(TypeError, match=r"^RiskCoverageDisplay .* no predict_proba\. Wrap it"):
            RiskCoverageDisplay.from_estimator(object(), X, y, ax=axes)

    def test_text_lies_inside(self, text_inside):
        text_inside(RiskCoverageDisplay([1.0, 0.5], [0.5, 1.0], [20, 10]).plot().figure_)


@pytest.mark.parametrize(
    "display",
    [
        ClassDistributionDisplay(["a"], [1]),
        ConfusionMatrixDisplay([[1]], ["a"]),
        SpeakerRecallDisplay(["a"], [1.0], chance=0.5),
        LearningCurveDisplay([1], [[0.5]]),
        CalibrationDisplay([0.5], [0.5], [1]),
        RiskCoverageDisplay([1.0], [0.5], [2]),
    ],
    ids=lambda display: type(display).__name__,
)
def test_axes_of_the_user(display, axes):
    assert not hasattr(display, "ax_")
    assert display.plot(axes) is display
    assert display.ax_ is axes
    assert display.figure_ is axes.figure
    assert pyplot.get_fignums() == []
    assert display.plot().figure_.number in pyplot.get_fignums()
