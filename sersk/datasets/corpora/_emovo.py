"""EMOVO: acted Italian speech."""

from sersk.datasets.corpora._corpus import Corpus

# Code in the name, class, common word.
_CLASSES = {
    "dis": ("disgust", "disgust"),
    "gio": ("joy", "happiness"),
    "neu": ("neutral", "neutral"),
    "pau": ("fear", "fear"),
    "rab": ("anger", "anger"),
    "sor": ("surprise", "surprise"),
    "tri": ("sadness", "sadness"),
}


def _read(match):
    speaker = match["speaker"].lower()
    return {
        "Class": _CLASSES[match["emotion"].lower()][0],
        "Speaker": speaker,
        "Gender": "female" if speaker.startswith("f") else "male",
        "Sentence": match["sentence"].lower(),
    }


CORPUS = Corpus(
    name="EMOVO",
    title="EMOVO Corpus, an Italian Emotional Speech Database",
    language="Italian",
    n_clips=588,
    n_speakers=6,
    classes=dict(_CLASSES.values()),
    licence="for research, not for commerce",
    citation=(
        "G. Costantini, I. Iadarola, A. Paoloni and M. Todisco, EMOVO Corpus: an Italian "
        "Emotional Speech Database, LREC, 2014."
    ),
    url="http://voice.fub.it/activities/corpora/emovo/index.html",
    pattern=(
        r"(?i:(?P<emotion>dis|gio|neu|pau|rab|sor|tri)-(?P<speaker>[fm]\d)-(?P<sentence>\w\d))"
    ),
    read=_read,
    note=(
        "Every speaker says the same 14 sentences in all seven classes, so words tell nothing of "
        "the class. Six speakers are few: scores change much from one to the next."
    ),
)
