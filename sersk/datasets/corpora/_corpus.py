"""A published corpus: what it is, and what the names of its files say."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from sersk.exceptions import ManifestError

# What a name can tell of a clip, in the order of the columns; a corpus may tell more.
COLUMNS = ("Class", "Speaker", "Gender", "Sentence", "Intensity")


class UnusableClipError(ManifestError):
    """A file of the corpus that is no clip to learn from; the message says why."""


@dataclass(frozen=True)
class Corpus:
    """A published corpus, told from the names of its files.

    Attributes
    ----------
    name : str
        What it is usually called.
    title : str
        Its full name.
    language : str
        What is spoken.
    n_clips : int
        Number of clips, as published.
    n_speakers : int or None
        Number of speakers, as published; None where it was not.
    classes : dict of str to str
        Each class in the corpus' own words, and the common word for the emotion; empty for one
        that has none.
    licence : str
        Terms of its use.
    citation : str
        What to cite.
    url : str
        Where the owner publishes it.
    pattern : str
        Regular expression of its file names without the suffix, with the folders that matter.
    read : callable
        Takes the match of `pattern`, and gives what it tells: a dict with the keys Class, and as
        far as they are known Speaker, Gender, Sentence, Intensity, and columns of the corpus' own.
        It raises `UnusableClipError` for a file that is no clip to learn from.
    label_file : str, default=""
        Name of a CSV, in the folder above that of a clip, which gives its class; empty where the
        name of the clip does.
    note : str, default=""
        What a user should know before trusting a score.
    """

    name: str
    title: str
    language: str
    n_clips: int
    n_speakers: int | None
    classes: dict
    licence: str
    citation: str
    url: str
    pattern: str
    read: Callable
    label_file: str = ""
    note: str = ""

    @cached_property
    def _scheme(self):
        # Matched from the right: what lies above the corpus says nothing.
        return re.compile(rf"(.*/)?{self.pattern}(\.\w+)?")

    def recognises(self, name):
        """Tell whether a file is named as in this corpus.

        Parameters
        ----------
        name : str
            Its name, with or without folders, which are separated by slashes.

        Returns
        -------
        is_recognised : bool
            Whether it is.
        """
        return self._scheme.fullmatch(name) is not None

    def parse(self, name):
        """Read what the name of a file tells.

        Parameters
        ----------
        name : str
            Its name, with or without folders, which are separated by slashes.

        Returns
        -------
        facts : dict of str to str, or None
            `COLUMNS`, ``Emotion``, and columns of the corpus' own; empty where nothing is told.
            None for a file that is named in another way.

        Raises
        ------
        UnusableClipError
            When the file is of the corpus, but no clip to learn from.
        """
        match = self._scheme.fullmatch(name)
        if match is None:
            return None
        told = self.read(match)
        return self.complete(told)

    def complete(self, told):
        """Add what follows from the class, and the columns of which nothing is told.

        Parameters
        ----------
        told : dict of str to str
            What is told of a clip.

        Returns
        -------
        facts : dict of str to str
            `COLUMNS`, ``Emotion``, and whatever else is told.
        """
        emotion = self.classes[told["Class"]] if told.get("Class") else ""
        return {**dict.fromkeys(COLUMNS, ""), "Emotion": emotion, **told}
