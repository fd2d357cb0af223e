"""Audio Speech Sentiment: sentences with a sentiment, as spread on Kaggle."""

from sersk.datasets.corpora._corpus import Corpus, UnusableClipError


def _read(match):
    # The number would give the class away: that is how the files were numbered, and no label.
    if match["part"] == "TEST":
        raise UnusableClipError("it is of the part without labels")
    return {}


CORPUS = Corpus(
    name="Audio-Speech-Sentiment",
    title="Audio Speech Sentiment, on Kaggle",
    language="English",
    n_clips=250,
    n_speakers=None,
    # Sentiments, not emotions.
    classes={"Negative": "", "Neutral": "", "Positive": ""},
    licence="see its page",
    citation="imsparsh, Audio Speech Sentiment, Kaggle.",
    url="https://www.kaggle.com/datasets/imsparsh/audio-speech-sentiment",
    pattern=r"(?P<part>TRAIN|TEST)/\d+",
    read=_read,
    label_file="TRAIN.csv",
    note=(
        "No speaker is known, so scores are optimistic. The clips are numbered class by class: "
        "never use the number."
    ),
)
