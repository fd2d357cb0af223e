"""What the names of files tell in each published corpus."""

import re
import subprocess
import sys
from collections import Counter

import pytest

from sersk.datasets import CORPORA
from sersk.datasets.corpora import COLUMNS, UnusableClipError, find_corpus
from sersk.exceptions import ManifestError
from tests.datasets._trees import (
    name_crema_d,
    name_emodb,
    name_ravdess,
    name_savee,
    name_tess,
)

PUBLISHED = {
    "CREMA-D": lambda: name_crema_d(),
    "RAVDESS": lambda: name_ravdess(("01", "02")),
    "SAVEE": lambda: name_savee(),
    "TESS": lambda: name_tess(),
}


def _tell(corpus, name):
    """Give the columns that are filled."""
    return {c: cell for c, cell in CORPORA[corpus].parse(name).items() if cell}


@pytest.mark.parametrize("corpus", list(PUBLISHED))
def test_names_by_the_rules_give_the_published_counts(corpus):
    names = list(PUBLISHED[corpus]())
    facts = [CORPORA[corpus].parse(name) for name in names]
    assert len(facts) == len(set(names)) == CORPORA[corpus].n_clips
    assert len({row["Speaker"] for row in facts}) == CORPORA[corpus].n_speakers
    assert {row["Class"] for row in facts} == set(CORPORA[corpus].classes)


@pytest.mark.parametrize("corpus", [*PUBLISHED, "EmoDB"])
def test_no_other_corpus_claims_the_names(corpus):
    names = list({**PUBLISHED, "EmoDB": name_emodb}[corpus]())
    for name in names:
        assert [c for c, known in CORPORA.items() if known.recognises(name)] == [corpus]


def _count(corpus, column, names):
    return Counter(CORPORA[corpus].parse(name)[column] for name in names)


def test_crema_d_counts():
    names = list(name_crema_d())
    classes = _count("CREMA-D", "Class", names)
    assert classes.pop("neutral") == 1087
    assert set(classes.values()) == {1271}
    speakers = {n: CORPORA["CREMA-D"].parse(n) for n in names}.values()
    genders = Counter({row["Speaker"]: row["Gender"] for row in speakers}.values())
    assert genders == {"male": 48, "female": 43}
    assert len(_count("CREMA-D", "Sentence", names)) == 12


def test_ravdess_counts():
    channels = _count("RAVDESS", "Channel", name_ravdess(("01", "02")))
    assert channels == {"speech": 1440, "song": 1012}
    folds = _count("RAVDESS", "Fold", name_ravdess())
    assert folds == dict.fromkeys("123456", 240)
    name = "03-01-01-01-01-01-{}.wav"
    assert _tell("RAVDESS", name.format(10))["Fold"] == "2"
    assert _tell("RAVDESS", name.format(19))["Fold"] == "3"


def test_savee_counts_in_both_layouts():
    for joint in "/_":
        assert _count("SAVEE", "Class", name_savee(joint)) == {
            "neutral": 120,
            **dict.fromkeys(["anger", "disgust", "fear", "happiness", "sadness", "surprise"], 60),
        }


def test_tess_counts():
    assert _count("TESS", "Speaker", name_tess()) == {"OAF": 1400, "YAF": 1400}
    assert set(_count("TESS", "Class", name_tess()).values()) == {400}
    assert len(_count("TESS", "Sentence", name_tess())) == 200


@pytest.mark.parametrize(
    ("corpus", "name", "facts"),
    [
        (
            "CREMA-D",
            "AudioWAV/1002_IEO_HAP_LO.wav",
            dict(Class="happy", Speaker="1002", Gender="female", Sentence="IEO", Intensity="low")
            | dict(Emotion="happiness"),
        ),
        (
            "CREMA-D",
            "1040_ITH_SAD_X.wav",
            dict(Class="sad", Speaker="1040", Gender="male", Sentence="ITH", Emotion="sadness")
            | dict(Intensity="unspecified"),
        ),
        (
            "SAVEE",
            "KL/sa15.wav",
            dict(Class="sadness", Speaker="KL", Gender="male", Emotion="sadness"),
        ),
        (
            "SAVEE",
            "DC_n30.wav",
            dict(Class="neutral", Speaker="DC", Gender="male", Emotion="neutral"),
        ),
        (
            "TESS",
            "oaf_Pleasant_surprise/OAF_Thumb_PS.WAV",
            dict(Class="pleasant surprise", Speaker="OAF", Gender="female", Sentence="thumb")
            | dict(Emotion="surprise"),
        ),
        (
            "TESS",
            "OAF_neutral/OA_bite_neutral.wav",
            dict(Class="neutral", Speaker="OAF", Gender="female", Sentence="bite")
            | dict(Emotion="neutral"),
        ),
        (
            "EmoDB",
            "03a01Fa.wav",
            dict(Class="happiness", Speaker="03", Gender="male", Sentence="a01")
            | dict(Emotion="happiness"),
        ),
        (
            "EmoDB",
            "16b10Lb.wav",
            dict(Class="boredom", Speaker="16", Gender="female", Sentence="b10")
            | dict(Emotion="boredom"),
        ),
        (
            "RAVDESS",
            "03-02-06-02-01-02-12.wav",
            dict(Class="fearful", Speaker="12", Gender="female", Sentence="01", Emotion="fear")
            | dict(Intensity="strong", Channel="song", Fold="2"),
        ),
    ],
)
def test_facts(corpus, name, facts):
    assert _tell(corpus, name) == facts


@pytest.mark.parametrize(
    ("corpus", "name"),
    [
        ("CREMA-D", "1000_IEO_HAP_LO.wav"),
        ("CREMA-D", "1092_IEO_HAP_LO.wav"),
        ("CREMA-D", "1001_ABC_HAP_LO.wav"),
        ("CREMA-D", "1001_IEO_HAP.wav"),
        ("SAVEE", "KL/sa16.wav"),
        ("SAVEE", "KL/n31.wav"),
        ("SAVEE", "KL/a00.wav"),
        ("TESS", "OAF_back_joy.wav"),
        ("EmoDB", "04a01Fa.wav"),
        ("EmoDB", "03a01Xa.wav"),
        ("RAVDESS", "03-01-06-01-02-01.wav"),
    ],
)
def test_names_that_only_look_alike(corpus, name):
    assert CORPORA[corpus].parse(name) is None


def test_films_without_sound_are_no_clips():
    with pytest.raises(UnusableClipError, match=r"^it is a film without sound$"):
        CORPORA["RAVDESS"].parse("02-01-06-01-02-01-12.mp4")


def test_number_of_a_sentiment_tells_nothing():
    corpus = CORPORA["Audio-Speech-Sentiment"]
    told = [corpus.parse(f"TRAIN/{number}.wav") for number in (1, 150, 300)]
    assert told == [dict.fromkeys([*COLUMNS, "Emotion"], "")] * 3
    with pytest.raises(UnusableClipError, match="without labels"):
        corpus.parse("TEST/1.wav")


@pytest.mark.parametrize("corpus", list(CORPORA))
def test_registry(corpus):
    known = CORPORA[corpus]
    assert known.name == corpus
    assert known.n_clips > 0
    assert known.classes
    assert re.match(r"https?://", known.url)
    for text in (known.title, known.language, known.licence, known.citation, known.note):
        assert text == text.strip() != ""
    assert known.citation.endswith(".")


def test_registry_is_sorted():
    assert list(CORPORA) == sorted(CORPORA, key=str.lower)


def test_find_corpus():
    assert find_corpus("crema-d") is CORPORA["CREMA-D"]
    with pytest.raises(
        ManifestError, match=r"^There is no corpus 'IEMO'\. The corpora known are: .*, CREMA-D, "
    ):
        find_corpus("IEMO")


def test_corpora_import_nothing_heavy():
    code = "import sys; from sersk.datasets import CORPORA; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not [m for m in ("numpy", "pandas", "sklearn") if f"'{m}'" in done.stdout]
