"""Other classes than those of the CSV."""

import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.naive_bayes import GaussianNB
from xgboost import XGBClassifier

from sersk.classifiers import LabelEncodedClassifier
from sersk.datasets import LABEL_MAPS, LabelMap
from sersk.exceptions import DataWarning, ManifestError
from sersk.workflows import compare, evaluate, fit, predict
from tests.workflows._given import make_given_corpus

WORDS = {"anger": "angry", "neutral": "neu", "sadness": "sad"}
SEEN = []


class Listener(ClassifierMixin, BaseEstimator):
    """Notes what it is fitted to, and gives every class the same probability."""

    __metadata_request__fit = {"sample_weight": True}

    def fit(self, X, y, sample_weight=None):
        weights = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight)
        SEEN.append(pd.DataFrame({"row": X[:, 0], "label": y, "weight": weights}))
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))

    def predict(self, X):
        return np.repeat(self.classes_[0], len(X))


@pytest.fixture
def six(tmp_path):
    SEEN.clear()
    return make_given_corpus(tmp_path, noise=0.3)


@pytest.fixture
def ravdess_words(six):
    """The same clips in other words, and twelve of disgust."""
    rows = six.rows.assign(Class=six.rows.Class.map(WORDS))
    rows.loc[rows.index[:12], "Class"] = "disgust"
    return six.write_csv(rows, "words.csv")


def make_quick(corpus, name="quick", **how):
    """A recipe that is fitted at once."""
    return corpus.make_recipe(name=name, steps=[("classifier", GaussianNB())], **how)


def number_rows(corpus):
    """Give the corpus its row numbers for features."""
    corpus.X[:, 0] = np.arange(len(corpus.X))
    return corpus


def test_classes_become_common_ones(six, ravdess_words):
    with pytest.warns(DataWarning, match=r"emotion4 have no place for disgust \(12\): 12 clip"):
        fitted = fit(ravdess_words, recipe=make_quick(six), labels="emotion4", n_jobs=1)
    assert fitted.results["classes"] == ["anger", "neutral", "sadness"]
    assert fitted.results["n_clips"] == len(six.y) - 12
    assert fitted.results["labels"]["name"] == "emotion4"
    assert fitted.results["labels"]["n_partial"] == 0
    assert fitted.pipeline.classes_.tolist() == ["anger", "neutral", "sadness"]
    assert fitted.description["labels"]["weights"] == LABEL_MAPS["emotion4"].weights
    json.dumps(fitted.description)


def test_same_as_a_csv_in_these_words(six, ravdess_words):
    with pytest.warns(DataWarning, match="no place for disgust"):
        mapped = fit(ravdess_words, recipe=make_quick(six), labels="emotion4", n_jobs=1)
    plain = six.rows.iloc[12:]
    plain = fit(six.write_csv(plain, "plain.csv"), recipe=make_quick(six), n_jobs=1)
    assert plain.results["labels"] is None
    for key in ("uar", "confusion_matrix", "per_speaker", "folds", "n_clips"):
        assert mapped.results[key] == plain.results[key]


def test_clips_of_several_classes_train_in_part_and_are_not_scored(six):
    number_rows(six)
    recipe = six.make_recipe(steps=[("classifier", Listener())])
    fitted = fit(six.csv, recipe=recipe, labels="sentiment3", n_jobs=1)
    everything = SEEN[-1].set_index("row")
    of_class = [everything.loc[np.flatnonzero(six.y == name)] for name in WORDS]
    anger, neutral, sadness = of_class
    assert anger.label.eq("negative").all()
    assert neutral.label.eq("neutral").all()
    assert (anger.weight.eq(1) & neutral.weight.eq(1).to_numpy()).all()
    assert sadness.weight.eq(0.5).all()
    assert (sadness.groupby("row").label.agg(set) == {"negative", "neutral"}).all()
    n_whole = np.sum(six.y != "sadness")
    assert fitted.results["n_clips"] == n_whole == np.sum(fitted.results["confusion_matrix"])
    assert sum(fold["n_test"] for fold in fitted.results["folds"]) == n_whole
    assert fitted.results["labels"]["n_partial"] == np.sum(six.y == "sadness")
    # In the folds as well, and never a row of the speaker left out.
    for fold, speaker in zip(SEEN[:-1], np.unique(six.speakers), strict=True):
        assert fold.weight.eq(0.5).any()
        assert not np.isin(six.speakers[fold.row.astype(int)], speaker).any()


def test_a_class_of_several_is_extracted_once(six):
    recipe = make_quick(six)
    fit(six.csv, recipe=recipe, labels="sentiment3", n_jobs=1)
    (paths,) = recipe.extractor.calls
    assert len(paths) == len(set(paths)) == len(six.y)


def test_weights_move_the_model(six, tmp_path):
    """With little weight on one side a clip of two classes goes to the other."""
    for first, second in ((0.95, 0.05), (0.05, 0.95)):
        label_map = LabelMap(
            "own", {"x": {"anger": 1, "sadness": first}, "y": {"neutral": 1, "sadness": second}}
        )
        fitted = fit(six.csv, recipe=make_quick(six), labels=label_map, n_jobs=1)
        sad = six.rows.Filename[six.y == "sadness"]
        paths = [str(tmp_path / name) for name in sad]
        table = predict(fitted.pipeline, paths)
        assert (table["Class"] == ("x" if first > second else "y")).mean() > 0.9


def test_learning_curve_importance_and_search_with_weights(six, monkeypatch):
    for name in ("REPEATS", "FOLDS", "SIZES"):
        monkeypatch.setattr(f"sersk.workflows._diagnosis._N_{name}", 2)
    few_trees = LabelEncodedClassifier(XGBClassifier(n_estimators=3, n_jobs=1))
    recipe = six.make_recipe(
        steps=[("classifier", few_trees)], space=[("classifier__estimator__max_depth", [1, 2])]
    )
    fitted = fit(
        six.csv,
        recipe=recipe,
        labels="sentiment3",
        search=True,
        n_splits=2,
        learning_curve=True,
        importance=True,
        n_jobs=1,
    )
    assert fitted.results["search"]["best_params"]
    assert fitted.results["learning_curve"]["n_speakers"]
    assert fitted.results["importance"]["by_descriptor"]["rows"]


@pytest.mark.parametrize("model", ["svm", "mlp", "xgboost"])
def test_every_model_takes_weights(six, model):
    how = dict(labels="sentiment3", n_splits=3, n_jobs=1)
    fitted = fit(six.csv, recipe=six.make_recipe(model), **how)
    assert fitted.results["uar"] > 0.7


def test_nothing_left(six):
    label_map = LabelMap("fun", {"good": {"happiness": 1}, "odd": {"surprise": 1}})
    with pytest.raises(ManifestError, match=r"no place for any class of .*: anger \(24\)"):
        fit(six.csv, recipe=make_quick(six), labels=label_map, n_jobs=1)


def test_nothing_whole(six):
    parts = dict.fromkeys(WORDS, 0.5)
    label_map = LabelMap("vague", {"good": parts, "bad": parts})
    with pytest.raises(ManifestError, match=r"No clip of .* has a single class"):
        fit(six.csv, recipe=make_quick(six), labels=label_map, n_jobs=1)


def test_unknown_words_and_maps(six):
    rows = six.rows.assign(Class=six.rows.Class.replace("anger", "wrath of gods"))
    csv = six.write_csv(rows, "odd.csv")
    with pytest.raises(ManifestError, match="wrath of gods"):
        fit(csv, recipe=make_quick(six), labels="emotion4", n_jobs=1)
    with pytest.raises(ManifestError, match="no label map 'emotion5'"):
        fit(six.csv, recipe=make_quick(six), labels="emotion5", n_jobs=1)


def test_compare_under_other_labels(six):
    recipes = [make_quick(six), make_quick(six, "other", columns=slice(0, 2))]
    comparison = compare(six.csv, recipes, labels="sentiment3", inflation=True, n_jobs=1)
    alone = fit(six.csv, recipe=make_quick(six), labels="sentiment3", n_jobs=1).results
    row = next(row for row in comparison["leaderboard"] if row["recipe"] == "quick")
    assert row["uar"] == alone["uar"]
    assert comparison["n_clips"] == alone["n_clips"] == np.sum(six.y != "sadness")
    assert comparison["labels"]["name"] == "sentiment3"


def test_evaluate_in_other_words(six, ravdess_words):
    model = fit(six.csv, recipe=make_quick(six), n_jobs=1).pipeline
    with pytest.raises(ManifestError, match="bring both to common ones with --labels"):
        evaluate(model, ravdess_words)
    with pytest.warns(DataWarning, match="no place for disgust"):
        results = evaluate(model, ravdess_words, labels="emotion4")
    assert results["n_clips"] == len(six.y) - 12
    # The model has no happiness to offer.
    assert results["classes"] == ["anger", "neutral", "sadness"]
    assert results["uar"] > 0.95


def test_evaluate_takes_the_labels_of_the_fit(six, ravdess_words):
    with pytest.warns(DataWarning, match="no place for disgust"):
        fitted = fit(ravdess_words, recipe=make_quick(six), labels="emotion4", n_jobs=1)
    fitted.pipeline.description_ = fitted.description
    results = evaluate(fitted.pipeline, six.csv)
    assert results["labels"]["name"] == "emotion4"
    assert results["n_clips"] == len(six.y)


def test_evaluate_sums_probabilities_up(six):
    fitted = fit(six.csv, recipe=make_quick(six), n_jobs=1)
    rows = six.rows.assign(
        Class=six.rows.Class.map(
            {"anger": "negative", "neutral": "neutral", "sadness": "negative"}
        )
    )
    results = evaluate(fitted.pipeline, six.write_csv(rows), labels="sentiment3")
    assert results["n_clips"] == len(six.y)
    assert results["per_class"]["neutral"]["recall"] > 0.8


def test_evaluate_what_is_all_of_several_classes(six):
    model = fit(six.csv, recipe=make_quick(six), labels="sentiment3", n_jobs=1).pipeline
    csv = six.write_csv(six.rows[six.y == "sadness"], "sad.csv")
    with pytest.raises(ManifestError, match=r"No clip of .*sad\.csv has a single class"):
        evaluate(model, csv, labels="sentiment3")
    recipe = make_quick(six)
    with pytest.raises(ManifestError, match=r"No clip of .*sad\.csv has a single class"):
        fit(six.csv, recipe=recipe, labels="sentiment3", test=csv, n_jobs=1)
    assert recipe.extractor.calls == []


def test_unknown_labels_before_the_work(six):
    recipe = make_quick(six)
    model = fit(six.csv, recipe=recipe, n_jobs=1).pipeline
    recipe.extractor.calls.clear()
    for run in (
        lambda: fit(six.csv, recipe=recipe, labels="emotion5"),
        lambda: evaluate(model, six.csv, labels="emotion5"),
        lambda: predict(model, six.rows.Filename, labels="emotion5"),
        lambda: compare(six.csv, [recipe, six.make_recipe("mlp")], labels="emotion5"),
    ):
        with pytest.raises(ManifestError, match="no label map 'emotion5'"):
            run()
    assert recipe.extractor.calls == []


def test_predict_under_other_labels(six):
    fitted = fit(six.csv, recipe=make_quick(six), n_jobs=1)
    paths = [str(six.csv.parent / name) for name in six.rows.Filename]
    own = predict(fitted.pipeline, paths)
    table = predict(fitted.pipeline, paths, labels="sentiment3")
    # Nothing that the model knows is positive.
    assert list(table.columns) == ["Filename", "Class", "neutral", "negative", "Warning"]
    assert_allclose(table["negative"], own["anger"] + own["sadness"] / 2)
    assert_allclose(table["neutral"], own["neutral"] + own["sadness"] / 2)
    assert_array_equal(table["Class"], table[["neutral", "negative"]].idxmax(axis=1))
