"""A further CSV as test set, in other words and of other speakers."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.naive_bayes import GaussianNB

from sersk.exceptions import DataWarning, ManifestError
from sersk.workflows import evaluate, fit
from tests.workflows._given import make_given_corpus

WORDS = {"anger": "angry", "neutral": "neu", "sadness": "sad"}


@pytest.fixture
def six(tmp_path):
    return make_given_corpus(tmp_path, noise=0.3)


@pytest.fixture
def other(six):
    """Other speakers, in other words, twice as loud in all features."""
    folder = six.csv.parent / "other"
    folder.mkdir()
    corpus = make_given_corpus(folder, n_speakers=3, noise=0.3, random_state=1)
    rows = corpus.rows.assign(
        Class=corpus.rows.Class.map(WORDS),
        Speaker="T" + corpus.rows.Speaker,
        Filename="x" + corpus.rows.Filename,
    )
    for name in rows.Filename:
        # No two files are the same.
        (folder / name).write_text(name, encoding="utf-8")
    return corpus.write_csv(rows), dict(zip(rows.Filename, corpus.X, strict=True))


@pytest.fixture
def recipe(six, other):
    recipe = six.make_recipe(steps=(("classifier", GaussianNB()),))
    recipe.extractor.table.update(other[1])
    return recipe


def test_is_scored_by_the_final_model(six, other, recipe):
    fitted = fit(six.csv, recipe=recipe, labels="emotion4", test=other[0], n_jobs=1)
    alone = fit(six.csv, recipe=recipe, labels="emotion4", n_jobs=1)
    assert alone.results["test"] is None
    for key in ("uar", "confusion_matrix", "folds"):
        assert fitted.results[key] == alone.results[key]
    test = fitted.results["test"]
    again = evaluate(alone.pipeline, other[0], labels="emotion4")
    # A test tells no more of the model and of the CSV than what the fit tells.
    about = {"data_sha256", "is_training_data", "recipe", "versions"}
    assert {key: again[key] for key in again if key not in about}.items() <= test.items()
    assert test["kind"] == "cross-corpus"
    assert test["optimistic"] is False
    assert test["n_clips"] == 36
    assert test["n_speakers"] == 3
    assert fitted.description["test"]["uar"] == test["uar"]
    json.dumps(fitted.results, allow_nan=False)


def test_names_of_speakers_in_both(six, other, recipe):
    rows = pd.read_csv(other[0], dtype=str)
    rows["Speaker"] = rows.Speaker.replace({"TS01": "S05"})
    rows.to_csv(other[0], index=False)
    with pytest.warns(DataWarning, match=r"1 speaker\(s\) of .* have the name .* \(S05\)"):
        fitted = fit(six.csv, recipe=recipe, labels="emotion4", test=other[0], n_jobs=1)
    assert fitted.results["test"]["kind"] == "same corpus"
    assert fitted.results["test"]["shared_speakers"] == ["S05"]
    assert fitted.results["test"]["optimistic"] is True


def test_clips_in_both(six, other, recipe):
    # All files of the corpus to learn from are empty, and so alike.
    name = pd.read_csv(other[0]).Filename[3]
    other[0].with_name(name).write_text("", encoding="utf-8")
    with pytest.warns(DataWarning, match="1 of 36 clips of .* are among the training clips"):
        fitted = fit(six.csv, recipe=recipe, labels="emotion4", test=other[0], n_jobs=1)
    assert fitted.results["test"]["shared_clips"] == 1
    assert fitted.results["test"]["optimistic"] is True


def test_columns_need_not_be_called_the_same(six, other, recipe):
    """What is named for the one CSV is looked for in the other, and done without."""
    plain = fit(six.csv, recipe=recipe, labels="emotion4", test=other[0], n_jobs=1)
    rows = six.rows.rename(columns={"Class": "mood", "Speaker": "who"})
    named = fit(
        six.write_csv(rows, "named.csv"),
        recipe=recipe,
        labels="emotion4",
        test=other[0],
        label_column="mood",
        group_column="who",
        n_jobs=1,
    )
    keys = ("uar", "n_speakers", "confusion_matrix")
    assert [named.results["test"][k] for k in keys] == [plain.results["test"][k] for k in keys]


@pytest.mark.parametrize("named", [{}, {"label_column": "Class"}])
def test_what_a_folder_leaves_out_is_told_once(six, other, recipe, named):
    folder = other[0].parent / "folders"
    for row in pd.read_csv(other[0], dtype=str).itertuples():
        (folder / row.Class).mkdir(parents=True, exist_ok=True)
        (other[0].parent / row.Filename).replace(folder / row.Class / row.Filename)
    (folder / "stray.wav").touch()
    with pytest.warns(DataWarning) as told:
        fit(six.csv, recipe=recipe, labels="emotion4", test=folder, n_jobs=1, **named)
    assert len([w for w in told if "Left out 1 of 37 files" in str(w.message)]) == 1


def test_faults_are_found_before_the_work(six, other, recipe):
    rows = pd.read_csv(other[0], dtype=str)
    rows.loc[4, "Filename"] = "absent.wav"
    rows.to_csv(other[0], index=False)
    with pytest.raises(ManifestError, match="Cannot read 1 of 36 files"):
        fit(six.csv, recipe=recipe, labels="emotion4", test=other[0], n_jobs=1)
    assert recipe.extractor.calls == []


def test_without_words_in_common(six, other, recipe):
    with pytest.raises(ManifestError, match="the model knows none of them"):
        fit(six.csv, recipe=recipe, test=other[0], n_jobs=1)
    assert recipe.extractor.calls == []


@pytest.mark.parametrize(
    ("training", "testing", "kind"),
    [
        ("03-01-01-01-01-01-{:02d}.wav", "{:02d}a01Wa.wav", "cross-corpus"),
        ("{:02d}a01Wa.wav", "{:02d}a02Wa.wav", "same corpus"),
    ],
)
def test_known_corpora(training, testing, kind, tmp_path):
    """Every corpus numbers its speakers from the beginning: equal numbers mean nothing."""
    from sersk.workflows._testing import _compare_speakers

    def make(form):
        class Manifest:
            filenames = [form.format(number) for number in (3, 8, 9)]
            speakers = np.array(["03", "08", "09"])

        return Manifest

    shared = [] if kind == "cross-corpus" else ["03", "08", "09"]
    assert _compare_speakers(make(training), make(testing)) == (kind, shared)
