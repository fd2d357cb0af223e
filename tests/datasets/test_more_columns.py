"""Columns of gender, sentence and fold, and rows whose file is missing."""

import pytest
from numpy.testing import assert_array_equal

from sersk.datasets import read_manifest
from sersk.exceptions import ManifestError


def _write(folder, text, audio=("a.wav", "b.wav", "c.wav")):
    for name in audio:
        (folder / name).touch()
    csv = folder / "data.csv"
    csv.write_text(text, encoding="utf-8")
    return csv


ROWS = "{}\na.wav,x,1,p\nb.wav,y,2,q\nc.wav,x,10,\n"


@pytest.mark.parametrize("column", ["Gender", "SEX", "speaker_gender"])
def test_gender_column_is_recognised(tmp_path, column):
    manifest = read_manifest(_write(tmp_path, ROWS.format(f"Filename,Class,Note,{column}")))
    assert_array_equal(manifest.genders, ["p", "q", ""])
    assert manifest.sentences is None


@pytest.mark.parametrize(
    "column", ["Sentence", "sentence id", "Text", "TRANSCRIPT", "Utterance", "phrase", "statement"]
)
def test_sentence_column_is_recognised(tmp_path, column):
    manifest = read_manifest(_write(tmp_path, ROWS.format(f"Filename,Class,Note,{column}")))
    assert_array_equal(manifest.sentences, ["p", "q", ""])
    assert manifest.genders is None


@pytest.mark.parametrize("column", ["Fold", "fold", "split"])
def test_folds_are_only_read_when_they_are_named(tmp_path, column):
    csv = _write(tmp_path, ROWS.format(f"Filename,Class,{column},Note"))
    assert read_manifest(csv).folds is None
    assert_array_equal(read_manifest(csv, fold_column=column).folds, ["1", "2", "10"])


def test_named_columns_win_over_recognised_ones(tmp_path):
    csv = _write(tmp_path, "File,Gender,Sentence,g,s\na.wav,p,q,P,Q\n")
    manifest = read_manifest(csv, gender_column="G", sentence_column="s")
    assert_array_equal(manifest.genders, ["P"])
    assert_array_equal(manifest.sentences, ["Q"])


@pytest.mark.parametrize(
    ("parameter", "what"),
    [("gender_column", "gender"), ("sentence_column", "sentence"), ("fold_column", "fold")],
)
def test_named_column_is_missing(tmp_path, parameter, what):
    csv = _write(tmp_path, "Filename,Class\na.wav,x\n")
    option = "--" + parameter.replace("_", "-")
    with pytest.raises(
        ManifestError,
        match=rf"has no column 'Mood'\. Its columns are: Filename, Class\. "
        rf"Name the one of the {what} with {option}\.$",
    ):
        read_manifest(csv, **{parameter: "Mood"})


def test_folds_must_be_filled_in(tmp_path):
    csv = _write(tmp_path, ROWS.format("Filename,Class,Note,Part"))
    with pytest.raises(
        ManifestError, match=r"leaves column 'Part' empty in 1 of 3 rows \(first: row 4\)\. Fill"
    ):
        read_manifest(csv, fold_column="part")
    # Genders and sentences need not be.
    read_manifest(csv, gender_column="Part", sentence_column="Part")


class TestMissing:
    @pytest.fixture
    def csv(self, tmp_path):
        text = ROWS.format("Filename,Class,Fold,Sentence")
        return _write(tmp_path, text, audio=("a.wav", "c.wav"))

    def test_left_out(self, csv):
        manifest = read_manifest(csv, fold_column="Fold")
        assert manifest.filenames == ["a.wav", "c.wav"]
        assert manifest.rows == [2, 4]
        assert_array_equal(manifest.folds, ["1", "10"])
        assert_array_equal(manifest.sentences, ["p", ""])
        assert [(f.path, f.row) for f in manifest.missing] == [("b.wav", 3)]

    def test_kept(self, csv):
        manifest = read_manifest(csv, fold_column="Fold", keep_missing=True)
        assert manifest.filenames == ["a.wav", "b.wav", "c.wav"]
        assert manifest.rows == [2, 3, 4]
        assert_array_equal(manifest.labels, ["x", "y", "x"])
        assert_array_equal(manifest.folds, ["1", "2", "10"])
        assert [path is None for path in manifest.paths] == [False, True, False]
        assert [(f.path, f.row) for f in manifest.missing] == [("b.wav", 3)]

    def test_kept_and_then_left_out(self, csv):
        everything = read_manifest(csv, keep_missing=True)
        there = everything.select([path is not None for path in everything.paths])
        plain = read_manifest(csv)
        for name in ("filenames", "paths", "rows", "missing", "columns", "speaker_source"):
            assert getattr(there, name) == getattr(plain, name)
        for name in ("labels", "sentences"):
            assert_array_equal(getattr(there, name), getattr(plain, name))

    def test_all_of_them(self, tmp_path):
        csv = _write(tmp_path, "Filename,Class\nx.wav,p\ny.wav,q\n", audio=())
        manifest = read_manifest(csv, keep_missing=True)
        assert manifest.paths == [None, None]
        assert_array_equal(manifest.labels, ["p", "q"])
        assert read_manifest(csv).paths == []


def test_select_takes_every_column_along(tmp_path):
    text = "Filename,Class,Speaker,Gender,Sentence,Fold\na.wav,x,s,f,p,1\nb.wav,y,t,m,q,2\n"
    manifest = read_manifest(_write(tmp_path, text), fold_column="Fold")
    second = manifest.select([False, True])
    names = ("labels", "speakers", "genders", "sentences", "folds")
    assert [getattr(second, name).tolist() for name in names] == [[v] for v in "ytmq2"]
    assert (second.filenames, second.rows) == (["b.wav"], [3])
    # Those that are kept are a new manifest.
    assert len(manifest.labels) == 2
