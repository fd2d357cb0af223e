"""Recipes of the voice: what is known of speech, beside kernels that nobody designed."""

from dataclasses import dataclass

from sersk.exceptions import RecipeError
from sersk.recipes._params import set_params

_FRAMING = {"sample_rate": 16000, "n_fft": 512, "hop_length": 160}
_SHAPE = (
    "centroid",
    "bandwidth",
    "rolloff",
    "flatness",
    "flux",
    "alpha_ratio",
    "hammarberg_index",
    "slope_0_500",
    "slope_500_1500",
)
# Share of the identity in the covariance. Of .1 to .9, chosen among speakers that all scores left
# out: .5 to .7 do equally well, with speakers normalised and without.
_SHRINKAGE = 0.6
# What silence before and after speech is, in dB below the loudest frame.
_TRIM_DB = 40.0


def _make_extractors(random_state):
    """Every extractor that a recipe of the voice may take, by name."""
    from sersk import features
    from sersk.features import CHANGE_FUNCTIONALS, FULL_FUNCTIONALS

    pooled = {"functionals": FULL_FUNCTIONALS}
    changing = {**_FRAMING, **pooled, "deltas": 2, "delta_functionals": CHANGE_FUNCTIONALS}
    bands = {"win_length": 400, "n_mels": 64, "fmin": 50.0, "fmax": 8000.0}
    kernels = {**_FRAMING, **bands, "random_state": random_state}
    return {
        "mfcc": features.MFCC(n_mfcc=20, level="relative", **bands, **changing),
        "shape": features.SpectralShape(
            descriptors=_SHAPE, roll_percent=(0.25, 0.5, 0.75, 0.95), win_length=400, **changing
        ),
        "energy": features.Energy(**changing),
        "zcr": features.ZeroCrossingRate(**_FRAMING, **pooled),
        "f0": features.F0(**pooled),
        "rhythm": features.Rhythm(),
        "quality": features.VoiceQuality(**pooled),
        "modulation": features.SpectrotemporalModulation(**_FRAMING, **bands),
        # Bands narrow enough to tell harmonics apart, from the spectra that pitch is found in.
        "harmonics": features.SpectrotemporalModulation(
            rates=(2.0, 4.0, 8.0, 16.0),
            scales=(1 / 32, 1 / 16, 1 / 8, 1 / 4),
            n_fft=1024,
            win_length=640,
            fmax=2000.0,
        ),
        "mel": features.RandomConvolutions(**kernels),
        "contours": features.RandomConvolutions(
            over="contours", time_step=2, max_dilation=16, **kernels
        ),
        "bands": features.RandomConvolutions(
            n_kernels=500, kind="average", time_step=2, band_step=2, **kernels
        ),
        "compare": features.OpenSMILE(feature_set="ComParE_2016"),
    }


# Extractors that stand for one kind of knowledge, and weigh as much as any other block.
_BLOCKS = {
    "speech": ("mfcc", "shape", "energy", "zcr", "f0", "rhythm"),
    "quality": ("quality",),
    "modulation": ("modulation",),
    "harmonics": ("harmonics",),
    "mel": ("mel",),
    "contours": ("contours",),
    "bands": ("bands",),
    "compare": ("compare",),
}
_VOICE = ("voice", ("speech", "quality", "modulation", "harmonics"))
_KERNELS = ("kernels", ("mel", "contours", "bands"))
_COMPARE = ("compare", ("compare",))


@dataclass(frozen=True)
class VoiceRecipe:
    """A way from sound to label that weighs kinds of knowledge, not single features.

    Features come in blocks of equal weight. Each member, a linear discriminant analysis with a
    shrunk covariance, sees some of them; their scores are added up and calibrated on speakers that
    they have not heard.

    Attributes
    ----------
    name : str
        What to call it.
    members : tuple of (str, tuple of str)
        Name of each member, and of its blocks.
    summary : str
        One line for people.
    augment : str or None, default=None
        What changes the copies of training clips that it learns from unless told otherwise.
    """

    name: str
    members: tuple
    summary: str
    augment: str | None = None

    is_network = False

    def make_pipeline(self, *, select=None, params=None, random_state=0):
        """Make the unfitted pipeline.

        Parameters
        ----------
        select : None, default=None
            Blocks are weighed as a whole.
        params : dict or None, default=None
            Parameters of the pipeline, by their names in it.
        random_state : int or None, default=0
            Seed of everything random in it.

        Returns
        -------
        pipeline : sklearn.pipeline.Pipeline
            Steps ``features``, ``scaler`` and ``classifier``.

        Raises
        ------
        RecipeError
            When features are to be selected, or a parameter is unknown.
        """
        from sklearn.pipeline import Pipeline

        from sersk.classifiers import (
            BlockVotingClassifier,
            ShrinkageLDA,
            SpeakerCalibratedClassifier,
        )
        from sersk.features import AudioFeatures
        from sersk.preprocessing import BlockScaler

        if select is not None:
            raise RecipeError(
                f"Recipe {self.name!r} weighs its features by the block and takes all of them. "
                "Leave out --select, or take recipe svm."
            )
        extractors = _make_extractors(random_state or 0)
        parts = [part for _, names in self.members for name in names for part in _BLOCKS[name]]
        features = AudioFeatures([(part, extractors[part]) for part in parts], trim_db=_TRIM_DB)
        voting = BlockVotingClassifier(
            [
                (name, ShrinkageLDA(shrinkage=_SHRINKAGE), list(blocks))
                for name, blocks in self.members
            ],
            blocks=None,
        )
        classifier = SpeakerCalibratedClassifier(voting, random_state=random_state)
        pipeline = Pipeline(
            [("features", features), ("scaler", BlockScaler(None)), ("classifier", classifier)]
        )
        set_params(pipeline, params, self.name)
        blocks = self._measure_blocks(features)
        return pipeline.set_params(scaler__blocks=blocks, classifier__estimator__blocks=blocks)

    def _measure_blocks(self, features):
        """Name and number of columns of each block."""
        widths = {name: len(part.get_feature_names_out()) for name, part in features.extractors}
        return [
            (name, sum(widths[part] for part in _BLOCKS[name]))
            for _, blocks in self.members
            for name in blocks
        ]

    @property
    def search_space(self):
        """Parameters of the pipeline worth trying, as for `GridSearchCV`."""
        return {
            f"classifier__estimator__{name}__shrinkage": [0.3, 0.6, 0.9]
            for name, _ in self.members
        }


VOICES = (
    VoiceRecipe(
        "default",
        (_VOICE, _KERNELS),
        "pitch, rhythm, voice quality, spectrum and random kernels; two shrinkage LDAs; warped "
        "copies",
        augment="warp",
    ),
    VoiceRecipe(
        "default+compare",
        (_VOICE, _KERNELS, _COMPARE),
        "the same and openSMILE ComParE (non-commercial licence); three shrinkage LDAs",
        augment="warp",
    ),
    VoiceRecipe("voice", (_VOICE,), "pitch, rhythm, voice quality and spectrum; shrinkage LDA"),
)
