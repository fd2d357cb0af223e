"""`sersk plot` writes pictures that hold something, or one line saying why not."""

import json
import shutil
import sys

import numpy as np
import pytest
from matplotlib import pyplot
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import make_pipeline

from sersk.persistence import save_model

SIGNALS = ("waveform", "spectrogram", "mel", "mfcc")


@pytest.fixture
def clip(corpus, table):
    return corpus / "TRAIN" / table.Filename[0]


def _files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", SIGNALS)
def test_picture_of_a_clip(kind, run_well, clip, tmp_path):
    done = run_well("plot", kind, clip, "-o", tmp_path / "x.png")
    assert (done.out, done.err) == (f"Wrote {tmp_path / 'x.png'}.\n", "")
    image = pyplot.imread(tmp_path / "x.png")
    assert image.shape[:2] == pytest.approx((630, 1500), abs=40)
    assert image.std() > 0.05
    assert _files(tmp_path) == ["x.png"]
    # The process-wide list of figures is none of the command's business.
    assert pyplot.get_fignums() == []


def test_part_of_a_clip(run_well, clip, tmp_path):
    images = []
    for part in ((), ("--offset", 0.2), ("--duration", 0.3), ("--offset", 0.2, "--duration", 0.3)):
        run_well("plot", "waveform", clip, "-o", tmp_path / "x.png", *part)
        images.append(pyplot.imread(tmp_path / "x.png"))
    for i in range(4):
        for j in range(i):
            assert not np.array_equal(images[i], images[j])


@pytest.mark.parametrize(
    ("name", "head"),
    [("x.png", b"\x89PNG"), ("x.PNG", b"\x89PNG"), ("x.svg", b"<?xml"), ("x.pdf", b"%PDF-")],
)
def test_format_by_suffix(name, head, run_well, clip, tmp_path):
    run_well("plot", "mel", clip, "--output", tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(head)


@pytest.mark.parametrize("kind", ["bar", "pie"])
def test_classes(kind, run_well, corpus, tmp_path):
    data = corpus / "TRAIN.csv"
    run_well("plot", "classes", data, "-o", tmp_path / "x.svg", "--kind", kind)
    text = (tmp_path / "x.svg").read_text(encoding="utf-8")
    # matplotlib keeps what is drawn as glyphs in a comment.
    shown = ("anger", "neutral", "sadness") if kind == "bar" else ("anger: 16 (33.3%)",)
    for name in ("48 clips, 3 classes", *shown):
        assert f"<!-- {name} -->" in text


def test_classes_without_the_files(run_well, run, tmp_path, assert_error):
    data = tmp_path / "data.csv"
    data.write_text("name,mood\na.wav,joy\nb.wav,joy\nb.wav,fear\n", encoding="utf-8")
    result = run("plot", "classes", data, "-o", tmp_path / "x.svg")
    assert_error(result, "no column for the label", "--label-column mood")
    run_well("plot", "classes", data, "-o", tmp_path / "x.svg", "--label-column", "mood")
    assert "<!-- 3 clips, 2 classes -->" in (tmp_path / "x.svg").read_text(encoding="utf-8")
    data.write_text("file,mood\na.wav,joy\nb.wav,\n", encoding="utf-8")
    result = run("plot", "classes", data, "-o", tmp_path / "y.svg", "--label-column", "mood")
    assert_error(result, "leaves column 'mood' empty in 1 of 2 rows")


class TestScores:
    @pytest.mark.parametrize(
        ("kind", "shown"),
        [
            # Counts and shares of a matrix, names of speakers, what the axes say.
            ("confusion", ("anger", "True class", "Predicted class")),
            ("speakers", ("S01", "S04", "Unweighted average recall")),
            ("calibration", ("Probability of the class predicted",)),
            ("coverage", ("Share of the clips judged, the surest", "left out at random")),
        ],
    )
    def test_from_results(self, kind, shown, run_well, fitted, tmp_path):
        done = run_well("plot", kind, fitted.results, "-o", tmp_path / "x.svg")
        assert done.out == f"Wrote {tmp_path / 'x.svg'}.\n"
        text = (tmp_path / "x.svg").read_text(encoding="utf-8")
        for words in shown:
            assert f"<!-- {words} -->" in text

    def test_confusion_holds_the_counts(self, run_well, fitted, tmp_path):
        results = json.loads(fitted.results.read_text(encoding="utf-8"))
        run_well("plot", "confusion", fitted.results, "-o", tmp_path / "x.svg")
        text = (tmp_path / "x.svg").read_text(encoding="utf-8")
        for row in results["confusion_matrix"]:
            for n in row:
                assert f"<!-- {n}\n" in text or f"<!-- {n} -->" in text

    def test_learning_curve(self, run_well, fitted, tmp_path):
        results = json.loads(fitted.results.read_text(encoding="utf-8"))
        results["learning_curve"] = {"n_speakers": [2, 4], "scores": [[0.5, 0.6], [0.7, 0.7]]}
        (tmp_path / "r.json").write_text(json.dumps(results), encoding="utf-8")
        run_well("plot", "curve", tmp_path / "r.json", "-o", tmp_path / "x.svg")
        assert "<!-- 70.0% -->" in (tmp_path / "x.svg").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("kind", "content", "words"),
        [
            ("curve", None, "has nothing under 'learning_curve'"),
            ("confusion", "{}", "holds no scores with 'confusion_matrix'"),
            ("confusion", "[1]", "holds no scores with 'confusion_matrix'"),
            ("speakers", "no json", "holds no scores with 'per_speaker'"),
            ("speakers", "", "holds no scores with 'per_speaker'"),
        ],
    )
    def test_other_files(self, kind, content, words, run, fitted, tmp_path, assert_error):
        if content is None:
            content = fitted.results.read_text(encoding="utf-8")
        (tmp_path / "r.txt").write_text(content, encoding="utf-8")
        result = run("plot", kind, tmp_path / "r.txt", "-o", tmp_path / "x.png")
        assert_error(result, words)
        assert _files(tmp_path) == ["r.txt"]

    def test_no_such_results(self, run, tmp_path, assert_error):
        result = run("plot", "confusion", tmp_path / "r.json", "-o", tmp_path / "x.png")
        assert_error(result, "There is no file", "r.json")


class _Network(DummyClassifier):
    """A classifier that says how it was trained, as networks do."""

    def fit(self, X, y):
        uar = {"train_uar": [0.3, 0.625], "valid_uar": [0.25, 0.5]}
        f1 = {"train_f1": [0.2, 0.4], "valid_f1": [0.125, 0.375]}
        loss = {"train_loss": [1.2, 0.8], "valid_loss": [1.3, 0.96]}
        self.history_ = {"epoch": [1, 2], **loss, **uar, **f1}
        self.best_epoch_ = 2
        return super().fit(X, y)


class TestTraining:
    @pytest.fixture
    def network(self, tmp_path_factory):
        path = tmp_path_factory.mktemp("network") / "model.joblib"
        save_model(make_pipeline(_Network()).fit([[0.0], [1.0]], ["a", "b"]), path, {})
        return path

    @pytest.mark.parametrize(
        ("options", "shown"),
        [
            ((), ("Loss", "UAR", "best epoch 2: 0.96", "best epoch 2: 50.0%")),
            (("--metric", "f1"), ("Macro F1", "best epoch 2: 37.5%")),
        ],
    )
    def test_model(self, options, shown, run_well, network, tmp_path):
        done = run_well("plot", "training", network, "-o", tmp_path / "x.svg", *options)
        assert done.out == f"Wrote {tmp_path / 'x.svg'}.\n"
        text = (tmp_path / "x.svg").read_text(encoding="utf-8")
        for words in ("training", "validation", *shown):
            assert f"<!-- {words} -->" in text
        assert pyplot.get_fignums() == []

    def test_other_models(self, run, fitted, tmp_path, assert_error):
        result = run("plot", "training", fitted.model, "-o", tmp_path / "x.png")
        assert_error(result, "needs a fitted network", "which has no history_", "Fit a network")
        assert result.status == 1
        (tmp_path / "x.bin").write_bytes(b"no model")
        result = run("plot", "training", tmp_path / "x.bin", "-o", tmp_path / "x.png")
        assert_error(result, "not a model that can be loaded")
        assert _files(tmp_path) == ["x.bin"]

    def test_output_over_the_model(self, run, network, tmp_path, assert_error):
        shutil.copy(network, tmp_path / "x.png")
        result = run("plot", "training", tmp_path / "x.png", "-o", tmp_path / "x.png")
        assert_error(result, "must not be", "an input")
        assert (tmp_path / "x.png").read_bytes() == network.read_bytes()

    def test_other_scores(self, run, network, tmp_path, assert_error):
        result = run("plot", "training", network, "-o", tmp_path / "x.png", "--metric", "loss")
        assert_error(result, "--metric", "loss")
        assert result.status == 2


class TestErrors:
    @pytest.mark.parametrize("kind", SIGNALS)
    def test_bad_sound(self, kind, run, tmp_path, assert_error):
        (tmp_path / "noise.wav").write_bytes(b"this is no sound at all")
        result = run("plot", kind, tmp_path / "noise.wav", "-o", tmp_path / "x.png")
        assert_error(result, "Cannot read", "noise.wav", "not a sound file")
        assert result.status == 1
        assert _files(tmp_path) == ["noise.wav"]

    @pytest.mark.parametrize("kind", [*SIGNALS, "classes", "training"])
    def test_no_such_file(self, kind, run, tmp_path, assert_error):
        result = run("plot", kind, tmp_path / "absent", "-o", tmp_path / "x.png")
        assert_error(result, "absent")
        assert result.status == 1
        assert _files(tmp_path) == []

    @pytest.mark.parametrize("name", ["x.gif", "x", "x.png.txt"])
    def test_other_formats(self, name, run, clip, tmp_path, assert_error):
        result = run("plot", "mel", clip, "-o", tmp_path / name)
        assert_error(result, "--output must end in .png, .svg or .pdf. Got")
        assert result.status == 2
        assert _files(tmp_path) == []

    def test_no_output(self, run, clip, assert_error):
        result = run("plot", "mel", clip)
        assert_error(result, "--output")
        assert result.status == 2

    @pytest.mark.parametrize(
        ("option", "value"),
        [
            ("--offset", "-1"),
            ("--offset", "nan"),
            ("--offset", "inf"),
            ("--duration", "0"),
            ("--duration", "nan"),
            ("--duration", "x"),
        ],
    )
    def test_times(self, option, value, run, clip, tmp_path, assert_error):
        result = run("plot", "mel", clip, "-o", tmp_path / "x.png", option, value)
        assert_error(result, option, value)
        assert result.status == 2

    def test_offset_after_the_end(self, run, clip, tmp_path, assert_error):
        result = run("plot", "mel", clip, "-o", tmp_path / "x.png", "--offset", 99)
        assert_error(result, "the offset is 99")

    def test_output_over_the_input(self, run, tmp_path, assert_error):
        source = tmp_path / "x.png"
        source.write_bytes(b"something dear")
        assert_error(run("plot", "mel", source, "-o", source), "must not be")
        assert source.read_bytes() == b"something dear"

    def test_no_such_folder(self, run, clip, tmp_path, assert_error):
        result = run("plot", "mel", clip, "-o", tmp_path / "none" / "x.png")
        assert_error(result, "does not exist")

    def test_without_matplotlib(self, run, clip, tmp_path, assert_error, monkeypatch):
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        result = run("plot", "mel", clip, "-o", tmp_path / "x.png")
        assert_error(result, 'pip install "sersk[plot]"')
        assert result.status == 1

    def test_what_was_there_stays(self, run, clip, tmp_path, assert_error, monkeypatch):
        (tmp_path / "x.png").write_bytes(b"an earlier picture")

        def fail(self, file, **kwargs):
            file.write_bytes(b"half a picture")
            raise OSError("No space left on device")

        monkeypatch.setattr("matplotlib.figure.Figure.savefig", fail)
        result = run("plot", "mel", clip, "-o", tmp_path / "x.png")
        assert_error(result, "No space left on device")
        assert _files(tmp_path) == ["x.png"]
        assert (tmp_path / "x.png").read_bytes() == b"an earlier picture"


class TestImportance:
    @pytest.fixture
    def results(self, tmp_path):
        rows = [{"name": "rms_mean", "loss": 0.2, "std": 0.01, "interval": [0.1, 0.3]}]
        tables = {f"by_{kind}": {"rows": rows} for kind in ("descriptor", "feature", "extractor")}
        path = tmp_path / "results"
        content = {"classes": ["a", "b"], "importance": {**tables, "by_block": None}}
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    def test_picture(self, run_well, results, tmp_path):
        run_well("plot", "importance", results, "-o", tmp_path / "x.svg", "--by", "feature")
        assert "<!-- rms_mean -->" in (tmp_path / "x.svg").read_text(encoding="utf-8")

    def test_no_such_table(self, run, results, tmp_path, assert_error):
        result = run("plot", "importance", results, "-o", tmp_path / "x.svg", "--by", "block")
        assert_error(result, "no importance by block", "--by")

    def test_not_measured(self, run, results, tmp_path, assert_error):
        results.write_text('{"classes": ["a"], "importance": null}', encoding="utf-8")
        result = run("plot", "importance", results, "-o", tmp_path / "x.svg")
        assert_error(result, "nothing under 'importance'", "Fit with --importance")
