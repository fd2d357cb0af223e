"""A small corpus on disk, as the functions behind the commands take it."""

import numpy as np
import pandas as pd
import pytest
import soundfile

from sersk.datasets import make_emotional_speech
from sersk.features import _extraction
from sersk.guards._measurements import SoundMeasurements
from tests.workflows._copies import write_speech

CLASSES = ("anger", "neutral", "sadness")


def _write(folder, n_speakers, n_clips, random_state):
    signals, emotions, speakers = make_emotional_speech(
        n_speakers, n_clips, classes=CLASSES, duration_s=0.8, random_state=random_state
    )
    order = np.random.default_rng(random_state).permutation(len(signals))
    names = [f"{number:03d}.wav" for number in range(len(order))]
    (folder / "clips").mkdir()
    for name, clip in zip(names, order, strict=True):
        soundfile.write(folder / "clips" / name, signals[clip], 16000)
    columns = {"Filename": names, "Class": emotions[order], "Speaker": speakers[order]}
    pd.DataFrame(columns).to_csv(folder / "clips.csv", index=False)
    return folder / "clips.csv"


@pytest.fixture(scope="session")
def clips_csv(tmp_path_factory):
    """Four speakers, three classes, four clips each; the files are in the folder of its name."""
    return _write(tmp_path_factory.mktemp("workflows"), 4, 4, 5)


@pytest.fixture(scope="session")
def rows(clips_csv):
    """The rows of that CSV, with the path of each file in the column ``path``."""
    table = pd.read_csv(clips_csv, dtype=str)
    return table.assign(path=[str(clips_csv.with_suffix("") / name) for name in table.Filename])


@pytest.fixture(scope="session")
def new_clips(tmp_path_factory):
    """Paths of clips of two speakers that no test fits on."""
    folder = tmp_path_factory.mktemp("new")
    _write(folder, 2, 2, 99)
    return sorted(str(path) for path in (folder / "clips").iterdir())


@pytest.fixture(scope="session")
def extracted(tmp_path_factory):
    """A feature store: what one test has extracted need not be extracted again."""
    return tmp_path_factory.mktemp("extracted")


@pytest.fixture(scope="session")
def fitted(clips_csv, extracted):
    """What fit gives for the recipe svm."""
    from sersk.workflows import fit

    return fit(clips_csv, recipe="svm", n_jobs=1, memory=extracted)


@pytest.fixture
def real_workers(monkeypatch):
    """Start worker processes however little there is to do."""
    monkeypatch.setattr("sersk.utils._parallel._PROCESS_START_S", 0)


@pytest.fixture(scope="session")
def spoken(tmp_path_factory):
    """Two speakers, three classes, three clips each: the CSV and its rows."""
    return write_speech(tmp_path_factory.mktemp("speech"), 2, 3)


@pytest.fixture(scope="session")
def spoken_csv(spoken):
    return spoken[0]


@pytest.fixture(scope="session")
def spoken_clip(spoken_csv):
    return spoken_csv.with_suffix("") / "000.wav"


@pytest.fixture
def quick_pictures(monkeypatch):
    """Pictures without anything in them: the real ones take a second each."""
    from matplotlib.figure import Figure

    for name in ("draw_clip", "draw_change"):
        monkeypatch.setattr(f"sersk.workflows._augment.{name}", lambda *_: Figure((1, 1)))


@pytest.fixture
def out(tmp_path):
    return tmp_path / "deep" / "out"


@pytest.fixture
def work(monkeypatch):
    """The clips and copies whose features are extracted; how clips sound does not count."""
    calls, original = [], _extraction._extract_one

    def extract_one(clip, extractor, *args):
        if not isinstance(extractor, SoundMeasurements):
            calls.append(clip)
        return original(clip, extractor, *args)

    monkeypatch.setattr(_extraction, "_extract_one", extract_one)
    return calls
