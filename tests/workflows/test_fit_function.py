import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.feature_selection import SelectKBest
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.exceptions import AudioReadError, DataWarning, ManifestError, RecipeError
from sersk.model_selection import fit_with_groups
from sersk.recipes import find_recipe, make_custom_recipe, make_recipe
from sersk.workflows import FitResult, fit
from tests.workflows._copies import NaiveRecipe


class TestResult:
    def test_is_ready_for_json(self, fitted):
        assert isinstance(fitted, FitResult)
        for content in (fitted.results, fitted.description):
            assert json.loads(json.dumps(content)) == content

    def test_knows_what_the_summary_needs(self, fitted):
        assert fitted.results["recipe"] == "svm"
        assert fitted.pipeline.classes_.tolist() == fitted.results["classes"]
        assert [name for name, _ in fitted.pipeline.steps] == [
            "sound",
            "features",
            "novelty",
            "scaler",
            "classifier",
        ]

    def test_takes_a_recipe_of_ones_own(self, clips_csv, extracted):
        recipe = make_custom_recipe(["zcr", "rms"], "xgboost")
        result = fit(clips_csv, recipe=recipe, n_splits=2, n_jobs=1, memory=extracted)
        assert result.results["recipe"] == "zcr,rms + xgboost"
        names = result.pipeline["features"].get_feature_names_out().tolist()
        assert result.description["features"]["names"] == names
        assert len(names) == 4


# What the recipe svm hears, and a classifier that is fitted at once.
QUICK = NaiveRecipe("quick", ("mfcc",))
RECIPES_ON_PATHS = [
    *(find_recipe(name) for name in ("ann", "xgboost", "egemaps-svm")),
    make_custom_recipe(["mfcc", "chroma", "zcr", "rms", "contrast"]),
]


@pytest.mark.filterwarnings("ignore::sersk.exceptions.LicenceWarning")
@pytest.mark.parametrize("recipe", RECIPES_ON_PATHS, ids=lambda recipe: recipe.name)
def test_pipeline_equals_the_recipe_fitted_on_paths(recipe, rows, new_clips, tmp_path):
    rows, new_clips = rows.groupby(["Class", "Speaker"]).head(1), new_clips[:6]
    rows[["path", "Class", "Speaker"]].to_csv(tmp_path / "few.csv", index=False)
    by_workflow = fit(tmp_path / "few.csv", recipe=recipe, n_splits=2, n_jobs=1).pipeline
    pipeline = recipe.make_pipeline()
    fit_with_groups(pipeline, rows.path.tolist(), rows.Class.to_numpy(), rows.Speaker.to_numpy())
    expected = pipeline.predict_proba(new_clips)
    np.testing.assert_allclose(by_workflow.predict_proba(new_clips), expected, atol=1e-6)
    predicted = by_workflow.predict(new_clips).tolist()
    assert predicted == pipeline.predict(new_clips).tolist()
    assert np.ptp(expected) > 0.05
    # The label is the class with the highest probability.
    assert predicted == by_workflow.classes_[expected.argmax(axis=1)].tolist()


def test_without_speakers_it_is_the_plain_fit(rows, features, new_clips, tmp_path, extracted):
    table = rows[["path", "Class"]]
    table.to_csv(tmp_path / "plain.csv", index=False)
    by_workflow = fit(tmp_path / "plain.csv", recipe="svm", n_jobs=1, memory=extracted).pipeline
    pipeline = make_recipe("svm")[0]
    learner = pipeline[1:].fit(features, rows.Class.to_numpy())
    expected = learner.predict_proba(pipeline[0].transform(new_clips))
    np.testing.assert_allclose(by_workflow.predict_proba(new_clips), expected, atol=1e-6)


@pytest.mark.parametrize("options", [{}, {"search": True}, {"select": 4}])
def test_each_clip_is_read_once_for_all_features(options, rows, tmp_path, monkeypatch):
    from sersk import audio

    reads, read = Counter(), audio.read_pieces

    def counted(path, *args):
        reads[str(path)] += 1
        return read(path, *args)

    monkeypatch.setattr(audio, "read_pieces", counted)
    # Parts of two sampling rates share the one reading, too.
    recipe = NaiveRecipe("own", ("mfcc", "zcr"))
    rows = rows.groupby(["Class", "Speaker"]).head(1)
    rows[["path", "Class", "Speaker"]].to_csv(tmp_path / "few.csv", index=False)
    fit(tmp_path / "few.csv", recipe=recipe, n_splits=2, n_jobs=1, **options)
    # And once for how it sounds, at its own rate.
    assert reads == Counter([*rows.path, *rows.path])


class _Spy:
    """Remember the rows that each fit of a class of estimators has seen."""

    def __init__(self, monkeypatch, *classes):
        self.seen = {cls.__name__: [] for cls in classes}
        for cls in classes:
            self._watch(monkeypatch, cls)

    def _watch(self, monkeypatch, cls):
        original = cls.fit

        def fit(estimator, X, *args, **kwargs):
            self.seen[cls.__name__].append(np.array(X))
            return original(estimator, X, *args, **kwargs)

        monkeypatch.setattr(cls, "fit", fit)


@pytest.fixture(scope="module")
def features(rows):
    return make_recipe("svm")[0][0].transform(rows.path.tolist())


def _members(seen, features):
    """Which clips the rows are that an estimator has seen, found by their values."""
    known = {tuple(np.round(row, 4)): i for i, row in enumerate(features)}
    return {known[tuple(np.round(row, 4))] for row in seen}


def test_scaler_is_fitted_inside_each_fold(clips_csv, rows, features, monkeypatch, extracted):
    spy = _Spy(monkeypatch, StandardScaler)
    fit(clips_csv, recipe=QUICK, n_jobs=1, memory=extracted)
    *by_fold, last = [_members(seen, features) for seen in spy.seen["StandardScaler"]]
    assert last == set(range(len(rows)))
    speakers = rows.Speaker.to_numpy()
    expected = [set(np.flatnonzero(speakers != name)) for name in np.unique(speakers)]
    assert by_fold == expected


def test_search_scales_inside_its_own_folds(clips_csv, rows, features, monkeypatch, extracted):
    spy = _Spy(monkeypatch, StandardScaler)
    fit(clips_csv, recipe=QUICK, search=True, n_jobs=1, memory=extracted)
    fits = [_members(seen, features) for seen in spy.seen["StandardScaler"]]
    speakers = rows.Speaker.to_numpy()
    heard = Counter(len(set(speakers[list(members)])) for members in fits)
    # In each of four outer folds, and for the final model: 2 candidates × 3 inner folds, and a
    # refit. Only the final one hears all four speakers.
    assert heard[4] == 1
    assert heard[1] == 0
    assert sum(heard.values()) == 4 * (2 * 3 + 1) + 2 * 3 + 1
    # A speaker is never divided between the two sides.
    for members in fits:
        held = set(speakers[list(members)])
        assert members == set(np.flatnonzero(np.isin(speakers, list(held))))


def test_all_that_learns_sees_only_the_training_speakers(clips_csv, rows, monkeypatch, extracted):
    spy = _Spy(monkeypatch, StandardScaler, SelectKBest, SpeakerCalibratedClassifier, SVC)
    fit(clips_csv, recipe="svm", select=7, n_jobs=1, memory=extracted)
    n = len(rows)
    for name in ("StandardScaler", "SelectKBest", "SpeakerCalibratedClassifier"):
        assert [len(seen) for seen in spy.seen[name]] == [36, 36, 36, 36, n]
    assert all(seen.shape[1] == 7 for seen in spy.seen["SpeakerCalibratedClassifier"])
    # Calibration leaves out whole speakers, of twelve clips each, of those that are left.
    assert {len(seen) for seen in spy.seen["SVC"]} <= {12, 24, 36, n}


def test_calibration_is_told_the_speakers(clips_csv, rows, monkeypatch, extracted):
    told = []
    original = SpeakerCalibratedClassifier.fit

    def spy(estimator, X, y, groups=None):
        told.append(groups)
        return original(estimator, X, y, groups)

    # The signature is what scikit-learn's routing looks at.
    monkeypatch.setattr(SpeakerCalibratedClassifier, "fit", spy)
    fit(clips_csv, recipe="svm", n_jobs=1, memory=extracted)
    assert [sorted(set(groups)) for groups in told] == [
        ["S02", "S03", "S04"],
        ["S01", "S03", "S04"],
        ["S01", "S02", "S04"],
        ["S01", "S02", "S03"],
        ["S01", "S02", "S03", "S04"],
    ]
    told.clear()
    how = dict(protocol="stratified", n_splits=2, n_jobs=1, memory=extracted)
    fit(clips_csv, recipe="svm", **how)
    assert told == [None] * 3


def test_scores_are_of_the_held_out_clips(fitted, rows, features):
    # The same by hand, from the parts.
    from sersk.metrics import unweighted_average_recall

    y, speakers = rows.Class.to_numpy(), rows.Speaker.to_numpy()
    learner = make_recipe("svm")[0][1:]
    predicted = np.empty_like(y)
    for name in np.unique(speakers):
        test = speakers == name
        model = fit_with_groups(clone(learner), features[~test], y[~test], speakers[~test])
        predicted[test] = model.predict(features[test])
    results = fitted.results
    assert results["uar"] == pytest.approx(unweighted_average_recall(y, predicted))
    for fold in results["folds"]:
        test = speakers == fold["name"]
        score = unweighted_average_recall(y[test], predicted[test])
        assert fold["uar"] == pytest.approx(score)


def test_labels_by_chance_score_at_chance(rows, tmp_path, extracted):
    # With the classes shuffled there is nothing to learn; a leak would be seen here.
    scores, how = [], dict(recipe="svm", n_splits=2, n_jobs=1, memory=extracted)
    for seed in range(4):
        shuffled = np.random.default_rng(seed).permutation(rows.Class)
        table = rows.assign(Class=shuffled)[["path", "Class", "Speaker"]]
        table.to_csv(tmp_path / "chance.csv", index=False)
        scores.append(fit(tmp_path / "chance.csv", **how).results["uar"])
    assert np.mean(scores) < 0.45


def test_above_thirty_speakers_folds_are_grouped(rows, tmp_path, extracted):
    # The same clips under 31 names, some with one clip only.
    speakers = [f"P{i % 31:02d}" for i in range(len(rows))]
    table = rows.assign(Speaker=speakers)[["path", "Class", "Speaker"]]
    table.to_csv(tmp_path / "many.csv", index=False)
    results = fit(tmp_path / "many.csv", recipe=QUICK, n_jobs=1, memory=extracted).results
    assert results["protocol"] == "grouped"
    assert len(results["folds"]) == 5
    assert results["n_speakers"] == 31


def test_seed_reaches_the_classifier_and_not_the_global_generator(clips_csv, extracted):
    np.random.seed(1)  # noqa: NPY002
    expected = np.random.rand()  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    how = dict(n_splits=2, random_state=7, n_jobs=1, memory=extracted)
    network = fit(clips_csv, recipe="ann", **how).pipeline[-1].estimator_.estimator_
    assert isinstance(network, MLPClassifier)
    assert network.random_state == 7
    assert np.random.rand() == expected  # noqa: NPY002


class TestErrors:
    def test_unknown_recipe(self, clips_csv):
        with pytest.raises(RecipeError, match="There is no recipe 'svn'"):
            fit(clips_csv, recipe="svn")

    def test_unknown_choice_about_errors(self, clips_csv):
        with pytest.raises(ValueError, match=r"must be 'raise' or 'skip'\. Got 'ignore' instead"):
            fit(clips_csv, recipe="svm", on_error="ignore")

    @pytest.mark.parametrize("select", [0, 81])
    def test_select_out_of_range(self, select, clips_csv):
        with pytest.raises(RecipeError, match=f"from 1 to 80.*Got {select} instead"):
            fit(clips_csv, recipe="svm", select=select)

    def test_impossible_protocol_fails_before_the_work(self, clips_csv, monkeypatch):
        monkeypatch.setattr("sersk.workflows._fit.extract_corpus", None)
        with pytest.raises(ManifestError, match=r"at most 4.*Got 9"):
            fit(clips_csv, recipe="svm", n_splits=9)

    @pytest.fixture
    def broken_csv(self, rows, tmp_path):
        (tmp_path / "bad.wav").write_bytes(b"bad")
        table = rows[["path", "Class", "Speaker"]].copy()
        table.loc[10, "path"] = str(tmp_path / "bad.wav")
        table.to_csv(tmp_path / "broken.csv", index=False)
        return tmp_path / "broken.csv"

    def test_unreadable_file(self, broken_csv, tmp_path, extracted):
        with pytest.raises(AudioReadError, match=r"1 of 48 files.*bad\.wav', row 12") as caught:
            fit(broken_csv, recipe=QUICK, n_jobs=1, memory=extracted)
        assert caught.value.path == str(tmp_path / "bad.wav")

    def test_unreadable_file_left_out(self, broken_csv, extracted):
        how = dict(on_error="skip", n_jobs=1, memory=extracted)
        with pytest.warns(DataWarning, match=r"Left out 1 of 48 .*row 12"):
            results = fit(broken_csv, recipe=QUICK, **how).results
        assert results["n_clips"] == 47
        assert len(results["skipped"]) == 1

    def test_last_clip_of_a_class_left_out(self, rows, tmp_path, extracted):
        # Only the unreadable file has the third class: what is left has two.
        (tmp_path / "bad.wav").write_bytes(b"bad")
        table = rows[rows.Class != "sadness"][["path", "Class", "Speaker"]]
        bad = pd.DataFrame(
            {"path": [str(tmp_path / "bad.wav")], "Class": "sadness", "Speaker": "S01"}
        )
        pd.concat([table, bad]).to_csv(tmp_path / "two.csv", index=False)
        how = dict(on_error="skip", n_jobs=1, memory=extracted)
        with pytest.warns(DataWarning, match="Left out"):
            result = fit(tmp_path / "two.csv", recipe=QUICK, **how)
        assert result.results["classes"] == ["anger", "neutral"]
        assert result.description["classes"] == ["anger", "neutral"]
