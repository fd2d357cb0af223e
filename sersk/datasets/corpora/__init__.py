"""Published corpora, one file each."""

from importlib import import_module

from sersk.datasets.corpora._corpus import COLUMNS, UnusableClipError
from sersk.exceptions import ManifestError

__all__ = ["COLUMNS", "CORPORA", "UnusableClipError", "find_corpus"]

_FILES = (
    "_audio_sentiment",
    "_crema_d",
    "_emodb",
    "_emovo",
    "_esd",
    "_jl_corpus",
    "_mesd",
    "_nemo",
    "_ravdess",
    "_savee",
    "_shemo",
    "_tess",
    "_urdu",
)
_ALL = [import_module(f"{__name__}.{file}").CORPUS for file in _FILES]

CORPORA = {corpus.name: corpus for corpus in sorted(_ALL, key=lambda c: c.name.lower())}


def find_corpus(name):
    """Find a corpus by its name, in any case.

    Parameters
    ----------
    name : str
        Its name.

    Returns
    -------
    corpus : Corpus
        The corpus.

    Raises
    ------
    ManifestError
        When none is called so.
    """
    by_plain_name = {known.lower(): corpus for known, corpus in CORPORA.items()}
    if name.lower() not in by_plain_name:
        raise ManifestError(
            f"There is no corpus {name!r}. The corpora known are: {', '.join(CORPORA)}."
        )
    return by_plain_name[name.lower()]
