"""sersk index, sersk datasets, and --data with a folder."""

import json
import re
import shutil

import pandas as pd
import pytest

from sersk.datasets import CORPORA
from tests.datasets._trees import make_tree, name_emodb, name_ravdess


@pytest.fixture
def folders(corpus, tmp_path):
    """The corpus with a folder per class, of speakers who are in the file names."""
    table = pd.read_csv(corpus / "TRAIN.csv", dtype=str)
    for row in table.itertuples():
        place = tmp_path / "clips" / row.Class
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(corpus / "TRAIN" / row.Filename, place / f"{row.Speaker}_{row.Filename}")
    return tmp_path / "clips"


def test_summary_of_a_corpus(run_well, tmp_path):
    make_tree(tmp_path / "emodb", [*name_emodb(), "x.wav", "y.wav"])
    csv = tmp_path / "TRAIN.csv"
    result = run_well("index", tmp_path / "emodb", "-o", csv)
    assert result.err == ""
    lines = result.out.splitlines()
    assert lines[0] == "EmoDB: 140 clips, 10 speakers"
    assert lines[1].startswith("  anger 20, boredom 20, ")
    assert lines[2] == "  Published with 535 clips."
    assert "Left out 2 of 142 files:" in lines
    assert "  2: it is not named as in EmoDB (first: 'x.wav')" in lines
    assert lines[-1] == f"Wrote {csv}. Now try: sersk fit --data {csv}"
    assert max(map(len, lines[:-1])) <= 96
    assert len(pd.read_csv(csv)) == 140


def test_summary_of_several(run_well, tmp_path):
    make_tree(tmp_path / "in", [*name_emodb(), *name_ravdess(actors=(1,))])
    lines = run_well("index", tmp_path / "in", "-o", tmp_path / "T.csv").out.splitlines()
    assert "EmoDB: 140 clips, 10 speakers" in lines
    assert "RAVDESS: 60 clips, 1 speaker" in lines
    assert "Left out" not in "".join(lines)
    assert lines[-1].endswith("T.csv --label-column Emotion")


def test_complete_corpus_is_not_compared(run_well, tmp_path):
    make_tree(tmp_path / "in", name_ravdess(("01", "02")))
    out = run_well("index", tmp_path / "in", "-o", tmp_path / "T.csv").out
    assert out.startswith("RAVDESS: 2452 clips, 24 speakers\n")
    assert "Published with" not in out


def test_summary_of_class_folders(run_well, folders, tmp_path):
    csv = tmp_path / "T.csv"
    out = run_well("index", folders, "-o", csv).out
    assert out.startswith(
        "A folder per class: 48 clips, speakers not known\n  anger 16, neutral 16"
    )
    run_well("index", folders, "-o", csv, "--overwrite", "--speaker-pattern", "/([^/_]+)_")
    assert pd.read_csv(csv)["Speaker"].nunique() == 4


def test_earlier_csv_is_not_lost(run, tmp_path, assert_error):
    make_tree(tmp_path / "in", name_emodb())
    csv = tmp_path / "TRAIN.csv"
    csv.write_text("made by hand", encoding="utf-8")
    result = run("index", tmp_path / "in", "-o", csv)
    assert_error(result, f"{csv} is there already", "--output", "--overwrite")
    assert csv.read_text(encoding="utf-8") == "made by hand"
    assert run("index", tmp_path / "in", "-o", csv, "--overwrite").status == 0
    assert csv.read_text(encoding="utf-8").startswith("Filename,Class,")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("none",), ("There is no folder 'none'",)),
        (("in", "--corpus", "x"), ("There is no corpus 'x'", "CREMA-D, EmoDB")),
        (("in", "--corpus", "tess"), ("named as in TESS",)),
        (("in", "-o", "no/TRAIN.csv"), ("does not exist",)),
        (("in", "-o", "in"), ("in is there already",)),
        (("in", "--speaker-pattern", "("), ("regular expression",)),
    ],
)
def test_errors(run, tmp_path, monkeypatch, assert_error, args, words):
    make_tree(tmp_path / "in", name_emodb())
    monkeypatch.chdir(tmp_path)
    assert_error(run("index", *args), *words)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_corpus_in_any_case(run_well, tmp_path):
    make_tree(tmp_path / "in", ["a.wav", "b.wav", "03a01Fa.wav"])
    args = ("--corpus", "EMODB", "-o", tmp_path / "T.csv")
    assert run_well("index", tmp_path / "in", *args).out.startswith("EmoDB: 1 clip, 1 speaker\n")


# The list of corpora


def test_all_corpora(run_well):
    out = run_well("datasets").out
    assert max(map(len, out.splitlines())) <= 96
    heads = re.findall(r"^(\S+): ", out, re.M)
    assert heads == list(CORPORA)
    plain = " ".join(out.split())
    for corpus in CORPORA.values():
        for text in (corpus.title, corpus.language, corpus.licence, corpus.citation, corpus.url):
            assert " ".join(text.split()) in plain
        assert f"{corpus.n_clips} clip" in plain
        assert ", ".join(corpus.classes) in plain


def test_one_corpus(run_well):
    out = run_well("datasets", "ravdess").out
    assert out.startswith("RAVDESS: ")
    assert "2452 clips, 24 speakers" in out
    assert "EmoDB" not in out


def test_unknown_corpus(run, assert_error):
    assert_error(run("datasets", "x"), "There is no corpus 'x'")


# A folder in place of a CSV


def test_fit_and_evaluate_on_a_folder(run_well, folders, tmp_path):
    model, results = tmp_path / "m.joblib", tmp_path / "r.json"
    pattern = ("--speaker-pattern", "/([^/_]+)_")
    files = ("--output", model, "--results", results)
    run_well("fit", "--data", folders, "--recipe", "svm", *pattern, *files)
    scores = json.loads(results.read_text(encoding="utf-8"))
    assert (scores["n_clips"], scores["n_speakers"]) == (48, 4)
    description = json.loads(model.with_suffix(".json").read_text(encoding="utf-8"))
    assert description["training"]["data"] == "clips"
    again = run_well("evaluate", "--data", folders, "--model", model)
    assert "fitted on this very folder" in again.err
    csv = tmp_path / "T.csv"
    run_well("index", folders, "-o", csv)
    assert "very" not in run_well("evaluate", "--data", csv, "--model", model).err


def test_other_commands_take_a_folder(run_well, folders, tmp_path):
    pictured, table = tmp_path / "c.svg", tmp_path / "f.csv"
    run_well("extract", "--data", folders, "--features", "zcr", "-o", table)
    assert pd.read_csv(table)["Filename"].str.startswith(("anger/", "neutral/", "sad")).all()
    run_well("plot", "classes", folders, "-o", pictured)
    assert pictured.stat().st_size > 0


def test_predict_takes_every_file_of_a_folder(run_well, fitted, corpus):
    """Whatever has no class, or is there twice, as well."""
    result = run_well("predict", "--model", fitted.model, "--data", corpus / "TEST")
    assert result.out == run_well("predict", "--model", fitted.model, corpus / "TEST").out
