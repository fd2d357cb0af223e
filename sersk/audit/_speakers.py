"""Findings about who speaks, and about given folds."""

import itertools
from collections import Counter, defaultdict

import numpy as np
from scipy.stats import poisson

from sersk.audit._findings import Finding, list_some
from sersk.audit._predictability import score_by_category
from sersk.utils._names import plain_name

_MAX_P_VALUE = 0.01
_MIN_SPEAKERS = 5


def check_speakers(labels, speakers, filenames):
    """Look for speakers that give the label away, or that have two names.

    Parameters
    ----------
    labels : ndarray of shape (n_samples,)
        Class of each clip.
    speakers : ndarray of shape (n_samples,)
        Their speakers.
    filenames : list of str
        What the CSV calls them.

    Returns
    -------
    findings : list of Finding
        Of the kinds ``single_class_speaker``, ``speaker_under_two_names`` and ``few_speakers``.
    """
    names = np.unique(speakers)
    findings = [
        *_check_single_class(labels, speakers, filenames),
        *(
            describe_two_names(a, b, f"differ only in spelling: {a!r} and {b!r}", 1.0)
            for spellings in _group_by_spelling(names.tolist())
            for a, b in itertools.combinations(spellings, 2)
        ),
    ]
    if len(names) < _MIN_SPEAKERS:
        findings.append(
            Finding(
                "few_speakers",
                "note",
                [],
                float(len(names)),
                f"Scores from {'1 speaker' if len(names) == 1 else f'{len(names)} speakers'} say "
                "little about others.",
                f"Add speakers. Below {_MIN_SPEAKERS} there is no interval.",
            )
        )
    return findings


def _group_by_spelling(names):
    """Group names that differ in case, marks or leading zeros only; short ones may by a letter."""
    groups = defaultdict(list)
    for name in names:
        groups[_strip_zeros(plain_name(name))].append(name)
    return groups.values()


def _strip_zeros(name):
    head = name.rstrip("0123456789")
    digits = name[len(head) :]
    return head + (digits.lstrip("0") or digits[:1])


def _check_single_class(labels, speakers, filenames):
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    counts = Counter(speakers.tolist())
    single = [
        name
        for name, n_clips in sorted(counts.items())
        if n_clips > 1 and len(np.unique(labels[speakers == name])) == 1
    ]
    # How often a speaker would have one class, if all drew their classes at random.
    chances = {name: np.sum(shares**n_clips) for name, n_clips in counts.items() if n_clips > 1}
    if poisson.sf(len(single) - 1, sum(chances.values())) > _MAX_P_VALUE:
        single = [name for name in single if chances[name] < _MAX_P_VALUE / len(chances)]
    if not single or len(shares) < 2:
        return []
    uar = score_by_category(speakers, labels)
    chance = 1 / len(shares)
    return [
        Finding(
            "single_class_speaker",
            "error",
            [name for name, s in zip(filenames, speakers.tolist(), strict=True) if s in single],
            uar,
            f"{len(single)} of {len(counts)} speakers have a single class ({list_some(single)}), "
            "more than by chance: there, who speaks tells the class. Over all clips a classifier "
            "that knows nothing but the speaker, under random folds, reaches a UAR of "
            f"{uar:.2f}, where chance is {chance:.2f}.",
            "Leave whole speakers out, never clips, and add clips of other classes by these "
            "speakers or take them out.",
        )
    ]


def describe_two_names(a, b, why, score):
    """Report that two names may be one speaker's.

    Parameters
    ----------
    a, b : str
        The names.
    why : str
        The end of a sentence that begins with "Two speakers".
    score : float
        How sure it is, from 0 to 1.

    Returns
    -------
    finding : Finding
        An error: the speaker may be on both sides of a split.
    """
    return Finding(
        "speaker_under_two_names",
        "error",
        [],
        score,
        f"Two speakers {why}.",
        f"If {a!r} and {b!r} are one person, give them one name: else they are on both sides of a "
        "split.",
    )


def check_folds(folds, speakers, sentences):
    """Look for what given folds share.

    Parameters
    ----------
    folds : ndarray of shape (n_samples,)
        Given fold of each clip.
    speakers, sentences : ndarray of shape (n_samples,) or None
        Who speaks and what is said, where that is known.

    Returns
    -------
    findings : list of Finding
        Of the kinds ``speakers_shared_by_folds`` and ``sentences_shared_by_folds``.
    """
    findings = []
    if speakers is not None and (shared := _find_shared(folds, speakers)):
        findings.append(
            Finding(
                "speakers_shared_by_folds",
                "error",
                [],
                len(shared) / len(np.unique(speakers)),
                f"{len(shared)} of {len(np.unique(speakers))} speakers are in more than one of "
                f"the given folds: {list_some(shared)}.",
                "A score over these folds is not about unseen speakers. Put each speaker into "
                "one fold, or leave out --fold-column.",
            )
        )
    if sentences is not None:
        findings += check_sentences(folds, sentences, "in more than one of the given folds")
    return findings


def check_sentences(parts, sentences, shared_by="by more than one speaker"):
    """Look for sentences that both sides of a split have.

    Parameters
    ----------
    parts : ndarray of shape (n_samples,)
        Fold, or speaker, of each clip.
    sentences : ndarray of shape (n_samples,)
        What is said.
    shared_by : str, default="by more than one speaker"
        What it means to be shared, in words.

    Returns
    -------
    findings : list of Finding
        One of the kind ``sentences_shared_by_folds``, or none.
    """
    shared = _find_shared(parts, sentences)
    if not shared:
        return []
    share = float(np.isin(sentences, shared).mean())
    return [
        Finding(
            "sentences_shared_by_folds",
            "note",
            [],
            share,
            f"{len(shared)} of {len(np.unique(sentences))} sentences are said {shared_by}, so "
            f"{share:.0%} of the clips say something known.",
            "Usual in acted corpora. --protocol speaker-and-sentence keeps both apart.",
        )
    ]


def _find_shared(parts, values):
    pairs = set(zip(values.tolist(), parts.tolist(), strict=True))
    n_parts = Counter(value for value, _ in pairs if value)
    return sorted(value for value, n in n_parts.items() if n > 1)
