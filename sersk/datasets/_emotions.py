"""Words for emotions."""

_WORDS = {
    "anger": ("anger", "angry"),
    "boredom": ("boredom", "bored"),
    "calm": ("calm",),
    "disgust": ("disgust", "disgusted"),
    "fear": ("fear", "fearful"),
    "happiness": ("happiness", "happy", "joy"),
    "neutral": ("neutral",),
    "sadness": ("sadness", "sad"),
    "surprise": ("surprise", "surprised", "ps"),
}
_COMMON = {word: common for common, words in _WORDS.items() for word in words}


def find_emotion(word):
    """Give the common word for an emotion.

    Parameters
    ----------
    word : str
        A word, in any case.

    Returns
    -------
    emotion : str or None
        The common word; None where it is no emotion.
    """
    return _COMMON.get(word.strip().lower())
