"""Files of visitors, which lie on disk only while they are looked at."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

from sersk.app._words import tell_length
from sersk.audio import AUDIO_SUFFIXES
from sersk.exceptions import AudioReadError
from sersk.utils._sound_files import read_duration_s


@contextmanager
def on_disk(content, name, *, max_duration_s):
    """Put the content of a sound file on disk for a while.

    Parameters
    ----------
    content : bytes
        The file.
    name : str
        What the visitor calls it.
    max_duration_s : float
        Longest recording wanted, in seconds.

    Yields
    ------
    path : str
        Where it is; gone after the block, however that ends.

    Raises
    ------
    AudioReadError
        When it is no sound file, or too long.
    """
    suffix = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="sersk-app-") as folder:
        # Only the suffix is the visitor's, and that only where it is known.
        path = Path(folder) / f"recording{suffix if suffix in AUDIO_SUFFIXES else ''}"
        path.write_bytes(content)
        duration_s = read_duration_s(path)
        if duration_s > max_duration_s:
            most = tell_length(max_duration_s)
            reason = f"it lasts {tell_length(duration_s)}, more than {most} are not taken"
            raise AudioReadError(f"Cannot read {name!r}: {reason}.", name, reason)
        yield str(path)


def explain(error):
    """Say to a visitor why a file cannot be judged.

    Parameters
    ----------
    error : AudioReadError
        What went wrong.

    Returns
    -------
    sentence : str
        Without path, and without a technical word that could be left out.
    """
    reason = error.reason or str(error)
    return f"This file cannot be judged: {reason.rstrip('.')}. Choose another."
