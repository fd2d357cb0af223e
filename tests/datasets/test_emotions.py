"""The common words for emotions, found from what corpora and languages call them."""

import pytest

from sersk.datasets import EMOTIONS, find_emotion
from sersk.datasets._emotions import _UMLAUTS, _VARIANTS, plain_label

# As the corpora write them: CREMA-D, EMOVO, IEMOCAP, RAVDESS, TESS.
OF_CORPORA = {
    **{"ANG": "anger", "DIS": "disgust", "FEA": "fear", "HAP": "happiness", "NEU": "neutral"},
    **{"SAD": "sadness", "SUR": "surprise", "CAL": "calm"},
    **{"dis": "disgust", "gio": "happiness", "neu": "neutral", "pau": "fear", "rab": "anger"},
    **{"sor": "surprise", "tri": "sadness", "exc": "happiness", "excited": "happiness"},
    **{"angry": "anger", "calm": "calm", "fearful": "fear", "happy": "happiness"},
    **{"surprised": "surprise", "ps": "surprise", "pleasant_surprise": "surprise"},
    **{"Pleasant_surprised": "surprise", "bored": "boredom", "contempt": "contempt"},
}
OF_LANGUAGES = {
    "anger": ["Ärger", "rabbia", "enojo", "colère", "raiva", "złość", "boosheid", "öfke", "гнев"],
    "fear": ["Angst", "paura", "miedo", "peur", "medo", "strach", "angst", "korku", "страх"],
    "happiness": ["Freude", "gioia", "alegría", "joie", "felicidade", "radość", "blij", "mutlu"],
    "sadness": ["Trauer", "tristezza", "tristeza", "tristesse", "smutek", "verdriet", "грусть"],
    "surprise": ["Überraschung", "sorpresa", "surpresa", "zdziwienie", "şaşkınlık", "удивление"],
    "disgust": ["Ekel", "disgusto", "asco", "dégoût", "nojo", "wstręt", "walging", "iğrenme"],
    "neutral": ["neutrale", "neutro", "neutre", "neutralny", "neutraal", "nötr", "нейтральный"],
    "boredom": ["Langeweile", "noia", "aburrimiento", "ennui", "tédio", "nuda", "verveling"],
}
OF_SCRIPTS = {
    "anger": ["愤怒", "生气", "怒り", "خشم", "غصہ"],
    "fear": ["恐惧", "恐れ", "ترس", "خوف"],
    "happiness": ["高兴", "喜び", "شادی", "خوشی"],
    "sadness": ["悲伤", "悲しみ", "غم", "اداسی"],
    "surprise": ["惊讶", "驚き", "تعجب", "حیرت"],
    "neutral": ["中性", "中立", "خنثی"],
}


def variants():
    """Give each variant as it is written, its language and its emotion."""
    return [
        (variant.strip(), language, emotion)
        for emotion, languages in _VARIANTS.items()
        for language, words in languages.items()
        for variant in words.split(",")
    ]


def test_common_words_are_sorted_and_stand_for_themselves():
    assert list(EMOTIONS) == sorted(set(EMOTIONS)) == list(_VARIANTS)
    assert [find_emotion(word) for word in EMOTIONS] == list(EMOTIONS)


@pytest.mark.parametrize("word", OF_CORPORA)
def test_words_of_corpora(word):
    assert find_emotion(word) == OF_CORPORA[word]


@pytest.mark.parametrize("words", [OF_LANGUAGES, OF_SCRIPTS])
def test_words_of_languages(words):
    for emotion, names in words.items():
        assert {name: find_emotion(name) for name in names} == dict.fromkeys(names, emotion)


def test_every_variant_is_found():
    assert {word: find_emotion(word) for word, _, _ in variants()} == {
        word: emotion for word, _, emotion in variants()
    }


def test_no_variant_stands_for_two_emotions():
    emotions = {}
    for word, _, emotion in variants():
        for spelling in (word, word.translate(_UMLAUTS)):
            emotions.setdefault(plain_label(spelling), set()).add(emotion)
    assert {word: found for word, found in emotions.items() if len(found) > 1} == {}


def test_every_language_has_the_usual_emotions():
    languages = set(_VARIANTS["anger"]) - {"codes"}
    assert len(languages) == 14
    for emotion in ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise"):
        assert set(_VARIANTS[emotion]) - {"codes"} == languages


def test_no_variant_is_a_single_letter():
    assert [word for word, _, _ in variants() if len(plain_label(word)) < 2] == []
    assert {w for w, _, _ in variants() if w.isascii() and len(w) < 3} == {"ps"}
    assert [find_emotion(letter) for letter in "AaFHNSTWdfhns"] == [None] * 13


@pytest.mark.parametrize(
    "spelling",
    [
        *("pleasant surprise", "Pleasant Surprise", "PLEASANT_SURPRISE", "pleasant-surprise"),
        *("PleasantSurprise", "  pleasant  surprise ", "pleasant.surprise", "pleasant surprise."),
    ],
)
def test_case_and_joints_do_not_matter(spelling):
    assert find_emotion(spelling) == "surprise"


@pytest.mark.parametrize(
    ("spelling", "emotion"),
    [
        *((w, "anger") for w in ("wütend", "WÜTEND", "wutend", "wuetend", "WUETEND", "AERGER")),
        # An umlaut in two characters, as macOS writes it in file names.
        ("wu\u0308tend", "anger"),
        *((w, "surprise") for w in ("Überraschung", "Uberraschung", "UEBERRASCHUNG")),
        *((w, "anger") for w in ("zlosc", "ZŁOŚĆ", "colere", "COLÈRE", "kizgin", "KIZGIN")),
        *((w, "disgust") for w in ("İĞRENME", "igrenme", "degout", "ken'o", "keno")),
        *((w, "surprise") for w in ("удивленный", "УДИВЛЁННЫЙ", "ta'ajob", "ta’ajob")),
        # Keyboards differ: Arabic and Persian yeh, heh of Urdu, a zero-width non-joiner.
        *((w, "happiness") for w in ("شادي", "خوش\u200cحالی")),
        *((w, "anger") for w in ("غصه", "غُصّہ")),
        ("خنثى", "neutral"),
        ("ＡＮＧ", "anger"),
    ],
)
def test_accents_and_keyboards_do_not_matter(spelling, emotion):
    assert find_emotion(spelling) == emotion


@pytest.mark.parametrize(
    "word",
    [
        *("positive", "negative", "Positive", "frustration", "frustrated", "fru", "xxx", "other"),
        *("", " ", "?", "1", "03", "happy1", "angry/sad", "not happy", "male_angry", "anxiety"),
    ],
)
def test_other_words_are_no_emotions(word):
    assert find_emotion(word) is None


def test_plain_labels_keep_signs_and_numbers_apart():
    labels = ["-1", "1", "10", "1_0", "S1", "S_1a", "か", "が", "कि", "कु"]
    assert len({plain_label(label) for label in labels}) == len(labels)


def test_plain_label_is_stable():
    for word, _, _ in variants():
        assert plain_label(plain_label(word)) == plain_label(word)
