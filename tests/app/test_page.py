"""What the page shows, state by state, without a browser."""

import re
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from streamlit.testing.v1 import AppTest

from sersk import app, persistence, workflows
from sersk.recipes import RECIPES
from tests.app.conftest import RATE
from tests.workflows._copies import NaiveRecipe

PAGE = Path(app.__file__).with_name("main.py")


@pytest.fixture(scope="module", autouse=True)
def _coarse_pictures():
    """Draw every picture, with fewer pixels."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("sersk.app._pictures._DPI", 20)
        yield


@pytest.fixture
def open_page(models, monkeypatch):
    """Open the page with the models of the operator, by their recipes."""

    def open_it(*recipes, max_duration_s=None):
        args = [part for recipe in recipes for part in ("--model", str(find(models, recipe)))]
        if max_duration_s is not None:
            args += ["--max-duration-s", str(max_duration_s)]
        monkeypatch.setattr(sys, "argv", [str(PAGE), *args])
        return AppTest.from_file(str(PAGE), default_timeout=60).run()

    return open_it


@pytest.fixture(scope="module")
def answered(models, clips):
    """The page with an answer of one model, for tests that change nothing on it."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(sys, "argv", [str(PAGE), "--model", str(find(models, "svm"))])
        return give(AppTest.from_file(str(PAGE), default_timeout=60).run(), clips["anger"])


def find(models, recipe):
    return next(path for path in models if path.stem == recipe)


def give(page, path, name=None):
    """Upload one file."""
    page.file_uploader[0].set_value((name or path.name, path.read_bytes(), "audio/wav"))
    return page.run()


def read(page):
    """All that the page says, without its mark-up and the escapes of Markdown."""
    elements = [*page.html, *page.markdown, *page.caption, *page.info, *page.warning, *page.error]
    text = "\n".join(element.value for element in elements)
    text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", re.sub(r"\\(\W)", r"\1", text)))


def read_answers(page):
    return re.findall(
        r'<p class="sersk-answer"[^>]*>(.*?)</p>', "".join(h.value for h in page.html)
    )


def read_shares(page, place=0):
    """Names and percentages of one of the tables of bars."""
    table = [h.value for h in page.html if '<table class="sersk-bars' in h.value][place]
    rows = re.findall(r'<th scope="row">(.*?)</th>.*?"number">([\d.]+) %', table)
    return {unescape(name): float(share) for name, share in rows}


@pytest.fixture
def interview(clips, tmp_path):
    """Twelve seconds: anger, a pause, sadness."""
    parts = [soundfile.read(clips[name])[0] for name in ("anger", "sadness")]
    parts = [np.tile(part, 8)[: 5 * RATE] for part in parts]
    path = tmp_path / "interview.wav"
    soundfile.write(path, np.concatenate([parts[0], np.zeros(2 * RATE), parts[1]]), RATE)
    return path


def test_empty_page_says_what_to_do(open_page):
    page = open_page("svm")
    assert not page.exception
    assert "Upload or record somebody speaking" in read(page)
    assert read_answers(page) == []


def test_answer_is_that_of_predict(answered, models, clips):
    assert not answered.exception
    path = str(clips["anger"])
    row = workflows.predict(persistence.load_model(find(models, "svm")), ["a"], [path]).iloc[0]
    assert row["Class"] in read_answers(answered)[0]
    expected = {name: round(100 * row[name], 1) for name in row.index[2:-1]}
    assert read_shares(answered) == expected


@pytest.mark.parametrize("kind", ["mp3", "ogg", "flac"])
def test_formats(open_page, clips, kind):
    page = give(open_page("svm"), clips[kind])
    assert not page.exception
    assert sum(read_shares(page).values()) == pytest.approx(100, abs=0.3)


def test_how_far_to_trust_it_stands_beside(answered):
    assert "On speakers it had not heard, it gives the right class for" in read(answered)


BAD = {
    "broken": "not a sound file",
    "empty": "empty",
    "huge": "times full scale",
    "fast": "2147483647 Hz",
}


@pytest.mark.parametrize(("name", "words"), BAD.items(), ids=BAD)
def test_bad_file_gets_a_sentence(open_page, clips, name, words):
    page = give(open_page("svm"), clips[name])
    assert not page.exception
    assert len(page.error) == 1
    assert words in read(page)
    assert read_answers(page) == []


def test_too_long_recording_is_refused(open_page, interview):
    page = give(open_page("svm", max_duration_s=5), interview)
    assert not page.exception
    assert "it lasts 12 s, more than 5 s are not taken" in read(page)


def test_warnings_in_plain_words(open_page, answered, clips, tmp_path):
    signal, _ = soundfile.read(clips["anger"])
    loud = tmp_path / "loud.wav"
    soundfile.write(loud, np.clip(30 * signal, -1, 1), RATE)
    page = give(open_page("svm"), loud)
    assert "of the samples are cut off" in read(page)
    assert "cut off" not in read(answered)


def test_view_sums_probabilities_up(open_page, clips):
    page = give(open_page("svm"), clips["anger"])
    own = read_shares(page)
    page = page.selectbox[0].set_value("sentiment3").run()
    shares = read_shares(page)
    assert list(shares) == ["positive", "neutral", "negative"]
    # Sadness counts half neutral, half negative.
    assert shares["negative"] == pytest.approx(own["anger"] + own["sadness"] / 2, abs=0.16)


def test_two_models_side_by_side(open_page, models, clips):
    page = open_page("svm", "ann")
    page.selectbox[1].set_value("ann").run()
    page = give(page, clips["anger"])
    assert not page.exception
    assert len(read_answers(page)) == 2
    for place, recipe in enumerate(("svm", "ann")):
        model = persistence.load_model(find(models, recipe))
        row = workflows.predict(model, ["a"], [str(clips["anger"])]).iloc[0]
        expected = {name: round(100 * row[name], 1) for name in row.index[2:-1]}
        assert read_shares(page, place) == expected
    assert "**svm**" in [m.value for m in page.markdown]


def test_many_classes_have_bars_alone(answered, models, clips, tmp_path, monkeypatch):
    table = pd.read_csv(models[0].with_name("data.csv"))
    table["Class"] = [f"class {i % 9}" for i in range(len(table))]
    data = models[0].with_name("nine.csv")
    table.to_csv(data, index=False)
    fitted = workflows.fit(data, recipe=NaiveRecipe(), n_splits=2, n_jobs=1)
    path = tmp_path / "nine.joblib"
    persistence.save_model(fitted.pipeline, path, fitted.description)
    monkeypatch.setattr(sys, "argv", [str(PAGE), "--model", str(path)])
    nine = give(AppTest.from_file(str(PAGE), default_timeout=60).run(), clips["anger"])
    assert not nine.exception
    assert len(read_shares(nine)) == 9
    # Those of the sound are left.
    assert (len(answered.get("image")), len(nine.get("image"))) == (4, 3)


def test_long_recording_gets_a_timeline(open_page, interview, models):
    page = give(open_page("svm"), interview)
    assert not page.exception
    timeline = workflows.predict_timeline(
        persistence.load_model(find(models, "svm")), interview, filename="interview.wav"
    )
    shares = {name: round(100 * share, 1) for name, share in timeline.shares.items()}
    assert read_shares(page) == pytest.approx(shares)
    assert list(timeline.shares) == list(shares)


def test_silent_recording_has_no_answer_to_doubt(open_page, tmp_path):
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros(11 * RATE), RATE)
    page = give(open_page("svm"), silent)
    text = read(page)
    # No class stands out.
    assert "<tr class=first" not in "".join(h.value for h in page.html)
    assert "There is nothing to hear in this recording." in text
    assert "Nothing is to be heard. See whether" in text
    assert "silent.wav: 11 s," in text


def test_batch_keeps_the_row_of_a_broken_file(open_page, clips):
    page = open_page("svm")
    given = [clips[name] for name in ("anger", "broken", "flac")]
    files = [(path.name, path.read_bytes(), "audio/wav") for path in given]
    page = page.file_uploader[1].set_value(files).run()
    assert not page.exception
    table = page.dataframe[0].value
    assert table["Filename"].tolist() == [path.name for path in given]
    assert (table["Class"] != "–").tolist() == [True, False, True]
    assert list(table)[:3] == ["Filename", "Class", "Remark"]
    assert "not a sound file" in table["Remark"][1]
    assert "2 of 3 files judged" in read(page)


def test_card_says_what_the_model_is(open_page):
    text = read(open_page("svm"))
    assert "It learned from 60 clips; 5 speakers in all." in text
    assert "no ground to judge people" in text


def test_models_of_one_name_are_told_apart(open_page, models, tmp_path, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for suffix in (".joblib", ".json"):
            content = models[0].with_suffix(suffix).read_bytes()
            (tmp_path / name / f"model{suffix}").write_bytes(content)
    args = [part for n in ("a", "b") for part in ("--model", str(tmp_path / n / "model.joblib"))]
    monkeypatch.setattr(sys, "argv", [str(PAGE), *args])
    page = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert page.selectbox[0].options == ["a/model", "b/model"]


def test_card_keeps_the_folders_of_the_operator(models, monkeypatch, tmp_path):
    path = tmp_path / "svm.joblib"
    pipeline = persistence.load_model(models[0])
    description = {**pipeline.description_, "command": "sersk fit --data /secret/data.csv"}
    persistence.save_model(pipeline, path, description)
    monkeypatch.setattr(sys, "argv", [str(PAGE), "--model", str(path)])
    text = read(AppTest.from_file(str(PAGE), default_timeout=60).run())
    assert "Sampling rate" in text
    assert "/secret" not in text
    assert str(tmp_path) not in text


def test_damaged_model_is_told(open_page, models, tmp_path, monkeypatch):
    path = tmp_path / "model.joblib"
    path.write_bytes(b"no model")
    path.with_suffix(".json").write_bytes(models[0].with_suffix(".json").read_bytes())
    monkeypatch.setattr(sys, "argv", [str(PAGE), "--model", str(path)])
    page = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not page.exception
    assert "is not the model that" in page.error[0].value


def test_without_a_model_the_demo_says_that_it_is_one(open_page, monkeypatch):
    # A little speech tells its emotions to a cheap recipe as well.
    monkeypatch.setitem(RECIPES, "voice", replace(RECIPES["svm"], name="voice"))
    for name, number in (("TRAIN_SPEAKERS", 3), ("TEST_SPEAKERS", 1), ("CLIPS_PER_CLASS", 2)):
        monkeypatch.setattr(f"sersk.workflows._demo._N_{name}", number)
    page = open_page()
    assert not page.exception
    assert "This is a demonstration" in read(page)
    assert "It learned from synthetic speech alone" in read(page)
    source = next(g for g in page.segmented_control if g.label.startswith("Where"))
    page = source.set_value("Sample").run()
    assert "anger" in read_answers(page)[0]
    page = page.pills[0].set_value("all in turn").run()
    assert read_answers(page)[0].startswith("Over time: ")


def test_nothing_is_left_on_disk(open_page, clips, interview, tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    page = open_page("svm")
    for path in (clips["anger"], clips["broken"], interview):
        page = give(page, path)
    assert list(folder.rglob("*")) == []


def test_choices_stay_when_others_change(open_page):
    page = open_page("svm", "ann")
    page = page.selectbox(key="view").set_value("sentiment3").run()
    page = page.selectbox(key="beside").set_value("ann").run()
    assert page.selectbox(key="view").value == "sentiment3"
    # The first becomes the second's, which can then not stand beside itself.
    page = page.selectbox(key="model").set_value("ann").run()
    assert not page.exception
    assert page.selectbox(key="view").value == "sentiment3"
