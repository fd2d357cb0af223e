"""The page as its visitors meet it: in a browser, served by the command."""

import io
import json
import re
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pandas as pd
import pytest

from sersk import persistence, workflows

pytestmark = pytest.mark.browser
LIMIT_MS = 20_000


@pytest.fixture(scope="module")
def context(chromium):
    """One visitor's browser, which need not fetch the parts of Streamlit for every test."""
    context = chromium.new_context(permissions=["microphone"])
    context.set_default_timeout(LIMIT_MS)
    yield context
    context.close()


@contextmanager
def visit(context, server, width=1280):
    """Open the page anew, in a session of its own."""
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(server[0])
    page.get_by_text("The answer appears here").wait_for()
    # Streamlit loses an upload while parts of the page are still on their way to the browser.
    page.wait_for_load_state("networkidle")
    yield page
    page.close()


@pytest.fixture
def page(context, server):
    with visit(context, server) as page:
        yield page


@pytest.fixture(scope="module")
def answered(context, server, clips):
    """A page with the answer about one clip, for tests that change nothing on it."""
    with visit(context, server) as page:
        upload(page, clips["anger"])
        read_answer(page)
        yield page


def upload(page, *paths):
    page.locator("input[type=file]").first.set_input_files([str(path) for path in paths])


def read_answer(page):
    """Wait for an answer, and give what is to be read: the sentence, and the percentages."""
    page.locator(".sersk-answer").first.wait_for()
    # What follows reaches the browser a moment later.
    page.locator(".sersk-bars tr").first.wait_for()
    rows = page.locator(".sersk-bars tr").all()
    shares = {
        row.locator("th").inner_text(): row.locator("td.number").inner_text() for row in rows
    }
    return page.locator(".sersk-answer").first.inner_text(), shares


def predict(model, path):
    return workflows.predict(persistence.load_model(model), [path.name], [str(path)])


def check_answer(answer, row):
    """The sentence names the class of the row, and each percentage is its probability."""
    sentence, shares = answer
    assert row["Class"] in sentence
    assert shares == {name: f"{100 * row[name]:.1f} %" for name in row.index[2:-1]}


def download(page, name):
    # While the page is still at work, a button may be replaced under the pointer.
    page.locator("[data-test-script-state=notRunning]").wait_for()
    with page.expect_download() as caught:
        page.get_by_role("button", name=name, exact=True).first.click()
    return Path(caught.value.path()).read_bytes(), caught.value.suggested_filename


def test_upload_is_answered_as_by_predict(answered, clips, models):
    expected = predict(models[0], clips["anger"])
    check_answer(read_answer(answered), expected.iloc[0])
    content, name = download(answered, "CSV")
    assert name == "anger-svm.csv"
    assert content.decode() == expected.to_csv(index=False, float_format="%.6f")
    content, _ = download(answered, "JSON")
    assert json.loads(content)[0]["Class"] == expected["Class"][0]
    content, _ = download(answered, "PNG")
    assert content.startswith(b"\x89PNG")


def test_no_other_server_is_asked(chromium, server, clips):
    context = chromium.new_context()
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server[0])
    page.get_by_text("The answer appears here").wait_for()
    page.wait_for_load_state("networkidle")
    upload(page, clips["anger"])
    read_answer(page)
    context.close()
    asked = [url for url in asked if not url.startswith(("data:", "blob:"))]
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith(server[0])] == []


def test_broken_file_gets_a_sentence(page, clips, server):
    upload(page, clips["broken"])
    alert = page.get_by_role("alert").filter(has_text="cannot be judged")
    alert.wait_for()
    assert "not a sound file" in alert.inner_text()
    assert page.locator(".sersk-answer").count() == 0
    text = page.locator("body").inner_text()
    assert "Traceback" not in text
    assert str(server[1]) not in text


def test_page_works_on_after_a_broken_file(page, clips):
    upload(page, clips["broken"])
    page.get_by_role("alert").filter(has_text="cannot be judged").wait_for()
    upload(page, clips["sadness"])
    assert len(read_answer(page)[1]) == 4


def test_two_visitors_at_once_see_their_own(chromium, context, server, clips, models):
    with (
        closing(chromium.new_context()) as other,
        visit(context, server) as first,
        visit(other, server) as second,
    ):
        upload(first, clips["anger"])
        upload(second, clips["sadness"])
        both = read_answer(first), read_answer(second)
    for answer, name in zip(both, ("anger", "sadness"), strict=True):
        check_answer(answer, predict(models[0], clips[name]).iloc[0])
    assert both[0] != both[1]


def test_microphone_is_heard(page):
    page.get_by_text("Record", exact=True).click()
    page.get_by_role("button", name="Record", exact=True).click()
    time.sleep(2)
    page.get_by_role("button", name="Stop recording").click()
    _, shares = read_answer(page)
    assert abs(sum(float(share.split()[0]) for share in shares.values()) - 100) < 1


def test_sample_needs_no_file(page):
    page.get_by_text("Sample", exact=True).click()
    _, first = read_answer(page)
    # The sentence may be there before its table, or be the same for the next sample.
    table = page.locator(".sersk-bars").first.inner_text()
    page.get_by_role("button", name="sadness").or_(page.get_by_text("sadness")).first.click()
    page.wait_for_function(
        "was => document.querySelector('.sersk-bars')?.innerText.includes('%') &&"
        " document.querySelector('.sersk-bars').innerText != was",
        arg=table,
    )
    assert read_answer(page)[1] != first


def test_batch_is_the_table_of_predict(page, clips, models):
    page.get_by_role("tab", name="Many files").click()
    names = ("anger", "broken", "sadness")
    page.locator("input[type=file]").last.set_input_files([str(clips[name]) for name in names])
    page.get_by_text("2 of 3 files judged").wait_for()
    content, _ = download(page, "CSV")
    table = pd.read_csv(io.BytesIO(content))
    assert table["Filename"].tolist() == [clips[name].name for name in names]
    for place, name in ((0, "anger"), (2, "sadness")):
        expected = predict(models[0], clips[name]).round(6).iloc[0]
        assert table.iloc[place].fillna("").tolist() == expected.tolist()
    assert table.iloc[1, 1:].isna().all()


def test_name_of_a_file_is_only_text(page, clips, tmp_path):
    name = "<img src=x onerror=document.title='gone'> **a** $b$.wav"
    path = tmp_path / name
    path.write_bytes(clips["anger"].read_bytes())
    upload(page, path)
    read_answer(page)
    page.get_by_text(f"{name}:").wait_for()
    assert page.title() == "sersk"


def test_every_picture_and_field_says_what_it_is(answered):
    answered.locator("img").nth(2).wait_for(state="attached")
    for picture in answered.locator("img").all():
        assert picture.get_attribute("alt")
    assert answered.get_by_label("A sound file with one voice").count() >= 1
    assert answered.get_by_role("status").filter(has_text=re.compile(r"\d+\s%")).count() == 1


def test_captions_are_dark_enough_to_read(answered):
    caption = answered.locator("[data-testid=stCaptionContainer]").first
    color, opacity = caption.evaluate(
        "e => [getComputedStyle(e.querySelector('p')).color, getComputedStyle(e).opacity]"
    )
    assert opacity == "1"
    channels = [int(value) / 255 for value in re.findall(r"\d+", color)]
    assert len(channels) == 3
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    # On white, by WCAG 2, level AA.
    assert 1.05 / (luminance + 0.05) >= 4.5


def test_nothing_is_wider_than_a_phone(context, server, clips):
    with visit(context, server, width=390) as page:
        upload(page, clips["anger"])
        read_answer(page)
        # A name of one word is not torn.
        heights = [row.bounding_box()["height"] for row in page.locator(".sersk-bars tr").all()]
        assert len(heights) == 4
        assert max(heights) == min(heights)
        for tab in ("One recording", "Many files", "The model", "About"):
            page.get_by_role("tab", name=tab).click()
            wide = page.evaluate(
                "() => [...document.querySelectorAll('p, img, table, button')]"
                ".filter(e => e.offsetParent && e.getBoundingClientRect().right > 391"
                " && !e.closest('[role=radiogroup], [role=tablist], [data-testid=stDataFrame]'))"
                ".map(e => e.outerHTML.slice(0, 80))"
            )
            assert wide == [], tab


def test_nothing_stays_on_disk(page, clips, server):
    upload(page, clips["flac"])
    read_answer(page)
    page.get_by_alt_text("Waveform of clip.flac").wait_for()
    content = clips["flac"].read_bytes()
    kept = [p for p in server[1].rglob("*") if p.is_file() and p.read_bytes() == content]
    assert kept == []
    assert [p.name for p in server[1].rglob("recording*")] == []
