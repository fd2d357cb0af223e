"""RAVDESS: acted English speech and song."""

from sersk.datasets.corpora._corpus import Corpus, UnusableClipError

# Code in the name, class, common word.
_CLASSES = {
    "01": ("neutral", "neutral"),
    "02": ("calm", "calm"),
    "03": ("happy", "happiness"),
    "04": ("sad", "sadness"),
    "05": ("angry", "anger"),
    "06": ("fearful", "fear"),
    "07": ("disgust", "disgust"),
    "08": ("surprised", "surprise"),
}
_INTENSITIES = {"01": "normal", "02": "strong"}
_CHANNELS = {"01": "speech", "02": "song"}
# The six folds of four actors under which EmoBox compares systems.
_FOLDS = {
    "1": ("01", "11", "20", "21"),
    "2": ("04", "10", "12", "14"),
    "3": ("08", "09", "19", "23"),
    "4": ("03", "05", "07", "24"),
    "5": ("02", "15", "16", "18"),
    "6": ("06", "13", "17", "22"),
}
_FOLD_OF = {actor: fold for fold, actors in _FOLDS.items() for actor in actors}


def _read(match):
    if match["modality"] == "02":
        raise UnusableClipError("it is a film without sound")
    actor = match["actor"]
    return {
        "Class": _CLASSES[match["emotion"]][0],
        "Speaker": actor,
        "Gender": "male" if int(actor) % 2 else "female",
        "Sentence": match["statement"],
        "Intensity": _INTENSITIES[match["intensity"]],
        "Channel": _CHANNELS[match["channel"]],
        "Fold": _FOLD_OF.get(actor, ""),
    }


CORPUS = Corpus(
    name="RAVDESS",
    title="Ryerson Audio-Visual Database of Emotional Speech and Song",
    language="English (North American)",
    n_clips=2452,
    n_speakers=24,
    classes=dict(_CLASSES.values()),
    licence="CC BY-NC-SA 4.0",
    citation=(
        "S. R. Livingstone and F. A. Russo, The Ryerson Audio-Visual Database of Emotional Speech "
        "and Song (RAVDESS), PLoS ONE 13(5), e0196391, 2018."
    ),
    url="https://zenodo.org/records/1188976",
    pattern=(
        r"(?P<modality>0[123])-(?P<channel>0[12])-(?P<emotion>0[1-8])-(?P<intensity>0[12])"
        r"-(?P<statement>0[12])-0[12]-(?P<actor>\d\d)"
    ),
    read=_read,
    note="1440 spoken and 1012 sung clips; song has six of the classes.",
)
