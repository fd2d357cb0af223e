"""The verdict on a comparison: a lead that may be chance is not called one."""

import pytest

from sersk.report import make_report
from sersk.report._comparison import judge_comparison
from sersk.report._report import _complete
from tests.report._page import Page
from tests.report._results import make_comparison


def tell(**changes):
    return judge_comparison(_complete(make_comparison(**changes)))


def give_p(*p_values):
    rows = make_comparison()["leaderboard"]
    for row, p_value in zip(rows[1:], p_values, strict=True):
        row["difference"]["p_adjusted"] = p_value
    return rows


def test_lead_that_may_be_chance():
    verdict = tell()
    assert verdict.level == "warning"
    assert verdict.headline == (
        "Recipe best has the highest score, but is not told apart from second"
    )
    statements = dict(verdict.statements)
    assert statements["Behind it beyond chance"] == "third (20 points)."
    assert statements["Not told apart from it"].startswith("second. The difference may be chance")
    assert "picked for being the highest" in statements["Mind"]


def test_lead_beyond_chance():
    verdict = tell(leaderboard=give_p(0.05, 0.01))
    assert (verdict.level, verdict.alarms) == ("good", [])
    assert verdict.headline == "Recipe best is the best of 3, beyond chance"
    assert "Not told apart from it" not in dict(verdict.statements)


@pytest.mark.parametrize(
    ("changes", "level", "headline", "alarm"),
    [
        (
            {"optimistic": True, "protocol": "stratified"},
            "warning",
            "do not choose by it yet",
            "All scores are optimistic",
        ),
        (
            {"reason_without_interval": "Too few speakers."},
            "warning",
            "do not choose by it yet",
            "Too few speakers.",
        ),
        ({"classes": ["a"] * 1}, "bad", "No recipe is clearly better", "nothing to choose"),
    ],
)
def test_faults_come_first(changes, level, headline, alarm):
    verdict = tell(leaderboard=give_p(0.01, 0.01), **changes)
    assert verdict.level == level
    assert headline in verdict.headline
    assert alarm in verdict.alarms[0]


def test_few_speakers():
    verdict = tell(leaderboard=give_p(0.01, 0.01), n_speakers=8)
    assert verdict.level == "warning"
    assert "only 8 speakers" in verdict.alarms[0]


def test_table_and_inflation():
    rows = give_p(0.2, None)
    for row in rows:
        row.update(random_uar=0.9, inflation=0.9 - row["uar"])
    results = make_comparison(leaderboard=rows)
    page = Page(make_report(results))
    for text in ("best", "0.700", "-0.040", "-0.200 to +0.100", "0.2000", "+0.400"):
        assert text in page.text
    assert "would have promised +20 to +40 points" in page.text
