"""The section on the data: classes, speakers, labels, sound, and what was left out."""

from pathlib import PurePath

from sersk.report._blocks import bars, facts, part, percent, section, table
from sersk.report._setup import describe_speakers
from sersk.report._words import count

_N_LEFT_OUT = 10


def make_data(results):
    """Make the section of the data.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit`, `evaluate` or `compare` gives, whole.

    Returns
    -------
    section : Markup
        The section.
    """
    about = [
        *([("Source", PurePath(results["data"]).name)] if results["data"] else []),
        ("Clips scored", _count(results["n_clips"])),
        ("Classes", ", ".join(results["classes"])),
        ("Speakers", describe_speakers(results)),
        *([("Left out", count(len(results["skipped"]), "file"))] if results["skipped"] else []),
        *([("SHA-256", results["data_sha256"])] if results["data_sha256"] else []),
    ]
    return section(
        "The data",
        None,
        facts(about),
        _make_classes(results["per_class"]),
        _make_sound(results["sound"]),
        _make_labels(results["labels"]),
        _make_left_out(results["skipped"]),
    )


def _count(n):
    return "not known" if n is None else f"{n:,}"


def _make_classes(rows):
    if not rows:
        return None
    counts = {name: row["n_clips"] for name, row in rows.items()}
    total, most = sum(counts.values()), max(counts.values())
    drawn = [
        {"name": name, "value": n, "text": f"{n:,} ({percent(n / total)})"}
        for name, n in counts.items()
    ]
    return part("Clips of each class", bars(drawn, scale=most))


def _make_sound(sound):
    if not sound:
        return None
    duration, level, bandwidth = (
        sound.get(key) for key in ("duration_s", "level_db", "bandwidth_hz")
    )
    about = []
    if duration:
        about.append(
            (
                "Duration",
                f"{duration['total'] / 60:.1f} min in all; clips of {duration['shortest']:.1f} s "
                f"to {duration['longest']:.1f} s, half of them longer than "
                f"{duration['median']:.1f} s",
            )
        )
    if sound.get("sample_rates"):
        about.append(("Sampling rate", _list_counts(sound["sample_rates"], "Hz")))
    if sound.get("channels"):
        about.append(("Channels", _list_counts(sound["channels"], "")))
    if level:
        about.append(
            (
                "Level",
                f"{level['lowest']:.0f} to {level['highest']:.0f} dB, half of the clips above "
                f"{level['median']:.0f} dB",
            )
        )
    if bandwidth:
        about.append(
            (
                "Bandwidth",
                f"{bandwidth['lowest'] / 1000:.1f} kHz at least, half of the clips above "
                f"{bandwidth['median'] / 1000:.1f} kHz",
            )
        )
    if sound.get("clipped") is not None:
        about.append(("Clipped", count(sound["clipped"], "clip")))
    return part("Sound", facts(about)) if about else None


def _list_counts(counts, unit):
    return ", ".join(f"{value} {unit}".strip() + f": {n} clips" for value, n in counts.items())


def _make_labels(labels):
    if not labels:
        return None
    rows = [
        [target, ", ".join(_write_share(source, weight) for source, weight in sources.items())]
        for target, sources in (labels.get("weights") or {}).items()
    ]
    return part(f"Labels: {labels['name']}", table(["class", "made of"], rows)) if rows else None


def _write_share(source, weight):
    return source if weight == 1 else f"{source} ({weight:g})"


def _make_left_out(skipped):
    if not skipped:
        return None
    rows = [[PurePath(left["file"]).name, left["reason"]] for left in skipped[:_N_LEFT_OUT]]
    more = len(skipped) - len(rows)
    title = "Files left out" + (f", the first {len(rows)} of {len(skipped)}" if more else "")
    return part(title, table(["file", "why"], rows))
