"""CREMA-D: acted English speech by many actors."""

from sersk.datasets.corpora._corpus import Corpus

# Code in the name, class, common word.
_CLASSES = {
    "ANG": ("anger", "anger"),
    "DIS": ("disgust", "disgust"),
    "FEA": ("fear", "fear"),
    "HAP": ("happy", "happiness"),
    "NEU": ("neutral", "neutral"),
    "SAD": ("sad", "sadness"),
}
# One file ends in a single X.
_INTENSITIES = {
    "X": "unspecified",
    "XX": "unspecified",
    "LO": "low",
    "MD": "medium",
    "HI": "high",
}
# Of the actors 1001 to 1091, by its table of demographics; the others are men.
_WOMEN = {
    *(1002, 1003, 1004, 1006, 1007, 1008, 1009, 1010, 1012, 1013, 1018, 1020, 1021, 1024, 1025),
    *(1028, 1029, 1030, 1037, 1043, 1046, 1047, 1049, 1052, 1053, 1054, 1055, 1056, 1058, 1060),
    *(1061, 1063, 1072, 1073, 1074, 1075, 1076, 1078, 1079, 1082, 1084, 1089, 1091),
}


def _read(match):
    actor = match["actor"]
    return {
        "Class": _CLASSES[match["emotion"]][0],
        "Speaker": actor,
        "Gender": "female" if int(actor) in _WOMEN else "male",
        "Sentence": match["sentence"],
        "Intensity": _INTENSITIES[match["level"]],
    }


CORPUS = Corpus(
    name="CREMA-D",
    title="Crowd-sourced Emotional Multimodal Actors Dataset",
    language="English (North American)",
    n_clips=7442,
    n_speakers=91,
    classes=dict(_CLASSES.values()),
    licence="Open Database License 1.0, contents under the Database Contents License 1.0",
    citation=(
        "H. Cao, D. G. Cooper, M. K. Keutmann, R. C. Gur, A. Nenkova and R. Verma, CREMA-D: "
        "Crowd-sourced Emotional Multimodal Actors Dataset, IEEE Transactions on Affective "
        "Computing 5(4), 377-390, 2014."
    ),
    url="https://github.com/CheyneyComputerScience/CREMA-D",
    pattern=(
        r"(?P<actor>10(0[1-9]|[1-8]\d|9[01]))"
        r"_(?P<sentence>DFA|IEO|IOM|ITH|ITS|IWL|IWW|MTI|TAI|TIE|TSI|WSI)"
        r"_(?P<emotion>ANG|DIS|FEA|HAP|NEU|SAD)_(?P<level>XX?|LO|MD|HI)"
    ),
    read=_read,
    note=(
        "The classes are what was acted. 1076_MTI_SAD_XX holds no sound, and three recordings "
        "are there twice, under two classes."
    ),
)
