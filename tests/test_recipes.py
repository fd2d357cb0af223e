import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score

from sersk.classifiers import SpeakerCalibratedClassifier
from sersk.datasets import make_emotional_speech
from sersk.exceptions import LicenceWarning, RecipeError
from sersk.features import AudioFeatures, _opensmile
from sersk.model_selection import SpeakerKFold, fit_with_groups
from sersk.recipes import (
    FEATURES,
    MODELS,
    RECIPES,
    Recipe,
    find_recipe,
    make_custom_recipe,
    make_recipe,
)
from sersk.recipes._plain import recipe_from_plain, recipe_to_plain

CLASSICAL = [name for name, recipe in RECIPES.items() if not recipe.is_network]
VOICES = ["default", "default+compare", "voice"]
SCALED = {*VOICES, "spectral-svm", "ann", "svm", "egemaps-svm"}
# The licence has its own tests below.
pytestmark = [
    pytest.mark.filterwarnings("ignore::sersk.exceptions.LicenceWarning"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


@pytest.fixture(scope="module")
def speech():
    return make_emotional_speech(n_speakers=3, n_clips_per_class=1, duration_s=0.4)


@pytest.fixture(scope="module")
def files(speech, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    paths = [str(folder / f"{i:02d}.wav") for i in range(len(speech[0]))]
    for path, signal in zip(paths, speech[0], strict=True):
        soundfile.write(path, signal, 16000)
    return paths


@pytest.fixture
def licence_unsaid(monkeypatch):
    """As at the beginning of a process."""
    monkeypatch.setattr(_opensmile, "_licence_was_said", type(_opensmile._licence_was_said)())


# Every recipe


def test_names():
    plain = ["spectral-svm", "ann", "svm", "xgboost", "egemaps-svm", "egemaps-xgboost"]
    assert [*VOICES, *plain] == CLASSICAL
    networks = ["augmented-cnn", "lstm", "ann-torch", "cnn", "bilstm", "hybrid", "mlp-deep"]
    assert list(RECIPES) == [*CLASSICAL, *networks]
    assert MODELS == ("svm", "mlp", "xgboost")
    for name, recipe in RECIPES.items():
        assert recipe.name == name
        assert recipe.summary
        assert name not in plain or recipe.model in MODELS
        assert recipe.augment == ("warp" if name.startswith("default") else None)


@pytest.mark.parametrize("name", CLASSICAL)
def test_steps(name):
    pipeline, _ = make_recipe(name)
    middle = ["scaler"] if name in SCALED else []
    assert list(pipeline.named_steps) == ["features", *middle, "classifier"]
    assert isinstance(pipeline["features"], AudioFeatures)


@pytest.mark.parametrize("name", CLASSICAL)
def test_search_space_is_of_parameters(name):
    pipeline, space = make_recipe(name)
    params = pipeline.get_params()
    assert space
    for key, values in space.items():
        assert key in params
        assert len(values) >= 2
        assert params[key] in values or key.endswith(("__alpha", "__gamma"))
        pipeline.set_params(**{key: values[0]})
        assert pipeline.get_params()[key] == values[0]


@pytest.mark.parametrize("name", CLASSICAL)
def test_clones(name):
    select = None if name in VOICES else 5
    pipeline, _ = make_recipe(name, select=select, random_state=3)
    copy = clone(pipeline)
    assert copy is not pipeline
    assert repr(copy) == repr(pipeline)
    assert list(copy.named_steps) == list(pipeline.named_steps)


@pytest.mark.parametrize("name", CLASSICAL)
def test_fits_a_handful_of_clips(name, speech):
    X, y, speakers = speech
    pipeline = make_recipe(name)[0]
    fit_with_groups(pipeline, X, y, speakers)
    assert_array_equal(pipeline.classes_, ["anger", "happiness", "neutral", "sadness"])
    probabilities = pipeline.predict_proba(X)
    assert probabilities.shape == (len(X), 4)
    assert np.all(probabilities >= 0)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    predictions = pipeline.predict(X)
    assert_array_equal(predictions, pipeline.classes_[probabilities.argmax(axis=1)])
    # On its own training clips every recipe must be well above chance, 0.25.
    assert np.mean(predictions == y) > 0.5


@pytest.mark.parametrize("name", ["svm", "ann", "xgboost", "voice"])
def test_seed_decides(name, speech):
    X, y, _ = speech
    features = make_recipe(name)[0][0].fit_transform(X)

    def fit(seed):
        learner = make_recipe(name, random_state=seed)[0][1:]
        return learner.fit(features, y).predict_proba(features)

    assert_array_equal(fit(0), fit(0))
    assert not np.array_equal(fit(0), fit(1))


@pytest.mark.parametrize("model", MODELS)
def test_seed_reaches_every_random_part(model):
    pipeline = make_custom_recipe(["zcr"], model).make_pipeline(random_state=17)
    seeds = {k: v for k, v in pipeline.get_params().items() if k.endswith("random_state")}
    # SVC needs none: it draws only for its own probabilities, which are not used.
    seeds.pop("classifier__estimator__estimator__random_state") if model == "svm" else None
    assert seeds
    assert set(seeds.values()) == {17}


@pytest.mark.parametrize("name", CLASSICAL)
def test_every_recipe_is_calibrated(name):
    """And all names of its search space are parameters inside of that."""
    pipeline, space = make_recipe(name)
    assert isinstance(pipeline[-1], SpeakerCalibratedClassifier)
    assert set(space) <= set(pipeline.get_params())
    assert all(key.startswith("classifier__estimator__") for key in space)


def test_search_space_is_one_s_own():
    recipe = find_recipe("svm")
    recipe.search_space["classifier__estimator__estimator__C"] = []
    assert recipe.search_space["classifier__estimator__estimator__C"] == [1.0, 10.0, 100.0]
    recipe.search_space["classifier__estimator__estimator__C"].append(5.0)
    assert recipe.search_space["classifier__estimator__estimator__C"] == [1.0, 10.0, 100.0]


def test_pipelines_share_nothing():
    first, second = make_recipe("svm")[0], make_recipe("svm")[0]
    first.set_params(features__mfcc__n_mfcc=5, classifier__estimator__estimator__C=3.0)
    assert second.get_params()["features__mfcc__n_mfcc"] == 40
    assert second.get_params()["classifier__estimator__estimator__C"] == 10.0


@pytest.mark.parametrize(
    ("name", "n_features"),
    # Mean and sd of 40 MFCC; 12 chroma; ZCR; RMS; 7 bands of contrast.
    [("ann", 40), ("svm", 80), ("xgboost", 80), ("spectral-svm", 2 * (40 + 12 + 1 + 1 + 7))],
)
def test_number_of_features(name, n_features, speech):
    features = make_recipe(name)[0]["features"]
    assert features.fit_transform(speech[0][:2]).shape == (2, n_features)
    assert len(features.get_feature_names_out()) == n_features


# Selecting features


@pytest.mark.parametrize("name", ["svm", "xgboost"])
def test_select_keeps_the_number_asked_for(name, speech):
    X, y, _ = speech
    pipeline, _ = make_recipe(name, select=7)
    middle = ["scaler", "select"] if name in SCALED else ["select"]
    assert list(pipeline.named_steps) == ["features", *middle, "classifier"]
    pipeline.fit(X, y)
    assert pipeline["select"].get_support().sum() == 7
    assert pipeline["classifier"].n_features_in_ == 7
    assert pipeline.predict_proba(X[:2]).shape == (2, 4)


# openSMILE's licence


@pytest.mark.parametrize("name", ["egemaps-svm", "egemaps-xgboost"])
def test_licence_is_said_once(name, speech, licence_unsaid, recwarn):
    X, y, _ = speech
    pipeline = make_recipe(name)[0]
    with pytest.warns(LicenceWarning, match="non-commercial use only; commercial use needs a lic"):
        pipeline.fit(X, y)
    recwarn.clear()
    pipeline.predict(X)
    make_recipe(name)[0].fit(X, y)
    assert [w for w in recwarn if issubclass(w.category, LicenceWarning)] == []


def test_other_recipes_need_no_licence(speech, licence_unsaid, recwarn):
    X, y, _ = speech
    make_recipe("svm")[0].fit(X, y)
    assert [w for w in recwarn if issubclass(w.category, LicenceWarning)] == []
    with pytest.warns(LicenceWarning, match="commercial"):
        make_recipe("egemaps-svm")[0].fit(X, y)


# Custom recipes


def test_custom_recipe(speech):
    X, y, _ = speech
    recipe = make_custom_recipe(["zcr", "rms", "shape"], "mlp")
    assert isinstance(recipe, Recipe)
    assert recipe.name == "zcr,rms,shape + mlp"
    assert recipe.features == ("zcr", "rms", "shape")
    pipeline = recipe.make_pipeline()
    assert [name for name, _ in pipeline["features"].extractors] == ["zcr", "rms", "shape"]
    assert_allclose(pipeline.fit(X, y).predict_proba(X).sum(axis=1), 1, rtol=1e-5)


def test_custom_recipe_is_an_svm_unless_told():
    assert make_custom_recipe(["mfcc"]).model == "svm"


@pytest.mark.parametrize("model", MODELS)
def test_custom_recipes_have_a_search_space(model):
    recipe = make_custom_recipe(["mfcc"], model)
    params = recipe.make_pipeline().get_params()
    assert recipe.search_space
    assert all(key in params for key in recipe.search_space)


@pytest.mark.parametrize("name", [name for name in FEATURES if name != "compare"])
def test_every_feature_can_be_used_alone(name, speech):
    features = make_custom_recipe([name]).make_pipeline()["features"]
    matrix = features.fit_transform(speech[0][:2])
    assert matrix.shape == (2, len(features.get_feature_names_out()))
    assert np.all(np.isfinite(matrix))


def test_features_go_together(speech):
    """No two of them give a column the same name."""
    names = [name for name in FEATURES if name != "compare"]
    features = make_custom_recipe(names).make_pipeline()["features"]
    columns = features.fit(speech[0][:1]).get_feature_names_out()
    assert len(set(columns)) == len(columns)


# Errors


@pytest.mark.parametrize("function", [find_recipe, make_recipe])
def test_unknown_recipe(function):
    with pytest.raises(
        RecipeError,
        match=r"^There is no recipe 'SVM'\. It must be one of: default, default\+compare, vo",
    ):
        function("SVM")


def test_unknown_features():
    with pytest.raises(
        RecipeError,
        match=r"^There are no features 'mfccs'\. They must be out of: mfcc, mel, chroma, zcr, rms",
    ):
        make_custom_recipe(["mfcc", "mfccs"])


@pytest.mark.parametrize(
    ("features", "got"), [(["mfcc", "zcr", "mfcc"], "mfcc, zcr, mfcc"), ([], "")]
)
def test_features_twice_or_none(features, got):
    with pytest.raises(
        RecipeError, match=rf"^The features must be different names, at least one\. Got: {got}\.$"
    ):
        make_custom_recipe(features)


def test_unknown_model():
    with pytest.raises(
        RecipeError, match=r"^There is no model 'forest'\. It must be one of: svm, mlp, xgboost\.$"
    ):
        make_custom_recipe(["mfcc"], "forest")


def test_errors_are_values():
    with pytest.raises(ValueError, match="There is no recipe"):
        make_recipe("nothing")


# Light, and at home in scikit-learn


def test_import_is_light():
    """And making a recipe imports no model but its own."""
    code = (
        "import sys, sersk.recipes as r; r.find_recipe('svm'); r.make_custom_recipe(['mfcc']); "
        "heavy = ('numpy', 'scipy', 'sklearn', 'xgboost', 'librosa', 'opensmile', 'pandas'); "
        "print([name for name in heavy if name in sys.modules]); r.make_recipe('svm'); "
        "print([name for name in ('sklearn', 'xgboost', 'opensmile') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["[]", "['sklearn']"]


def test_grid_search_over_a_recipe(files, speech):
    _, y, speakers = speech
    pipeline, space = make_recipe("svm")
    space = {key: values[:1] for key, values in space.items()}
    space["classifier__estimator__estimator__C"] = [0.001, 10.0]
    search = GridSearchCV(pipeline, space, cv=SpeakerKFold(3, random_state=0), error_score="raise")
    search.fit(files, y, groups=speakers)
    assert search.n_splits_ == 3
    assert set(search.best_params_) == set(space)
    assert_allclose(search.predict_proba(files[:3]).sum(axis=1), 1, rtol=1e-5)
    assert set(search.predict(files)) <= set(y)


@pytest.mark.parametrize("name", ["svm", "xgboost"])
def test_cross_val_score_on_paths(files, speech, name):
    _, y, speakers = speech
    pipeline, _ = make_recipe(name)
    folds = SpeakerKFold(3, random_state=0)
    options = dict(groups=speakers, cv=folds, scoring="balanced_accuracy", error_score="raise")
    scores = cross_val_score(pipeline, files, y, **options)
    assert scores.shape == (3,)
    assert np.all((scores >= 0) & (scores <= 1))
    assert scores.mean() > 0.3


def test_extractors_can_be_searched(files, speech):
    _, y, speakers = speech
    pipeline, _ = make_recipe("svm")
    search = GridSearchCV(
        pipeline,
        {"features__mfcc__n_mfcc": [2, 13]},
        cv=SpeakerKFold(2, random_state=0),
        error_score="raise",
    )
    search.fit(np.array(files), y, groups=speakers)
    n_mfcc = search.best_params_["features__mfcc__n_mfcc"]
    assert search.best_estimator_["classifier"].n_features_in_ == 2 * n_mfcc


class TestPlain:
    @pytest.mark.parametrize(
        "recipe",
        [
            *RECIPES.values(),
            make_custom_recipe(["mfcc", "zcr"], "xgboost"),
            find_recipe("bilstm").configure(input="original", max_epochs=3),
        ],
        ids=lambda recipe: recipe.name,
    )
    def test_there_and_back(self, recipe):
        plain = json.loads(json.dumps(recipe_to_plain(recipe)))
        assert recipe_from_plain(plain) == recipe

    def test_names_say_enough(self):
        assert recipe_to_plain(find_recipe("default")) == "default"

    def test_what_only_python_can_make(self):
        named = replace(find_recipe("svm"), features=("mel",))
        assert recipe_to_plain(named) is None
        assert recipe_to_plain(replace(find_recipe("voice"), members=())) is None
        assert recipe_to_plain(find_recipe("bilstm").configure(hidden_sizes=(8, 8))) is None
        assert recipe_to_plain(find_recipe("bilstm").configure(checkpoint=print)) is None
        assert recipe_to_plain(Recipe("mine", ("noise",), "svm", "")) is None
