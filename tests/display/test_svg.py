"""Pictures for the middle of a page: several beside each other, and the same each time."""

import re

from sersk.display import LearningCurveDisplay
from sersk.display._svg import draw_svg


def draw(name):
    return draw_svg(LearningCurveDisplay([2, 4], [[0.3], [0.5]]).plot, (4, 3), name=name)


def test_texts_stay_texts():
    svg = draw("a")
    assert svg.startswith("<svg")
    assert svg.endswith("</svg>")
    assert ">Speakers trained on</text>" in svg
    assert not re.search(r"<style|<metadata|xmlns|xlink|<\?xml|DOCTYPE", svg)


def test_ids_do_not_clash_and_are_found():
    ids = {name: set(re.findall(r'id="([^"]+)"', draw(name))) for name in "ab"}
    assert ids["a"]
    assert not ids["a"] & ids["b"]
    svg = draw("a")
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= ids["a"]


def test_same_picture_same_bytes():
    assert draw("a") == draw("a")
