import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import sersk.persistence
from sersk.exceptions import ModelError
from sersk.persistence import (
    description_path,
    library_versions,
    load_model,
    read_description,
    save_model,
)

DESCRIPTION = {"recipe": "svm", "classes": ["fröhlich", "sad"], "scores": {"uar": 0.7}}


def _make_model(seed=0):
    rng = np.random.default_rng(seed)
    y = np.array(["fröhlich", "sad"] * 20)
    X = (y[:, None] == ["sad"]) + rng.normal(size=(40, 3))
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)


X_NEW = np.random.default_rng(9).normal(size=(10, 3))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.joblib"


@pytest.fixture
def saved(path):
    save_model(_make_model(), path, DESCRIPTION)
    return path


def _contents(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


# Saving and loading


def test_round_trip(path):
    model = _make_model()
    save_model(model, path, DESCRIPTION)
    loaded = load_model(path)
    assert_array_equal(loaded.predict_proba(X_NEW), model.predict_proba(X_NEW))
    assert_array_equal(loaded.predict(X_NEW), model.predict(X_NEW))
    assert loaded.description_ == DESCRIPTION
    assert sorted(_contents(path.parent)) == ["model.joblib", "model.json"]


def test_paths_may_be_text(path):
    save_model(_make_model(), str(path), DESCRIPTION)
    assert load_model(str(path)).description_ == DESCRIPTION
    assert read_description(str(path))["recipe"] == "svm"


def test_joblib_alone_loads_it(saved):
    assert_array_equal(joblib.load(saved).predict(X_NEW), _make_model().predict(X_NEW))


def test_description_lies_beside_the_model(saved):
    beside = saved.with_suffix(".json")
    assert description_path(saved) == beside
    written = json.loads(beside.read_text(encoding="utf-8"))
    assert written == {**DESCRIPTION, "sha256": _sha256(saved)}
    assert read_description(saved) == written
    assert "fröhlich" in beside.read_text(encoding="utf-8")


def test_the_dictionary_given_is_not_changed(path):
    description = dict(DESCRIPTION)
    save_model(_make_model(), path, description)
    assert description == DESCRIPTION


@pytest.mark.parametrize("name", ["model", "model.pkl", "my.best.joblib"])
def test_any_name(tmp_path, name):
    save_model(_make_model(), tmp_path / name, DESCRIPTION)
    assert read_description(tmp_path / name)["recipe"] == "svm"
    assert load_model(tmp_path / name).description_ == DESCRIPTION


def test_name_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_model(_make_model(), "model.joblib", DESCRIPTION)
    assert read_description("model.joblib")["recipe"] == "svm"


def test_existing_files_are_replaced(saved):
    newer = _make_model(1)
    save_model(newer, saved, {"recipe": "newer"})
    assert_array_equal(load_model(saved).predict_proba(X_NEW), newer.predict_proba(X_NEW))
    assert read_description(saved) == {"recipe": "newer", "sha256": _sha256(saved)}
    assert sorted(_contents(saved.parent)) == ["model.joblib", "model.json"]


def test_description_is_not_taken_for_the_model(saved):
    with pytest.raises(ModelError, match=r"is where the description of a model goes\. Name the"):
        load_model(saved.with_suffix(".json"))


@pytest.mark.parametrize("name", ["model.json", "model.JSON"])
def test_name_of_the_description_is_refused(tmp_path, name):
    with pytest.raises(ModelError, match=r"^The model must not end in \.json, where its descript"):
        save_model(_make_model(), tmp_path / name, DESCRIPTION)
    assert _contents(tmp_path) == {}


# Interrupted saves


def _interrupt(monkeypatch, where):
    def fail(*args, **kwargs):
        if where == "dump":
            Path(args[1]).write_bytes(b"half a model")
        raise KeyboardInterrupt("stop")

    if where == "dump":
        monkeypatch.setattr(joblib, "dump", fail)
    elif where == "write_json":
        monkeypatch.setattr(sersk.persistence, "write_json", fail)
    else:
        monkeypatch.setattr(json, "dumps", fail)


@pytest.mark.parametrize("where", ["dump", "write_json", "json.dumps"])
def test_interrupted_save_leaves_the_old_model(saved, monkeypatch, where):
    before = _contents(saved.parent)
    _interrupt(monkeypatch, where)
    with pytest.raises(KeyboardInterrupt, match="stop"):
        save_model(_make_model(1), saved, {"recipe": "newer"})
    monkeypatch.undo()
    assert _contents(saved.parent) == before
    assert read_description(saved)["recipe"] == "svm"


@pytest.mark.parametrize("where", ["dump", "write_json", "json.dumps"])
def test_interrupted_first_save_leaves_nothing(path, monkeypatch, where):
    _interrupt(monkeypatch, where)
    with pytest.raises(KeyboardInterrupt, match="stop"):
        save_model(_make_model(), path, DESCRIPTION)
    assert _contents(path.parent) == {}


def test_description_that_is_not_json_leaves_the_old_model(saved):
    before = _contents(saved.parent)
    with pytest.raises(TypeError, match="not JSON serializable"):
        save_model(_make_model(1), saved, {"recipe": np.arange(2)})
    assert _contents(saved.parent) == before


def test_a_folder_in_the_place_of_the_model(path):
    path.mkdir()
    with pytest.raises(OSError, match=r"model\.joblib"):
        save_model(_make_model(), path, DESCRIPTION)
    assert [p.name for p in path.parent.iterdir()] == ["model.joblib"]


# Reading the description


class _Bomb:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_reading_the_description_loads_nothing(tmp_path):
    path, mark = tmp_path / "model.joblib", tmp_path / "was loaded"
    joblib.dump(_Bomb(mark), path)
    description_path(path).write_text(json.dumps({"recipe": "x", "sha256": _sha256(path)}))
    assert read_description(path)["recipe"] == "x"
    assert not mark.exists()
    # The bomb works: loading sets it off.
    with pytest.raises(ModelError, match="not a model of sersk"):
        load_model(path)
    assert mark.exists()


def test_reading_the_description_imports_neither_joblib_nor_sklearn(saved):
    code = (
        "import sys; from sersk.persistence import read_description; "
        f"print(read_description({str(saved)!r})['recipe'], 'joblib' in sys.modules, "
        "'sklearn' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["svm", "False", "False"]


@pytest.mark.parametrize("which", ["model", "description"])
def test_mismatch_is_detected(saved, tmp_path, which):
    other = tmp_path / "other.joblib"
    save_model(_make_model(1), other, {"recipe": "other"})
    if which == "model":
        other.replace(saved)
    else:
        description_path(other).replace(description_path(saved))
    with pytest.raises(
        ModelError,
        match=r"model\.joblib' is not the model that '.*model\.json' describes: its SHA-256 diff",
    ):
        read_description(saved)


def test_a_changed_byte_is_detected(saved):
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 1
    saved.write_bytes(content)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        read_description(saved)


def test_copies_of_both_belong_together(saved, tmp_path):
    for source in (saved, description_path(saved)):
        (tmp_path / f"copy{source.suffix}").write_bytes(source.read_bytes())
    assert read_description(tmp_path / "copy.joblib")["recipe"] == "svm"


def test_missing_description(saved):
    description_path(saved).unlink()
    with pytest.raises(
        ModelError,
        match=r"^The description '.*model\.json' of the model is missing\. .* description_\.$",
    ):
        read_description(saved)
    assert load_model(saved).description_ == DESCRIPTION


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"[1, 2]",
        b'"text"',
        b"null",
        b"3",
        b'{"recipe": "x"}',
        b"\xff\xfe",
        b"\0",
    ],
)
def test_broken_description(saved, content):
    description_path(saved).write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.json' is not the description of a model\.$"):
        read_description(saved)


# Loading what is no model


@pytest.mark.parametrize("function", [load_model, read_description])
@pytest.mark.parametrize("kind", ["missing", "folder"])
def test_missing_model(path, function, kind):
    if kind == "folder":
        path.mkdir()
    with pytest.raises(
        ModelError, match=r"^There is no model '.*model\.joblib'\. Make one with sersk fit\.$"
    ):
        function(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"Filename,Class\na.wav,x\n",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        bytes(range(256)),
        b"\x80\x04",
        b"csersk.no_such_module\nThing\n.",
    ],
)
def test_not_a_joblib_file(path, content):
    path.write_bytes(content)
    with pytest.raises(
        ModelError, match=r"^'.*model\.joblib' is not a model that can be loaded \(.+\)\. Name a f"
    ) as caught:
        load_model(path)
    assert "\n" not in str(caught.value)


def test_half_a_model(saved):
    saved.write_bytes(saved.read_bytes()[:300])
    with pytest.raises(ModelError, match=r"its SHA-256 differs\. It is damaged, or"):
        load_model(saved)
    description_path(saved).unlink()
    with pytest.raises(ModelError, match="is not a model that can be loaded"):
        load_model(saved)


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        ({"a": 1}, "dict"),
        (np.arange(3), "ndarray"),
        (SVC(), "SVC"),
        (make_pipeline(LogisticRegression()), "Pipeline"),
    ],
)
def test_joblib_file_of_something_else(path, thing, name):
    joblib.dump(thing, path)
    with pytest.raises(
        ModelError, match=rf"model\.joblib' holds a {name}, not a model of sersk\. Name a file th"
    ):
        load_model(path)


# Versions


def test_versions():
    versions = library_versions()
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert versions["numpy"] == np.__version__
    assert versions["joblib"] == joblib.__version__
    assert {"sersk", "scikit-learn", "librosa"} <= set(versions)
    assert all(type(value) is str for value in versions.values())


def test_versions_import_nothing():
    code = (
        "import sys; from sersk.persistence import library_versions; library_versions(); "
        "print([m for m in ('numpy', 'sklearn', 'librosa', 'xgboost') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_others_may_read_what_an_ordinary_file_lets_them(saved):
    ordinary = saved.parent / "ordinary"
    ordinary.touch()
    for path in (saved, description_path(saved)):
        assert path.stat().st_mode == ordinary.stat().st_mode
