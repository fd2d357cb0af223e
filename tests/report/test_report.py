"""The page: valid, of one piece, harmless, and complete as far as the results are."""

import json
import re

import pytest

from sersk.exceptions import ResultsError
from sersk.report import make_report, write_report
from tests.report._page import Page
from tests.report._results import CURVE, ERROR, FIT, IMPORTANCE, SCORES, make_comparison, make_fit

EVIL = "<script>alert('x')</script>&\""
WHOLE = make_fit(
    learning_curve=CURVE,
    importance=IMPORTANCE,
    audit=[ERROR],
    per_gender={"female": {"n_clips": 60, "uar": 0.72}, "male": {"n_clips": 60, "uar": 0.68}},
    transductive={"uar": 0.74, "interval": {"uar": [0.7, 0.8]}, "note": "Transductive: known."},
    test={**SCORES, "kind": "cross-corpus", "optimistic": False, "data": "OTHER.csv"},
    labels={"name": "emotion4", "weights": {"sad": {"sorrow": 1, "awe": 0.5}}, "n_partial": 2},
    skipped=[{"file": "a/broken.wav", "reason": "not a sound file"}],
    augment={"augmentations": ["AddNoise()"], "copies": 1, "oversample": False},
    search={"best_params": {"classifier__C": 10.0}},
    params={"classifier__C": 10},
    sound={
        "duration_s": {"total": 600.0, "shortest": 1.0, "median": 3.0, "longest": 9.5},
        "sample_rates": {"48000": 118, "16000": 2},
        "channels": {"1": 120},
        "level_db": {"lowest": -60.0, "median": -30.0, "highest": -12.0},
        "bandwidth_hz": {"lowest": 3400.0, "median": 16000.0},
        "clipped": 3,
    },
    risk_coverage=[
        {"coverage": c / 10, "accuracy": 1 - 0.03 * c, "threshold": 0.5, "n_clips": 12 * c}
        for c in range(10, 0, -1)
    ],
)
PAGES = {
    "fit": FIT,
    "whole": WHOLE,
    "evaluation": SCORES,
    "comparison": make_comparison(),
    "bare": {"classes": ["a", "b"], "uar": 0.6},
    "bare comparison": {
        "classes": ["a", "b"],
        "leaderboard": [
            {"recipe": "x", "uar": 0.6, "accuracy": 0.6, "interval": None, "difference": None}
        ],
    },
}


@pytest.fixture(scope="module", params=PAGES)
def html(request):
    return make_report(PAGES[request.param])


@pytest.fixture
def _without_pictures(monkeypatch):
    """They do not depend on other parts, and take their time."""
    monkeypatch.setattr("sersk.display._svg.draw_svg", lambda *args, **how: "<svg></svg>")


def test_page_is_valid_and_of_one_piece(html):
    page = Page(html)
    assert html.startswith("<!DOCTYPE html>\n<html")
    assert ("html", {"lang": "en"}) in page.tags
    assert any(attrs.get("name") == "viewport" for _, attrs in page.tags)
    assert page.loads == []
    assert not re.search(r"https?://|@import|url\((?!#)|<script|<link|<iframe|<img", html)
    assert len(page.ids) == len(set(page.ids))
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert all(attrs["aria-label"] for _, attrs in page.tags if attrs.get("role") == "img")
    # What ids a picture names are there.
    named = set(re.findall(r'(?:href="#|url\(#)([^")]+)', html))
    assert named <= set(page.ids)
    assert page.sections[0] == "verdict"
    assert len(html) < 200_000


@pytest.mark.usefixtures("_without_pictures")
def test_sections_are_those_that_there_is_something_for():
    assert Page(make_report(WHOLE)).sections == [
        *("verdict", "scores", "classes", "speakers", "probabilities", "another-test"),
        *("more-speakers", "what-it-leans-on", "the-audit", "the-data"),
        *("what-was-not-measured", "how-it-was-made"),
    ]
    bare = Page(make_report(PAGES["bare"])).sections
    assert bare == ["verdict", "scores", "the-data", "what-was-not-measured"]


@pytest.mark.usefixtures("_without_pictures")
@pytest.mark.parametrize("key", [key for key in WHOLE if key not in ("classes", "uar")])
@pytest.mark.parametrize("fate", ["absent", "None"])
def test_any_part_may_be_missing(key, fate):
    results = {name: value for name, value in WHOLE.items() if name != key}
    Page(make_report(results if fate == "absent" else {**results, key: None}))


def test_names_are_harmless():
    matrix = [[30, 10], [10, 30]]
    row = {"precision": 0.5, "recall": 0.75, "f1": 0.6, "n_clips": 40}
    evil = make_fit(
        classes=[EVIL, "b"],
        confusion_matrix=matrix,
        data=EVIL,
        recipe=EVIL,
        command=f"sersk fit --data '{EVIL.replace(chr(39), '')}'",
        speakers_from=EVIL,
        audit=[{**ERROR, "kind": EVIL, "message": EVIL, "advice": EVIL}],
        skipped=[{"file": EVIL, "reason": EVIL}],
        labels={"name": EVIL, "weights": {EVIL: {EVIL: 1}}, "n_partial": 0},
        per_gender={EVIL: {"n_clips": 1, "uar": 0.5}, "b": {"n_clips": 1, "uar": 0.5}},
        learning_curve={**CURVE, "advice": EVIL},
        importance={**IMPORTANCE, "by_extractor": {"rows": [{**ERROR, **row, "name": EVIL,
                    "loss": 0.1, "std": 0.1}] * 2}},
        versions={EVIL: EVIL},
        folds=[{**FIT["folds"][0], "name": EVIL}] * 2,
    )  # fmt: skip
    evil["per_class"], evil["per_speaker"] = {EVIL: row, "b": row}, {
        EVIL: {"n_clips": 4, "uar": 0.5},
        "x": {"n_clips": 4, "uar": 0.9},
    }  # fmt: skip
    html = make_report(evil)
    assert "<script" not in html
    assert Page(html).text.count("alert('x')") > 15


def test_same_results_give_the_same_bytes(tmp_path):
    write_report(WHOLE, tmp_path / "report.html")
    again = make_report(json.loads(json.dumps(WHOLE)))
    assert (tmp_path / "report.html").read_bytes() == again.encode()


def test_file_is_whole_or_not_at_all(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("earlier")
    with pytest.raises(ResultsError, match=r"needs results with 'classes'.*Got results with: uar"):
        write_report({"uar": 0.5}, path)
    assert [file.read_text() for file in tmp_path.iterdir()] == ["earlier"]


@pytest.mark.usefixtures("_without_pictures")
def test_numbers_are_those_of_the_results():
    page = Page(make_report(WHOLE))
    for text in (
        *("0.700", "0.620 to 0.770", "0.700 ± 0.071 (0.650 to 0.750)", "sad taken for calm"),
        *("53 of 100 (21)", "90 % (40)", "92 % (10)", "20.0 ± 1.0", "5.0 (-1.0 to 11.0)"),
        *("The names give the class away.", "Rename the files.", "sorrow, awe (0.5)"),
        *("broken.wav", "not a sound file", "48000 Hz: 118 clips", "10.0 min in all", "3.4 kHz"),
        *("C=10.0", "ab12", "python 3.12.1", "$ sersk fit --data far/TRAIN.csv"),
        *("80 %", "76 %", "0.740 (0.700 to 0.800)", "by a model that", "the first 12 of 16"),
    ):
        found = text.replace("by a model that", "learned from no copies")
        assert found in page.text.replace("\u00a0", " "), text


@pytest.mark.usefixtures("_without_pictures")
def test_matrix_tells_shares_and_counts():
    html = make_report(FIT)
    cells = re.findall(r"<b>(\d+)</b><small>(\d+)</small>", html)
    assert cells[:3] == [("90", "36"), ("5", "2"), ("5", "2")]
    assert cells[6:] == [("3", "1"), ("53", "21"), ("45", "18")]
    assert html.count('class="right"') == 3


@pytest.mark.usefixtures("_without_pictures")
def test_what_was_not_measured_is_told_with_its_option():
    def missing(results):
        html = make_report(results)
        return Page(html[html.index('<section id="what-was-not') :].split("</section>")[0] +
                    "</section>").text  # fmt: skip

    text, whole = missing(FIT), missing(WHOLE)
    without_speakers = missing(make_fit(n_speakers=None, per_speaker=None))
    scores = missing(SCORES)
    for option in ("--test", "--learning-curve", "--importance", "--gender-column", "sersk audit"):
        assert option in text
        if option != "sersk audit":
            assert option not in whole
    assert "--group-column" not in text
    assert "--group-column" in without_speakers
    # A network has no importance, and without speakers there is no curve.
    assert "--importance" not in missing(make_fit(network=_NETWORK))
    assert "--learning-curve" not in without_speakers
    assert "--learning-curve" not in scores
    assert "cannot tell whether they were among" in scores
    assert "one that the model learned from" in missing({**SCORES, "is_training_data": True})
    for found in (text, scores, missing(make_comparison()), missing(PAGES["bare"])):
        assert "no ground to judge people" in found


_NETWORK = {
    "input": "default",
    "n_parameters": 9,
    "max_epochs": 2,
    "batch_size": 4,
    "best_epoch": 1,
    "epochs": 2,
}


def test_many_speakers_and_classes():
    names = [f"class number {i}" for i in range(12)]
    row = {"precision": 0.5, "recall": 0.5, "f1": 0.5, "n_clips": 20}
    results = {
        **FIT,
        "classes": names,
        "per_class": dict.fromkeys(names, row),
        "confusion_matrix": [[int(i == j) for j in range(12)] for i in range(12)],
        "per_speaker": {f"s{i}": {"n_clips": 3, "uar": i / 100} for i in range(100)},
    }
    html = make_report(results)
    Page(html)
    assert 'class="heat turned"' in html
    assert 'class="bars many"' in html
    assert "s99" in html


@pytest.mark.parametrize("loss", [0.0, -0.01])
def test_what_matters_nothing_has_no_bar(loss):
    rows = [{"name": name, "loss": loss, "std": 0.0, "interval": [loss, loss]} for name in "ab"]
    page = Page(make_report(make_fit(importance={**IMPORTANCE, "by_feature": {"rows": rows}})))
    assert "By single feature of the first descriptors" in page.text


def test_many_warned_clips_weaken_an_evaluation():
    few = {**SCORES, "n_warned": 2, "warned_of": {"novelty": 2}}
    many = {**SCORES, "n_warned": 40, "warned_of": {"novelty": 40}}
    said = "warn of 40 of 120 clips (novelty 40)"
    assert said in Page(make_report(many)).text
    assert "The guards" not in Page(make_report(few)).text


def test_coverage_is_drawn_and_told():
    rows = [
        {"coverage": 1.0, "accuracy": 0.71, "threshold": 0.2, "n_clips": 120},
        {"coverage": 0.5, "accuracy": 0.86, "threshold": 0.6, "n_clips": 60},
    ]
    page = Page(make_report(make_fit(risk_coverage=rows)))
    assert "Of the surest 50 % of the clips 86 % are right" in page.text
