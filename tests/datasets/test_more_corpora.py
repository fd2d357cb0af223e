"""Seven published corpora: every name that their rules make, and names that only look alike."""

from collections import Counter
from itertools import product

import pytest

from sersk.datasets.corpora import _emovo, _esd, _jl_corpus, _mesd, _nemo, _ravdess, _shemo, _urdu
from sersk.datasets.corpora._corpus import UnusableClipError

CORPORA = {
    module.CORPUS.name: module.CORPUS
    for module in (_emovo, _nemo, _esd, _jl_corpus, _shemo, _urdu, _mesd)
}
COMMON = {
    *("anger", "boredom", "calm", "contempt", "disgust", "fear", "happiness", "neutral"),
    *("sadness", "surprise", ""),
}

# Clips of each speaker and class, numbered from 1: as they are in the corpora.
SHEMO = """
F01 A23 N11 S23 W6 H7 F3, F02 A3 N5 S15 W6 H4 F1, F03 A10 N7 S18 W10 H5 F3, F04 A16 N2,
F05 A3 N58 S4 W3, F06 A2 N1 S9 W3 H11 F1, F07 A64 N11 S48 W7 H13, F08 N1 W1,
F09 A13 N9 S19 W4 H4 F2, F10 A60 N1 W2 H1, F11 A1 N9 S4 W1, F12 A13 N13 W1 F1, F13 A24 N1 W3,
F14 N8 S1 H2 W1, F15 A6 N2, F16 S4 F2 W1, F17 A3 N1 S10 H1 W1, F18 A1 N1 S2, F19 N39 S4,
F20 N16 H5 S2 W6, F21 A57 N25 S44 W33 H13 F2, F22 A9 N6 S15 H4 W3 F1, F23 A20 N12 S4 H7 W1,
F24 A70 N16 S21 W25 H26 F2, F25 A8 N3, F26 N5 S3 F2, F27 A3 N1 H1, F28 A27 N4 S8 H1,
F29 N10 W1 H1, F30 A8 N6 S12 H5 F2 W1, F31 A11 S1,
M01 N2 H1 W1, M02 A28 N19 S2 H4, M03 A48 N7 S21 W9 H2 F2, M04 A12 N82 S9 W2 H2,
M05 A13 N19 S15 W3 H2 F1, M06 A2 N6 S7 W1, M07 N8 S1 F4 H2 W2, M08 N11 H4 S1, M09 A24 N1 S1,
M10 A2 N1 F1, M11 H9 N6 S1, M12 A70 N87 S13 W9 H1, M13 H3 A1 N1, M14 N5 S2, M15 A13 N4 W1,
M16 A33 N4 H9 W2 F1, M17 A1 N8 S2 H1 W1, M18 A1 N15 S2 F1, M19 A5 N6 S3 W2 F1,
M20 A6 N8 S2 H2 W5, M21 A4 N11 S1 W7 H2 F1, M22 A6 N31 S3 W4 H1, M23 A2 H2 W1,
M24 A4 N5 S4 W4 H1, M25 A70 N21 S14 W10 H5, M26 A40 N10 S6 W4 F1, M27 A2 N60 W4,
M28 A47 N25 S24 W4 H3, M29 A19 N5 S2, M30 A7 N8 W1, M31 A5 N13 S1 W1, M32 A1 N3 S5 H3 W1 F1,
M33 A2 N1, M34 A9 N4 S5 H6, M35 A1 N1 W1, M36 N3 S6 H1 W1, M37 A1 N17 S3, M38 A2 N13 F1,
M39 A1 N1 H2 W1, M40 A5 N54 S3, M41 A6 N2 H7 W6, M42 A13 N1, M43 A18 N6 H3 W8,
M44 A1 N25 S5 H9 W3 F1, M45 A1 N5 W1, M46 A6 N10 W1, M47 A20 N26 S1 H1 W2, M48 A5 N10 S2 W1,
M49 N5 H1, M50 A12 N2 S1, M51 A1 N23 S2, M52 N3 S4, M53 A28 N26 S3, M54 A1 N3 S1,
M55 A4 N6 H1, M56 A1 N5 W1
"""
URDU = {
    "Angry": "SM1 22, SM2 28, SM3 2, SM4 48",
    "Happy": "SF1 12, SF2 2, SF3 2, SF4 4, SF5 4, SF6 14, SF7 6, SF8 2, SM17 2, SM18 2, SM19 2, "
    "SM3 2, SM5 8, SM6 10, SM7 28",
    "Neutral": "SF9 4, SM20 10, SM21 4, SM22 2, SM3 8, SM5 72",
    "Sad": "SF10 2, SF11 4, SM23 6, SM24 38, SM25 40, SM26 2, SM27 4, SM6 4",
}
# List B has 24 words for each class, in part others; here are 24 of them.
MESD = {
    "A": "abajo adios antes arriba ayer basta_ya de_nada delante dentro derecha detras fuera "
    "gracias hola hoy izquierda lento no nunca por_favor pronto rapido si tarde",
    "B": "acogedora aficion agua atractivo aventurero bello calmado chiminea chistoso cita "
    "coordinacion danza ensueno estudioso fantastico masaje relajacion relax rosa satisfaccion "
    "siesta ternura barba bola",
}


def _name_emovo():
    emotions = ("dis", "gio", "neu", "pau", "rab", "sor", "tri")
    speakers = ("f1", "f2", "f3", "m1", "m2", "m3")
    sentences = [*("b1", "b2", "b3", "d1", "d2"), *(f"l{i}" for i in range(1, 5))]
    sentences += [f"n{i}" for i in range(1, 6)]
    for emotion, speaker, sentence in product(emotions, speakers, sentences):
        yield f"{speaker}/{emotion}-{speaker}-{sentence}.wav"


def _name_nemo():
    speakers = ("EB0", "IC0", "KD0", "KS0", "MK0", "MP0", "SM0", "TP0", "WR0")
    emotions = ("anger", "fear", "happiness", "neutral", "sadness", "surprised")
    for speaker, emotion, sentence in product(speakers, emotions, range(1, 91)):
        yield f"samples/{speaker}_{emotion}_{sentence}.wav"


def _name_esd():
    emotions = ("Neutral", "Angry", "Happy", "Sad", "Surprise")
    for speaker, number in product(range(1, 21), range(1, 1751)):
        emotion = emotions[(number - 1) // 350]
        part = ("", "train/", "evaluation/", "test/")[number % 4]
        yield f"{speaker:04}/{emotion}/{part}{speaker:04}_{number:06}.wav"


def _name_jl_corpus():
    speakers = ("female1", "female2", "male1", "male2")
    emotions = (
        *("angry", "sad", "neutral", "happy", "excited"),
        *("anxious", "apologetic", "assertive", "concerned", "encouraging"),
    )
    for speaker, emotion, number, session, take in product(
        speakers, emotions, range(1, 16), "ab", "12"
    ):
        yield f"JL(wav+txt)/{speaker}_{emotion}_{number}{session}_{take}.wav"


def _name_shemo():
    for row in SHEMO.split(","):
        speaker, *cells = row.split()
        folder = "female" if speaker.startswith("F") else "male"
        for cell in cells:
            for number in range(1, int(cell[1:]) + 1):
                yield f"{folder}/{speaker}{cell[0]}{number:02}.wav"


def _name_urdu():
    for emotion, row in URDU.items():
        number = 0
        for cell in row.split(","):
            speaker, n_clips = cell.split()
            for take in range(1, int(n_clips) + 1):
                number += 1
                yield f"{emotion}/{speaker}_F{take}_{emotion[0]}0{number}.wav"


def _name_mesd():
    emotions = ("Anger", "Disgust", "Fear", "Happiness", "Neutral", "Sadness")
    for emotion, voice, (which, words) in product(emotions, "FMC", MESD.items()):
        for word in words.split():
            yield f"{emotion}_{voice}_{which}_{word}.wav"


def _name_ravdess():
    emotions = [(emotion, 1 + (emotion > 1)) for emotion in range(1, 9)]
    for actor, channel, (emotion, n_intensities) in product(range(1, 25), (1, 2), emotions):
        for intensity, statement in product(range(1, n_intensities + 1), (1, 2)):
            yield f"03-0{channel}-0{emotion}-0{intensity}-0{statement}-01-{actor:02}.wav"


NAMES = {
    "EMOVO": list(_name_emovo()),
    "nEMO": list(_name_nemo()),
    "ESD": list(_name_esd()),
    "JL-Corpus": list(_name_jl_corpus()),
    "ShEMO": list(_name_shemo()),
    "URDU": list(_name_urdu()),
    "MESD": list(_name_mesd()),
    "RAVDESS": list(_name_ravdess()),
}
FACTS = {name: [corpus.parse(clip) for clip in NAMES[name]] for name, corpus in CORPORA.items()}

# Clips, and clips of each class, as published; of nEMO, as its rules make them.
N_CLIPS = {
    "EMOVO": (588, dict.fromkeys(_emovo.CORPUS.classes, 84)),
    "nEMO": (4860, dict.fromkeys(_nemo.CORPUS.classes, 810)),
    "ESD": (35000, dict.fromkeys(_esd.CORPUS.classes, 7000)),
    "JL-Corpus": (2400, dict.fromkeys(_jl_corpus.CORPUS.classes, 240)),
    "ShEMO": (
        3000,
        {
            **{"anger": 1059, "fear": 38, "happiness": 201},
            **{"neutral": 1028, "sadness": 449, "surprise": 225},
        },
    ),
    "URDU": (400, dict.fromkeys(_urdu.CORPUS.classes, 100)),
    "MESD": (864, dict.fromkeys(_mesd.CORPUS.classes, 144)),
}
# Clips of women, of men, and of those whose gender is not told; speakers likewise.
GENDERS = {
    "EMOVO": ((294, 294, 0), (3, 3, 0)),
    "nEMO": ((2160, 2700, 0), (4, 5, 0)),
    "ESD": ((17500, 17500, 0), (10, 10, 0)),
    "JL-Corpus": ((1200, 1200, 0), (2, 2, 0)),
    "ShEMO": ((1263, 1737, 0), (31, 56, 0)),
    "URDU": ((56, 344, 0), (11, 18, 0)),
    "MESD": ((288, 288, 288), (1, 1, 1)),
}

# Names of real files, and all that they tell beyond Intensity, which is nothing.
REAL = {
    "EMOVO": {
        "EMOVO/f1/dis-f1-b1.wav": ("disgust", "disgust", "f1", "female", "b1"),
        "gio-m2-d2.wav": ("joy", "happiness", "m2", "male", "d2"),
        "m3/tri-m3-n5.wav": ("sadness", "sadness", "m3", "male", "n5"),
    },
    "nEMO": {
        "samples/EB0_anger_1.wav": ("anger", "anger", "EB0", "female", "1"),
        "WR0_surprised_64.wav": ("surprised", "surprise", "WR0", "male", "64"),
        "IC0_neutral_90.wav": ("neutral", "neutral", "IC0", "female", "90"),
        "KS0_happiness_10.wav": ("happiness", "happiness", "KS0", "male", "10"),
    },
    "ESD": {
        "0001/Angry/0001_000351.wav": ("Angry", "anger", "0001", "female", "zh001", "Mandarin"),
        "0010/Neutral/test/0010_000350.wav": (
            *("Neutral", "neutral", "0010", "male", "zh350", "Mandarin"),
        ),
        "0011_001401.wav": ("Surprise", "surprise", "0011", "male", "en001", "English"),
        "happy/0019/0019_000702.flac": (
            *("Happy", "happiness", "0019", "female", "en002", "English"),
        ),
        "0020/Sad/train/0020_001400.wav": ("Sad", "sadness", "0020", "male", "en350", "English"),
    },
    "JL-Corpus": {
        "Raw/JL(wav+txt)/female1_angry_10a_1.wav": ("angry", "anger", "female1", "female", "10"),
        "male2_sad_14a_1.wav": ("sad", "sadness", "male2", "male", "14"),
        "male2_excited_15b_1.wav": ("excited", "", "male2", "male", "15"),
        "female2_assertive_13b_2.wav": ("assertive", "", "female2", "female", "13"),
        "male1_concerned_14a_1.wav": ("concerned", "", "male1", "male", "concerned 14"),
    },
    "ShEMO": {
        "female/F01A01.wav": ("anger", "anger", "F01", "female", ""),
        "male/M07F04.wav": ("fear", "fear", "M07", "male", ""),
        "F21W09.wav": ("surprise", "surprise", "F21", "female", ""),
    },
    "URDU": {
        "Angry/SM1_F11_A011.wav": ("Angry", "anger", "SM1", "male", ""),
        "Happy/SF1_F1_H01.wav": ("Happy", "happiness", "SF1", "female", ""),
        "Neutral/SM5_F72_N0100.wav": ("Neutral", "neutral", "SM5", "male", ""),
        "Sad/SF10_F2_S02.wav": ("Sad", "sadness", "SF10", "female", ""),
    },
    "MESD": {
        "Anger_C_A_abajo.wav": ("Anger", "anger", "", "", "abajo", "child", "A"),
        "Happiness_F_A_de_nada.wav": (
            *("Happiness", "happiness", "", "female", "de_nada", "female", "A"),
        ),
        "Disgust_M_B_punalada.wav": (
            *("Disgust", "disgust", "", "male", "punalada", "male", "B"),
        ),
        # Two words in one name: a slip in the corpus itself.
        "Happiness_C_A_lento_dentro.wav": (
            *("Happiness", "happiness", "", "", "lento_dentro", "child", "A"),
        ),
    },
}
OWN_COLUMNS = {"ESD": ("Language",), "MESD": ("Voice", "List")}

ALIKE = {
    "EMOVO": (
        *("dis-f1.wav", "fel-f1-b1.wav", "dis-x1-b1.wav", "dis_f1_b1.wav"),
        *("dis-f1-b1_noise.wav", "copy of dis-f1-b1.wav", "dis-f10-b1.wav"),
    ),
    "nEMO": (
        *("EB1_anger_1.wav", "XY0_anger_1.wav", "EB0_anger_0.wav", "EB0_anger_91.wav"),
        *("EB0_anger_01.wav", "EB0_surprise_1.wav", "EB0_anger.wav", "EB0_anger_1_2.wav"),
    ),
    "ESD": (
        *("0111_000351.wav", "0001_00351.wav", "0001-000351.wav", "001_000351.wav"),
        *("0001_000351_2.wav", "0001/000351.wav", "00001_000351.wav"),
    ),
    "JL-Corpus": (
        *("female_angry_1a_1.wav", "female1_angry_1c_1.wav", "child1_angry_1a_1.wav"),
        *("female1_angry_6b_1_ANG.wav", "female1_angry_1_1.wav", "xfemale1_angry_1a_1.wav"),
    ),
    "ShEMO": ("F1A01.wav", "X01A01.wav", "F01B01.wav", "F01A1.wav", "F01A001.wav", "F01A01b.wav"),
    "URDU": (
        *("SM1_F1_F01.wav", "S1_F1_A01.wav", "SM1_M1_A01.wav", "SM1_F1_A1.wav"),
        *("SX1_F1_A01.wav", "SM1_A01.wav", "SM100_F1_A01.wav"),
    ),
    "MESD": (
        *("Anger_X_A_abajo.wav", "Joy_C_A_abajo.wav", "Anger_C_C_abajo.wav"),
        *("Anger_C_A_.wav", "Anger_C_A_abajo_2.wav", "Anger_C_abajo.wav", "Anger_C_A__no.wav"),
    ),
}

# Names that speakers were told from before there was more to tell.
BEFORE = {
    "EMOVO": ("dis-f9-z9", "tri-m0-_0.wav"),
    "ESD": ("0099_999999.wav", "0000_000000"),
    "JL-Corpus": ("male9_joyful_99a_9.wav", "female0_x_0b_0"),
    "ShEMO": ("F99A99.wav", "M00W00"),
}

every_corpus = pytest.mark.parametrize("name", list(CORPORA))


def _group(name, column, by):
    groups = {}
    for facts in FACTS[name]:
        groups.setdefault(facts[by], set()).add(facts[column])
    return groups


@every_corpus
def test_every_name_is_read(name):
    n_clips, n_per_class = N_CLIPS[name]
    assert len(set(NAMES[name])) == n_clips
    assert Counter(facts["Class"] for facts in FACTS[name]) == n_per_class


@pytest.mark.parametrize("name", [name for name in CORPORA if name != "nEMO"])
def test_as_many_clips_as_are_published(name):
    assert CORPORA[name].n_clips == len(NAMES[name])


def test_nemo_lacks_some_of_its_names():
    assert _nemo.CORPUS.n_clips == 4481
    assert f"{4860 - 4481} of the 4860 clips" in _nemo.CORPUS.note


@every_corpus
def test_classes_are_those_of_the_names_and_have_common_words(name):
    corpus = CORPORA[name]
    assert {facts["Class"] for facts in FACTS[name]} == set(corpus.classes)
    assert {facts["Emotion"] for facts in FACTS[name]} == set(corpus.classes.values()) <= COMMON


@pytest.mark.parametrize("name", ["EMOVO", "nEMO", "ESD", "JL-Corpus", "ShEMO"])
def test_names_tell_all_speakers(name):
    assert len({facts["Speaker"] for facts in FACTS[name]}) == CORPORA[name].n_speakers


def test_names_of_urdu_tell_29_of_38_speakers():
    classes = _group("URDU", "Class", by="Speaker")
    assert (len(classes), _urdu.CORPUS.n_speakers) == (29, 38)
    assert {who for who, found in classes.items() if len(found) > 1} == {"SM3", "SM5", "SM6"}


def test_names_of_mesd_tell_no_speaker():
    assert {facts["Speaker"] for facts in FACTS["MESD"]} == {""}
    assert _mesd.CORPUS.n_speakers == 3 + 2 + 6
    assert Counter(facts["Voice"] for facts in FACTS["MESD"]) == dict.fromkeys(
        ("female", "male", "child"), 288
    )


def test_what_is_said_of_the_speakers_of_shemo():
    clips = Counter(facts["Speaker"] for facts in FACTS["ShEMO"])
    assert (clips["F08"], clips["M12"]) == (min(clips.values()), max(clips.values())) == (2, 180)
    assert min(map(len, _group("ShEMO", "Class", by="Speaker").values())) == 2


@every_corpus
def test_genders(name):
    n_clips, n_speakers = GENDERS[name]
    told = Counter(facts["Gender"] for facts in FACTS[name])
    assert tuple(told[gender] for gender in ("female", "male", "")) == n_clips
    speakers = _group(name, "Speaker", by="Gender")
    found = tuple(len(speakers.get(gender, ())) for gender in ("female", "male", ""))
    assert found == n_speakers


@pytest.mark.parametrize(("name", "n_sentences"), [("EMOVO", 14), ("nEMO", 90)])
def test_all_say_the_same_sentences_in_all_classes(name, n_sentences):
    for by in ("Class", "Speaker"):
        assert {len(said) for said in _group(name, "Sentence", by).values()} == {n_sentences}


def test_sentences_of_esd_are_shared_within_a_language():
    languages = _group("ESD", "Language", by="Sentence")
    assert len(languages) == 700
    assert max(map(len, languages.values())) == 1
    assert {len(said) for said in _group("ESD", "Sentence", by="Class").values()} == {700}
    assert {len(said) for said in _group("ESD", "Sentence", by="Speaker").values()} == {350}


def test_secondary_classes_of_jl_corpus_share_thirteen_sentences():
    classes = _group("JL-Corpus", "Class", by="Sentence")
    assert {int(said) for said, found in classes.items() if len(found) == 10} == set(range(1, 14))
    primary = {"angry", "sad", "neutral", "happy", "excited"}
    assert classes["14"] == classes["15"] == primary
    assert sum(len(found) == 1 for found in classes.values()) == 2 * 5


@every_corpus
def test_real_names(name):
    columns = ("Class", "Emotion", "Speaker", "Gender", "Sentence", *OWN_COLUMNS.get(name, ()))
    for clip, told in REAL[name].items():
        facts = {"Intensity": "", **dict(zip(columns, told, strict=True))}
        assert CORPORA[name].parse(clip) == facts


@every_corpus
def test_letters_of_either_case_any_suffix_and_folders_above(name):
    corpus = CORPORA[name]
    for clip in REAL[name]:
        file, facts = clip.rpartition("/")[2], corpus.parse(clip)
        stem = file.rpartition(".")[0]
        for other in (file.upper(), file.lower(), f"{stem}.FLAC", stem, f"/a b/{name}/c/{file}"):
            assert corpus.parse(other) == facts


@every_corpus
def test_names_that_only_look_alike(name):
    corpus = CORPORA[name]
    for clip in (*ALIKE[name], ".wav", ""):
        assert not corpus.recognises(clip), clip
        assert corpus.parse(clip) is None
    assert not corpus.recognises(f"{next(iter(REAL[name]))}.csv")


@pytest.mark.parametrize("name", list(NAMES))
def test_no_other_corpus_claims_a_name(name):
    for other, corpus in {**CORPORA, "RAVDESS": _ravdess.CORPUS}.items():
        claimed = [clip for clip in NAMES[name] if corpus.recognises(clip)]
        assert claimed == (NAMES[name] if other == name else [])


@pytest.mark.parametrize("name", list(BEFORE))
def test_names_that_were_recognised_before_still_are(name):
    assert all(CORPORA[name].recognises(clip) for clip in BEFORE[name])


@pytest.mark.parametrize(
    "clip", ["0011_000000.wav", "0011_001751.wav", "0000_000001.wav", "0021_000001.wav"]
)
def test_what_esd_does_not_have(clip):
    with pytest.raises(
        UnusableClipError,
        match=r"^ESD has the speakers 0001 to 0020, and of each the clips 000001 to 001750$",
    ):
        _esd.CORPUS.parse(clip)


@pytest.mark.parametrize(
    "clip",
    [
        "0011/Angry/0011_000001.wav",
        "Angry/0011_000001.wav",
        "x/angry/0011_000001.wav",
        "0011/Angry/train/0011_000001.wav",
        "Angry/0011/0011_000001.wav",
    ],
)
def test_folder_of_esd_that_gainsays_the_number(clip):
    with pytest.raises(
        UnusableClipError, match=r"^its folder says [Aa]ngry, and its number Neutral$"
    ):
        _esd.CORPUS.parse(clip)


@pytest.mark.parametrize(
    "clip",
    [
        "Angry/ESD/0011_000001.wav",
        "Angry/ESD/0011/Neutral/0011_000001.wav",
        "Hangry/0011_000001.wav",
    ],
)
def test_folder_that_is_not_of_esd_says_nothing(clip):
    assert _esd.CORPUS.parse(clip)["Class"] == "Neutral"


def test_class_that_jl_corpus_does_not_have():
    with pytest.raises(UnusableClipError, match=r"^'joyful' is no class of JL-Corpus$"):
        _jl_corpus.CORPUS.parse("male1_Joyful_1a_1.wav")


@every_corpus
def test_nothing_is_left_untold_of_a_corpus(name):
    corpus = CORPORA[name]
    for field in ("title", "language", "licence", "citation", "note"):
        assert getattr(corpus, field).strip() == getattr(corpus, field) != ""
    assert corpus.note.endswith(".")
    assert corpus.citation.endswith(".")
    assert corpus.url.startswith(("https://", "http://"))
