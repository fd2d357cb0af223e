"""The store of features on the command line: what is reused, where it lies, `sersk cache`."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sersk.features import FeatureStore
from sersk.recipes import RECIPES
from tests.cli._quick import register

N_CLIPS = 6
# Of each clip a row of features is kept, and one of how it sounds.
N_ROWS = 2 * N_CLIPS
# Features of one extractor, which take the least time.
ZCR = ("--recipe", "quick-zcr", "--cv", 2)
BOTH = ("--recipe", "quick-both", "--cv", 2)


def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def _without_times(results):
    return {k: v for k, v in results.items() if k not in ("command", "extraction")}


def _files_in(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    register(lambda name, recipe: monkeypatch.setitem(RECIPES, name, recipe))


@pytest.fixture(scope="module")
def six_csv(few_csv, tmp_path_factory):
    """The clips of two speakers among those; nobody may change it."""
    rows = pd.read_csv(few_csv, dtype=str)
    path = tmp_path_factory.mktemp("six") / "six.csv"
    rows[rows.Speaker.isin(["S01", "S02"])].to_csv(path, index=False)
    return path


@pytest.fixture
def fit(run_well, six_csv, tmp_path):
    """Fit; give the results and what was printed."""

    def run_fit(*args, data=six_csv, recipe=ZCR):
        files = ("--output", tmp_path / "model.joblib", "--results", tmp_path / "results.json")
        done = run_well("fit", "--data", data, *recipe, *files, *args)
        results = _read(tmp_path / "results.json")
        extraction = results["extraction"]
        return (extraction["computed"], extraction["reused"]), results, done

    return run_fit


class TestReuse:
    def test_by_a_second_fit(self, fit, cache):
        counts, first, printed = fit()
        assert counts == (N_CLIPS, 0)
        counts, second, printed_again = fit()
        assert counts == (0, N_CLIPS)
        assert second["extraction"]["seconds"] >= 0
        assert _without_times(second) == _without_times(first)
        # Nobody is told but in the results; the model replaces an earlier one, though.
        assert printed_again.out.replace(" in place of an earlier one", "") == printed.out
        assert (printed.err, printed_again.err) == ("", "")
        info = FeatureStore(cache).info()
        assert (info.n_computed, info.n_reused) == (N_ROWS, N_ROWS)

    def test_by_another_classifier_and_other_folds(self, fit):
        fit()
        other = ("--features", "zcr", "--model", "svm", "--protocol", "stratified", "--cv", 2)
        assert fit(recipe=other)[0] == (0, N_CLIPS)

    def test_by_the_other_commands(self, fit, run_well, six_csv, cache, tmp_path):
        fit()
        args = ("--model", tmp_path / "model.joblib")
        before = FeatureStore(cache).info()
        three = pd.read_csv(six_csv).Filename[:3]
        with_store = run_well("predict", *args, *three)
        assert FeatureStore(cache).info().n_reused == before.n_reused + 2 * 3
        run_well("evaluate", *args, "--data", six_csv)
        assert FeatureStore(cache).info().n_reused == before.n_reused + 2 * 3 + N_ROWS
        table = ("--data", six_csv, "--features", "zcr", "--output")
        run_well("extract", *table, tmp_path / "features.csv")
        after = FeatureStore(cache).info()
        assert after.n_reused == before.n_reused + 2 * 3 + N_ROWS + N_CLIPS
        assert after.n_computed == before.n_computed

        without = run_well("predict", *args, *three, "--no-cache")
        assert with_store.out == without.out
        run_well("extract", *table, tmp_path / "again.csv", "--no-cache")
        found, expected = (tmp_path / f"{name}.csv" for name in ("features", "again"))
        assert found.read_bytes() == expected.read_bytes()

    def test_of_what_another_command_extracted(self, fit, run_well, six_csv, tmp_path):
        run_well(
            *("extract", "--data", six_csv, "--features", "zcr"),
            *("--output", tmp_path / "features.csv"),
        )
        assert fit()[0] == (0, N_CLIPS)

    def test_of_the_features_that_recipes_share(self, fit, cache):
        fit()
        counts, _, _ = fit(recipe=BOTH)
        # No clip was there as a whole, but some of each was.
        assert counts == (N_CLIPS, 0)
        parts = {part.name: part for part in FeatureStore(cache).info().parts}
        assert {name: part.n_computed for name, part in parts.items()} == {
            "RMS()": N_CLIPS,
            "ZeroCrossingRate()": N_CLIPS,
            "SoundMeasurements()": N_CLIPS,
        }
        assert parts["ZeroCrossingRate()"].n_reused == N_CLIPS

    def test_of_files_elsewhere_in_another_order(self, fit, six_csv, tmp_path):
        _, expected, _ = fit()
        (tmp_path / "copy").mkdir()
        rows = pd.read_csv(six_csv, dtype=str)
        rows["Filename"] = [
            shutil.copy(name, tmp_path / "copy" / f"x{Path(name).name}").name
            for name in rows["Filename"]
        ]
        data = tmp_path / "copy" / "data.csv"
        rows.iloc[::-1].to_csv(data, index=False)
        counts, results, _ = fit(data=data)
        assert counts == (0, N_CLIPS)
        assert results["n_clips"] == expected["n_clips"]

    def test_by_a_search(self, fit, few_csv, cache):
        # A search needs two clips of each class in every training part.
        assert fit("--search", data=few_csv)[0] == (2 * N_CLIPS, 0)
        info = FeatureStore(cache).info()
        assert (info.n_computed, info.n_reused) == (2 * N_ROWS, 0)
        assert fit(data=few_csv)[0] == (0, 2 * N_CLIPS)

    def test_but_not_of_files_that_cannot_be_read(self, run, broken_csv, cache, tmp_path):
        n_clips = 12
        pd.read_csv(broken_csv, dtype=str)[:n_clips].to_csv(broken_csv, index=False)
        for expected in ((n_clips - 2, 0), (0, n_clips - 2)):
            files = ("--output", tmp_path / "model.joblib", "--results", tmp_path / "results.json")
            done = run("fit", "--data", broken_csv, *ZCR, *files, "--on-error", "skip")
            assert done.status == 0
            results = _read(tmp_path / "results.json")
            found = results["extraction"]
            assert (found["computed"], found["reused"]) == expected
            assert len(results["skipped"]) == 2
        assert FeatureStore(cache).info().parts[0].n_clips == n_clips - 2


class TestWhere:
    def test_no_cache_touches_nothing(self, fit, run_well, six_csv, cache, tmp_path, monkeypatch):
        elsewhere = tmp_path / "elsewhere"
        monkeypatch.setenv("XDG_CACHE_HOME", str(elsewhere))
        counts, expected, _ = fit("--no-cache", "--cache", tmp_path / "cache")
        assert counts == (N_CLIPS, 0)
        model = ("--model", tmp_path / "model.joblib", "--no-cache")
        run_well("predict", *model, "--data", six_csv)
        run_well("evaluate", *model, "--data", six_csv)
        assert not list(cache.iterdir())
        assert not elsewhere.exists()
        assert not (tmp_path / "cache").exists()
        _, results, _ = fit()
        assert _without_times(results) == _without_times(expected)
        # Nor does it read: what is there is left as it is.
        before = _files_in(cache)
        assert fit("--no-cache")[0] == (N_CLIPS, 0)
        assert _files_in(cache) == before

    def test_option_wins_over_the_variable(self, fit, cache, tmp_path):
        assert fit("--cache", tmp_path / "mine")[0] == (N_CLIPS, 0)
        assert not list(cache.iterdir())
        assert FeatureStore(tmp_path / "mine").info().n_computed == N_ROWS
        assert fit()[0] == (N_CLIPS, 0)
        assert fit("--cache", tmp_path / "mine")[0] == (0, N_CLIPS)
        assert FeatureStore(cache).info().n_reused == 0

    def test_relative_folder(self, fit, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        fit("--cache", "mine")
        assert FeatureStore(tmp_path / "mine").info().n_computed == N_ROWS

    @pytest.mark.parametrize("variable", [None, ""])
    def test_users_folder_for_caches(self, fit, run_well, tmp_path, monkeypatch, variable):
        monkeypatch.delenv("SERSK_CACHE")
        if variable is not None:
            monkeypatch.setenv("SERSK_CACHE", variable)
        monkeypatch.setattr("platformdirs.user_cache_path", lambda name, **_: tmp_path / name)
        fit()
        assert FeatureStore(tmp_path / "sersk").info().n_computed == N_ROWS
        assert str(tmp_path / "sersk") in run_well("cache", "info").out


class TestUnusable:
    @pytest.fixture
    def place(self, tmp_path):
        (tmp_path / "place").write_text("a file", encoding="utf-8")
        return tmp_path / "place"

    def test_folder_asked_for(self, run, corpus, place, tmp_path, assert_error):
        files = ("--output", tmp_path / "model.joblib", "--results", tmp_path / "results.json")
        args = ("fit", "--data", corpus / "TRAIN.csv", *ZCR, *files, "--cache")
        for folder in (place, place / "inner"):
            result = run(*args, folder)
            assert result.status == 1
            assert result.out == ""
            assert_error(result, "Cannot use the feature store", folder)
        assert place.read_text(encoding="utf-8") == "a file"
        assert [path.name for path in tmp_path.iterdir()] == ["place"]

    def test_folder_asked_for_by_the_variable(self, run, corpus, place, monkeypatch, assert_error):
        monkeypatch.setenv("SERSK_CACHE", str(place))
        result = run(
            *("extract", "--data", corpus / "TRAIN.csv", "--features", "zcr"),
            *("--output", place.with_name("features.csv")),
        )
        assert_error(result, "Cannot use the feature store", place)
        assert not place.with_name("features.csv").exists()

    def test_folder_asked_for_but_not_used(self, fit, place):
        assert fit("--no-cache", "--cache", place)[0] == (N_CLIPS, 0)

    def test_users_folder(self, fit, place, monkeypatch):
        _, expected, printed = fit()
        monkeypatch.delenv("SERSK_CACHE")
        monkeypatch.setattr("platformdirs.user_cache_path", lambda name, **_: place / name)
        counts, results, done = fit()
        assert counts == (N_CLIPS, 0)
        (line,) = done.err.splitlines()
        assert line.startswith(f"sersk: warning: Cannot use the feature store '{place / 'sersk'}'")
        assert line.endswith(" Features are extracted without it.")
        assert _without_times(results) == _without_times(expected)
        assert done.out.replace(" in place of an earlier one", "") == printed.out

    def test_cache_info_and_clear(self, run, place, tmp_path, assert_error):
        (tmp_path / "store" / FeatureStore(place).path.name).mkdir(parents=True)
        for command in ("info", "clear"):
            result = run("cache", command, "--cache", tmp_path / "store")
            assert_error(result, "Cannot use the feature store", tmp_path / "store")


class TestDamaged:
    @pytest.mark.parametrize("content", [b"", b"this is no database" * 100])
    def test_file_costs_a_line(self, fit, cache, content):
        _, expected, printed = fit()
        FeatureStore(cache).path.write_bytes(content)
        counts, results, done = fit()
        assert counts == (N_CLIPS, 0)
        (line,) = done.err.splitlines()
        assert re.match(r"sersk: warning: The feature store .* is damaged \(.*\) and is st", line)
        assert _without_times(results) == _without_times(expected)
        assert done.out.replace(" in place of an earlier one", "") == printed.out
        counts, _, done = fit()
        assert (counts, done.err) == ((0, N_CLIPS), "")

    def test_rows_cost_a_line(self, fit, cache):
        _, expected, _ = fit()
        with closing(sqlite3.connect(FeatureStore(cache).path)) as database:
            clips = database.execute("SELECT clip FROM rows LIMIT 3").fetchall()
            database.executemany("UPDATE rows SET content = zeroblob(8) WHERE clip = ?", clips)
            database.commit()
        counts, results, done = fit()
        assert counts == (3, N_CLIPS - 3)
        (line,) = done.err.splitlines()
        assert line.startswith("sersk: warning: 3 damaged row(s) in the feature store")
        assert _without_times(results) == _without_times(expected)
        counts, _, done = fit()
        assert (counts, done.err) == ((0, N_CLIPS), "")


class TestCacheCommand:
    def test_info(self, fit, run_well, cache):
        fit()
        fit(recipe=BOTH)
        done = run_well("cache", "info")
        lines = done.out.splitlines()
        path = FeatureStore(cache).path
        assert lines[0] == f"Store: {path}"
        size = path.stat().st_size / 1e6
        assert lines[1] == f"Size:  {size:.1f} MB of at most 2147 MB"
        assert lines[3].split() == ["clips", "computed", "reused", "last", "used", "extractor"]
        now = r"\d{4}-\d\d-\d\d \d\d:\d\d"
        found = [re.fullmatch(rf" +(\d+) +(\d+) +(\d+)  {now}  (.+)", x) for x in lines[4:]]
        # The last used comes first; all were at once, but for the writing of some.
        assert sorted(match.groups() for match in found) == [
            ("6", "6", "0", "RMS()"),
            ("6", "6", "6", "SoundMeasurements()"),
            ("6", "6", "6", "ZeroCrossingRate()"),
        ]
        assert done.err == ""

    def test_info_of_nothing(self, run_well, tmp_path):
        done = run_well("cache", "info", "--cache", tmp_path / "none")
        path = FeatureStore(tmp_path / "none").path
        assert done.out == f"Store: {path}\nSize:  0.0 MB of at most 2147 MB\n"
        assert not list(tmp_path.iterdir())

    def test_clear(self, fit, run_well, cache):
        fit()
        path = FeatureStore(cache).path
        size = path.stat().st_size / 1e6
        assert run_well("cache", "clear").out == f"Cleared {path}: {size:.1f} MB.\n"
        assert not path.exists()
        assert len(run_well("cache", "info").out.splitlines()) == 2
        assert run_well("cache", "clear").out == f"Cleared {path}: 0.0 MB.\n"
        assert fit()[0] == (N_CLIPS, 0)

    def test_clear_only_the_folder_named(self, fit, run_well, cache, tmp_path):
        fit()
        fit("--cache", tmp_path / "mine")
        run_well("cache", "clear", "--cache", tmp_path / "mine")
        assert not FeatureStore(tmp_path / "mine").path.exists()
        assert FeatureStore(cache).info().n_computed == N_ROWS

    def test_clear_of_nothing_makes_nothing(self, run_well, tmp_path):
        run_well("cache", "clear", "--cache", tmp_path / "none")
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("command", ["info", "clear"])
    def test_damaged_store_costs_a_line_at_most(self, fit, run_well, cache, command):
        fit()
        FeatureStore(cache).path.write_bytes(b"this is no database" * 100)
        done = run_well("cache", command)
        lines = done.err.splitlines()
        assert len(lines) <= 1
        assert all(line.startswith("sersk: warning: The feature store ") for line in lines)
        assert str(FeatureStore(cache).path) in done.out
        assert FeatureStore(cache).info().parts == []


def test_a_model_does_not_remember_the_store(fit, tmp_path, cache):
    # It goes to other people, for whom the folder means nothing.
    fit()
    import joblib

    pipeline = joblib.load(tmp_path / "model.joblib")
    assert pipeline["features"].memory is None
    assert str(cache).encode() not in (tmp_path / "model.joblib").read_bytes()


@pytest.mark.usefixtures("real_workers")
def test_number_of_workers_does_not_matter(fit, cache, tmp_path):
    _, expected, _ = fit("--no-cache")
    counts, results, _ = fit("--jobs", 2)
    assert counts == (N_CLIPS, 0)
    assert _without_times(results) == _without_times(expected)
    counts, results, _ = fit("--jobs", 2)
    assert counts == (0, N_CLIPS)
    assert _without_times(results) == _without_times(expected)
    assert FeatureStore(cache).info().n_computed == N_ROWS
    assert np.isfinite(results["uar"])
