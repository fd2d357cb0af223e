"""JL-Corpus: acted New Zealand English, for talk with robots."""

from sersk.datasets.corpora._corpus import Corpus, UnusableClipError

_PRIMARY = {
    "angry": "anger",
    "excited": "",
    "happy": "happiness",
    "neutral": "neutral",
    "sad": "sadness",
}
_SECONDARY = dict.fromkeys(("anxious", "apologetic", "assertive", "concerned", "encouraging"), "")
_CLASSES = {**_PRIMARY, **_SECONDARY}
# Sentences that all classes share; each secondary class has its own ones after these.
_N_SHARED = 13


def _read(match):
    emotion = match["emotion"].lower()
    if emotion not in _CLASSES:
        raise UnusableClipError(f"'{emotion}' is no class of JL-Corpus")
    speaker, sentence = match["speaker"].lower(), match["sentence"]
    if emotion in _SECONDARY and int(sentence) > _N_SHARED:
        sentence = f"{emotion} {sentence}"
    return {
        "Class": emotion,
        "Speaker": speaker,
        "Gender": speaker[:-1],
        "Sentence": sentence,
    }


CORPUS = Corpus(
    name="JL-Corpus",
    title="JL-Corpus, emotional speech in New Zealand English",
    language="English (New Zealand)",
    n_clips=2400,
    n_speakers=4,
    classes=_CLASSES,
    licence="CC0",
    citation=(
        "J. James, L. Tian and C. I. Watson, An Open Source Emotional Speech Corpus for Human "
        "Robot Interaction Applications, Interspeech, 2018."
    ),
    url="https://www.kaggle.com/datasets/tli725/jl-corpus",
    pattern=r"(?i:(?P<speaker>(?:fe)?male\d)_(?P<emotion>[a-z]+)_(?P<sentence>\d+)[ab]_\d)",
    read=_read,
    note=(
        "Sentences 14 and 15 of the five secondary classes (anxious, apologetic, assertive, "
        "concerned, encouraging) are worded for their class: there, words tell it. Each sentence "
        "is said four times by a speaker in a class."
    ),
)
