"""Figures are closed after each test."""

from itertools import pairwise

import pytest


@pytest.fixture(autouse=True)
def _close_figures():
    from matplotlib import pyplot

    yield
    pyplot.close("all")


@pytest.fixture
def text_inside():
    """Check that all texts of a figure lie within it, and that names of ticks do not touch."""

    def check(figure):
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        width, height = figure.canvas.get_width_height()
        for ax in figure.axes:
            box = ax.get_tightbbox(renderer)
            assert box.x0 >= 0
            assert box.y0 >= 0
            assert box.x1 <= width
            assert box.y1 <= height
            ticks = [label for label in ax.get_xticklabels() if label.get_text()]
            if all(label.get_rotation() == 0 for label in ticks):
                boxes = [label.get_window_extent(renderer) for label in ticks]
                assert all(a.x1 < b.x0 for a, b in pairwise(boxes))

    return check
