"""What was found in a folder, in a terminal."""

import shlex

from sersk.cli._summary import wrap
from sersk.datasets import CORPORA
from sersk.report._words import count


def format_index(index, output):
    """Describe what was found in a folder, and say how to go on.

    Parameters
    ----------
    index : Index
        What was found.
    output : Path
        The CSV that was written.

    Returns
    -------
    text : str
        Several lines.
    """
    table = index.table
    if len(index.corpora) > 1:
        parts = {name: table[table["Corpus"] == name] for name in index.corpora}
    else:
        parts = dict.fromkeys(index.corpora or ["A folder per class"], table)
    lines = [line for name, rows in parts.items() for line in _format_corpus(name, rows)]
    lines += _format_skipped(index)
    command = ["sersk", "fit", "--data", str(output), *_choose_labels(index)]
    return "\n".join([*lines, f"Wrote {output}. Now try: {shlex.join(command)}"])


def _format_corpus(name, rows):
    n_speakers = rows["Speaker"].replace("", None).nunique() if "Speaker" in rows else 0
    speakers = count(n_speakers, "speaker") if n_speakers else "speakers not known"
    lines = [f"{name}: {count(len(rows), 'clip')}, {speakers}"]
    counts = rows["Class"].value_counts().sort_index()
    lines += wrap(", ".join(f"{label} {n}" for label, n in counts.items()), "  ")
    corpus = CORPORA.get(name)
    if corpus is not None:
        if corpus.n_clips != len(rows):
            lines.append(f"  Published with {count(corpus.n_clips, 'clip')}.")
        lines += wrap(corpus.note, "  ")
    return lines


def _format_skipped(index):
    if not index.skipped:
        return []
    by_reason = {}
    for failure in index.skipped:
        by_reason.setdefault(failure.reason, []).append(failure.path)
    n_files = len(index.table) + len(index.skipped)
    lines = [f"Left out {len(index.skipped)} of {n_files} files:"]
    for reason, files in by_reason.items():
        lines += wrap(f"{len(files)}: {reason} (first: {files[0]!r})", "  ", "    ")
    return lines


def _choose_labels(index):
    """Each corpus has words of its own; the common ones serve where all have them."""
    has_all = len(index.corpora) > 1 and (index.table.get("Emotion", "") != "").all()
    return ["--label-column", "Emotion"] if has_all else []
