"""SAVEE: acted English speech by four men."""

from sersk.datasets.corpora._corpus import Corpus

# Code in the name, class, common word.
_CLASSES = {
    "a": ("anger", "anger"),
    "d": ("disgust", "disgust"),
    "f": ("fear", "fear"),
    "h": ("happiness", "happiness"),
    "n": ("neutral", "neutral"),
    "sa": ("sadness", "sadness"),
    "su": ("surprise", "surprise"),
}


def _read(match):
    # The number counts the sentences of one class. Some of these are said in other classes too,
    # under numbers that are not published, so it is no code for the words.
    return {
        "Class": _CLASSES[match["emotion"] or match["neutral"]][0],
        "Speaker": match["speaker"],
        "Gender": "male",
    }


CORPUS = Corpus(
    name="SAVEE",
    title="Surrey Audio-Visual Expressed Emotion",
    language="English (British)",
    n_clips=480,
    n_speakers=4,
    classes=dict(_CLASSES.values()),
    licence="free for research, after registration",
    citation=(
        "S. Haq and P. J. B. Jackson, Multimodal Emotion Recognition, in W. Wang (ed.), Machine "
        "Audition: Principles, Algorithms and Systems, IGI Global, 398-423, 2011."
    ),
    url="http://kahlan.eps.surrey.ac.uk/savee/",
    # Published as DC/a01.wav; mirrors have all in one folder, as DC_a01.wav.
    pattern=(
        r"(?P<speaker>DC|JE|JK|KL)[_/]"
        r"((?P<emotion>a|d|f|h|sa|su)(0[1-9]|1[0-5])|(?P<neutral>n)(0[1-9]|[12]\d|30))"
    ),
    read=_read,
    note=(
        "Four speakers, all men. Some sentences are said in several classes, and the names do "
        "not tell which: no sentence is known."
    ),
)
