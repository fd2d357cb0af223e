"""The named label maps, and those of the user."""

from pathlib import Path

from sersk.datasets._label_map import LabelMap
from sersk.datasets._label_map_files import read_label_map
from sersk.exceptions import ManifestError

_SUFFIXES = (".yaml", ".yml")

# Surprise may be good or of no colour. Quiet sadness and boredom are unpleasant, but a voice may
# show them as little more than flatness. Contempt is hostile, as anger and disgust are.
_SENTIMENT = {
    "positive": {"happiness": 1, "surprise": 0.5},
    "neutral": {"neutral": 1, "calm": 1, "surprise": 0.5, "sadness": 0.5, "boredom": 0.5},
    "negative": {
        **{"anger": 1, "contempt": 1, "disgust": 1, "fear": 1},
        **{"sadness": 0.5, "boredom": 0.5},
    },
}
# Few corpora tell calm from neutral. Where there are but four classes it has no place: calm voices
# are soft and low as sad ones are, so sad voices of other corpora would pass for neutral.
_CALM_IS_NEUTRAL = {"neutral": {"neutral": 1, "calm": 1}}


def _keep(emotions):
    return {emotion: {emotion: 1} for emotion in emotions.split()}


_EMOTION4 = _keep("anger happiness neutral sadness")
_EMOTION6 = _keep("anger disgust fear happiness neutral sadness") | _CALM_IS_NEUTRAL
_EMOTION7 = _EMOTION6 | _keep("surprise")
_EMOTION8 = _keep("anger calm disgust fear happiness neutral sadness surprise")

LABEL_MAPS = {
    "sentiment3": LabelMap("sentiment3", _SENTIMENT),
    "emotion4": LabelMap("emotion4", _EMOTION4),
    "emotion6": LabelMap("emotion6", _EMOTION6),
    "emotion7": LabelMap("emotion7", _EMOTION7),
    "emotion8": LabelMap("emotion8", _EMOTION8),
}


def find_label_map(name_or_path):
    """Look a label map up by its name, or read one from a file.

    A file is YAML, a line per class with what it is made of: a word, a list of words and of words
    with weights, or a mapping from words to weights. A word without a weight counts in full::

        positive: [happiness, {surprise: 0.5}]
        neutral: neutral
        negative: {anger: 1, sadness: 0.5}

    A word is one of `EMOTIONS`, which stands for that emotion under any name that `find_emotion`
    knows, or the name of a class as the corpus writes it, which stands for itself alone. What
    YAML takes for a number or for yes or no goes in quotes.

    Parameters
    ----------
    name_or_path : str, path-like or LabelMap
        One of `LABEL_MAPS`; a file that ends in ``.yaml`` or ``.yml``; or a label map, which is
        given back.

    Returns
    -------
    label_map : LabelMap
        The label map; one from a file has its name.

    Raises
    ------
    ManifestError
        When there is no such label map, or the file cannot be used.

    Notes
    -----
    The named maps leave out an emotion that has no place, such as fear and calm in ``emotion4``.
    In ``sentiment3``, ``emotion6`` and ``emotion7`` calm counts as neutral. ``sentiment3`` halves
    what does not show clearly: surprise is half positive and half neutral, sadness and boredom
    half neutral and half negative.

    Examples
    --------
    >>> from sersk.datasets import find_label_map
    >>> find_label_map("emotion4").classes
    ['anger', 'happiness', 'neutral', 'sadness']
    """
    if isinstance(name_or_path, LabelMap):
        return name_or_path
    if name_or_path in LABEL_MAPS:
        return LABEL_MAPS[name_or_path]
    path = Path(name_or_path)
    if path.suffix.lower() not in _SUFFIXES:
        raise ManifestError(
            f"There is no label map {str(name_or_path)!r}. It must be one of: "
            f"{', '.join(LABEL_MAPS)}; or a file that ends in .yaml, with a line per class, such "
            "as 'positive: [happiness, {surprise: 0.5}]'."
        )
    return LabelMap(path.name, read_label_map(path))
