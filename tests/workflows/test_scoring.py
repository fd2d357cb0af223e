"""What fit and evaluate tell about predictions, and that all that learns does so in the fold."""

import json
import math
import re

import numpy as np
import pytest
import soundfile
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score, log_loss, roc_auc_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.exceptions import DataWarning, ManifestError
from sersk.metrics import (
    calibration_error,
    summarise_groups,
    summarise_uncertainty,
    unweighted_average_recall,
)
from sersk.model_selection import SpeakerKFold, cross_validate_predictions
from sersk.recipes import RECIPES
from sersk.workflows import evaluate, fit
from sersk.workflows._parts import split_model
from tests.workflows._copies import NaiveRecipe
from tests.workflows._given import CLASSES, make_given_corpus


def read_strictly(content):
    """Write as JSON and read again, with no NaN or infinity in it."""

    def fail(constant):
        raise AssertionError(f"{constant} is not JSON.")

    return json.loads(json.dumps(content), parse_constant=fail)


@pytest.fixture(scope="module")
def six(tmp_path_factory):
    """Six speakers, of two genders."""
    folder = tmp_path_factory.mktemp("six")
    return make_given_corpus(
        folder,
        noise=0.7,
        Gender=lambda rows: np.where(rows.Speaker < "S04", "female", "male"),
        Sentence=lambda rows: [f"t{i % 4}" for i in range(len(rows))],
        Fold=lambda rows: [{"S01": "10", "S02": "10"}.get(s, "2") for s in rows.Speaker],
    )


def make_naive(corpus):
    """A recipe that is fitted at once."""
    return corpus.make_recipe(steps=(("classifier", GaussianNB()),))


@pytest.fixture(scope="module")
def fitted(six):
    return fit(six.csv, recipe=six.make_recipe(), n_jobs=1)


@pytest.fixture(scope="module")
def out_of_fold(six):
    """The same predictions, from the parts."""
    learner = six.make_recipe().make_pipeline()[1:]
    splits = list(LeaveOneGroupOut().split(six.X, six.y, six.speakers))
    return cross_validate_predictions(learner, six.X, six.y, splits, six.speakers)


class TestScores:
    def test_are_those_of_the_pooled_predictions(self, fitted, out_of_fold, six):
        results, y = fitted.results, six.y
        predicted, probabilities = out_of_fold.predictions, out_of_fold.probabilities
        assert results["uar"] == pytest.approx(unweighted_average_recall(y, predicted))
        assert results["weighted_f1"] == pytest.approx(f1_score(y, predicted, average="weighted"))
        assert results["log_loss"] == pytest.approx(log_loss(y, probabilities))
        area = roc_auc_score(y, probabilities, multi_class="ovr", average="macro")
        assert results["roc_auc"] == pytest.approx(area)
        error = calibration_error(y, probabilities, CLASSES)
        assert results["calibration_error"] == pytest.approx(error)
        # None of them is where it is by chance.
        assert 0.4 < results["uar"] < 0.95
        assert results["roc_auc"] > 0.6

    def test_calibration_is_in_bins_of_equal_numbers(self, fitted, six):
        bins = fitted.results["calibration"]
        assert len(bins) == 10
        counts = np.array([row["n_clips"] for row in bins])
        assert counts.sum() == len(six.y)
        assert np.ptp(counts) <= 1
        confidence, accuracy = (
            np.array([row[key] for row in bins]) for key in ("confidence", "accuracy")
        )
        assert np.all(np.diff(confidence) > 0)
        assert counts @ accuracy / counts.sum() == pytest.approx(fitted.results["accuracy"])
        error = counts @ np.abs(confidence - accuracy) / counts.sum()
        assert fitted.results["calibration_error"] == pytest.approx(error)

    def test_interval_is_over_speakers_and_of_a_cross_validation(self, fitted, out_of_fold, six):
        data = (six.y, out_of_fold.predictions, six.speakers)
        interval = fitted.results["interval"]
        assert interval == summarise_uncertainty(*data, cross_validated=True)
        assert interval != summarise_uncertainty(*data)
        assert interval["n_units"] == 6
        low, high = interval["uar"]
        assert low < fitted.results["uar"] < high
        assert fitted.description["scores"]["interval"] == interval

    def test_tables_by_speaker_and_gender(self, fitted, out_of_fold, six):
        predicted, genders = out_of_fold.predictions, six.rows.Gender.to_numpy()
        results = fitted.results
        assert results["per_speaker"] == summarise_groups(six.y, predicted, six.speakers)
        assert results["per_gender"] == summarise_groups(six.y, predicted, genders)
        assert list(results["per_gender"]) == ["female", "male"]
        # Leaving out one speaker at a time, the folds are the speakers.
        uars = {name: row["uar"] for name, row in results["per_speaker"].items()}
        assert {fold["name"]: fold["uar"] for fold in results["folds"]} == pytest.approx(uars)

    def test_are_json(self, fitted):
        assert read_strictly(fitted.results) == fitted.results
        assert read_strictly(fitted.description) == fitted.description

    def test_names_of_the_speakers_source(self, fitted):
        assert fitted.results["speakers_from"] == "column 'Speaker'"

    def test_nothing_was_asked_for(self, fitted):
        for key in ("learning_curve", "importance", "search", "select"):
            assert fitted.results[key] is None


class TestWithoutInterval:
    def test_four_speakers_are_too_few(self, tmp_path):
        corpus = make_given_corpus(tmp_path, n_speakers=4)
        results = fit(corpus.csv, recipe=make_naive(corpus), n_jobs=1).results
        interval = results["interval"]
        assert [interval[key] for key in ("uar", "accuracy", "macro_f1")] == [None] * 3
        assert interval["reason"].startswith("4 speakers are too few for an interval")
        assert interval["n_units"] == 4
        assert results["per_gender"] is None
        assert list(results["per_speaker"]) == ["S01", "S02", "S03", "S04"]
        assert read_strictly(results) == results

    def test_speakers_not_known(self, tmp_path):
        corpus = make_given_corpus(tmp_path)
        csv = corpus.write_csv(corpus.rows[["Filename", "Class"]])
        results = fit(csv, recipe=make_naive(corpus), n_jobs=1).results
        assert results["interval"]["uar"] is None
        assert results["interval"]["reason"].startswith("The speakers are not known")
        for key in ("n_speakers", "speakers_from", "per_speaker"):
            assert results[key] is None
        assert read_strictly(results) == results

    def test_every_clip_right(self, tmp_path):
        corpus = make_given_corpus(tmp_path, noise=1e-3)
        results = fit(corpus.csv, recipe=make_naive(corpus), n_jobs=1).results
        assert (results["uar"], results["roc_auc"]) == (1, 1)
        assert results["interval"]["uar"] is None
        assert results["interval"]["reason"].startswith("Every clip is right")
        assert read_strictly(results) == results


class TestColumns:
    def test_gaps_among_speakers_do_for_stratified_folds_only(self, six):
        rows = six.rows.copy()
        rows.loc[[3, 7], "Speaker"] = ""
        csv = six.write_csv(rows, "gaps.csv")
        recipe = make_naive(six)
        results = fit(csv, recipe=recipe, protocol="stratified", n_jobs=1).results
        assert results["protocol"] == "stratified"
        assert (results["n_clips"], results["n_speakers"]) == (len(rows), None)
        assert results["speakers_from"] is None
        assert results["interval"]["uar"] is None
        recipe.extractor.calls.clear()
        for options in (
            {},
            {"protocol": "grouped"},
            {"protocol": "leave-one-speaker-out"},
            {"protocol": "speaker-and-sentence"},
            {"fold_column": "Fold"},
        ):
            with pytest.raises(
                ManifestError, match=r"leaves column 'Speaker' empty in 2 of 72 rows"
            ):
                fit(csv, recipe=recipe, n_jobs=1, **options)
        assert recipe.extractor.calls == []

    def test_gaps_among_genders(self, six):
        rows = six.rows.copy()
        rows.loc[[3, 7], "Gender"] = ""
        results = fit(six.write_csv(rows, "gaps.csv"), recipe=make_naive(six), n_jobs=1).results
        assert "" not in results["per_gender"]

    def test_whole_speakers_are_told_under_stratified_folds(self, six):
        results = fit(six.csv, recipe=make_naive(six), protocol="stratified", n_jobs=1).results
        assert (results["optimistic"], results["n_speakers"]) == (True, 6)
        assert len(results["per_speaker"]) == 6

    def test_published_folds(self, six):
        recipe = make_naive(six)
        results = fit(six.csv, recipe=recipe, fold_column="Fold", n_jobs=1).results
        assert results["protocol"] == "published"
        assert not results["optimistic"]
        assert [(f["name"], f["n_test"]) for f in results["folds"]] == [("2", 48), ("10", 24)]

    def test_published_folds_that_share_speakers_tell_calibration_nothing(self, six, monkeypatch):
        told, original = [], SpeakerCalibratedClassifier.fit

        def spy(estimator, X, y, groups=None):
            told.append(groups is None)
            return original(estimator, X, y, groups)

        monkeypatch.setattr(SpeakerCalibratedClassifier, "fit", spy)
        rows = six.rows.assign(Fold=[str(i % 3) for i in range(len(six.rows))])
        csv = six.write_csv(rows, "shared.csv")
        results = fit(csv, recipe=six.make_recipe(), fold_column="Fold", n_jobs=1).results
        assert results["optimistic"]
        assert told == [True] * 4
        told.clear()
        fit(six.csv, recipe=six.make_recipe(), fold_column="Fold", n_jobs=1)
        assert told == [False] * 3

    def test_speakers_and_sentences_unseen(self, six):
        results = fit(
            six.csv,
            recipe=make_naive(six),
            protocol="speaker-and-sentence",
            n_splits=2,
            n_jobs=1,
        ).results
        assert [fold["name"] for fold in results["folds"]] == ["1.1", "1.2", "2.1", "2.2"]
        assert sum(fold["n_test"] for fold in results["folds"]) == len(six.y)
        # Of half the speakers and half the sentences each.
        assert all(fold["n_train"] + fold["n_test"] < len(six.y) for fold in results["folds"])
        assert not results["optimistic"]

    @pytest.mark.parametrize(
        ("options", "match"),
        [
            ({"fold_column": "Part"}, r"no column 'Part'.*Name the one of the fold with --fold"),
            ({"fold_column": "Fold", "n_splits": 5}, r"makes 2 folds\. Got --cv 5 as well"),
            (
                {"fold_column": "Fold", "protocol": "grouped"},
                r"goes with the protocol 'published'",
            ),
            ({"protocol": "published"}, r"needs the fold of each clip"),
            (
                {"speaker_pattern": "x", "group_column": "Speaker"},
                r"from a column or from a pattern",
            ),
        ],
    )
    def test_contradictions_fail_before_the_work(self, six, options, match):
        recipe = make_naive(six)
        with pytest.raises(ManifestError, match=match):
            fit(six.csv, recipe=recipe, **options)
        assert recipe.extractor.calls == []


class TestInsideTheFold:
    """Noise, of which nothing can be learnt, in far more columns than there are clips."""

    SEEDS = range(3)
    N_SELECTED = 10

    @pytest.fixture(scope="class")
    @classmethod
    def noises(cls, tmp_path_factory):
        corpora = []
        for seed in cls.SEEDS:
            folder = tmp_path_factory.mktemp(f"noise{seed}")
            corpora.append(
                make_given_corpus(folder, 6, 2, n_columns=1500, noise=1e9, random_state=seed)
            )
        return corpora

    def test_selection_scores_at_chance(self, noises):
        how = dict(select=self.N_SELECTED, n_splits=3, n_jobs=1)
        scores = [fit(c.csv, recipe=c.make_recipe(), **how).results["uar"] for c in noises]
        assert np.mean(scores) == pytest.approx(1 / 3, abs=0.12)

    def test_selection_outside_the_fold_would_not(self, noises):
        """The usual leak, to show what the test above would see."""
        scores = []
        for corpus in noises:
            X = SelectKBest(k=self.N_SELECTED).fit_transform(corpus.X, corpus.y)
            model = make_pipeline(StandardScaler(), SVC(C=10.0))
            splits = LeaveOneGroupOut().split(X, corpus.y, corpus.speakers)
            predicted = cross_val_predict(model, X, corpus.y, cv=list(splits))
            scores.append(unweighted_average_recall(corpus.y, predicted))
        assert np.mean(scores) > 0.7

    def test_search_scores_at_chance_but_believes_more(self, noises):
        """The score of what a search chose is not the score that it chose by."""
        steps = (("classifier", KNeighborsClassifier()),)
        space = [("classifier__n_neighbors", list(range(1, 7)))]
        outer, inner = [], []
        for corpus in noises:
            recipe = corpus.make_recipe(columns=slice(3), steps=steps, space=space)
            results = fit(corpus.csv, recipe=recipe, search=True, n_splits=3, n_jobs=1).results
            outer.append(results["uar"])
            inner.append(results["search"]["inner_uar"])
        assert np.mean(outer) == pytest.approx(1 / 3, abs=0.12)
        assert np.mean(inner) > np.mean(outer)


class _Recorder(ClassifierMixin, BaseEstimator):
    """Logs whose clips it is fitted to and asked about, by the values of a row."""

    owners = {}
    log = []

    def __init__(self, width=1):
        self.width = width

    def _find(self, X):
        return frozenset(self.owners[round(float(value), 6)] for value in X[:, -1])

    def fit(self, X, y):
        self.classes_, self.speakers_ = np.unique(y), self._find(X)
        self.log.append(("fit", self.speakers_, None))
        return self

    def predict_proba(self, X):
        self.log.append(("predict", self.speakers_, self._find(X)))
        rng = np.random.default_rng(self.width)
        return rng.dirichlet(np.ones(len(self.classes_)), size=len(X))

    def decision_function(self, X):
        return np.log(self.predict_proba(X))

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class _Scaler(StandardScaler):
    """Leaves the last column, by which clips are known, as it is."""

    def fit(self, X, y=None):
        _Recorder.log.append(("fit", _Recorder()._find(X), None))
        return super().fit(X)

    def transform(self, X):
        return np.column_stack([super().transform(X)[:, :-1], X[:, -1]])


class TestSearchByTheWorkflow:
    """Nested search never shows a test speaker to any fit, from the CSV to the results."""

    @pytest.fixture
    def record(self, six, monkeypatch):
        owners = {round(float(v), 6): s for v, s in zip(six.X[:, -1], six.speakers, strict=True)}
        assert len(owners) == len(six.y)
        monkeypatch.setattr(_Recorder, "owners", owners)
        monkeypatch.setattr(_Recorder, "log", [])

        def run(calibrated, **options):
            classifier, name = _Recorder(), "classifier__width"
            if calibrated:
                classifier = SpeakerCalibratedClassifier(classifier, n_splits=3, random_state=0)
                name = "classifier__estimator__width"
            steps = (("scaler", _Scaler()), ("classifier", classifier))
            recipe = six.make_recipe(name="recorded", steps=steps, space=[(name, [1, 2])])
            monkeypatch.setitem(RECIPES, "recorded", recipe)
            result = fit(six.csv, recipe="recorded", search=True, n_jobs=1, **options)
            return result, _Recorder.log

        return run

    def _check(self, log, speakers):
        for kind, fitted, seen in log:
            assert kind == "fit" or not fitted & seen, "Speakers are in both parts."
        everyone, start = frozenset(speakers), 0
        for speaker in sorted(everyone):
            outer = ("predict", everyone - {speaker}, frozenset({speaker}))
            assert outer in log[start:], f"{speaker} was not left out in turn."
            stop = log.index(outer, start)
            fits = [fitted for kind, fitted, _ in log[start:stop] if kind == "fit"]
            assert not [fitted for fitted in fits if speaker in fitted], "Shown to a fit."
            # Inner folds were made, of fewer speakers still.
            assert min(map(len, fits)) <= 4
            start = stop + 1
        assert log[-1][:2] == ("fit", everyone)

    @pytest.mark.parametrize("calibrated", [False, True])
    def test_no_fit_is_shown_a_test_speaker(self, record, six, calibrated):
        result, log = record(calibrated)
        self._check(log, six.speakers)
        assert result.results["search"]["best_params"].keys()

    @pytest.mark.parametrize("calibrated", [False, True])
    def test_the_record_fails_where_inner_folds_ignore_speakers(
        self, record, six, calibrated, monkeypatch
    ):
        split = SpeakerKFold.split
        monkeypatch.setattr(
            SpeakerKFold, "split", lambda self, X, y, groups=None: split(self, X, y, None)
        )
        _, log = record(calibrated)
        with pytest.raises(AssertionError, match="in both parts"):
            self._check(log, six.speakers)

    def test_the_record_fails_where_outer_folds_ignore_speakers(self, record, six):
        _, log = record(False, protocol="stratified")
        with pytest.raises(AssertionError, match="in both parts"):
            self._check(log, six.speakers)


class TestEvaluate:
    KEYS = (
        *("uar", "accuracy", "macro_f1", "weighted_f1", "per_class", "confusion_matrix"),
        *("roc_auc", "log_loss", "calibration_error", "calibration", "interval", "per_speaker"),
        *("per_gender", "classes", "n_clips", "n_speakers", "speakers_from", "skipped"),
        *("labels", "transductive", "aurc", "risk_coverage"),
    )

    @pytest.fixture
    def new(self, tmp_path):
        """Five new speakers, of whom nobody tells the gender for sure."""
        return make_given_corpus(
            tmp_path, 5, random_state=7, Gender=lambda rows: np.where(rows.index % 2, "f", "m")
        )

    def _evaluate(self, fitted, corpus, csv=None, **options):
        """Score the model on another corpus, whose features are given as well."""
        pipeline = clone(fitted.pipeline, safe=False)
        pipeline.steps = [
            ("features", corpus.make_recipe().extractor),
            *split_model(fitted.pipeline)[1].steps,
        ]
        return evaluate(pipeline, csv or corpus.csv, n_jobs=1, **options)

    def test_has_the_fields_of_fit(self, fitted, new):
        scores = self._evaluate(fitted, new)
        own = {"abstention", "n_warned", "warned_of", "is_training_data"}
        about = {"data", "data_sha256", "recipe", "versions"}
        assert set(scores) == {*self.KEYS, *own, *about}
        assert set(self.KEYS) <= set(fitted.results)
        assert read_strictly(scores) == scores
        assert scores["n_speakers"] == 5

    def test_scores_are_those_of_the_model(self, fitted, new):
        scores = self._evaluate(fitted, new)
        probabilities = split_model(fitted.pipeline)[1].predict_proba(new.X)
        predicted = split_model(fitted.pipeline)[1].predict(new.X)
        assert scores["uar"] == pytest.approx(unweighted_average_recall(new.y, predicted))
        assert scores["log_loss"] == pytest.approx(log_loss(new.y, probabilities))
        # One model for all clips: no further chance than that of the speakers.
        assert scores["interval"] == summarise_uncertainty(new.y, predicted, new.speakers)
        genders = new.rows.Gender.to_numpy()
        assert scores["per_gender"] == summarise_groups(new.y, predicted, genders)

    def test_class_that_the_model_does_not_know(self, fitted, new):
        rows = new.rows.copy()
        rows.loc[:5, "Class"] = "boredom"
        csv = new.write_csv(rows)
        with pytest.warns(
            DataWarning, match=r"does not know boredom; these clips can only be wro"
        ):
            scores = self._evaluate(fitted, new, csv)
        assert scores["classes"] == [*CLASSES, "boredom"]
        assert scores["per_class"]["boredom"]["recall"] == 0
        assert np.sum(scores["confusion_matrix"], axis=1)[3] == 6
        # The clips of a class with probability 0 cost much, but not everything.
        known = self._evaluate(fitted, new, new.write_csv(rows[6:], "known.csv"))
        assert known["log_loss"] + 1 < scores["log_loss"] < math.inf
        assert known["uar"] * 3 / 4 == pytest.approx(scores["uar"])
        assert read_strictly(scores) == scores

    def test_single_class(self, fitted, new):
        csv = new.write_csv(new.rows[new.rows.Class == "anger"])
        scores = self._evaluate(fitted, new, csv)
        assert scores["roc_auc"] is None
        assert scores["uar"] == pytest.approx(scores["accuracy"])
        assert read_strictly(scores) == scores

    def test_gaps_among_speakers(self, fitted, new):
        rows = new.rows.copy()
        rows.loc[2, "Speaker"] = ""
        with pytest.raises(ManifestError, match="leaves column 'Speaker' empty in 1 of 60 rows"):
            self._evaluate(fitted, new, new.write_csv(rows))


class TestDiagnosis:
    def test_learning_curve(self, six, monkeypatch, capsys, count):
        from sersk.model_selection import _cross_validation, _learning_curve

        monkeypatch.setattr("sersk.workflows._diagnosis._N_REPEATS", 3)
        calibrations = count(SpeakerCalibratedClassifier, "fit")
        of_curve = count(_learning_curve, "fit_with_groups")
        plain = count(_cross_validation, "_predict_fold")
        how = dict(n_splits=3, learning_curve=True, n_jobs=1, show_progress=True)
        result = fit(six.csv, recipe=six.make_recipe(), **how)
        curve = result.results["learning_curve"]
        assert set(curve) == {"n_speakers", "scores", "mean", "advice"}
        assert curve["n_speakers"][0] == 2
        assert curve["n_speakers"][-1] in (4, 5)
        assert np.shape(curve["scores"]) == (len(curve["n_speakers"]), 3)
        assert_allclose(curve["mean"], np.mean(curve["scores"], axis=1))
        assert curve["mean"][-1] == pytest.approx(result.results["uar"], abs=0.12)
        assert read_strictly(result.results) == result.results
        # The cross-validation and the final model are calibrated, the curve is not.
        assert len(plain) == 3
        assert len(calibrations) == 3 + 1
        err = capsys.readouterr().err
        (announced,) = re.findall(
            r"^Learning curve: (\d+) fits, about \d+ s at most\.$", err, re.M
        )
        assert len(curve["n_speakers"]) * 15 == len(of_curve) <= int(announced)

    @pytest.mark.parametrize("speakers", ["five", "unknown"])
    def test_too_few_speakers_fail_before_the_work(self, six, speakers):
        rows = six.rows[six.rows.Speaker != "S06"]
        if speakers == "unknown":
            rows = rows.drop(columns="Speaker")
        recipe = six.make_recipe()
        with pytest.raises(ManifestError, match="curve needs at least 6 speakers"):
            fit(six.write_csv(rows), recipe=recipe, learning_curve=True)
        assert recipe.extractor.calls == []

    def test_importance(self, six, capsys, count):
        calibrations = count(SpeakerCalibratedClassifier, "fit")
        how = dict(n_splits=2, importance=True, n_jobs=1, show_progress=True)
        result = fit(six.csv, recipe=six.make_recipe(), **how)
        assert len(calibrations) == 2 + 1
        tables = result.results["importance"]
        assert list(tables) == [
            *("by_extractor", "by_block", "by_descriptor", "by_feature", "without_copies")
        ]
        assert tables["by_block"] is None
        assert tables["without_copies"] is False
        for table in (tables["by_extractor"], tables["by_descriptor"], tables["by_feature"]):
            assert set(table) == {"uar", "n_repeats", "rows"}
            assert table["n_repeats"] == 5
        assert [row["name"] for row in tables["by_extractor"]["rows"]] == ["given"]
        rows = tables["by_descriptor"]["rows"]
        assert sorted(row["name"] for row in rows) == [f"given{i}" for i in range(6)]
        # The first three tell the class, and come first.
        assert {row["name"] for row in rows[:3]} == {"given0", "given1", "given2"}
        losses = [row["loss"] for row in rows]
        assert losses == sorted(losses, reverse=True)
        # Each descriptor is a single feature here, so that both tables say the same of it.
        features = tables["by_feature"]["rows"]
        assert [{**row, "name": row["name"] + "_mean"} for row in rows] == features
        for row in rows:
            low, high = row["interval"]
            assert low < row["loss"] < high
        assert read_strictly(result.results) == result.results
        err = capsys.readouterr().err
        assert "Importance: 5 fits, about " in err
        assert "predictions for 35 shuffled copies of the clips." in err
        assert "Importance of features: 5 fits, about " in err
        assert "predictions for 30 shuffled copies of the clips." in err

    def test_importance_is_of_the_calibrated_labels(self, six, monkeypatch):
        """Leaving calibration out changes no label, so the score without shuffling is the same."""
        monkeypatch.setattr("sersk.workflows._diagnosis._N_REPEATS", 2)
        result = fit(six.csv, recipe=six.make_recipe(), n_splits=2, importance=True, n_jobs=1)
        splits = list(SpeakerKFold(5, random_state=0).split(six.X, six.y, six.speakers))
        learner = six.make_recipe().make_pipeline()[1:]
        assert isinstance(learner[-1], SpeakerCalibratedClassifier)
        found = cross_validate_predictions(learner, six.X, six.y, splits, six.speakers)
        expected = unweighted_average_recall(six.y, found.predictions)
        for kind in ("by_extractor", "by_descriptor"):
            assert result.results["importance"][kind]["uar"] == pytest.approx(expected)

    def test_fitted_model_is_calibrated_all_the_same(self, six, fitted, monkeypatch):
        monkeypatch.setattr("sersk.workflows._diagnosis._N_REPEATS", 2)
        result = fit(
            six.csv, recipe=six.make_recipe(), importance=True, learning_curve=True, n_jobs=1
        )
        assert isinstance(result.pipeline[-1], SpeakerCalibratedClassifier)
        for key in ("uar", "log_loss", "calibration_error", "interval", "confusion_matrix"):
            assert result.results[key] == fitted.results[key]
        assert_array_equal(
            split_model(result.pipeline)[1].predict_proba(six.X),
            split_model(fitted.pipeline)[1].predict_proba(six.X),
        )

    def test_nothing_is_announced_unasked(self, six, capsys):
        recipe = six.make_recipe(steps=(("classifier", GaussianNB()),))
        fit(six.csv, recipe=recipe, n_jobs=1, show_progress=True)
        assert "fits" not in capsys.readouterr().err
        fit(six.csv, recipe=recipe, n_jobs=1, learning_curve=True, importance=True)
        assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("real_workers")
def test_results_do_not_depend_on_the_number_of_workers(six, monkeypatch):
    monkeypatch.setattr("sersk.workflows._diagnosis._N_REPEATS", 2)
    how = dict(n_splits=3, importance=True, learning_curve=True)
    options = dict(recipe=six.make_recipe(), select=4, **how)
    one, two = (fit(six.csv, **options, n_jobs=n_jobs).results for n_jobs in (1, 2))
    for results in (one, two):
        assert results.pop("extraction")["seconds"] >= 0
    assert one == two


class TestAudit:
    """The cheap audit in fit: clips with equal features, and those alone, are decoded again."""

    RECIPE = NaiveRecipe("quick", ("zcr",))

    @pytest.fixture
    def with_copy(self, rows, tmp_path, clips_csv):
        """The clips, and one of them once more as FLAC, under the label given."""
        rows = rows[["path", "Class", "Speaker"]].rename(columns={"path": "Filename"})
        signal, sample_rate = soundfile.read(rows.Filename[0], dtype="int16")
        soundfile.write(tmp_path / "copy.flac", signal, sample_rate, subtype="PCM_16")

        def write(**changes):
            copy = rows.iloc[0].to_dict() | {"Filename": str(tmp_path / "copy.flac")} | changes
            table = rows.copy()
            table.loc[len(rows)] = copy
            table.to_csv(tmp_path / "copies.csv", index=False)
            return tmp_path / "copies.csv", copy["Filename"]

        return write

    def _fit(self, csv, store):
        return fit(csv, recipe=self.RECIPE, n_splits=2, n_jobs=1, memory=store).results

    def _find(self, results):
        return [f for f in results["audit"] if f["kind"] == "exact_duplicate"]

    @pytest.mark.parametrize(
        ("changes", "level", "words"),
        [
            ({}, "warning", "hold the same sound"),
            ({"Class": "other"}, "error", "They differ in their labels"),
            ({"Speaker": "S99"}, "error", "They differ in their speakers"),
        ],
    )
    def test_copy_in_another_format(
        self, with_copy, rows, count, changes, level, words, extracted
    ):
        from sersk.audit import _manifest

        if "Class" in changes:
            changes = {"Class": next(c for c in rows.Class.unique() if c != rows.Class[0])}
        csv, copy = with_copy(**changes)
        digested = count(_manifest, "digest_sound")
        results = self._fit(csv, extracted)
        (finding,) = self._find(results)
        assert finding["level"] == level
        assert sorted(finding["files"]) == sorted([copy, rows.path[0]])
        assert words in finding["message"]
        # Two clips of the 49 were decoded again.
        assert sorted(path for (path,) in digested) == sorted([copy, rows.path[0]])
        assert read_strictly(results) == results

    def test_no_copy_costs_no_decoding(self, clips_csv, count, extracted):
        from sersk.audit import _manifest

        digested = count(_manifest, "digest_sound")
        results = self._fit(clips_csv, extracted)
        assert self._find(results) == []
        assert digested == []

    def test_equal_features_alone_are_no_finding(self, rows, tmp_path, count, extracted):
        """Twice the gain has the same zero crossings, and is another sound."""
        from sersk.audit import _manifest

        signal, sample_rate = soundfile.read(rows.path[0], dtype="int16")
        soundfile.write(tmp_path / "half.wav", signal // 2 * 2, sample_rate, subtype="PCM_16")
        soundfile.write(
            tmp_path / "loud.wav", (signal // 2 * 2) / 2**14, sample_rate, subtype="FLOAT"
        )
        table = rows[["path", "Class", "Speaker"]].rename(columns={"path": "Filename"})
        for name in ("half.wav", "loud.wav"):
            table.loc[len(table)] = [str(tmp_path / name), *table.iloc[0, 1:]]
        table.to_csv(tmp_path / "gain.csv", index=False)
        digested = count(_manifest, "digest_sound")
        results = self._fit(tmp_path / "gain.csv", extracted)
        assert len(digested) >= 2
        assert self._find(results) == []

    def test_names_and_speakers_are_looked_at_as_well(self, tmp_path):
        """A corpus in which the speaker gives the class away."""
        corpus = make_given_corpus(tmp_path)
        rows = corpus.rows.assign(Speaker=[f"{c} {i % 2}" for i, c in enumerate(corpus.y)])
        results = fit(
            corpus.write_csv(rows),
            recipe=make_naive(corpus),
            protocol="grouped",
            n_splits=2,
            n_jobs=1,
        ).results
        assert results["audit"]
        assert {f["level"] for f in results["audit"]} & {"error", "warning"}
        keys = {"kind", "level", "files", "score", "message", "advice"}
        assert all(set(finding) == keys for finding in results["audit"])
