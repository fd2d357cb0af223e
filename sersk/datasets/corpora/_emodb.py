"""EmoDB: acted German speech."""

from sersk.datasets.corpora._corpus import Corpus

# Code in the name, the first letter of the German word; class, common word.
_CLASSES = {
    "W": ("anger", "anger"),
    "L": ("boredom", "boredom"),
    "E": ("disgust", "disgust"),
    "A": ("fear", "fear"),
    "F": ("happiness", "happiness"),
    "N": ("neutral", "neutral"),
    "T": ("sadness", "sadness"),
}
_MEN = ("03", "10", "11", "12", "15")
_WOMEN = ("08", "09", "13", "14", "16")


def _read(match):
    return {
        "Class": _CLASSES[match["emotion"]][0],
        "Speaker": match["speaker"],
        "Gender": "male" if match["speaker"] in _MEN else "female",
        "Sentence": match["text"],
    }


CORPUS = Corpus(
    name="EmoDB",
    title="Berlin Database of Emotional Speech",
    language="German",
    n_clips=535,
    n_speakers=10,
    classes=dict(_CLASSES.values()),
    licence="free to use with its citation",
    citation=(
        "F. Burkhardt, A. Paeschke, M. Rolfes, W. F. Sendlmeier and B. Weiss, A Database of "
        "German Emotional Speech, Proc. Interspeech 2005, 1517-1520."
    ),
    url="http://emodb.bilderbar.info/",
    pattern=(
        rf"(?P<speaker>{'|'.join(_MEN + _WOMEN)})(?P<text>[ab]\d\d)"
        r"(?P<emotion>[WLEAFNT])[a-z]?"
    ),
    read=_read,
    note="Only clips whose emotion most listeners recognised were published.",
)
