"""Writing files whole or not at all."""

import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replace_file(path):
    """Give a temporary path to write to, and put it in the place of `path` at the end.

    Parameters
    ----------
    path : path-like
        The file wanted. What it holds stays until the new content is complete.

    Yields
    ------
    temporary : Path
        A file in the same folder; it vanishes when the block raises.
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        # mkstemp makes files private; give the rights that an ordinary new file would have.
        temporary.chmod(0o666 & ~_umask())
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_json(path, content):
    """Write JSON for people and programs: indented, UTF-8, replaced in one step.

    Parameters
    ----------
    path : path-like
        Where to write.
    content : dict or list
        What to write.
    """
    with replace_file(path) as temporary:
        text = json.dumps(content, indent=2, ensure_ascii=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def check_writable(path):
    """Raise unless a file can be put there, before work is done in vain.

    Parameters
    ----------
    path : path-like
        The file to be written.

    Raises
    ------
    OSError
        When its folder is missing or not writable, or a folder is in its place.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"Cannot write {str(path)!r}: it is a folder. Name a file.")
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"Cannot write {str(path)!r}: the folder {str(path.parent)!r} does not exist. "
            "Make it first."
        )
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(f"Cannot write {str(path)!r}: no right to write in its folder.")


def check_empty_folder(path):
    """Raise unless a folder of that name can be filled: it is empty, or not there yet.

    Parameters
    ----------
    path : path-like
        The folder.

    Raises
    ------
    FileExistsError
        When it holds something, or is a file.
    """
    path = Path(path)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise FileExistsError(f"{str(path)!r} is not an empty folder. Name another, or empty it.")
