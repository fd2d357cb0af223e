"""Findings about how the files sound and how they are coded."""

from collections import Counter

import numpy as np

from sersk.audit._findings import Finding, list_some
from sersk.audit._levels import MAX_CLIPPED, MIN_DURATION_S, SILENT_DB
from sersk.audit._predictability import find_told_class, score_by_category

_MIN_SHARE_OF_ONE_LENGTH = 0.8
_MIN_CLIPS = 10
# A class is told apart when this share of its clips would have to change category to hide it.
_MIN_DISTANCE = 0.3
_MAX_P_VALUE = 1e-4


def check_sound(measurements, labels, filenames):
    """Look for files that are clipped, silent, short, or unlike the others, and labels that show.

    Parameters
    ----------
    measurements : list of Measurement
        The files.
    labels : ndarray of shape (n_samples,)
        Their classes.
    filenames : list of str
        What the CSV calls them.

    Returns
    -------
    findings : list of Finding
        Of the kinds ``label_from_sample_rate``, ``label_from_channels``, ``label_from_format``,
        ``clipped``, ``silent``, ``very_short``, ``mixed_rates``, ``multi_channel`` and
        ``one_length``.
    """
    return [
        *_check_coding(measurements, labels),
        *_check_each(measurements, filenames),
        *_check_together(measurements, filenames),
    ]


def _check_coding(measurements, labels):
    attributes = {
        "label_from_sample_rate": ("sampling rate", [m.sample_rate for m in measurements]),
        "label_from_channels": ("number of channels", [m.n_channels for m in measurements]),
        "label_from_format": ("file format", [m.format for m in measurements]),
    }
    findings = []
    for kind, (what, values) in attributes.items():
        values = np.array(values)
        if len(np.unique(values)) < 2 or len(np.unique(labels)) < 2:
            continue
        told, distance, p_value = find_told_class(values, labels)
        if distance < _MIN_DISTANCE or p_value > _MAX_P_VALUE:
            continue
        uar = score_by_category(values, labels)
        findings.append(
            Finding(
                kind,
                "error",
                [],
                uar,
                f"The {what} gives the class away, {told!r} above all: it alone reaches a UAR of "
                f"{uar:.2f}, where chance is {1 / len(np.unique(labels)):.2f}.",
                "A model can learn where a clip is from in place of how it sounds. Record or "
                "convert all clips of all classes in one way; what conversion leaves may still "
                "tell.",
            )
        )
    return findings


def _check_each(measurements, filenames):
    n_files = len(filenames)
    kinds = {
        "silent": (
            lambda m: m.level_db < SILENT_DB,
            f"silent (below {SILENT_DB:.0f} dB)",
            "Take them out: there is nothing to learn from.",
        ),
        "very_short": (
            lambda m: m.duration_s < MIN_DURATION_S,
            f"shorter than {MIN_DURATION_S} s",
            "Hardly a syllable fits in. Check how they were cut.",
        ),
        "clipped": (
            lambda m: m.clipped > MAX_CLIPPED,
            "clipped (cut off at full scale)",
            "Clipping adds harmonics, mostly to loud emotions. Record at a lower level.",
        ),
        "multi_channel": (
            lambda m: m.n_channels > 1,
            "of more than one channel",
            "sersk averages the channels. With one speaker per channel, split them first.",
        ),
    }
    findings = []
    for kind, (applies, what, advice) in kinds.items():
        files = [f for f, m in zip(filenames, measurements, strict=True) if applies(m)]
        if files:
            message = f"{len(files)} of {n_files} files are {what}: {list_some(files)}."
            findings.append(Finding(kind, "warning", files, len(files) / n_files, message, advice))
    return findings


def _check_together(measurements, filenames):
    findings = []
    rates = Counter(m.sample_rate for m in measurements).most_common()
    if len(rates) > 1:
        usual = rates[0][0]
        files = [f for f, m in zip(filenames, measurements, strict=True) if m.sample_rate != usual]
        listed = ", ".join(f"{rate} Hz ({n})" for rate, n in rates)
        findings.append(
            Finding(
                "mixed_rates",
                "warning",
                files,
                len(files) / len(filenames),
                f"Files have {len(rates)} sampling rates: {listed}.",
                "sersk brings them to one rate, but what was cut off above the lowest is still "
                "missing there. Check that no class or speaker has a rate of its own.",
            )
        )
    lengths = Counter(m.n_times / m.sample_rate for m in measurements).most_common(1)
    duration_s, n = lengths[0]
    if len(filenames) >= _MIN_CLIPS and n >= _MIN_SHARE_OF_ONE_LENGTH * len(filenames):
        files = [
            f for f, m in zip(filenames, measurements, strict=True) if m.duration_s == duration_s
        ]
        findings.append(
            Finding(
                "one_length",
                "warning",
                files,
                n / len(filenames),
                f"{n} of {len(filenames)} files last exactly {duration_s:.3f} s: they were cut or "
                "padded.",
                "Look for the original corpus: endings are missing, or silence was added.",
            )
        )
    return findings
