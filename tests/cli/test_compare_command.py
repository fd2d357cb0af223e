"""sersk compare: what it prints and writes, and that it goes on where it was interrupted."""

import functools
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sersk.model_selection import _cross_validation
from sersk.recipes import RECIPES
from tests.cli._quick import QUICK, register

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    register(lambda name, recipe: monkeypatch.setitem(RECIPES, name, recipe))


@pytest.fixture
def six_csv(write_csv, table):
    """Half of the corpus, with half of the clips of two speakers under names of their own."""
    rows = table.groupby(["Class", "Speaker"]).head(2)
    for speaker in ("S01", "S02"):
        own = rows.index[rows.Speaker == speaker]
        for emotion in rows.Class.unique():
            half = [i for i in own if rows.Class[i] == emotion][:1]
            rows.loc[half, "Speaker"] = f"{speaker}b"
    return write_csv(rows.assign(Fold=[s[:3] for s in rows.Speaker]), "six.csv")


@pytest.fixture
def compare(run_well, six_csv):
    def run_compare(*args, data=six_csv, recipes=QUICK):
        chosen = () if recipes is None else ("--recipes", ",".join(recipes))
        return run_well("compare", "--data", data, *chosen, "--jobs", 1, *args)

    return run_compare


def _read_json(path):
    def fail(constant):
        raise AssertionError(f"{constant} is not JSON.")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=fail)


def _parse(out):
    """The rows of the printed leaderboard, by recipe."""
    number = r"([+-]?\d\.\d+)"
    form = rf"^(\S+) +{number}  (?:{number} to {number})? +{number} +(best|{number} .*)$"
    found = re.findall(form, out, re.MULTILINE)
    return {row[0]: row for row in found}


@pytest.mark.usefixtures("extracted")
class TestOutput:
    def test_table_csv_and_json_agree(self, compare, tmp_path):
        files = (tmp_path / "board.csv", tmp_path / "board.json")
        done = compare("--output", files[0], "--output", files[1])
        comparison, csv = _read_json(files[1]), pd.read_csv(files[0])
        rows = comparison["leaderboard"]
        assert csv.recipe.tolist() == [row["recipe"] for row in rows]
        assert sorted(csv.recipe) == sorted(QUICK)
        assert csv.uar.tolist() == sorted(csv.uar, reverse=True)
        for key in ("uar", "accuracy", "macro_f1", "weighted_f1", "roc_auc", "log_loss"):
            assert csv[key].tolist() == pytest.approx([row[key] for row in rows])
        np.testing.assert_allclose(csv[["uar_low", "uar_high"]], [r["interval"] for r in rows])
        assert csv.loc[0, "difference":].isna().all()
        for i, row in enumerate(rows[1:], start=1):
            test = row["difference"]
            assert csv.difference[i] == pytest.approx(test["uar"])
            assert csv.p_value[i] == pytest.approx(test["p_value"])
            assert csv.p_adjusted[i] == pytest.approx(test["p_adjusted"])
            found = csv.loc[i, ["difference_low", "difference_high"]].tolist()
            assert found == pytest.approx(test["interval"])
        printed = _parse(done.out)
        assert list(printed) == [row["recipe"] for row in rows]
        for row in rows:
            _, uar, low, high, accuracy, *_ = printed[row["recipe"]]
            expected = [row["uar"], *row["interval"], row["accuracy"]]
            assert [float(v) for v in (uar, low, high, accuracy)] == pytest.approx(
                expected, abs=5.1e-4
            )
        best, *others = (printed[row["recipe"]][5] for row in rows)
        assert best == "best"
        for text, row in zip(others, rows[1:], strict=True):
            test = row["difference"]
            assert text.startswith(f"{test['uar']:+.3f}  {test['interval'][0]:+.3f} to ")
            assert text.endswith(f"{test['p_adjusted']:.4f}")
        for path in files:
            assert f"Wrote {path}." in done.out

    def test_says_what_it_did(self, compare):
        done = compare()
        lines = done.out.splitlines()
        assert lines[0] == "24 clips, 3 classes, 6 speakers (column 'Speaker')"
        assert "leave-one-speaker-out, 6 folds (each speaker left out in turn)" in lines[1]
        assert "adjusted for their number (Holm)" in done.out
        assert "inflation" not in done.out
        assert "optimistic" not in done.out
        assert "Wrote" not in done.out
        assert done.err == ""

    def test_figures_are_those_of_fit(self, compare, run_well, six_csv, tmp_path):
        compare("--output", tmp_path / "board.json", recipes=QUICK[:2])
        for row in _read_json(tmp_path / "board.json")["leaderboard"]:
            files = ("--output", tmp_path / "m.joblib", "--results", tmp_path / "r.json")
            run_well("fit", "--data", six_csv, "--recipe", row["recipe"], *files)
            results = _read_json(tmp_path / "r.json")
            for key in ("uar", "accuracy", "log_loss", "calibration_error"):
                assert row[key] == results[key]
            assert row["interval"] == results["interval"]["uar"]

    def test_inflation(self, compare, tmp_path):
        plain = compare("--output", tmp_path / "plain.csv")
        done = compare("--inflation", "--output", tmp_path / "board.csv")
        csv, before = pd.read_csv(tmp_path / "board.csv"), pd.read_csv(tmp_path / "plain.csv")
        pd.testing.assert_frame_equal(csv[before.columns], before)
        np.testing.assert_allclose(csv.inflation, csv.random_uar - csv.uar)
        for row in csv.itertuples():
            line = next(x for x in done.out.splitlines() if x.startswith(row.recipe))
            assert line.split()[-2:] == [f"{row.random_uar:.3f}", f"{row.inflation:+.3f}"]
        assert "Random folds share speakers" in done.out
        assert "random folds" not in plain.out

    def test_given_folds(self, compare):
        done = compare("--fold-column", "Fold")
        assert "published, 4 folds (given folds)" in done.out

    def test_without_speakers(self, compare, kaggle_csv, tmp_path):
        done = compare("--output", tmp_path / "b.csv", data=kaggle_csv)
        assert "speakers not known" in done.out
        assert "The speakers are not known, so there is no interval" in done.out
        assert "These scores are optimistic" in done.out
        csv = pd.read_csv(tmp_path / "b.csv")
        assert csv[["uar_low", "p_value", "p_adjusted"]].isna().all(axis=None)
        assert csv.difference[1:].notna().all()

    def test_all_recipes_by_default(self, compare, monkeypatch):
        two = {name: RECIPES[name] for name in QUICK[:2]}
        monkeypatch.setattr("sersk.recipes.RECIPES", two)
        done = compare(recipes=None)
        assert set(_parse(done.out)) == set(QUICK[:2])

    @pytest.mark.usefixtures("real_workers")
    def test_number_of_workers_does_not_matter(self, run_well, few_csv, tmp_path):
        boards = []
        for jobs in (1, 2):
            output = tmp_path / f"{jobs}.json"
            args = ("--recipes", ",".join(QUICK[:2]), "--output", output, "--no-cache")
            args = ("--data", few_csv, "--cv", 2, "--inflation", *args, "--jobs", jobs)
            done = run_well("compare", *args)
            boards.append(
                ({**_read_json(output), "command": None}, done.out.replace(str(output), ""))
            )
        assert boards[0] == boards[1]


class TestSkipping:
    @pytest.fixture
    def broken_csv(self, broken_csv):
        """The first half of its rows, with two speakers or more in each class."""
        rows = pd.read_csv(broken_csv, dtype=str)[:24]
        rows.to_csv(broken_csv, index=False)
        return broken_csv

    def test_files_that_cannot_be_read(self, compare, broken_csv, tmp_path):
        done = compare("--on-error", "skip", "--output", tmp_path / "b.json", data=broken_csv)
        comparison = _read_json(tmp_path / "b.json")
        assert comparison["n_clips"] == 22
        assert {entry["file"] for entry in comparison["skipped"]} == {
            "absent.wav",
            str(tmp_path / "noise.wav"),
        }
        assert "22 clips, 3 classes, 4 speakers (column 'Speaker'); 2 files left out" in done.out
        assert "'absent.wav', row 5" in done.err
        assert "noise.wav', row 3" in done.err

    def test_each_warning_comes_once(self, compare, broken_csv):
        rows = pd.read_csv(broken_csv, dtype=str)
        # Only S02 is sad, so that the fold of S02 has nobody to learn it from.
        rows = rows[(rows.Class != "sadness") | (rows.Speaker == "S02")]
        rows.to_csv(broken_csv, index=False)
        lines = compare("--on-error", "skip", data=broken_csv).err.splitlines()
        assert any("has no clip of sadness" in line for line in lines)
        assert len(lines) == len(set(lines))


class TestErrors:
    @pytest.mark.parametrize(
        ("args", "names"),
        [
            (("--recipes", "svm"), ("two or more different ones", "Got: svm.")),
            (("--recipes", "svm,svm"), ("two or more different ones", "Got: svm, svm.")),
            (("--recipes", ""), ("two or more",)),
            (("--recipes", "svm,svn"), ("There is no recipe 'svn'",)),
            (("--output", "board.txt"), ("--output must end in .csv or .json", "board.txt")),
            (("--output", "board"), ("--output must end in .csv or .json",)),
            (("--cv", "1"), ("--cv",)),
            (("--cv", "9"), ("at most 6", "--cv")),
            (("--fold-column", "Part"), ("no column 'Part'", "--fold-column")),
            (("--fold-column", "Fold", "--cv", "5"), ("makes 4 folds", "--cv 5")),
            (("--fold-column", "Fold", "--protocol", "grouped"), ("'published'", "'grouped'")),
            (("--protocol", "loso"), ("no protocol 'loso'", "speaker-and-sentence")),
            (("--protocol", "speaker-and-sentence"), ("--sentence-column",)),
            (("--speaker-pattern", "("), ("regular expression", "'('")),
        ],
    )
    def test_one_line(self, run, six_csv, assert_error, args, names, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert_error(run("compare", "--data", six_csv, *args), *names)

    def test_output_in_place_of_the_data(self, run, six_csv, assert_error):
        before = six_csv.read_bytes()
        args = ("compare", "--data", six_csv, "--recipes", ",".join(QUICK), "--output", six_csv)
        assert_error(run(*args), "that is an input of this command", six_csv)
        assert six_csv.read_bytes() == before

    def test_output_twice(self, run, six_csv, tmp_path, assert_error):
        output = tmp_path / "board.csv"
        args = ("compare", "--data", six_csv, "--recipes", ",".join(QUICK), "--jobs", 1)
        args += ("--output", output, "--output", output)
        assert_error(run(*args), "--output must name each file once")
        assert not output.exists()

    def test_users_folder_that_cannot_be_used(self, compare, few_csv, tmp_path, monkeypatch):
        """As in fit: a cache that nobody asked for must not end the run."""
        args = {"data": few_csv, "recipes": QUICK[:2]}
        expected = compare("--cv", 2, **args)
        (tmp_path / "place").write_text("a file", encoding="utf-8")
        monkeypatch.delenv("SERSK_CACHE")
        monkeypatch.setattr("platformdirs.user_cache_path", lambda n, **_: tmp_path / "place" / n)
        done = compare("--cv", 2, **args)
        assert done.out == expected.out
        assert "Cannot use the feature store" in done.err

    def test_nothing_is_written_where_it_fails(self, run, broken_csv, tmp_path, assert_error):
        output = tmp_path / "board.json"
        args = ("--recipes", ",".join(QUICK), "--jobs", 1, "--output", output)
        assert_error(run("compare", "--data", broken_csv, *args), "absent.wav", "--on-error skip")


class TestInterruption:
    N_FOLDS = 3
    N_DONE = 4  # of 9: it stops in the second of three recipes
    CV = ("--cv", N_FOLDS)

    @pytest.fixture
    def compare(self, compare, few_csv):
        return functools.partial(compare, *self.CV, data=few_csv)

    @pytest.fixture
    def fits(self, count):
        return count(_cross_validation, "fit_with_metadata")

    @pytest.fixture
    def interrupt(self, few_csv, cache):
        """Run the command in a process of its own, and end it by a signal after some folds."""

        def run_it(number):
            args = ("compare", "--data", few_csv, "--recipes", ",".join(QUICK), "--jobs", 1)
            args += self.CV
            code = f"from tests.cli._quick import main; main({self.N_DONE}, {[*map(str, args)]})"
            process = subprocess.Popen(
                [sys.executable, "-c", code],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            try:
                assert process.stdout.readline() == "stopped\n", process.stderr.read()
                process.send_signal(number)
                out, err = process.communicate(timeout=60)
            finally:
                process.kill()
            return process.returncode, out, err

        return run_it

    @pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
    def test_goes_on_where_it_was(self, name, interrupt, compare, fits, cache, tmp_path):
        status, out, err = interrupt(getattr(signal, name))
        if name == "SIGINT":
            assert (status, out) == (1, "")
            assert err == "sersk: error: interrupted. The same command goes on from here.\n"
        else:
            assert status == -signal.SIGKILL
        entries = {p: p.stat().st_mtime_ns for p in (cache / "folds").rglob("output.pkl")}
        assert len(entries) == self.N_DONE
        done = compare("--output", tmp_path / "after.json")
        # Finished folds are not fitted again, nor written.
        assert len(fits) == 3 * self.N_FOLDS - self.N_DONE
        assert {path: path.stat().st_mtime_ns for path in entries} == entries
        assert len(list((cache / "folds").rglob("output.pkl"))) == 3 * self.N_FOLDS
        fits.clear()
        uninterrupted = compare("--output", tmp_path / "whole.json", "--no-cache")
        assert len(fits) == 3 * self.N_FOLDS
        after, whole = (_read_json(tmp_path / f"{name}.json") for name in ("after", "whole"))
        assert {**after, "command": None} == {**whole, "command": None}
        assert done.out.replace("after", "whole") == uninterrupted.out

    def test_finished_it_fits_nothing(self, compare, fits, cache):
        first = compare()
        assert len(fits) == 3 * self.N_FOLDS
        fits.clear()
        started = time.time_ns()
        assert compare().out == first.out
        assert fits == []
        assert all(p.stat().st_mtime_ns < started for p in cache.rglob("output.pkl"))

    def test_no_cache_keeps_nothing(self, compare, fits, cache, tmp_path):
        for _ in range(2):
            fits.clear()
            compare("--no-cache", "--cache", tmp_path / "other")
            assert len(fits) == 3 * self.N_FOLDS
        assert not list(cache.iterdir())
        assert not (tmp_path / "other").exists()

    def test_no_cache_does_not_read_either(self, compare, fits):
        compare()
        fits.clear()
        compare("--no-cache")
        assert len(fits) == 3 * self.N_FOLDS

    def test_cache_names_the_folder(self, compare, fits, cache, tmp_path):
        compare("--cache", tmp_path / "mine")
        assert len(list((tmp_path / "mine" / "folds").rglob("output.pkl"))) == 3 * self.N_FOLDS
        assert not list(cache.iterdir())

    def test_other_options_are_fitted(self, compare, fits):
        recipes = QUICK[:2]
        compare(recipes=recipes)
        fits.clear()
        done = compare("--search", recipes=recipes)
        assert len(fits) == 2 * self.N_FOLDS
        assert done.out == compare("--search", "--no-cache", recipes=recipes).out

    def test_cache_clear_forgets_folds(self, compare, run_well, fits, cache):
        compare()
        assert (cache / "folds").is_dir()
        run_well("cache", "clear")
        assert not (cache / "folds").exists()
        fits.clear()
        compare()
        assert len(fits) == 3 * self.N_FOLDS

    def test_cache_clear_leaves_other_folders(self, compare, run_well, cache, tmp_path):
        compare()
        compare("--cache", tmp_path / "mine")
        run_well("cache", "clear", "--cache", tmp_path / "mine")
        assert not (tmp_path / "mine" / "folds").exists()
        assert len(list((cache / "folds").rglob("output.pkl"))) == 3 * self.N_FOLDS

    def test_damaged_fold_is_fitted_again(self, compare, fits, cache):
        first = compare()
        next((cache / "folds").rglob("output.pkl")).write_bytes(b"damaged")
        fits.clear()
        assert compare().out == first.out
        assert len(fits) == 1

    def test_damaged_fold_costs_no_traceback(self, compare, cache, caplog):
        compare()
        next((cache / "folds").rglob("output.pkl")).write_bytes(b"damaged")
        done = compare()
        assert len(done.err.splitlines()) <= 1
        # Without a handler, as on the command line, what is logged goes to stderr.
        assert caplog.records == []
