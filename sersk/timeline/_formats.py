"""Writing timelines: tables, labels for the editors of sound, subtitles and pictures."""

import json
from pathlib import Path

from sersk.timeline._timeline import Timeline
from sersk.utils._files import replace_file

_DPI = 150
_TIER = "class"


def save_timeline(timelines, path):
    """Write timelines in the form that the suffix asks for, whole or not at all.

    Parameters
    ----------
    timelines : Timeline or list of Timeline
        What to write.
    path : path-like
        Where to write. One or several recordings: ``.csv``, a row per segment; ``.json``, a list
        of all that is known; ``.jsonl``, the same with a line per recording. One recording:
        ``.txt``, labels for Audacity; ``.TextGrid`` for Praat; ``.vtt``, WebVTT subtitles;
        ``.png``, ``.svg`` and ``.pdf``, a picture.

    Raises
    ------
    ValueError
        When the suffix is another, or the form holds one recording and there are several.

    Notes
    -----
    Silent segments have an empty class in tables and in a TextGrid, and are left out of labels and
    subtitles.
    """
    timelines = [timelines] if isinstance(timelines, Timeline) else list(timelines)
    write = find_format(path, len(timelines))
    with replace_file(path) as temporary:
        write(timelines, temporary)


def find_format(path, n_recordings):
    """Find how a file is written, to be sure of it before any work is done.

    Parameters
    ----------
    path : path-like
        The file wanted.
    n_recordings : int
        How many recordings it is to hold.

    Returns
    -------
    write : callable
        Takes a list of timelines and a path.

    Raises
    ------
    ValueError
        When the suffix is none that is known, or cannot hold so many.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    known = _MANY | _SINGLE
    if suffix not in known:
        raise ValueError(
            f"A timeline must be written to a file that ends in one of {', '.join(known)}. Got "
            f"{path.name!r} instead."
        )
    if n_recordings != 1 and suffix in _SINGLE:
        raise ValueError(
            f"A {path.suffix} file must hold the timeline of one recording. Got {n_recordings} "
            f"instead. Write each to its own file, or all to one that ends in {', '.join(_MANY)}."
        )
    return known[suffix]


def _write_csv(timelines, path):
    import pandas as pd

    table = pd.concat([timeline.to_frame() for timeline in timelines], ignore_index=True)
    _write(path, table.round({"Probability": 6}).to_csv(index=False, lineterminator="\n"))


def _write_json(timelines, path):
    content = [timeline.to_dict() for timeline in timelines]
    _write(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _write_json_lines(timelines, path):
    lines = [json.dumps(timeline.to_dict(), ensure_ascii=False) for timeline in timelines]
    _write(path, "".join(f"{line}\n" for line in lines))


def _write_audacity(timelines, path):
    lines = [f"{s.start_s:.6f}\t{s.stop_s:.6f}\t{_on_one_line(s)}\n" for s in _heard(timelines)]
    _write(path, "".join(lines))


def _write_textgrid(timelines, path):
    [timeline] = timelines
    span = ["xmin = 0", f"xmax = {timeline.duration_s:.6f}"]
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", *span]
    lines += ["tiers? <exists>", "size = 1", "item []:", "    item [1]:"]
    tier = ['class = "IntervalTier"', f'name = "{_TIER}"', *span]
    lines += [f"        {line}" for line in tier]
    lines += [f"        intervals: size = {len(timeline.segments)}"]
    for number, segment in enumerate(timeline.segments, start=1):
        text = _on_one_line(segment).replace('"', '""')
        lines += [
            f"        intervals [{number}]:",
            f"            xmin = {segment.start_s:.6f}",
            f"            xmax = {segment.stop_s:.6f}",
            f'            text = "{text}"',
        ]
    _write(path, "\n".join(lines) + "\n")


def _write_vtt(timelines, path):
    cues = ["WEBVTT\n"]
    for s in _heard(timelines):
        text = _on_one_line(s).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        cues.append(f"\n{_format_clock(s.start_s)} --> {_format_clock(s.stop_s)}\n{text}\n")
    _write(path, "".join(cues))


def _write_picture(timelines, path):
    from sersk.display._timeline import draw_timeline

    [timeline] = timelines
    draw_timeline(timeline).savefig(path, dpi=_DPI, format=path.suffix[1:].lower())


def _heard(timelines):
    [timeline] = timelines
    return [segment for segment in timeline.segments if segment.label]


def _on_one_line(segment):
    return " ".join(segment.label.split())


def _format_clock(time_s):
    seconds, milliseconds = divmod(round(time_s * 1000), 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}.{milliseconds:03d}"


def _write(path, text):
    path.write_text(text, encoding="utf-8", newline="\n")


_MANY = {".csv": _write_csv, ".json": _write_json, ".jsonl": _write_json_lines}
_SINGLE = {
    ".txt": _write_audacity,
    ".textgrid": _write_textgrid,
    ".vtt": _write_vtt,
    **dict.fromkeys((".png", ".svg", ".pdf"), _write_picture),
}
