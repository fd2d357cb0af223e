"""Recipes of features over time and classifiers of scikit-learn and XGBoost."""

from dataclasses import dataclass

from sersk.exceptions import RecipeError
from sersk.recipes._params import set_params


def _make_extractor(name):
    from sersk import features

    return {
        "mfcc": features.MFCC,
        "mfcc-mean": lambda: features.MFCC(functionals=("mean",)),
        "mel": lambda: features.MelSpectrogram(n_mels=64, scale="db"),
        "chroma": features.Chroma,
        "zcr": features.ZeroCrossingRate,
        "rms": features.RMS,
        "contrast": features.SpectralContrast,
        "shape": features.SpectralShape,
        "energy": features.Energy,
        "f0": features.F0,
        "rhythm": features.Rhythm,
        "quality": features.VoiceQuality,
        "kernels": features.RandomConvolutions,
        "egemaps": features.OpenSMILE,
        "compare": lambda: features.OpenSMILE(feature_set="ComParE_2016"),
    }[name]()


FEATURES = (
    "mfcc",
    "mel",
    "chroma",
    "zcr",
    "rms",
    "contrast",
    "shape",
    "energy",
    "f0",
    "rhythm",
    "quality",
    "kernels",
    "egemaps",
    "compare",
)


def _make_svm(random_state):
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import SVC

    from sersk.classifiers import SpeakerCalibratedClassifier

    # SVC's own scores for several classes count votes, so that they hardly tell a sure answer from
    # a guess; one machine per class gives distances.
    machines = OneVsRestClassifier(SVC(C=10.0))
    return SpeakerCalibratedClassifier(machines, random_state=random_state)


def _make_mlp(random_state):
    from sersk.classifiers import SmallSampleMLPClassifier

    network = SmallSampleMLPClassifier(
        (128, 64), early_stopping=True, max_iter=1000, random_state=random_state
    )
    return _calibrate(network, random_state)


def _make_xgboost(random_state):
    from xgboost import XGBClassifier

    # One thread: the folds of a cross-validation are what runs in parallel.
    booster = XGBClassifier(
        n_estimators=200,
        max_depth=4,
        learning_rate=0.1,
        subsample=0.8,
        colsample_bytree=0.5,
        n_jobs=1,
        random_state=random_state,
    )
    return _calibrate(booster, random_state)


def _calibrate(classifier, random_state):
    from sersk.classifiers import LabelEncodedClassifier, SpeakerCalibratedClassifier

    # Each fold is one more training: one number needs no more of them.
    return SpeakerCalibratedClassifier(
        LabelEncodedClassifier(classifier), n_splits=3, random_state=random_state
    )


@dataclass(frozen=True)
class _Model:
    make_classifier: object
    is_scaled: bool
    search_space: dict


_MODELS = {
    "svm": _Model(
        _make_svm,
        is_scaled=True,
        search_space={
            "classifier__estimator__estimator__C": [1.0, 10.0, 100.0],
            "classifier__estimator__estimator__gamma": ["scale", 0.003, 0.03],
        },
    ),
    "mlp": _Model(
        _make_mlp,
        is_scaled=True,
        search_space={
            "classifier__estimator__estimator__alpha": [1e-4, 1e-1, 1.0],
            "classifier__estimator__estimator__hidden_layer_sizes": [(64,), (128, 64)],
        },
    ),
    "xgboost": _Model(
        _make_xgboost,
        is_scaled=False,
        search_space={
            "classifier__estimator__estimator__max_depth": [2, 4],
            "classifier__estimator__estimator__learning_rate": [0.05, 0.1],
        },
    ),
}
MODELS = tuple(_MODELS)


@dataclass(frozen=True)
class Recipe:
    """A named way from sound to label.

    Attributes
    ----------
    name : str
        What to call it.
    features : tuple of str
        Names of its feature extractors.
    model : str
        One of `MODELS`.
    summary : str
        One line for people.
    """

    name: str
    features: tuple
    model: str
    summary: str

    is_network = False
    # It learns from no copies unless told to.
    augment = None

    def make_pipeline(self, *, select=None, params=None, random_state=0):
        """Make the unfitted pipeline.

        Parameters
        ----------
        select : int or None, default=None
            Keep the features with the highest F value between classes, this many. None keeps all.
        params : dict or None, default=None
            Parameters of the pipeline, by their names in it.
        random_state : int or None, default=0
            Seed of everything random in it.

        Returns
        -------
        pipeline : sklearn.pipeline.Pipeline
            Steps ``features``, ``scaler`` (not for XGBoost), ``select`` (when asked for) and
            ``classifier``.

        Raises
        ------
        RecipeError
            When there are fewer features than to be selected, or a parameter is unknown.
        """
        from sklearn.feature_selection import SelectKBest
        from sklearn.pipeline import Pipeline
        from sklearn.preprocessing import StandardScaler

        from sersk.features import AudioFeatures

        extractors = [
            (name.removesuffix("-mean"), _make_extractor(name)) for name in self.features
        ]
        model = _MODELS[self.model]
        steps = [("features", AudioFeatures(extractors))]
        if model.is_scaled:
            steps.append(("scaler", StandardScaler()))
        if select is not None:
            steps.append(("select", SelectKBest(k=select)))
        pipeline = Pipeline([*steps, ("classifier", model.make_classifier(random_state))])
        set_params(pipeline, params, self.name)
        _check_select(select, pipeline[0], self.name)
        return pipeline

    @property
    def search_space(self):
        """Parameters of the pipeline worth trying, as for `GridSearchCV`."""
        return {k: list(v) for k, v in _MODELS[self.model].search_space.items()}


def _check_select(select, features, name):
    if select is None:
        return
    n_features = len(features.get_feature_names_out())
    if not 1 <= select <= n_features:
        raise RecipeError(
            f"The number of features to select must be from 1 to {n_features}, what recipe "
            f"{name!r} has. Got {select} instead."
        )


CLASSICAL = (
    Recipe(
        "spectral-svm",
        ("mfcc", "chroma", "zcr", "rms", "contrast"),
        "svm",
        "mean and sd of 40 MFCC, chroma, ZCR, RMS and spectral contrast; RBF SVM",
    ),
    Recipe(
        "ann",
        ("mfcc-mean",),
        "mlp",
        "mean of 40 MFCC; multi-layer perceptron (128, 64) with early stopping",
    ),
    Recipe("svm", ("mfcc",), "svm", "mean and sd of 40 MFCC; RBF SVM"),
    Recipe("xgboost", ("mfcc",), "xgboost", "mean and sd of 40 MFCC; gradient boosting"),
    Recipe(
        "egemaps-svm",
        ("egemaps",),
        "svm",
        "openSMILE eGeMAPSv02 (non-commercial licence); RBF SVM",
    ),
    Recipe(
        "egemaps-xgboost",
        ("egemaps",),
        "xgboost",
        "openSMILE eGeMAPSv02 (non-commercial licence); gradient boosting",
    ),
)


def make_custom_recipe(features, model="svm"):
    """Put a recipe together from named features and a named model.

    Parameters
    ----------
    features : sequence of str
        Names out of `FEATURES`.
    model : str, default="svm"
        One of `MODELS`.

    Returns
    -------
    recipe : Recipe
        The recipe.

    Raises
    ------
    RecipeError
        When a name is unknown or comes twice.

    Examples
    --------
    >>> from sersk.recipes import make_custom_recipe
    >>> make_custom_recipe(["mfcc", "zcr"], "xgboost").name
    'mfcc,zcr + xgboost'
    """
    features = tuple(features)
    unknown = [name for name in features if name not in FEATURES]
    if unknown:
        raise RecipeError(
            f"There are no features {unknown[0]!r}. They must be out of: {', '.join(FEATURES)}."
        )
    if not features or len(set(features)) < len(features):
        raise RecipeError(
            f"The features must be different names, at least one. Got: {', '.join(features)}."
        )
    if model not in MODELS:
        raise RecipeError(f"There is no model {model!r}. It must be one of: {', '.join(MODELS)}.")
    name = f"{','.join(features)} + {model}"
    return Recipe(name, features, model, f"{', '.join(features)}; {model}")
