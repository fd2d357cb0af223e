"""Recipes of networks: the five systems that sersk contains, by name."""

from dataclasses import dataclass, field, replace

from sersk.exceptions import RecipeError
from sersk.recipes._params import set_params

INPUTS = ("default", "original")


def _mean_of_mfcc(original):
    from sersk.features import MFCC, AudioFeatures

    features = AudioFeatures([("mfcc", MFCC(functionals=("mean",)))])
    return features, {"standardize": not original}


def _make_augmented_cnn(original):
    from sersk.features import MFCC, AudioFeatures

    mfcc = MFCC(n_mfcc=13, sample_rate=44100, functionals=None)
    features = AudioFeatures([("mfcc", mfcc)], duration_s=3.0, trim_db=30.0)
    if not original:
        return features, {}
    return features.set_params(offset_s=0.5), {"input": "original", "standardize": False}


def _make_lstm(original):
    from sersk.features import MFCC, AudioFeatures

    if original:
        features, _ = _mean_of_mfcc(original)
        features.set_params(offset_s=0.5, duration_s=3.0)
        return features, {"axis": "coefficient", "standardize": False}
    features = AudioFeatures([("mfcc", MFCC(functionals=None))], duration_s=3.0, trim_db=40.0)
    return features, {}


def _make_bilstm(original):
    from sersk.features import MFCC, AudioFeatures

    mfcc = MFCC(
        sample_rate=16000, n_fft=512, win_length=400, hop_length=160, n_mels=64, functionals=None
    )
    return AudioFeatures([("mfcc", mfcc)], duration_s=3.0, trim_db=40.0), {}


def _make_hybrid(original):
    from sersk.features import MFCC, AudioFeatures, MelSpectrogram

    # What both are made of is computed once.
    mel = MelSpectrogram(scale="db", functionals=None)
    parts = [("mfcc", MFCC(functionals=None)), ("mel", mel)]
    features = AudioFeatures(parts, duration_s=3.0, trim_db=40.0)
    params = {"variant": "121", "picture_size": 224} if original else {}
    # Three seconds.
    return features, {"n_steps": 130, **params}


@dataclass(frozen=True)
class NetworkRecipe:
    """A named way from sound to label through a network of `sersk.neural`.

    Attributes
    ----------
    name : str
        What to call it.
    model : str
        Name of its class in `sersk.neural`.
    summary : str
        One line for people.
    make_parts : callable
        Takes whether the original's form is asked for; gives the extractor and the parameters of
        the network that belong to that form.
    input : {"default", "original"}, default="default"
        "original" is the form that the original system has, its faults included.
    options : dict, default={}
        Further parameters of the network.
    """

    name: str
    model: str
    summary: str
    make_parts: object
    input: str = "default"
    options: dict = field(default_factory=dict)

    is_network = True
    # It learns from no copies unless told to.
    augment = None

    def configure(self, *, input=None, **options):
        """Give the recipe with other options.

        Parameters
        ----------
        input : {"default", "original"} or None, default=None
            Its form; None leaves it.
        **options : dict
            Parameters of the network, such as ``max_epochs``.

        Returns
        -------
        recipe : NetworkRecipe
            Another one.

        Raises
        ------
        RecipeError
            When there is no such form.
        """
        if input is not None and input not in INPUTS:
            raise RecipeError(
                f"The input of a recipe must be 'default' or 'original'. Got {input!r} instead."
            )
        return replace(self, input=input or self.input, options={**self.options, **options})

    def make_pipeline(self, *, select=None, params=None, random_state=0):
        """Make the unfitted pipeline.

        Parameters
        ----------
        select : None, default=None
            Networks take all features.
        params : dict or None, default=None
            Parameters of the pipeline, by their names in it.
        random_state : int or None, default=0
            Seed of everything random in it.

        Returns
        -------
        pipeline : sklearn.pipeline.Pipeline
            Steps ``features`` and ``classifier``; the network standardises what it is given.

        Raises
        ------
        RecipeError
            When features are to be selected, or a parameter is unknown.
        ImportError
            When torch or skorch is not installed.
        """
        from sklearn.pipeline import Pipeline

        from sersk import neural

        if select is not None:
            raise RecipeError(
                f"Recipe {self.name!r} is a network, which takes all features. Leave out --select."
            )
        features, own = self.make_parts(self.input == "original")
        network = getattr(neural, self.model)(random_state=random_state)
        network.set_params(**own, **self.options)
        pipeline = Pipeline([("features", features), ("classifier", network)])
        set_params(pipeline, params, self.name)
        return pipeline

    @property
    def search_space(self):
        """Parameters of the pipeline worth trying, as for `GridSearchCV`."""
        return {"classifier__lr": [1e-4, 1e-3, 1e-2]}


NETWORKS = (
    NetworkRecipe(
        "augmented-cnn",
        "AugmentedCNNClassifier",
        "sequence of 13 MFCC; deep one-dimensional CNN",
        _make_augmented_cnn,
    ),
    NetworkRecipe(
        "lstm",
        "LSTMClassifier",
        "sequence of 40 MFCC; LSTM and three dense layers",
        _make_lstm,
    ),
    NetworkRecipe(
        "ann-torch",
        "ANNClassifier",
        "mean of 40 MFCC; dense layers of 128 and 64 with dropout",
        _mean_of_mfcc,
    ),
    NetworkRecipe(
        "cnn",
        "CNNClassifier",
        "mean of 40 MFCC; small CNN along the coefficients",
        _mean_of_mfcc,
    ),
    NetworkRecipe(
        "bilstm",
        "BiLSTMClassifier",
        "sequence of 40 MFCC; two bidirectional LSTM layers",
        _make_bilstm,
    ),
    NetworkRecipe(
        "hybrid",
        "HybridClassifier",
        "40 MFCC through a CNN, beside a mel picture through a DenseNet (small, 96 × 96)",
        _make_hybrid,
    ),
    NetworkRecipe(
        "mlp-deep",
        "DeepMLPClassifier",
        "mean of 40 MFCC; five dense layers with much dropout",
        _mean_of_mfcc,
    ),
)
