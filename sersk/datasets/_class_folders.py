"""Corpora that have a folder per class."""

from sersk.datasets._emotions import find_emotion
from sersk.datasets._recognition import Told
from sersk.datasets.corpora import COLUMNS

_SENTIMENTS = {"positive", "neutral", "negative"}
# Folders so called are parts of a corpus, and no classes.
_PARTS = {"train", "training", "valid", "validation", "val", "dev", "test", "testing", "eval"}


def read_class_folders(names):
    """Tell the classes from the folders that the files lie in.

    The classes are the folders of that level whose names are words for emotions or sentiments,
    wherever it is; else those of the first level that has several.

    Parameters
    ----------
    names : list of str
        The way of each file below the folder of the corpus, separated by slashes.

    Returns
    -------
    told : list of Told, or None
        What is told of each file; None where there is no folder per class.
    """
    folders = [name.split("/")[:-1] for name in names]
    level = _find_level(folders)
    return None if level is None else [_read_folder(above, level) for above in folders]


def _read_folder(above, level):
    if len(above) <= level:
        return Told(reason="it lies outside of any class folder")
    told = {"Class": above[level], "Emotion": find_emotion(above[level]) or ""}
    return Told({**dict.fromkeys(COLUMNS, ""), **told})


def _find_level(folders):
    """Give the level of the folders that are classes, 0 for the outermost; None without any."""
    levels = [
        [above[level] for above in folders if len(above) > level]
        for level in range(max(map(len, folders)))
    ]
    # Where most files lie higher up, the classes cannot be down there.
    deep_enough = [i for i, found in enumerate(levels) if 2 * len(found) > len(folders)]
    words = {i: [name for name in levels[i] if _is_class_word(name)] for i in deep_enough}
    # Of several such levels the one with more of them; as in positive/happy, the finer one.
    ranked = [(len(set(found)) > 1, len(found), i) for i, found in words.items() if found]
    if ranked:
        return max(ranked)[-1]
    several = (i for i in deep_enough if len({name.lower() for name in levels[i]} - _PARTS) > 1)
    return next(several, None)


def _is_class_word(name):
    return name.lower() in _SENTIMENTS or find_emotion(name) is not None
