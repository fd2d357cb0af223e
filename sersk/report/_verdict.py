"""The verdict on a score in words: first what speaks against it, then what it says."""

from dataclasses import dataclass

from sersk.metrics import MIN_SPEAKERS_FOR_INTERVAL
from sersk.report._coverage import describe_warned
from sersk.report._score import find_chance, of_100, tell_score
from sersk.report._setup import explain_optimism
from sersk.report._words import count, list_names

# Fewer speakers than that make an interval wide, and each of them counts much.
_FEW_SPEAKERS = 10
# Fewer clips than that say little about a class.
_FEW_CLIPS = 10
# Of the clips of a class; fewer mistaken for one other class are not worth a word.
_LEAST_CONFUSION = 0.1
# In points: as far as probabilities may be off to be believed, and to be roughly right.
_CLOSE, _ROUGH = 0.04, 0.1
_N_NAMED = 3
# Of clean clips guards warn of one in a hundred.
_MANY_WARNED = 0.05


@dataclass(frozen=True)
class Verdict:
    """What to think of a score.

    Attributes
    ----------
    level : {"bad", "warning", "good"}
        How it may be taken.
    headline : str
        The whole in one line.
    alarms : list of str
        What speaks against the score, the worst first.
    statements : list of (str, str)
        What it is about, and a sentence or two.
    """

    level: str
    headline: str
    alarms: list
    statements: list


def judge(results):
    """Tell in words what to think of the scores of a cross-validation, or of a saved model.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit` or `evaluate` gives. Whatever is None is not spoken of.

    Returns
    -------
    verdict : Verdict
        The verdict. It never flatters: faults of the score come before the score.
    """
    chance = find_chance(results["classes"])
    faults, weaknesses = [*_find_faults(results, chance)], _find_weaknesses(results)
    level = "warning" if faults or weaknesses else "good"
    return Verdict(
        level="bad" if any(fault.is_fatal for fault in faults) else level,
        headline=faults[0].headline if faults else _praise(results, chance),
        alarms=[*(fault.text for fault in faults), *weaknesses],
        statements=[*_state(results, chance)],
    )


@dataclass(frozen=True)
class _Fault:
    is_fatal: bool
    headline: str
    text: str


def _find_faults(results, chance):
    """List what a reader must know before the score, the worst first."""
    if results["is_training_data"]:
        yield _Fault(
            True,
            "This is no test: the model learned from these very clips",
            "The model was fitted on these very data, so the score says nothing about speech that "
            "it does not know.",
        )
    errors = [f for f in results["audit"] or [] if f["level"] == "error"]
    if errors:
        yield _Fault(
            True,
            f"Do not rely on this score: the audit found {count(len(errors), 'error')}",
            f"The audit found {count(len(errors), 'error')} that can make the score wrong: "
            f"{_quote(errors)} See The audit, below.",
        )
    interval = results["interval"]["uar"]
    if results["uar"] <= chance:
        yield _Fault(
            True,
            "No better than guessing",
            f"The score, {of_100(results['uar'])} of 100, is no better than guessing among "
            f"{len(results['classes'])} classes, {of_100(chance)} of 100.",
        )
    elif interval is not None and interval[0] <= chance:
        yield _Fault(
            True,
            "Not clearly better than guessing",
            f"What guessing gives, {of_100(chance)} of 100, lies within the interval of the "
            "score, so it may be chance.",
        )
    if results["optimistic"]:
        yield _Fault(
            False,
            "An optimistic score: expect less on new speakers",
            f"The score is optimistic: {explain_optimism(results)}, so a clip's own speaker may "
            "be in the training part. How much less to expect of new speakers is not known.",
        )
    if interval is None:
        reason = results["interval"]["reason"]
        yield _Fault(
            False,
            "A score of which nobody knows how far it may be off",
            reason or "There is no interval, so how far the score may be off is not known.",
        )


def _find_weaknesses(results):
    """List what weakens a score without making it wrong."""
    texts = []
    texts += note_few_speakers(results["n_speakers"])
    rare = [name for name, row in (results["per_class"] or {}).items() if _is_rare(row)]
    if rare:
        texts.append(
            f"Fewer than {_FEW_CLIPS} clips were scored of {list_names(rare)}: what is said of "
            "so few is little more than chance."
        )
    warnings = [f for f in results["audit"] or [] if f["level"] == "warning"]
    if warnings:
        texts.append(
            f"The audit found {count(len(warnings), 'warning')} that may bear on the score: "
            f"{_quote(warnings)}"
        )
    warned = describe_warned(results)
    if warned is not None and results["n_warned"] > _MANY_WARNED * results["n_clips"]:
        texts.append(f"{warned} Answers to such clips may mean nothing.")
    test = results["test"]
    if test is not None and _is_chance(test):
        texts.append(
            "On other speech than that of the corpus it learned from, the model is no better, or "
            "not clearly better, than guessing: see Another test, below."
        )
    return texts


def note_few_speakers(n_speakers):
    """Say so where there are few speakers, though enough for an interval.

    Parameters
    ----------
    n_speakers : int or None
        Number of speakers.

    Returns
    -------
    sentences : list of str
        One, or none.
    """
    if n_speakers is None or not MIN_SPEAKERS_FOR_INTERVAL <= n_speakers < _FEW_SPEAKERS:
        return []
    return [
        f"There are only {n_speakers} speakers, and each counts much: with others the score may "
        "well be another."
    ]


def _is_rare(row):
    return 0 < row["n_clips"] < _FEW_CLIPS


def _is_chance(test):
    interval = (test.get("interval") or {}).get("uar")
    return (test["uar"] if interval is None else interval[0]) <= find_chance(test["classes"])


def _quote(findings):
    """The first message, and how many more there are."""
    more = len(findings) - 1
    return findings[0]["message"] + (f" And {more} more." if more else "")


def _praise(results, chance):
    whom = "on these clips" if results["protocol"] is None else "on speakers it had not heard"
    return (
        f"Better than guessing {whom}: {of_100(results['uar'])} of 100 right, where guessing "
        f"gives {of_100(chance)}"
    )


def _state(results, chance):
    yield "Score", tell_score(_name_whom(results), results, chance)
    # What it learned by heart would only flatter.
    if not results["is_training_data"]:
        yield from _state_further(results, chance)


def _state_further(results, chance):
    yield from _state_transductive(results["transductive"], chance)
    if results["test"] is not None:
        yield "Another test", _tell_test(results["test"])
    if results["per_class"]:
        yield "Classes", _tell_classes(results["per_class"], chance)
    confusions = find_confusions(results["classes"], results["confusion_matrix"])
    if confusions:
        yield "Confusions", _tell_confusions(confusions)
    if results["per_speaker"] and len(results["per_speaker"]) > 1:
        yield "Speakers", _tell_speakers(results["per_speaker"], chance)
    if results["per_gender"] and len(results["per_gender"]) > 1:
        yield "Genders", _tell_genders(results["per_gender"])
    if results["calibration_error"] is not None:
        yield "Probabilities", _tell_calibration(results)
    if results["learning_curve"] is not None:
        yield "More speakers", results["learning_curve"]["advice"]


def _name_whom(results):
    if results["is_training_data"]:
        return "On the clips that it learned from"
    if results["protocol"] is None:
        return "On these clips"
    if results["optimistic"]:
        return "On clips by speakers whom it may have heard before"
    return "On speakers it had not heard"


def _state_transductive(scores, chance):
    if scores is not None:
        whom = "With each speaker's own clips known, which is another task (transductive)"
        yield "Transductive", tell_score(whom, scores, chance)


def _tell_test(test):
    whom = {
        "cross-corpus": "On another corpus",
        "same corpus": "On further clips of the same corpus",
    }.get(test.get("kind"), "On other clips")
    text = tell_score(whom, test, find_chance(test["classes"]))
    if test.get("optimistic"):
        text += " This is optimistic: clips or speakers may be among those it learned from."
    return text


def _tell_classes(rows, chance):
    # A class without a clip to score has no recall.
    ranked = sorted(
        (name for name, row in rows.items() if row["n_clips"]),
        key=lambda name: -rows[name]["recall"],
    )
    named = [f"{name} ({of_100(rows[name]['recall'])} of 100)" for name in ranked]
    if len(ranked) < 2 * _N_NAMED:
        text = f"Recognised, the best first: {list_names(named, len(named))}."
    else:
        text = f"Recognised best: {list_names(named[:2])}; least: {list_names(named[-2:])}."
    lost = [name for name in ranked if rows[name]["recall"] <= chance]
    return f"{text} No better than guessed: {list_names(lost)}." if lost else text


def find_confusions(classes, matrix):
    """List which classes are mistaken for which, the most frequent first.

    Parameters
    ----------
    classes : list of str
        The classes.
    matrix : list of list of int, or None
        Numbers of clips, rows true and columns predicted.

    Returns
    -------
    confusions : list of dict
        ``true``, ``predicted``, ``n_clips`` and ``share`` of the true class, where that is a
        tenth or more.
    """
    found = [
        {"true": true, "predicted": predicted, "n_clips": n, "share": n / sum(row)}
        for true, row in zip(classes, matrix or [], strict=False)
        for predicted, n in zip(classes, row, strict=True)
        if true != predicted and sum(row) and n / sum(row) >= _LEAST_CONFUSION
    ]
    return sorted(found, key=lambda confusion: -confusion["share"])


def _tell_confusions(confusions):
    named = [
        f"{c['true']} for {c['predicted']} ({of_100(c['share'])} of 100)"
        for c in confusions[:_N_NAMED]
    ]
    return f"Most often mistaken: {list_names(named)}."


def _tell_speakers(rows, chance):
    ranked = sorted(rows, key=lambda name: rows[name]["uar"])
    low, high = ranked[0], ranked[-1]
    if of_100(rows[low]["uar"]) == of_100(rows[high]["uar"]):
        return f"All are recognised equally well: {of_100(rows[low]['uar'])} of 100 clips."
    text = (
        f"Speakers differ: from {of_100(rows[low]['uar'])} of 100 clips right (speaker {low}) to "
        f"{of_100(rows[high]['uar'])} (speaker {high}), on average over classes."
    )
    lost = sum(row["uar"] <= chance for row in rows.values())
    if lost:
        are = "is" if lost == 1 else "are"
        text += f" {lost} of {len(rows)} {are} recognised no better than by guessing."
    return text


def _tell_genders(rows):
    named = [f"{name} {of_100(row['uar'])} of 100" for name, row in rows.items()]
    return f"{', '.join(named)}. Whether that is more than chance was not tested."


def _tell_calibration(results):
    error = results["calibration_error"]
    off = f"on average they are off by {count(of_100(error), 'point')} of 100"
    if error <= _CLOSE:
        return f"Its probabilities can be taken at their word: {off}."
    belief = "are roughly right" if error <= _ROUGH else "are not to be believed"
    return f"Its probabilities {belief}: {off}.{_tell_direction(results['calibration'], error)}"


def _tell_direction(bins, error):
    """Say so where nearly all bins lie on the same side."""
    n_clips = sum(bin_["n_clips"] for bin_ in bins or [])
    if not n_clips:
        return ""
    surplus = sum(b["n_clips"] * (b["confidence"] - b["accuracy"]) for b in bins) / n_clips
    if abs(surplus) < error / 2:
        return ""
    return " It is too sure of itself." if surplus > 0 else " It could be surer of itself."
