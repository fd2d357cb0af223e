"""sersk fit: speakers from names, given folds, learning curve, importance, and the cheap audit."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
import soundfile
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.pipeline import make_pipeline

from sersk.features import AudioFeatures
from sersk.metrics import unweighted_average_recall
from sersk.recipes import RECIPES, make_recipe
from tests.cli._quick import register

pytestmark = pytest.mark.usefixtures("extracted")
ZCR = ("--recipe", "quick-zcr")


def _read_json(path):
    def fail(constant):
        raise AssertionError(f"{constant} is not JSON.")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=fail)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    register(lambda name, recipe: monkeypatch.setitem(RECIPES, name, recipe))


@pytest.fixture
def fit(run_well, corpus, tmp_path):
    def run_fit(*args, data=corpus / "TRAIN.csv", features=ZCR):
        files = ("--output", tmp_path / "model.joblib", "--results", tmp_path / "results.json")
        done = run_well("fit", "--data", data, *features, *files, *args)
        return _read_json(tmp_path / "results.json"), done

    return run_fit


@pytest.fixture
def six_csv(write_csv, table):
    """The clips of the corpus under the names of six speakers, with all there may be known."""
    rows = table.copy()
    rows["Speaker"] = [f"P{i % 6}" for i in rows.groupby("Class").cumcount()]
    rows["Gender"] = np.where(rows.Speaker < "P3", "female", "male")
    rows["Fold"] = [
        {"P0": "9", "P1": "9", "P2": "10", "P3": "10"}.get(s, "11") for s in rows.Speaker
    ]
    rows["Text"] = [f"t{i % 3}" for i in range(len(rows))]
    return write_csv(rows, "six.csv")


@pytest.fixture
def named_csv(corpus, table, tmp_path):
    """The clips of the corpus, named as in RAVDESS."""
    names = []
    for i, row in enumerate(table.itertuples()):
        suffix = row.Filename.rpartition(".")[2]
        names.append(
            f"03-01-0{i % 8 + 1}-01-01-0{i // 24 + 1}-{int(row.Speaker[1:]):02d}.{suffix}"
        )
        target = tmp_path / "named" / str(i) / names[-1]
        target.parent.mkdir(parents=True)
        shutil.copy(corpus / "TRAIN" / row.Filename, target)
        names[-1] = f"{i}/{names[-1]}"
    rows = pd.DataFrame({"Filename": names, "Class": table.Class})
    rows.to_csv(tmp_path / "named.csv", index=False)
    return tmp_path / "named.csv"


class TestSpeakers:
    def test_from_names(self, fit, named_csv, table):
        results, done = fit(data=named_csv)
        assert results["protocol"] == "leave-one-speaker-out"
        assert results["speakers_from"] == "file names as in RAVDESS"
        assert [fold["name"] for fold in results["folds"]] == ["01", "02", "03", "04"]
        assert "4 speakers (file names as in RAVDESS)" in done.out
        assert "optimistic" not in done.out
        # As with a column that says the same.
        rows = pd.read_csv(named_csv).assign(Speaker=table.Speaker)
        rows.to_csv(named_csv, index=False)
        expected, done = fit(data=named_csv)
        assert expected["uar"] == results["uar"]
        assert "4 speakers (column 'Speaker')" in done.out

    def test_from_a_pattern(self, fit, named_csv):
        results, done = fit("--speaker-pattern", r"-(\d\d)\.", data=named_csv)
        assert results["n_speakers"] == 4
        assert results["speakers_from"] == r"file names by -(\d\d)\."
        assert f"4 speakers ({results['speakers_from']})" in done.out

    @pytest.mark.parametrize(
        ("pattern", "names"),
        [
            ("x+", ("finds no speaker in 48 of 48", "'0/03-01-01", "--speaker-pattern")),
            ("(", ("must be a regular expression", "'('")),
        ],
    )
    def test_pattern_that_does_not_serve(
        self, run, named_csv, tmp_path, assert_error, pattern, names
    ):
        args = ("fit", "--data", named_csv, *ZCR, "--output", tmp_path / "m.joblib")
        assert_error(run(*args, "--speaker-pattern", pattern), *names)

    def test_pattern_and_column(self, run, six_csv, tmp_path, assert_error):
        args = ("fit", "--data", six_csv, *ZCR, "--output", tmp_path / "m.joblib")
        args += ("--speaker-pattern", "x", "--group-column", "Speaker")
        assert_error(run(*args), "--group-column Speaker", "--speaker-pattern x", "Leave one")

    def test_gaps(self, run, fit, six_csv, tmp_path, assert_error):
        rows = pd.read_csv(six_csv)
        rows.loc[4, "Speaker"] = None
        rows.to_csv(six_csv, index=False)
        args = ("fit", "--data", six_csv, *ZCR, "--output", tmp_path / "m.joblib")
        assert_error(run(*args), "leaves column 'Speaker' empty in 1 of 48 rows", "row 6")
        results, done = fit("--protocol", "stratified", data=six_csv)
        assert results["n_speakers"] is None
        assert "speakers not known" in done.out


class TestFolds:
    def test_same_as_scikit_learns_predefined_split(self, fit, six_csv):
        """The labels do not depend on calibration, so the classifier inside gives the same."""
        results, done = fit("--fold-column", "Fold", data=six_csv, features=("--recipe", "svm"))
        rows = pd.read_csv(six_csv, dtype=str)
        pipeline, _ = make_recipe("svm")
        X = pipeline[0].transform(rows.Filename)
        y, folds = rows.Class.to_numpy(), rows.Fold.astype(int).to_numpy()
        model = make_pipeline(pipeline["scaler"], pipeline["classifier"].estimator)
        predicted = cross_val_predict(model, X, y, cv=PredefinedSplit(folds))
        assert results["uar"] == pytest.approx(unweighted_average_recall(y, predicted))
        matrix = confusion_matrix(y, predicted)
        assert results["confusion_matrix"] == matrix.tolist()
        assert results["protocol"] == "published"
        assert [fold["name"] for fold in results["folds"]] == ["9", "10", "11"]
        for fold in results["folds"]:
            is_in = folds == int(fold["name"])
            expected = unweighted_average_recall(y[is_in], predicted[is_in])
            assert fold["uar"] == pytest.approx(expected)
            assert fold["n_test"] == is_in.sum()
        # Chance is a third, and a fold taken for another would be seen.
        assert results["uar"] > 0.4
        assert "published, 3 folds (given folds)" in done.out
        assert "optimistic" not in done.out

    def test_folds_that_share_speakers(self, fit, six_csv):
        rows = pd.read_csv(six_csv, dtype=str)
        rows.loc[rows.index[rows.Speaker == "P0"][0], "Fold"] = "10"
        rows.to_csv(six_csv, index=False)
        results, done = fit("--fold-column", "fold", data=six_csv)
        assert results["optimistic"] is True
        assert "This score is optimistic: the given folds share speakers" in done.out

    def test_speakers_and_sentences(self, fit, six_csv):
        args = ("--protocol", "speaker-and-sentence", "--cv", 2)
        results, done = fit(*args, data=six_csv)
        assert [fold["name"] for fold in results["folds"]] == ["1.1", "1.2", "2.1", "2.2"]
        assert "speaker-and-sentence, 4 folds (speakers and sentences both unseen)" in done.out
        by_name, _ = fit(*args, "--sentence-column", "Text", data=six_csv)
        assert by_name["folds"] == results["folds"]
        other, _ = fit(*args, "--sentence-column", "Gender", "--seed", 3, data=six_csv)
        assert other["folds"] != results["folds"]


class TestScores:
    def test_are_printed(self, fit, six_csv):
        results, done = fit(data=six_csv)
        interval = results["interval"]
        titles = {
            "UAR": "uar",
            "accuracy": "accuracy",
            "macro F1": "macro_f1",
            "weighted F1": "weighted_f1",
            "ROC AUC": "roc_auc",
            "log loss": "log_loss",
            "calibration error": "calibration_error",
        }
        for title, key in titles.items():
            line = next(x for x in done.out.splitlines() if re.match(rf"{title} +\d", x))
            assert line.removeprefix(title).split()[0] == f"{results[key]:.3f}"
            is_there = key in interval
            assert is_there is (key in ("uar", "accuracy", "macro_f1"))
            if is_there:
                assert "{:.3f} to {:.3f}".format(*interval[key]) in line
        assert "too few for an interval" not in done.out
        ranked = sorted(results["per_speaker"].items(), key=lambda item: item[1]["uar"])
        listed = ", ".join(f"{name} {row['uar']:.3f}" for name, row in ranked)
        assert f"Speakers, UAR: {listed}" in done.out
        female, male = (results["per_gender"][name]["uar"] for name in ("female", "male"))
        assert f"Genders, UAR: female {female:.3f}, male {male:.3f}" in done.out
        assert 0 < results["calibration_error"] < 1
        assert sum(row["n_clips"] for row in results["calibration"]) == 48

    def test_reason_for_no_interval_is_printed(self, fit):
        results, done = fit()
        assert results["interval"]["uar"] is None
        assert results["interval"]["reason"].startswith("4 speakers are too few")
        # It is broken into lines.
        assert results["interval"]["reason"] in " ".join(done.out.split())
        assert results["per_gender"] is None
        assert "Genders" not in done.out

    def test_gender_column(self, fit, six_csv):
        results, _ = fit("--gender-column", "Fold", data=six_csv)
        assert set(results["per_gender"]) == {"9", "10", "11"}

    def test_of_evaluate_are_the_same_fields(self, fit, run_well, six_csv, tmp_path):
        results, _ = fit(data=six_csv)
        rows = pd.read_csv(six_csv)
        rows.loc[:3, "Class"] = "boredom"
        rows.to_csv(tmp_path / "new.csv", index=False)
        scores = tmp_path / "scores.json"
        model = ("--model", tmp_path / "model.joblib", "--data", tmp_path / "new.csv")
        done = run_well("evaluate", *model, "--results", scores)
        found = _read_json(scores)
        own = {"abstention", "n_warned", "warned_of", "is_training_data", "model"}
        assert own < set(found)
        assert set(found) - own < set(results)
        assert "does not know boredom" in done.err
        assert found["classes"] == ["anger", "neutral", "sadness", "boredom"]
        for words in ("ROC AUC", "calibration error", "Speakers, UAR", "Genders, UAR: female"):
            assert words in done.out
        assert found["interval"]["n_units"] == 6


class TestLearningCurve:
    def test_is_written_and_printed(self, fit, six_csv):
        results, done = fit("--learning-curve", data=six_csv)
        curve = results["learning_curve"]
        assert curve["advice"] in done.out.splitlines()
        assert curve["advice"].startswith(f"With {curve['n_speakers'][-1]} speakers to learn from")
        line = next(x for x in done.out.splitlines() if x.startswith("speakers to learn from"))
        assert line.split()[4:] == [str(n) for n in curve["n_speakers"]]
        line = next(x for x in done.out.splitlines() if x.startswith("UAR on unseen ones"))
        assert line.split()[4:] == [f"{uar:.3f}" for uar in curve["mean"]]
        assert re.fullmatch(r"Learning curve: 125 fits, about \d+ \w+ at most\.\n", done.err)

    def test_too_few_speakers(self, run, corpus, tmp_path, assert_error, count):
        extracted = count(AudioFeatures, "extract_each")
        args = ("fit", "--data", corpus / "TRAIN.csv", *ZCR, "--output", tmp_path / "m.joblib")
        assert_error(run(*args, "--learning-curve"), "at least 6 speakers", "Got 4.")
        assert extracted == []


class TestImportance:
    def test_is_written_and_printed(self, fit, six_csv):
        features = ("--features", "zcr,chroma", "--model", "svm")
        results, done = fit("--importance", data=six_csv, features=features)
        tables = results["importance"]
        assert {row["name"] for row in tables["by_extractor"]["rows"]} == {"zcr", "chroma"}
        # Twelve pitches, and the rate; ten of them are printed.
        assert len(tables["by_descriptor"]["rows"]) == 13
        # Mean and standard deviation of each of the first ten.
        assert len(tables["by_feature"]["rows"]) == 20
        lines = done.out.splitlines()
        start = lines.index(
            "UAR lost when shuffled among clips of unseen speakers, ± sd of repeats, 95 % interval"
        )
        number = r"(-?\d\.\d{3})"
        form = rf"^  (\S+) +{number} ± {number}   {number} to {number}$"
        printed = [match[0] for line in lines[start:] if (match := re.findall(form, line))]
        assert tables["by_block"] is None
        assert tables["without_copies"] is False
        firsts = [tables[f"by_{kind}"]["rows"][:10] for kind in ("descriptor", "feature")]
        rows = [*tables["by_extractor"]["rows"], *firsts[0], *firsts[1]]
        values = [(r["loss"], r["std"], *r["interval"]) for r in rows]
        assert printed == [
            (row["name"], *(f"{value:.3f}" for value in chosen))
            for row, chosen in zip(rows, values, strict=True)
        ]
        assert done.err.startswith("Importance: 5 fits, about ")
        assert "75 shuffled copies of the clips.\n" in done.err
        assert "100 shuffled copies of the clips.\n" in done.err

    def test_few_speakers_have_no_intervals(self, fit, corpus):
        results, done = fit("--importance")
        assert {row["interval"] for row in results["importance"]["by_feature"]["rows"]} == {None}
        line = "UAR lost when shuffled among clips of unseen speakers, ± sd of repeats"
        assert line in done.out.splitlines()


class TestAudit:
    @pytest.fixture
    def write_copy(self, corpus, table, write_csv, tmp_path):
        """The clips, and one of them as FLAC besides, with a label."""

        def write(label):
            wav = next(i for i, name in enumerate(table.Filename) if name == "000.wav")
            samples, sample_rate = soundfile.read(corpus / "TRAIN" / "000.wav", dtype="int16")
            soundfile.write(tmp_path / "copy.flac", samples, sample_rate, subtype="PCM_16")
            csv = write_csv(table, "copies.csv")
            rows = pd.read_csv(csv, dtype=str)
            rows.loc[len(rows)] = [
                str(tmp_path / "copy.flac"),
                label(table.Class[wav]),
                table.Speaker[wav],
            ]
            rows.to_csv(csv, index=False)
            return csv

        return write

    def test_nothing_found(self, fit, corpus):
        results, done = fit()
        serious = [f for f in results["audit"] if f["level"] != "note"]
        assert serious == []
        assert "Audit of names, labels, speakers and exact duplicates: no finding.\n" in done.out
        assert f"Look further with: sersk audit --data {corpus / 'TRAIN.csv'}\n" in done.out

    def test_copy(self, fit, write_copy):
        csv = write_copy(lambda label: label)
        results, done = fit(data=csv)
        (finding,) = [f for f in results["audit"] if f["kind"] == "exact_duplicate"]
        assert finding["level"] == "warning"
        assert "exact duplicates: 1 warning." in done.out
        assert f"Look further with: sersk audit --data {csv}" in done.out
        assert "  warning: 2 files hold the same sound" in done.out

    def test_copy_with_another_label(self, fit, write_copy):
        csv = write_copy(lambda label: "sadness" if label == "anger" else "anger")
        results, done = fit(data=csv)
        (finding,) = [f for f in results["audit"] if f["kind"] == "exact_duplicate"]
        assert finding["level"] == "error"
        assert "exact duplicates: 1 error." in done.out
        words = " ".join(done.out.split())
        assert "error: 2 files hold the same sound" in words
        assert "They differ in their labels." in words
