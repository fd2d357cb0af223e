"""A model, clips of every kind, and the page in a browser."""

import os

import pytest
import soundfile

from sersk import persistence, workflows
from sersk.datasets import make_emotional_speech
from tests.app._server import find_port, start, stop
from tests.conftest import CHROMIUM

RATE = 16000
# Signals and groups of processes are as on Linux and macOS.
collect_ignore = [] if os.name == "posix" else ["test_browser.py", "test_command.py"]


@pytest.fixture(scope="session")
def clips(tmp_path_factory):
    """Paths of synthetic clips by what they are, and of files that are none."""
    folder = tmp_path_factory.mktemp("clips")
    signals, emotions, _ = make_emotional_speech(1, 1, random_state=11)
    paths = {}
    for emotion, signal in zip(emotions, signals, strict=True):
        paths[emotion] = folder / f"{emotion}.wav"
        soundfile.write(paths[emotion], signal, RATE)
    for suffix in ("mp3", "ogg", "flac"):
        paths[suffix] = folder / f"clip.{suffix}"
        soundfile.write(paths[suffix], signals[0], RATE)
    paths["broken"] = folder / "broken.wav"
    paths["broken"].write_bytes(b"this is no sound at all")
    paths["empty"] = folder / "empty.wav"
    paths["empty"].write_bytes(b"")
    paths["huge"] = folder / "huge.wav"
    soundfile.write(paths["huge"], 1e30 * signals[0], RATE, subtype="FLOAT")
    paths["fast"] = folder / "fast.wav"
    soundfile.write(paths["fast"], signals[0], 2**31 - 1)
    return paths


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """Paths of two saved models, fitted to synthetic speech with speakers."""
    folder = tmp_path_factory.mktemp("models")
    signals, emotions, speakers = make_emotional_speech(5, 3, duration_s=0.8)
    rows = ["Filename,Class,Speaker"]
    for i, signal in enumerate(signals):
        soundfile.write(folder / f"{i}.wav", signal, RATE)
        rows.append(f"{i}.wav,{emotions[i]},{speakers[i]}")
    (folder / "data.csv").write_text("\n".join(rows), encoding="utf-8")
    paths = []
    for recipe in ("svm", "ann"):
        fitted = workflows.fit(folder / "data.csv", recipe=recipe, n_splits=2, n_jobs=1)
        paths.append(folder / f"{recipe}.joblib")
        persistence.save_model(fitted.pipeline, paths[-1], fitted.description)
    return paths


@pytest.fixture(scope="session")
def server(models, tmp_path_factory):
    """Address of a page with one model, and the folder of its temporary files."""
    folder, port = tmp_path_factory.mktemp("server"), find_port()
    process = start("--model", models[0], folder=folder, port=port)
    yield f"http://127.0.0.1:{port}", folder
    stop(process)


@pytest.fixture(scope="session")
def chromium(playwright, clips):
    """A headless Chromium whose microphone hears a clip."""
    microphone = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={clips['anger']}",
    ]
    args = ["--no-sandbox", *microphone]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
    yield browser
    browser.close()
