"""Saving a classifier in the midst of its training."""

from pathlib import Path

import joblib

from sersk.exceptions import TrainingError
from sersk.utils._files import replace_file


def write_checkpoint(classifier, path):
    """Save a classifier, whole or not at all, for `joblib.load`.

    Parameters
    ----------
    classifier : NeuralClassifier
        With all that it has learnt so far.
    path : path-like
        Where to write.

    Raises
    ------
    TrainingError
        When that is impossible.
    """
    try:
        with replace_file(path) as temporary:
            joblib.dump(classifier, temporary)
    except OSError as error:
        n_epochs = len(classifier.history_["epoch"])
        reason = (error.strerror or str(error)).lower()
        raise TrainingError(
            f"Cannot write the checkpoint {str(Path(path))!r} after epoch {n_epochs} ({reason}). "
            "Name a file in a folder that is there, writable and not full, or pass "
            "checkpoint=None."
        ) from error
