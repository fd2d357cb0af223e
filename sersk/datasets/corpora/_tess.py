"""TESS: single words in a carrier phrase, acted by two women."""

from sersk.datasets.corpora._corpus import Corpus

# Code in the name, class, common word.
_CLASSES = {
    "angry": ("angry", "anger"),
    "disgust": ("disgust", "disgust"),
    "fear": ("fear", "fear"),
    "happy": ("happy", "happiness"),
    "neutral": ("neutral", "neutral"),
    "ps": ("pleasant surprise", "surprise"),
    "sad": ("sad", "sadness"),
}


def _read(match):
    return {
        "Class": _CLASSES[match["emotion"].lower()][0],
        # One file is called OA_bite_neutral.
        "Speaker": f"{match['speaker'].upper()}F",
        "Gender": "female",
        "Sentence": match["word"].lower(),
    }


CORPUS = Corpus(
    name="TESS",
    title="Toronto emotional speech set",
    language="English (North American)",
    n_clips=2800,
    n_speakers=2,
    classes=dict(_CLASSES.values()),
    licence="CC BY-NC-ND 4.0",
    citation=(
        "M. K. Pichora-Fuller and K. Dupuis, Toronto emotional speech set (TESS), Scholars Portal "
        "Dataverse, 2020, doi:10.5683/SP2/E8H2MF."
    ),
    url="https://doi.org/10.5683/SP2/E8H2MF",
    # Mirrors differ in upper and lower case.
    pattern=(
        r"(?i:(?P<speaker>[OY]A)F?_(?P<word>[a-z']+)"
        r"_(?P<emotion>angry|disgust|fear|happy|neutral|ps|sad))"
    ),
    read=_read,
    note=(
        "Two speakers, both women, aged 26 and 64. In folds of unseen speakers a model learns "
        "from one of them."
    ),
)
