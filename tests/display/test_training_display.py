"""The picture of a training shows its history, and where it came to its best."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import make_pipeline

from sersk.display import TrainingCurveDisplay

SCORES = ("uar", "accuracy", "precision", "recall", "f1")


@pytest.fixture
def axes():
    return Figure(figsize=(10, 4.2), layout="constrained").subplots(1, 2)


def _make_history(n_epochs, *, has_valid=True, rates=None):
    """Losses that fall, those of validation until the middle; every list differs from the rest."""
    epochs = np.arange(1, n_epochs + 1)
    history = {
        "epoch": epochs.tolist(),
        "dur": [0.1] * n_epochs,
        "lr": [1e-3] * n_epochs if rates is None else rates,
        "train_loss": (1.4 * 0.5 ** (epochs / n_epochs)).tolist(),
    }
    if has_valid:
        history["valid_loss"] = (1 + (epochs / n_epochs - 0.5) ** 2).tolist()
    for i, name in enumerate(SCORES):
        history[f"train_{name}"] = np.linspace(0.3, 0.9 - 0.01 * i, n_epochs).tolist()
        if has_valid:
            history[f"valid_{name}"] = np.linspace(0.2, 0.6 - 0.01 * i, n_epochs).tolist()
    return history


class _Network(BaseEstimator):
    def __init__(self, n_epochs=9):
        self.n_epochs = n_epochs

    def fit(self, X, y):
        self.history_ = _make_history(self.n_epochs)
        self.best_epoch_ = 4
        return self


def _texts(items):
    return [item.get_text() for item in items]


def test_curves_are_the_history(axes):
    history = _make_history(9)
    display = TrainingCurveDisplay(history).plot(axes)
    assert set(display.lines_) == {"train_loss", "valid_loss", "train_uar", "valid_uar"}
    for name, line in display.lines_.items():
        assert_array_equal(line.get_xdata(), history["epoch"])
        assert_array_equal(line.get_ydata(), history[name])
        assert line.axes is axes[0 if name.endswith("loss") else 1]
    assert _texts(axes[1].get_legend().get_texts()) == ["training", "validation"]
    assert axes[1].get_ylim()[0] == 0
    assert axes[1].yaxis.get_major_formatter()(0.5, 0) == "50%"
    assert [ax.get_ylabel() for ax in axes] == ["Loss", "UAR"]


def test_parts_differ_in_colour_and_style(axes):
    lines = TrainingCurveDisplay(_make_history(9)).plot(axes).lines_
    for name in ("loss", "uar"):
        train, valid = lines[f"train_{name}"], lines[f"valid_{name}"]
        assert train.get_color() != valid.get_color()
        assert train.get_linestyle() != valid.get_linestyle()
        assert train.get_color() == lines["train_loss"].get_color()


@pytest.mark.parametrize("metric", SCORES)
def test_score(metric, axes):
    history = _make_history(5)
    display = TrainingCurveDisplay(history, best_epoch=3).plot(axes, metric=metric)
    assert_array_equal(display.lines_[f"valid_{metric}"].get_ydata(), history[f"valid_{metric}"])
    assert f": {history[f'valid_{metric}'][2]:.1%}" in _texts(axes[1].texts)[0]


def test_several_scores():
    display = TrainingCurveDisplay(_make_history(5)).plot(metric=["f1", "uar"])
    assert [ax.get_ylabel() for ax in display.axes_] == ["Loss", "Macro F1", "UAR"]
    assert len(display.lines_) == 6


def test_best_epoch_is_marked(axes):
    history = _make_history(9)
    display = TrainingCurveDisplay(history, best_epoch=4).plot(axes)
    assert [list(line.get_xdata()) for line in display.best_lines_] == [[4, 4], [4, 4]]
    assert [line.axes for line in display.best_lines_] == list(axes)
    loss, uar = history["valid_loss"][3], history["valid_uar"][3]
    assert _texts(axes[0].texts) == [f"best epoch 4: {loss:.3g}"]
    assert _texts(axes[1].texts) == [f"best epoch 4: {uar:.1%}"]


def test_without_best_epoch(axes):
    display = TrainingCurveDisplay(_make_history(3)).plot(axes)
    assert display.best_lines_ == []
    assert _texts([*axes[0].texts, *axes[1].texts]) == []


def test_without_validation(axes):
    history = _make_history(9, has_valid=False)
    display = TrainingCurveDisplay(history, best_epoch=9).plot(axes)
    assert set(display.lines_) == {"train_loss", "train_uar"}
    assert _texts(axes[1].get_legend().get_texts()) == ["training"]
    assert _texts(axes[1].texts) == ["best epoch 9: 90.0%"]


def test_one_epoch_can_be_seen():
    display = TrainingCurveDisplay(_make_history(1), best_epoch=1).plot()
    assert {line.get_marker() for line in display.lines_.values()} == {"o"}
    low, high = display.axes_[0].get_xlim()
    assert [tick for tick in display.axes_[0].get_xticks() if low <= tick <= high] == [1]


def test_many_epochs_have_thinner_lines():
    few, many = (TrainingCurveDisplay(_make_history(n)).plot() for n in (20, 5000))
    assert many.lines_["train_loss"].get_linewidth() < few.lines_["train_loss"].get_linewidth()
    assert {line.get_marker() for line in many.lines_.values()} == {"None"}
    many.figure_.canvas.draw()


def test_learning_rate_is_marked_where_it_changes(axes):
    rates = [1e-3, 1e-3, 5e-4, 5e-4, 5e-4, 2.5e-4]
    display = TrainingCurveDisplay(_make_history(6, rates=rates)).plot(axes)
    assert_array_equal(display.lr_marks_.get_xdata(), [3, 6])
    assert "learning rate 0.001 to 0.00025" in axes[0].get_xlabel()
    axes[0].figure.draw_without_rendering()
    # The marks lie at the rim, whatever the losses are.
    pixels = display.lr_marks_.get_transform().transform(display.lr_marks_.get_xydata())
    places = axes[0].transAxes.inverted().transform(pixels)
    assert_allclose(places[:, 1], 0.985)
    assert axes[0].get_ylim()[1] < 1.5


def test_constant_learning_rate_is_not_mentioned(axes):
    history = _make_history(6)
    assert TrainingCurveDisplay(history).plot(axes).lr_marks_ is None
    assert axes[0].get_xlabel() == "Epoch"
    del history["lr"]
    assert TrainingCurveDisplay(history).plot(axes).lr_marks_ is None


@pytest.mark.parametrize("level", [0.1, 1.0])
def test_legend_is_off_the_curves(level):
    history = _make_history(9)
    for name in ("train_uar", "valid_uar"):
        history[name] = [level] * 9
    display = TrainingCurveDisplay(history).plot()
    display.figure_.canvas.draw()
    ax = display.axes_[1]
    box = ax.get_legend().get_window_extent().transformed(ax.transData.inverted())
    assert not box.y0 < level < box.y1


@pytest.mark.parametrize("size", [(5, 3.2), (10, 4.2), (16, 6)])
@pytest.mark.parametrize("best_epoch", [1, 20, 40])
def test_text_lies_inside(size, best_epoch, text_inside):
    rates = [1e-3] * 20 + [1e-5] * 20
    axes = pyplot.figure(figsize=size, layout="constrained").subplots(1, 2)
    display = TrainingCurveDisplay(_make_history(40, rates=rates), best_epoch=best_epoch)
    text_inside(display.plot(axes).figure_)


@pytest.mark.parametrize("best_epoch", [1, 20, 40])
def test_text_lies_inside_without_a_layout(best_epoch):
    axes = Figure(figsize=(4, 5)).subplots(2, 1)
    figure = TrainingCurveDisplay(_make_history(40), best_epoch=best_epoch).plot(axes).figure_
    figure.canvas.draw()
    for ax in axes:
        box = ax.texts[0].get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.width


@pytest.mark.parametrize(
    "wrap",
    [
        lambda network: network,
        lambda network: make_pipeline("passthrough", network),
        lambda network: SimpleNamespace(best_estimator_=make_pipeline(network)),
        lambda network: SimpleNamespace(estimator_=make_pipeline(network)),
    ],
)
def test_estimator(wrap, axes):
    estimator = wrap(_Network().fit([[0.0]], ["a"]))
    display = TrainingCurveDisplay.from_estimator(estimator, metric="f1", axes=axes)
    assert_array_equal(display.lines_["valid_f1"].get_ydata(), _make_history(9)["valid_f1"])
    assert display.best_epoch == 4
    assert display.figure_ is axes[0].figure


@pytest.mark.torch
def test_network_of_sersk(rng, axes):
    from sersk.neural import BiLSTMClassifier

    frames = [rng.normal(size=(5, 3)) for _ in range(12)]
    network = BiLSTMClassifier(hidden_sizes=(2,), max_epochs=3, device="cpu", random_state=0)
    network.fit(frames, ["joy", "fear"] * 6)
    display = TrainingCurveDisplay.from_estimator(make_pipeline(network), axes=axes)
    assert_array_equal(display.lines_["valid_uar"].get_ydata(), network.history_["valid_uar"])
    assert display.best_epoch == network.best_epoch_


@pytest.mark.parametrize(
    ("estimator", "got"),
    [
        (DummyClassifier(), "Got DummyClassifier, which"),
        (_Network(), "Got _Network, which"),
        (make_pipeline("passthrough", DummyClassifier()), "Got Pipeline around DummyClassifier"),
        (make_pipeline("passthrough"), "Got Pipeline around str"),
    ],
)
def test_no_network(estimator, got, axes):
    with pytest.raises(TypeError, match=f"needs a fitted network, .* {got}.* Fit a network"):
        TrainingCurveDisplay.from_estimator(estimator, axes=axes)


def test_errors(axes):
    history = _make_history(3)
    with pytest.raises(ValueError, match=r"lacks train_loss, train_f1\. Pass the attribute"):
        TrainingCurveDisplay({"epoch": [1], "train_uar": [0.5]}).plot(axes, metric="f1")
    with pytest.raises(ValueError, match=r"must be an epoch of the history\. Got 4 instead"):
        TrainingCurveDisplay(history, best_epoch=4).plot(axes)
    with pytest.raises(ValueError, match="'metric' parameter of TrainingCurveDisplay must be"):
        TrainingCurveDisplay(history).plot(axes, metric="loss")
    with pytest.raises(ValueError, match=r"each for loss, uar, f1\. Got 2 instead"):
        TrainingCurveDisplay(history).plot(axes, metric=["uar", "f1"])
    with pytest.raises(ValueError, match=r"each for loss, uar\. Got 1 instead"):
        TrainingCurveDisplay(history).plot(axes[0])


def test_axes_of_the_user(axes):
    display = TrainingCurveDisplay(_make_history(3))
    assert not hasattr(display, "axes_")
    assert display.plot(axes) is display
    assert list(display.axes_) == list(axes)
    assert pyplot.get_fignums() == []
    assert display.plot().figure_.number in pyplot.get_fignums()
