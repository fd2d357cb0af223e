"""Long recordings made of real clips, and the page with one of them."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
import soundfile

from sersk import persistence, workflows
from sersk.audio import read_audio
from sersk.datasets import read_manifest
from sersk.exceptions import DataWarning
from sersk.recipes import make_custom_recipe
from sersk.timeline import save_timeline

pytestmark = pytest.mark.corpus
RATE = 48000
HOP_S = 1.0


@pytest.fixture(scope="module")
def model(corpora, common_cache, tmp_path_factory):
    """Five kinds of features, fitted to all of RAVDESS with four classes, saved."""
    path = tmp_path_factory.mktemp("model") / "ravdess.joblib"
    data = corpora / "ravdess.csv"
    recipe = make_custom_recipe(["mfcc", "chroma", "zcr", "rms", "contrast"])
    how = dict(labels="emotion4", n_splits=2, n_jobs=2, memory=common_cache)
    with pytest.warns(DataWarning, match="no place for calm"):
        fitted = workflows.fit(data, recipe=recipe, **how)
    persistence.save_model(fitted.pipeline, path, fitted.description)
    return path


@pytest.fixture(scope="module")
def join(corpora, tmp_path_factory):
    """Join clips of one actor, three of a class in a row; give the file, and where classes end."""
    manifest = read_manifest(corpora / "ravdess.csv")
    paths, labels = np.array(manifest.paths), np.array(manifest.labels)
    folder = tmp_path_factory.mktemp("joined")

    def make(speaker, classes):
        rng = np.random.default_rng(0)
        parts, ends_s = [], []
        for name in classes:
            chosen = np.flatnonzero((labels == name) & (np.array(manifest.speakers) == speaker))
            for clip in rng.choice(chosen, 3, replace=False):
                parts.append(read_audio(paths[clip], sample_rate=RATE)[0])
            ends_s.append(sum(map(len, parts)) / RATE)
        path = folder / f"{speaker}.wav"
        soundfile.write(path, np.concatenate(parts), RATE)
        return path, ends_s

    make.speakers = sorted(set(manifest.speakers))
    return make


def test_joined_clips_are_told_apart_within_a_step(model, join):
    # The model has heard these clips, so that what is tested is not the model.
    words = {"angry": "anger", "sad": "sadness", "happy": "happiness", "neutral": "neutral"}
    pipeline, n_changes, n_found, n_strange = persistence.load_model(model), 0, 0, 0
    for speaker in join.speakers[::2]:
        path, ends_s = join(speaker, list(words))
        timeline = workflows.predict_timeline(pipeline, path, hop_s=HOP_S)
        heard = [segment for segment in timeline.segments if segment.label]
        n_strange += len(heard) - len(words)
        truth = list(zip(pairwise(words.values()), ends_s[:-1], strict=True))
        n_changes += len(truth)
        for (before, after), time_s in truth:
            # Between two clips lies silence, in which any place is as good as another.
            n_found += any(
                (left.label, right.label) == (before, after)
                and left.stop_s - HOP_S <= time_s <= right.start_s + HOP_S
                for left, right in pairwise(heard)
            )
    assert n_changes == 36
    assert n_found / n_changes >= 0.9
    assert n_strange <= 4


def test_result_does_not_depend_on_the_size_of_blocks(model, join, tmp_path, monkeypatch):
    path, _ = join("01", ["angry", "sad", "happy", "calm"])
    pipeline, texts = persistence.load_model(model), set()
    for block, piece in ((512, 2**20), (37, 2**14), (4096, 12345)):
        monkeypatch.setattr("sersk.features._windows._BLOCK_LENGTH", block)
        monkeypatch.setattr("sersk.utils._sound_files.PIECE_LENGTH", piece)
        out = tmp_path / f"{block}.csv"
        save_timeline(workflows.predict_timeline(pipeline, path, filename="a"), out)
        texts.add(out.read_text(encoding="utf-8"))
    assert len(texts) == 1


_MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "sersk", *sys.argv[1:]], check=True, stdout=sys.stderr)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_an_hour_takes_little_memory(model, corpora, tmp_path):
    paths = read_manifest(corpora / "ravdess.csv").paths
    clips = [read_audio(path, sample_rate=RATE)[0] for path in paths[:100]]
    n_left, rng = 3600 * RATE, np.random.default_rng(0)
    with soundfile.SoundFile(tmp_path / "hour.wav", "w", RATE, 1, "PCM_16") as file:
        while n_left > 0:
            clip = clips[rng.integers(len(clips))][:n_left]
            file.write(clip)
            n_left -= len(clip)
    out = tmp_path / "out.csv"
    args = ["predict", "--model", str(model), "--window", "3", "--hop", "1"]
    args += ["--timeline", str(out), str(tmp_path / "hour.wav")]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *args], check=True, capture_output=True, text=True
    )
    assert out.read_text(encoding="utf-8").splitlines()[-1].split(",")[2] == "3600.0"
    assert int(done.stdout) * 1024 < 400e6


@pytest.mark.browser
def test_page_says_of_a_real_clip_what_predict_says(model, playwright, corpora, tmp_path):
    from tests.app._server import find_port, start, stop
    from tests.conftest import CHROMIUM

    clip = corpora / "ravdess" / "Actor_01" / "03-01-05-01-02-01-01.wav"
    row = workflows.predict(persistence.load_model(model), [clip.name], [str(clip)])
    port = find_port()
    process = start("--model", model, folder=tmp_path, port=port)
    try:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}")
        page.get_by_text("The answer appears here").wait_for()
        page.wait_for_load_state("networkidle")
        page.locator("input[type=file]").first.set_input_files(str(clip))
        page.locator(".sersk-answer").wait_for()
        assert row["Class"][0] in page.locator(".sersk-answer").inner_text()
        with page.expect_download() as caught:
            page.get_by_role("button", name="CSV", exact=True).click()
        text = caught.value.path().read_text(encoding="utf-8")
        assert text == row.to_csv(index=False, float_format="%.6f")
        browser.close()
    finally:
        stop(process)
