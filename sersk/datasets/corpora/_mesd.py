"""MESD: single words in Mexican Spanish."""

from sersk.datasets.corpora._corpus import Corpus

_CLASSES = {
    "Anger": "anger",
    "Disgust": "disgust",
    "Fear": "fear",
    "Happiness": "happiness",
    "Neutral": "neutral",
    "Sadness": "sadness",
}
_VOICES = {"F": "female", "M": "male", "C": "child"}


def _read(match):
    voice = _VOICES[match["voice"].upper()]
    return {
        "Class": match["emotion"].capitalize(),
        "Gender": "" if voice == "child" else voice,
        "Sentence": match["word"].lower(),
        "Voice": voice,
        "List": match["list"].upper(),
    }


CORPUS = Corpus(
    name="MESD",
    title="Mexican Emotional Speech Database",
    language="Spanish (Mexican)",
    n_clips=864,
    n_speakers=11,
    classes=_CLASSES,
    licence="CC BY 4.0",
    citation=(
        "M. M. Duville, L. M. Alonso-Valerdi and D. I. Ibarra-Zarate, Mexican Emotional Speech "
        "Database Based on Semantic, Frequency, Familiarity, Concreteness, and Cultural Shaping "
        "of Affective Prosody, Data 6(12), 130, 2021."
    ),
    url="https://data.mendeley.com/datasets/cy34mh68j9",
    pattern=(
        rf"(?i:(?P<emotion>{'|'.join(_CLASSES)})_(?P<voice>[FMC])_(?P<list>[AB])"
        r"_(?P<word>[^\W\d_]+(?:_[^\W\d_]+)*))"
    ),
    read=_read,
    note=(
        "Names tell whether a woman, a man or a child speaks, not which of the 3 women, 2 men and "
        "6 children: speakers are kept apart only where a whole voice is. Words of list A are the "
        "same in all classes; those of list B were chosen to suit the class."
    ),
)
