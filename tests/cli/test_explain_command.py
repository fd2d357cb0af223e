"""`sersk explain`: words, tables and a picture of what carried a decision."""

import io
import json

import pandas as pd
import pytest
from matplotlib import pyplot
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sersk.explanation import describe_explanation
from sersk.features import MFCC, RMS, AudioFeatures
from sersk.persistence import save_model
from sersk.workflows import explain

# The clips are shorter than a model likes them.
pytestmark = pytest.mark.filterwarnings("ignore::sersk.exceptions.ClipWarning")


@pytest.fixture(scope="module")
def clip(corpus, table):
    return corpus / "TRAIN" / table.Filename[0]


@pytest.fixture(scope="module")
def pipeline(corpus, table):
    parts = [("mfcc", MFCC(n_mfcc=6, sample_rate=8000)), ("rms", RMS(sample_rate=8000))]
    model = make_pipeline(AudioFeatures(parts), StandardScaler(), LogisticRegression())
    chosen = table[::3]
    return model.fit([str(corpus / "TRAIN" / name) for name in chosen.Filename], chosen.Class)


@pytest.fixture(scope="module")
def model(pipeline, tmp_path_factory):
    path = tmp_path_factory.mktemp("explained") / "model.joblib"
    save_model(pipeline, path, {"classes": pipeline.classes_.tolist()})
    return path


def test_words_then_tables(run_well, clip, model, pipeline):
    done = run_well("explain", clip, "--model", model)
    explanation = explain(pipeline, clip)
    assert done.err == f"sersk: warning: {clip}: {explanation.warnings['duration']}\n"
    words, *tables = done.out.rstrip("\n").split("\n\n")
    assert words.splitlines() == describe_explanation(explanation)
    stretches, blocks = ([line.split() for line in text.splitlines()] for text in tables)
    label = explanation.label
    assert stretches[0] == ["stretch", "taken", "out", label, "has", "change"]
    changes = explanation.stretch_changes
    expected = [
        "{:.2f} to {:.2f} s {:.0f} % {:+.1f}".format(
            *explanation.stretches[i],
            100 * (explanation.probability + changes[i]),
            100 * changes[i],
        ).split()
        for i in explanation.rank_stretches(5)
    ]
    assert stretches[1:] == expected
    assert {row[0] for row in blocks[1:]} == {"mfcc", "rms"}
    sizes = [abs(float(row[-1])) for row in blocks[1:]]
    assert sizes == sorted(sizes, reverse=True)


def test_json(run_well, clip, model, pipeline):
    args = ("--class", "sadness", "--window", 0.2, "--format", "json")
    content = json.loads(run_well("explain", clip, "--model", model, *args).out)
    expected = explain(pipeline, clip, label="sadness", window_s=0.2).to_dict()
    assert content == json.loads(json.dumps(expected))


def test_csv_of_a_part(run_well, clip, model, pipeline):
    args = ("--offset", 0.1, "--duration", 0.5, "--format", "csv", "--jobs", 1)
    done = run_well("explain", clip, "--model", model, *args)
    table = pd.read_csv(io.StringIO(done.out))
    expected = explain(pipeline, clip, offset_s=0.1, duration_s=0.5).to_table()
    assert table.columns.tolist() == expected.columns.tolist()
    assert table.Change.tolist() == pytest.approx(expected.Change.tolist(), abs=1e-5)
    assert table.Start.min() == 0.1


def test_picture(run_well, clip, model, tmp_path):
    done = run_well("explain", clip, "--model", model, "-o", tmp_path / "x.png")
    assert done.out.endswith(f"Wrote {tmp_path / 'x.png'}.\n")
    image = pyplot.imread(tmp_path / "x.png")
    assert image.shape[:2] == pytest.approx((930, 1500), abs=60)
    assert image.std() > 0.05
    assert pyplot.get_fignums() == []


def test_errors(run, clip, model, tmp_path, assert_error):
    args = ("explain", clip, "--model", model)
    assert_error(run(*args, "--class", "joy"), "no class 'joy'", "anger, neutral, sadness")
    assert_error(run(*args, "--window", 9), "at most half", "--window")
    assert_error(run(*args, "-o", tmp_path / "x.gif"), ".png, .svg or .pdf")
    assert_error(run(*args, "-o", clip), "must end in")
    assert_error(run("explain", tmp_path / "no.wav", "--model", model), "no.wav")
    assert_error(run("explain", clip, "--model", tmp_path / "no.joblib"), "There is no model")
    assert list(tmp_path.iterdir()) == []
