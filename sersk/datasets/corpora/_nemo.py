"""nEMO: acted Polish speech."""

from sersk.datasets.corpora._corpus import Corpus

_CLASSES = {
    "anger": "anger",
    "fear": "fear",
    "happiness": "happiness",
    "neutral": "neutral",
    "sadness": "sadness",
    "surprised": "surprise",
}
_GENDERS = {
    **dict.fromkeys(("EB0", "IC0", "KD0", "MK0"), "female"),
    **dict.fromkeys(("KS0", "MP0", "SM0", "TP0", "WR0"), "male"),
}


def _read(match):
    speaker = match["speaker"].upper()
    return {
        "Class": match["emotion"].lower(),
        "Speaker": speaker,
        "Gender": _GENDERS[speaker],
        "Sentence": match["sentence"],
    }


CORPUS = Corpus(
    name="nEMO",
    title="nEMO, Dataset of Emotional Speech in Polish",
    language="Polish",
    n_clips=4481,
    n_speakers=9,
    classes=_CLASSES,
    licence="CC BY-NC-SA 4.0",
    citation="I. Christop, nEMO: Dataset of Emotional Speech in Polish, arXiv:2404.06292, 2024.",
    url="https://github.com/amu-cai/nEMO",
    pattern=(
        rf"(?i:(?P<speaker>{'|'.join(_GENDERS)})_(?P<emotion>{'|'.join(_CLASSES)})"
        r"_(?P<sentence>[1-8]?[1-9]|[1-9]0))"
    ),
    read=_read,
    note=(
        "90 sentences, the same ones for all speakers and classes; 379 of the 4860 clips that "
        "this would make are left out."
    ),
)
