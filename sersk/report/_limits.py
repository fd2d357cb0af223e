"""What a model can do and cannot do, in plain words."""

from pathlib import PurePath

from sersk.report._score import find_chance, tell_score
from sersk.report._words import count

# True of every model, whatever its scores.
NOT_FEELINGS = (
    "It goes by how a voice sounds, not by what a person feels. Most collections of such speech "
    "are acted; everyday speech is weaker and mixed, so expect more mistakes there."
)
NO_JUDGE = (
    "It is no ground to judge people, at work, at school or in care. It is no lie detector and no "
    "diagnosis."
)
_SMILE_FEATURES = {"egemaps", "compare"}


def describe_limits(description):
    """Tell in plain words what a model can do and cannot do, from its description alone.

    Parameters
    ----------
    description : dict
        What `sersk.persistence.read_description` gives, or the attribute ``description_`` of a
        loaded model. One that was saved from Python may lack any part.

    Returns
    -------
    sentences : list of str
        One or two sentences per matter: what it learned from, what its scores mean, what it does
        not know, what it is not for.

    Examples
    --------
    >>> from sersk.report import describe_limits
    >>> sentences = describe_limits({"training": {"n_clips": 48, "n_speakers": 4}})
    >>> sentences[0].partition(". ")[0]
    'It learned from 48 clips; 4 speakers in all'
    """
    chance = find_chance(description.get("classes"))
    return [
        *_tell_training(description.get("training") or {}),
        *_tell_end(description),
        *_tell_classes(description.get("classes")),
        *_tell_scores(description.get("scores") or {}, chance),
        *_tell_test(description.get("test") or {}, chance),
        *_tell_normalization(description, chance),
        NOT_FEELINGS,
        NO_JUDGE,
        *_tell_licence(description.get("features") or {}),
    ]


def describe_trust(description):
    """Tell in one plain sentence how often a model is right.

    Parameters
    ----------
    description : dict
        As for `describe_limits`.

    Returns
    -------
    sentence : str
        On whom it was tested, and how many of 100 clips it got right.

    Examples
    --------
    >>> from sersk.report import describe_trust
    >>> describe_trust({"scores": {"uar": 0.46}})
    'When it was tested, it gives the right class for 46 of 100 clips, on average over classes.'
    """
    chance = find_chance(description.get("classes"))
    return _tell_scores(description.get("scores") or {}, chance)[0]


def describe_misuse(description):
    """Tell in plain words what a model is not for.

    Parameters
    ----------
    description : dict
        As for `describe_limits`, of whose sentences these are some.

    Returns
    -------
    sentences : list of str
        One or two sentences per matter.
    """
    return [NO_JUDGE, *_tell_classes(description.get("classes"))]


def _tell_training(training):
    n_speakers = training.get("n_speakers")
    known = (
        "who speaks in them is not known"
        if n_speakers is None
        else f"{count(n_speakers, 'speaker')} in all"
    )
    if "n_clips" not in training:
        return ["What it learned from is not known, and so not for whom its answers hold."]
    return [
        f"It learned from {count(training['n_clips'], 'clip')}; {known}. Other languages, ages, "
        "rooms and microphones than theirs are new to it."
    ]


def _tell_end(description):
    if not description.get("unfinished"):
        return []
    return ["Its training did not end: this is the best that there was when it stopped."]


def _tell_classes(classes):
    if not classes:
        return []
    names = ", ".join(map(str, classes))
    return [
        f"It always answers with one of its classes ({names}), for silence, noise and all else "
        "that is none of them as well."
    ]


def _tell_scores(scores, chance):
    if scores.get("uar") is None:
        return ["How often it is right is not known: it was not tested, or nobody noted it."]
    if "optimistic" not in scores:
        whom = "When it was tested"
    elif scores["optimistic"]:
        whom = "On clips by speakers whom it may have heard before"
    else:
        whom = "On speakers it had not heard"
    sentences = [tell_score(whom, scores, chance)]
    if scores.get("optimistic"):
        sentences[0] += " This is optimistic: expect less on new speakers."
    elif (scores.get("interval") or {}).get("reason"):
        sentences.append(scores["interval"]["reason"])
    return sentences


def _tell_test(test, chance):
    if test.get("uar") is None:
        return []
    what = {
        "cross-corpus": "another collection",
        "same corpus": "further clips of the collection that it learned from",
    }
    named = f" ({PurePath(test['data']).name})" if "data" in test else ""
    sentence = tell_score(f"On {what.get(test.get('kind'), 'a test')}{named}", test, chance)
    if test.get("optimistic"):
        sentence += " This is optimistic: clips or speakers may be among those it learned from."
    return [sentence]


def _tell_normalization(description, chance):
    if not description.get("normalizes_speakers"):
        return []
    sentences = [
        "It measures each speaker by all clips of theirs that it is given at once, and wants to "
        "know who speaks; for a single clip by a stranger it is not made. Scores that are not "
        "called transductive are of the same recipe without that."
    ]
    scores = (description.get("scores") or {}).get("transductive") or {}
    if scores.get("uar") is not None:
        whom = "With each speaker's own clips known (transductive)"
        sentences.append(tell_score(whom, scores, chance))
    return sentences


def _tell_licence(features):
    if not _SMILE_FEATURES.intersection(features.get("extractors") or ()):
        return []
    return [
        "Its features come from openSMILE, which is free for non-commercial use only; commercial "
        "use needs a licence from audEERING."
    ]
