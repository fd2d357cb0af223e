"""Exceptions and warnings of sersk.

Every error that a user can cause is a `SerskError` and also the built-in exception that a caller
would expect (`ValueError`, `ImportError`). The command line shows its message as one line.
"""

__all__ = [
    "AudioReadError",
    "ClipWarning",
    "DataWarning",
    "ExplanationError",
    "LicenceWarning",
    "ManifestError",
    "ModelError",
    "RecipeError",
    "ResultsError",
    "SerskError",
    "SerskWarning",
    "StoreError",
    "StoreWarning",
    "TrainingError",
]


class SerskError(Exception):
    """Base of the errors that sersk raises on purpose."""


class AudioReadError(SerskError, ValueError):
    """A sound file cannot be used.

    Parameters
    ----------
    message : str
        What happened, and the way out.
    path : str or None, default=None
        The file at fault; of several, the first.
    reason : str or None, default=None
        What is wrong with it, in a few words.

    Attributes
    ----------
    path : str or None
        The file at fault; of several, the first.
    reason : str or None
        What is wrong with it, in a few words.
    """

    def __init__(self, message, path=None, reason=None):
        super().__init__(message)
        self.path = path
        self.reason = reason

    def __reduce__(self):
        # The default forgets the attributes on the way back from a worker process.
        return type(self), (str(self), self.path, self.reason)


class ManifestError(SerskError, ValueError):
    """A CSV of sound files cannot be used as it is."""


class RecipeError(SerskError, ValueError):
    """No such recipe, feature set, model or augmentation, or a combination that does not work."""


class ModelError(SerskError, ValueError):
    """A model file, or its description, cannot be used."""


class ExplanationError(SerskError, ValueError):
    """A decision cannot be explained as asked."""


class ResultsError(SerskError, ValueError):
    """A file of scores cannot be used."""


class StoreError(SerskError):
    """The feature store cannot be used, for reasons outside of it."""


class TrainingError(SerskError, ValueError):
    """A network cannot be trained as asked."""


class SerskWarning(UserWarning):
    """Base of the warnings that sersk gives."""


class DataWarning(SerskWarning):
    """Something about the data that the user should know before trusting a result."""


class ClipWarning(SerskWarning):
    """A clip is unlike those that a model learned from, and its answer may be wrong."""


class LicenceWarning(SerskWarning):
    """A part in use whose licence is narrower than sersk's own."""


class StoreWarning(SerskWarning):
    """The feature store was damaged, or could not be used; the results are right all the same."""
