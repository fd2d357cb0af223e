"""The page as its readers meet it: on a wide screen, on a phone, on paper, without a network."""

import pytest

from sersk.report import write_report
from tests.conftest import CHROMIUM
from tests.report._results import CURVE, ERROR, IMPORTANCE, make_comparison, make_fit

pytestmark = pytest.mark.browser

LONG = "a_long_name_without_a_place_to_break_it_" * 3
# What sticks out of the window, or of what is to hold it.
_FIND_WIDE = """width => [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > width + 1 ||
                 e.getBoundingClientRect().left < -1)
    .map(e => e.tagName + " " + e.textContent.slice(0, 40))"""


def _make_wide():
    names = [LONG, *(f"class {i}" for i in range(11))]
    row = {"precision": 0.5, "recall": 0.5, "f1": 0.5, "n_clips": 2000}
    return {
        **make_fit(
            learning_curve=CURVE, importance=IMPORTANCE, audit=[{**ERROR, "message": LONG}]
        ),
        "classes": names,
        "per_class": dict.fromkeys(names, row),
        "confusion_matrix": [[1000 + i + j for j in range(12)] for i in range(12)],
        "per_speaker": {f"{LONG}{i}": {"n_clips": 3000, "uar": i / 70} for i in range(60)},
        "command": f"sersk fit --data {LONG}/{LONG}.csv",
        "data": f"{LONG}.csv",
    }


@pytest.fixture(scope="module")
def browser(playwright):
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture(scope="module", params=["fit", "wide", "comparison"])
def report(request, tmp_path_factory):
    results = {"fit": make_fit(learning_curve=CURVE), "comparison": make_comparison()}
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(results.get(request.param) or _make_wide(), path)
    return path


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_is_cut_off_and_nothing_is_asked_for(report, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(_FIND_WIDE, width) == []
    # The words of pictures are as large as those of tables on a phone.
    heights = page.evaluate(
        "[...document.querySelectorAll('svg text')].filter(e => e.textContent.length > 2)"
        ".map(e => e.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
    )
    assert min(heights, default=9) >= 9
    page.close()
    assert asked == [report.as_uri()]
    assert said == []


def test_prints(report, browser):
    page = browser.new_page()
    page.goto(report.as_uri())
    # As wide as A4 between its margins.
    page.set_viewport_size({"width": 688, "height": 900})
    page.emulate_media(media="print")
    assert page.evaluate(_FIND_WIDE, 688) == []
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.close()
