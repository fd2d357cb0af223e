"""Several recipes under the same folds, and the memory of finished folds."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from sersk.exceptions import AudioReadError, DataWarning, ManifestError, RecipeError
from sersk.metrics import adjust_p_values, compare_predictions
from sersk.model_selection import _cross_validation, cross_validate_predictions
from sersk.recipes import RECIPES
from sersk.workflows import _compare as module
from sersk.workflows import clear_fold_memory, compare, fit
from tests.workflows._copies import NaiveRecipe
from tests.workflows._given import make_given_corpus

KEYS = ("uar", "accuracy", "macro_f1", "weighted_f1", "roc_auc", "log_loss", "calibration_error")


@pytest.fixture(scope="module")
def six(tmp_path_factory):
    return make_given_corpus(
        tmp_path_factory.mktemp("six"),
        noise=0.8,
        Fold=lambda rows: [str(int(s[1:]) % 3) for s in rows.Speaker],
    )


def _make_recipe(corpus, name, n_columns=6, **options):
    """A recipe that is fitted at once."""
    steps = (("scaler", StandardScaler()), ("classifier", GaussianNB()))
    return corpus.make_recipe(name=name, columns=slice(n_columns), steps=steps, **options)


@pytest.fixture
def recipes(six):
    """The poorest comes first; the others see ever more of what tells the class."""
    return [_make_recipe(six, "poor", 1), _make_recipe(six, "some", 2), _make_recipe(six, "all")]


@pytest.fixture
def fits(count):
    """Calls that fit a fold."""
    return count(_cross_validation, "fit_with_metadata")


@pytest.fixture
def outcomes(six, recipes):
    """The predictions by recipe, from the parts."""
    splits = list(LeaveOneGroupOut().split(six.X, six.y, six.speakers))
    return {
        recipe.name: cross_validate_predictions(
            recipe.make_pipeline()[1:],
            recipe.extractor.transform(six.rows.Filename),
            six.y,
            splits,
            six.speakers,
        )
        for recipe in recipes
    }


class TestLeaderboard:
    def test_is_sorted(self, six, recipes):
        comparison = compare(six.csv, recipes, n_jobs=1)
        rows = comparison["leaderboard"]
        assert [row["recipe"] for row in rows] == ["all", "some", "poor"]
        uars = [row["uar"] for row in rows]
        assert uars == sorted(uars, reverse=True)
        assert uars[0] > 0.6 > 0.5 > uars[-1]

    def test_figures_are_those_of_fit(self, six, recipes):
        recipes[0] = six.make_recipe(name="poor", columns=slice(1))
        how = dict(n_splits=3, n_jobs=1)
        comparison = compare(six.csv, recipes, **how)
        for row, recipe in zip(comparison["leaderboard"], recipes[::-1], strict=True):
            results = fit(six.csv, recipe=recipe, **how).results
            assert {key: row[key] for key in KEYS} == {key: results[key] for key in KEYS}
            assert row["interval"] == results["interval"]["uar"]
            for key in ("protocol", "optimistic", "n_clips", "n_speakers", "speakers_from"):
                assert comparison[key] == results[key]
            assert comparison["classes"] == results["classes"]
            assert comparison["n_folds"] == len(results["folds"]) == 3

    def test_figures_are_those_of_fit_under_search_and_given_folds(self, six):
        space = [("classifier__var_smoothing", [1e-9, 1.0])]
        recipes = [_make_recipe(six, f"{n} columns", n, space=space) for n in (3, 6)]
        options = dict(search=True, fold_column="Fold", random_state=3, n_jobs=1)
        comparison = compare(six.csv, recipes, **options)
        assert comparison["protocol"] == "published"
        assert (comparison["search"], comparison["seed"]) == (True, 3)
        rows = {row["recipe"]: row for row in comparison["leaderboard"]}
        for recipe in recipes:
            results = fit(six.csv, recipe=recipe, **options).results
            assert {k: rows[recipe.name][k] for k in KEYS} == {k: results[k] for k in KEYS}

    def test_differences_are_to_the_best(self, six, recipes, outcomes):
        rows = compare(six.csv, recipes, n_jobs=1)["leaderboard"]
        assert rows[0]["difference"] is None
        best = outcomes["all"].predictions
        p_values = []
        for row in rows[1:]:
            mine = outcomes[row["recipe"]].predictions
            test = compare_predictions(six.y, mine, best, six.speakers)
            difference = row["difference"]
            assert difference["uar"] == pytest.approx(row["uar"] - rows[0]["uar"])
            assert difference["uar"] <= 0
            assert difference["interval"] == [test.low, test.high]
            assert difference["p_value"] == test.p_value
            p_values.append(test.p_value)
        adjusted = [row["difference"]["p_adjusted"] for row in rows[1:]]
        assert adjusted == adjust_p_values(p_values)
        # The poorest is clearly worse, and Holm's method tells of two tests.
        assert p_values[-1] == 2 / 2**6
        assert adjusted[-1] == pytest.approx(2 * p_values[-1])

    def test_is_json(self, six, recipes):
        comparison = compare(six.csv, recipes, inflation=True, n_jobs=1)

        def fail(constant):
            raise AssertionError(constant)

        assert json.loads(json.dumps(comparison), parse_constant=fail) == comparison

    def test_equal_recipes_are_not_told_apart(self, six):
        recipes = [_make_recipe(six, name) for name in ("one", "two", "three")]
        rows = compare(six.csv, recipes, n_jobs=1)["leaderboard"]
        # Nothing is made of the order but that the first is the best.
        assert [row["recipe"] for row in rows] == ["one", "two", "three"]
        for row in rows[1:]:
            assert row["difference"] == {
                "uar": 0.0,
                "interval": [0.0, 0.0],
                "p_value": 1.0,
                "p_adjusted": 1.0,
            }

    def test_a_perfect_recipe_takes_no_interval_from_the_others(self, six):
        perfect = (six.y[:, None] == np.unique(six.y)) * 1.0
        corpus = replace(six, X=np.column_stack([perfect, six.X]))
        recipes = [_make_recipe(corpus, "perfect", 3), _make_recipe(six, "other")]
        comparison = compare(six.csv, recipes, n_jobs=1)
        assert [row["uar"] == 1 for row in comparison["leaderboard"]] == [True, False]
        assert comparison["leaderboard"][1]["interval"] is not None
        assert comparison["reason_without_interval"] is None

    def test_four_speakers_get_no_tests(self, tmp_path):
        corpus = make_given_corpus(tmp_path, 4)
        recipes = [_make_recipe(corpus, name) for name in ("a", "b")]
        comparison = compare(corpus.csv, recipes, n_jobs=1)
        assert comparison["reason_without_interval"].startswith("4 speakers are too few")
        second = comparison["leaderboard"][1]
        assert second["interval"] is None
        assert second["difference"] == {
            "uar": 0.0,
            "interval": None,
            "p_value": None,
            "p_adjusted": None,
        }

    def test_speakers_not_known(self, six, recipes):
        csv = six.write_csv(six.rows[["Filename", "Class"]], "kaggle.csv")
        comparison = compare(csv, recipes, n_jobs=1)
        assert (comparison["protocol"], comparison["optimistic"]) == ("stratified", True)
        assert comparison["n_speakers"] is None
        assert comparison["reason_without_interval"].startswith("The speakers are not known")
        assert [row["interval"] for row in comparison["leaderboard"]] == [None] * 3


class TestFolds:
    @pytest.fixture
    def splits(self, monkeypatch):
        """The splits and groups that each recipe was scored with."""
        seen, original = [], module.cross_validate_predictions

        def spy(learner, X, y, splits, groups=None, **kwargs):
            seen.append((splits, groups))
            return original(learner, X, y, splits, groups, **kwargs)

        monkeypatch.setattr(module, "cross_validate_predictions", spy)
        return seen

    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"protocol": "grouped", "n_splits": 3, "random_state": 5},
            {"protocol": "stratified"},
            {"fold_column": "Fold"},
        ],
    )
    def test_all_recipes_have_the_same(self, six, recipes, splits, options):
        comparison = compare(six.csv, recipes, n_jobs=1, **options)
        assert len(splits) == 3
        (first, groups), *others = splits
        assert len(first) == comparison["n_folds"]
        for other, _ in others:
            for (train, test), (train_too, test_too) in zip(first, other, strict=True):
                assert_array_equal(train, train_too)
                assert_array_equal(test, test_too)
        is_optimistic = options.get("protocol") == "stratified"
        assert comparison["optimistic"] is is_optimistic
        assert (groups is None) is is_optimistic
        if not is_optimistic:
            for train, test in first:
                assert not set(six.speakers[train]) & set(six.speakers[test])

    @pytest.mark.parametrize("options", [{}, {"fold_column": "Fold"}])
    def test_inflation_is_by_folds_that_share_speakers(self, six, recipes, splits, options):
        plain = compare(six.csv, recipes, n_jobs=1, **options)
        assert not {"random_uar", "inflation"} & set(plain["leaderboard"][0])
        splits.clear()
        comparison = compare(six.csv, recipes, n_jobs=1, inflation=True, **options)
        assert len(splits) == 6
        for random_folds, groups in splits[3:]:
            assert groups is None
            for train, test in random_folds:
                assert set(six.speakers[test]) <= set(six.speakers[train])
        for row, before in zip(comparison["leaderboard"], plain["leaderboard"], strict=True):
            recipe = next(r for r in recipes if r.name == row["recipe"])
            results = fit(six.csv, recipe=recipe, protocol="stratified", n_jobs=1).results
            assert row["random_uar"] == results["uar"]
            assert row["inflation"] == pytest.approx(row["random_uar"] - row["uar"])
            # What is compared, and tested, stays what it was.
            assert {key: row[key] for key in before} == before

    def test_random_folds_flatter_where_speakers_tell_the_class(self, tmp_path):
        """Each speaker has a voice of their own and mostly one class: learnt by heart."""
        corpus = make_given_corpus(tmp_path, 6, 4, n_columns=6, noise=0.3)
        rng = np.random.default_rng(0)
        voices = {speaker: rng.normal(scale=3, size=6) for speaker in np.unique(corpus.speakers)}
        X = rng.normal(scale=0.3, size=corpus.X.shape)
        X += [voices[speaker] for speaker in corpus.speakers]
        mostly = {f"S{i + 1:02d}": sorted(set(corpus.y))[i % 3] for i in range(6)}
        rows = corpus.rows.copy()
        is_own = rng.random(len(rows)) < 0.8
        rows["Class"] = np.where(is_own, rows.Speaker.map(mostly), rows.Class)
        corpus = replace(corpus, rows=rows, X=X)
        csv = corpus.write_csv(rows)
        steps = (("classifier", KNeighborsClassifier(3)),)
        recipes = [
            corpus.make_recipe(name=f"{n} columns", columns=slice(n), steps=steps) for n in (4, 6)
        ]
        comparison = compare(csv, recipes, inflation=True, n_jobs=1)
        assert all(row["inflation"] > 0.15 for row in comparison["leaderboard"])


class TestMemory:
    N_FOLDS = 3

    def _compare(self, six, recipes, memory, **options):
        options = {"protocol": "grouped", "n_splits": self.N_FOLDS, **options}
        return compare(six.csv, recipes, n_jobs=1, memory=memory, **options)

    def test_second_comparison_fits_nothing(self, six, recipes, fits, cache):
        first = self._compare(six, recipes, cache)
        assert len(fits) == 3 * self.N_FOLDS
        fits.clear()
        second = self._compare(six, recipes, cache)
        assert fits == []
        assert second == first
        assert first == self._compare(six, recipes, None)

    def test_nothing_is_kept_without(self, six, recipes, fits, cache):
        for _ in range(2):
            fits.clear()
            self._compare(six, recipes, None)
            assert len(fits) == 3 * self.N_FOLDS
        assert not list(cache.iterdir())

    def test_another_recipe_costs_its_own_folds(self, six, recipes, fits, cache):
        self._compare(six, recipes[:2], cache)
        fits.clear()
        comparison = self._compare(six, recipes, cache)
        assert len(fits) == self.N_FOLDS
        assert comparison == self._compare(six, recipes, None)

    def test_inflation_costs_the_random_folds(self, six, recipes, fits, cache):
        self._compare(six, recipes, cache)
        fits.clear()
        self._compare(six, recipes, cache, inflation=True)
        assert len(fits) == 3 * self.N_FOLDS

    def test_folds_that_were_finished_are_not_done_again(self, six, recipes, cache, monkeypatch):
        """It stops in the middle of the second recipe."""
        n_done, original = 0, _cross_validation.fit_with_metadata

        def stop_after(n):
            def fit_with_metadata(*args, **metadata):
                nonlocal n_done
                if n_done == n:
                    raise KeyboardInterrupt
                n_done += 1
                return original(*args, **metadata)

            return fit_with_metadata

        monkeypatch.setattr(_cross_validation, "fit_with_metadata", stop_after(4))
        with pytest.raises(KeyboardInterrupt):
            self._compare(six, recipes, cache)
        assert n_done == 4
        monkeypatch.setattr(_cross_validation, "fit_with_metadata", stop_after(9))
        comparison = self._compare(six, recipes, cache)
        assert n_done == 9
        monkeypatch.undo()
        assert comparison == self._compare(six, recipes, None)

    @pytest.mark.parametrize(
        "options",
        [
            {"search": True},
            {"protocol": "leave-one-speaker-out", "n_splits": None},
        ],
    )
    def test_other_options_are_not_served_from_it(self, six, fits, cache, options):
        space = [("classifier__var_smoothing", [1e-9, 1.0])]
        recipes = [_make_recipe(six, f"{n} columns", n, space=space) for n in (3, 6)]
        self._compare(six, recipes, cache)
        fits.clear()
        found = self._compare(six, recipes, cache, **options)
        assert len(fits) == 2 * found["n_folds"]
        assert found == self._compare(six, recipes, None, **options)

    def test_another_seed_is_not_served_from_it(self, six, fits, cache):
        """With given folds it decides on nothing but the classifiers."""
        folds = dict(protocol=None, n_splits=None, fold_column="Fold")
        recipes = [six.make_recipe(), six.make_recipe(name="other", columns=slice(3))]
        self._compare(six, recipes, cache, **folds)
        fits.clear()
        self._compare(six, recipes, cache, **folds, random_state=1)
        assert len(fits) == 2 * self.N_FOLDS

    @pytest.mark.parametrize("what", ["a label", "a value", "a speaker", "a clip less"])
    def test_other_data_are_not_served_from_it(self, six, fits, cache, what):
        before = [_make_recipe(six, "a"), _make_recipe(six, "b", 3)]
        folds = dict(protocol=None, n_splits=None, fold_column="Fold")
        self._compare(six, before, cache, **folds)
        rows, X = six.rows.copy(), six.X.copy()
        if what == "a label":
            rows.loc[0, "Class"] = "anger" if rows.Class[0] == "sadness" else "sadness"
        elif what == "a value":
            X[0, 0] += 1e-6
        elif what == "a speaker":
            # The other one of the same fold, so that speakers stay apart.
            rows.loc[0, "Speaker"] = f"S{(int(rows.Speaker[0][1:]) + 2) % 6 + 1:02d}"
        else:
            rows, X = rows[1:], X[1:]
        corpus = replace(six, rows=rows, X=X, csv=six.write_csv(rows, "other.csv"))
        recipes = [_make_recipe(corpus, "a"), _make_recipe(corpus, "b", 3)]
        fits.clear()
        found = self._compare(corpus, recipes, cache, **folds)
        # Every fold learns from the clip or is tested on it, but what is tested has no say in its
        # prediction by its label or its speaker.
        n_same = 1 if what in ("a label", "a speaker") else 0
        assert len(fits) == 2 * (self.N_FOLDS - n_same)
        assert found == self._compare(corpus, recipes, None, **folds)

    def test_moved_and_renamed_files_are(self, six, fits, cache, tmp_path):
        """It goes by content: nothing depends on where a corpus lies."""
        self._compare(six, [_make_recipe(six, "a"), _make_recipe(six, "b", 3)], cache)
        rows = six.rows.assign(Filename=[f"x{name}" for name in six.rows.Filename])
        for name in rows.Filename:
            (tmp_path / name).touch()
        rows.to_csv(tmp_path / "moved.csv", index=False)
        moved = replace(six, rows=rows, csv=tmp_path / "moved.csv")
        fits.clear()
        self._compare(moved, [_make_recipe(moved, "c"), _make_recipe(moved, "d", 3)], cache)
        assert fits == []

    @pytest.mark.parametrize("damage", ["cut short", "garbage", "gone"])
    def test_damaged_entry_is_computed_again(self, six, recipes, fits, cache, damage):
        first = self._compare(six, recipes, cache)
        entries = sorted((cache / "folds").rglob("output.pkl"))
        assert len(entries) == 3 * self.N_FOLDS
        content = entries[4].read_bytes()
        if damage == "gone":
            entries[4].unlink()
        else:
            new = {"cut short": content[: len(content) // 2], "garbage": b"garbage"}
            entries[4].write_bytes(new[damage])
        fits.clear()
        assert self._compare(six, recipes, cache) == first
        assert len(fits) == 1
        fits.clear()
        assert self._compare(six, recipes, cache) == first
        assert fits == []

    def test_clear(self, six, recipes, fits, cache):
        from sersk.features import FeatureStore

        self._compare(six, recipes, cache)
        clear_fold_memory(FeatureStore(cache))
        assert not (cache / "folds").exists()
        fits.clear()
        self._compare(six, recipes, cache)
        assert len(fits) == 3 * self.N_FOLDS
        # Nothing there is nothing to complain of.
        clear_fold_memory(FeatureStore(cache / "none"))

    def test_other_versions_of_libraries_are_not_served_from_it(
        self, six, recipes, fits, cache, monkeypatch
    ):
        self._compare(six, recipes[:2], cache)
        from sersk.workflows import _fold_memory

        monkeypatch.setattr(_fold_memory, "library_versions", lambda: {"scikit-learn": "0.0"})
        fits.clear()
        self._compare(six, recipes[:2], cache)
        assert len(fits) == 2 * self.N_FOLDS

    def test_old_folds_are_forgotten_where_there_are_too_many(
        self, six, recipes, cache, monkeypatch
    ):
        monkeypatch.setattr("sersk.workflows._fold_memory._MAX_BYTES", "10K")
        self._compare(six, recipes, cache)
        kept = [p.stat().st_size for p in (cache / "folds").rglob("*") if p.is_file()]
        assert sum(kept) < 20_000
        assert len(list((cache / "folds").rglob("output.pkl"))) < 3 * self.N_FOLDS

    def test_memory_of_a_fold_is_that_of_any_number_of_workers(self, fits, cache, real_workers):
        """Large arrays reach workers by memory map, and must count as the same arrays."""
        import joblib

        rng = np.random.default_rng(0)
        X, y = rng.normal(size=(60, 5000)), np.tile(["angry", "sad"], 30)
        speakers = np.repeat(np.arange(6), 10)
        assert X.nbytes > 2e6
        splits = list(LeaveOneGroupOut().split(X, y, speakers))
        memory = joblib.Memory(cache, verbose=0)
        options = dict(memory=memory, groups=speakers)
        two = cross_validate_predictions(GaussianNB(), X, y, splits, **options, n_jobs=2)
        fits.clear()
        one = cross_validate_predictions(GaussianNB(), X, y, splits, **options, n_jobs=1)
        assert fits == []
        assert_array_equal(one.probabilities, two.probabilities)


class TestErrors:
    @pytest.mark.parametrize(
        ("names", "match"),
        [
            ([], r"must be two or more different ones\. Got: \.$"),
            (["svm"], r"must be two or more different ones\. Got: svm\.$"),
            (["svm", "ann", "svm"], r"two or more different ones\. Got: svm, ann, svm\.$"),
            (["svm", "svn"], r"There is no recipe 'svn'\. It must be one of: default, def"),
        ],
    )
    def test_recipes(self, six, names, match):
        with pytest.raises(RecipeError, match=match):
            compare(six.csv, names)

    @pytest.mark.parametrize(
        ("options", "match"),
        [
            ({"n_splits": 9}, r"at most 6, the number of speakers"),
            ({"protocol": "loso"}, r"There is no protocol 'loso'"),
            ({"fold_column": "Fold", "n_splits": 2}, r"makes 3 folds\. Got --cv 2"),
            ({"group_column": "Who"}, r"no column 'Who'"),
        ],
    )
    def test_protocols_fail_before_the_work(self, six, recipes, options, match):
        with pytest.raises(ManifestError, match=match):
            compare(six.csv, recipes, **options)
        assert all(recipe.extractor.calls == [] for recipe in recipes)

    def test_impossible_random_folds_fail_before_the_work(self, six, recipes):
        rows = six.rows.copy()
        rows.loc[0, "Class"] = "rare"
        with pytest.raises(ManifestError, match="'rare' has a single clip"):
            compare(six.write_csv(rows), recipes, inflation=True, n_jobs=1)
        assert all(recipe.extractor.calls == [] for recipe in recipes)

    @pytest.fixture
    def broken(self, rows, tmp_path):
        """The clips of four speakers; one file is no sound, and one is not there."""
        (tmp_path / "bad.wav").write_bytes(b"no sound")
        table = rows[["path", "Class", "Speaker"]].rename(columns={"path": "Filename"})
        table.loc[4, "Filename"], table.loc[9, "Filename"] = str(tmp_path / "bad.wav"), "gone.wav"
        table.to_csv(tmp_path / "broken.csv", index=False)
        return tmp_path / "broken.csv"

    recipes_of_sound = [NaiveRecipe(name, (name,)) for name in ("zcr", "rms")]

    def test_unreadable_files(self, broken, tmp_path, extracted):
        how = dict(n_jobs=1, memory=extracted)
        with pytest.raises(ManifestError, match=r"1 of 48 files.*'gone\.wav', row 11"):
            compare(broken, self.recipes_of_sound, **how)
        table = pd.read_csv(broken)
        table[table.Filename != "gone.wav"].to_csv(broken, index=False)
        with pytest.raises(AudioReadError, match=r"1 of 47 files.*bad\.wav', row 6"):
            compare(broken, self.recipes_of_sound, **how)

    @pytest.mark.filterwarnings("ignore::sersk.exceptions.DataWarning")
    def test_unreadable_files_left_out(self, broken, rows, tmp_path, extracted):
        how = dict(n_jobs=1, memory=extracted)
        with pytest.warns(DataWarning, match="Left out 1 of 48"):
            comparison = compare(broken, self.recipes_of_sound, on_error="skip", **how)
        assert comparison["n_clips"] == 46
        assert [entry["file"] for entry in comparison["skipped"]] == [
            "gone.wav",
            str(tmp_path / "bad.wav"),
        ]
        # Nobody's clips take the place of those that are gone.
        clean = rows[["path", "Class", "Speaker"]].drop(index=[4, 9])
        clean.to_csv(tmp_path / "clean.csv", index=False)
        expected = compare(tmp_path / "clean.csv", self.recipes_of_sound, **how)
        assert comparison["leaderboard"] == expected["leaderboard"]


def test_names_are_those_of_recipes(clips_csv, monkeypatch, extracted):
    for name in ("zcr", "rms"):
        monkeypatch.setitem(RECIPES, name, NaiveRecipe(f"{name} alone", (name,)))
    comparison = compare(clips_csv, ["zcr", "rms"], n_jobs=1, memory=extracted)
    assert {row["recipe"] for row in comparison["leaderboard"]} == {"zcr alone", "rms alone"}
