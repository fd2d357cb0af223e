"""ESD: acted English and Mandarin speech, made for voice conversion."""

import re

from sersk.datasets.corpora._corpus import Corpus, UnusableClipError

# In the order of the numbers: 1 to 350 are neutral, 351 to 700 angry, and so on.
_CLASSES = {
    "Neutral": "neutral",
    "Angry": "anger",
    "Happy": "happiness",
    "Sad": "sadness",
    "Surprise": "surprise",
}
_N_SENTENCES = 350
_FEMALE = (1, 2, 3, 7, 9, 15, 16, 17, 18, 19)
# The folder of a class holds the clips, or one folder more: of a part, or of a speaker.
_FOLDER = re.compile(
    rf"(?i)(?:^|/)({'|'.join(_CLASSES)})/(?:(?:train|evaluation|test|00\d\d)/)?[^/]+$"
)


def _read(match):
    speaker, number = int(match["speaker"]), int(match["number"])
    n_clips = _N_SENTENCES * len(_CLASSES)
    if not (1 <= speaker <= 20 and 1 <= number <= n_clips):
        raise UnusableClipError(
            f"ESD has the speakers 0001 to 0020, and of each the clips 000001 to {n_clips:06}"
        )
    block, sentence = divmod(number - 1, _N_SENTENCES)
    emotion = list(_CLASSES)[block]
    _check_folder(match.string, emotion)
    language, code = ("Mandarin", "zh") if speaker <= 10 else ("English", "en")
    return {
        "Class": emotion,
        "Speaker": match["speaker"],
        "Gender": "female" if speaker in _FEMALE else "male",
        "Sentence": f"{code}{sentence + 1:03}",
        "Language": language,
    }


def _check_folder(name, emotion):
    """Refuse a clip whose folder and number tell different classes, as after a renumbering."""
    found = _FOLDER.search(name)
    if found and found[1].lower() != emotion.lower():
        raise UnusableClipError(f"its folder says {found[1]}, and its number {emotion}")


CORPUS = Corpus(
    name="ESD",
    title="Emotional Speech Dataset",
    language="English and Mandarin",
    n_clips=35000,
    n_speakers=20,
    classes=_CLASSES,
    licence="for research; the owner asks for a signed form",
    citation=(
        "K. Zhou, B. Sisman, R. Liu and H. Li, Emotional voice conversion: Theory, databases and "
        "ESD, Speech Communication 137, 1-18, 2022."
    ),
    url="https://github.com/HLTSingapore/Emotional-Speech-Data",
    pattern=r"(?P<speaker>00\d\d)_(?P<number>\d{6})",
    read=_read,
    note=(
        "Two corpora in one: 0001 to 0010 speak Mandarin, the others English, and a sentence is "
        "the same one only within a language. Its own parts for training, evaluation and test "
        "share all speakers, so they do not show how new voices fare."
    ),
)
