"""A clip from all sides, and beside what an augmentation makes of it."""

import numpy as np
import pytest

from sersk.augmentation import StretchTime
from sersk.display._change import draw_change, draw_clip

RATE = 16000


@pytest.fixture(scope="module")
def pair(tone):
    """A second of a tone, and the same for two seconds at half the level."""
    return tone(300.0, sample_rate=RATE), 0.5 * tone(300.0, duration_s=2.0, sample_rate=RATE)


@pytest.fixture(scope="module")
def change(pair):
    figure = draw_change(*pair, RATE, ("before $x", "after"))
    figure.canvas.draw()
    return figure


def panels(figure):
    """The axes that are no colour bars, row by row."""
    return [ax for ax in figure.axes if ax.get_subplotspec() and ax.get_label() != "<colorbar>"]


def test_both_are_on_the_same_axes(change):
    waves, spectra = panels(change)[:2], panels(change)[2:]
    assert len(spectra) == 2
    assert {ax.get_xlim() for ax in panels(change)} == {(0, 2)}
    for row in (waves, spectra):
        assert row[0].get_ylim() == row[1].get_ylim()
        assert row[0].get_shared_y_axes().joined(*row)
        assert row[0].get_shared_x_axes().joined(waves[0], row[1])
    # The louder of the two fits in.
    assert waves[0].get_ylim()[1] == pytest.approx(0.5 * 1.08, rel=1e-3)
    # A row of each picture per mel band.
    assert spectra[0].get_ylim() == (-0.5, 127.5)


def test_titles_are_what_is_given(change):
    assert [ax.get_title() for ax in panels(change)] == ["before $x", "after", "", ""]
    assert panels(change)[1].get_ylabel() == panels(change)[3].get_ylabel() == ""


def test_each_panel_shows_its_own_signal(pair, change):
    for ax, signal in zip(panels(change), pair, strict=False):
        heights = [np.abs(line.get_ydata()).max() for line in ax.lines]
        heights += [
            abs(np.array(p.vertices[:, 1])).max() for c in ax.collections for p in c.get_paths()
        ]
        assert max(heights) == pytest.approx(np.abs(signal).max(), rel=0.02)


def test_a_clip_from_all_sides(tone):
    figure = draw_clip(tone(300.0, sample_rate=RATE), RATE, "a $ tone.wav")
    figure.canvas.draw()
    axes = panels(figure)
    assert len(axes) == 5
    assert axes[0].get_title() == "a $ tone.wav"
    for ax in axes:
        assert ax.get_xlim()[1] == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("sample_rate", [8000, 44100])
@pytest.mark.parametrize("n_times", [1, 100, 3000])
@pytest.mark.parametrize("level", [0.0, 1.0])
def test_odd_signals(sample_rate, n_times, level, rng):
    signal = np.clip(rng.normal(scale=level, size=n_times), -1, 1).astype(np.float32)
    changed = StretchTime(0.5)(signal, sample_rate, 0)
    for figure in (
        draw_clip(signal, sample_rate, "odd"),
        draw_change(signal, changed, sample_rate, ("odd", "odder")),
    ):
        figure.set_dpi(20)
        figure.canvas.draw()
