"""Models that normalise speakers, and the scores that rest on that: always beside the others."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import soundfile
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.pipeline import Pipeline

from sersk.exceptions import DataWarning, ManifestError, RecipeError
from sersk.preprocessing import SpeakerNormalizer
from sersk.recipes import find_recipe
from sersk.workflows import (
    evaluate,
    find_rows,
    find_speakers,
    fit,
    normalizes_speakers,
    predict,
    predict_timeline,
    predict_timelines,
)
from tests.workflows._copies import NaiveRecipe, write_speech
from tests.workflows._given import CLASSES, GivenCorpus, make_given_corpus

STEPS = (("classifier", LogisticRegression()),)


def plant_voices(corpus, *, seed=1):
    """Give each speaker a level and a gain of their own in each feature."""
    rng = np.random.default_rng(seed)
    _, codes = np.unique(corpus.speakers, return_inverse=True)
    n_speakers = codes.max() + 1
    gain = rng.uniform(0.5, 2, size=(n_speakers, 1))
    level = rng.normal(scale=3, size=(n_speakers, corpus.X.shape[1]))
    return replace(corpus, X=corpus.X * gain[codes] + level[codes])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Six speakers with twelve clips each."""
    folder = tmp_path_factory.mktemp("voices")
    return plant_voices(make_given_corpus(folder, noise=0.4, n_columns=4))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Five other speakers, and other levels."""
    folder = tmp_path_factory.mktemp("others")
    given = make_given_corpus(folder, 5, noise=0.4, n_columns=4, random_state=7)
    given.rows["Speaker"] = "T" + given.rows.Speaker
    # Other names, as features are looked up by them; other bytes, as clips are known by those.
    names = "t" + given.rows.Filename
    for name in names:
        (folder / name).write_text(name)
    rows = given.rows.assign(Filename=names)
    rows.to_csv(given.csv, index=False)
    return plant_voices(GivenCorpus(given.csv, rows, given.X), seed=2)


@pytest.fixture(scope="module")
def recipe(corpus, other):
    """A recipe that knows the features of both."""
    both = pd.concat([corpus.rows, other.rows])
    return GivenCorpus(None, both, np.vstack([corpus.X, other.X])).make_recipe(steps=STEPS)


@pytest.fixture(scope="module")
def plain(corpus, other, recipe):
    return fit(corpus.csv, recipe=recipe, test=other.csv, n_jobs=1)


@pytest.fixture(scope="module")
def normalized(corpus, other, recipe):
    return fit(corpus.csv, recipe=recipe, test=other.csv, normalize_speakers=True, n_jobs=1)


@pytest.fixture(scope="module")
def model(normalized):
    return normalized.pipeline


def name_files(corpus):
    return [str(corpus.csv.with_name(name)) for name in corpus.rows.Filename]


def stable(results):
    return {key: value for key, value in results.items() if key != "extraction"}


def normalize_by_hand(X, speakers):
    """What a speaker of twelve clips becomes, but for the spread that others have."""
    return SpeakerNormalizer().fit_transform(X, groups=speakers)


class TestFit:
    def test_headline_is_of_the_recipe_without(self, plain, normalized):
        own = {"transductive", "normalize_speakers", "test"}
        expected, found = (
            {key: value for key, value in stable(result.results).items() if key not in own}
            for result in (plain, normalized)
        )
        assert found == expected
        assert plain.results["transductive"] is None
        assert not plain.results["normalize_speakers"]

    def test_planted_voices_are_taken_away(self, normalized):
        results = normalized.results
        assert results["uar"] < 0.6
        assert results["transductive"]["uar"] > results["uar"] + 0.25
        assert results["transductive"]["interval"]["uar"][0] > results["uar"]
        assert results["transductive"]["note"].startswith("Transductive: ")

    def test_transductive_score_is_that_of_each_speaker_by_their_own_clips(
        self, corpus, normalized
    ):
        X, y, speakers = corpus.X, corpus.y, corpus.speakers
        predicted = np.empty(len(y), dtype=object)
        for name in np.unique(speakers):
            test = speakers == name
            normalizer = SpeakerNormalizer().fit(X[~test], groups=speakers[~test])
            Z = normalizer.transform(X[~test], groups=speakers[~test])
            classifier = LogisticRegression().fit(Z, y[~test])
            Z_test = normalizer.transform(X[test], groups=speakers[test])
            predicted[test] = classifier.predict(Z_test)
        expected = balanced_accuracy_score(y, predicted.astype(str))
        assert normalized.results["transductive"]["uar"] == pytest.approx(expected)

    def test_model_is_the_one_with_normalisation(self, corpus, plain, model):
        assert [name for name, _ in model.steps] == [
            "sound",
            "features",
            "novelty",
            "speakers",
            "classifier",
        ]
        assert normalizes_speakers(model)
        assert not normalizes_speakers(plain.pipeline)
        Z = normalize_by_hand(corpus.X, corpus.speakers)
        expected = LogisticRegression().fit(Z, corpus.y)
        np.testing.assert_allclose(model[-1].coef_, expected.coef_, rtol=1e-6)

    def test_description_labels_the_scores(self, plain, normalized):
        description = normalized.description
        assert json.loads(json.dumps(description)) == description
        assert description["normalizes_speakers"] is True
        for part in ("scores", "test"):
            assert description[part]["uar"] == plain.description[part]["uar"]
            assert description[part]["transductive"]["uar"] > description[part]["uar"]
            assert "Transductive" in description[part]["transductive"]["note"]
            assert plain.description[part]["transductive"] is None
        assert plain.description["normalizes_speakers"] is False

    def test_workers_do_not_matter(self, corpus, recipe, real_workers):
        how = dict(recipe=recipe, normalize_speakers=True, n_splits=2)
        fits = [fit(corpus.csv, n_jobs=n, **how) for n in (1, 2)]
        assert stable(fits[0].results) == stable(fits[1].results)

    def test_order_of_rows_does_not_matter(self, corpus, recipe, normalized):
        rows = corpus.rows.sample(frac=1, random_state=3)
        csv = corpus.write_csv(rows, "shuffled.csv")
        results = fit(csv, recipe=recipe, normalize_speakers=True, n_jobs=1).results
        for key in ("uar", "log_loss"):
            assert results[key] == pytest.approx(normalized.results[key], abs=1e-4)
            expected = normalized.results["transductive"][key]
            assert results["transductive"][key] == pytest.approx(expected, abs=1e-4)

    def test_speakers_are_known_to_the_normaliser_where_folds_ignore_them(self, tmp_path):
        many = plant_voices(make_given_corpus(tmp_path, 3, 12, noise=0.4, n_columns=4))
        how = dict(recipe=many.make_recipe(steps=STEPS), n_splits=2, n_jobs=1)
        results = fit(many.csv, protocol="stratified", normalize_speakers=True, **how).results
        assert results["optimistic"]
        assert results["transductive"]["uar"] > results["uar"] + 0.1

    def test_few_clips_are_counted(self, corpus, recipe):
        few = corpus.write_csv(corpus.rows.groupby("Speaker").head(9), "few.csv")
        with pytest.warns(DataWarning, match="6 of 6 speakers have fewer than 10 clips"):
            fit(few, recipe=recipe, normalize_speakers=True, n_splits=2, n_jobs=1)

    @pytest.mark.parametrize("name", ["svm", "xgboost", "ann", "default", "voice"])
    def test_step_is_between_features_and_what_learns(self, name):
        from sersk.workflows._learning import Learning
        from sersk.workflows._normalization import normalize_learning

        steps = find_recipe(name).make_pipeline()[1:]
        made = normalize_learning(Learning(steps, None, {})).estimator
        assert [n for n, _ in made.steps] == ["speakers", *(n for n, _ in steps.steps)]
        assert not normalizes_speakers(steps)

    def test_copies_are_normalised_apart(self, tmp_path, monkeypatch):
        csv, _ = write_speech(tmp_path, 2, 4)
        seen, original = [], SpeakerNormalizer.fit_transform

        def fit_transform(self, X, y=None, groups=None, copy_index=None):
            Z = original(self, X, y, groups, copy_index)
            seen.append((Z, np.asarray(groups), np.asarray(copy_index)))
            return Z

        monkeypatch.setattr(SpeakerNormalizer, "fit_transform", fit_transform)
        how = dict(recipe=NaiveRecipe(), augment="noise,pitch", n_jobs=1, random_state=0)
        fitted = fit(csv, normalize_speakers=True, **how)
        assert [name for name, _ in fitted.pipeline.steps][1:4] == [
            "features",
            "novelty",
            "speakers",
        ]
        # Two folds, and the model.
        assert [len(Z) for Z, _, _ in seen] == [36, 36, 72]
        Z, speakers, copies = seen[-1]
        assert set(copies) == {0, 1, 2}
        for name in np.unique(speakers):
            for number in range(3):
                rows = (speakers == name) & (copies == number)
                assert rows.sum() == 12
                np.testing.assert_allclose(Z[rows].mean(axis=0), 0, atol=1e-5)


class TestFitErrors:
    def test_no_speakers(self, corpus, recipe):
        csv = corpus.write_csv(corpus.rows.drop(columns="Speaker"), "nobody.csv")
        with pytest.raises(ManifestError, match=r"nobody\.csv does not say who speaks, and spea"):
            fit(csv, recipe=recipe, normalize_speakers=True)

    def test_network(self, corpus, recipe):
        class Network(type(recipe)):
            is_network = True

        network = Network("cnn", (), "svm", "", recipe.extractor, STEPS)
        with pytest.raises(RecipeError, match=r"Recipe 'cnn' is a network\. Leave out --normal"):
            fit(corpus.csv, recipe=network, normalize_speakers=True)

    @pytest.mark.parametrize("name", ["search", "learning_curve", "importance"])
    def test_what_predicts_without_knowing_who_speaks(self, corpus, recipe, name):
        option = f"--{name.replace('_', '-')}"
        with pytest.raises(ValueError, match=f"Leave out {option} or --normalize-speakers"):
            fit(corpus.csv, recipe=recipe, normalize_speakers=True, **{name: True})


class TestTest:
    def test_plain_score_is_of_a_model_without(self, plain, normalized):
        expected, found = plain.results["test"], dict(normalized.results["test"])
        assert expected["transductive"] is None
        assert found.pop("transductive")["uar"] > found["uar"] + 0.25
        assert found == {k: v for k, v in expected.items() if k != "transductive"}

    def test_speakers_are_measured_by_their_test_clips(self, other, normalized, model):
        table = predict(model, name_files(other), speakers=other.speakers)
        expected = balanced_accuracy_score(other.y, table.Class)
        assert normalized.results["test"]["transductive"]["uar"] == pytest.approx(expected)

    def test_without_speakers_there_is_no_such_score(self, corpus, other, recipe):
        nameless = other.write_csv(other.rows.drop(columns="Speaker"), "nameless.csv")
        how = dict(recipe=recipe, test=nameless, normalize_speakers=True, n_jobs=1)
        with pytest.warns(DataWarning, match=r"nameless\.csv does not say who speaks, so it is"):
            results = fit(corpus.csv, **how).results
        assert results["test"]["transductive"] is None
        assert results["transductive"] is not None


class TestEvaluate:
    def test_headline_is_without_and_transductive_with(self, other, model):
        results = evaluate(model, other.csv)
        with config_context(enable_metadata_routing=True):
            known = model.predict(name_files(other), groups=other.speakers)
        strangers = model.predict(name_files(other))
        assert results["uar"] == pytest.approx(balanced_accuracy_score(other.y, strangers))
        expected = balanced_accuracy_score(other.y, known)
        assert results["transductive"]["uar"] == pytest.approx(expected)
        assert expected > results["uar"] + 0.2
        assert "of the same model without that" in results["transductive"]["note"]

    def test_without_speakers(self, other, model):
        nameless = other.write_csv(other.rows.drop(columns="Speaker"), "nobody.csv")
        with pytest.warns(DataWarning, match="is scored without normalising speakers"):
            results = evaluate(model, nameless)
        assert results["transductive"] is None
        assert results["uar"] == evaluate(model, other.csv)["uar"]

    def test_other_models_have_no_such_score(self, other, plain):
        assert evaluate(plain.pipeline, other.csv)["transductive"] is None


class TestPredict:
    def test_files_of_other_speakers_and_their_order_do_not_matter(self, other, model):
        paths, speakers = np.array(name_files(other)), other.speakers
        everyone = predict(model, paths, speakers=speakers)
        assert balanced_accuracy_score(other.y, everyone.Class) > 0.8
        is_one = speakers == speakers[0]
        alone = predict(model, paths[is_one], speakers=speakers[is_one])
        np.testing.assert_allclose(
            alone[list(CLASSES)], everyone.loc[is_one, list(CLASSES)], rtol=1e-9
        )
        order = np.random.default_rng(0).permutation(len(paths))
        mixed = predict(model, paths[order], speakers=speakers[order])
        np.testing.assert_allclose(
            mixed[list(CLASSES)], everyone.loc[order, list(CLASSES)], rtol=1e-9
        )

    def test_strangers_are_judged_without_and_that_is_said_once(self, other, model):
        paths = name_files(other)
        with pytest.warns(DataWarning, match="Say who does with --speaker-column") as caught:
            table = predict(model, paths)
        assert len(caught) == 1
        np.testing.assert_allclose(table[list(CLASSES)], model.predict_proba(paths))
        alone = model.predict_proba(paths[:1])
        np.testing.assert_allclose(table[list(CLASSES)].to_numpy()[:1], alone)

    def test_few_and_nameless_clips_are_judged_as_those_of_strangers(self, other, model):
        paths, speakers = name_files(other), other.speakers.astype(object)
        first, second = np.unique(other.speakers)[:2]
        few = np.flatnonzero(speakers == first)[3:]
        speakers[few] = None
        with pytest.warns(DataWarning) as caught:
            table = predict(model, paths, speakers=speakers)
        said = " ".join(str(warning.message) for warning in caught)
        assert len(caught) == 2
        assert "1 of 5 speakers have fewer than 10 clips" in said
        assert "Of 9 of 60 clips it is not known who speaks" in said
        strangers, p = model.predict_proba(paths), table[list(CLASSES)].to_numpy()
        is_first, is_second = other.speakers == first, other.speakers == second
        np.testing.assert_allclose(p[is_first], strangers[is_first])
        assert np.abs(p[is_second] - strangers[is_second]).max() > 0.1

    def test_speakers_of_files_that_cannot_be_read_are_left_out(self, tmp_path, other):
        csv, rows = write_speech(tmp_path, 2, 4)
        fitted = fit(csv, recipe=NaiveRecipe(), normalize_speakers=True, n_jobs=1)
        paths = [str(csv.with_suffix("") / name) for name in rows.Filename]
        names = rows.Speaker.tolist()
        whole = predict(fitted.pipeline, paths, speakers=names)
        with pytest.warns(DataWarning, match="Left out 1 of 25"):
            broken = predict(
                fitted.pipeline, ["gone.wav", *paths], speakers=[names[0], *names], on_error="skip"
            )
        np.testing.assert_allclose(broken[list(CLASSES)][1:], whole[list(CLASSES)])

    def test_a_model_that_does_not_normalise(self, plain, other):
        paths = name_files(other)
        with pytest.raises(ValueError, match="of no use to a model that does not normalise"):
            predict(plain.pipeline, paths, speakers=other.speakers)

    def test_one_speaker_per_file(self, model, other):
        with pytest.raises(ValueError, match=r"as many 'speakers' as files, 60\. Got 2 instead"):
            predict(model, name_files(other), speakers=["ann", "bob"])


class TestFindSpeakers:
    def test_in_the_order_of_the_rows(self, tmp_path):
        rows = {"file": ["b.wav", "gone.wav", "a.wav"], "Actor": ["2", "", "1"], "who": [*"xyz"]}
        for name in ("a.wav", "b.wav"):
            (tmp_path / name).touch()
        pd.DataFrame(rows).to_csv(tmp_path / "list.csv", index=False)
        assert find_rows(tmp_path / "list.csv")[0] == rows["file"]
        assert find_speakers(tmp_path / "list.csv") == ["2", None, "1"]
        assert find_speakers(tmp_path / "list.csv", column="WHO") == ["x", "y", "z"]
        with pytest.raises(ManifestError, match="Name the one of the speaker with --speaker-col"):
            find_speakers(tmp_path / "list.csv", column="voice")

    def test_nobody_is_known(self, tmp_path):
        pd.DataFrame({"file": ["a.wav"]}).to_csv(tmp_path / "list.csv", index=False)
        assert find_speakers(tmp_path / "list.csv") is None
        assert find_speakers(tmp_path) is None


@pytest.mark.parametrize("listen", [predict_timeline, predict_timelines])
def test_timeline_does_without_and_says_so_once(listen, tmp_path):
    csv, rows = write_speech(tmp_path, 2, 4)
    fitted = fit(csv, recipe=NaiveRecipe(), normalize_speakers=True, n_jobs=1)
    paths = [str(csv.with_suffix("") / name) for name in rows.Filename[:2]]
    with pytest.warns(DataWarning, match="judges windows without that") as caught:
        made = listen(fitted.pipeline, paths[0] if listen is predict_timeline else paths)
    assert len(caught) == 1
    timeline = made if listen is predict_timeline else made[0]
    np.testing.assert_allclose(
        timeline.windows.probabilities[0], fitted.pipeline.predict_proba(paths[:1])[0], atol=1e-6
    )
    assert soundfile.info(paths[0]).duration < 3


def test_a_pipeline_of_ones_own():
    assert normalizes_speakers(Pipeline([("a", "passthrough"), ("own", SpeakerNormalizer())]))
