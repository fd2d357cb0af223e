"""Every extractor as a part of scikit-learn's compositions and searches."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import GridSearchCV, LeaveOneGroupOut, cross_val_score
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.features import MFCC, RMS, AudioFeatures, MelSpectrogram
from tests.features._extractors import every_extractor


@every_extractor
def test_in_a_feature_union(extractor, voices):
    union = FeatureUnion([("a", extractor), ("b", RMS())], verbose_feature_names_out=True)
    rows = union.fit_transform(voices[:2])
    np.testing.assert_array_equal(rows[:, :-2], extractor.fit_transform(voices[:2]))
    assert len(union.get_feature_names_out()) == rows.shape[1]


@pytest.mark.parametrize("columns", ["path", ["path"]], ids=["series", "frame"])
@every_extractor
def test_in_a_column_transformer(extractor, voices, write_audio, columns):
    paths = [str(write_audio(f"{i}.wav", voices[i])) for i in range(2)]
    table = pd.DataFrame({"age": [30, 40], "path": paths, "mood": ["sad", "happy"]})
    transformer = ColumnTransformer(
        [("sound", clone(extractor), columns), ("rest", "passthrough", ["age"])],
        verbose_feature_names_out=False,
    )
    rows = transformer.set_output(transform="pandas").fit_transform(table)
    names = list(extractor.get_feature_names_out())
    assert list(rows.columns) == [*names, "age"]
    np.testing.assert_array_equal(rows[names].to_numpy(), extractor.fit_transform(paths))
    again = transformer.transform(table.iloc[::-1])
    np.testing.assert_array_equal(again[names].to_numpy(), rows[names].to_numpy()[::-1])


class TestInAPipeline:
    """Paths in, classifier out: two emotions, told apart by their noise, of three speakers."""

    @pytest.fixture
    def corpus(self, voice, write_audio):
        paths, moods, speakers = [], [], []
        for seed in range(12):
            mood = "tense" if seed % 4 == 1 else "calm"
            signal = voice(seed, duration_s=0.3, noise=0.2 if mood == "tense" else 0.001)
            paths.append(str(write_audio(f"{seed}.wav", signal)))
            moods.append(mood)
            speakers.append(seed // 4)
        return paths, np.array(moods), np.array(speakers)

    def test_grid_search_over_extractor_and_classifier(self, corpus):
        X, y, groups = corpus
        search = GridSearchCV(
            make_pipeline(MFCC(), StandardScaler(), SVC()),
            {"mfcc__n_mfcc": [2, 13], "svc__C": [1e-6, 10.0]},
            cv=LeaveOneGroupOut(),
        ).fit(X, y, groups=groups)
        assert search.best_params_["svc__C"] == 10.0
        assert search.best_score_ == 1.0
        assert len(search.cv_results_["params"]) == 4
        n_mfcc = search.best_params_["mfcc__n_mfcc"]
        assert search.best_estimator_["standardscaler"].n_features_in_ == 2 * n_mfcc
        np.testing.assert_array_equal(search.predict(X), y)

    @pytest.mark.parametrize("form", [list, np.array, pd.Series])
    def test_cross_validation_by_speaker(self, corpus, form):
        X, y, groups = corpus
        pipeline = make_pipeline(MFCC(), StandardScaler(), SVC(C=10.0))
        scores = cross_val_score(pipeline, form(X), y, groups=groups, cv=LeaveOneGroupOut())
        np.testing.assert_array_equal(scores, [1.0, 1.0, 1.0])

    def test_grid_search_over_the_parts_of_audio_features(self, corpus):
        X, y, groups = corpus
        features = AudioFeatures([("mfcc", MFCC()), ("rms", RMS())])
        search = GridSearchCV(
            make_pipeline(features, StandardScaler(), SVC(C=10.0)),
            [
                {"audiofeatures__mfcc__n_mfcc": [2, 13]},
                {"audiofeatures__mfcc": ["drop", MelSpectrogram(n_mels=10)]},
            ],
            cv=LeaveOneGroupOut(),
            refit=False,
            error_score="raise",
        ).fit(X, y, groups=groups)
        assert search.cv_results_["mean_test_score"].shape == (4,)
        assert max(search.cv_results_["mean_test_score"]) == 1.0
        # The estimator that was searched over keeps its own settings.
        assert features.get_params()["mfcc__n_mfcc"] == 40

    def test_names_pass_through_a_pipeline(self, corpus):
        X, y, _ = corpus
        pipeline = make_pipeline(MFCC(n_mfcc=3), StandardScaler()).set_output(transform="pandas")
        table = pipeline.fit_transform(X, y)
        assert list(table.columns) == list(MFCC(n_mfcc=3).get_feature_names_out())
        assert list(pipeline.get_feature_names_out()) == list(table.columns)
