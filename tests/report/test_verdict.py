"""The verdict never flatters: faults come before the score, the worst first."""

import pytest

from sersk.report._report import _complete
from sersk.report._verdict import find_confusions, judge
from tests.report._results import ERROR, SCORES, make_fit

WARNING = {**ERROR, "level": "warning", "message": "Two files are the same."}


def tell(results):
    return judge(_complete(results))


def state(results):
    return dict(tell(results).statements)


def test_sound_score_is_told_plainly():
    verdict = tell(make_fit())
    assert (verdict.level, verdict.alarms) == ("good", [])
    assert verdict.headline == (
        "Better than guessing on speakers it had not heard: 70 of 100 right, where guessing "
        "gives 33"
    )
    statements = dict(verdict.statements)
    assert list(statements) == ["Score", "Classes", "Confusions", "Speakers", "Probabilities"]
    assert "for 70 of 100 clips" in statements["Score"]
    assert "(95 %: 62 to 77); guessing would give 33" in statements["Score"]
    assert statements["Classes"] == (
        "Recognised, the best first: angry (90 of 100), calm (75 of 100) and sad (45 of 100)."
    )
    assert statements["Confusions"] == (
        "Most often mistaken: sad for calm (53 of 100) and calm for sad (18 of 100)."
    )
    assert "from 48 of 100 clips right (speaker s00) to 92 (speaker s11)" in statements["Speakers"]
    assert "taken at their word" in statements["Probabilities"]


@pytest.mark.parametrize(
    ("changes", "level", "headline", "alarm"),
    [
        ({"uar": 0.33}, "bad", "No better than guessing", "no better than guessing among 3"),
        ({"uar": 1 / 3}, "bad", "No better than guessing", "33 of 100"),
        (
            {"interval": {"uar": [0.3, 0.9]}},
            "bad",
            "Not clearly better than guessing",
            "lies within the interval",
        ),
        ({"audit": [ERROR]}, "bad", "the audit found 1 error", "The names give the class away."),
        ({"audit": [ERROR] * 3}, "bad", "the audit found 3 errors", "And 2 more."),
        (
            {"optimistic": True, "protocol": "stratified"},
            "warning",
            "An optimistic score",
            "the protocol ignores the speakers",
        ),
        (
            {"optimistic": True, "n_speakers": None},
            "warning",
            "An optimistic score",
            "no speakers are known",
        ),
        (
            {"interval": {"uar": None, "reason": "3 speakers are too few."}},
            "warning",
            "nobody knows how far",
            "3 speakers are too few.",
        ),
        ({"n_speakers": 9}, "warning", "Better than guessing", "only 9 speakers"),
        ({"n_speakers": 5}, "warning", "Better than guessing", "only 5 speakers"),
        ({"audit": [WARNING]}, "warning", "Better than guessing", "Two files are the same."),
        (
            {"per_class": {"sad": {"precision": 0, "recall": 0.5, "f1": 0, "n_clips": 9}}},
            "warning",
            "Better than guessing",
            "Fewer than 10 clips were scored of sad",
        ),
        (
            {"test": {**SCORES, "uar": 0.4, "interval": {"uar": [0.3, 0.5]}}},
            "warning",
            "Better than guessing",
            "than guessing: see Another test",
        ),
        ({"is_training_data": True}, "bad", "This is no test", "says nothing about speech"),
    ],
)
def test_each_fault_is_told_first(changes, level, headline, alarm):
    verdict = tell(make_fit(**changes))
    assert verdict.level == level
    assert headline in verdict.headline
    assert alarm in verdict.alarms[0]


def test_the_worst_fault_is_the_headline():
    faults = {
        "is_training_data": True,
        "audit": [ERROR, WARNING],
        "uar": 0.2,
        "optimistic": True,
        "interval": {"uar": None, "reason": "Too few."},
        "n_speakers": 6,
    }
    for fault, headline in (
        ("is_training_data", "This is no test"),
        ("audit", "the audit found"),
        ("uar", "No better than guessing"),
        ("optimistic", "An optimistic score"),
        ("interval", "nobody knows"),
        ("n_speakers", "Better than guessing"),
    ):
        verdict = tell(make_fit(**faults))
        assert headline in verdict.headline
        assert len(verdict.alarms) == len(faults) + ("audit" in faults)
        del faults[fault]


def test_ten_speakers_and_ten_clips_are_enough():
    row = {"precision": 1, "recall": 0.5, "f1": 1, "n_clips": 10}
    assert tell(make_fit(n_speakers=10, per_class={"sad": row})).alarms == []


def test_score_on_clips_learned_from_is_not_praised():
    results = {**SCORES, "is_training_data": True}
    assert list(state(results)) == ["Score"]
    assert state(results)["Score"].startswith("On the clips that it learned from")


def test_evaluation_does_not_claim_unseen_speakers():
    verdict = tell(SCORES)
    assert verdict.headline.startswith("Better than guessing on these clips")
    assert dict(verdict.statements)["Score"].startswith("On these clips")


@pytest.mark.parametrize(
    ("error", "shift", "text"),
    [
        (0.04, 0.0, "can be taken at their word: on average they are off by 4 points of 100."),
        (0.06, 0.0, "are roughly right: on average they are off by 6 points of 100."),
        (0.06, 0.06, "are roughly right: on average they are off by 6 points of 100. It is too"),
        (0.2, -0.2, "are not to be believed: on average they are off by 20 points of 100. It cou"),
    ],
)
def test_calibration_in_words(error, shift, text):
    bins = [{"confidence": 0.6 + shift, "accuracy": 0.6, "n_clips": 10}]
    results = make_fit(calibration_error=error, calibration=bins)
    assert text in state(results)["Probabilities"]


def test_speakers_and_classes_lost_are_counted():
    rows = {"a": {"uar": 0.2, "n_clips": 3}, "b": {"uar": 0.9, "n_clips": 3}}
    lost = {"sad": {"precision": 0, "recall": 0.3, "f1": 0, "n_clips": 40}}
    results = make_fit(per_class=lost)
    results["per_speaker"] = rows
    statements = state(results)
    assert "1 of 2 is recognised no better than by guessing." in statements["Speakers"]
    assert statements["Classes"].endswith("No better than guessed: sad.")
    results["per_speaker"] = {name: {"uar": 0.9, "n_clips": 3} for name in rows}
    assert state(results)["Speakers"] == "All are recognised equally well: 90 of 100 clips."


def test_other_test_genders_transductive_and_curve_are_told():
    statements = state(
        make_fit(
            test={**SCORES, "kind": "cross-corpus", "optimistic": True},
            per_gender={"f": {"uar": 0.7, "n_clips": 9}, "m": {"uar": 0.6, "n_clips": 9}},
            transductive={"uar": 0.8, "interval": {"uar": [0.7, 0.9]}, "note": ""},
            learning_curve={"advice": "More would help."},
        )
    )
    assert statements["Another test"].startswith("On another corpus, it gives the right class")
    assert "This is optimistic" in statements["Another test"]
    assert statements["Genders"].startswith("f 70 of 100, m 60 of 100.")
    assert "another task (transductive)" in statements["Transductive"]
    assert statements["More speakers"] == "More would help."


def test_confusions_are_shares_of_the_true_class():
    found = find_confusions(["a", "b", "c"], [[9, 1, 0], [0, 0, 0], [11, 89, 900]])
    assert found == [{"true": "a", "predicted": "b", "n_clips": 1, "share": 0.1}]
