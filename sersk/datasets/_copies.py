"""Second copies of files, as in mirrors that hold a corpus twice."""

import hashlib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

_REASON = "it is a second copy of a file of its name"


def leave_out_copies(paths, told):
    """Leave out files that are equal to another one, byte by byte, in name and in facts.

    Of each, the one stays that lies highest, so that of two trees one stays whole.

    Parameters
    ----------
    paths : list of Path
        Where the files are.
    told : list of Told
        What is told of each.

    Returns
    -------
    told : list of Told
        The same, less the copies.
    """
    groups = defaultdict(list)
    for i, path in sorted(enumerate(paths), key=lambda item: len(item[1].parts)):
        if told[i].facts is not None:
            groups[path.name, path.stat().st_size, *told[i].facts.items()].append(i)
    told = list(told)
    for group in groups.values():
        for i in _find_copies([(i, paths[i]) for i in group]) if len(group) > 1 else ():
            told[i] = replace(told[i], facts=None, reason=_REASON)
    return told


def _find_copies(files):
    seen = set()
    for i, path in files:
        content = _digest(path)
        if content in seen:
            yield i
        seen.add(content)


def _digest(path):
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        # It cannot be compared; what is wrong with it shows when it is read as sound.
        return path
