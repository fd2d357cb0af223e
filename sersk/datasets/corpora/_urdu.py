"""URDU: spontaneous Urdu speech from talk shows."""

from sersk.datasets.corpora._corpus import Corpus

# Code in the name, class, common word.
_CLASSES = {
    "A": ("Angry", "anger"),
    "H": ("Happy", "happiness"),
    "N": ("Neutral", "neutral"),
    "S": ("Sad", "sadness"),
}


def _read(match):
    speaker = match["speaker"].upper()
    return {
        "Class": _CLASSES[match["emotion"].upper()][0],
        "Speaker": speaker,
        "Gender": "female" if speaker.startswith("SF") else "male",
    }


CORPUS = Corpus(
    name="URDU",
    title="URDU Dataset",
    language="Urdu",
    n_clips=400,
    n_speakers=38,
    classes=dict(_CLASSES.values()),
    licence="for research",
    citation=(
        "S. Latif, A. Qayyum, M. Usman and J. Qadir, Cross Lingual Speech Emotion Recognition: "
        "Urdu vs. Western Languages, FIT, 88-93, 2018."
    ),
    url="https://github.com/siddiquelatif/URDU-Dataset",
    pattern=r"(?i:(?P<speaker>S[MF]\d{1,2})_F\d{1,2}_(?P<emotion>[AHNS])\d{2,4})",
    read=_read,
    note=(
        "Its files name 29 speakers, not the 38 that are published, and 26 of them have clips of "
        "a single class: whoever knows the voice knows the class. Only SM3, SM5 and SM6 speak in "
        "more than one."
    ),
)
