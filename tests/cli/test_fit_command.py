import hashlib
import json
import re
import shlex

import joblib
import numpy as np
import pandas as pd
import pytest

from sersk.recipes import FEATURES, RECIPES
from tests.cli._quick import register

QUICK = ("--recipe", "quick-both")
SVM = ("--recipe", "svm")

# How well it learns is of no interest.
QUICKER = {
    "ann": ("--param", "classifier__estimator__estimator__max_iter=5"),
    "xgboost": ("--param", "classifier__estimator__estimator__n_estimators=5"),
}


def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def _without_times(results):
    """Leave out what tells of this run alone; how much a store held is part of that."""
    return {k: v for k, v in results.items() if k not in ("command", "extraction")}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    register(lambda name, recipe: monkeypatch.setitem(RECIPES, name, recipe))


@pytest.fixture
def fit(run_well, corpus, tmp_path):
    """Fit to the corpus, or another CSV; give the results, the printed text and the warnings."""

    def run_fit(*args, data=corpus / "TRAIN.csv", name="model", recipe=QUICK):
        paths = (tmp_path / f"{name}.joblib", tmp_path / f"{name}.results.json")
        files = ("--output", paths[0], "--results", paths[1])
        done = run_well("fit", "--data", data, *recipe, *files, *args)
        return _read(paths[1]), done

    return run_fit


class TestResults:
    def test_every_field_and_its_type(self, fitted, table):
        results = _read(fitted.results)
        for score in ("uar", "accuracy", "macro_f1"):
            assert isinstance(results[score], float)
            assert 0 <= results[score] <= 1
        assert results["protocol"] == "leave-one-speaker-out"
        assert results["classes"] == ["anger", "neutral", "sadness"]
        assert results["n_clips"] == len(table)
        assert results["n_speakers"] == 4
        assert results["recipe"] == "svm"
        assert results["seed"] == 0
        assert {"python", "sersk", "scikit-learn", "numpy"} <= set(results["versions"])
        assert all(isinstance(version, str) for version in results["versions"].values())
        extraction = results["extraction"]
        assert (extraction["computed"], extraction["reused"]) == (len(table), 0)
        assert extraction["seconds"] > 0
        assert results["skipped"] == []

    def test_folds_are_the_speakers(self, fitted, table):
        folds = _read(fitted.results)["folds"]
        assert [fold["name"] for fold in folds] == sorted(table.Speaker.unique())
        for fold in folds:
            assert set(fold) == {"name", "n_train", "n_test", "uar", "accuracy"}
            assert fold["n_test"] == (table.Speaker == fold["name"]).sum()
            assert fold["n_train"] + fold["n_test"] == len(table)

    def test_scores_follow_from_the_confusion_matrix(self, fitted, table):
        results = _read(fitted.results)
        matrix = np.array(results["confusion_matrix"])
        counts = table.Class.value_counts().sort_index()
        np.testing.assert_array_equal(matrix.sum(axis=1), counts)
        recalls, precisions = matrix.diagonal() / matrix.sum(1), matrix.diagonal() / matrix.sum(0)
        assert results["uar"] == pytest.approx(recalls.mean())
        assert results["accuracy"] == pytest.approx(matrix.trace() / matrix.sum())
        f1 = 2 * matrix.diagonal() / (matrix.sum(0) + matrix.sum(1))
        assert results["macro_f1"] == pytest.approx(f1.mean())
        for i, row in enumerate(results["per_class"].values()):
            assert row["recall"] == pytest.approx(recalls[i])
            assert row["precision"] == pytest.approx(precisions[i])
            assert row["f1"] == pytest.approx(f1[i])
            assert row["n_clips"] == counts.iloc[i]
        # The folds have the classes in equal number, so their mean is that of all clips.
        folds = results["folds"]
        assert np.mean([fold["accuracy"] for fold in folds]) == pytest.approx(results["accuracy"])

    def test_is_learnable_and_honest(self, fitted):
        # Chance is a third.
        assert 0.45 < _read(fitted.results)["uar"] < 0.98

    def test_summary_agrees(self, fitted):
        results, text = _read(fitted.results), fitted.result.out
        for title, key in (("UAR", "uar"), ("accuracy", "accuracy"), ("macro F1", "macro_f1")):
            printed = re.search(rf"^{title} +(\d\.\d{{3}})", text, re.MULTILINE)[1]
            assert float(printed) == pytest.approx(results[key], abs=5.1e-4)
        uars = [fold["uar"] for fold in results["folds"]]
        spread = re.search(r"^UAR +\S+ +(\S+) ± (\S+) \((\S+) to (\S+)\)", text, re.MULTILINE)
        expected = (np.mean(uars), np.std(uars, ddof=1), min(uars), max(uars))
        assert [float(g) for g in spread.groups()] == pytest.approx(expected, abs=5.1e-4)
        for name, row in results["per_class"].items():
            cells = re.search(rf"^{name} +(\S+) +(\S+) +(\S+) +(\d+)$", text, re.MULTILINE)
            values = (row["precision"], row["recall"], row["f1"], row["n_clips"])
            assert [float(c) for c in cells.groups()] == pytest.approx(values, abs=5.1e-4)
        for name, row in zip(results["classes"], results["confusion_matrix"], strict=True):
            assert re.search(rf"^{name} +{' +'.join(map(str, row))}$", text, re.MULTILINE)
        assert "leave-one-speaker-out, 4 folds" in text
        assert "48 clips, 3 classes, 4 speakers" in text
        assert "optimistic" not in text
        assert str(fitted.model) in text

    def test_stderr_is_silent(self, fitted):
        assert fitted.result.err == ""


class TestDescription:
    def test_fields(self, fitted, corpus):
        description, results = _read(fitted.model.with_suffix(".json")), _read(fitted.results)
        assert description["recipe"] == "svm"
        assert description["classes"] == results["classes"]
        assert description["sample_rate"] == 22050
        assert description["features"]["extractors"] == ["mfcc"]
        assert len(description["features"]["names"]) == 80
        assert description["training"]["n_clips"] == 48
        assert description["training"]["clips_per_class"] == dict.fromkeys(results["classes"], 16)
        assert description["scores"]["uar"] == results["uar"]
        assert description["seed"] == 0
        assert description["versions"] == results["versions"]
        assert description["sha256"] == hashlib.sha256(fitted.model.read_bytes()).hexdigest()

    def test_command_can_be_run_again(self, fitted, corpus, run_well, tmp_path):
        command = _read(fitted.model.with_suffix(".json"))["command"]
        program, *args = shlex.split(command)
        assert program == "sersk"
        args[args.index("--results") + 1] = tmp_path / "again.results.json"
        args[args.index("--output") + 1] = tmp_path / "again.joblib"
        run_well(*args)
        again = _without_times(_read(tmp_path / "again.results.json"))
        assert again == _without_times(_read(fitted.results))

    def test_model_carries_it(self, fitted):
        description = _read(fitted.model.with_suffix(".json"))
        del description["sha256"]
        assert joblib.load(fitted.model).description_ == description


@pytest.mark.usefixtures("extracted")
def test_kaggle_shape_needs_only_data(corpus, table, tmp_path, monkeypatch, run_well):
    monkeypatch.setitem(RECIPES, "default", RECIPES["quick-both"])
    table[["Filename", "Class"]].to_csv(tmp_path / "TRAIN.csv", index=False)
    (tmp_path / "TRAIN").symlink_to(corpus / "TRAIN", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    done = run_well("fit", "--data", "TRAIN.csv")
    assert "stratified, 5 folds" in done.out
    assert "This score is optimistic: no speakers are known" in done.out
    assert "--group-column" in done.out
    assert "speakers not known" in done.out
    assert (tmp_path / "model.joblib").is_file()
    assert _read(tmp_path / "model.json")["training"]["n_speakers"] is None
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "TRAIN",
        "TRAIN.csv",
        "model.joblib",
        "model.json",
    ]


@pytest.mark.usefixtures("extracted")
def test_n_speakers_is_null_when_unknown(fit, kaggle_csv):
    results, _ = fit("--cv", "2", data=kaggle_csv)
    assert results["n_speakers"] is None
    assert results["optimistic"] is True


@pytest.mark.usefixtures("extracted")
class TestProtocols:
    @pytest.mark.parametrize(
        ("args", "protocol", "names"),
        [
            (("--cv", "2"), "grouped", ["1", "2"]),
            (("--protocol", "grouped"), "grouped", ["1", "2", "3", "4"]),
            (("--protocol", "grouped", "--cv", "3"), "grouped", ["1", "2", "3"]),
            (("--protocol", "stratified", "--cv", "3"), "stratified", ["1", "2", "3"]),
            (
                ("--protocol", "leave-one-speaker-out"),
                "leave-one-speaker-out",
                ["S01", "S02", "S03", "S04"],
            ),
        ],
    )
    def test_protocol(self, args, protocol, names, fit):
        results, done = fit(*args)
        assert results["protocol"] == protocol
        assert [fold["name"] for fold in results["folds"]] == names
        assert f"{protocol}, {len(names)} folds" in done.out
        assert sum(fold["n_test"] for fold in results["folds"]) == 48
        assert results["optimistic"] is (protocol == "stratified")
        assert ("optimistic" in done.out) is (protocol == "stratified")
        if protocol == "grouped":
            # Twelve clips per speaker, and no speaker is divided.
            assert all(fold["n_test"] % 12 == 0 for fold in results["folds"])

    def test_stratified_says_that_it_ignores_speakers(self, fit):
        results, done = fit("--protocol", "stratified", "--cv", "2")
        assert "optimistic: the protocol ignores the speakers" in done.out
        assert results["n_speakers"] == 4


@pytest.mark.usefixtures("extracted")
class TestColumns:
    CV = ("--cv", "2")

    @pytest.fixture
    def expected(self, fit):
        return _without_times(fit(*self.CV)[0])

    @pytest.mark.parametrize(
        ("names", "args"),
        [
            # Usual ones, in any case.
            (("PATH", "Emotion", "actor_id"), ()),
            (
                ("where", "mood", "who"),
                ("--path-column", "where", "--label-column", "mood", "--group-column", "who"),
            ),
        ],
    )
    def test_names(self, names, args, fit, expected, write_csv, table):
        columns = dict(zip(("Filename", "Class", "Speaker"), names, strict=True))
        results, _ = fit(*args, *self.CV, data=write_csv(table, columns=columns))
        assert results.pop("speakers_from") == f"column '{names[-1]}'"
        results |= {name: expected[name] for name in ("data", "data_sha256")}
        assert {**_without_times(results), "speakers_from": "column 'Speaker'"} == expected

    def test_audio_dir(self, fit, expected, corpus, write_csv, table):
        data = write_csv(table, absolute=False)
        results, _ = fit("--audio-dir", corpus / "TRAIN", *self.CV, data=data)
        assert results["log_loss"] == expected["log_loss"]


@pytest.mark.usefixtures("extracted")
class TestRecipes:
    def test_list(self, run_well):
        done = run_well("recipes")
        lines = done.out.splitlines()
        for name in RECIPES:
            assert sum(line.split()[:1] == [name] for line in lines) == 1
        for word in (*FEATURES, "svm, mlp, xgboost"):
            assert word in done.out
        assert done.err == ""

    @pytest.mark.parametrize(
        ("args", "name", "n_features"),
        [
            (("--features", "mfcc,zcr", "--model", "xgboost"), "mfcc,zcr + xgboost", 82),
            (("--features", "rms, chroma"), "rms,chroma + svm", 26),
            # The default has no features that could go with any model.
            (("--model", "xgboost"), "mfcc,chroma,zcr,rms,contrast + xgboost", 122),
            ((), "default", 4),
        ],
    )
    @pytest.mark.usefixtures("cheap_default")
    def test_features_and_model(self, args, name, n_features, fit, few_csv, tmp_path):
        quicker = QUICKER["xgboost"] if "xgboost" in args else ()
        results, done = fit(*args, "--cv", "2", *quicker, data=few_csv, recipe=())
        assert results["recipe"] == name
        assert f"Recipe {name}:" in done.out
        names = _read(tmp_path / "model.json")["features"]["names"]
        assert len(set(names)) == len(names)
        assert len(names) == n_features

    def test_rates_of_unlike_features(self, fit, few_csv, tmp_path):
        fit("--features", "zcr,egemaps", "--cv", "2", recipe=(), data=few_csv)
        assert _read(tmp_path / "model.json")["sample_rate"] == [16000, 22050]

    @pytest.mark.parametrize("recipe", ["svm", "ann", "xgboost"])
    def test_class_missing_from_a_training_fold(self, recipe, fit, write_csv, table):
        rows = table[(table.Class != "sadness") | (table.Speaker == "S02")]
        rows = rows[rows.Speaker != "S04"].groupby(["Class", "Speaker"]).head(2)
        chosen = ("--recipe", recipe, *QUICKER.get(recipe, ()))
        results, done = fit(data=write_csv(rows), recipe=chosen)
        warnings = [line for line in done.err.splitlines() if "non-commercial" not in line]
        assert len(warnings) == 1
        assert warnings[0].startswith("sersk: warning: Fold S02 has no clip of sadness")
        assert results["classes"] == ["anger", "neutral", "sadness"]
        assert results["per_class"]["sadness"]["recall"] == 0
        assert np.sum(results["confusion_matrix"]) == len(rows)


@pytest.mark.usefixtures("extracted")
class TestParams:
    def test_reach_the_pipeline(self, fit, few_csv, tmp_path):
        params = ("classifier__estimator__estimator__C=0.5", "features__mfcc__n_mfcc = 13")
        args = ("--cv", "2", "--param", params[0], "--param", params[1])
        results, done = fit(*args, data=few_csv, recipe=SVM)
        expected = {"classifier__estimator__estimator__C": 0.5, "features__mfcc__n_mfcc": 13}
        assert results["params"] == expected
        assert "Set by hand: classifier__estimator__estimator__C=0.5, features__mfcc" in done.out
        description = _read(tmp_path / "model.json")
        assert description["training"]["params"] == expected
        assert description["features"]["names"][-1] == "mfcc12_std"
        assert joblib.load(tmp_path / "model.joblib")[-1].estimator.estimator.C == 0.5

    @pytest.mark.parametrize(
        ("param", "words"),
        [
            (
                "features__mfcc__n_mfc=13",
                ("no parameter 'features__mfcc__n_mfc'", "mean features__mfcc__n_mfcc"),
            ),
            ("C", ("must be NAME=VALUE", "'C'")),
            ("=3", ("must be NAME=VALUE",)),
            ("features__mfcc__n_mfcc=many", ("'n_mfcc' parameter of MFCC", "'many'")),
        ],
    )
    def test_wrong_ones_say_so(self, param, words, run, corpus, tmp_path, assert_error):
        args = ("fit", "--data", corpus / "TRAIN.csv", "--recipe", "svm", "--param", param)
        assert_error(run(*args, "--output", tmp_path / "m.joblib"), *words)


@pytest.mark.usefixtures("extracted")
class TestSelect:
    def test_keeps_k_features(self, fit, few_csv, tmp_path):
        results, _ = fit("--select", "10", "--cv", "2", data=few_csv, recipe=SVM)
        assert results["select"] == 10
        model = joblib.load(tmp_path / "model.joblib")
        assert model[:-1].get_feature_names_out().shape == (10,)
        assert _read(tmp_path / "model.json")["features"]["select"] == 10

    def test_limit(self, run, corpus, tmp_path, assert_error):
        data, output = corpus / "TRAIN.csv", tmp_path / "m.joblib"
        args = ("fit", "--data", data, "--recipe", "svm", "--output", output, "--select")
        assert_error(run(*args, 81), "80", "81", "'svm'")
        assert_error(run(*args, 0), "--select")


@pytest.mark.usefixtures("extracted")
class TestSearch:
    @pytest.mark.parametrize("recipe", ["svm", "xgboost", "ann"])
    def test_prints_and_stores_its_choice(
        self, recipe, fit, tmp_path, write_csv, table, monkeypatch
    ):
        """Even where a training fold has no clip of a class."""
        # Two values of the first parameter, and one of the other that is not the usual one.
        first, other = RECIPES[recipe].search_space.items()
        space = {first[0]: first[1][-2:], other[0]: other[1][-1:]}
        monkeypatch.setattr(type(RECIPES[recipe]), "search_space", space)
        rows = table[(table.Class != "sadness") | (table.Speaker == "S02")]
        data = write_csv(rows.groupby(["Class", "Speaker"]).head(2))
        args = ("--search", "--cv", "2", *QUICKER.get(recipe, ()))
        results, done = fit(*args, data=data, recipe=("--recipe", recipe))
        assert "has no clip of sadness to learn from" in done.err
        assert np.sum(results["confusion_matrix"]) == results["n_clips"] == 18
        chosen = results["search"]["best_params"]
        assert set(chosen) == set(space)
        words = []
        classifier = joblib.load(tmp_path / "model.joblib").named_steps["classifier"]
        for name, value in chosen.items():
            options = [list(v) if isinstance(v, tuple) else v for v in space[name]]
            assert value in options
            words.append(f"{name.split('__')[-1]}={value}")
            held = classifier.get_params()[name.removeprefix("classifier__")]
            assert (list(held) if isinstance(held, tuple) else held) == value
        assert f"The search chose {', '.join(words)}." in done.out
        assert 0 <= results["search"]["inner_uar"] <= 1
        assert _read(tmp_path / "model.json")["training"]["search"] == results["search"]

    def test_is_null_without(self, fitted):
        assert _read(fitted.results)["search"] is None
        assert "The search chose" not in fitted.result.out


class TestReproducibility:
    @pytest.mark.parametrize("recipe", ["ann", "svm", "xgboost"])
    def test_same_again_and_for_any_number_of_workers(
        self, recipe, fit, few_csv, tmp_path, run_well, real_workers
    ):
        results, probabilities, labels = [], [], []
        for name, jobs in (("first", 1), ("second", 2)):
            args = ("--cv", 2, "--jobs", jobs, "--no-cache", *QUICKER.get(recipe, ()))
            found, _ = fit(*args, data=few_csv, recipe=("--recipe", recipe), name=name)
            results.append(_without_times(found))
            output = tmp_path / f"{name}.csv"
            model = ("--model", tmp_path / f"{name}.joblib")
            run_well("predict", *model, "--data", few_csv, "--output", output, "--no-cache")
            predicted = pd.read_csv(output)
            labels.append(predicted.Class.tolist())
            probabilities.append(predicted.iloc[:, 2:-1].to_numpy())
        assert results[0] == results[1]
        assert labels[0] == labels[1]
        np.testing.assert_allclose(probabilities[1], probabilities[0], atol=1e-4)

    def test_seed(self, fit, few_csv):
        args = ("--no-cache", "--protocol", "stratified", "--cv", "2", "--seed")
        recipe = ("--features", "zcr,rms", "--model", "mlp", *QUICKER["ann"])
        first, again, other = (
            fit(*args, seed, data=few_csv, recipe=recipe)[0] for seed in (1, 1, 2)
        )
        assert _without_times(first) == _without_times(again)
        assert (first["seed"], other["seed"]) == (1, 2)
        assert first["confusion_matrix"] != other["confusion_matrix"]


@pytest.mark.usefixtures("extracted")
class TestSaving:
    def test_replacing_is_said(self, fit):
        _, first = fit("--cv", "2")
        _, second = fit("--cv", "2")
        assert "in place of an earlier one" not in first.out
        assert "in place of an earlier one" in second.out

    def test_failing_save_leaves_the_old_model(self, model, run, corpus, monkeypatch, tmp_path):
        old = model.read_bytes(), model.with_suffix(".json").read_bytes()
        before = sorted(tmp_path.iterdir())

        def dump(value, path, **_):
            path.write_bytes(b"half a model")
            raise OSError("No space left on device")

        monkeypatch.setattr("joblib.dump", dump)
        data = corpus / "TRAIN.csv"
        done = run("fit", "--data", data, *QUICK, "--cv", 2, "--output", model)
        assert done.status == 1
        assert done.err == "sersk: error: No space left on device\n"
        assert (model.read_bytes(), model.with_suffix(".json").read_bytes()) == old
        assert sorted(tmp_path.iterdir()) == before

    def test_failing_run_leaves_the_old_model(self, model, run, broken_csv, tmp_path):
        old = model.read_bytes(), model.with_suffix(".json").read_bytes()
        before = sorted(tmp_path.iterdir())
        done = run("fit", "--data", broken_csv, "--recipe", "svm", "--output", model)
        assert done.status == 1
        assert (model.read_bytes(), model.with_suffix(".json").read_bytes()) == old
        assert sorted(tmp_path.iterdir()) == before


class TestSkipping:
    def test_reports_and_goes_on(self, fit, broken_csv, tmp_path):
        results, done = fit("--on-error", "skip", data=broken_csv)
        assert results["n_clips"] == 46
        assert sum(fold["n_test"] for fold in results["folds"]) == 46
        assert results["extraction"]["computed"] == 46
        skipped = {entry["file"]: entry["reason"] for entry in results["skipped"]}
        assert set(skipped) == {"absent.wav", str(tmp_path / "noise.wav")}
        assert "46 clips, 3 classes, 4 speakers (column 'Speaker'); 2 files left out" in done.out
        lines = done.err.splitlines()
        assert len(lines) == 2
        assert all(line.startswith("sersk: warning: Left out 1 of") for line in lines)
        assert "'absent.wav', row 5" in done.err
        assert "noise.wav', row 3" in done.err
